"""Chances to win a game with dice, scored against the exact ones, and by the play to which they lead."""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import numpy as np
from keras import ops

from benchmarks.games.race import GAMES, Race
from benchmarks.measures.position_values import MEASURES as MEASURES
from benchmarks.spec import Data
from benchmarks.tasks.protocol import Predict, require


@runtime_checkable
class Judge(Protocol):
    """Positions [n, inputs] -> the chance that White wins, [n, 1] from 0 to 1."""

    def __call__(self, x: Any, training: bool = False) -> Any:
        """The chances."""
        ...


#: The arrays of a data set that the task reads.
NEEDS = ("x", "y", "state", "black")
#: What the task asks of a model.
MODEL = Judge


def loss(model: Any, batch: Mapping[str, Any], training: bool) -> Any:
    """The mean squared difference from the exact chance, for who learns from a teacher."""
    chance = ops.cast(model(batch["x"], training=training), "float32")[:, 0]
    return ops.mean(ops.square(chance - batch["y"])) + sum(model.losses)


def chances(model: Any, batch: Mapping[str, Any]) -> dict[str, Any]:
    """The chance that White wins: `chance`, float32 [n]."""
    return {"chance": ops.cast(model(batch["x"], training=False), "float32")[:, 0]}


def choices(game: Race, estimates: np.ndarray) -> np.ndarray:
    """The moves with the best estimates, for White and for Black: int [2, states, faces].

    `estimates` [2, states] are the chances that White wins, with White and with Black to move.
    """
    after, ended = game.moves[0], game.over(np.arange(estimates.shape[1]))
    # After White's move Black is to move, and if the game is over then White has won it.
    to_black, to_white = np.where(ended, 1.0, estimates[1]), np.where(ended, 0.0, estimates[0])
    return np.stack([to_black[after].argmax(axis=2), to_white[after].argmin(axis=2)])


def lost(game: Race, states: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """What the moves `chosen` [n, faces] in these states cost of the exact chance, float64 [m]: of the states
    and rolls in which some legal move costs any."""
    values = 1.0 - game.values[game.moves[0][states]]
    cost = values.max(axis=2) - np.take_along_axis(values, chosen[:, :, None], axis=2)[:, :, 0]
    return np.asarray(cost[np.ptp(values, axis=2) > 1e-9])


def evaluate(predict: Predict, model: Any, data: Data, split: str) -> dict[str, float]:
    """The measures on one split; games won do not depend on it, since they are exact."""
    require("position_values", model, MODEL)
    arrays, game = getattr(data, split), GAMES[data.info["game"]]
    said = predict(chances, {"x": arrays["x"]})["chance"].astype("float64")
    everything = np.arange(len(game.moves[0]))
    estimates = np.stack(
        [
            predict(chances, {"x": game.seen(everything, np.full(len(everything), black))}, 5000)["chance"]
            for black in (False, True)
        ]
    )
    chosen = choices(game, estimates)
    cost = lost(game, arrays["state"], chosen[arrays["black"], arrays["state"]])
    players = [game.certain(moves) for moves in chosen]
    against = {
        name: 100.0 * float(np.mean([game.wins(player, opponent) for player in players]))
        for name, opponent in (("random", game.at_random), ("perfect", game.perfect))
    }
    return {
        "chance_lost": 100.0 * float(np.mean(cost)),
        "mistakes": 100.0 * float(np.mean(cost > 1e-9)),
        "value_error": 100.0 * float(np.sqrt(np.mean(np.square(said - arrays["y"])))),
        "wins_against_random": against["random"],
        "wins_against_perfect": against["perfect"],
    }
