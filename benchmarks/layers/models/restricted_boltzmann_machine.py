"""The restricted Boltzmann machine.

It has binary visible and hidden units, with links only between the two layers.
"""

import math
from typing import Any

import keras
import numpy as np
from keras import ops

#: Alternations between the layers after which a chain that started from noise is taken for a sample.
ALTERNATIONS = 200


class RestrictedBoltzmannMachine(keras.layers.Layer):
    """p(v, h) ∝ exp(v·b + h·c + v·W·h) over binary v [visible] and h [hidden].

    Given one layer, the units of the other are independent, so that sampling a whole layer is one
    step. Data `x` of `input_shape`, divided by `scale`, are the probabilities in [0, 1] with which
    the visible units are on. Weights start from N(0, 0.01²), hidden biases from 0, and visible
    biases from the log-odds of each unit in the training data, as Hinton's practical guide of 2010
    (section 8.1) recommends.

    As an autoencoder it gives back grey values by mean fields, and as a generator it draws from a Markov
    chain, for which a sample needs `latent` uniform numbers.
    """

    likelihood = "bernoulli"

    def __init__(self, input_shape: tuple[int, ...], hidden: int, scale: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.visible = math.prod(input_shape)
        self.hidden = hidden
        self.scale = scale
        self.latent = self.visible + ALTERNATIONS * (self.hidden + self.visible)
        self.build((None, *input_shape))

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make `kernel` [visible, hidden], `visible_bias` and `hidden_bias`."""
        self.kernel = self.add_weight(
            shape=(self.visible, self.hidden),
            initializer=keras.initializers.RandomNormal(stddev=0.01),
            name="kernel",
        )
        self.visible_bias = self.add_weight(shape=(self.visible,), initializer="zeros", name="visible_bias")
        self.hidden_bias = self.add_weight(shape=(self.hidden,), initializer="zeros", name="hidden_bias")
        self.built = True

    def adapt(self, x: np.ndarray) -> None:
        """Set the visible biases to the log-odds of the training data `x`.

        No unit is taken to be always on or off.
        """
        on = np.asarray(x, "float64").reshape(len(x), -1).sum(0) / self.scale
        rate = (on + 0.5) / (len(x) + 1.0)
        self.visible_bias.assign((np.log(rate) - np.log1p(-rate)).astype("float32"))

    def intensity(self, x: Any) -> Any:
        """The probabilities [n, visible] in [0, 1] that data `x` stand for."""
        return ops.reshape(ops.cast(x, self.variable_dtype), (-1, self.visible)) / self.scale

    def hidden_probability(self, visible: Any, inverse_temperature: Any = 1.0) -> Any:
        """p(h = 1 | v) [n, hidden]."""
        return ops.sigmoid(inverse_temperature * (ops.matmul(visible, self.kernel) + self.hidden_bias))

    def visible_probability(self, hidden: Any) -> Any:
        """p(v = 1 | h) [n, visible]."""
        return ops.sigmoid(ops.matmul(hidden, ops.transpose(self.kernel)) + self.visible_bias)

    def free_energy(self, visible: Any) -> Any:
        """F(v) = -log Σ_h exp(v·b + h·c + v·W·h), in nats [n]; p(v) = exp(-F(v)) / Z."""
        return -ops.matmul(visible, self.visible_bias) - ops.sum(
            ops.softplus(ops.matmul(visible, self.kernel) + self.hidden_bias), axis=-1
        )

    def hidden_free_energy(self, hidden: Any) -> Any:
        """-log Σ_v exp(v·b + h·c + v·W·h), in nats [n]: the same with the layers exchanged."""
        total = ops.matmul(hidden, ops.transpose(self.kernel)) + self.visible_bias
        return -ops.matmul(hidden, self.hidden_bias) - ops.sum(ops.softplus(total), axis=-1)

    def call(self, x: Any, training: bool = False) -> Any:
        """The logits [n, visible] of the mean-field reconstruction of data `x`."""
        hidden = self.hidden_probability(self.intensity(x))
        return ops.matmul(hidden, ops.transpose(self.kernel)) + self.visible_bias

    def reconstruct(self, intensities: Any) -> Any:
        """The mean-field reconstruction [n, visible] of grey values: up with probabilities and down again."""
        return self.visible_probability(self.hidden_probability(ops.cast(intensities, self.variable_dtype)))

    def generate(self, uniform: Any) -> Any:
        """The probabilities [n, visible] at the end of Markov chains from fair coins, of uniform numbers
        [n, latent]."""
        coins, rest = uniform[:, : self.visible], uniform[:, self.visible :]
        rows = ops.reshape(rest, (-1, ALTERNATIONS, self.hidden + self.visible))
        rows = ops.transpose(rows, (1, 0, 2))
        start = ops.cast(coins < 0.5, self.variable_dtype)
        return gibbs_leg(self, start, rows[..., : self.hidden], rows[..., self.hidden :])["probability"]


def gibbs_leg(
    model: RestrictedBoltzmannMachine, visible: Any, hidden_uniform: Any, visible_uniform: Any
) -> dict[str, Any]:
    """Alternate between the layers, once per row of the uniform numbers.

    The chains start from binary `visible` [n, visible]. `hidden_uniform` [steps, n, hidden] and
    `visible_uniform` [steps, n, visible] lie in [0, 1). Returns the last sample, `visible`, and the
    `probability` that it was drawn with, both [n, visible].
    """

    dtype = model.kernel.dtype
    visible, hidden_uniform, visible_uniform = (
        ops.cast(part, dtype) for part in (visible, hidden_uniform, visible_uniform)
    )

    def step(state: tuple[Any, Any], uniform: tuple[Any, Any]) -> tuple[tuple[Any, Any], None]:
        hidden = ops.cast(uniform[0] < model.hidden_probability(state[0]), dtype)
        probability = model.visible_probability(hidden)
        return (ops.cast(uniform[1] < probability, dtype), probability), None

    (sample, probability), _ = ops.scan(step, (visible, visible), (hidden_uniform, visible_uniform))
    return {"visible": sample, "probability": probability}


def gibbs_samples(
    predict: Any, model: RestrictedBoltzmannMachine, chains: int, steps: int, seed: int
) -> np.ndarray:
    """Probabilities [chains, visible] at the end of Markov chains that start from fair coins.

    `steps` is a multiple of 100.
    """
    random = np.random.default_rng(seed)
    visible = (random.random((chains, model.visible)) < 0.5).astype("float32")
    for _ in range(steps // 100):
        hidden_uniform = random.random((100, chains, model.hidden), "float32")
        visible_uniform = random.random((100, chains, model.visible), "float32")
        leg = predict.once(gibbs_leg, visible, hidden_uniform, visible_uniform)
        visible = leg["visible"]
    return leg["probability"]
