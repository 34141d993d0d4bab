"""What each task is scored by: one file a task; each measure with its name, unit, direction and meaning.

The listing of this folder is the list of the tasks. No framework is imported, so that records, report and
workflow can read it too; `benchmarks/tasks/<task>.py` computes the measures.
"""

import importlib
from pathlib import Path

from benchmarks.catalogue import nearest
from benchmarks.spec import Measure

#: Of a recipe with a criterion, whatever its task: the first epoch whose validation score reaches it.
CRITERION = Measure(
    "epochs_to_criterion",
    "epochs",
    "lower",
    "epochs until the validation score reached the recipe's criterion",
)


def tasks() -> list[str]:
    """The names of all tasks, sorted."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem != "__init__")


def of(task: str) -> tuple[Measure, ...]:
    """The measures of a task, in the order in which they are shown. Raises KeyError for an unknown task."""
    if task not in tasks():
        raise KeyError(f"unknown task {task!r}: {nearest(task, tasks())}")
    measures: tuple[Measure, ...] = importlib.import_module(f"benchmarks.measures.{task}").MEASURES
    return measures
