"""A run of a bundle is repeated: what is the same, what is not, and what differs."""

import copy
import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks import catalogue, datasets, machine, records
from benchmarks.engine import __main__ as command_line
from benchmarks.engine import jobs, provenance
from benchmarks.engine.runs import Options, Run, asked, record_path, run_id
from benchmarks.records.files import plain

ROOT = Path(__file__).parents[2]
ENTRY = catalogue.load("perceptron_1958")
RECIPE = catalogue.recipe(ENTRY, "pocket", "xor")
RUN = Run(ENTRY, RECIPE, 1)


def engine(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "benchmarks.engine", *arguments]
    return subprocess.run(
        words, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, **variables}
    )


@pytest.mark.slow
def test_a_run_just_made_in_a_job_is_repeated_alone(tmp_path: Path) -> None:
    """Its seed came second in its process; the repetition and the recorded command have it alone."""
    made = engine(
        "perceptron_1958",
        "--dataset",
        "xor",
        "--variant",
        "",
        "--seeds",
        "0",
        "1",
        "--backend",
        "jax",
        "--out",
        str(tmp_path / "job"),
    )
    assert made.returncode == 0, made.stderr
    record = records.read_record(record_path(RUN, Options(backend="jax", out=tmp_path / "job")))
    folder = write([record], tmp_path / "bundle")
    done = engine("--repeat", record["run"]["run_id"], "--bundle", str(folder), TMPDIR=str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert f"  weights: the same, SHA-256 {record['run']['weights_sha256']}" in lines
    assert "differ" not in done.stdout
    assert lines[-1] == "the same"
    again = records.read_record(lines[-2].removeprefix("record: "))
    assert Path(lines[-2].removeprefix("record: ")).is_relative_to(tmp_path), (
        "the temporary folder is kept and named"
    )
    assert again["run"]["weights_sha256"] == record["run"]["weights_sha256"]
    assert again["run"]["execution_id"] != record["run"]["execution_id"]


@pytest.fixture(scope="module")
def original() -> records.Record:
    """A record of the run as this machine would write it, with invented numbers: nothing is trained."""
    options = Options(backend="jax")
    facts = machine.facts("jax")
    spec = asked(RUN, options)
    run = {
        **{column.name: None for column in records.TABLES["runs"]},
        **{"run_id": run_id(RUN, options), "spec_hash": records.spec_hash(spec), "seed": RUN.seed},
        **{name: facts[name] for name in ("machine_id", "software_id")},
        **{
            "machine_name": "",
            "entry": ENTRY.id,
            "family": ENTRY.family,
            "task": ENTRY.task,
            "dataset": "xor",
            "variant": "",
            "recipe": "xor",
        },
        **{
            "tier": "pocket",
            "rule": RECIPE.rule,
            "backend": "jax",
            "precision": "float32",
            "matmul_precision": "float32",
            "device": "cpu",
        },
        **{
            "threads": 1,
            "devices": 1,
            "status": "ok",
            "reason": "",
            "weights_sha256": "ab" * 32,
            "started": "2026-01-01T10:00:00Z",
            "resumed": 0,
            "start_sha256": "",
        },
        **{
            "train_s": 1.5,
            "total_s": 1.5,
            "source_sha256": "cd" * 32,
            "command": "",
            "currency": "",
            **provenance.facts(),
        },
    }
    record = {
        "schema_version": records.SCHEMA_VERSION,
        "run": run,
        "epochs": [],
        "measures": [
            {"epoch": None, "split": "test", "measure": name, "value": value, "unit": "%"}
            for name, value in (("error", 50.0), ("loss", None))
        ],
        "machine": facts,
        "spec": {
            "asked": spec,
            "card": catalogue.card(ENTRY),
            "dataset": dataclasses.asdict(datasets.card("xor")),
            "measures": [],
            "layers": [],
        },
        "pictures": {},
    }
    return records.identified(record)


def changed(record: records.Record, change: Callable[[dict[str, Any]], object]) -> records.Record:
    """The record with something changed and its ids made right again."""
    record = copy.deepcopy(record)
    change(record)
    run, facts = record["run"], record["machine"]
    facts |= {"machine_id": records.machine_id(facts), "software_id": records.software_id(facts)}
    run |= {
        **{name: facts[name] for name in ("machine_id", "software_id")},
        "spec_hash": records.spec_hash(record["spec"]["asked"]),
    }
    run["run_id"] = records.run_id(run["spec_hash"], run["seed"], run["machine_id"], run["software_id"])
    return records.identified(record)


def write(parts: list[records.Record], folder: Path) -> Path:
    folder.mkdir()
    records.write_bundle(records.from_records(parts), folder)
    return folder


@pytest.fixture
def repeat(
    original: records.Record,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Any:
    """Calls the command on a bundle of these records, where training writes `original`.

    Returns exit code, output, error and what was trained.
    """
    trained: list[Run] = []

    def execute(runs: list[Run], options: Options, progress: object) -> None:
        (run,) = runs
        trained.append(run)
        assert not record_path(run, options).exists(), "an old record would stand for the repetition"
        records.write_record({**original, "run": original["run"]}, record_path(run, options))

    monkeypatch.setattr(jobs, "execute", execute)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)

    def call(parts: list[records.Record], id: str = "", *arguments: str) -> tuple[int, str, str, list[Run]]:
        folder = tmp_path / "bundle"
        if not folder.exists():
            write(parts, folder)
        trained.clear()
        monkeypatch.setattr(
            sys,
            "argv",
            ["engine", "--repeat", id or parts[0]["run"]["run_id"], "--bundle", str(folder), *arguments],
        )
        code = command_line.main()
        said = capsys.readouterr()
        return code, said.out, said.err, trained

    return call


def test_the_same(repeat: Any, original: records.Record, tmp_path: Path) -> None:
    code, out, _, trained = repeat([original])
    assert code == 0
    assert trained == [RUN]
    run = original["run"]
    assert out.splitlines() == [
        f"{run['run_id']} is perceptron_1958 xor, pocket tier, seed 1, on jax, in float32, on 1 thread",
        f"execution {run['execution_id']} of 2026-01-01T10:00:00Z: the same",
        f"  weights: the same, SHA-256 {'ab' * 32}",
        "  test error: the same, 50.0 %",
        "  test loss: the same, no number",
        out.splitlines()[-2],
        "the same",
    ]
    assert Path(out.splitlines()[-2].removeprefix("record: ")).is_file()


def test_a_run_of_several_devices_is_repeated_on_as_many(repeat: Any, original: records.Record) -> None:
    def share(record: dict[str, Any]) -> None:
        record["run"]["devices"] = record["spec"]["asked"]["devices"] = 2

    code, out, _, _ = repeat([changed(original, share)])
    assert code == 0
    assert "on jax, in float32, on 1 thread, shared by 2 devices" in out

    assert run_id(RUN, Options(backend="jax", devices=2)) in out.splitlines()[-2]


def test_a_repetition_of_before_does_not_stand_for_a_new_one(
    repeat: Any, original: records.Record, tmp_path: Path
) -> None:
    for number in (1, 2, 3):
        code, _, _, trained = repeat([original], "", "--out", str(tmp_path / "out"))
        assert code == 0 and trained == [dataclasses.replace(RUN, execution=number)]


def other(record: dict[str, Any]) -> None:
    record["run"] |= {
        "weights_sha256": "ef" * 32,
        "source_sha256": "99" * 32,
        "commit": "12" * 20,
        "dirty": True,
    }
    record["measures"][0]["value"] = 25.0
    record["machine"] |= {
        "processor": "Another",
        "instruction_sets": "avx2",
        "cores": 96,
        "keras": "3.0.0",
        "environment": "XLA_FLAGS=--xla_a=1",
    }
    record["spec"]["asked"]["recipe"] |= {
        "epochs": 10**9,
        "model": {"units": [1, 2]},
        "new": "x",
        "source": "another remark",
    }
    record["spec"]["asked"]["data_checksum"] = record["spec"]["dataset"]["checksum"] = "77" * 32


def test_what_differs_is_named(repeat: Any, original: records.Record) -> None:
    code, out, _, trained = repeat([changed(original, other)])
    assert code == 1
    assert trained == [RUN], "what is trained is the catalogue's, whatever the bundle asks for"
    lines = [line.strip() for line in out.splitlines()]
    model = json.dumps(plain(RECIPE.model), sort_keys=True)
    recipe = (
        f'epochs 1000000000 then, {RECIPE.epochs} now; model {{"units": [1, 2]}} then, {model} now;'
        " new x then, not stated now"
    )
    assert lines[1] == f"the catalogue's recipe, which is trained, differs from the bundle's: {recipe}"
    assert lines[2].endswith(": not the same")
    assert lines[3:6] == [
        f"weights: SHA-256 {'ef' * 32} then, SHA-256 {'ab' * 32} now",
        "test error: 25.0 % then, 50.0 % now",
        "test loss: the same, no number",
    ]
    assert lines[6] == "these differ, and may be why:"
    kinds = dict(line.split(": ", 1) for line in lines[7:12])
    facts = original["machine"]
    assert list(kinds) == ["machine", "software", "source", "recipe", "data"]
    assert kinds["machine"].split("; ")[:1] == [f"processor Another then, {facts['processor']} now"]
    assert (
        f"cores 96 then, {facts['cores']} now" in kinds["machine"]
        and "instruction_sets avx2 then" in kinds["machine"]
    )
    assert "memory_bytes" not in kinds["machine"] and "device" not in kinds["machine"]
    assert kinds["software"].startswith(
        f"keras 3.0.0 then, {facts['keras']} now; environment XLA_FLAGS=--xla_a=1 then, "
    )
    assert kinds["source"].startswith(
        f"source_sha256 {'99' * 32} then, {'cd' * 32} now; commit {'12' * 20} then, "
    )
    assert kinds["recipe"] == recipe
    assert kinds["data"].startswith(f"data_checksum {'77' * 32} then, ")
    assert lines[-1] == "not the same"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda record: record["run"].update(weights_sha256="ef" * 32), "weights: SHA-256 efef"),
        (
            lambda record: record["measures"][0].update(value=50.00000000000001),
            "test error: 50.00000000000001 % then, 50.0 % now",
        ),
        (lambda record: record["measures"].pop(0), "test error: not measured then, 50.0 % now"),
        (
            lambda record: record["measures"][0].update(measure="mistakes"),
            "test mistakes: 50.0 % then, not measured now",
        ),
        (
            lambda record: record["run"].update(status="diverged", reason="loss is nan"),
            "status: diverged (loss is nan) then, ok now",
        ),
    ],
)
def test_one_difference_is_enough(repeat: Any, original: records.Record, change: Any, sentence: str) -> None:
    code, out, _, _ = repeat([changed(original, change)])
    assert code == 1
    assert sentence in out
    assert "nothing on record differs: the same run gave other numbers" in out


