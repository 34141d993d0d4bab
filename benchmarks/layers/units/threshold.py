"""Threshold units: McCulloch and Pitts' with absolute inhibition, and Rosenblatt's association units."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops


class McCullochPittsUnits(keras.layers.Layer):
    """Units that fire if enough excitatory inputs do, and no inhibitory input does.

    McCulloch and Pitts 1943, section 2: a unit fires when at least `threshold` of its excitatory
    synapses are active and none of its inhibitory ones (inhibition is absolute, not subtracted).

    Args:
        excitatory: 0/1 [inputs, units], which inputs excite which unit.
        inhibitory: 0/1 [inputs, units], which inputs inhibit which unit.
        thresholds: [units], how many active excitatory inputs a unit needs.

    Input [n, inputs] and output [n, units] hold 0.0 and 1.0. Nothing is trainable.
    """

    def __init__(
        self,
        excitatory: Sequence[Sequence[int]],
        inhibitory: Sequence[Sequence[int]],
        thresholds: Sequence[int],
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable=False, **kwargs)
        self.excitatory = np.asarray(excitatory, "float32")
        self.inhibitory = np.asarray(inhibitory, "float32")
        self.thresholds = np.asarray(thresholds, "float32")
        if (
            self.excitatory.shape != self.inhibitory.shape
            or self.excitatory.shape[1:] != self.thresholds.shape
        ):
            raise ValueError(
                f"excitatory {self.excitatory.shape}, inhibitory {self.inhibitory.shape} and thresholds "
                f"{self.thresholds.shape} must be"
                " [inputs, units], [inputs, units] and [units]"
            )

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        excitation = ops.matmul(x, self.excitatory)
        inhibition = ops.matmul(x, self.inhibitory)
        return ops.cast((excitation >= self.thresholds) & (inhibition < 0.5), x.dtype)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return (*input_shape[:-1], self.thresholds.shape[0])


class AssociationUnits(keras.layers.Layer):
    """Rosenblatt's A-units: each adds up a few random points of the retina, and fires above a threshold.

    The connections are drawn once, half of them excitatory (+1), half inhibitory (-1), and stay
    fixed (Rosenblatt 1958, "projection area" and "association area").

    Args:
        units: number of A-units.
        connections: origin points of each unit, drawn with replacement as in the paper's model.
        threshold: an A-unit fires if its sum is at least this.

    Input [n, points] in {0, 1}; output [n, units] in {0, 1}.
    """

    def __init__(self, units: int, connections: int = 10, threshold: float = 1.0, **kwargs: Any) -> None:
        super().__init__(trainable=False, **kwargs)
        self.units = units
        self.connections = connections
        self.threshold = threshold
        self.seed_generator = keras.random.SeedGenerator()

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        points = input_shape[-1]

        def draw(shape: Any, dtype: Any) -> Any:
            where = keras.random.randint((self.connections, self.units), 0, points, seed=self.seed_generator)
            signs = ops.where(ops.arange(self.connections) % 2 == 0, 1.0, -1.0)
            return ops.cast(
                ops.transpose(ops.sum(ops.one_hot(where, points) * signs[:, None, None], axis=0)), dtype
            )

        self.wiring = self.add_weight(
            name="wiring", shape=(points, self.units), initializer=draw, trainable=False
        )

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        return ops.cast(ops.matmul(x, self.wiring) >= self.threshold, x.dtype)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return (*input_shape[:-1], self.units)


class Binarize(keras.layers.Layer):
    """1.0 where the input is above `level`, else 0.0: a retina of photocells."""

    def __init__(self, level: float, **kwargs: Any) -> None:
        super().__init__(trainable=False, **kwargs)
        self.level = level

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        return ops.cast(ops.cast(x, "float32") > self.level, self.compute_dtype)
