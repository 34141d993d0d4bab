"""What happens to records after the runs."""

import csv
import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import catalogue, collect, records, selection
from tests.records.examples import make_ceilings, make_record

RECIPE = catalogue.recipes(catalogue.load("lenet5_1998"), "pocket")[0]


def record_of(
    recipe: Any = RECIPE, entry: str = "lenet5_1998", seed: int = 0, luck: int = 0, **run: Any
) -> Any:
    """A valid record of a recipe, as the engine would write it; `run` replaces what its run says."""
    record = make_record(seed, recipe.dataset, recipe.variant, luck=luck)
    record["spec"]["asked"] |= {"entry": entry, "recipe": json.loads(json.dumps(dataclasses.asdict(recipe)))}
    record["spec"]["card"] |= {"id": entry}
    record["run"] |= {
        "entry": entry,
        "rule": recipe.rule,
        **run,
        "spec_hash": records.spec_hash(record["spec"]["asked"]),
    }
    ids = [record["run"][name] for name in ("spec_hash", "seed", "machine_id", "software_id")]
    record["run"]["run_id"] = records.run_id(*ids)
    return records.identified(record)


def written(results: Path, record: Any, name: str = "") -> Path:
    """Write a record where the engine would."""
    run = record["run"]
    path = results / "runs" / run["entry"] / f"{name or run['execution_id']}.json"
    records.write_record(record, path)
    return path


def done(results: Path, job: str, *paths: Path, ended: str = "2026-01-02T00:00:00Z") -> None:
    """Write the summary of a job that asked for these records."""
    items = [{"record": str(path.relative_to(results))} for path in paths]
    records.write_json_atomic(
        {"job": job, "process_s": 10.0, "import_s": 5.0, "ended": ended, "runs": items},
        results / "jobs" / f"{job}.json",
    )


def asked(seed: int = 0, execution: int = 1) -> selection.Run:
    return {
        "entry": "lenet5_1998",
        "recipe": RECIPE.name,
        "tier": "pocket",
        "seed": seed,
        "execution": execution,
    }


def weights(bundle: Path) -> list[str]:
    """The weights of the runs in a bundle, by which the tests tell runs apart."""
    with open(bundle / "runs.csv", newline="") as file:
        return sorted(row["weights_sha256"][:2] for row in csv.DictReader(file))


def short(record: Any) -> dict[str, Any]:
    """As much of a record as the choice between records looks at."""
    run = dict.fromkeys(records.QUESTION, "") | {"run_id": "one", "started": "2026-01-01T00:00:00Z"}
    return {"run": run | record, "spec": {"asked": {}}}


def test_the_newer_of_two_answers_to_one_question_stands() -> None:
    found = {Path("new"): short({"run_id": "two", "started": "2026-02-01T00:00:00Z"}), Path("old"): short({})}
    assert list(collect.newest(found, {})) == [Path("new")]


def test_an_older_answer_that_is_asked_for_again_stands() -> None:
    """Data that were replaced and put back: their record of before is found, and the other is history."""
    found = {
        Path("before"): short({}),
        Path("edited"): short({"run_id": "two", "started": "2026-02-01T00:00:00Z"}),
    }
    asked = {Path("before"): "2026-02-02T00:00:00Z", Path("edited"): "2026-02-01T00:10:00Z"}
    assert list(collect.newest(found, asked)) == [Path("before")]


def test_all_executions_of_a_run_stand() -> None:
    found = {Path("first"): short({}), Path("second"): short({"started": "2026-02-01T00:00:00Z"})}
    assert list(collect.newest(found, {})) == [Path("first"), Path("second")]


@pytest.mark.parametrize("column", records.QUESTION)
def test_another_question_is_another_run(column: str) -> None:
    assert (
        len(
            collect.newest(
                {Path("one"): short({}), Path("other"): short({column: "another", "run_id": "two"})}, {}
            )
        )
        == 2
    )


def test_a_seeded_run_does_not_stand_for_a_bitwise_one() -> None:
    seeded = short({"run_id": "two"}) | {"spec": {"asked": {"determinism": "seeded"}}}
    assert len(collect.newest({Path("one"): short({}), Path("other"): seeded}, {})) == 2


def test_the_report_shows_the_recipe_as_it_stands_now(tmp_path: Path) -> None:
    """Edited, run, put back: the abandoned recipe's record is newer, and asked for last, and is left out all the same."""
    abandoned = dataclasses.replace(RECIPE, epochs=RECIPE.epochs + 1)
    written(tmp_path, record_of(weights_sha256="aa" * 32))
    newer = written(tmp_path, record_of(abandoned, weights_sha256="bb" * 32, started="2026-02-01T00:00:00Z"))
    done(tmp_path, "job", newer, ended="2026-02-02T00:00:00Z")
    said = collect.bundle(tmp_path, tmp_path / "bundle")
    assert weights(tmp_path / "bundle") == ["aa"]
    assert "1 records of recipes that were edited or removed since are left out, of lenet5_1998" in said


