"""What is timed: five nets with their batch sizes, in plain numbers that every contender shares.

The data are random: speed does not depend on what is learned. No framework is imported here.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Workload:
    """One net with its data: inputs of `shape`, `classes` classes, SGD with momentum 0.9.

    `steps` are taken in one round. `tokens` is the vocabulary of integer inputs, 0 for float inputs.
    """

    name: str
    shape: tuple[int, ...]
    batch_size: int
    steps: int
    tokens: int = 0
    classes: int = 10
    learning_rate: float = 0.01

    @property
    def examples(self) -> int:
        """Examples learned from in one round."""
        return self.batch_size * self.steps

    def data(self) -> dict[str, np.ndarray]:
        """x float32 in [0, 1] or int32 in [0, tokens), y int32: as many examples as one round takes."""
        random = np.random.default_rng(0)
        x = (
            random.integers(0, self.tokens, (self.examples, *self.shape))
            if self.tokens
            else random.random((self.examples, *self.shape))
        )
        return {
            "x": x.astype("int32" if self.tokens else "float32"),
            "y": random.integers(0, self.classes, self.examples).astype("int32"),
        }


WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload("mlp", (784,), batch_size=32, steps=1500),
        Workload("lenet5", (28, 28, 1), batch_size=64, steps=60),
        Workload("lstm", (100, 32), batch_size=64, steps=24),
        Workload("resnet20", (32, 32, 3), batch_size=128, steps=4),
        Workload("transformer", (128,), batch_size=64, steps=8, tokens=1000),
    )
}
