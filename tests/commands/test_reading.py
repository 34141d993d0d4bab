"""What cannot be read is named, and costs nothing else."""

from pathlib import Path

from benchmarks import records
from benchmarks.commands import gather
from benchmarks.commands.times import times
from tests.commands.examples import record_of, written
from tests.records.examples import make_ceilings, make_speed


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
        tmp_path / "jobs/when.json",
        tmp_path / "jobs/deep.json",
        tmp_path / "machines/empty.json",
        tmp_path / "machines/odd.json",
    ]
    contents = [
        '{"runs": [',
        '{"runs": [3], "process_s": 1}',
        f'{{"runs": [{{"record": "{path.relative_to(tmp_path)}"}}], "process_s": 1, "ended": 3}}',
        10_000 * "[",
        "",
        '{"matmul_flops": "fast"}',
    ]
    for file, content in zip(broken, contents, strict=True):
        file.write_text(content)
    # What macOS and editors leave is no matter.
    for hidden in (path.with_name("._x.json"), tmp_path / "jobs/._x.json", tmp_path / "machines/.x.json"):
        hidden.write_bytes(b"\x00\x05\x16\x07")
    said = gather.bundle(tmp_path, tmp_path / "bundle")
    assert said[0] == f"1 records are in {tmp_path / 'bundle'}"
    for file in (truncated, *broken):
        sentence = next(line for line in said if str(file) in line)
        assert "delete it" in sentence
        assert "\n" not in sentence
    assert len(said) == 8
    assert records.read_bundle(tmp_path / "bundle").ceilings["matmul_flops"].tolist() == [1e11]
    assert "sum over processes" in times(tmp_path)


def test_of_speeds_measured_twice_the_newest_is_gathered(tmp_path: Path) -> None:
    good = record_of()
    written(tmp_path, good)
    for day, seconds in ((1, "1"), (3, "3"), (2, "2")):
        row = make_speed(good, measured=f"2026-01-0{day}T00:00:00Z", seconds=seconds)
        records.write_json_atomic({"speeds": [row]}, tmp_path / "speeds" / f"{day}.json")
    (tmp_path / "speeds/cut.json").write_text('{"speeds": [')
    (tmp_path / "speeds/odd.json").write_text('{"speeds": [{"work": 3}]}')
    said = gather.bundle(tmp_path, tmp_path / "bundle")
    for file in ("cut.json", "odd.json"):
        sentence = next(line for line in said if file in line)
        assert "delete it, and call snakemake speed" in sentence
    assert records.read_bundle(tmp_path / "bundle").speeds["seconds"].tolist() == ["3"]