def test_what_a_recipe_says_of_itself_makes_no_other_of_it(tmp_path: Path) -> None:
    written(tmp_path, record_of(dataclasses.replace(RECIPE, source="another page", floor=None)))
    assert collect.bundle(tmp_path, tmp_path / "bundle")[0].startswith("1 records are in")


def test_records_of_entries_that_the_catalogue_lacks_stay(tmp_path: Path) -> None:
    written(tmp_path, record_of(entry="of_a_fork_2030"))
    said = collect.bundle(tmp_path, tmp_path / "bundle")
    assert len(weights(tmp_path / "bundle")) == 1
    assert "1 records are of entries that this catalogue does not have: of_a_fork_2030" in said


def test_what_cannot_be_read_is_named_and_costs_nothing_else(tmp_path: Path) -> None:
    good = record_of()
    path = written(tmp_path, good)
    ceilings = tmp_path / "machines/jax-1.json"
    records.write_json_atomic(make_ceilings(good), ceilings)
    truncated = path.with_name("digits-pocket-seed1-0.json")
    truncated.write_bytes(path.read_bytes()[:300])
    (tmp_path / "jobs").mkdir()
    broken = [
        tmp_path / "jobs/cut.json",
        tmp_path / "jobs/odd.json",
        tmp_path / "machines/empty.json",
        tmp_path / "machines/odd.json",
    ]
    for file, content in zip(
        broken, ['{"runs": [', '{"runs": [3], "process_s": 1}', "", '{"matmul_flops": "fast"}'], strict=True
    ):
        file.write_text(content)
    # What macOS and editors leave is no matter.
    for hidden in (path.with_name("._x.json"), tmp_path / "jobs/._x.json", tmp_path / "machines/.x.json"):
        hidden.write_bytes(b"\x00\x05\x16\x07")
    said = collect.bundle(tmp_path, tmp_path / "bundle")
    assert said[0] == f"1 records are in {tmp_path / 'bundle'}"
    for file in (truncated, *broken):
        sentence = next(line for line in said if str(file) in line)
        assert "delete it" in sentence
        assert "\n" not in sentence
    assert len(said) == 6
    assert records.read_bundle(tmp_path / "bundle").ceilings["matmul_flops"].tolist() == [1e11]
    assert "sum over processes" in collect.times(tmp_path)


def test_the_ceilings_of_every_measurement_are_kept(tmp_path: Path) -> None:
    record = record_of()
    written(tmp_path, record)
    for number, flops in enumerate((1e11, 2e11)):
        records.write_json_atomic(make_ceilings(record, flops), tmp_path / f"machines/jax-{number}.json")
    collect.bundle(tmp_path, tmp_path / "bundle")
    assert sorted(records.read_bundle(tmp_path / "bundle").ceilings["matmul_flops"]) == [1e11, 2e11]


def test_missing_ceilings_are_said(tmp_path: Path) -> None:
    written(tmp_path, record_of())
    assert (
        collect.bundle(tmp_path, tmp_path / "bundle")[-1]
        == "1 of 1 machines have no ceilings: on them, snakemake --forcerun machine"
    )


def test_a_price_that_was_given_holds_until_another_is(tmp_path: Path) -> None:
    def prices() -> list[tuple[float, str]]:
        runs = records.read_bundle(tmp_path / "bundle").runs
        return list(zip(runs["price_per_hour"], runs["currency"], strict=True))

    written(tmp_path, record_of())
    collect.bundle(tmp_path, tmp_path / "bundle", 2.5, "EUR")
    assert prices() == [(2.5, "EUR")]
    collect.bundle(tmp_path, tmp_path / "bundle")
    assert prices() == [(2.5, "EUR")]
    collect.bundle(tmp_path, tmp_path / "bundle", 3.0, "USD")
    assert prices() == [(3.0, "USD")]


def test_verdict_on_runs_that_are_all_well(tmp_path: Path) -> None:
    done(tmp_path, "one", *(written(tmp_path, record_of(seed=seed)) for seed in (0, 1)))
    done(tmp_path, "two", written(tmp_path, record_of(seed=2)))
    assert collect.verdict(tmp_path, {"one": [asked(0), asked(1)], "two": [asked(2)]}) == (
        True,
        "3 runs: 3 ok",
    )