def test_the_same_numbers_from_elsewhere_are_the_same(repeat: Any, original: records.Record) -> None:
    code, out, _, _ = repeat(
        [changed(original, lambda record: record["machine"].update(processor="Another", processor_vendor=""))]
    )
    assert code == 0
    assert (
        "nevertheless, these differ:" in out
        and "processor Another then" in out
        and "processor_vendor not stated then" in out
    )


def test_each_execution_is_compared(repeat: Any, original: records.Record) -> None:
    broken = changed(
        original,
        lambda record: record["run"].update(weights_sha256="ef" * 32, started="2026-01-02T10:00:00Z"),
    )
    assert broken["run"]["run_id"] == original["run"]["run_id"]
    code, out, _, trained = repeat([original, broken])
    assert code == 1 and len(trained) == 1
    assert f"execution {original['run']['execution_id']} of 2026-01-01T10:00:00Z: the same" in out
    assert f"execution {broken['run']['execution_id']} of 2026-01-02T10:00:00Z: not the same" in out
    for record, code in ((original, 0), (broken, 1)):
        assert repeat([original, broken], record["run"]["execution_id"])[0] == code


def cannot(record: dict[str, Any], **facts: Any) -> None:
    """Another name for what is asked, wherever it stands."""
    record["run"] |= facts
    recipe = {name: facts[name] for name in ("tier",) if name in facts}
    record["spec"]["asked"] |= {name: facts[name] for name in ("entry", "threads") if name in facts}
    record["spec"]["asked"]["recipe"] |= recipe
    if "entry" in facts:
        record["spec"]["card"]["id"] = facts["entry"]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"entry": "perceptron_1959"}, "unknown entry 'perceptron_1959': did you mean perceptron_1958"),
        ({"tier": "paper"}, "perceptron_1958 has no recipe 'xor' in tier 'paper'"),
        ({"threads": 4096}, "4096"),
    ],
)
def test_what_cannot_be_repeated_is_one_sentence(
    repeat: Any, original: records.Record, tmp_path: Path, facts: dict[str, Any], sentence: str
) -> None:
    code, out, error, trained = repeat([changed(original, lambda record: cannot(record, **facts))])
    assert (code, out, trained) == (2, "", [])
    assert error.startswith("error: ") and sentence in error and error.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"], "nothing is left behind"


