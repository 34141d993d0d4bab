"""The command line: bad arguments are one sentence and exit code 2, and leave nothing."""

import json
import sys
from pathlib import Path

import pytest

from benchmarks.engine import __main__ as command_line
from benchmarks.engine import jobs

BAD = {
    "entry": (["lenet_1998"], "unknown entry 'lenet_1998': did you mean "),
    "near entry": (["perceptron_1959"], "unknown entry 'perceptron_1959': did you mean perceptron_1958"),
    "no entry": ([], "no entry was named; name one or more of: mcculloch_pitts_1943"),
    "tier": (["perceptron_1958", "--tier", "poket"], "unknown tier 'poket': did you mean pocket?"),
    "variant": (
        ["perceptron_1958", "--variant", "simpel"],
        "perceptron_1958 has no variant 'simpel': did you mean simple?",
    ),
    "variant of none": (
        ["adaline_1960", "--variant", "deep"],
        "adaline_1960 has no variant 'deep': it has none",
    ),
    "data set": (["perceptron_1958", "--dataset", "mnits"], "unknown data set 'mnits': did you mean mnist"),
    "data set of others": (
        ["perceptron_1958", "--dataset", "cartpole"],
        "its recipes there are: digits, digits-simple, xor",
    ),
    "backend": (
        ["perceptron_1958", "--backend", "tensorflwo"],
        "unknown backend 'tensorflwo': did you mean tensorflow?",
    ),
    "precision": (
        ["perceptron_1958", "--precision", "float16"],
        "unknown precision 'float16': did you mean ",
    ),
    "no threads": (["perceptron_1958", "--threads", "0"], "--threads is 0; give at least 1"),
    "negative threads": (["perceptron_1958", "--threads", "-2"], "--threads is -2; give at least 1"),
    "too many threads": (["perceptron_1958", "--threads", "100000"], "--threads 100000 exceeds the "),
    "no devices": (["perceptron_1958", "--devices", "0"], "--devices is 0; give at least 1"),
    "devices of TensorFlow": (
        ["perceptron_1958", "--devices", "2"],
        "--devices is 2, but tensorflow trains on one device here: choose jax, or 1 device",
    ),
    "seed": (["perceptron_1958", "--seeds", "0", "-1"], "--seeds names -1; seeds are 0 or more"),
    "huge seed": (
        ["perceptron_1958", "--seeds", str(10**23)],
        f"--seeds names {10**23}; seeds are 0 or more, and at most {2**53 - 1}",
    ),
    "time limit": (["perceptron_1958", "--time-limit", "0"], "--time-limit is 0; give a positive number"),
    "no time limit": (
        ["perceptron_1958", "--time-limit", "nan"],
        "--time-limit is nan; give a positive number",
    ),
    "checkpoints": (
        ["perceptron_1958", "--checkpoint-seconds", "-1"],
        "--checkpoint-seconds is -1; give a non-negative number",
    ),
    "price": (
        ["perceptron_1958", "--price", "-1", "--currency", "EUR"],
        "--price is -1; give a non-negative number",
    ),
    "price alone": (
        ["perceptron_1958", "--price", "1"],
        "--price and --currency go together; give both or neither",
    ),
    "mirror": (["perceptron_1958", "--data-dir", "nowhere"], "--data-dir nowhere is not a folder"),
    "job": (["--job", "one"], "--job takes its runs from --runs FILE, and no entries"),
    "runs": (["--job", "one", "--runs", "none.json"], "none.json: cannot be read as a JSON list of runs"),
}


