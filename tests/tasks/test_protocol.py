"""Every task keeps the protocol, and says in one sentence what a model lacks."""

import importlib
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from benchmarks import measures
from benchmarks.tasks import classification, density
from benchmarks.tasks import protocol as protocols
from benchmarks.tasks.protocol import (
    BoltzmannMachine,
    Classifier,
    Committee,
    Task,
    WithLoss,
    members,
    require,
)
from tests.eager import Eager

TASKS = {task: importlib.import_module(f"benchmarks.tasks.{task}") for task in measures.tasks()}


@pytest.mark.parametrize("task", TASKS)
def test_a_task_keeps_the_protocol(task: str) -> None:
    module = TASKS[task]
    assert isinstance(module, Task)
    assert isinstance(module, WithLoss) is (
        task
        not in (
            *("association", "density", "encoding", "forecasting", "generation", "likelihood"),
            *("memory", "robustness", "variational", "variational_density"),
        )
    )
    assert all(isinstance(name, str) for name in module.NEEDS)
    first = list(inspect.signature(module.evaluate).parameters.values())
    assert [parameter.name for parameter in first[:4]] == ["predict", "model", "data", "split"]
    assert all(
        parameter.default is not parameter.empty or parameter.name in ("partition", "epsilon")
        for parameter in first[4:]
    )


@pytest.mark.parametrize("task", TASKS)
def test_what_a_task_calls_is_in_its_protocol(task: str) -> None:
    """Whatever `model.name` the module reads, save `losses`, which is Keras'.

    A protocol is among the common ones, or in the module of the one task that asks for it.
    """
    kinds = [*vars(protocols).values(), *vars(TASKS[task]).values()]
    asked = {name for kind in kinds if inspect.isclass(kind) for name in members(kind)}
    own = {name for kind in (TASKS[task].MODEL, Committee) for name in members(kind)}
    text = Path(str(TASKS[task].__file__)).read_text()
    named = set(re.findall(r"\bmodel\.([a-z_]+)", text)) - {"losses"}
    assert named <= own <= asked


class Machine:
    """A Boltzmann machine that cannot score hidden states, and has no biases."""

    visible, hidden, kernel = 3, 2, 0.0

    def intensity(self, x: Any) -> Any: ...
    def free_energy(self, v: Any) -> Any: ...


def test_what_a_model_lacks_is_named() -> None:
    message = (
        "the task density asks for a BoltzmannMachine, and the model of class Machine has no visible_bias "
        "and no hidden_bias and no hidden_free_energy: add what is missing (see "
        "benchmarks/tasks/protocol.py), or choose another task"
    )
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        require("density", Machine(), BoltzmannMachine)
    with pytest.raises(TypeError, match="Machine has no visible_bias"):
        density.evaluate(None, Machine(), None, "test", partition="exact")  # type: ignore[arg-type]
    require("classification", lambda x, training=False: x, Classifier)


def test_the_option_members_asks_for_a_committee() -> None:
    import numpy as np

    from benchmarks.spec import Data

    split = {"x": np.eye(2), "y": np.arange(2)}

    def alone(x: Any, training: bool = False) -> Any:
        return x

    with pytest.raises(
        TypeError, match="asks for a Committee, and the model of class function has no members"
    ):
        classification.evaluate(Eager(alone), alone, Data(split, split, split), "test", members=True)
