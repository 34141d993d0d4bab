"""Learning a game for two from nothing but its rules, by playing against oneself.

AlphaGo Zero (Silver et al., "Mastering the game of Go without human knowledge", Nature 550, 2017) and
AlphaZero (Silver et al., "A general reinforcement learning algorithm that masters chess, shogi and Go through
self-play", Science 362, 2018). The games of an epoch are played side by side, each move by a tree search that
the net leads. What was tried at the root of the search becomes the target of the policy, and the end of the
game that of the value; then the net takes learning steps on positions drawn from the latest games.

Every random choice of an epoch comes from a generator of (seed, epoch), and games begin and end within an
epoch: a resumed run needs the memory of positions alone.
"""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks import optimizers
from benchmarks.games.in_a_row import GAMES
from benchmarks.games.match import Player, points
from benchmarks.games.tree_search import of_one_size, search
from benchmarks.rules.protocol import Batch, Context, whole_model


class Learner:
    """Self-play. The options of the rule:

    games: games played in an epoch, side by side; simulations: of the search for each move; exploration: see
    `games.tree_search.search`; noise: concentration of the Dirichlet noise on the root's priors, of which a
    quarter is noise; sampled_moves: first moves of a game that are drawn in proportion to how often they were
    tried, later ones being the most tried; memory: positions kept; learning_steps: of an epoch.

    For AlphaGo Zero: symmetries: whether positions are remembered in all orientations of the board;
    gate_games: games that the learning net plays against the one that plays, in which it has to win 55% of
    the points to take its place (0: there is one net, as in AlphaZero).
    """

    def __init__(self, context: Context) -> None:
        self.model, self.driver, self.stage, self.seed = (
            whole_model(context),
            context.driver,
            context.stage,
            context.seed,
        )
        self.game = GAMES[context.data.info["game"]]
        options = dict(context.stage.rule_options)
        self.games: int = options["games"]
        self.simulations: int = options["simulations"]
        self.exploration: float = options["exploration"]
        self.noise: float = options["noise"]
        self.sampled_moves: int = options["sampled_moves"]
        self.capacity: int = options["memory"]
        self.learning_steps: int = options["learning_steps"]
        self.symmetries: bool = options.get("symmetries", False)
        self.gate_games: int = options.get("gate_games", 0)
        self.batch_size: int | None = context.stage.batch_size
        self.memory: dict[str, np.ndarray] = {}
        if self.gate_games > self.games:
            raise ValueError(
                f"gate_games {self.gate_games} exceeds games {self.games}, for which the nets are compiled;"
                " make it smaller"
            )
        # With a gate, the model is the net that plays, and a copy of it learns.
        self.learning = keras.models.clone_model(self.model) if self.gate_games else self.model
        self.optimizer = optimizers.make(context.stage.optimizer)
        self.optimizer.build(self.learning.trainable_variables)
        self.variables = [
            *self.model.variables,
            *(self.learning.variables if self.gate_games else []),
            *self.optimizer.variables,
        ]
        self.reset_host_state(self.seed)

    def start(self) -> None:
        """Let the net that learns begin as the net that plays."""
        if self.gate_games:
            self._promote(self.model, self.learning)

    def step(self, batch: Batch) -> dict[str, Any]:
        """Down the gradient of (z - v)^2 - pi log p plus the penalties of the net's regularisers.

        `x` int32 [n, h, w] are positions, `policy` float32 [n, actions] pi, `outcome` float32 [n] z. Logs
        the sum.
        """

        def compute() -> Any:
            logits, value = self.learning(batch["x"], training=True)
            logits, value = ops.cast(logits, "float32"), ops.cast(value, "float32")[:, 0]
            of_value = ops.mean(ops.square(batch["outcome"] - value))
            of_policy = -ops.mean(ops.sum(batch["policy"] * ops.log_softmax(logits), axis=-1))
            return of_value + of_policy + sum(self.learning.losses)

        weights = self.learning.trainable_variables
        loss, gradients = self.driver.gradient(compute, weights)
        self.optimizer.apply(gradients, weights)
        return {"loss": loss}

    def _judge(self, net: Any, boards: Any) -> tuple[Any, Any]:
        logits, value = net(boards, training=False)
        return ops.cast(logits, "float32"), ops.cast(value, "float32")[:, 0]

    @staticmethod
    def _promote(source: Any, to: Any) -> Any:
        for old, new in zip(to.variables, source.variables, strict=True):
            old.assign(new.value)
        return ops.convert_to_tensor(0)

    def compile(self) -> None:
        """Compile what `leg` dispatches: judging positions, learning from them, and taking the place."""
        before = self.driver.read()
        self._play = self.driver.function(lambda boards: self._judge(self.model, boards))
        self._challenge = self.driver.function(lambda boards: self._judge(self.learning, boards))
        memory = self._on_device()
        self._learn = self.driver.training_program(
            self.step, memory, self.learning_steps, self.stage.batch_size, loop=True, xla=True
        )
        boards = self.game.start(self.games).astype("int32")
        self._play(boards)
        if self.gate_games:
            self._challenge(boards)
            self._renew = self.driver.function(lambda: self._promote(self.learning, self.model), updates=True)
            self._renew()
        self.driver.write(before)

    def _on_device(self) -> dict[str, Any]:
        return {name: self.driver.put(array) for name, array in self.memory.items()}

    def leg(self, first: int, last: int) -> tuple[int, int, dict[str, float]]:
        """Train the epochs first..last-1: play, remember, learn.

        Returns learning steps, positions learned from, and the means of the loss and of the moves of a game;
        with a gate also the share of the epochs in which the learning net took the other's place.
        """
        sums = {"loss": 0.0, "moves": 0.0}
        promoted = 0
        for epoch in range(first, last):
            random = np.random.default_rng([self.seed, epoch])
            sums["moves"] += self._self_play(random)
            held = min(self.stored, self.capacity)
            order = random.integers(held, size=(self.learning_steps, self.stage.batch_size), dtype="int32")
            sums["loss"] += self._learn(order, self.learning_steps, self._on_device())["loss"]
            if self.gate_games and self._challenger_wins(random):
                self._renew()
                promoted += 1
        epochs = last - first
        steps = epochs * self.learning_steps
        logs = {"loss": sums["loss"] / steps, "moves": sums["moves"] / epochs}
        if self.gate_games:
            logs["promoted"] = promoted / epochs
        return steps, steps * self.stage.batch_size, logs

    def _tried(self, program: Any, boards: np.ndarray, noise: np.ndarray | None = None) -> np.ndarray:
        """How often the search tried each move of boards, at most `games`: int [n, actions]."""
        judge = of_one_size(program, self.games)
        return search(self.game, boards, judge, self.simulations, self.exploration, noise)

    def _self_play(self, random: np.random.Generator) -> float:
        """Play and remember the games of an epoch; returns the mean number of moves."""
        boards, running = self.game.start(self.games), np.arange(self.games)
        seen: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        # Of each game, what it brought to the player who would move after its end: -1 lost, 0 drawn.
        result, length = np.zeros(self.games), np.zeros(self.games, int)
        move = 0
        while len(running):
            noise = random.dirichlet(np.full(self.game.actions, self.noise), len(running))
            tried = self._tried(self._play, boards, noise)
            policy = tried / tried.sum(axis=1, keepdims=True)
            seen.append((running, boards, policy))
            actions = drawn(random, tried) if move < self.sampled_moves else tried.argmax(axis=1)
            boards, won, over = self.game.play(boards, actions)
            move += 1
            result[running[won]], length[running[over]] = -1.0, move
            boards, running = boards[~over], running[~over]
        for number, (games, before, policy) in enumerate(seen):
            turns = length[games] - number
            self._remember(before, policy, np.where(turns % 2 == 0, 1.0, -1.0) * result[games])
        return float(length.mean())

    def _remember(self, boards: np.ndarray, policy: np.ndarray, outcome: np.ndarray) -> None:
        if self.symmetries:
            boards, turned = self.game.symmetries(boards, policy)
            outcome, policy = np.tile(outcome, len(turned) // len(policy)), turned
        places = (self.stored + np.arange(len(boards))) % self.capacity
        for name, values in (("x", boards), ("policy", policy), ("outcome", outcome)):
            self.memory[name][places] = values
        self.stored += len(boards)

    def _challenger_wins(self, random: np.random.Generator) -> bool:
        """Whether the learning net wins 55% of the points against the net that plays."""

        def player(program: Any) -> Player:
            def moves(boards: np.ndarray) -> np.ndarray:
                tried = self._tried(program, boards)
                # The first move of each side is drawn, or two nets would play one game again and again.
                first = (boards != 0).sum(axis=(1, 2)) < 2
                return np.where(first, drawn(random, tried), tried.argmax(axis=1))

            return moves

        gained = points(self.game, player(self._challenge), player(self._play), self.gate_games)
        return bool(gained.mean() >= 0.55)

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
            "policy": np.zeros((self.capacity, self.game.actions), "float32"),
            "outcome": np.zeros(self.capacity, "float32"),
        }


def drawn(random: np.random.Generator, tried: np.ndarray) -> np.ndarray:
    """Actions drawn in proportion to how often they were tried, int [n, actions]: int [n]."""
    reached = np.cumsum(tried, axis=1)
    return np.asarray((reached <= random.random((len(tried), 1)) * reached[:, -1:]).sum(axis=1))
