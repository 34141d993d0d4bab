"""Choosing a recipe on the validation split."""

import csv
import dataclasses
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from benchmarks import catalogue, records
from benchmarks.commands import tune
from benchmarks.engine import backend, workbench
from benchmarks.engine import run as engine
from benchmarks.engine.runs import Options, Run
from benchmarks.spec import Data

NAME = os.environ.get("KERAS_BACKEND", "tensorflow")
ROOT = Path(__file__).parents[2]
LENET = catalogue.load("lenet5_1998")
RELU = catalogue.recipe(LENET, "pocket", "digits-relu")
STAGED = catalogue.recipe(catalogue.load("jarrett_unsup_cnn_2009"), "pocket", "digits")
ADALINE = catalogue.load("adaline_1960")
XOR = catalogue.recipe(ADALINE, "pocket", "xor")


@pytest.fixture(scope="module")
def options() -> Options:
    """Options of a backend that is brought up."""
    backend.prepare(NAME, "float32")
    backend.start(NAME, "float32")
    return Options(backend=NAME)


def test_what_is_written_of_a_setting_can_be_read() -> None:
    words = ["optimizer.learning_rate=0.1", "epochs=20", "rule=delta", 'model={"hidden": [64, 64]}']
    setting = tune.read_setting(words)
    assert setting == {
        "optimizer.learning_rate": 0.1,
        "epochs": 20,
        "rule": "delta",
        "model": {"hidden": [64, 64]},
    }
    assert tune.read_setting(tune.write_setting(setting).split("; ")) == setting
    for word in ("epochs", "=3"):
        with pytest.raises(ValueError, match=f"{word!r} is no setting: write name=value"):
            tune.read_setting([word])
    with pytest.raises(ValueError, match="'epochs=3' sets epochs again"):
        tune.read_setting(["epochs=2", "epochs=3"])


def test_a_setting_changes_what_it_names_and_nothing_else() -> None:
    one = tune.changed(RELU, {"optimizer.learning_rate": 0.5, "epochs": 3, "model.input_shape.0": 9})
    assert one == dataclasses.replace(
        RELU,
        optimizer={**RELU.optimizer, "learning_rate": 0.5},
        epochs=3,
        model={**RELU.model, "input_shape": (9, 8, 1)},
    )
    two = tune.changed(STAGED, {"stages.2.optimizer.learning_rate": 0.5})
    assert two.stages[:2] == STAGED.stages[:2]
    assert two.stages[2].optimizer == {**STAGED.stages[2].optimizer, "learning_rate": 0.5}
    assert catalogue.plain(tune.changed(RELU, {})) == catalogue.plain(RELU)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("optimizer.learning_rat", "did you mean learning_rate?"),
        ("stages.0", "it has no parts"),
        ("epochs.0", "it has no parts"),
        ("task_options", "did you mean rule_options?"),
        ("floor", "valid are: batch_size, clip_norm, epochs"),
        ("dataset", "valid are: batch_size, clip_norm, epochs"),
    ],
)
def test_what_a_recipe_lacks_or_what_is_asked_of_it_cannot_be_set(name: str, sentence: str) -> None:
    start = f"recipe digits-relu has no {name!r} to change: {sentence}"
    with pytest.raises(ValueError, match=re.escape(start)):
        tune.changed(RELU, {name: 1})


def test_all_settings_that_were_ever_tried_can_be_tried() -> None:
    for tried in tune.read(ROOT / "docs/tries.csv"):
        recipe = catalogue.recipe(catalogue.load(tried["entry"]), tried["tier"], tried["recipe"])  # type: ignore[arg-type]
        tune.check(recipe, tune.read_setting(tried["setting"].split("; ")))


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        *(
            (f"epochs={number}", "a whole number from 1")
            for number in ("-1", "0", "nan", "2.5", "2.0", "true")
        ),
        ("batch_size=0", "a whole number from 1"),
        ("limit=-3", "a whole number from 1, or null"),
        ("evaluate_every=null", "a whole number from 1"),
        ("clip_norm=-1", "a number above 0, or null"),
        ("optimizer.learning_rate=abc", "a number, or a list of them"),
        ("optimizer.learning_rate=true", "a number, or a list of them"),
        ("optimizer.learning_rate=0", "above 0"),
        ("optimizer.learning_rate=NaN", "finite"),
        ("model.input_shape=[8, Infinity]", "finite"),
        ("optimizer.learning_rate=1" + 400 * "0", "finite"),
        ("rule=3", "text"),
        ("optimizer=3", "an object of JSON"),
        ("stages=[]", "given by its parts, such as stages.0.epochs"),
    ],
)
def test_a_value_that_cannot_stand_in_a_recipe_is_refused(word: str, wanted: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"cannot be tried: it has to be {wanted}") + "$"):
        tune.check(RELU, tune.read_setting([word]))


