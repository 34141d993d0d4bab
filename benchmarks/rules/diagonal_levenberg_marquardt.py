"""Stochastic diagonal Levenberg-Marquardt: backpropagation with a learning rate for each parameter.

The rate is eta / (mu + h), where h estimates the loss's second derivative along the parameter. It
is estimated again before each pass, on a few examples, by propagating second derivatives backwards in
the Gauss-Newton approximation: as in backpropagation, but with weights and slopes squared.
LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition" (1998), appendix C.
"""

from typing import Any

import keras
from keras import ops

from benchmarks.layers.units.scaled_tanh import scaled_tanh, scaled_tanh_slope
from benchmarks.rules.protocol import Batch, Context, HasCurvature, whole_model


class Learner:
    """`rule_options`: `rates` (eta for each pass, the last one thereafter), `mu`, `samples` (examples on
    which h is taken).

    Works on a chain of layers that are linear in weights and input, `keras.layers.Activation` of
    the scaled tanh, and reshapings. The last layer gives the loss's own curvature
    (`curvature(state, labels)`); if it does not, the loss is half a sum of squares, of curvature 1.
    An update is the sum over the batch of what the paper does for each example.
    """

    def __init__(self, context: Context) -> None:
        self.model, self.loss, self.driver = whole_model(context), context.loss, context.driver
        options = context.stage.rule_options
        check(self.model)
        self.rates, self.mu = list(options["rates"]), options["mu"]
        self.steps_per_pass = max(context.steps // context.stage.epochs, 1)
        self.sample = {key: value[: options["samples"]] for key, value in context.data.train.items()}
        self.weights = self.model.trainable_variables
        self.curvatures = [
            keras.Variable(ops.zeros(w.shape), trainable=False, dtype="float32", name="curvature")
            for w in self.weights
        ]
        self.count = keras.Variable(0, trainable=False, dtype="int", name="count")
        self.variables = [*self.model.variables, *self.curvatures, self.count]

    def step(self, batch: Batch) -> dict[str, Any]:
        """One step on a batch of examples; before the first step of each pass, the curvatures. Logs the
        batch's mean loss.
        """
        count = ops.convert_to_tensor(self.count)
        kept = [ops.convert_to_tensor(h) for h in self.curvatures]
        curvatures = ops.cond(ops.equal(count % self.steps_per_pass, 0), self.estimate, lambda: kept)
        loss, gradients = self.driver.gradient(lambda: self.loss(self.model, batch, True), self.weights)
        number = ops.minimum(count // self.steps_per_pass, len(self.rates) - 1)
        eta = ops.take(ops.convert_to_tensor(self.rates, "float32"), number)
        examples = batch["y"].shape[0]
        for weight, gradient, h, variable in zip(
            self.weights, gradients, curvatures, self.curvatures, strict=True
        ):
            weight.assign_sub(ops.cast(eta * examples / (self.mu + h), weight.dtype) * gradient)
            variable.assign(h)
        self.count.assign_add(1)
        return {"loss": loss}

    def estimate(self) -> list[Any]:
        """h for each weight, from the sample: nonnegative float32 tensors of the weights' shapes."""
        sample = {key: ops.convert_to_tensor(value) for key, value in self.sample.items()}
        variables = self.model.variables
        with keras.StatelessScope(state_mapping=[(v, ops.convert_to_tensor(v)) for v in variables]):
            _, second = self.driver.gradient(lambda: squared_network(self.model, sample), self.weights)
        return [ops.cast(h, "float32") for h in second]


def check(model: Any) -> None:
    """Raises ValueError for a layer that the rule cannot propagate second derivatives through."""
    for layer in model.layers:
        activation = getattr(layer, "activation", keras.activations.linear)
        if isinstance(layer, keras.layers.Activation):
            if activation is not scaled_tanh:
                raise ValueError(
                    f"layer {layer.name}: this rule knows the slope of scaled_tanh, not of"
                    f" {activation.__name__}"
                )
        elif activation is not keras.activations.linear:
            raise ValueError(
                f"layer {layer.name} applies {activation.__name__} itself; put it into a separate"
                " keras.layers.Activation"
            )


def squared_network(model: Any, batch: Batch) -> Any:
    """A scalar whose gradient is the curvature h of each weight: the mean over the batch.

    Next to each state x runs a value q equal to x * x. A linear layer passes q on with its weights
    squared, an activation with its slope squared, so that ordinary backpropagation through q is
    equation 27 of the paper, and the gradient of a squared weight is equation 25 summed over all
    connections that share it (equation 23).
    """
    # A layer that is called without its own casts, as below, takes numbers of the weights' own type.
    wide = keras.config.floatx()
    x, q = batch["x"], None
    for layer in model.layers:
        if isinstance(layer, HasCurvature):
            break
        if isinstance(layer, keras.layers.Activation):
            q = ops.square(scaled_tanh_slope(x)) * q
            x = layer(x)
        elif layer.trainable_variables:
            q = ops.square(x) if q is None else q
            squares = [_straight_through(v, ops.square(v)) for v in layer.trainable_variables]
            fixed = [ops.convert_to_tensor(v) for v in layer.non_trainable_variables]
            q, _ = layer.stateless_call(squares, fixed, q)
            x = layer(x)
        else:
            x = layer(x)
            q = q if q is None else layer(q)
        x = ops.stop_gradient(ops.cast(x, wide))
        if q is not None:
            q = _straight_through(ops.cast(q, wide), ops.square(x))
    last = model.layers[-1]
    outputs = last.curvature(x, batch["y"]) if isinstance(last, HasCurvature) else ops.ones_like(x)
    return ops.sum(ops.stop_gradient(ops.cast(outputs, wide)) * q) / batch["y"].shape[0]


def _straight_through(backward: Any, forward: Any) -> Any:
    """The value of `forward`, with the gradient of `backward`."""
    backward = ops.convert_to_tensor(backward)
    return backward + ops.stop_gradient(forward - backward)
