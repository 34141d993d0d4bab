"""The source code of entries, and whether runs came from it."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from benchmarks import catalogue, sources
from report.loading import load
from report.results import Results
from report.site.entry_source import source

ID = "lenet5_1998"


@pytest.fixture(scope="module")
def installed(one: Path) -> Results:
    return load([one])


def run(recipe: str = "mnist", tier: str = "standard", **values: Any) -> dict[str, Any]:
    """A run of this very source."""
    entry = catalogue.load(ID)
    digest = sources.source_sha256(entry, catalogue.recipe(entry, tier, recipe), "jax")  # type: ignore[arg-type]
    return {"recipe": recipe, "tier": tier, "backend": "jax", "source_sha256": digest, **values}


def test_runs_of_this_source_are_told_from_others(installed: Results) -> None:
    digits = run("digits", "pocket")
    shown = source(installed, ID, [run(), digits, run(source_sha256="0" * 64), run(source_sha256="1" * 64)])
    assert shown is not None
    assert shown["other"] == ["mnist, standard tier"] and shown["unrecorded"] == []
    shown = source(installed, ID, [run(), digits | {"source_sha256": ""}])
    assert shown is not None
    assert shown["other"] == [] and shown["unrecorded"] == ["digits, pocket tier"]
    assert shown["lines"] == len(catalogue.source_file(ID).read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("values", [{"recipe": "unheard"}, {"backend": "../x"}])
def test_a_run_that_the_catalogue_cannot_repeat_came_from_other_source(
    installed: Results, values: dict[str, Any]
) -> None:
    shown = source(installed, ID, [run() | values])
    assert shown is not None and len(shown["other"]) == 1


def test_an_entry_that_is_not_installed_has_no_source(installed: Results, results: Results) -> None:
    assert source(results, ID, [run()]) is None
    assert source(dataclasses.replace(installed, installed={}), ID, [run()]) is None
