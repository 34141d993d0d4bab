"""Control from observations that may be hidden, by a player that remembers; scored by the return of greedy
episodes."""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import numpy as np
from keras import ops

from benchmarks.measures.recurrent_control import MEASURES as MEASURES
from benchmarks.spec import Data
from benchmarks.tasks.control import FIRST_SEED
from benchmarks.tasks.protocol import Predict, require

#: The arrays of a data set that the task reads.
NEEDS = ()


@runtime_checkable
class RememberingPlayer(Protocol):
    """Values of the actions, with a state that is carried from step to step; of zeros before the first.

    `inputs` are those of the model: observations [n, T, ...] and states [n, m].
    """

    inputs: list[Any]

    def __call__(self, inputs: list[Any], training: bool = False) -> list[Any]:
        """Observations [n, T, ...] and the states before them -> values [n, T, actions], and the states after
        them.
        """
        ...


#: What the task asks of a model.
MODEL = RememberingPlayer


def loss(model: Any, batch: Mapping[str, Any], training: bool) -> Any:
    """Raises TypeError: there is no loss, since the learning rule chooses what to learn from."""
    raise TypeError(
        "recurrent_control has no loss over labelled examples: name a rule that acts, such as"
        " recurrent_q_learning, in the recipe"
    )


def greedy(model: Any, observations: Any, states: Any) -> dict[str, Any]:
    """The action of largest value, int32 [n], for observations [n, ...], and the states [n, m] after them."""
    values, states = model([observations[:, None], states], training=False)
    return {"action": ops.argmax(values[:, 0], axis=-1), "state": states}


def returns(act: Any, environment: str, hidden: float, seeds: list[int]) -> np.ndarray:
    """The return of one episode from each seed, float64 [n]; `act` maps observations [n, ...] to actions [n].

    The episodes are played side by side, so that each round of actions costs one call of `act`. Each
    observation is replaced by zeros with the probability `hidden`; which ones are, follows from the seed of
    the episode.
    """
    import gymnasium

    environments = [gymnasium.make(environment, disable_env_checker=True) for _ in seeds]
    curtains = [np.random.default_rng(seed) for seed in seeds]
    observations = np.stack(
        [each.reset(seed=seed)[0] for each, seed in zip(environments, seeds, strict=True)]
    )
    total = np.zeros(len(seeds))
    running = np.ones(len(seeds), bool)
    while running.any():
        drawn = np.array([curtain.random() < hidden for curtain in curtains])
        seen = np.where(drawn.reshape(-1, *[1] * (observations.ndim - 1)), 0, observations)
        actions = act(seen.astype(observations.dtype))
        for i in np.flatnonzero(running):
            observations[i], reward, terminated, truncated, _ = environments[i].step(int(actions[i]))
            total[i] += float(reward)
            running[i] = not (terminated or truncated)
    for each in environments:
        each.close()
    return total


def evaluate(
    predict: Predict, model: Any, data: Data, split: str, episodes: int = 20, test_episodes: int = 100
) -> dict[str, float]:
    """The measures over `episodes` episodes (`test_episodes` on the test split), from fixed seeds."""
    require("recurrent_control", model, MODEL)
    count = test_episodes if split == "test" else episodes
    seeds = [FIRST_SEED[split] + i for i in range(count)]
    states = np.zeros((count, model.inputs[1].shape[-1]), "float32")

    def act(observations: np.ndarray) -> np.ndarray:
        nonlocal states
        found = predict.once(greedy, observations, states)
        states = found["state"]
        return found["action"]

    totals = returns(act, data.info["environment"], data.info["hidden"], seeds)
    solved = 100.0 * float(np.mean(totals >= data.info["solved_return"]))
    return {"return": float(np.mean(totals)), "worst_return": float(np.min(totals)), "solved": solved}
