"""The example of docs/first_entry.md works as it is printed."""

import re
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from benchmarks import catalogue, datasets
from benchmarks.datasets.files import DataError
from benchmarks.datasets.protocol import DatasetModule

PAGE = (Path(__file__).parents[1] / "docs/first_entry.md").read_text()
#: The files that the page prints, by their path.
FILES = dict(re.findall(r"^```python\n# (\S+\.py)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
LAYER = "benchmarks/layers/units/winner_take_all.py"
ENTRY = "benchmarks/entries/feedforward/lwta_2013.py"
DATASET = "benchmarks/datasets/tables/two_spirals.py"


def module(path: str, text: str = "") -> Any:
    """The printed file, or another text in its place, as a module."""
    name = path.removesuffix(".py").replace("/", ".")
    made = types.ModuleType(name)
    exec(compile(text or FILES[path], path, "exec"), made.__dict__)
    return made


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The printed layer, where the printed files import it from."""
    made = module(LAYER)
    monkeypatch.setitem(sys.modules, made.__name__, made)


def run_tests(path: str) -> None:
    """All tests of a printed file."""
    tests = [test for name, test in vars(module(path)).items() if name.startswith("test_")]
    assert tests
    for test in tests:
        test()


def test_the_layer(layer: None) -> None:
    run_tests("tests/layers/units/test_winner_take_all.py")


def test_the_entry(layer: None, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = module(ENTRY).ENTRY
    for count in entry.parameters:
        assert entry.build(**count.arguments).count_params() == count.trainable
    for recipe in entry.recipes:
        assert recipe.dataset in datasets.ids()
        assert entry.build(**recipe.model).output_shape == (None, 10)
    assert catalogue.card(entry)["name"] == "Local winner-take-all"
    monkeypatch.setattr(catalogue, "load", lambda id: {entry.id: entry}[id])
    run_tests("tests/entries/test_lwta_2013.py")


def test_the_data_set(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = module(DATASET)
    assert isinstance(printed, DatasetModule)
    with pytest.raises(DataError, match="9c767a246dc2") as error:  # as the page says
        printed.load("two_spirals")
    checksum = re.findall(r"[0-9a-f]{64}", str(error.value))[0]
    fixed = module(DATASET, FILES[DATASET].replace("unknown yet", checksum))
    monkeypatch.setattr(datasets, "load", fixed.load)
    run_tests("tests/datasets/tables/test_two_spirals.py")
