"""What `scan` gives, and its gradient, in float64: `python -m tests.layers.recurrent.scans BACKEND FILE`.

A process of its own, since one process computes with one backend in one precision. FILE is an NPZ
archive with an array for each case and each of loss, carry, steps, sums, states and gradient.
"""

import itertools
import sys
from typing import Any

import numpy as np

from benchmarks.engine import backend

EXAMPLES, TIME, WIDTH, UNITS = 5, 6, 3, 4
RNG = np.random.default_rng(7)
X = RNG.normal(size=(EXAMPLES, TIME, WIDTH))
MASK = RNG.random((EXAMPLES, TIME)) > 0.4
KERNEL = RNG.normal(size=(WIDTH, UNITS))
RECURRENT = 0.5 * RNG.normal(size=(UNITS, UNITS))
#: Reverse or not, masked or not; in the loop of a program or alone, compiled by XLA or not.
CASES = list(itertools.product([False, True], repeat=4))


def name(reverse: bool, masked: bool, loop: bool, xla: bool) -> str:
    words = [("reverse", reverse), ("masked", masked), ("loop", loop), ("xla", xla)]
    return " ".join(word for word, holds in words if holds) or "plain"


def main(named: str, file: str) -> None:
    backend.prepare(named, "float64")
    backend.start(named, "float64")
    import keras
    from keras import ops

    from benchmarks.layers.recurrent.scan import scan

    driver = backend.driver_class(named)()

    class Net(keras.layers.Layer):
        """tanh units; the carry also counts steps. Gives numbers, vectors and the last carry."""

        def __init__(self, reverse: bool, masked: bool) -> None:
            super().__init__()
            self.reverse, self.masked = reverse, masked

        def build(self, shape: Any) -> None:
            self.kernel = self.add_weight(shape=KERNEL.shape, name="kernel")
            self.recurrent = self.add_weight(shape=RECURRENT.shape, name="recurrent")

        def call(self, x: Any, mask: Any = None) -> Any:
            kernel, recurrent = ops.convert_to_tensor(self.kernel), ops.convert_to_tensor(self.recurrent)

            def step(carry: Any, now: Any) -> Any:
                state = ops.tanh(ops.matmul(now["x"], kernel) + ops.matmul(carry["state"], recurrent))
                return {"state": state, "steps": carry["steps"] + 1}, (ops.sum(state, axis=-1), 2.0 * state)

            n = ops.shape(x)[0]
            start = {"state": ops.zeros((n, UNITS), x.dtype), "steps": ops.zeros((n,), "int32")}
            carry, (sums, states) = scan(step, start, {"x": x}, self.reverse, mask if self.masked else None)
            return carry["state"], carry["steps"], sums, states

    results: dict[str, Any] = {}
    for case in CASES:
        reverse, masked, loop, xla = case
        layer = Net(reverse, masked)
        x, mask = keras.Input((TIME, WIDTH)), keras.Input((TIME,), dtype="bool")
        model = keras.Model([x, mask], layer(x, mask=mask))  # built for a batch of unknown size
        layer.set_weights([KERNEL, RECURRENT])
        kept = {
            "carry": keras.Variable(np.zeros((EXAMPLES, UNITS)), trainable=False),
            "steps": keras.Variable(np.zeros(EXAMPLES, "int32"), trainable=False, dtype="int32"),
            "sums": keras.Variable(np.zeros((EXAMPLES, TIME)), trainable=False),
            "states": keras.Variable(np.zeros((EXAMPLES, TIME, UNITS)), trainable=False),
            "gradient": keras.Variable(np.zeros(RECURRENT.shape), trainable=False),
        }

        def step(batch: Any, model: Any = model, kept: Any = kept, layer: Any = layer) -> dict[str, Any]:
            def loss() -> Any:
                found = model([batch["x"], batch["mask"]])
                for key, value in zip(kept, found, strict=False):
                    kept[key].assign(value)
                carry, _, sums, states = found
                return ops.sum(ops.square(sums)) + ops.sum(states * ops.cos(states)) + ops.sum(carry)

            value, (gradient,) = driver.gradient(loss, [layer.recurrent])
            kept["gradient"].assign(gradient)
            return {"loss": value}

        driver.bind([*layer.variables, *kept.values()])
        data = {"x": driver.put(X), "mask": driver.put(MASK)}
        run = driver.training_program(step, data, 1, EXAMPLES, loop, xla)
        logs = run(np.arange(EXAMPLES, dtype="int32")[None], 1)
        driver.sync()
        results[f"{name(*case)}/loss"] = np.float64(logs["loss"])
        for key, variable in kept.items():
            results[f"{name(*case)}/{key}"] = np.asarray(variable.value)
    np.savez(file, **results)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
