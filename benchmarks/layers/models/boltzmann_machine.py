"""Boltzmann machines for the encoder problem: two groups of visible units that talk through hidden ones."""

from typing import Any

import keras
import numpy as np
from keras import ops


class BoltzmannMachines(keras.layers.Layer):
    """`machines` machines side by side, each of two visible groups of `group` units and `hidden` hidden ones.

    Units are 0 or 1, in the order first group, second group, hidden units, and last a unit that is always on,
    whose links are the biases. The energy is E(s) = -sum_{i<j} w_ij s_i s_j, and at the temperature T a state
    has the probability exp(-E / T) / Z. Each group is linked completely within itself and with the hidden
    units; the two groups are not linked with each other, nor the hidden units among themselves. All weights
    start from 0. Besides its links a machine keeps when it had found its codes (see `note`).

    Source: Ackley, Hinton, Sejnowski, "A learning algorithm for Boltzmann machines", Cognitive Science 9
    (1985), sections 2 and 4.
    """

    def __init__(
        self, group: int = 4, hidden: int = 2, machines: int = 1, temperature: float = 10.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.group, self.hidden, self.machines = group, hidden, machines
        self.visible, self.units = 2 * group, 2 * group + hidden
        self.temperature = temperature
        self.build((None, group))

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make `links` [machines, units + 1, units + 1], symmetric, and what is kept of the search."""
        size = self.units + 1
        self.links = self.add_weight(
            shape=(self.machines, size, size), initializer="zeros", name="links", dtype=self.variable_dtype
        )
        self.cycles = self._kept("cycles", (), 0.0)
        self.almost = self._kept("almost", (self.machines,), np.inf)
        self.found = self._kept("found", (self.machines,), np.inf)
        self.spaced = self._kept("spaced", (self.machines,), np.inf)
        self.unsettled = self._kept("unsettled", (self.machines,), 0.0)
        self.built = True

    def _kept(self, name: str, shape: tuple[int, ...], start: float) -> Any:
        return self.add_weight(
            shape=shape,
            initializer=keras.initializers.Constant(start),
            trainable=False,
            name=name,
            dtype="float32",
        )

    def linked(self, with_hidden: bool = True) -> np.ndarray:
        """Which units are linked, float32 [units + 1, units + 1] of 0 and 1; hidden ones if asked for."""
        kind = np.repeat([0, 1, 2, 3], [self.group, self.group, self.hidden, 1])
        one, other = np.meshgrid(kind, kind)
        pair = (one == other) & (one < 2) | (one != other) & ((one >= 2) | (other >= 2))
        np.fill_diagonal(pair, False)
        if not with_hidden:
            pair &= (one != 2) & (other != 2)
        return pair.astype("float32")

    def free_parameters(self) -> int:
        """One number for each pair of linked units, in each machine."""
        return self.machines * int(self.linked().sum()) // 2

    def call(self, x: Any, training: bool = False) -> Any:
        """What each hidden unit sees when patterns `x` [n, group] are clamped on both groups.

        [n, machines, hidden]; a unit is more often on than off where it is above 0.
        """
        x = ops.cast(x, self.variable_dtype)
        hidden = slice(self.visible, self.units)
        seen = self.links[:, : self.group, hidden] + self.links[:, self.group : self.visible, hidden]
        return ops.einsum("ng,mgh->nmh", x, seen) + self.links[:, self.units, hidden]

    def free_energy(self, v: Any) -> Any:
        """-T log Σ_h exp(-E(v, h) / T) of visible states `v` [n, visible]: [n, machines]."""
        v = ops.cast(v, self.variable_dtype)
        links, hidden = self.links[:, : self.visible], slice(self.visible, self.units)
        seen = ops.einsum("nv,mvh->nmh", v, links[:, :, hidden]) + self.links[:, self.units, hidden]
        within = 0.5 * ops.einsum("nv,mvw,nw->nm", v, links[:, :, : self.visible], v)
        bias = ops.einsum("nv,mv->nm", v, links[:, :, self.units])
        soft = ops.sum(ops.softplus(seen / self.temperature), axis=-1)
        return -within - bias - self.temperature * soft

    def note(self, x: Any) -> Any:
        """Count a learning cycle, and note what is found after it; returns the number of codes [machines].

        The code of a pattern is the likeliest state of the hidden units when it is clamped on both groups.
        `almost` and `found` are the first cycles after which all patterns of `x` [n, group] but one, and all
        of them, have codes of their own; `spaced` the first after which, besides, no two codes differ in a
        single unit (all infinite until then); `unsettled` is the last cycle after which two had the same.
        """
        codes = ops.cast(ops.transpose(self.call(x), (1, 0, 2)) > 0, "float32")
        distances = ops.sum(ops.abs(codes[:, :, None] - codes[:, None]), axis=-1)
        patterns = codes.shape[1]
        earlier = np.tril(np.ones((patterns, patterns), "float32"), -1)
        repeated = ops.any((distances == 0) & (earlier > 0), axis=-1)
        number = patterns - ops.sum(ops.cast(repeated, "float32"), axis=-1)
        nearest = ops.min(distances + self.units * np.eye(patterns, dtype="float32"), axis=(1, 2))
        now = self.cycles.value + 1.0
        for kept, holds in (
            (self.almost, number >= patterns - 1),
            (self.found, number == patterns),
            (self.spaced, nearest >= 2),
        ):
            kept.assign(ops.minimum(kept.value, ops.where(holds, now, np.inf)))
        self.unsettled.assign(ops.where(number == patterns, self.unsettled.value, now))
        self.cycles.assign(now)
        return number


def settle(links: Any, states: Any, probes: Any, uniform: Any, temperatures: Any, clamped: Any = None) -> Any:
    """Let units decide one after the other; returns the states after each unit of time.

    In each unit of time, of which `temperatures` [times] has the number, one unit after the other is chosen
    and is on with the probability 1 / (1 + exp(-ΔE / T)), whatever its state was (equation 5). `links` are
    [machines, units + 1, units + 1]; `states`, of 0 and 1, [machines, chains, units + 1]; `probes`, the units
    that are chosen, int [times, n, machines, chains]; `uniform`, numbers from 0 to 1 of the same shape. At
    the beginning of each unit of time the first units take the values `clamped` [times, machines, chains,
    some], if given. What is returned is [times, machines, chains, units + 1].
    """
    machines, size = links.shape[0], links.shape[-1]
    rows = ops.reshape(links, (machines * size, size))
    first = ops.reshape(ops.arange(machines, dtype="int32") * size, (machines, 1))
    places = ops.arange(size, dtype="int32")
    # A unit is on where its gap exceeds this: equation 5, solved for ΔE.
    uniform = ops.cast(uniform, links.dtype)
    thresholds = ops.reshape(ops.cast(temperatures, links.dtype), (-1, 1, 1, 1)) * (
        ops.log(uniform) - ops.log1p(-uniform)
    )

    def decide(states: Any, row: tuple[Any, Any]) -> tuple[Any, None]:
        chosen, threshold = row
        gap = ops.sum(ops.take(rows, chosen + first, axis=0) * states, axis=-1)
        on = ops.cast(gap > threshold, states.dtype)
        return ops.where(places == chosen[..., None], on[..., None], states), None

    def unit_of_time(states: Any, row: tuple[Any, ...]) -> tuple[Any, Any]:
        if clamped is not None:
            states = ops.concatenate([row[2], states[..., row[2].shape[-1] :]], axis=-1)
        states, _ = ops.scan(decide, states, row[:2])
        return states, states

    sequences = (probes, thresholds) if clamped is None else (probes, thresholds, clamped)
    return ops.scan(unit_of_time, states, sequences)[1]


def temperatures(schedule: Any) -> np.ndarray:
    """The temperature in each unit of time, float32 [times], of pairs (units of time, temperature)."""
    return np.concatenate([np.full(time, temperature, "float32") for time, temperature in schedule])
