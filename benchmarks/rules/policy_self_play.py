"""A policy that gets better by winning: REINFORCE on games against earlier versions of itself.

Silver et al., "Mastering the game of Go with deep neural networks and tree search", Nature 529, 2016,
methods, "Policy network: reinforcement learning": the opponent of each batch of games is drawn from a pool
of earlier weights, to which the present ones are added now and then, so that the policy learns to beat
more than itself.

Every random choice of an epoch comes from a generator of (seed, epoch), and games begin and end within an
epoch: a resumed run needs the pool alone.
"""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks import optimizers
from benchmarks.games.in_a_row import GAMES
from benchmarks.games.rollouts import drawn
from benchmarks.games.tree_search import of_one_size
from benchmarks.layers.look_up import chosen
from benchmarks.rules.protocol import Batch, Context


class Learner:
    """Reinforces the policy that the stage `trains`: boards [n, h, w] -> logits of the legal actions.

    The recipe's `batch_size` is the number of games played side by side, after which one step is taken. The
    options of the rule:

    iterations: of an epoch; pool_every: iterations after which the present weights join the pool; pool: how
    many weights it keeps, the oldest going first.
    """

    def __init__(self, context: Context) -> None:
        self.model, self.part, self.driver = context.model, context.part, context.driver
        self.seed = context.seed
        self.game = GAMES[context.data.info["game"]]
        options = dict(context.stage.rule_options)
        self.iterations: int = options["iterations"]
        self.pool_every: int = options["pool_every"]
        self.pool_size: int = options["pool"]
        self.games: int = context.stage.batch_size
        self.batch_size: int | None = self.games
        #: The most moves that one side makes in a game.
        self.rounds = -(-self.game.height * self.game.width // 2)
        self.opponent = keras.models.clone_model(self.part)
        self.optimizer = optimizers.make(context.stage.optimizer)
        self.optimizer.build(self.part.trainable_variables)
        self.variables = [*self.model.variables, *self.opponent.variables, *self.optimizer.variables]
        self.pool: list[np.ndarray] = []
        self.pooled = 0

    def start(self) -> None:
        """Let the pool begin with the policy as it is when the stage begins."""
        self.reset_host_state(self.seed)
        self._join([np.asarray(variable.value) for variable in self.part.variables])

    def _join(self, weights: list[np.ndarray]) -> None:
        for kept, weight in zip(self.pool, weights, strict=True):
            kept[self.pooled % self.pool_size] = weight
        self.pooled += 1

    def step(self, batch: Batch) -> dict[str, Any]:
        """One step up sum_t z log p(a_t | s_t), the mean over games. Logs the loss, whose value says little.

        `x` int32 [games, rounds, h, w], `action` int32 and `played` float32 [games, rounds] are the moves of
        the policy, `outcome` float32 [games] is z.
        """
        boards = ops.reshape(batch["x"], (-1, *batch["x"].shape[2:]))

        def compute() -> Any:
            logits = ops.cast(self.part(boards, training=True), "float32")
            taken = chosen(ops.log_softmax(logits), ops.reshape(batch["action"], (-1,)))
            taken = batch["played"] * ops.reshape(taken, batch["played"].shape)
            return -ops.mean(batch["outcome"] * ops.sum(taken, axis=1))

        weights = self.part.trainable_variables
        loss, gradients = self.driver.gradient(compute, weights)
        self.optimizer.apply(gradients, weights)
        return {"loss": loss}

    def _seat(self, *weights: Any) -> Any:
        for variable, weight in zip(self.opponent.variables, weights, strict=True):
            variable.assign(weight)
        return ops.convert_to_tensor(0)

    def compile(self) -> None:
        """Compile what `leg` dispatches: the moves of both players, the step, and the change of opponents."""
        before = self.driver.read()
        self._own = self._asked(self.part)
        self._other = self._asked(self.opponent)
        self._take = self.driver.function(self._seat, updates=True)
        self._weights = self.driver.function(
            lambda: [ops.convert_to_tensor(variable.value) for variable in self.part.variables]
        )
        data = {name: self.driver.put(array) for name, array in self.empty().items()}
        self._order = np.arange(self.games, dtype="int32")[None]
        self._program = self.driver.training_program(self.step, data, 1, self.games, loop=False, xla=True)
        self._weights()
        self._take(*(np.asarray(variable.value) for variable in self.part.variables))
        self.driver.write(before)

    def _asked(self, policy: Any) -> Any:
        """A judge that asks a policy for its logits, compiled for all games at once."""
        said = self.driver.function(lambda boards: ops.cast(policy(boards, training=False), "float32"))
        said(self.game.start(self.games).astype("int32"))
        return of_one_size(lambda boards: (said(boards), boards[:, 0, 0]), self.games)

    def empty(self) -> dict[str, np.ndarray]:
        """Room for the moves of a batch of games: see `step`."""
        shape = (self.games, self.rounds)
        return {
            "x": np.zeros((*shape, self.game.height, self.game.width), "int32"),
            "action": np.zeros(shape, "int32"),
            "played": np.zeros(shape, "float32"),
            "outcome": np.zeros(self.games, "float32"),
        }

    def play(self, random: np.random.Generator) -> dict[str, np.ndarray]:
        """The moves of a batch of games against the opponent that has a seat; sides begin by turns."""
        batch, running = self.empty(), np.arange(self.games)
        boards, own = self.game.start(self.games), running % 2 == 0
        turn = np.zeros(self.games, int)
        while len(running):
            moves = np.zeros(len(running), int)
            for player, side in ((self._own, own), (self._other, ~own)):
                if side.any():
                    logits, _ = player(boards[side])
                    moves[side] = drawn(random, logits, self.game.legal(boards[side]))
            games = running[own]
            batch["x"][games, turn[games]] = boards[own]
            batch["action"][games, turn[games]] = moves[own]
            batch["played"][games, turn[games]] = 1.0
            turn[games] += 1
            boards, won, over = self.game.play(boards, moves)
            batch["outcome"][running[won]] = np.where(own[won], 1.0, -1.0)
            boards, running, own = boards[~over], running[~over], ~own[~over]
        return batch

    def leg(self, first: int, last: int) -> tuple[int, int, dict[str, float]]:
        """Train the epochs first..last-1. Returns learning steps, games, and the means of the loss and of the
        points out of games against the pool, %.
        """
        loss, points = 0.0, 0.0
        for epoch in range(first, last):
            random = np.random.default_rng([self.seed, epoch])
            for iteration in range(self.iterations):
                seated = int(random.integers(min(self.pooled, self.pool_size)))
                self._take(*(weights[seated] for weights in self.pool))
                batch = self.play(random)
                data = {name: self.driver.put(array) for name, array in batch.items()}
                loss += self._program(self._order, 1, data)["loss"]
                points += 50.0 + 50.0 * float(batch["outcome"].mean())
                if (epoch * self.iterations + iteration + 1) % self.pool_every == 0:
                    self._join([np.asarray(weight) for weight in self._weights()])
        steps = (last - first) * self.iterations
        return steps, steps * self.games, {"loss": loss / steps, "points": points / steps}

    def host_state(self) -> dict[str, np.ndarray]:
        """The pool, and how many weights have joined it."""
        kept = {f"pool_{number}": weights for number, weights in enumerate(self.pool)}
        return {**kept, "pooled": np.asarray(self.pooled, "int64")}

    def set_host_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `host_state` returned."""
        self.pool = [np.array(state[f"pool_{number}"]) for number in range(len(self.part.variables))]
        self.pooled = int(state["pooled"])

    def reset_host_state(self, seed: int) -> None:
        """Start again from this seed, with an empty pool."""
        self.seed, self.pooled = seed, 0
        self.pool = [
            np.zeros((self.pool_size, *variable.shape), str(variable.dtype))
            for variable in self.part.variables
        ]
