"""How one result is cited."""

from collections.abc import Mapping
from typing import Any

from benchmarks.records import clip, in_words
from report.citation import fingerprint
from report.formats import number
from report.grouping import GROUP_KEY
from report.results import Results
from report.statistics import median


def result_bibtex(results: Results, group: Mapping[Any, Any], measure: str) -> str:
    """The BibTeX entry of one measure of a group of seeds, a row of `results.groups`."""
    final = results.final_measures
    final = final[final["measure"] == measure]
    for key in GROUP_KEY:
        final = final[final[key] == group[key]]
    card = results.entries[group["entry"]]
    estimate = median(final["value"].tolist())
    unit = final["unit"].iloc[0] if len(final) else ""
    said = f"{number(estimate.median)} {unit}".strip() if estimate else "not reached"
    title = f"{card['name']}, {group['recipe']}, {group['tier']} tier: {in_words(measure)} {said}"
    note = f"Median of {len(final)} runs. Results {fingerprint(results)}"
    key = f"{group['entry']}-{group['spec_hash'][:8]}-{group['machine']}"
    fields = {
        "title": _plain(title),
        "author": "{The contributors of deep-learning-history}",
        "howpublished": "The history of deep learning, re-run",
        "note": _plain(note),
    }
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{{key},\n{body}}}"


def _plain(text: str) -> str:
    """A text without the characters that mean something to BibTeX and TeX."""
    return clip(
        "".join("\\" + letter if letter in "%&#_$" else letter for letter in text if letter not in "{}\\"),
        300,
    )
