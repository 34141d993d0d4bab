"""Board games for two: scored against perfect play, and by games against a player without any skill."""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import numpy as np
from keras import ops

from benchmarks.games.in_a_row import GAMES
from benchmarks.games.match import Player, at_random, points
from benchmarks.games.tree_search import of_one_size, search
from benchmarks.measures.board_games import MEASURES as MEASURES
from benchmarks.spec import Data
from benchmarks.tasks.protocol import Predict, require


@runtime_checkable
class BoardPlayer(Protocol):
    """Boards int [n, h, w], seen by the player to move -> logits [n, actions], value [n, 1] from -1 to 1."""

    def __call__(self, boards: Any, training: bool = False) -> Any:
        """The logits of the moves, and what the position is worth."""
        ...


#: The arrays of a data set that the task reads.
NEEDS = ("x", "values")
#: What the task asks of a model.
MODEL = BoardPlayer


def loss(model: Any, batch: Mapping[str, Any], training: bool) -> Any:
    """Raises TypeError: there is no loss, since the learning rule makes its own examples."""
    raise TypeError(
        "board_games has no loss over labelled examples: name a rule that plays, such as self_play, in the"
        " recipe"
    )


def outputs(model: Any, boards: Any) -> dict[str, Any]:
    """What the model says of boards int [n, h, w]: `logits` [n, actions] and `value` [n], float32."""
    logits, value = model(boards, training=False)
    return {"logits": ops.cast(logits, "float32"), "value": ops.cast(value, "float32")[:, 0]}


def mistakes(chosen: np.ndarray, values: np.ndarray) -> float:
    """The percentage of moves [n] that are worth less than the best: see `values` of the data sets."""
    return 100.0 * float(np.mean(values[np.arange(len(values)), chosen] < values.max(axis=1)))


def evaluate(
    predict: Predict,
    model: Any,
    data: Data,
    split: str,
    simulations: int = 25,
    exploration: float = 1.25,
    games: int = 100,
) -> dict[str, float]:
    """The measures on one split: positions of the data set, and `games` games against the random player.

    The player searches with `simulations` simulations a move, without noise, and plays what it tried most.
    """
    require("board_games", model, MODEL)
    arrays, game = getattr(data, split), GAMES[data.info["game"]]
    boards = arrays["x"].astype("int8")

    def judge(boards: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        said = predict.once(outputs, boards)
        return said["logits"], said["value"]

    def searched(size: int) -> Player:
        one_size = of_one_size(judge, size)
        return lambda boards: search(game, boards, one_size, simulations, exploration).argmax(axis=1)

    logits = judge(arrays["x"])[0]
    alone = np.where(game.legal(boards), logits, -np.inf).argmax(axis=1)
    random = np.random.default_rng(["validation", "test"].index(split))
    gained = points(game, searched(games), at_random(game, random), games)
    return {
        "mistakes": mistakes(searched(len(boards))(boards), arrays["values"]),
        "mistakes_without_search": mistakes(alone, arrays["values"]),
        "points_against_random": 100.0 * float(np.mean(gained)),
    }
