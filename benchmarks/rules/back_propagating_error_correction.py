"""Rosenblatt's back-propagating error correction: corrections are drawn by lot for the units in the middle.

Rosenblatt, "Principles of Neurodynamics" (1962), chapter 13. Not the gradient of anything: units are on or
off.
"""

from typing import Any

import keras
from keras import ops

from benchmarks.rules.perceptron import correct_dense
from benchmarks.rules.protocol import Batch, Context, whole_model
from benchmarks.rules.targets import binary_targets


class Learner:
    """The perceptron rule for every unit, with an error that a response unit knows, and others are handed.

    The model is sequential and ends in a dense layer of connections to association units, their threshold,
    and a dense layer to the response units. A response unit's error E is target less response, 0 or +-1. That
    of an association unit begins at 0, and for each response unit in error to which it is connected by a
    weight v

    - it is reduced by 1 with probability p1, if the unit is active and v has the other sign than E;
    - it is raised by 1 with probability p2, if the unit is silent and v has the sign of E;
    - it is raised by 1 with probability p3, if the unit is silent and v has the other sign, or is 0.

    Then the active connections to a unit in error change by `rate` in the direction of the error's sign. The
    lot of a unit serves for all of its connections. `probabilities` are (p1, p2, p3), `rates` those of the
    association and of the response units. One example a step.
    """

    def __init__(self, context: Context) -> None:
        options = dict(context.stage.rule_options)
        self.model = whole_model(context)
        self.probabilities, self.rates = options.pop("probabilities"), options.pop("rates")
        if options:
            raise ValueError(
                f"back_propagating_error_correction has no option {min(options)!r}; its options are"
                " probabilities and rates"
            )
        if context.stage.batch_size != 1:
            raise ValueError(
                "back_propagating_error_correction corrects after each example: batch_size is"
                f" {context.stage.batch_size}; set it to 1"
            )
        *self.retina, self.association, self.threshold, self.response = self.model.layers
        self.seed = keras.random.SeedGenerator(context.seed)
        self.variables = [*self.model.variables, self.seed.state]

    def step(self, batch: Batch) -> dict[str, Any]:
        """One presentation. Logs the mistakes per response unit."""
        points = batch["x"]
        for layer in self.retina:
            points = layer(points)
        points = ops.cast(points, keras.config.floatx())
        active = ops.cast(self.threshold(self.association(points)), points.dtype)
        responses = ops.cast(self.response(active) > 0, points.dtype)
        errors = binary_targets(batch["y"], self.response.units) - responses
        weights = ops.cast(self.response.kernel, points.dtype)
        lots = keras.random.uniform((weights.shape[0], 1), seed=self.seed)
        handed = hand_back(errors, active, weights, self.probabilities, lots)
        correct_dense(self.association, points, self.rates[0] * ops.sign(handed))
        correct_dense(self.response, active, self.rates[1] * errors)
        return {"mistakes": ops.mean(ops.abs(errors))}


def hand_back(errors: Any, active: Any, weights: Any, probabilities: Any, lots: Any) -> Any:
    """The errors of the association units for one example, float [1, units].

    `errors` [1, responses] are -1, 0 or 1, `active` [1, units] 0 or 1, `weights` [units, responses]; `lots`
    [units, 1] are uniform numbers below 1, and win if they are below the probability of the clause that holds
    for a connection.
    """
    agree = ops.cast(ops.sign(weights) == errors, weights.dtype)
    wrong = ops.abs(errors)
    on = ops.transpose(active)
    won = [ops.cast(lots < probability, weights.dtype) for probability in probabilities]
    each = (1.0 - on) * (agree * won[1] + (1.0 - agree) * won[2])
    # A weight of 0 has no sign: an active unit is not blamed for it.
    blamed = on * ops.cast(ops.sign(weights) == -errors, weights.dtype) * won[0]
    return ops.transpose(ops.sum(wrong * (each - blamed), axis=1, keepdims=True))
