"""One run's record, written and read."""

import math

from benchmarks import records
from tests.records.examples import changed, make_record


def test_a_record_reads_back_as_it_was_written(tmp_path):
    record = make_record()
    records.write_record(record, tmp_path / "runs" / "a.json")
    assert records.read_record(tmp_path / "runs" / "a.json") == record
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["a.json"]


def test_numbers_that_are_not_finite_are_written_as_null(tmp_path):
    record = changed(changed(make_record(), "measures.0.value", math.nan), "run.step_flop", math.inf)
    records.write_record(record, tmp_path / "a.json")
    text = (tmp_path / "a.json").read_text()
    assert "NaN" not in text and "Infinity" not in text
    read = records.read_record(tmp_path / "a.json")
    assert read["measures"][0]["value"] is None and read["run"]["step_flop"] is None


def test_the_ids_that_follow_from_the_rest_are_filled_in():
    record = make_record()
    without = {
        **record,
        "run": {key: value for key, value in record["run"].items() if key not in ("spec_id", "execution_id")},
    }
    without["epochs"] = [
        {key: value for key, value in row.items() if key != "execution_id"} for row in record["epochs"]
    ]
    assert records.identified(without) == record


def test_measured_again_is_another_execution_of_the_same_run():
    once, again = make_record(luck=0)["run"], make_record(luck=1)["run"]
    assert once["run_id"] == again["run_id"] and once["execution_id"] != again["execution_id"]


def test_a_message_from_anywhere_can_be_made_a_reason(tmp_path):
    reason = records.clean_text("\x1b[31mout of memory\x00 \ud800" + "x" * 200_000, 10_000)
    record = records.identified(changed(changed(make_record(), "run.status", "oom"), "run.reason", reason))
    records.write_record(record, tmp_path / "a.json")
    assert records.read_record(tmp_path / "a.json")["run"]["reason"] == reason
    assert "out of memory" in reason and len(reason) == 10_000