def test_what_a_recipe_may_lack_or_replace_can_be_set() -> None:
    rate = 'optimizer.learning_rate={"name": "CosineDecay", "initial_learning_rate": 0.1, "decay_steps": 9}'
    tune.check(RELU, tune.read_setting(["limit=null", "clip_norm=0.5", "steps_per_epoch=2", rate]))
    tune.check(STAGED, tune.read_setting(["stages.0.evaluate_every=null", "stages.0.epochs=1"]))
    for word, wanted in (
        ("stages.0.epochs=0", "a whole number from 1"),
        ("stages.0=3", "given by its parts"),
    ):
        with pytest.raises(ValueError, match=wanted):
            tune.check(STAGED, tune.read_setting([word]))


def test_settings_are_told_apart_by_the_same_names() -> None:
    full = tune.in_full(RELU, [{"epochs": 3}, {}, {"optimizer.learning_rate": 0.5}])
    assert full == [
        {"epochs": 3, "optimizer.learning_rate": 0.02},
        {"epochs": 10, "optimizer.learning_rate": 0.02},
        {"epochs": 10, "optimizer.learning_rate": 0.5},
    ]


class Untouchable(Mapping[str, Any]):
    """A split that nobody may look at."""

    def __getitem__(self, key: str) -> Any:
        raise AssertionError(f"somebody read {key!r} of the test split")

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("somebody listed the test split")

    def __len__(self) -> int:
        raise AssertionError("somebody counted the test split")


