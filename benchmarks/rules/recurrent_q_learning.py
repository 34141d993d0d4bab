"""Q-learning with a net that remembers: the value of each action from all observations so far.

M. Hausknecht, P. Stone, "Deep recurrent Q-learning for partially observable MDPs" (AAAI fall symposium, 2015;
arXiv:1507.06527). It plays with a state that is carried through the episode, and learns from sequences that
begin at random points of remembered episodes with a state of zeros ("bootstrapped random updates"); the
targets are those of a target network that reads the same sequence. The authors' program is
github.com/mhauskn/dqn, branch `recurrent`.

The engine calls `leg`: the learner acts on the host and stores what it sees in a memory on the device, in
blocks; after each block it dispatches a program of several learning steps.
"""

from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks.layers.look_up import chosen
from benchmarks.rules.protocol import Batch, Context
from benchmarks.rules.q_learning import Player, double_target, td_target


def counted_steps(last: Any, terminal: Any, warm_up: int) -> Any:
    """Which steps of sequences are learned from, as 1 and 0: float32 [n, T] each.

    Left out are those that follow the `last` of an episode; that last one, unless the episode truly ended
    with it (`terminal`), because what would have come next was not seen; and the first `warm_up` steps, which
    only let the state recover.
    """
    ended_before = ops.cumsum(last, axis=1) - last
    known = 1.0 - last * (1.0 - terminal)
    late = ops.cast(ops.arange(last.shape[1]) >= warm_up, "float32")
    return ops.cast(ended_before == 0, "float32") * known * late


