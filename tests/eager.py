"""`Predict` without compilation: what the tests of tasks and of entries' pictures call models by."""

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np


class Eager:
    """Calls functions of one model eagerly, `most` examples at a time (None: all at once)."""

    def __init__(self, model: Any, most: int | None = None) -> None:
        self.model, self.most = model, most

    def __call__(
        self, function: Callable[..., Any], arrays: Mapping[str, Any], batch_size: int = 500, **options: Any
    ) -> dict[str, np.ndarray]:
        """`function(model, batch, **options)` over all examples of the arrays."""
        examples = len(next(iter(arrays.values())))
        size = self.most or examples
        parts = [
            self.once(
                function, {key: value[start : start + size] for key, value in arrays.items()}, **options
            )
            for start in range(0, examples, size)
        ]
        return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}

    def once(self, function: Callable[..., Any], *arrays: Any, **options: Any) -> dict[str, np.ndarray]:
        """`function(model, *arrays, **options)`."""
        outputs = function(self.model, *arrays, **options)
        return {key: keras.ops.convert_to_numpy(value) for key, value in outputs.items()}

    def sampling(self) -> contextlib.AbstractContextManager[None]:
        """Nothing is timed."""
        return contextlib.nullcontext()
