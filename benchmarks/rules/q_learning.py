"""Q-learning with a neural network: act, remember, and learn from memories drawn at random.

Mnih et al., "Playing Atari with deep reinforcement learning" (2013), algorithm 1; the target network and the
clipped error are of Mnih et al., "Human-level control through deep reinforcement learning", Nature 518
(2015).

Time is divided into blocks: `train_every` steps in the environment, which are remembered in one dispatch,
then `gradient_steps` learning steps in one compiled program. The replay memory is a set of variables on the
device, so that a block of learning steps needs nothing but indices. Every random choice of an epoch
(of actions, of memories, of initial states) comes from a generator of (seed, epoch), and an epoch
begins with a fresh episode: a resumed run needs no state of a generator or an environment.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks import optimizers
from benchmarks.layers.look_up import chosen
from benchmarks.rules.backpropagation import clip_by_global_norm
from benchmarks.rules.protocol import Batch, Context, whole_model

#: Seeds of training episodes are drawn from here on: those of evaluation lie below.
FIRST_SEED = 2_000_000


class ReplayMemory:
    """The last `capacity` transitions.

    Each has the observation, the action, the reward, whether the episode ended there, and what was seen next.
    """

    def __init__(self, capacity: int, shape: tuple[int, ...], dtype: str) -> None:
        def room(name: str, shape: tuple[int, ...], dtype: str) -> Any:
            return keras.Variable(
                np.zeros((capacity, *shape), dtype),
                dtype=dtype,
                trainable=False,
                autocast=False,
                name=f"memory_{name}",
            )

        self.capacity = capacity
        self.fields = {
            "observation": room("observation", shape, dtype),
            "action": room("action", (), "int"),
            "reward": room("reward", (), "float32"),
            "terminal": room("terminal", (), "float32"),
            "next_observation": room("next_observation", shape, dtype),
        }
        self.variables = list(self.fields.values())

    def places(self, stored: int, count: int) -> np.ndarray:
        """The places of the next `count` transitions after `stored` others, int32 [count].

        The oldest are overwritten.
        """
        return ((stored + np.arange(count)) % self.capacity).astype("int32")

    def store(self, places: Any, transitions: Mapping[str, Any]) -> None:
        """Write transitions (dict of [count, ...], as `fields`) at these places."""
        for name, variable in self.fields.items():
            variable.assign(
                ops.scatter_update(
                    variable.value, places[:, None], ops.cast(transitions[name], variable.dtype)
                )
            )

    def recall(self, places: Any) -> dict[str, Any]:
        """The transitions at these places."""
        return {name: ops.take(variable.value, places, axis=0) for name, variable in self.fields.items()}


def td_target(reward: Any, terminal: Any, next_values: Any, discount: float) -> Any:
    """`r` where the episode ended, else `r + discount * max Q(s', a')` (2013, equation 3).

    `next_values` [n, actions] are the Q(s', a').
    """
    return reward + discount * (1.0 - terminal) * ops.max(next_values, axis=-1)


def double_target(reward: Any, terminal: Any, next_values: Any, judged: Any, discount: float) -> Any:
    """As `td_target`, with the action that the learning net holds best, valued by the target network.

    `next_values` and `judged` [n, actions] are the Q(s', a') of the one and of the other. Van Hasselt, Guez
    and Silver, "Deep reinforcement learning with double Q-learning" (2015).
    """
    best = ops.argmax(next_values, axis=-1)
    return reward + discount * (1.0 - terminal) * chosen(judged, best)


def td_loss(error: Any, error_clip: float | None) -> Any:
    """The mean of `error ** 2`.

    With `error_clip`, the loss whose derivative is that of `error ** 2 / 2`, clipped to +-error_clip (2015).
    """
    if error_clip is None:
        return ops.mean(ops.square(error))
    size = ops.abs(error)
    near = ops.minimum(size, error_clip)
    return ops.mean(0.5 * ops.square(near) + error_clip * (size - near))


class Player(ABC):
    """What deep Q-learning does with a net that remembers and with one that does not.

    Its variables are those of the net, the optimiser and, with `target_every`, the target network; a learner
    adds its memory, in which so far `stored` things were stored.
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
        options = context.stage.rule_options
        self.discount: float = options["discount"]
        self.learning_starts: int = options["learning_starts"]
        self.train_every: int = options["train_every"]
        self.gradient_steps: int = options["gradient_steps"]
        self.final_exploration: float = options["final_exploration"]
        self.exploration_steps: int = options["exploration_steps"]
        self.target_every: int = options.get("target_every", 0)
        self.double: bool = options.get("double", False)
        self.actors: int = options.get("actors", 1)
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
        if self.target_every % self.gradient_steps:
            raise ValueError(
                f"target_every {self.target_every} is not a multiple of gradient_steps"
                f" {self.gradient_steps}; make it one"
            )

        name = context.data.info["environment"]
        self.environments = [gymnasium.make(name, disable_env_checker=True) for _ in range(self.actors)]
        self.space = self.environments[0].observation_space
        self.actions = int(self.environments[0].action_space.n)
        self.optimizer = optimizers.make(context.stage.optimizer)
        self.optimizer.build(self.model.trainable_variables)
        self.target: Any = None
        if self.target_every:
            self.target = keras.models.clone_model(self.model)
            self._copy_to_target()
        self.variables = [
            *self.model.variables,
            *self.optimizer.variables,
            *(self.target.variables if self.target is not None else []),
        ]
        self.stored = self.learned = 0

    def _copy_to_target(self) -> Any:
        for to, source in zip(self.target.variables, self.model.variables, strict=True):
            to.assign(source.value)
        return ops.convert_to_tensor(0)

    def compile_renewal(self) -> None:
        """Compile the copying of the net into the target network, and copy it."""
        self._renew = self.driver.function(self._copy_to_target, updates=True)
        self._renew()

    def descend(self, compute: Callable[[], Any], values_next: Any) -> dict[str, Any]:
        """One step down the gradient of what `compute` returns.

        Logs the loss and the mean value of the best action, of the values [..., actions] of what follows.
        """
        weights = self.model.trainable_variables
        loss, gradients = self.driver.gradient(compute, weights)
        if self.stage.clip_norm is not None:
            gradients = clip_by_global_norm(gradients, self.stage.clip_norm)
        self.optimizer.apply(gradients, weights)
        return {"loss": loss, "q_value": ops.mean(ops.max(values_next, axis=-1))}

    def exploration(self, step: int) -> float:
        """The share of random actions at this environment step of the run."""
        return 1.0 + (self.final_exploration - 1.0) * min(step / self.exploration_steps, 1.0)

    def leg(self, first: int, last: int) -> tuple[int, int, dict[str, float]]:
        """Train the epochs first..last-1, of `steps_per_epoch` environment steps each.

        Returns learning steps, memories learned from, and the means of loss and value, besides the mean
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

    @abstractmethod
    def _epoch(self, epoch: int, sums: dict[str, float], done: list[float]) -> None:
        """Play and learn for one epoch. Adds to the sums of the logs and the returns of what ended."""

    def fresh_episodes(self, random: np.random.Generator) -> np.ndarray:
        """Begin an episode in each environment; returns what is seen first, [actors, ...]."""
        first = FIRST_SEED + random.integers(2**31 - FIRST_SEED, size=self.actors)
        return np.stack(
            [each.reset(seed=int(seed))[0] for each, seed in zip(self.environments, first, strict=True)]
        )

    def learn(
        self, program: Callable[..., dict[str, float]], places: np.ndarray, sums: dict[str, float]
    ) -> None:
        """Learn from the memories at these places, int32 [gradient_steps, batch]; adds to the sums."""
        for name, value in program(places, self.gradient_steps).items():
            sums[name] = sums.get(name, 0.0) + value
        self.learned += self.gradient_steps
        if self.target_every and self.learned % self.target_every == 0:
            self._renew()

    def host_state(self) -> dict[str, np.ndarray]:
        """How much was stored and how many steps learned; the memory itself is among the variables."""
        return {"stored": np.asarray(self.stored, "int64"), "learned": np.asarray(self.learned, "int64")}

    def set_host_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `host_state` returned."""
        self.stored, self.learned = int(state["stored"]), int(state["learned"])

    def reset_host_state(self, seed: int) -> None:
        """Start again from this seed."""
        self.seed, self.stored, self.learned = seed, 0, 0


