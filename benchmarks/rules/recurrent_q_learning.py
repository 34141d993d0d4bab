"""Q-learning with a net that remembers: the value of each action from all observations so far.

M. Hausknecht, P. Stone, "Deep recurrent Q-learning for partially observable MDPs" (AAAI fall symposium, 2015;
arXiv:1507.06527). It plays with a state that is carried through the episode, and learns from sequences that
begin at random points of remembered episodes with a state of zeros ("bootstrapped random updates"); the
targets are those of a target network that reads the same sequence. The authors' program is
github.com/mhauskn/dqn, branch `recurrent`.

The engine calls `leg`: the learner acts on the host and stores what it sees in a memory on the device, in
blocks; after each block it dispatches a program of several learning steps.
"""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks import optimizers
from benchmarks.layers.look_up import chosen
from benchmarks.rules.backpropagation import clip_by_global_norm
from benchmarks.rules.protocol import Batch, Context, whole_model
from benchmarks.rules.q_learning import FIRST_SEED, double_target, td_target


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


class Learner:
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
        import gymnasium

        self.model, self.driver, self.stage, self.seed = (
            whole_model(context),
            context.driver,
            context.stage,
            context.seed,
        )
        self.batch_size: int | None = context.stage.batch_size
        options = dict(context.stage.rule_options)
        self.capacity: int = options["memory"]
        self.actors: int = options["actors"]
        self.learning_starts: int = options["learning_starts"]
        self.train_every: int = options["train_every"]
        self.gradient_steps: int = options["gradient_steps"]
        self.discount: float = options["discount"]
        self.final_exploration: float = options["final_exploration"]
        self.exploration_steps: int = options["exploration_steps"]
        self.target_every: int = options["target_every"]
        self.unroll: int = options["unroll"]
        self.warm_up: int = options.get("warm_up", 0)
        self.double: bool = options.get("double", False)
        self.epoch_steps: int = context.stage.steps_per_epoch or 0
        if self.epoch_steps % self.train_every or not self.epoch_steps:
            raise ValueError(
                f"steps_per_epoch {self.epoch_steps} is not a multiple of train_every"
                f" {self.train_every}; make it one"
            )
        if self.train_every % self.actors:
            raise ValueError(
                f"train_every {self.train_every} is not a multiple of actors {self.actors}; make it one"
            )
        if self.target_every % self.gradient_steps or not self.target_every:
            raise ValueError(
                f"target_every {self.target_every} is not a multiple of gradient_steps"
                f" {self.gradient_steps}; make it one"
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

        name = context.data.info["environment"]
        self.hidden: float = context.data.info["hidden"]
        self.environments = [gymnasium.make(name, disable_env_checker=True) for _ in range(self.actors)]
        space = self.environments[0].observation_space
        self.actions = int(self.environments[0].action_space.n)
        self.memory = {
            "observation": self._room("observation", space.shape, str(space.dtype)),
            "action": self._room("action", (), "int"),
            "reward": self._room("reward", (), "float32"),
            "terminal": self._room("terminal", (), "float32"),
            "last": self._room("last", (), "float32"),
        }
        self.state_size = int(self.model.inputs[1].shape[-1])
        self.optimizer = optimizers.make(context.stage.optimizer)
        self.optimizer.build(self.model.trainable_variables)
        self.target = keras.models.clone_model(self.model)
        self._copy_to_target()
        self.variables = [
            *self.model.variables,
            *self.optimizer.variables,
            *self.target.variables,
            *self.memory.values(),
        ]
        self.stored = self.learned = 0

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
        weights = self.model.trainable_variables
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

        loss, gradients = self.driver.gradient(compute, weights)
        if self.stage.clip_norm is not None:
            gradients = clip_by_global_norm(gradients, self.stage.clip_norm)
        self.optimizer.apply(gradients, weights)
        return {"loss": loss, "q_value": ops.mean(ops.max(values_next, axis=-1))}

    def _copy_to_target(self) -> Any:
        for to, source in zip(self.target.variables, self.model.variables, strict=True):
            to.assign(source.value)
        return ops.convert_to_tensor(0)

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
        self._renew = self.driver.function(self._copy_to_target, updates=True)
        observation, _ = self.environments[0].reset(seed=0)
        self._act(np.stack([observation] * self.actors), self._blank())
        ones = np.ones(self.actors)
        step = (np.stack([observation] * self.actors), ones, ones, ones, ones)
        self._remember(*self._block([step] * (self.train_every // self.actors)))
        self._renew()
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

    def exploration(self, step: int) -> float:
        """The share of random actions at this environment step of the run."""
        return 1.0 + (self.final_exploration - 1.0) * min(step / self.exploration_steps, 1.0)

    def leg(self, first: int, last: int) -> tuple[int, int, dict[str, float]]:
        """Train the epochs first..last-1, of `steps_per_epoch` environment steps each.

        Returns learning steps, sequences learned from, and the means of loss and value, besides the mean
        return of the training episodes that ended (exploration included) and the share of random actions at
        the end.
        """
        sums: dict[str, float] = {}
        done: list[float] = []
        learned = self.learned
        for epoch in range(first, last):
            self._epoch(epoch, sums, done)
        steps = self.learned - learned
        logs = {name: value / steps for name, value in sums.items()}
        if done:
            logs["training_return"] = float(np.mean(done))
        logs["exploration"] = self.exploration(last * self.epoch_steps)
        return steps, steps * self.stage.batch_size, logs

    def _epoch(self, epoch: int, sums: dict[str, float], done: list[float]) -> None:
        """Play and learn; each actor begins a new episode, so that a resumed run needs no environment."""
        random = np.random.default_rng([self.seed, epoch])
        rounds = self.epoch_steps // self.actors
        explore, hide = random.random((rounds, self.actors)), random.random((rounds, self.actors))
        choice = random.integers(self.actions, size=(rounds, self.actors))
        first = FIRST_SEED + random.integers(2**31 - FIRST_SEED, size=self.actors)
        observations = np.stack(
            [each.reset(seed=int(seed))[0] for each, seed in zip(self.environments, first, strict=True)]
        )
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
                    self._learn_from_memory(random, sums)

    def _learn_from_memory(self, random: np.random.Generator, sums: dict[str, float]) -> None:
        """Sequences begin at any remembered step that has as many after it as they are long."""
        held = min(self.stored, self.capacity)
        size = (self.gradient_steps, self.stage.batch_size)
        first = self.stored - held + random.integers(held - self.length, size=size)
        places = random.integers(self.actors, size=size) * self.capacity + first % self.capacity
        for name, value in self._learn(places.astype("int32"), self.gradient_steps).items():
            sums[name] = sums.get(name, 0.0) + value
        self.learned += self.gradient_steps
        if self.learned % self.target_every == 0:
            self._renew()

    def host_state(self) -> dict[str, np.ndarray]:
        """How many steps of each actor were stored and how many were learned; the memory itself is among the
        variables.
        """
        return {"stored": np.asarray(self.stored, "int64"), "learned": np.asarray(self.learned, "int64")}

    def set_host_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `host_state` returned."""
        self.stored, self.learned = int(state["stored"]), int(state["learned"])

    def reset_host_state(self, seed: int) -> None:
        """Start again from this seed."""
        self.seed, self.stored, self.learned = seed, 0, 0
