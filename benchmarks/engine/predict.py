"""Evaluation: a function of the model, compiled and mapped over a split in batches."""

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np

from benchmarks.engine.clock import Clock
from benchmarks.engine.driver import Driver
from benchmarks.rules.protocol import HostModel


class Predictor:
    """Maps module-level functions `f(model, batch, **options) -> dict of tensors` over arrays.

    Programs are compiled once for each function, options and batch shape, and used with any weights. A host
    model is called eagerly instead. The last batch is filled up with repetitions, whose outputs are dropped.
    """

    def __init__(self, model: Any, driver: Driver, clock: Clock | None = None) -> None:
        self.model = model
        self.driver = driver
        self.clock = clock
        self._programs: dict[Any, Callable[..., Mapping[str, Any]]] = {}

    def __call__(
        self, function: Callable[..., Any], arrays: Mapping[str, Any], batch_size: int = 500, **options: Any
    ) -> dict[str, np.ndarray]:
        """`function` over all examples: dict of arrays, concatenated along the first axis."""
        examples = len(next(iter(arrays.values())))
        batch_size = min(batch_size, examples)
        program = self._program(function, options)
        parts: list[Mapping[str, Any]] = []
        for start in range(0, examples, batch_size):
            indices = np.minimum(np.arange(start, start + batch_size), examples - 1)
            outputs = program({key: value[indices] for key, value in arrays.items()})
            kept = min(batch_size, examples - start)
            parts.append({key: _on_host(value)[:kept] for key, value in outputs.items()})
        return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}

    def once(self, function: Callable[..., Any], *arrays: Any, **options: Any) -> dict[str, np.ndarray]:
        """`function(model, *arrays, **options)`, compiled and called once; what it assigns is discarded."""
        outputs = self._program(function, options)(*arrays)
        return {key: _on_host(value) for key, value in outputs.items()}

    def sampling(self) -> contextlib.AbstractContextManager[None]:
        """`with predict.sampling():` counts time on the clock `sample`."""
        return self.clock.instead("sample") if self.clock else contextlib.nullcontext()

    def _program(
        self, function: Callable[..., Any], options: Mapping[str, Any]
    ) -> Callable[..., Mapping[str, Any]]:
        def call(*arrays: Any) -> Any:
            return function(self.model, *arrays, **options)

        if isinstance(self.model, HostModel):
            return call
        key = (function, tuple(sorted(options.items())))
        if key not in self._programs:
            self._programs[key] = self.driver.function(call)
        return self._programs[key]


def _on_host(value: Any) -> np.ndarray:
    return np.asarray(keras.ops.convert_to_numpy(value))
