"""Where the time went."""

from pathlib import Path

from benchmarks.commands.times import rule_seconds, times
from tests.commands.examples import done, record_of, written


def test_seconds_of_rules_are_summed_over_their_jobs(tmp_path: Path) -> None:
    folder = tmp_path / "benchmarks"
    (folder / "train").mkdir(parents=True)
    (folder / "train/one.tsv").write_text("s\th:m:s\n1.5\t0:00:01\n")
    (folder / "train/two.tsv").write_text("s\th:m:s\n2.5\t0:00:02\n")
    (folder / "page.tsv").write_text("s\th:m:s\n4.0\t0:00:04\n")
    for name, content in (
        ("empty", ""),
        ("odd", "a\tb\n1\t2\n"),
        ("cut", "s\th:m:s\n-\t"),
        ("binary", "\x00\x01"),
    ):
        (folder / f"train/{name}.tsv").write_text(content)
    assert rule_seconds(tmp_path) == {"train": 4.0, "page": 4.0}


def test_a_record_that_two_jobs_asked_for_took_its_time_once(tmp_path: Path) -> None:
    record = record_of()
    path = written(tmp_path, record)
    done(tmp_path, "one", path)
    once = times(tmp_path)
    done(tmp_path, "two", path)
    line = next(line for line in once.splitlines() if line.startswith("train "))
    assert f"{record['run']['train_s']:.1f}" in line
    assert f"{record['run']['train_s']:.1f}" in next(
        line for line in times(tmp_path).splitlines() if line.startswith("train ")
    )
