"""Downloading data sets before they are trained on."""

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.commands import fetch


def test_a_data_set_that_needs_no_files() -> None:
    assert fetch.fetch("xor") == ""


def test_a_mirror_that_lacks_the_files_is_a_reason_not_an_end(tmp_path: Path) -> None:
    reason = fetch.fetch("mnist", tmp_path)
    assert str(tmp_path / "mnist") in reason
    assert "SHA-256" in reason


def test_command_line_leaves_the_reason_and_refuses_an_unknown_name(tmp_path: Path) -> None:
    def call(dataset: str) -> "subprocess.CompletedProcess[str]":
        arguments = [
            sys.executable,
            "-m",
            "benchmarks.commands.fetch",
            dataset,
            "--data-dir",
            str(tmp_path),
            "--out",
            str(tmp_path / f"{dataset}.json"),
        ]
        return subprocess.run(arguments, capture_output=True, text=True, cwd=Path(__file__).parents[2])

    assert call("mnist").returncode == 0
    assert "SHA-256" in json.loads((tmp_path / "mnist.json").read_text())["reason"]
    refused = call("mnits")
    assert refused.returncode == 2
    assert "did you mean mnist" in refused.stderr
    assert not (tmp_path / "mnits.json").exists()
