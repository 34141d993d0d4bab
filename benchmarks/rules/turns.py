"""Steps of an optimiser that are taken only now and then, inside a compiled learning step.

A counter decides when it is a step's turn. On other turns its gradient is not computed, and all variables
stay as they are.
"""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops


def counter() -> Any:
    """A variable that counts learning steps, 0 so far."""
    return keras.Variable(0, dtype="int", trainable=False, name="turn")


def is_turn(count: Any, every: int) -> Any:
    """Whether the step number `count`, from 0, is the last of `every` steps: a boolean scalar."""
    return ops.equal(count % every, every - 1)


def when(turn: Any, compute: Callable[[], Any], otherwise: Any) -> Any:
    """What `compute` returns if it is its turn, else `otherwise`, a tree of tensors of the same shapes.

    `compute` assigns no variable.
    """
    return ops.cond(turn, compute, lambda: otherwise)


def apply(turn: Any, optimizer: Any, gradients: list[Any], variables: list[Any]) -> None:
    """One step of the optimiser if it is its turn; else the variables and its own stay as they are."""
    everything = [*variables, *optimizer.variables]
    before = [ops.copy(variable.value) for variable in everything]
    optimizer.apply(gradients, variables)
    for variable, old in zip(everything, before, strict=True):
        variable.assign(ops.where(turn, variable.value, old))
