"""The tools for bundles, as they are called."""

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchmarks import records
from report import bundles as tools
from report import differences, exports
from report.loading import load
from tests.report import bundles
from tests.report.variations import edited, few


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small valid bundle."""
    folder = tmp_path_factory.mktemp("bundles") / "small"
    records.write_bundle(few(), folder)
    return folder


def test_a_valid_bundle_is_described(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tools.main(["validate", str(small)]) == 0
    held = records.read_bundle(small)
    assert (
        f"{len(held.runs)} executions ({len(held.runs)} ok) of 4 entries on 1 machine: valid"
        in capsys.readouterr().out
    )


def test_each_defect_is_one_sentence_and_the_other_bundles_are_still_read(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken"
    records.write_bundle(few(), broken)
    with (broken / "runs.csv").open("a", encoding="utf-8") as file:
        file.write("more\n")
    assert tools.main(["validate", str(broken), str(tmp_path / "absent"), str(small)]) == 2
    out, error = capsys.readouterr()
    assert "runs.csv: has SHA-256" in error and "absent: is not a complete bundle" in error
    assert len(error.splitlines()) == 2 and ": valid" in out


def test_impossible_numbers_are_doubts_and_fail_without_being_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records.write_bundle(edited(few(), runs=lambda row: row.update(started="9999-01-01T00:00:00Z")), tmp_path)
    assert tools.main(["validate", str(tmp_path)]) == 1
    out, error = capsys.readouterr()
    assert "doubt: " in error and "in doubt" in out


def test_merging_loses_nothing_and_replaces_no_other_bundle(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = bundles.again(few(), 1, caches="L2 4 MiB")
    records.write_bundle(other, tmp_path / "other")
    assert tools.main(["merge", str(small), str(tmp_path / "other"), "--out", str(tmp_path / "both")]) == 0
    both = records.read_bundle(tmp_path / "both")
    assert set(both.runs["execution_id"]) == {*few().runs["execution_id"], *other.runs["execution_id"]}
    assert tools.main(["merge", str(small), "--out", str(tmp_path / "both")]) == 2
    assert "which would be replaced" in capsys.readouterr().err
    assert records.read_bundle(tmp_path / "both").runs.equals(both.runs)
    assert tools.main(["merge", str(tmp_path / "both"), str(small), "--out", str(tmp_path / "both")]) == 0


def test_the_gate_decides_the_exit_status(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    slow = records.merge(*(bundles.again(few(), i, slower=2.0) for i in range(6)))
    fast = records.merge(*(bundles.again(few(), i) for i in range(6)))
    for name, bundle in [("slow", slow), ("fast", fast)]:
        records.write_bundle(bundle, tmp_path / name)
    before, after = str(tmp_path / "fast"), str(tmp_path / "slow")
    assert tools.main(["diff", before, after]) == 0
    assert "slower, 0.5" in capsys.readouterr().out
    assert tools.main(["diff", before, after, "--fail-on", "slower:5%,accuracy"]) == 1
    out = capsys.readouterr().out
    assert (
        "slower:5%: FAILED" in out
        and "accuracy: passed" in out
        and "False alarms: it failed in 0 of 200" in out
    )
    assert tools.main(["diff", after, before, "--fail-on", "slower:5%"]) == 0
    assert tools.main(["diff", before, after, "--fail-on", "slower:5"]) == 2
    assert "unknown condition 'slower:5'" in capsys.readouterr().err


def test_runs_that_diverge_after_a_change_fail_the_gate_of_accuracy(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """LeNet's runs end well before and diverge after; the questions of the other entries are unchanged."""

    def diverge(row: dict[str, Any]) -> None:
        if row["entry"] == "lenet5_1998":
            row.update(status="diverged", reason="loss is not finite", weights_sha256="")

    records.write_bundle(edited(few(), runs=diverge), tmp_path / "after")
    assert tools.main(["diff", str(small), str(tmp_path / "after"), "--fail-on", "accuracy"]) == 1
    out = capsys.readouterr().out
    assert "accuracy: FAILED" in out
    assert "ended well before, and no run of it after: lenet5_1998 digits (" in out
    # What fails in both is no change.
    assert tools.main(["diff", *[str(tmp_path / "after")] * 2, "--fail-on", "accuracy"]) == 0


def test_a_seed_that_diverged_counts_as_worse_than_any_number(tmp_path: Path) -> None:
    def diverge(row: dict[str, Any]) -> None:
        if row["entry"] == "lenet5_1998" and row["seed"] == 0:
            row.update(status="diverged", reason="loss is not finite", weights_sha256="")

    records.write_bundle(edited(few(), runs=diverge), tmp_path)
    questions = differences.side(load([tmp_path])).questions.values()
    values = [one.values for one in questions if one.entry == "lenet5_1998"]
    assert values and all(math.isinf(some[0]) and math.isfinite(some[1]) for some in values)


def test_an_export_leaves_out_what_no_run_can_have_produced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def rewind(row: dict[str, Any]) -> None:
        if row["entry"] == "lenet5_1998":
            row.update(started="2000-01-01T00:00:00Z")

    records.write_bundle(edited(few(), runs=rewind), tmp_path / "some")
    for format in exports.FORMATS:
        out = tmp_path / format
        assert tools.main(["export", str(tmp_path / "some"), "--format", format, "--out", str(out)]) == 0
    exported = pd.read_csv(tmp_path / "csv" / "results.csv")
    assert set(exported["entry"]) == set(few().runs["entry"]) - {"lenet5_1998"}

    all_of_them = edited(few(), runs=lambda row: row.update(started="2000-01-01T00:00:00Z"))
    records.write_bundle(all_of_them, tmp_path / "none")
    capsys.readouterr()
    for format in exports.FORMATS:
        out = tmp_path / "nothing" / format
        assert tools.main(["export", str(tmp_path / "none"), "--format", format, "--out", str(out)]) == 2
        assert "has nothing to export" in capsys.readouterr().err


def test_bundles_without_a_common_question_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for threads in (1, 2):
        records.write_bundle(few(threads=threads), tmp_path / f"{threads}")
    assert tools.main(["diff", str(tmp_path / "1"), str(tmp_path / "2")]) == 2
    error = capsys.readouterr().err
    assert "answer no question in common" in error and "(it has one with other threads)" in error


def test_an_export_never_writes_among_other_files(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert tools.main(["export", str(small), "--format", "csv", "--out", str(tmp_path)]) == 2
    assert "is not an empty folder" in capsys.readouterr().err
