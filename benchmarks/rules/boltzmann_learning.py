"""The learning rule of the Boltzmann machine: compare what happens awake and dreaming.

Ackley, Hinton, Sejnowski, "A learning algorithm for Boltzmann machines", Cognitive Science 9 (1985), sections
3.2 and 4.1.
"""

import math
from typing import Any

import keras
from keras import ops

from benchmarks.layers.models.boltzmann_machine import BoltzmannMachines, settle, temperatures
from benchmarks.layers.units import draws
from benchmarks.rules.protocol import Batch, Context, whole_model


class Learner:
    """A weight grows by `weight_step` if its units are on together more often with the environment than free.

    A step is one learning cycle. Each pattern of the batch is clamped on both visible groups, in
    `annealings` chains; as many chains run free. Every chain starts from random states, follows `schedule`,
    pairs (units of time, temperature), and then counts, for `collect` units of time at the machine's
    temperature, which units are on together. In the clamped chains, bits that are on are off with the
    probability `on_to_off`, others on with `off_to_on`, drawn anew in each unit of time. With `connected`
    False, the hidden units are left out and keep their weights.
    """

    def __init__(self, context: Context) -> None:
        options = dict(context.stage.rule_options)
        self.model = whole_model(context)
        if not isinstance(self.model, BoltzmannMachines):
            raise ValueError(
                f"boltzmann_learning trains Boltzmann machines, not a {type(self.model).__name__}"
            )
        self.weight_step, self.annealings = options.pop("weight_step"), options.pop("annealings")
        self.on_to_off, self.off_to_on = options.pop("on_to_off"), options.pop("off_to_on")
        self.collect = options.pop("collect")
        self.temperatures = temperatures([*options.pop("schedule"), (self.collect, self.model.temperature)])
        self.linked = self.model.linked(options.pop("connected", True))
        if options:
            raise ValueError(
                f"boltzmann_learning has no option {min(options)!r}; its options are weight_step, annealings,"
                " on_to_off, off_to_on, schedule, collect and connected"
            )
        self.seed = keras.random.SeedGenerator(context.seed)
        self.variables = [*self.model.variables, self.seed.state]

    def step(self, batch: Batch) -> dict[str, Any]:
        """One learning cycle. Logs how many codes a machine has after it, the mean over the machines."""
        model = self.model
        patterns = ops.cast(batch["x"], model.variable_dtype)
        numbers = Numbers(self._draw(patterns.shape[0] * self.annealings))
        clamped = self.noisy(numbers, patterns)
        awake, free = (
            self.together(numbers, clamped.shape[2], clamped),
            self.together(numbers, clamped.shape[2]),
        )
        model.links.assign(model.links + self.weight_step * ops.sign(awake - free) * self.linked)
        return {"codes": ops.mean(model.note(patterns))}

    def noisy(self, numbers: "Numbers", patterns: Any) -> Any:
        """The clamped states [times, machines, chains, visible] of `patterns` [n, group]."""
        both = ops.tile(ops.concatenate([patterns, patterns], axis=-1), (self.annealings, 1))
        on = ops.where(both > 0, 1.0 - self.on_to_off, self.off_to_on)
        uniform = numbers.take((len(self.temperatures), self.model.machines, *both.shape))
        return ops.cast(uniform < on, both.dtype)

    def together(self, numbers: "Numbers", chains: int, clamped: Any = None) -> Any:
        """How often two units are on together at equilibrium, [machines, units + 1, units + 1].

        In so many chains of each machine, with the states `clamped` (see `noisy`), or free.
        """
        model, first = self.model, 0 if clamped is None else self.model.visible
        states = ops.cast(numbers.take((model.machines, chains, model.units)) < 0.5, model.variable_dtype)
        states = ops.concatenate([states, ops.ones_like(states[..., :1])], axis=-1)
        decisions = (len(self.temperatures), model.units - first, model.machines, chains)
        # The whole part of a uniform number chooses the unit, and what is left is uniform again.
        drawn = (model.units - first) * numbers.take(decisions)
        chosen = ops.floor(drawn)
        probes = first + ops.cast(chosen, "int32")
        seen = settle(model.links.value, states, probes, drawn - chosen, self.temperatures, clamped)
        seen = seen[-self.collect :]
        return ops.einsum("tmci,tmcj->mij", seen, seen) / (self.collect * chains)

    def _draw(self, chains: int) -> Any:
        """All uniform numbers of a learning cycle with so many chains in each machine."""
        model, times = self.model, len(self.temperatures)
        of_chain = times * model.visible + 2 * model.units + times * (model.hidden + model.units)
        return draws.uniform((model.machines * chains * of_chain,), self.seed, model.variable_dtype)


class Numbers:
    """Numbers [n], handed out part by part."""

    def __init__(self, numbers: Any) -> None:
        self.numbers, self.taken = numbers, 0

    def take(self, shape: tuple[int, ...]) -> Any:
        """The next numbers, in this shape."""
        count = math.prod(shape)
        part = self.numbers[self.taken : self.taken + count]
        self.taken += count
        return ops.reshape(part, shape)
