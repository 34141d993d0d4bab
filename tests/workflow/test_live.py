"""The view of a real call: what the workflow, Snakemake and the engine print is what it understands."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import machine
from benchmarks.records.identity import digest
from tests.workflow.test_end_to_end import BROKEN
from tests.workflow.workflow_runs import ROOT, command, copy_checkout, environment

pytestmark = pytest.mark.slow

SELECTION = ("--config", "backend=jax", "entries=mcculloch_pitts_1943,broken_2099", "seeds=1")


def test_a_call_is_followed_to_its_end(tmp_path: Path) -> None:
    """An entry that trains and one that fails; called again, nothing trains and the failure is still said."""
    checkout, folder = tmp_path / "checkout", tmp_path / "folder"
    checkout.mkdir()
    copy_checkout(checkout)
    (checkout / "benchmarks/entries/feedforward/broken_2099.py").write_text(BROKEN)
    facts = machine.facts("jax")
    measured = folder / f"results/machines/jax-{digest([facts['machine_id'], facts['software_id']])[:8]}.done"
    measured.parent.mkdir(parents=True)
    measured.touch()

    def show() -> "subprocess.CompletedProcess[str]":
        called = [sys.executable, "-m", "benchmarks.commands.live", "--"]
        return subprocess.run(
            [*called, *command(folder, *SELECTION, root=checkout)],
            cwd=folder,
            env=environment(PYTHONPATH=str(checkout)),
            capture_output=True,
            text=True,
            timeout=300,
        )

    first = show()
    log = (folder / "results/logs/snakemake.log").read_text()
    assert (first.returncode, first.stderr) == (1, ""), log
    runs = len(list((folder / "results/runs").glob("*/*.json")))
    lines = first.stdout.splitlines()
    for pattern, count in (
        (rf"\[ *\d+:\d\d\] now     {runs} runs, 0 of them recorded already", 1),
        # A step that is over between two looks is not told.
        (r"\[ *\d+:\d\d\] now     (training|gathering the records|rendering the report)", None),
        (rf"\[.*\] done    \d+/{runs} mcculloch_pitts_1943 \S+ seed 0: ok, error [\d.]+ %, .*", None),
        (
            rf"\[.*\] failed  \d+/{runs} broken_2099 .*: error, RuntimeError: this model cannot be built, .*",
            None,
        ),
        (rf"ended         {runs} runs in .*: \d+ \S+, \d+ \S+", 1),
        (r"learned best  logic_gates: mcculloch_pitts_1943 .*, error 0 %.*", 1),
        (r"failed        broken_2099 .*: error, RuntimeError: this model cannot be built; .*", 1),
        (r"report        results/report/index.html", 1),
    ):
        found = [line for line in lines if re.fullmatch(pattern, line)]
        assert len(found) == count if count else found, (pattern, first.stdout, log)
    told = [line for line in lines if re.match(r"\[.*\] (done|failed)  ", line)]
    assert len(told) == runs, "each run is told once"
    assert "Finished jobid: " in log

    again = show()
    assert again.returncode == 1
    assert f"now     {runs} runs, {runs} of them recorded already" in again.stdout
    assert "this model cannot be built" in again.stdout.splitlines()[-3]


def test_speeds_are_printed_and_no_runs_are_spoken_of(tmp_path: Path) -> None:
    """A call that trains nothing. The rule of this entry learns from no batches, which is quickly said."""
    called = [sys.executable, "-m", "benchmarks.commands.live", "--"]
    done = subprocess.run(
        [*called, *command(tmp_path, "speed", "--config", "entries=td_gammon_1992", "backend=jax")],
        cwd=tmp_path,
        env=environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "td_gammon_1992 small_race: its rule td_lambda learns from no batches\n" in done.stdout
    assert "recorded already" not in done.stdout and "missing" not in done.stdout
