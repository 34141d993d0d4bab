"""Backpropagation on examples and on what the worst small change makes of them.

Goodfellow, Shlens, Szegedy, "Explaining and harnessing adversarial examples" (2014), section 6.
"""

from typing import Any

import keras
from keras import ops

from benchmarks import optimizers
from benchmarks.layers.units import draws
from benchmarks.rules.protocol import Batch, Context

DIRECTIONS = ("gradient", "random")


class Learner:
    """With J the stage's loss, each step follows the gradient by the weights of

        alpha J(x) + (1 - alpha) J(x + epsilon sign(dJ/dx))

    through a Keras optimiser. The adversarial examples are made anew in each step, with the weights at
    hand, and are constants to the gradient, since the sign is flat. Rule options: `epsilon`, in the units of
    `x`; `alpha`, 0.5 unless given; `direction`, "gradient" unless it is "random": then signs are drawn at
    random, as in the paper's comparison with noise. Layers that draw random masks draw new ones for each J.
    """

    def __init__(self, context: Context) -> None:
        options = {"alpha": 0.5, "direction": "gradient", **context.stage.rule_options}
        check(options)
        self.epsilon, self.alpha, self.direction = (
            options["epsilon"],
            options["alpha"],
            options["direction"],
        )
        self.model, self.part = context.model, context.part
        self.loss, self.driver = context.loss, context.driver
        self.optimizer = optimizers.make(context.stage.optimizer)
        self.optimizer.build(self.part.trainable_variables)
        self.seed = keras.random.SeedGenerator(context.seed)
        # Zeros in the shape of a batch: a driver differentiates by variables.
        shape = (context.stage.batch_size, *context.data.train["x"].shape[1:])
        self.shift = keras.Variable(
            ops.zeros(shape), trainable=False, dtype=keras.config.floatx(), name="shift"
        )
        self.variables = [*self.model.variables, *self.optimizer.variables, self.shift, self.seed.state]

    def step(self, batch: Batch) -> dict[str, Any]:
        """One step. Logs the mean loss of the batch as it is, and as the change makes it."""
        weights = self.part.trainable_variables
        x = ops.cast(batch["x"], self.shift.dtype)
        loss, (*clean, gradient) = self.driver.gradient(
            lambda: self.loss(self.model, {**batch, "x": x + self.shift}, True), [*weights, self.shift]
        )
        if self.direction == "random":
            gradient = 2.0 * draws.uniform(x.shape, self.seed, x.dtype) - 1.0
        moved = x + self.epsilon * ops.sign(gradient)
        adversarial_loss, adversarial = self.driver.gradient(
            lambda: self.loss(self.model, {**batch, "x": moved}, True), weights
        )
        mixed = [
            self.alpha * one + (1.0 - self.alpha) * other
            for one, other in zip(clean, adversarial, strict=True)
        ]
        self.optimizer.apply(mixed, weights)
        return {"loss": loss, "adversarial_loss": adversarial_loss}


def check(options: dict[str, Any]) -> None:
    """Raises ValueError for rule options that make no sense."""
    unknown = sorted(set(options) - {"epsilon", "alpha", "direction"})
    if unknown:
        raise ValueError(
            f"fast_gradient_sign has no option {unknown[0]!r}; its options are epsilon, alpha and direction"
        )
    if "epsilon" not in options:
        raise ValueError("fast_gradient_sign needs the option epsilon, in the units of the inputs")
    if not 0.0 <= options["alpha"] <= 1.0:
        raise ValueError(f"fast_gradient_sign: alpha is {options['alpha']}; it must be from 0 to 1")
    if options["direction"] not in DIRECTIONS:
        raise ValueError(
            f"fast_gradient_sign: direction is {options['direction']!r}; it must be {' or '.join(DIRECTIONS)}"
        )
