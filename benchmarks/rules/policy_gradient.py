"""The gradient of the expected reward, estimated from actions that were drawn: REINFORCE and actor-critic.

Williams, "Simple statistical gradient-following algorithms for connectionist reinforcement learning", Machine
Learning 8 (1992): the gradient of the log probability of each action that was taken (its eligibility) is
multiplied by the reward, less a baseline, and in a task of episodes by the reward of the whole episode. With
`horizon` a critic takes the place of the baseline and of the wait for the end (Barto, Sutton and Anderson
1983; Konda and Tsitsiklis 2000), with the rewards of the next steps and the critic's value of what follows,
as in Mnih et al., "Asynchronous methods for deep reinforcement learning" (2016), here in step.

Several environments are played side by side, and what they gave goes through one compiled learning step, in
arrays of a fixed size. Every random choice of an epoch comes from a generator of (seed, epoch), and an epoch
begins with fresh episodes: a resumed run needs no state of a generator or an environment.
"""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import keras
import numpy as np
from keras import ops

from benchmarks import optimizers
from benchmarks.layers.look_up import chosen
from benchmarks.rules.backpropagation import clip_by_global_norm
from benchmarks.rules.protocol import Batch, Context, whole_model
from benchmarks.rules.q_learning import FIRST_SEED


@runtime_checkable
class HasCritic(Protocol):
    """A policy with a critic, which `horizon` needs."""

    def value(self, observations: Any, training: bool = False) -> Any:
        """The reward to come after observations [n, ...]: [n]."""
        ...


def log_probability(logits: Any, action: Any) -> Any:
    """The log probability of actions [n] under logits [n, actions]: float32 [n]."""
    return chosen(ops.log_softmax(ops.cast(logits, "float32"), axis=-1), action)


def returns_to_go(reward: Any, stop: Any, after: Any, discount: float) -> Any:
    """The discounted reward from each step on, [n, steps].

    R(t) = reward(t) + discount * R(t + 1); where `stop` is 1, `after` takes the place of R(t + 1). The last
    step always stops.
    """
    steps = reward.shape[1]
    found = [reward[:, -1] + discount * after[:, -1]]
    for t in reversed(range(steps - 1)):
        follows = stop[:, t] * after[:, t] + (1.0 - stop[:, t]) * found[0]
        found.insert(0, reward[:, t] + discount * follows)
    return ops.stack(found, axis=1)


