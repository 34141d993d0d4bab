"""Q-learning with a table: after each step, move one number.

Watkins, "Learning from delayed rewards" (thesis, Cambridge 1989); Watkins and Dayan, "Q-learning", Machine
Learning 8:279-292 (1992), which proves that the numbers converge if every action is tried in every state
without end and the rates of each number add up to infinity, and their squares do not.

All happens on the host. Every random choice of an epoch comes from a generator of (seed, epoch), and an
epoch begins with a fresh episode: a resumed run needs no state of a generator or an environment.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from benchmarks.rules.protocol import Context, whole_model

#: Seeds of training episodes are drawn from here on: those of evaluation lie below.
FIRST_SEED = 2_000_000


class Learner:
    """Q(x, a) <- (1 - rate) Q(x, a) + rate (r + discount * max Q(y, .)), for a step from x to y.

    The options of the rule: `discount`; `learning_rate`, divided by the `rate_decay`-th power of the number
    of times that the action was taken in the state (0: a constant rate; more than 1/2 and at most 1
    satisfies the theorem); `final_exploration` and `exploration_steps`: the share of random actions falls
    from 1 to the former within so many steps, the others are the best by the table, of equal ones any. The
    value of what follows is 0 where the episode ended, and not where it was cut for its length.
    """

    batch_size = None

    def __init__(self, context: Context) -> None:
        import gymnasium

        options = dict(context.stage.rule_options)
        self.discount: float = options.pop("discount")
        self.learning_rate: float = options.pop("learning_rate")
        self.rate_decay: float = options.pop("rate_decay")
        self.final_exploration: float = options.pop("final_exploration")
        self.exploration_steps: int = options.pop("exploration_steps")
        if options:
            raise ValueError(
                f"tabular_q_learning has no option {min(options)!r}; its options are discount, learning_rate,"
                " rate_decay, final_exploration and exploration_steps"
            )
        if not context.stage.steps_per_epoch:
            raise ValueError(
                "tabular_q_learning needs steps_per_epoch, the steps in the environment of an epoch"
            )
        self.steps: int = context.stage.steps_per_epoch
        self.model, self.seed = whole_model(context), context.seed
        self.variables: list[Any] = []
        self.environment = gymnasium.make(context.data.info["environment"], disable_env_checker=True)
        self.visits = np.zeros(self.model.values.shape, "int64")

    def compile(self) -> None:
        """Nothing: there is nothing to compile."""

    def exploration(self, step: int) -> float:
        """The share of random actions at this step of the run."""
        return 1.0 + (self.final_exploration - 1.0) * min(step / self.exploration_steps, 1.0)

    def learn(self, state: int, action: int, reward: float, terminal: bool, after: int) -> None:
        """Move the value of `action` in `state`."""
        values = self.model.values
        self.visits[state, action] += 1
        rate = self.learning_rate / self.visits[state, action] ** self.rate_decay
        target = reward if terminal else reward + self.discount * values[after].max()
        values[state, action] += rate * (target - values[state, action])

    def leg(self, first: int, last: int) -> tuple[int, int, dict[str, float]]:
        """Train the epochs first..last-1. Returns the steps twice, and logs: the mean return of the
        training episodes that ended, and the share of random actions at the end.
        """
        done: list[float] = []
        for epoch in range(first, last):
            self._epoch(epoch, done)
        logs = {"exploration": self.exploration(last * self.steps)}
        if done:
            logs["training_return"] = float(np.mean(done))
        steps = (last - first) * self.steps
        return steps, steps, logs

    def _epoch(self, epoch: int, done: list[float]) -> None:
        random = np.random.default_rng([self.seed, epoch])
        actions = self.model.values.shape[1]
        explore, choice = random.random(self.steps), random.integers(actions, size=self.steps)
        # Among equal values, the last in an order drawn anew at each step.
        ties = random.random((self.steps, actions))
        seed = FIRST_SEED + int(random.integers(2**31 - FIRST_SEED))
        state, gained = int(self.environment.reset(seed=seed)[0]), 0.0
        for i in range(self.steps):
            if explore[i] < self.exploration(epoch * self.steps + i):
                action = int(choice[i])
            else:
                values = self.model.values[state]
                action = int(np.argmax(np.where(values == values.max(), ties[i], -1.0)))
            seen, reward, terminated, truncated, _ = self.environment.step(action)
            after, gained = int(seen), gained + float(reward)
            self.learn(state, action, float(reward), bool(terminated), after)
            state = after
            if terminated or truncated:
                done.append(gained)
                state, gained = int(self.environment.reset()[0]), 0.0

    def host_state(self) -> dict[str, np.ndarray]:
        """How often each action was taken in each state; the values are the model's."""
        return {"visits": self.visits.copy()}

    def set_host_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `host_state` returned."""
        self.visits = np.array(state["visits"], "int64")

    def reset_host_state(self, seed: int) -> None:
        """Start again from this seed."""
        self.seed = seed
        self.visits = np.zeros_like(self.visits)