def test_verdict_names_every_run_that_failed_and_the_command_to_try_again(tmp_path: Path) -> None:
    ill = [
        record_of(seed=seed, status=status, reason="no memory")
        for seed, status in enumerate(("oom", "diverged"))
    ]
    done(tmp_path, "job", *(written(tmp_path, record) for record in [*ill, record_of(seed=2)]))
    good, text = collect.verdict(
        tmp_path, {"job": [asked(0), asked(1), asked(2)]}, "snakemake --forcerun=train --config tier=pocket"
    )
    assert not good
    lines = text.splitlines()
    assert lines[0] == "3 runs: 1 oom, 1 diverged, 1 ok"
    assert f"oom: lenet5_1998 {RECIPE.name} pocket seed 0: no memory" in lines
    assert f"diverged: lenet5_1998 {RECIPE.name} pocket seed 1: no memory" in lines
    assert lines[-1] == "To try again what did not end: snakemake --forcerun=train --config tier=pocket"


def test_a_run_that_diverged_would_diverge_again(tmp_path: Path) -> None:
    done(tmp_path, "job", written(tmp_path, record_of(status="diverged", reason="loss is NaN")))
    assert "--forcerun" not in collect.verdict(tmp_path, {"job": [asked()]})[1]


def test_a_run_without_a_record_is_not_ok_whatever_its_job_said(tmp_path: Path) -> None:
    kept, gone, cut = (written(tmp_path, record_of(seed=seed)) for seed in range(3))
    done(tmp_path, "job", kept, gone, cut)
    gone.unlink()
    cut.write_bytes(cut.read_bytes()[:100])
    good, text = collect.verdict(tmp_path, {"job": [asked(0), asked(1), asked(2)], "lost": [asked(3)]})
    assert not good
    assert text.startswith("4 runs: 3 missing, 1 ok")
    for path in (gone, cut):
        assert str(path) in text
    assert "seed 3: its job did not end; results/logs/train/lost.log says why" in text


def test_a_job_is_not_done_while_a_record_of_it_is_gone_or_cut_short(tmp_path: Path) -> None:
    paths = [written(tmp_path, record_of(seed=seed)) for seed in range(3)]
    for job, path in zip(("whole", "gone", "cut"), paths, strict=True):
        done(tmp_path, job, path)
    paths[1].unlink()
    paths[2].write_bytes(paths[2].read_bytes()[:-5])
    (tmp_path / "jobs/odd.json").write_text('{"runs"')
    done(tmp_path, "of_another_selection", paths[1])
    (tmp_path / "verdict.txt").touch()
    collect.distrust(tmp_path, ["whole", "never_run"])
    assert (tmp_path / "verdict.txt").exists()
    collect.distrust(tmp_path, ["whole", "gone", "cut", "odd", "never_run"])
    assert sorted(path.stem for path in (tmp_path / "jobs").iterdir()) == ["of_another_selection", "whole"]
    assert not (tmp_path / "verdict.txt").exists()


def test_what_could_not_be_downloaded_is_asked_for_again(tmp_path: Path) -> None:
    for name, reason in (("mnist", ""), ("usps", "usps: no network")):
        records.write_json_atomic({"dataset": name, "reason": reason}, tmp_path / f"data/{name}.json")
    (tmp_path / "data/cifar10.json").write_text('{"datas')
    collect.forget_missing_data(tmp_path)
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["mnist.json"]


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
    assert collect.rule_seconds(tmp_path) == {"train": 4.0, "page": 4.0}


def test_a_record_that_two_jobs_asked_for_took_its_time_once(tmp_path: Path) -> None:
    record = record_of()
    path = written(tmp_path, record)
    done(tmp_path, "one", path)
    once = collect.times(tmp_path)
    done(tmp_path, "two", path)
    line = next(line for line in once.splitlines() if line.startswith("train "))
    assert f"{record['run']['train_s']:.1f}" in line
    assert f"{record['run']['train_s']:.1f}" in next(
        line for line in collect.times(tmp_path).splitlines() if line.startswith("train ")
    )


def test_nothing_to_collect_is_said(tmp_path: Path) -> None:
    with pytest.raises(records.RecordError, match="has no records: train something first"):
        collect.bundle(tmp_path, tmp_path / "bundle")
    assert not (tmp_path / "bundle").exists()


def test_where_nothing_can_be_read_the_file_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "runs/xor_1969/xor-pocket-seed0-0.json"
    broken.parent.mkdir(parents=True)
    broken.write_text('{"schema_version": 1')
    with pytest.raises(records.RecordError, match=r"has no records.*xor-pocket-seed0-0\.json"):
        collect.bundle(tmp_path, tmp_path / "bundle")
