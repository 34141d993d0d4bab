"""Recurrent models read one symbol at a time, with the state that they carry."""

from typing import Any, Protocol, runtime_checkable

import numpy as np
from keras import ops


@runtime_checkable
class Carries(Protocol):
    """A recurrent layer that can take a single step."""

    name: str

    def beginning(self) -> list[np.ndarray]:
        """The state before the first step, arrays [1, ...]."""
        ...

    def one_step(self, x: Any, state: list[Any]) -> tuple[Any, list[Any]]:
        """What comes out for x [n, d], [n, units], and the next state."""
        ...


def beginning(model: Any) -> dict[str, np.ndarray]:
    """The state of a model whose layers form a chain, before it has read anything."""
    return {
        f"{layer.name}_{i}": part
        for layer in model.layers
        if isinstance(layer, Carries)
        for i, part in enumerate(layer.beginning())
    }


def step(model: Any, symbol: Any, state: dict[str, Any]) -> dict[str, Any]:
    """The next state, and the `logits` [n, symbols] of what follows `symbol`, int32 [n]."""
    x = symbol[:, None]
    after: dict[str, Any] = {}
    for layer in model.layers[1:]:
        if isinstance(layer, Carries):
            before = [state[key] for key in sorted(state) if key.rsplit("_", 1)[0] == layer.name]
            y, new = layer.one_step(x[:, 0], before)
            after |= {f"{layer.name}_{i}": part for i, part in enumerate(new)}
            x = y[:, None]
        else:
            x = layer(x)
    return {"logits": ops.cast(x[:, 0], "float32"), **after}
