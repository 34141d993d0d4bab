"""Nesterov's momentum in decoupled form, with a slow copy of the net that it is drawn back to.

Decoupled: rate, momentum, weight decay and batch size each do what they do whatever the others are. Jordan,
"94% on CIFAR-10 in 3.29 seconds on a single GPU" (2024) and its code airbench94_compiled.py, after Page, "How
to train your ResNet" (2018); the slow copy is akin to Zhang, Lucas, Hinton, Ba, "Lookahead optimizer: k steps
forward, 1 step back" (2019).
"""

from typing import Any

import keras
from keras import ops

from benchmarks.rules.protocol import Batch, Context, whole_model


class Learner:
    """Backpropagation's gradient g of the mean loss; for a batch of B, momentum m and s = B / 1024 / (1 + 1 /
    (1 - m)):

        d <- s * rate * g + s * decay * w,    v <- m v + d,    w <- w - h(t) (d + m v)

    `rule_options`: `rate` and `decay` for 1024 examples, `momentum`; `bias_scale` multiplies the rate
    of the biases of batch normalisation; h(t) rises from `start` to 1 at the share `peak` of all
    steps and falls to `end` at the last. Every `every` steps the slow copy of all weights and moving
    averages goes towards the net, keeping the share base^every * (t / steps)^power of itself, and the
    net becomes the copy; it does so after the last step too. `frozen` names the end of the path of
    weights that are left alone after `frozen_after` passes.
    """

    def __init__(self, context: Context) -> None:
        self.model, self.loss, self.driver = whole_model(context), context.loss, context.driver
        self.options, self.steps = context.stage.rule_options, context.steps
        self.frozen_from = self.options["frozen_after"] * context.steps // context.stage.epochs
        self.weights = self.model.trainable_variables
        self.state = [v for v in self.model.variables if keras.backend.is_float_dtype(v.dtype)]
        self.velocities = [
            keras.Variable(ops.zeros(w.shape), trainable=False, dtype=w.dtype, name="velocity")
            for w in self.weights
        ]
        self.slow = [
            keras.Variable(ops.copy(v), trainable=False, dtype=v.dtype, name="slow") for v in self.state
        ]
        self.count = keras.Variable(0, trainable=False, dtype="int", name="count")
        self.variables = [*self.model.variables, *self.velocities, *self.slow, self.count]

    def start(self) -> None:
        """The slow copy starts from the net as the stage finds it."""
        for variable, slow in zip(self.state, self.slow, strict=True):
            slow.assign(ops.copy(variable))

    def step(self, batch: Batch) -> dict[str, Any]:
        """One step on a batch of examples. Logs the batch's mean loss."""
        options, momentum = self.options, self.options["momentum"]
        loss, gradients = self.driver.gradient(lambda: self.loss(self.model, batch, True), self.weights)
        count = ops.convert_to_tensor(self.count)
        share = batch["y"].shape[0] / 1024 / (1 + 1 / (1 - momentum))
        height = self.height(count)
        for weight, gradient, velocity in zip(self.weights, gradients, self.velocities, strict=True):
            rate = options["rate"] * (options["bias_scale"] if weight.path.endswith("/beta") else 1.0)
            towards = share * rate * gradient + share * options["decay"] * weight
            speed = momentum * velocity + towards
            change = ops.cast(height, weight.dtype) * (towards + momentum * speed)
            if weight.path.endswith(options["frozen"]):
                change = ops.where(count < self.frozen_from, change, ops.zeros_like(change))
            velocity.assign(speed)
            weight.assign_sub(change)
        self.look_ahead(count + 1)
        self.count.assign_add(1)  # last: what was read of a variable may be the variable itself
        return {"loss": loss}

    def height(self, count: Any) -> Any:
        """The share h of the full rate at the step of this number (from 0), a float scalar."""
        t = ops.cast(ops.minimum(count, self.steps), "float32")
        peak = max(int(self.options["peak"] * self.steps), 1)
        up = self.options["start"] + (1 - self.options["start"]) * ops.minimum(t / peak, 1.0)
        down = 1 + (self.options["end"] - 1) * ops.maximum((t - peak) / max(self.steps - peak, 1), 0.0)
        return up * down

    def look_ahead(self, taken: Any) -> None:
        """Move the slow copy and return the net to it, where after this number of steps it is due."""
        every = self.options["every"]
        due = taken % every == 0
        share = ops.minimum(ops.cast(taken, "float32") / self.steps, 1.0)
        keep = self.options["base"] ** every * share ** self.options["power"]
        for variable, slow in zip(self.state, self.slow, strict=True):
            kept, value, before = (
                ops.cast(keep, slow.dtype),
                ops.convert_to_tensor(variable),
                ops.convert_to_tensor(slow),
            )
            new = ops.where(due, kept * before + (1 - kept) * value, before)
            slow.assign(new)
            variable.assign(ops.where(ops.logical_or(due, taken == self.steps), new, value))