@pytest.mark.parametrize(
    ("id", "name"),
    [("adaline_1960", "digits"), ("svm_1995", "digits"), ("denoising_autoencoder_2008", "digits")],
)
def test_the_test_split_is_not_touched(
    id: str, name: str, options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = workbench.load_data

    def without_test(*arguments: Any) -> Data:
        return dataclasses.replace(load(*arguments), test=Untouchable())

    monkeypatch.setattr(workbench, "load_data", without_test)
    entry = catalogue.load(id)
    recipe = catalogue.recipe(entry, "pocket", name)
    scores = tune.validation_scores(entry, dataclasses.replace(recipe, epochs=1), options)
    assert tune.measure_of(entry, recipe) in scores


def test_the_test_split_is_not_there_to_be_scored(options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    evaluate = workbench.Workbench.evaluate

    def noted(self: workbench.Workbench, split: str) -> dict[str, float]:
        seen.append((split, dict(self.data.test)))
        return evaluate(self, split)

    monkeypatch.setattr(workbench.Workbench, "evaluate", noted)
    tune.validation_scores(ADALINE, XOR, options)
    assert seen == [("validation", {})]


def test_a_score_is_that_of_a_run_with_this_seed(options: Options, tmp_path: Path) -> None:
    asked = dataclasses.replace(options, out=tmp_path, checkpoint_dir=tmp_path)
    recipe = dataclasses.replace(catalogue.recipe(ADALINE, "pocket", "digits"), epochs=3)
    (record,) = engine.run_recipe([Run(ADALINE, recipe, tune.SEED)], asked, 0.0, lambda line: None)
    assert record["run"]["status"] == "ok", record["run"]["reason"]
    last = {
        row["measure"]: row["value"]
        for row in record["measures"]
        if (row["split"], row["epoch"]) == ("validation", 3)
    }
    assert tune.validation_scores(ADALINE, recipe, options) == last


def test_no_published_run_has_the_seeds() -> None:
    seeds = set()
    for path in ROOT.glob("results/reference/*/runs.csv"):
        with open(path, newline="") as file:
            seeds |= {int(row["seed"]) for row in csv.DictReader(file)}
    assert seeds and max(seeds) < tune.SEED


def test_of_what_diverged_there_is_no_score(options: Options) -> None:
    # Least mean squares grow without bound where the rate is too large.
    too_fast = tune.changed(XOR, {"rule_options.learning_rate": 1e6})
    assert tune.validation_scores(ADALINE, too_fast, options) == {}


def test_a_recipe_that_starts_from_another_is_refused(options: Options) -> None:
    child = dataclasses.replace(XOR, starts_from="adaline_1960/digits")
    with pytest.raises(ValueError, match="starts from adaline_1960/digits; choose that one first"):
        tune.validation_scores(ADALINE, child, options)


@pytest.mark.parametrize(
    ("scores", "direction", "place"),
    [
        (["3", "1", "1", ""], "lower", 1),
        (["3", "1", "3", ""], "higher", 0),
        (["", "-2", "0"], "higher", 2),
        (["2", "1 4 4", "5 1 0.3"], "lower", 0),
        (["2", "1 4 4", "4 1 0.7"], "lower", 2),
        (["", ""], "lower", None),
    ],
)
def test_the_best_mean_is_the_first_of_equal_ones(
    scores: list[str], direction: str, place: int | None
) -> None:
    tried = [{"validation": score} for score in scores]
    assert tune.best(tried, direction) == place
    chosen = [row["chosen"] for row in tune.marked(tried, direction)]
    assert chosen == ["yes" if number == place else "" for number in range(len(scores))]


def test_a_recipe_is_chosen_by_the_measure_of_its_track() -> None:
    elman = catalogue.load("elman_1990")
    of = {
        name: tune.measure_of(elman, catalogue.recipe(elman, "pocket", name)) for name in ("digits", "reber")
    }
    assert of == {"digits": "error", "reber": "cross_entropy"}
    reber = catalogue.recipe(elman, "pocket", "embedded_reber")
    assert tune.measure_of(elman, reber) == "strings_correct"


def row(entry: str, recipe: str, setting: str, validation: str) -> dict[str, str]:
    return dict.fromkeys(tune.COLUMNS, "") | {
        "entry": entry,
        "tier": "pocket",
        "recipe": recipe,
        "setting": setting,
        "validation": validation,
    }


def test_a_recipe_is_chosen_by_a_measure_that_it_has(options: Options) -> None:
    """A net that is scored by squared error has no cross-entropy, which is the first measure of its task."""
    entry = catalogue.load("linear_autoencoder_1989")
    recipe = dataclasses.replace(
        catalogue.recipe(entry, "pocket", "digits"),
        dataset="shifted_digits_16",
        model={"components": 2, "input_shape": (16, 16, 1), "scale": 1.0},
        epochs=1,
        evaluate_every=1,
    )
    rates = [{"optimizer.learning_rate": rate} for rate in (1e6, 0.01)]
    diverged, tried = tune.rows(entry, recipe, rates, options)
    assert diverged["validation"] == ""
    assert diverged["measure"] == tried["measure"] == "squared_error"
    assert 0.0 < float(tried["validation"]) < 256.0


def test_new_tries_take_the_place_of_the_same_setting_and_the_best_of_all_is_marked(tmp_path: Path) -> None:
    path = tmp_path / "tries.csv"
    assert tune.read(path) == []
    first = [row("tcn_2018", "digits", f"epochs={epochs}", score) for epochs, score in ((2, "5"), (1, "7"))]
    tune.write(path, first, "lower")
    tune.write(path, [row("elman_1990", "digits", 'rule="delta"', "")], "lower")
    again = [
        row("tcn_2018", "digits", f"epochs={epochs}", score) for epochs, score in ((2, "5 10"), (3, "8"))
    ]
    tune.write(path, again, "lower")
    assert [
        (kept["entry"], kept["setting"], kept["validation"], kept["chosen"]) for kept in tune.read(path)
    ] == [
        ("elman_1990", 'rule="delta"', "", ""),
        ("tcn_2018", "epochs=2", "5 10", ""),
        ("tcn_2018", "epochs=1", "7", "yes"),
        ("tcn_2018", "epochs=3", "8", ""),
    ]


def test_a_write_that_fails_costs_no_earlier_try(tmp_path: Path) -> None:
    path = tmp_path / "tries.csv"
    tune.write(path, [row("tcn_2018", "digits", "epochs=2", "5")], "lower")
    before = path.read_bytes()
    with pytest.raises(ValueError):
        tune.write(path, [row("tcn_2018", "digits", "epochs=3", "4") | {"more": "1"}], "lower")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content", ["a,b\n1,2\n", ",".join(tune.COLUMNS) + "\nelman_1990,pocket\n", "\x00", "é"]
)
def test_a_file_of_something_else_is_not_written_over(tmp_path: Path, content: str) -> None:
    path = tmp_path / "other.csv"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(ValueError, match=r"other\.csv is no .*: name another file"):
        tune.check_out(path)


@pytest.mark.parametrize("name", ["nowhere/tries.csv", "."])
def test_where_no_file_can_be_written_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no file can be written there; name a file in a folder that exists"):
        tune.check_out(tmp_path / name)
    tune.check_out(tmp_path / "tries.csv")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"rule": "delda"}, 'rule="delda" cannot be tried: ModuleNotFoundError: '),
        (
            {"batch_size": 99},
            "batch_size=99 cannot be tried: ValueError: adaline_1960, recipe xor: batch_size 99",
        ),
        ({"model": {"inputs": 3}}, 'model={"inputs": 3} cannot be tried: TypeError: '),
    ],
)
def test_no_setting_is_trained_before_all_are_made(
    options: Options, setting: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(sentence)) as caught:
        tune.check_models(ADALINE, XOR, [{}, setting], options)
    assert "\n" not in str(caught.value)


