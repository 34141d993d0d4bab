"""First learn features, then change a picture, with fixed weights, until its features are as wanted.

Gatys, Ecker, Bethge, "A neural algorithm of artistic style" (2015). They took a net that others had trained;
here the run trains it.
"""

from typing import Any

import keras
from keras import ops

from benchmarks import optimizers
from benchmarks.rules.protocol import Batch, Context, whole_model


class Learner:
    """For `feature_epochs` the features' weights follow the gradient of the labels' loss, then the pixels
    that of content and style.

    Rule options: `feature_epochs`; `content_weight`, of the content's distance relative to the style's (alpha
    / beta of equation 7, for distances relative to the targets); `smoothness`, the weight of the mean squared
    difference of neighbouring pixels; `pixel_optimizer`. Pixels are kept in the range that can be shown. A
    step of the second kind does not look at its batch.
    """

    def __init__(self, context: Context) -> None:
        options = dict(context.stage.rule_options)
        self.model, self.loss, self.driver = whole_model(context), context.loss, context.driver
        self.feature_steps = options.pop("feature_epochs") * (context.steps // max(context.stage.epochs, 1))
        self.content_weight, self.smoothness = options.pop("content_weight"), options.pop("smoothness")
        self.of_weights, self.of_pixels = (
            optimizers.make(context.stage.optimizer),
            optimizers.make(options.pop("pixel_optimizer")),
        )
        if options:
            known = "content_weight, feature_epochs, pixel_optimizer and smoothness"
            raise ValueError(f"style_transfer has no option {min(options)!r}; its options are {known}")
        self.model.show(context.data.info["content"], context.data.info["styles"])
        self.of_weights.build(self.model.trainable_variables)
        self.of_pixels.build([self.model.pixels])
        self.steps = keras.Variable(0, dtype="int", trainable=False, name="steps")
        self.variables = [
            *self.model.variables,
            *self.of_weights.variables,
            *self.of_pixels.variables,
            self.steps,
        ]

    def step(self, batch: Batch) -> dict[str, Any]:
        """One step of weights or of pixels. Logs the loss that it descends."""
        weights, pixels = self.model.trainable_variables, self.model.pixels
        seeing = ops.convert_to_tensor(self.steps) < self.feature_steps

        def loss() -> Any:
            # Both are computed, though one counts: XLA's convolutions are many times slower inside a branch
            # on a processor.
            return ops.where(seeing, self.loss(self.model, batch, True), self._painting_loss())

        value, gradients = self.driver.gradient(loss, [*weights, pixels])
        apply_if(seeing, self.of_weights, gradients[:-1], weights)
        apply_if(ops.logical_not(seeing), self.of_pixels, gradients[-1:], [pixels])
        pixels.assign(ops.clip(pixels, -1.0, 1.0))
        self.steps.assign(self.steps + 1)
        return {"loss": value}

    def _painting_loss(self) -> Any:
        pixels = ops.convert_to_tensor(self.model.pixels)
        content, style = self.model.distances(pixels)
        return ops.mean(self.content_weight * content + style) + self.smoothness * roughness(pixels)


def roughness(pictures: Any) -> Any:
    """The mean squared difference of neighbours, down and to the right, of [n,h,w,3]: the total variation of
    Mahendran and Vedaldi (2015).
    """
    down, right = pictures[:, 1:] - pictures[:, :-1], pictures[:, :, 1:] - pictures[:, :, :-1]
    return ops.mean(ops.square(down)) + ops.mean(ops.square(right))


def apply_if(wanted: Any, optimizer: Any, gradients: list[Any], variables: list[Any]) -> None:
    """Apply the gradients if `wanted` (a scalar bool); else neither variables nor optimiser change."""
    touched = [*optimizer.variables, *variables]
    before = [ops.copy(variable.value) for variable in touched]
    optimizer.apply(gradients, variables)
    for variable, old in zip(touched, before, strict=True):
        variable.assign(ops.where(wanted, variable.value, old))
