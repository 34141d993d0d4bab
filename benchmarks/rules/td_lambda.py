"""TD(lambda): a net that foresees who wins, taught by its own next forecast, in games against itself.

Sutton, "Learning to predict by the methods of temporal differences", Machine Learning 3 (1988), equation 4;
Tesauro, "Practical issues in temporal difference learning", Machine Learning 8 (1992). After each move

    e <- lambda * e + gradient of Y(t),    w <- w + rate * (Y(t+1) - Y(t)) * e,

where Y is the chance that White wins, as the net with its present weights says, and after the last move who
has won. White makes the move that leads to the largest Y, Black to the smallest; that is all the search.

`batch_size` games are played side by side, each with its own traces; they change the weights together, by the
mean. Games, traces and whose turn it is are variables. The rolls of an epoch come from a generator of
(seed, epoch), so that a resumed run plays on as if nothing had been.
"""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks.games.race import GAMES
from benchmarks.rules.protocol import Batch, Context, whole_model


def forward(x: Any, weights: list[Any]) -> list[Any]:
    """The activations of layers of sigmoids, beginning with x [n, inputs]; weights are kernel, bias, ..."""
    active = [x]
    for kernel, bias in zip(weights[::2], weights[1::2], strict=True):
        active.append(ops.sigmoid(ops.matmul(active[-1], kernel) + bias))
    return active


def gradients(active: list[Any], weights: list[Any]) -> list[Any]:
    """The gradient of each example's only output with respect to each of the weights: [n, *its shape]."""
    found: list[Any] = []
    output = active[-1]
    delta = output * (1.0 - output)
    for layer in range(len(active) - 2, -1, -1):
        below = active[layer]
        found = [below[:, :, None] * delta[:, None, :], delta, *found]
        if layer:
            delta = ops.matmul(delta, ops.transpose(weights[2 * layer])) * below * (1.0 - below)
    return found