def test_data_that_are_not_at_hand(
    repeat: Any, original: records.Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(id: str, data_dir: Path | None) -> None:
        raise datasets.DataError("no such mirror")

    monkeypatch.setattr(datasets, "load", load)
    assert repeat([original])[:3] == (2, "", "error: the data set xor is not at hand: no such mirror\n")


def test_a_fault_of_this_machine_is_no_difference(
    repeat: Any, original: records.Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    def execute(*arguments: object) -> None:
        raise SystemExit("the process that ran perceptron_1958 ended with exit code 1; see above")

    monkeypatch.setattr(jobs, "execute", execute)
    code, _, error, _ = repeat([original])
    assert (code, error) == (
        2,
        "error: the process that ran perceptron_1958 ended with exit code 1; see above\n",
    )


def test_an_unknown_id_names_the_nearest(repeat: Any, original: records.Record) -> None:
    id = original["run"]["run_id"]
    near = ("0" if id[0] != "0" else "1") + id[1:]
    code, out, error, trained = repeat([original], near)
    assert (code, out, trained) == (2, "", [])
    assert f"holds no run or execution '{near}': did you mean {id}" in error
    assert "holds no run or execution 'zzz': its report lists all" in repeat([original], "zzz")[2]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--repeat", "0" * 16], "--repeat and --bundle go together"),
        (["--bundle", "somewhere"], "--repeat and --bundle go together"),
        (
            ["perceptron_1958", "--repeat", "0" * 16, "--bundle", "somewhere", "--seeds", "3"],
            "--repeat takes entries, seeds from the bundle",
        ),
        (["--repeat", "0" * 16, "--bundle", "somewhere"], "somewhere: is not a complete bundle"),
    ],
)
def test_bad_arguments(
    arguments: list[str], sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["engine", *arguments])
    assert command_line.main() == 2
    error = capsys.readouterr().err
    assert sentence in error and error.count("\n") == 1


def test_nothing_of_a_bundle_moves_the_cursor(repeat: Any, original: records.Record) -> None:
    def hostile(record: dict[str, Any]) -> None:
        record["machine"]["processor"] = "\x9b2J\u202e" + "x" * 5000
        record["spec"]["asked"]["recipe"]["\x9b2J"] = "\x9b2J"
        record["spec"]["asked"]["recipe"] |= {f"option{i}": "x" * 1000 for i in range(500)}
        record["run"] |= {"status": "error", "reason": "\x9b2J\nthe same"}

    code, out, _, _ = repeat([changed(original, hostile)])
    assert code == 1
    assert all(line.isprintable() for line in out.splitlines())
    assert out.splitlines().count("the same") == 0 and len(out) < 100_000
