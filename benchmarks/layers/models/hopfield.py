"""Hopfield's networks: symmetric links, and memories that are valleys of an energy."""

from collections.abc import Iterator, Mapping

import numpy as np


class HopfieldNetworks:
    """`sets` independent networks of `units` units with states 0 and 1.

    Stored patterns V^s give the links T_ij = sum_s (2 V_i^s - 1)(2 V_j^s - 1), T_ii = 0 (equation 2 of the
    paper). Units are updated one at a time, in random order: V_i becomes 1 if sum_j T_ij V_j > 0, and 0 if it
    is < 0 (equation 1, thresholds 0). No update raises the energy E = -1/2 sum_ij T_ij V_i V_j, so the state
    comes to rest.

    With `symmetric` units, states count as -1 and +1 in the sum. With `clipped` links, only the sign of T_ij
    counts.

    Links that differ by direction have no energy, and states need not come to rest: after `rounds`, in each
    of which all units are updated once, they are taken as they are (None: only rest ends it). With `one_way`
    links, of T_ij and T_ji one is kept, by the toss of a coin. With `onward` A, each pattern of a set leads
    on to the next: T_ij also has A sum_s (2 V_i^(s+1) - 1)(2 V_j^s - 1) (equation 13).

    Source: J. J. Hopfield, "Neural networks and physical systems with emergent collective computational
    abilities", PNAS 79 (1982).
    """

    #: Seed of the order of updates, which is the same for every batch of cues.
    ORDER = 1982

    def __init__(
        self,
        units: int,
        sets: int,
        symmetric: bool = False,
        clipped: bool = False,
        one_way: bool = False,
        onward: float = 0.0,
        rounds: int | None = None,
    ) -> None:
        if rounds is None and (one_way or onward):
            raise ValueError("links that differ by direction need a number of rounds, after which to stop")
        self.units, self.sets = units, sets
        self.symmetric, self.clipped = symmetric, clipped
        self.one_way, self.onward, self.rounds = one_way, onward, rounds
        self.links = np.zeros((sets, units, units), "float32")
        self.order = self.ORDER

    def fit(self, x: np.ndarray, y: np.ndarray | None, seed: int) -> None:
        """Store the patterns `x`, float [n, units] of 0 and 1, each in the network `y`, int [n].

        `seed` gives the order in which units are updated.
        """
        assert y is not None
        signs = 2.0 * np.asarray(x, "float32") - 1.0
        for number in range(self.sets):
            stored = signs[y == number]
            self.links[number] = stored.T @ stored
            if self.onward:
                self.links[number] += self.onward * stored[1:].T @ stored[:-1]
        self.links[:, np.arange(self.units), np.arange(self.units)] = 0.0
        if self.clipped:
            self.links = np.sign(self.links)
        if self.one_way:
            coins = np.triu(np.random.default_rng(seed).random(self.links.shape) < 0.5, 1)
            self.links *= coins | np.triu(~coins, 1).transpose(0, 2, 1)
        self.order = seed

    def settle(self, states: np.ndarray, sets: np.ndarray) -> np.ndarray:
        """The states of rest, float32 [n, units].

        They are reached from `states` [n, units] of 0 and 1, each in the network that `sets`, int [n], names.
        """
        for rest in self.rounds_from(states, sets):
            states = rest
        return states

    def rounds_from(self, states: np.ndarray, sets: np.ndarray) -> Iterator[np.ndarray]:
        """The states after each round of updates, until they rest or `rounds` are over: see `settle`."""
        rng = np.random.default_rng(self.order)
        states = np.array(states, "float32")
        rows = np.arange(len(states))
        moving, done = True, 0
        while moving and done != self.rounds:
            before = states.copy()
            for unit in rng.permuted(np.tile(np.arange(self.units), (len(states), 1)), axis=1).T:
                seen = 2.0 * states - 1.0 if self.symmetric else states
                field = np.einsum("nu,nu->n", self.links[sets, unit], seen)
                states[rows, unit] = np.where(field == 0.0, states[rows, unit], field > 0.0)
            moving, done = not np.array_equal(states, before), done + 1
            yield states.copy()

    def energy(self, states: np.ndarray, sets: np.ndarray) -> np.ndarray:
        """E, float32 [n], of states [n, units], each in the network that `sets`, int [n], names."""
        seen = 2.0 * states - 1.0 if self.symmetric else states
        return np.asarray(-0.5 * np.einsum("nu,nuv,nv->n", seen, self.links[sets], seen))

    def __call__(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The states of rest in the first network."""
        return self.settle(x, np.zeros(len(x), "int32"))

    def state(self) -> dict[str, np.ndarray]:
        """`links` [sets, units, units] and `order`, the seed of the order of updates."""
        return {"links": self.links, "order": np.array(self.order)}

    def set_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `state` returned."""
        self.links, self.order = state["links"].copy(), int(state["order"])

    def parameters(self) -> int:
        """One link for each pair of units, in each network; two where they differ by direction."""
        pairs = self.sets * self.units * (self.units - 1) // 2
        return 2 * pairs if self.onward and not self.one_way else pairs