class Learner:
    """TD(lambda). The options of the rule: learning_rate; trace_decay, which is lambda.

    The model is a stack of dense layers of sigmoids with one output. An epoch has `steps_per_epoch` moves of
    each game.
    """

    def __init__(self, context: Context) -> None:
        self.model, self.driver, self.stage, self.seed = (
            whole_model(context),
            context.driver,
            context.stage,
            context.seed,
        )
        layers = self.model.layers
        if self.model.output_shape[-1] != 1 or any(
            getattr(layer, "activation", None) is not keras.activations.sigmoid for layer in layers
        ):
            raise ValueError(
                f"rule td_lambda trains dense layers of sigmoids with one output, not the model"
                f" {self.model.name}; give all its layers sigmoids, and the last one unit"
            )
        self.game = GAMES[context.data.info["game"]]
        self.rate: float = context.stage.rule_options["learning_rate"]
        self.decay: float = context.stage.rule_options["trace_decay"]
        self.batch_size: int | None = context.stage.batch_size
        self.rounds: int = context.stage.steps_per_epoch or 0
        if not self.rounds:
            raise ValueError("steps_per_epoch of td_lambda is missing: say how many moves an epoch has")
        games = context.stage.batch_size
        self.weights = self.model.trainable_variables
        self.traces = [
            keras.Variable(
                np.zeros((games, *weight.shape)), dtype=weight.dtype, trainable=False, autocast=False
            )
            for weight in self.weights
        ]
        # Black begins every second game of the first ones.
        self.state, self.black = (
            keras.Variable(values, dtype="int", trainable=False, autocast=False)
            for values in (np.full(games, self.game.start), np.arange(games) % 2)
        )
        self.variables = [*self.model.variables, *self.traces, self.state, self.black]

    def seen(self, state: Any, black: Any) -> Any:
        """`Race.seen` for tensors of states and of who is to move, int [n]."""
        units = ops.cast(self.game.units, self.weights[0].dtype)
        sides = len(self.game.sides)
        first, second = state // sides, state % sides
        is_black = black == 1
        turn = ops.cast(ops.stack([black == 0, is_black], axis=1), units.dtype)
        white_side, black_side = ops.where(is_black, second, first), ops.where(is_black, first, second)
        return ops.concatenate(
            [ops.take(units, white_side, axis=0), ops.take(units, black_side, axis=0), turn], axis=1
        )

    def step(self, batch: Batch) -> dict[str, Any]:
        """One move in every game. `roll` and `begins`, int32 [1, games]: dice, and who begins a next game.

        Logs the mean squared difference of successive forecasts, and the share of games that ended.
        """
        game, weights = self.game, [ops.convert_to_tensor(weight.value) for weight in self.weights]
        dtype, checkers = self.weights[0].dtype, self.game.checkers
        state, black = ops.convert_to_tensor(self.state.value), ops.convert_to_tensor(self.black.value)
        roll, begins = (ops.cast(batch[name][0], state.dtype) for name in ("roll", "begins"))

        active = forward(self.seen(state, black), weights)
        rows = ops.cast(game.moves[0].reshape(-1, checkers), state.dtype)
        after = ops.take(rows, state * game.faces + roll, axis=0)  # [games, checkers]
        others = ops.repeat(1 - black, checkers)
        chance = forward(self.seen(ops.reshape(after, (-1,)), others), weights)[-1]
        over = after % len(game.sides) == 0
        white_moves = ops.cast(1 - black, dtype)[:, None]
        chance = ops.where(over, white_moves, ops.reshape(chance, (-1, checkers)))
        best = ops.argmax(ops.where(black[:, None] == 1, -chance, chance), axis=1)
        chosen = ops.cast(ops.one_hot(best, checkers), dtype)

        def at_chosen(values: Any) -> Any:
            return ops.sum(ops.where(chosen > 0, values, ops.zeros_like(values)), axis=1)

        error = at_chosen(chance) - active[-1][:, 0]
        ended = at_chosen(ops.cast(over, dtype))
        for weight, trace, gradient in zip(
            self.weights, self.traces, gradients(active, weights), strict=True
        ):
            shape = (-1, *(1 for _ in weight.shape))
            decayed = self.decay * ops.convert_to_tensor(trace.value) + gradient
            weight.assign_add(self.rate * ops.mean(ops.reshape(error, shape) * decayed, axis=0))
            trace.assign(decayed * ops.reshape(1.0 - ended, shape))
        self.state.assign(ops.where(ended > 0, ops.full_like(state, game.start), at_chosen(after)))
        self.black.assign(ops.where(ended > 0, begins, 1 - black))
        return {
            "squared_difference": ops.cast(ops.mean(ops.square(error)), "float32"),
            "ended": ops.cast(ops.mean(ended), "float32"),
        }

    def rolls(self, epoch: int) -> dict[str, np.ndarray]:
        """The random numbers of an epoch: int32 [rounds, games] each."""
        random = np.random.default_rng([self.seed, epoch])
        shape = (self.rounds, self.stage.batch_size)
        return {
            "roll": random.integers(self.game.faces, size=shape, dtype="int32"),
            "begins": random.integers(2, size=shape, dtype="int32"),
        }

    def compile(self) -> None:
        """Compile the moves of an epoch as one program."""
        self._play = self.driver.training_program(
            self.step, self._on_device(0), self.rounds, 1, loop=True, xla=True
        )

    def _on_device(self, epoch: int) -> dict[str, Any]:
        return {name: self.driver.put(array) for name, array in self.rolls(epoch).items()}

    def leg(self, first: int, last: int) -> tuple[int, int, dict[str, float]]:
        """Play the epochs first..last-1. Returns moves, positions learned from, and the means of the squared
        difference of successive forecasts and of the length of games, counted in moves."""
        order = np.arange(self.rounds, dtype="int32")[:, None]
        difference = ended = 0.0
        for epoch in range(first, last):
            logs = self._play(order, self.rounds, self._on_device(epoch))
            difference, ended = difference + logs["squared_difference"], ended + logs["ended"]
        steps = (last - first) * self.rounds
        means = {"squared_difference": difference / steps}
        if ended:
            means["moves"] = steps / ended
        return steps, steps * self.stage.batch_size, means

    def host_state(self) -> dict[str, np.ndarray]:
        """Nothing: all that lasts is among the variables."""
        return {}

    def set_host_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Nothing is kept on the host."""

    def reset_host_state(self, seed: int) -> None:
        """Draw the rolls from this seed."""
        self.seed = seed