def refused(arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """What is said on standard error, once the exit code is seen to be 2 and nothing to be run."""
    monkeypatch.setattr(sys, "argv", ["engine", *arguments])
    monkeypatch.setattr(
        jobs,
        "bring_up",
        lambda *arguments: pytest.fail("the backend is brought up for a run that cannot be"),
    )
    assert command_line.main() == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    return printed.err


@pytest.mark.parametrize("case", BAD)
def test_a_bad_argument_is_one_sentence(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, sentence = BAD[case]
    monkeypatch.chdir(tmp_path)
    said = refused([*arguments, "--out", "results"], monkeypatch, capsys)
    assert said.startswith("error: ") and sentence in said
    assert said.count("\n") == 1
    assert not list(tmp_path.iterdir()), "nothing is written"


@pytest.mark.parametrize("option", ["--out", "--checkpoints"])
def test_a_folder_that_cannot_be_is_refused_before_training(
    option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.chdir(tmp_path)
    said = refused(["perceptron_1958", "--out", "results", option, "file/below"], monkeypatch, capsys)
    assert (
        f"{option} {tmp_path / 'file/below'}: cannot be written to (Not a directory); name another folder"
        in said
    )


def listed(**changes: object) -> str:
    """A run of a list, as JSON."""
    return json.dumps({"entry": "perceptron_1958", "recipe": "xor", "tier": "pocket", "seed": 0, **changes})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{}", "is not a JSON list of runs"),
        (
            "[3]",
            "a run must have the keys entry, recipe, tier and seed, and may have execution and keep_weights,"
            " not 3",
        ),
        (
            '[{"entry": "xor"}]',
            "a run must have the keys entry, recipe, tier and seed, and may have execution and keep_weights,"
            " not ['entry']",
        ),
        ("[", "cannot be read as a JSON list of runs"),
        ("", "cannot be read as a JSON list of runs"),
        ("[" * 100_000, "is nested too deeply"),
        (f"[{listed()}, {listed(execution=1)}]", "names the same run twice: perceptron_1958, xor, pocket, 0"),
        (f"[{listed(seed=True)}]", "seed True is not an integer of 0 to "),
        (f"[{listed(seed=10**23)}]", "seed 100000000000000000000000 is not an integer of 0 to "),
        (f"[{listed(seed=1.0)}]", "seed 1.0 is not an integer of 0 to "),
        (f"[{listed(seed=None)}]", "seed None is not an integer of 0 to "),
        (f"[{listed(execution=0)}]", "execution 0 is not an integer of 1 to "),
        (f"[{listed(execution=True)}]", "execution True is not an integer of 1 to "),
        (
            f"[{listed(entry='perceptron_1959')}]",
            "unknown entry 'perceptron_1959': did you mean perceptron_1958",
        ),
        (f"[{listed(entry=['x'])}]", "entry ['x'] is not a string"),
        (f"[{listed(tier='pockt')}]", "unknown tier 'pockt': did you mean pocket?"),
        (f"[{listed(recipe=3)}]", "recipe 3 is not a string"),
        (
            '[{"entry": "perceptron_1958", "recipe": "xr", "tier": "pocket", "seed": 0}]',
            "has no recipe 'xr' in tier 'pocket': did you mean xor?",
        ),
        ('[{"entry": "perceptron_1958", "recipe": "xor", "tier": "pocket", "seed": -1}]', "seed -1"),
        ('[{"entry": "perceptron_1958", "recipe": "xor", "tier": "pocket", "seed": "0"}]', "seed '0'"),
    ],
)
def test_a_bad_list_of_runs_is_one_sentence(
    text: str,
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "runs.json").write_text(text)
    said = refused(
        ["--job", "one", "--runs", str(tmp_path / "runs.json"), "--out", str(tmp_path / "results")],
        monkeypatch,
        capsys,
    )
    assert sentence in said and said.count("\n") == 1
    assert not (tmp_path / "results").exists()


def test_the_same_seed_or_entry_twice_is_one_run() -> None:
    arguments = command_line.parser().parse_args(
        ["adaline_1960", "adaline_1960", "--dataset", "xor", "--seeds", "1", "0", "1"]
    )
    assert [(run.entry.id, run.recipe.name, run.seed) for run in command_line.wanted(arguments)] == [
        ("adaline_1960", "xor", 1),
        ("adaline_1960", "xor", 0),
    ]


def test_a_jobs_runs_are_those_of_its_list(tmp_path: Path) -> None:
    run = {"entry": "perceptron_1958", "recipe": "xor-simple", "tier": "standard", "seed": 4}
    (tmp_path / "runs.json").write_text(json.dumps([run, {**run, "execution": 3}]))
    arguments = command_line.parser().parse_args(["--job", "one", "--runs", str(tmp_path / "runs.json")])
    first, third = command_line.wanted(arguments)
    assert (first.entry.id, first.recipe.name, first.recipe.tier, first.seed, first.execution) == (
        "perceptron_1958",
        "xor-simple",
        "standard",
        4,
        1,
    )
    assert third.execution == 3
