"""The registry of data sets, their cards, and the conventions that every task relies on."""

import importlib
import inspect
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from benchmarks import datasets
from benchmarks.datasets import protocol, registry
from tests.datasets.conventions import check_conventions, tasks

REPOSITORY = Path(__file__).parents[2]
REAL = [id for id in datasets.ids() if datasets.card(id).files]
OFFLINE = sorted({*datasets.ids()} - {*REAL, "imagenet"})


MODULES = sorted(set(registry.modules(datasets.DATASETS).values()))


def imported(path: Path) -> ModuleType:
    name = ".".join(path.relative_to(REPOSITORY).with_suffix("").parts)
    return importlib.import_module(name)


def test_the_listing_is_what_the_modules_hold() -> None:
    """Modules are listed by their text; importing them all gives the same cards."""
    for path in datasets.DATASETS.rglob("*.py"):
        listed = [id for id, file in registry.modules(datasets.DATASETS).items() if file == path]
        assert listed == list(getattr(imported(path), "CARDS", {})), path
    assert {"mnist", "xor", "adding_30", "cifar10_photographs"} <= set(datasets.ids())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_every_module_has_the_same_form(path: Path) -> None:
    module = imported(path)
    assert isinstance(module, protocol.DatasetModule)
    assert isinstance(module, protocol.HasFiles) is (
        any(card.files for card in module.CARDS.values()) or isinstance(module, protocol.HasUserFolder)
    )
    for name in ("load", "missing", "card"):
        if function := getattr(module, name, None):
            parameters = inspect.signature(function).parameters
            assert list(parameters) == ["id", "data_dir"], name
            assert parameters["data_dir"].default is None
    for card in module.CARDS.values():
        json.dumps(dict(card.parameters))


def test_real_data_sets_are_those_with_files() -> None:
    assert set(REAL) == {
        "mnist",
        "mnist_motions",
        "fashion_mnist",
        "fashion_scenes",
        "cifar10",
        "cifar10_photographs",
        "usps",
        "imdb",
        "imdb_text",
        "imdb_words",
        "tiny_shakespeare",
        "tiny_shakespeare_64",
        "tiny_shakespeare_256",
        "tiny_shakespeare_pairs",
        "multi30k",
        "multi30k_pairs",
    }


def test_an_id_in_two_modules_is_refused(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / f"{name}.py").write_text('\nCARDS = {\n    "same": DatasetCard(id="same"),\n}\n')
    with pytest.raises(ValueError, match=r"'same' is in .*first\.py and in .*second\.py"):
        registry.modules(tmp_path)


def test_unknown_id_is_answered_with_the_nearest() -> None:
    for function in (datasets.card, datasets.load, datasets.available, datasets.source_file):
        with pytest.raises(KeyError, match=r"'mnits'.*did you mean mnist"):
            function("mnits")


@pytest.mark.parametrize("id", datasets.ids())
def test_card_is_complete(id: str) -> None:
    card = datasets.card(id)
    assert card.id == id
    assert card.task in tasks()
    assert re.fullmatch("[0-9a-f]{64}", card.checksum)
    assert card.title and card.licence and card.source and card.citation and card.split and card.shape
    # Environments to act in come with Gymnasium, and have its licence.
    assert card.procedural is (card.licence.startswith("none needed") or card.task == "control")
    for file in card.files:
        assert re.fullmatch("[0-9a-f]{64}", file.sha256)
        assert all(url.startswith("http") for url in file.urls) and file.urls


def test_reading_all_cards_loads_no_framework() -> None:
    code = (
        "import sys; from benchmarks import datasets; [datasets.card(id) for id in datasets.ids()]\n"
        "heavy = 'keras tensorflow jax torch sklearn pandas scipy requests pooch gymnasium'\n"
        "print(sorted(set(heavy.split()) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("id", OFFLINE)
def test_loads_without_files(id: str) -> None:
    """Loading compares the arrays with the checksum of the card."""
    assert datasets.available(id) is None
    check_conventions(id, datasets.load(id))


def test_arrays_are_the_same_in_another_process() -> None:
    """With other hash seeds, another locale and another time zone."""
    code = f"from benchmarks import datasets; [datasets.load(id) for id in {OFFLINE!r}]; print('same')"
    environment = os.environ | {"PYTHONHASHSEED": "12345", "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, env=environment, capture_output=True, text=True
    )
    assert (done.stdout.strip(), done.stderr) == ("same", "")


@pytest.mark.parametrize("id", REAL)
def test_absent_files_are_a_clear_error(id: str, tmp_path: Path) -> None:
    file = datasets.card(id).files[0]
    assert Path(file.name).name in str(datasets.available(id, tmp_path))
    with pytest.raises(datasets.DataError, match=re.escape(file.name)) as error:
        datasets.load(id, tmp_path)
    assert file.sha256 in str(error.value)
