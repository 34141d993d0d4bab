"""The Jinja environment of all pages: escaping, filters, and the functions that templates call."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from benchmarks.records import clip, in_words
from report import formats
from report.addresses import entry_page, track_page
from report.cleaning import slug
from report.formats import with_unit
from report.site import assets, cells

_TEMPLATES = Path(__file__).parent / "templates"


def environment() -> Environment:
    """An environment in which everything is escaped and a missing name is an error."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(
        number=formats.number,
        count=formats.count,
        duration=formats.duration,
        size=formats.size,
        measure=in_words,
        several=formats.several,
        whole=formats.whole,
        slug=slug,
        entry_page=entry_page,
        track_page=track_page,
        clip=clip,
    )
    environment.globals.update(
        style=assets.style(),
        script_hash=assets.script_hash,
        web_link=cells.web_link,
        linked=cells.linked,
        mark=cells.mark,
        confidence=cells.confidence,
        confidence_legend=cells.LEGEND,
        with_unit=with_unit,
    )
    return environment
