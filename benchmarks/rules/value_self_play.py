"""Who will win: regression on one position of each of many games.

Silver et al., "Mastering the game of Go with deep neural networks and tree search", Nature 529, 2016,
methods, "Value network: regression". Positions of one game resemble each other and share their outcome, so
that a net learns games by heart; one position of each game does not allow it. A game begins with moves of
the policy that imitates, then comes one move at random, and the reinforced policy plays on to the end; the
position after the random move is remembered.

Every random choice of an epoch comes from a generator of (seed, epoch), and games begin and end within an
epoch: a resumed run needs the memory of positions alone.
"""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import numpy as np
from keras import ops

from benchmarks import optimizers
from benchmarks.games.in_a_row import GAMES
from benchmarks.games.rollouts import drawn
from benchmarks.games.tree_search import of_one_size
from benchmarks.rules.protocol import Batch, Context, whole_model


@runtime_checkable
class TwoPolicies(Protocol):
    """A model whose policies play: boards int [n, h, w] -> logits of the legal actions.

    `value`, which learns, says what boards bring to the player to move: [n, 1].
    """

    value: Any

    def policy(self, boards: Any, training: bool = False) -> Any:
        """The one that imitates, which plays the first moves."""
        ...

    def reinforced(self, boards: Any, training: bool = False) -> Any:
        """The one that plays the game to its end."""
        ...


class Learner:
    """Trains the model's value net. The options of the rule:

    games: of an epoch, played side by side; memory: positions kept; learning_steps: of an epoch.
    """

    def __init__(self, context: Context) -> None:
        model = whole_model(context)
        if not isinstance(model, TwoPolicies):
            raise TypeError(
                "value_self_play needs a model with two policies and a value, and"
                f" {type(model).__name__} has none; choose another rule"
            )
        self.model: Any = context.model
        self.driver, self.seed = context.driver, context.seed
        self.part = self.model.value
        self.game = GAMES[context.data.info["game"]]
        options = dict(context.stage.rule_options)
        self.games: int = options["games"]
        self.capacity: int = options["memory"]
        self.learning_steps: int = options["learning_steps"]
        self.batch_size = context.stage.batch_size or self.capacity
        self.optimizer = optimizers.make(context.stage.optimizer)
        self.optimizer.build(self.part.trainable_variables)
        self.variables = [*self.model.variables, *self.optimizer.variables]
        self.memory: dict[str, np.ndarray] = {}
        self.stored = 0
        self.reset_host_state(self.seed)

    def step(self, batch: Batch) -> dict[str, Any]:
        """Down the gradient of (z - v)^2 for positions `x` int32 [n, h, w] with `outcome` z float32 [n]."""

        def compute() -> Any:
            value = ops.cast(self.part(batch["x"], training=True), "float32")[:, 0]
            return ops.mean(ops.square(batch["outcome"] - value))

        weights = self.part.trainable_variables
        loss, gradients = self.driver.gradient(compute, weights)
        self.optimizer.apply(gradients, weights)
        return {"loss": loss}

    def compile(self) -> None:
        """Compile what `leg` dispatches: the moves of both policies, and the learning steps."""
        before = self.driver.read()
        self._first = self._asked(self.model.policy)
        self._then = self._asked(self.model.reinforced)
        self._learn = self.driver.training_program(
            self.step, self._on_device(), self.learning_steps, self.batch_size, loop=True, xla=True
        )
        self.driver.write(before)

    def _asked(self, policy: Any) -> Any:
        """A judge that asks a policy for its logits, compiled for all games at once."""
        said = self.driver.function(lambda boards: ops.cast(policy(boards, training=False), "float32"))
        said(self.game.start(self.games).astype("int32"))
        return of_one_size(lambda boards: (said(boards), boards[:, 0, 0]), self.games)

    def _on_device(self) -> dict[str, Any]:
        return {name: self.driver.put(array) for name, array in self.memory.items()}

    def play(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """The positions of the games of an epoch, int8 [n, h, w], and what they brought to the player who
        is to move, float [n]: 1 won, 0 drawn, -1 lost. A game that ends before its random move gives none.
        """
        most = self.game.height * self.game.width - 1
        at_random = random.integers(most, size=self.games)
        boards, running = self.game.start(self.games), np.arange(self.games)
        kept, has = self.game.start(self.games), np.zeros(self.games, bool)
        # What a game brought to the player who would move after its end, and the number of its moves.
        result, length = np.zeros(self.games), np.zeros(self.games, int)
        move = 0
        while len(running):
            logits = np.zeros((len(running), self.game.actions))
            for policy, who in (
                (self._first, move < at_random[running]),
                (self._then, move > at_random[running]),
            ):
                if who.any():
                    logits[who] = policy(boards[who])[0]
            boards, won, over = self.game.play(boards, drawn(random, logits, self.game.legal(boards)))
            fresh = ~over & (at_random[running] == move)
            kept[running[fresh]], has[running[fresh]] = boards[fresh], True
            move += 1
            result[running[won]], length[running[over]] = -1.0, move
            boards, running = boards[~over], running[~over]
        turns = length - at_random - 1
        return kept[has], (np.where(turns % 2 == 0, 1.0, -1.0) * result)[has]

    def leg(self, first: int, last: int) -> tuple[int, int, dict[str, float]]:
        """Train the epochs first..last-1: play, remember, learn. Returns learning steps, positions learned
        from, and the mean loss.
        """
        loss = 0.0
        for epoch in range(first, last):
            random = np.random.default_rng([self.seed, epoch])
            boards, outcome = self.play(random)
            places = (self.stored + np.arange(len(boards))) % self.capacity
            self.memory["x"][places], self.memory["outcome"][places] = boards, outcome
            self.stored += len(boards)
            held = min(self.stored, self.capacity)
            order = random.integers(held, size=(self.learning_steps, self.batch_size), dtype="int32")
            loss += self._learn(order, self.learning_steps, self._on_device())["loss"]
        steps = (last - first) * self.learning_steps
        return steps, steps * self.batch_size, {"loss": loss / steps}

    def host_state(self) -> dict[str, np.ndarray]:
        """The memory of positions, and how many were stored so far."""
        return {**self.memory, "stored": np.asarray(self.stored, "int64")}

    def set_host_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `host_state` returned."""
        self.memory = {name: np.array(state[name]) for name in self.memory}
        self.stored = int(state["stored"])

    def reset_host_state(self, seed: int) -> None:
        """Start again from this seed."""
        self.seed, self.stored = seed, 0
        self.memory = {
            "x": np.zeros((self.capacity, self.game.height, self.game.width), "int32"),
            "outcome": np.zeros(self.capacity, "float32"),
        }