class Learner:
    """REINFORCE, or actor-critic. The recipe's `batch_size` is the number of environments side by side.

    An epoch lasts until `steps_per_epoch` environment steps have been taken. The options of the rule:

    horizon: 0 to learn from whole episodes, one of each environment; otherwise the steps of each environment
    after which to learn, which need a model with a critic. For whole episodes: baseline_rate, the share by
    which the baseline moves to the mean return of the last batch (0: there is no baseline). With a horizon:
    discount; value_weight, the weight of the critic's mean squared error beside the actor's loss.
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
        self.actors = context.stage.batch_size
        options = dict(context.stage.rule_options)
        self.horizon: int = options["horizon"]
        self.rounds: int = self.horizon or context.data.info["longest"]
        self.epoch_steps: int = context.stage.steps_per_epoch or 0
        if self.horizon:
            self.discount: float = options["discount"]
            self.value_weight: float = options["value_weight"]
            if not isinstance(self.model, HasCritic):
                raise ValueError(
                    f"horizon {self.horizon} needs a model with a critic, and {type(self.model).__name__} has"
                    " none; give it one, or set horizon 0"
                )
        else:
            self.baseline_rate: float = options["baseline_rate"]
        if not self.epoch_steps or (self.horizon and self.epoch_steps % (self.actors * self.horizon)):
            raise ValueError(
                f"steps_per_epoch {self.epoch_steps} is not a multiple of batch_size {self.actors} times"
                f" horizon {self.horizon}; make it one"
            )

        name = context.data.info["environment"]
        self.environments = [gymnasium.make(name, disable_env_checker=True) for _ in range(self.actors)]
        self.space = self.environments[0].observation_space
        self.actions = int(self.environments[0].action_space.n)
        self.optimizer = optimizers.make(context.stage.optimizer)
        self.optimizer.build(self.model.trainable_variables)
        self.baseline = keras.Variable(
            np.zeros((), "float32"), dtype="float32", trainable=False, autocast=False, name="baseline"
        )
        self.variables = [*self.model.variables, *self.optimizer.variables, self.baseline]

    def step(self, batch: Batch) -> dict[str, Any]:
        """One step up the estimated gradient of the expected reward.

        `batch` is what `empty` describes. Logs the loss, whose gradient is the estimate, and whose value says
        little.
        """
        loss, gradients = self.driver.gradient(
            self._criticised(batch) if self.horizon else self._whole_episodes(batch),
            self.model.trainable_variables,
        )
        if self.stage.clip_norm is not None:
            gradients = clip_by_global_norm(gradients, self.stage.clip_norm)
        self.optimizer.apply(gradients, self.model.trainable_variables)
        return {"loss": loss}

    def _whole_episodes(self, batch: Batch) -> Any:
        """The loss of REINFORCE; moves the baseline once it has been used."""
        gained = ops.sum(batch["reward"], axis=1)
        before = ops.convert_to_tensor(self.baseline)
        factor = gained - before
        self.baseline.assign(before + self.baseline_rate * (ops.mean(gained) - before))

        def compute() -> Any:
            logits = self.model(self._flat(batch["observation"]), training=True)
            taken = ops.reshape(log_probability(logits, self._flat(batch["action"])), batch["reward"].shape)
            return -ops.mean(factor * ops.sum(batch["played"] * taken, axis=1))

        return compute

    def _criticised(self, batch: Batch) -> Any:
        """The loss of actor and critic together."""
        shape = batch["reward"].shape
        expected = self.model.value(self._flat(batch["next_observation"]), training=False)
        after = (1.0 - batch["terminal"]) * ops.reshape(ops.cast(expected, "float32"), shape)
        target = ops.stop_gradient(
            self._flat(returns_to_go(batch["reward"], batch["stop"], after, self.discount))
        )
        observations = self._flat(batch["observation"])

        def compute() -> Any:
            taken = log_probability(self.model(observations, training=True), self._flat(batch["action"]))
            advantage = target - ops.cast(self.model.value(observations, training=True), "float32")
            actor = -ops.mean(ops.stop_gradient(advantage) * taken)
            return actor + self.value_weight * ops.mean(ops.square(advantage))

        return compute

    @staticmethod
    def _flat(x: Any) -> Any:
        """[n, steps, ...] to [n * steps, ...]."""
        return ops.reshape(x, (-1, *x.shape[2:]))

    def empty(self) -> dict[str, np.ndarray]:
        """Room for one batch, [environments, rounds, ...].

        `played` is 0 where an episode had ended before; `terminal` is 1 where the task ended and `stop` where
        the episode did, be it because it was cut for its length.
        """
        shape = (self.actors, self.rounds)
        room = {
            "observation": np.zeros((*shape, *self.space.shape), str(self.space.dtype)),
            "action": np.zeros(shape, "int32"),
            "reward": np.zeros(shape, "float32"),
        }
        if not self.horizon:
            return room | {"played": np.zeros(shape, "float32")}
        return room | {
            "terminal": np.zeros(shape, "float32"),
            "stop": np.zeros(shape, "float32"),
            "next_observation": np.zeros_like(room["observation"]),
        }

    def compile(self) -> None:
        """Compile what `leg` dispatches: drawing actions, and the learning step."""
        before = self.driver.read()
        # The largest of logits plus Gumbel's noise is a draw by their softmax.
        self._act = self.driver.function(
            lambda observations, noise: ops.argmax(
                ops.cast(self.model(observations, training=False), "float32") + noise, axis=-1
            )
        )
        data = {name: self.driver.put(array) for name, array in self.empty().items()}
        self._order = np.arange(self.actors, dtype="int32")[None]
        self._program = self.driver.training_program(self.step, data, 1, self.actors, loop=False, xla=True)
        self._act(self.empty()["observation"][:, 0], np.zeros((self.actors, self.actions), "float32"))
        self.driver.write(before)

    def learn(self, batch: Mapping[str, np.ndarray]) -> dict[str, float]:
        """One learning step on a batch as `empty` describes it. Returns the logs."""
        data = {name: self.driver.put(array) for name, array in batch.items()}
        logs: dict[str, float] = self._program(self._order, 1, data)
        return logs

    def leg(self, first: int, last: int) -> tuple[int, int, dict[str, float]]:
        """Train the epochs first..last-1.

        Returns learning steps, the episodes or pieces of episodes learned from, and the mean loss, besides
        the mean return of the training episodes that ended.
        """
        losses: list[float] = []
        done: list[float] = []
        for epoch in range(first, last):
            random = np.random.default_rng([self.seed, epoch])
            if self.horizon:
                self._pieces(random, losses, done)
            else:
                self._episodes(random, losses, done)
        logs = {"loss": float(np.mean(losses))}
        if done:
            logs["training_return"] = float(np.mean(done))
        return len(losses), len(losses) * self.actors, logs

    def _fresh(self, random: np.random.Generator) -> np.ndarray:
        """Begin an episode in each environment; returns what is seen first."""
        first = FIRST_SEED + random.integers(2**31 - FIRST_SEED, size=self.actors)
        return np.stack(
            [each.reset(seed=int(seed))[0] for each, seed in zip(self.environments, first, strict=True)]
        )

    def _drawn(self, observations: np.ndarray, noise: np.ndarray) -> np.ndarray:
        return np.asarray(self._act(observations, noise))

    def _noise(self, random: np.random.Generator) -> np.ndarray:
        return random.gumbel(size=(self.rounds, self.actors, self.actions)).astype("float32")

    def _episodes(self, random: np.random.Generator, losses: list[float], done: list[float]) -> None:
        taken = 0
        while taken < self.epoch_steps:
            observations, noise, batch = self._fresh(random), self._noise(random), self.empty()
            running = np.ones(self.actors, bool)
            for t in range(self.rounds):
                actions = self._drawn(observations, noise[t])
                batch["observation"][:, t], batch["action"][:, t] = observations, actions
                batch["played"][:, t] = running
                for i in np.flatnonzero(running):
                    observations[i], reward, terminated, truncated, _ = self.environments[i].step(
                        int(actions[i])
                    )
                    batch["reward"][i, t] = reward
                    running[i] = not (terminated or truncated)
                if not running.any():
                    break
            losses.append(self.learn(batch)["loss"])
            done.extend(batch["reward"].sum(axis=1).tolist())
            taken += int(batch["played"].sum())

    def _pieces(self, random: np.random.Generator, losses: list[float], done: list[float]) -> None:
        observations = self._fresh(random)
        gained = np.zeros(self.actors)
        for _ in range(self.epoch_steps // (self.actors * self.horizon)):
            noise, batch = self._noise(random), self.empty()
            for t in range(self.rounds):
                actions = self._drawn(observations, noise[t])
                batch["observation"][:, t], batch["action"][:, t] = observations, actions
                for i, environment in enumerate(self.environments):
                    after, reward, terminated, truncated, _ = environment.step(int(actions[i]))
                    batch["next_observation"][i, t], batch["reward"][i, t] = after, reward
                    # Only a true end has no further reward: an episode that was cut would go on.
                    batch["terminal"][i, t] = terminated
                    batch["stop"][i, t] = terminated or truncated
                    gained[i] += float(reward)
                    if terminated or truncated:
                        done.append(float(gained[i]))
                        gained[i] = 0.0
                        after, _ = environment.reset()
                    observations[i] = after
            losses.append(self.learn(batch)["loss"])

    def host_state(self) -> dict[str, np.ndarray]:
        """Nothing: all that is kept is among the variables."""
        return {}

    def set_host_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Nothing is kept on the host."""

    def reset_host_state(self, seed: int) -> None:
        """Start again from this seed."""
        self.seed = seed
