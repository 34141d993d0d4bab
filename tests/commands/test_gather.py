"""What becomes of records in the bundle."""

import csv
import dataclasses
from pathlib import Path
from typing import Any

import pytest

from benchmarks import records
from benchmarks.commands import gather
from tests.commands.examples import RECIPE, done, record_of, written
from tests.records.examples import make_ceilings


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
    assert list(gather.newest(found, {})) == [Path("new")]


def test_an_older_answer_that_is_asked_for_again_stands() -> None:
    """Data that were replaced and put back: their record of before is found, and the other is history."""
    found = {
        Path("before"): short({}),
        Path("edited"): short({"run_id": "two", "started": "2026-02-01T00:00:00Z"}),
    }
    asked = {Path("before"): "2026-02-02T00:00:00Z", Path("edited"): "2026-02-01T00:10:00Z"}
    assert list(gather.newest(found, asked)) == [Path("before")]


def test_all_executions_of_a_run_stand() -> None:
    found = {Path("first"): short({}), Path("second"): short({"started": "2026-02-01T00:00:00Z"})}
    assert list(gather.newest(found, {})) == [Path("first"), Path("second")]


@pytest.mark.parametrize("column", records.QUESTION)
def test_another_question_is_another_run(column: str) -> None:
    assert (
        len(
            gather.newest(
                {Path("one"): short({}), Path("other"): short({column: "another", "run_id": "two"})}, {}
            )
        )
        == 2
    )


def test_a_seeded_run_does_not_stand_for_a_bitwise_one() -> None:
    seeded = short({"run_id": "two"}) | {"spec": {"asked": {"determinism": "seeded"}}}
    assert len(gather.newest({Path("one"): short({}), Path("other"): seeded}, {})) == 2


def test_the_report_shows_the_recipe_as_it_stands_now(tmp_path: Path) -> None:
    """Edited, run, put back: the abandoned recipe's record is newer, and asked for last, and is left out all
    the same."""
    abandoned = dataclasses.replace(RECIPE, epochs=RECIPE.epochs + 1)
    written(tmp_path, record_of(weights_sha256="aa" * 32))
    newer = written(tmp_path, record_of(abandoned, weights_sha256="bb" * 32, started="2026-02-01T00:00:00Z"))
    done(tmp_path, "job", newer, ended="2026-02-02T00:00:00Z")
    said = gather.bundle(tmp_path, tmp_path / "bundle")
    assert weights(tmp_path / "bundle") == ["aa"]
    assert "1 records of recipes that were edited or removed since are left out, of lenet5_1998" in said


def test_what_a_recipe_says_of_itself_makes_no_other_of_it(tmp_path: Path) -> None:
    written(tmp_path, record_of(dataclasses.replace(RECIPE, source="another page", floor=None)))
    assert gather.bundle(tmp_path, tmp_path / "bundle")[0].startswith("1 records are in")


def test_records_of_entries_that_the_catalogue_lacks_stay(tmp_path: Path) -> None:
    written(tmp_path, record_of(entry="of_a_fork_2030"))
    said = gather.bundle(tmp_path, tmp_path / "bundle")
    assert len(weights(tmp_path / "bundle")) == 1
    assert "1 records are of entries that this catalogue does not have: of_a_fork_2030" in said


def test_the_ceilings_of_every_measurement_are_kept(tmp_path: Path) -> None:
    record = record_of()
    written(tmp_path, record)
    for number, flops in enumerate((1e11, 2e11)):
        records.write_json_atomic(make_ceilings(record, flops), tmp_path / f"machines/jax-{number}.json")
    gather.bundle(tmp_path, tmp_path / "bundle")
    assert sorted(records.read_bundle(tmp_path / "bundle").ceilings["matmul_flops"]) == [1e11, 2e11]


def test_missing_ceilings_are_said(tmp_path: Path) -> None:
    written(tmp_path, record_of())
    assert (
        gather.bundle(tmp_path, tmp_path / "bundle")[-1]
        == "1 of 1 machines have no ceilings: run snakemake --forcerun machine on them"
    )


def test_a_price_that_was_given_holds_until_another_is(tmp_path: Path) -> None:
    def prices() -> list[tuple[float, str]]:
        runs = records.read_bundle(tmp_path / "bundle").runs
        return list(zip(runs["price_per_hour"], runs["currency"], strict=True))

    written(tmp_path, record_of())
    gather.bundle(tmp_path, tmp_path / "bundle", 2.5, "EUR")
    assert prices() == [(2.5, "EUR")]
    gather.bundle(tmp_path, tmp_path / "bundle")
    assert prices() == [(2.5, "EUR")]
    gather.bundle(tmp_path, tmp_path / "bundle", 3.0, "USD")
    assert prices() == [(3.0, "USD")]


@pytest.mark.parametrize(
    "content",
    [
        '{"price_per_hour": "abc", "currency": "EUR"}',
        '{"price_per_hour": -2, "currency": "EUR"}',
        '{"price_per_hour": NaN, "currency": "EUR"}',
        '{"price_per_hour": null, "currency": "EUR"}',
        '{"price_per_hour": true, "currency": "EUR"}',
        '{"price_per_hour": 1' + 400 * "0" + ', "currency": "EUR"}',
        '{"price_per_hour": 2, "currency": ""}',
        '{"price_per_hour": 2, "currency": 3}',
        '{"price_per_hour": 2, "currency": "E\\u0000R"}',
        '{"price_per_hour": 2}',
        10_000 * "[",
    ],
)
def test_a_bad_note_of_the_price_is_named_and_stops_no_report(tmp_path: Path, content: str) -> None:
    written(tmp_path, record_of())
    path = tmp_path / "price.json"
    path.write_text(content)
    (sentence,) = [line for line in gather.bundle(tmp_path, tmp_path / "bundle") if str(path) in line]
    assert sentence.startswith(f"{path} is left out because ")
    assert sentence.endswith(": call snakemake with price= and currency= again, or delete it")
    assert "\n" not in sentence
    assert records.read_bundle(tmp_path / "bundle").runs["price_per_hour"].isna().all()


@pytest.mark.parametrize("price", ["nan", "inf", "-1", "1e10"])
def test_a_price_that_is_none_is_refused_and_not_noted(
    tmp_path: Path, price: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, record_of())
    words = ["--results", str(tmp_path), "--out", str(tmp_path / "bundle"), "--price", price]
    monkeypatch.setattr("sys.argv", ["gather", *words, "--currency", "EUR"])
    assert gather.main() == 2
    assert f"--price {float(price):g} --currency 'EUR' is no price: give" in capsys.readouterr().err
    assert not (tmp_path / "price.json").exists()


def test_nothing_to_collect_is_said(tmp_path: Path) -> None:
    with pytest.raises(records.RecordError, match="has no records: train something first"):
        gather.bundle(tmp_path, tmp_path / "bundle")
    assert not (tmp_path / "bundle").exists()


def test_where_nothing_can_be_read_the_file_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "runs/xor_1969/xor-pocket-seed0-0.json"
    broken.parent.mkdir(parents=True)
    broken.write_text('{"schema_version": 1')
    with pytest.raises(records.RecordError, match=r"has no records.*xor-pocket-seed0-0\.json"):
        gather.bundle(tmp_path, tmp_path / "bundle")
