"""Which runs failed, and which jobs are not done."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks import catalogue, records, sources
from benchmarks.commands.verdict import forget_missing_data, is_whole, outcomes, verdict
from tests.commands.examples import RECIPE, asked, done, record_of, written

#: What the examples were asked for.
SELECTION = {"backend": "jax", "precision": "float32", "threads": 2, "determinism": "bitwise"}


def test_verdict_on_runs_that_are_all_well(tmp_path: Path) -> None:
    done(tmp_path, "one", *(written(tmp_path, record_of(seed=seed)) for seed in (0, 1)))
    done(tmp_path, "two", written(tmp_path, record_of(seed=2)))
    assert verdict(tmp_path, {"one": [asked(0), asked(1)], "two": [asked(2)]}, SELECTION) == (
        True,
        "3 runs: 3 ok",
    )


def test_verdict_names_every_run_that_failed_and_the_command_to_try_again(tmp_path: Path) -> None:
    ill = [
        record_of(seed=seed, status=status, reason="no memory")
        for seed, status in enumerate(("oom", "diverged"))
    ]
    done(tmp_path, "job", *(written(tmp_path, record) for record in [*ill, record_of(seed=2)]))
    again = "snakemake --forcerun=train --config tier=pocket"
    good, text = verdict(tmp_path, {"job": [asked(0), asked(1), asked(2)]}, SELECTION, again)
    assert not good
    lines = text.splitlines()
    assert lines[0] == "3 runs: 1 oom, 1 diverged, 1 ok"
    assert f"oom: lenet5_1998 {RECIPE.name} pocket seed 0: no memory" in lines
    assert f"diverged: lenet5_1998 {RECIPE.name} pocket seed 1: no memory" in lines
    assert lines[-1] == f"To repeat the runs that did not finish: {again}"


def test_a_run_that_diverged_would_diverge_again(tmp_path: Path) -> None:
    done(tmp_path, "job", written(tmp_path, record_of(status="diverged", reason="loss is NaN")))
    assert "--forcerun" not in verdict(tmp_path, {"job": [asked()]}, SELECTION)[1]


def test_a_run_without_a_record_is_not_ok_whatever_its_job_said(tmp_path: Path) -> None:
    kept, gone, cut = (written(tmp_path, record_of(seed=seed)) for seed in range(3))
    done(tmp_path, "job", kept, gone, cut)
    gone.unlink()
    cut.write_bytes(cut.read_bytes()[:100])
    jobs = {"job": [asked(0), asked(1), asked(2)], "lost": [asked(3)]}
    good, text = verdict(tmp_path, jobs, SELECTION)
    assert not good
    assert text.startswith("4 runs: 3 missing, 1 ok")
    for path in (gone, cut):
        assert str(path) in text
    assert "seed 3: its job was not started" in text


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("[10:00:00] epoch 1/9\n", "its job did not finish; {log} says why"),
        (
            "[10:00:00] the job was asked to end: its work is saved; sent again, it goes on\n",
            "its job was asked to end before it was done; {log} says why",
        ),
        (None, "its job was not started"),
    ],
)
def test_the_log_of_a_lost_job_tells_why_it_was_lost(tmp_path: Path, said: str | None, reason: str) -> None:
    log = tmp_path / "logs/train/lost.log"
    log.parent.mkdir(parents=True)
    if said is not None:
        log.write_text(said)
    assert outcomes(tmp_path, {"lost": [asked()]}, SELECTION) == [
        ("missing", asked(), reason.format(log=log))
    ]


@pytest.mark.parametrize(
    ("otherwise", "status"),
    [
        ({}, "ok"),
        ({"backend": "tensorflow"}, "missing"),
        ({"precision": "float64"}, "missing"),
        ({"threads": 1}, "missing"),
        ({"devices": 2}, "missing"),
        ({"determinism": "seeded"}, "missing"),
    ],
)
def test_of_a_lost_job_the_runs_on_record_are_not_missing(
    tmp_path: Path, otherwise: dict[str, Any], status: str
) -> None:
    """A record counts if it is of what was asked for; the second seed and execution have none."""
    source = sources.source_sha256(catalogue.load("lenet5_1998"), RECIPE, "jax")
    record = record_of(source_sha256=source)
    written(tmp_path, record, f"{RECIPE.name}-pocket-seed0-{record['run']['run_id']}")
    runs = [asked(0), asked(1), asked(0, execution=2)]
    found = outcomes(tmp_path, {"lost": runs}, SELECTION | otherwise)
    assert [outcome[0] for outcome in found] == [status, "missing", "missing"]


def test_a_record_of_earlier_source_does_not_stand_for_a_lost_run(tmp_path: Path) -> None:
    record = record_of(source_sha256="0" * 64)
    written(tmp_path, record, f"{RECIPE.name}-pocket-seed0-{record['run']['run_id']}")
    assert outcomes(tmp_path, {"lost": [asked()]}, SELECTION)[0][0] == "missing"


def test_a_job_is_not_done_while_a_record_of_it_is_gone_or_cut_short(tmp_path: Path) -> None:
    paths = [written(tmp_path, record_of(seed=seed)) for seed in range(3)]
    for job, path in zip(("whole", "gone", "cut"), paths, strict=True):
        done(tmp_path, job, path)
    paths[1].unlink()
    paths[2].write_bytes(paths[2].read_bytes()[:-5])
    (tmp_path / "jobs/odd.json").write_text('{"runs"')
    whole = {path.stem for path in (tmp_path / "jobs").iterdir() if is_whole(path, tmp_path)}
    assert whole == {"whole"}
    assert not is_whole(tmp_path / "jobs/never_run.json", tmp_path)


def test_what_could_not_be_downloaded_is_asked_for_again(tmp_path: Path) -> None:
    for name, reason in (("mnist", ""), ("usps", "usps: no network")):
        records.write_json_atomic({"dataset": name, "reason": reason}, tmp_path / f"data/{name}.json")
    (tmp_path / "data/cifar10.json").write_text('{"datas')
    forget_missing_data(tmp_path)
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["mnist.json"]
