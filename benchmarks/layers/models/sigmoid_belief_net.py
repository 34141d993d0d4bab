"""Sigmoid belief nets, and a bound on their likelihood by mean fields."""

from typing import Any

import keras
import numpy as np
from keras import ops


class SigmoidBeliefNets(keras.layers.Layer):
    """`nets` belief nets of binary units in layers, whose sizes are `units`, the visible ones last.

    Given its parents S_j in the layer above, a unit is on with the probability σ(z_i), where
    z_i = Σ_j J_ij S_j + h_i; the top layer has none. The likelihood of an image sums over all states of the
    hidden units. Here it is bounded from below: hidden units are taken as independent, unit i being on with
    the probability μ_i, and

        ln P(V) >= Σ_i [μ_i <z_i> - <ln(1 + e^z_i)>] + entropy of the μ,
        <ln(1 + e^z)> <= ξ <z> + ln <e^(-ξ z) + e^((1-ξ) z)>,

    for any μ and any ξ, which `settle` chooses well. As a classifier of images it answers with the bounds of
    its nets, each of which has learned one class.

    Data `x`, divided by `scale`, are the probabilities with which pixels are on; with a `threshold` those
    above it are on and the others off.

    Source: L. K. Saul, T. Jaakkola, M. I. Jordan, "Mean field theory for sigmoid belief networks", JAIR 4
    (1996).
    """

    def __init__(
        self,
        units: tuple[int, ...],
        nets: int = 1,
        sweeps: int = 10,
        scale: float = 1.0,
        threshold: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.units, self.nets, self.sweeps = tuple(units), nets, sweeps
        self.scale, self.threshold = scale, threshold
        self.visible = self.units[-1]
        self.build((None, self.visible))

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make `links`, [nets, units, units of the layer above] for each layer but the top, and `biases`."""
        self.links = [
            self.add_weight(
                shape=(self.nets, below, above),
                initializer=keras.initializers.RandomNormal(stddev=0.1),
                name=f"links_{number}",
            )
            for number, (above, below) in enumerate(zip(self.units, self.units[1:], strict=False), 1)
        ]
        self.biases = [
            self.add_weight(shape=(self.nets, size), initializer="zeros", name=f"biases_{number}")
            for number, size in enumerate(self.units)
        ]
        self.built = True

    def adapt(self, x: np.ndarray) -> None:
        """Set the visible biases to the log-odds of each pixel in the training data `x`."""
        rate = (np.sum(ops.convert_to_numpy(self.intensity(x)), axis=0) + 0.5) / (len(x) + 1.0)
        self.biases[-1].assign(np.tile((np.log(rate) - np.log1p(-rate)).astype("float32"), (self.nets, 1)))

    def intensity(self, x: Any) -> Any:
        """The probabilities [n, visible] in [0, 1] that data `x` stand for."""
        x = ops.reshape(ops.cast(x, self.variable_dtype), (-1, self.visible))
        return x / self.scale if self.threshold is None else ops.cast(x > self.threshold, x.dtype)

    def parameters_of(self, nets: Any = None) -> tuple[list[Any], list[Any]]:
        """Links and biases of all nets, [1, nets, ...]; or of these, int [n], one each: [n, 1, ...]."""
        links, biases = [link.value for link in self.links], [bias.value for bias in self.biases]
        if nets is None:
            return [link[None] for link in links], [bias[None] for bias in biases]
        return (
            [ops.take(link, nets, axis=0)[:, None] for link in links],
            [ops.take(bias, nets, axis=0)[:, None] for bias in biases],
        )

    def call(self, x: Any, training: bool = False) -> Any:
        """The bound of each net on the log-likelihood of each image in nats, [n, nets]."""
        return self.bound(self.intensity(x), *self.parameters_of())[0]

    def bound(self, visible: Any, links: list[Any], biases: list[Any]) -> tuple[Any, list[Any], list[Any]]:
        """The bound in nats [n, nets] of binary images [n, visible] after `settle`, and its derivatives.

        These are by the links and by the biases, of the shapes [n, nets, ...] (section 4 of the paper, with
        the μ and ξ of the bound held fixed).
        """
        means, slants = self.settle(visible, links, biases)
        total = ops.sum(means[0] * biases[0] - ops.softplus(biases[0]), axis=-1)
        by_links, by_biases = [], [means[0] - ops.sigmoid(biases[0])]
        for below, link, bias, slant, parents in zip(
            means[1:], links, biases[1:], slants, means, strict=False
        ):
            field = Field(link, bias, parents, slant)
            total = total + ops.sum((below - slant) * field.mean - field.log_sum, axis=-1)
            weight = field.share[..., None], slant[..., None]
            by_links.append(
                (below - slant)[..., None] * parents[..., None, :]
                + (1.0 - weight[0]) * weight[1] * field.tilted_down
                - weight[0] * (1.0 - weight[1]) * field.tilted_up
            )
            by_biases.append(below - field.share)
        for mean in means[:-1]:
            total = total - ops.sum(_times_log(mean) + _times_log(1.0 - mean), axis=-1)
        return total, by_links, by_biases

    def settle(self, visible: Any, links: list[Any], biases: list[Any]) -> tuple[list[Any], list[Any]]:
        """The μ of all layers [n, nets, units], and the ξ of all but the top, after `sweeps` from 1/2 each.

        In a sweep, from the visible layer upwards, each ξ takes a step of Newton's towards the least bound on
        <ln(1 + e^z)>, in which that is convex; and each μ half a step towards the mean-field equation,
        μ_j = σ(h_j + Σ_k J_jk μ_k + Σ_i [J_ij (μ_i - ξ_i) + K_ij]), i its children and k its parents.
        """
        nets = biases[0].shape[1]
        means = [
            0.5 * ops.ones((ops.shape(visible)[0], nets, size), visible.dtype) for size in self.units[:-1]
        ]
        means.append(ops.broadcast_to(visible[:, None], (ops.shape(visible)[0], nets, self.visible)))
        slants = [0.5 * ops.ones_like(mean) for mean in means[1:]]

        def sweep(state: tuple[list[Any], list[Any]], _: Any) -> tuple[tuple[list[Any], list[Any]], None]:
            means, slants = list(state[0]), list(state[1])
            for layer in reversed(range(len(slants))):
                below, parents = means[layer + 1] if layer + 1 < len(means) else shown, means[layer]
                slants[layer] = Field(links[layer], biases[layer + 1], parents, slants[layer]).better_slant()
                field = Field(links[layer], biases[layer + 1], parents, slants[layer])
                above = biases[layer]
                if layer:
                    above = above + ops.sum(links[layer - 1] * means[layer - 1][..., None, :], axis=-1)
                blame = ops.sum(links[layer] * (below - slants[layer])[..., None] + field.pull(), axis=-2)
                means[layer] = 0.5 * parents + 0.5 * ops.sigmoid(above + blame)
            return (means, slants), None

        shown = means[-1]
        (hidden, slants), _ = ops.scan(sweep, (means[:-1], slants), None, length=self.sweeps)
        return [*hidden, shown], slants


class Field:
    """What the parents, on with the probabilities `parents` [n, nets, j], make of the sums z_i of the bound.

    `links` [n or 1, nets, i, j], `bias` [n or 1, nets, i], `slant` the ξ [n, nets, i].
    """

    def __init__(self, links: Any, bias: Any, parents: Any, slant: Any) -> None:
        on = parents[..., None, :]
        self.links, self.bias, self.slant = links, bias, slant
        self.down = ops.exp(-slant[..., None] * links)
        self.up = ops.exp((1.0 - slant)[..., None] * links)
        self.of_down, self.of_up = 1.0 - on + on * self.down, 1.0 - on + on * self.up
        #: The probabilities that parents are on, weighted by e^(-ξ z) and by e^((1-ξ) z), [n, nets, i, j].
        self.tilted_down, self.tilted_up = on * self.down / self.of_down, on * self.up / self.of_up
        #: <z>, the logarithm of the bound's sum, and the share of its second term; [n, nets, i].
        self.mean = bias + ops.sum(links * on, axis=-1)
        log_down = -slant * bias + ops.sum(ops.log(self.of_down), axis=-1)
        log_up = (1.0 - slant) * bias + ops.sum(ops.log(self.of_up), axis=-1)
        self.log_sum = ops.logaddexp(log_down, log_up)
        self.share = ops.sigmoid(log_up - log_down)

    def pull(self) -> Any:
        """K_ij, minus the derivative of `log_sum` by μ_j, [n, nets, i, j]."""
        share = self.share[..., None]
        return (1.0 - share) * (1.0 - self.down) / self.of_down + share * (1.0 - self.up) / self.of_up

    def better_slant(self) -> Any:
        """ξ after a step of Newton's on ξ <z> + `log_sum`; the best one lies between 0 and 1."""
        first = [-self.bias - ops.sum(self.links * q, axis=-1) for q in (self.tilted_down, self.tilted_up)]
        second = [
            ops.sum(self.links * self.links * q * (1.0 - q), axis=-1)
            for q in (self.tilted_down, self.tilted_up)
        ]
        down, up = 1.0 - self.share, self.share
        slope = down * first[0] + up * first[1]
        curve = down * (second[0] + first[0] ** 2) + up * (second[1] + first[1] ** 2) - slope**2
        step = (self.mean + slope) / ops.maximum(curve, 1e-6)
        return ops.clip(self.slant - ops.clip(step, -0.25, 0.25), 0.0, 1.0)


def _times_log(p: Any) -> Any:
    """p ln p, 0 at 0."""
    return p * ops.log(ops.maximum(p, 1e-30))


class EnumeratedBeliefNet(SigmoidBeliefNets):
    """One net with few hidden units in a single layer, whose likelihood can be summed exactly.

    It is scored as a density whose partition function is 1.
    """

    def __init__(self, units: tuple[int, int], **kwargs: Any) -> None:
        if units[0] > 14:
            raise ValueError(f"{units[0]} hidden units have too many states to sum over: take 14 or fewer")
        super().__init__(units, nets=1, **kwargs)
        self.hidden = units[0]
        self.kernel = self.links[0]
        self.hidden_bias, self.visible_bias = self.biases
        self.states = ((np.arange(2**self.hidden)[:, None] >> np.arange(self.hidden)) & 1).astype("float32")

    def free_energy(self, v: Any) -> Any:
        """-ln P(v) in nats [n] of binary images [n, visible], exact."""
        v = ops.cast(v, self.variable_dtype)
        seen = ops.matmul(self.states, ops.transpose(self.kernel.value[0])) + self.visible_bias.value
        given = ops.matmul(v, ops.transpose(seen)) - ops.sum(ops.softplus(seen), axis=-1)
        return -ops.logsumexp(given - self.hidden_free_energy(self.states), axis=-1)

    def hidden_free_energy(self, h: Any) -> Any:
        """-ln P(h) in nats [n] of binary hidden states [n, hidden]: images sum to 1."""
        bias = self.hidden_bias.value[0]
        return ops.sum(ops.softplus(bias)) - ops.matmul(ops.cast(h, self.variable_dtype), bias)
