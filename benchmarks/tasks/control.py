"""Control: maximise the rewards of an environment; scored by the return of greedy episodes."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from keras import ops

from benchmarks.measures.control import MEASURES as MEASURES
from benchmarks.spec import Data
from benchmarks.tasks.protocol import Player, Predict, require

#: The arrays of a data set that the task reads.
NEEDS = ()
#: What the task asks of a model.
MODEL = Player

#: The first seed of the episodes of each split; the seeds of training episodes are larger.
FIRST_SEED = {"validation": 0, "test": 1_000_000}


def loss(model: Any, batch: Mapping[str, Any], training: bool) -> Any:
    """Raises TypeError: there is no loss, since the learning rule chooses what to learn from."""
    raise TypeError(
        "control has no loss over labelled examples: name a rule that acts, such as q_learning, in the recipe"
    )


def greedy(model: Any, observations: Any) -> dict[str, Any]:
    """The action with the largest value for each observation: int32 [n]."""
    return {"action": ops.argmax(model(observations, training=False), axis=-1)}


def returns(act: Any, environment: str, seeds: list[int]) -> np.ndarray:
    """The return of one episode from each seed, float64 [n]; `act` maps observations [n, ...] to actions [n].

    The episodes are played side by side, so that each round of actions costs one call of `act`.
    """
    import gymnasium

    environments = [gymnasium.make(environment, disable_env_checker=True) for _ in seeds]
    observations = np.stack(
        [each.reset(seed=seed)[0] for each, seed in zip(environments, seeds, strict=True)]
    )
    total = np.zeros(len(seeds))
    running = np.ones(len(seeds), bool)
    while running.any():
        actions = act(observations)
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
    require("control", model, MODEL)
    count = test_episodes if split == "test" else episodes
    seeds = [FIRST_SEED[split] + i for i in range(count)]
    totals = returns(
        lambda observations: predict.once(greedy, observations)["action"], data.info["environment"], seeds
    )
    solved = 100.0 * float(np.mean(totals >= data.info["solved_return"]))
    return {"return": float(np.mean(totals)), "worst_return": float(np.min(totals)), "solved": solved}
