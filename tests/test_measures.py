"""The measures of all tasks: complete, and readable without a framework."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import measures

TASKS = Path(measures.__file__).parents[1] / "tasks"


def test_a_task_that_can_be_run_says_what_it_is_scored_by() -> None:
    apart = {"protocol"}
    assert {path.stem for path in TASKS.glob("[a-z]*.py")} - apart == set(measures.tasks())


@pytest.mark.parametrize("task", measures.tasks())
def test_measures_are_named_once_and_explained(task: str) -> None:
    told = measures.of(task)
    names = [measure.name for measure in told]
    assert len(set(names)) == len(names) > 0
    assert measures.CRITERION.name not in names
    for measure in told:
        assert measure.direction in ("lower", "higher", "equal")
        assert measure.name.isidentifier() and measure.name.islower() and measure.meaning


@pytest.mark.parametrize("task", measures.tasks())
def test_the_task_reports_these_measures(task: str) -> None:
    assert importlib.import_module(f"benchmarks.tasks.{task}").MEASURES is measures.of(task)


def test_an_unknown_task_is_named_with_the_nearest() -> None:
    with pytest.raises(KeyError, match="unknown task 'clasification': did you mean classification"):
        measures.of("clasification")


def test_no_framework_is_loaded() -> None:
    code = (
        "import sys; from benchmarks import measures\n"
        "assert all(measures.of(task) for task in measures.tasks())\n"
        "loaded = {'keras', 'tensorflow', 'jax', 'numpy', 'pandas'} & set(sys.modules)\n"
        "assert not loaded, loaded\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