def test_the_command_prints_a_table_and_writes_what_it_tried(
    options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tune, "bring_up", lambda *arguments: None)  # it would pin this process to a core
    monkeypatch.setattr(tune, "Options", lambda data_dir: dataclasses.replace(options, data_dir=data_dir))
    out = tmp_path / "tries.csv"
    words = ["adaline_1960", "--dataset", "xor", "--repeats", "2", "--out", str(out)]
    tried = ["--try", "rule_options.learning_rate=1e6", "epochs=9", "--try"]
    assert tune.main([*words, *tried]) == 0
    scores = [tune.validation_scores(ADALINE, XOR, options, seed)["error"] for seed in (1000, 1001)]
    assert tune.read(out) == [
        {
            "entry": "adaline_1960",
            "tier": "pocket",
            "recipe": "xor",
            "measure": "error",
            "setting": setting,
            "validation": validation,
            "chosen": chosen,
        }
        for setting, validation, chosen in (
            ("rule_options.learning_rate=1000000.0; epochs=9", "", ""),
            ("rule_options.learning_rate=0.05; epochs=50", f"{scores[0]:g} {scores[1]:g}", "yes"),
        )
    ]
    shown = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[-1].strip() for line in shown] == ["validation error", "diverged", "best"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["adaline_1961", "--dataset", "xor", "--try"], "unknown entry 'adaline_1961'"),
        (["adaline_1960", "--dataset", "mnist", "--try"], "no recipe 'mnist' in tier 'pocket'"),
        (["adaline_1960", "--dataset", "xor", "--try", "epoch=3"], "did you mean epochs or"),
        (["adaline_1960", "--dataset", "xor", "--try", "epochs"], "'epochs' is no setting"),
        (["adaline_1960", "--dataset", "xor", "--try", "--try", "epochs=0"], "epochs=0 cannot be tried"),
        (
            ["adaline_1960", "--dataset", "xor", "--try", "--out", "/no/where/x.csv"],
            "--out /no/where/x.csv: no",
        ),
        (["adaline_1960", "--dataset", "xor", "--repeats", "0", "--try"], "--repeats is 0; give 1 or more"),
    ],
)
def test_bad_arguments_are_answered_in_a_sentence_before_anything_is_trained(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tune.main(words) == 2
    assert sentence in capsys.readouterr().err


def test_a_try_is_no_part_of_a_run_s_identity() -> None:
    tried = dataclasses.replace(RELU, tries=6)
    untried = dataclasses.replace(RELU, tries=None)
    assert "tries" not in catalogue.plain(untried) and catalogue.plain(tried)["tries"] == 6
    assert len({records.spec_hash({"recipe": catalogue.plain(one)}) for one in (tried, untried)}) == 1