class Learner(Player):
    """Deep Q-learning. The options of the rule:

    memory: transitions remembered; learning_starts: environment steps before the first learning step;
    train_every, gradient_steps: steps in a block; discount; final_exploration and exploration_steps: the
    share of random actions falls linearly from 1 to the first within the second; target_every: learning steps
    between copies of the net into the target network (0: none, the net is its own target, as in 2013);
    double: the net itself chooses the action that the target network values (see `double_target`);
    error_clip: see `td_loss`; actors: environments that are played side by side, so that one call chooses an
    action for each (1 in the papers; a step in any of them counts as one environment step).
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        options = context.stage.rule_options
        self.error_clip: float | None = options.get("error_clip")
        if self.double and not self.target_every:
            raise ValueError("double needs a target network that differs from the net; set target_every")
        if self.train_every > options["memory"]:
            raise ValueError(
                f"memory {options['memory']} holds fewer transitions than one block,"
                f" train_every {self.train_every}; enlarge it"
            )
        self.memory = ReplayMemory(options["memory"], self.space.shape, str(self.space.dtype))
        self.variables += self.memory.variables

    def step(self, batch: Batch) -> dict[str, Any]:
        """One step down the gradient on the memories at the places batch["place"].

        Logs the loss and the mean value of the best action.
        """
        memories = self.memory.recall(batch["place"])
        judge = self.model if self.target is None else self.target
        values_next = ops.cast(judge(memories["next_observation"], training=False), "float32")
        reward, terminal = memories["reward"], memories["terminal"]
        if self.double:
            own = ops.cast(self.model(memories["next_observation"], training=False), "float32")
            target = double_target(reward, terminal, own, values_next, self.discount)
        else:
            target = td_target(reward, terminal, values_next, self.discount)
        target = ops.stop_gradient(target)

        def compute() -> Any:
            values = ops.cast(self.model(memories["observation"], training=True), "float32")
            taken = chosen(values, memories["action"])
            return td_loss(target - taken, self.error_clip)

        return self.descend(compute, values_next)

    def _store(self, places: Any, *transitions: Any) -> Any:
        self.memory.store(places, dict(zip(self.memory.fields, transitions, strict=True)))
        return ops.convert_to_tensor(0)

    def compile(self) -> None:
        """Compile what `leg` dispatches: choosing an action, storing a block, learning from memories, copying
        the net.
        """
        before = self.driver.read()
        self._act = self.driver.function(
            lambda observations: ops.argmax(self.model(observations, training=False), axis=-1)
        )
        self._remember = self.driver.function(self._store, updates=True)
        places = {"place": self.driver.put(np.arange(self.memory.capacity, dtype="int32"))}
        self._learn = self.driver.training_program(
            self.step, places, self.gradient_steps, self.stage.batch_size, loop=True, xla=True
        )
        observation, _ = self.environments[0].reset(seed=0)
        self._act(np.stack([observation] * self.actors))
        self._remember(*self._block([(observation, 0, 0.0, 0.0, observation)] * self.train_every))
        if self.target_every:
            self.compile_renewal()
        self.driver.write(before)

    def _block(self, transitions: list[tuple[Any, ...]]) -> tuple[np.ndarray, ...]:
        columns = zip(*transitions, strict=True)
        arrays = (
            np.asarray(column, str(variable.dtype))
            for column, variable in zip(columns, self.memory.variables, strict=True)
        )
        return self.memory.places(self.stored, len(transitions)), *arrays

    def _epoch(self, epoch: int, sums: dict[str, float], done: list[float]) -> None:
        random = np.random.default_rng([self.seed, epoch])
        rounds = self.epoch_steps // self.actors
        explore, choice = (
            random.random((rounds, self.actors)),
            random.integers(self.actions, size=(rounds, self.actors)),
        )
        observations = self.fresh_episodes(random)
        gained = np.zeros(self.actors)
        block: list[tuple[Any, ...]] = []
        for i in range(rounds):
            now = epoch * self.epoch_steps + i * self.actors
            at_random = explore[i] < self.exploration(now)
            actions = (
                choice[i]
                if at_random.all()
                else np.where(at_random, choice[i], np.asarray(self._act(observations)))
            )
            for actor, environment in enumerate(self.environments):
                before = observations[actor].copy()
                after, reward, terminated, truncated, _ = environment.step(int(actions[actor]))
                gained[actor] += float(reward)
                # Only a true end has no further reward: an episode that was cut for its length would go on.
                block.append((before, actions[actor], float(reward), float(terminated), after))
                if terminated or truncated:
                    done.append(float(gained[actor]))
                    gained[actor] = 0.0
                    after, _ = environment.reset()
                observations[actor] = after
            if len(block) == self.train_every:
                self._remember(*self._block(block))
                self.stored += len(block)
                block = []
                if self.stored > self.learning_starts:
                    held = min(self.stored, self.memory.capacity)
                    size = (self.gradient_steps, self.stage.batch_size)
                    self.learn(self._learn, random.integers(held, size=size, dtype="int32"), sums)
