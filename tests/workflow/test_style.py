"""The workflow keeps Snakemake's own conventions."""

import subprocess
import sys
from pathlib import Path

import yaml

from tests.workflow.workflow_runs import ROOT, environment


def test_lint() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--lint"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_format() -> None:
    done = subprocess.run(
        ["snakefmt", "--check", "Snakefile", "workflow"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_catalogue_standard() -> None:
    """What the Snakemake workflow catalogue asks of a repository."""
    assert (ROOT / "workflow/Snakefile").is_file()
    assert list((ROOT / "workflow/rules").glob("*.smk"))
    assert (ROOT / "config/README.md").is_file()
    usage = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text())["usage"]
    assert usage["software-stack-deployment"]["conda"] is True
    readme = (ROOT / "README.md").read_text().lower()
    assert "snakemake" in readme
    assert "workflow" in readme


def test_captions_have_text() -> None:
    captions = list(Path(ROOT / "workflow/captions").glob("*.rst"))
    assert captions
    for caption in captions:
        assert len(caption.read_text().split()) >= 5, f"{caption} says too little"