class Learner(Player):
    """Deep recurrent Q-learning. The options of the rule:

    memory: steps remembered of each actor; actors: environments that are played side by side, so that one
    call chooses an action for each (1 in the paper; a step in any of them counts as one environment step);
    learning_starts: environment steps before the first learning step; train_every, gradient_steps: steps in
    a block; discount; final_exploration and exploration_steps: the share of random actions falls linearly
    from 1 to the first within the second; target_every: learning steps between copies of the net into the
    target network; unroll: steps of a sequence that are learned from, after warm_up others (0 in the paper);
    double: the net itself chooses the action that the target network values.

    The model is that of the task `recurrent_control`: see `RememberingPlayer`.
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        options = context.stage.rule_options
        self.capacity: int = options["memory"]
        self.unroll: int = options["unroll"]
        self.warm_up: int = options.get("warm_up", 0)
        self.hidden: float = context.data.info["hidden"]
        if not self.target_every:
            raise ValueError(
                "target_every is 0, but the rule needs a target network; give a multiple of gradient_steps"
                f" {self.gradient_steps}"
            )
        rounds = self.train_every // self.actors
        if rounds + self.length >= self.capacity:
            raise ValueError(
                f"memory {self.capacity} has no room for a block of {rounds} steps of each actor besides"
                f" sequences of {self.length + 1}; enlarge it"
            )
        if self.learning_starts // self.actors <= self.length:
            raise ValueError(
                f"learning_starts {self.learning_starts} comes before any actor has made a sequence of"
                f" {self.length + 1} steps; make it more than {self.length * self.actors + self.actors}"
            )
        self.memory = {
            "observation": self._room("observation", self.space.shape, str(self.space.dtype)),
            "action": self._room("action", (), "int"),
            "reward": self._room("reward", (), "float32"),
            "terminal": self._room("terminal", (), "float32"),
            "last": self._room("last", (), "float32"),
        }
        self.state_size = int(self.model.inputs[1].shape[-1])
        self.variables += self.memory.values()

    @property
    def length(self) -> int:
        """Steps of a sequence, besides the one after them."""
        return self.warm_up + self.unroll

    def _room(self, name: str, shape: tuple[int, ...], dtype: str) -> Any:
        """For each actor in turn, its last `capacity` steps in a ring."""
        return keras.Variable(
            np.zeros((self.actors * self.capacity, *shape), dtype),
            dtype=dtype,
            trainable=False,
            autocast=False,
            name=f"memory_{name}",
        )

    def recall(self, places: Any) -> dict[str, Any]:
        """The sequences that begin at these places [n]: [n, T, ...] each, of observations one more."""
        ring, first = places // self.capacity, places % self.capacity
        steps = (first[:, None] + ops.arange(self.length + 1, dtype=places.dtype)) % self.capacity
        steps = ring[:, None] * self.capacity + steps
        return {
            name: ops.take(variable.value, steps if name == "observation" else steps[:, :-1], axis=0)
            for name, variable in self.memory.items()
        }

    def step(self, batch: Batch) -> dict[str, Any]:
        """One step down the gradient on the sequences that begin at the places batch["place"].

        Logs the loss and the mean value of the best action.
        """
        memories = self.recall(batch["place"])
        observations = memories["observation"]
        blank = ops.zeros((observations.shape[0], self.state_size), "float32")
        counted = counted_steps(memories["last"], memories["terminal"], self.warm_up)
        reward, terminal = memories["reward"], memories["terminal"]
        values_next = ops.cast(self.target([observations, blank], training=False)[0][:, 1:], "float32")
        if self.double:
            own = ops.cast(self.model([observations, blank], training=False)[0][:, 1:], "float32")
            target = double_target(reward, terminal, own, values_next, self.discount)
        else:
            target = td_target(reward, terminal, values_next, self.discount)
        target = ops.stop_gradient(target)

        def compute() -> Any:
            values = ops.cast(self.model([observations[:, :-1], blank], training=True)[0], "float32")
            error = (target - chosen(values, memories["action"])) * counted
            return ops.sum(ops.square(error)) / ops.maximum(ops.sum(counted), 1.0)

        return self.descend(compute, values_next)

    def _store(self, places: Any, *steps: Any) -> Any:
        for variable, values in zip(self.memory.values(), steps, strict=True):
            variable.assign(
                ops.scatter_update(variable.value, places[:, None], ops.cast(values, variable.dtype))
            )
        return ops.convert_to_tensor(0)

    def _choose(self, observations: Any, states: Any) -> tuple[Any, Any]:
        values, states = self.model([observations[:, None], states], training=False)
        return ops.argmax(values[:, 0], axis=-1), states

    def compile(self) -> None:
        """Compile what `leg` dispatches: choosing an action, storing a block, learning from memories, copying
        the net.
        """
        before = self.driver.read()
        self._act = self.driver.function(self._choose)
        self._remember = self.driver.function(self._store, updates=True)
        places = {"place": self.driver.put(np.arange(self.actors * self.capacity, dtype="int32"))}
        self._learn = self.driver.training_program(
            self.step, places, self.gradient_steps, self.stage.batch_size, loop=True, xla=True
        )
        observation, _ = self.environments[0].reset(seed=0)
        self._act(np.stack([observation] * self.actors), self._blank())
        ones = np.ones(self.actors)
        step = (np.stack([observation] * self.actors), ones, ones, ones, ones)
        self._remember(*self._block([step] * (self.train_every // self.actors)))
        self.compile_renewal()
        self.driver.write(before)

    def _blank(self) -> np.ndarray:
        return np.zeros((self.actors, self.state_size), "float32")

    def _block(self, rounds: list[tuple[np.ndarray, ...]]) -> tuple[np.ndarray, ...]:
        """The places of these steps, each of all actors, in the memory, and the steps."""
        when = (self.stored + np.arange(len(rounds))) % self.capacity
        places = when[:, None] + np.arange(self.actors) * self.capacity
        columns = (
            np.stack(column).reshape(len(rounds) * self.actors, *np.shape(column)[2:]).astype(variable.dtype)
            for column, variable in zip(zip(*rounds, strict=True), self.memory.values(), strict=True)
        )
        return places.ravel().astype("int32"), *columns

    def _epoch(self, epoch: int, sums: dict[str, float], done: list[float]) -> None:
        """Play and learn; each actor begins a new episode, so that a resumed run needs no environment."""
        random = np.random.default_rng([self.seed, epoch])
        rounds = self.epoch_steps // self.actors
        explore, hide = random.random((rounds, self.actors)), random.random((rounds, self.actors))
        choice = random.integers(self.actions, size=(rounds, self.actors))
        observations = self.fresh_episodes(random)
        states, gained = self._blank(), np.zeros(self.actors)
        block: list[tuple[np.ndarray, ...]] = []
        for i in range(rounds):
            now = epoch * self.epoch_steps + i * self.actors
            curtain = (hide[i] < self.hidden).reshape(-1, *[1] * (observations.ndim - 1))
            seen = np.where(curtain, 0, observations).astype(observations.dtype)
            best, after = self._act(seen, states)
            states = np.array(after)
            actions = np.where(explore[i] < self.exploration(now), choice[i], np.asarray(best))
            rewards, terminal, last = np.zeros((3, self.actors))
            for actor, environment in enumerate(self.environments):
                observation, reward, terminated, truncated, _ = environment.step(int(actions[actor]))
                rewards[actor], terminal[actor] = float(reward), terminated
                gained[actor] += float(reward)
                # The memory has nothing that follows the last step of an epoch.
                last[actor] = terminated or truncated or i == rounds - 1
                if terminated or truncated:
                    done.append(float(gained[actor]))
                    gained[actor], states[actor] = 0.0, 0.0
                    observation, _ = environment.reset()
                observations[actor] = observation
            block.append((seen, actions, rewards, terminal, last))
            if len(block) * self.actors == self.train_every:
                self._remember(*self._block(block))
                self.stored += len(block)
                block = []
                if self.stored * self.actors > self.learning_starts:
                    self.learn(self._learn, self._places(random), sums)

    def _places(self, random: np.random.Generator) -> np.ndarray:
        """Sequences begin at any remembered step that has as many after it as they are long."""
        held = min(self.stored, self.capacity)
        size = (self.gradient_steps, self.stage.batch_size)
        first = self.stored - held + random.integers(held - self.length, size=size)
        places = random.integers(self.actors, size=size) * self.capacity + first % self.capacity
        return places.astype("int32")
