"""Board games for players as AlphaGo: scored against perfect play, with a search that also plays games out.

The search is that of `games.tree_search`. What a new position is worth is a mixture of the value net and of
one game that the fast policy plays to its end: (1 - mixing) v + mixing z.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, runtime_checkable

import numpy as np
from keras import ops

from benchmarks.games.in_a_row import GAMES
from benchmarks.games.match import Player, at_random, points
from benchmarks.games.rollouts import Policy, drawn, played_out
from benchmarks.games.tree_search import of_one_size, search
from benchmarks.measures.board_games_with_rollouts import MEASURES as MEASURES
from benchmarks.spec import Data
from benchmarks.tasks.board_games import BoardPlayer, mistakes, outputs
from benchmarks.tasks.protocol import Predict, require


@runtime_checkable
class PlayerWithRollouts(BoardPlayer, Protocol):
    """Boards int [n, h, w] -> the imitating policy's logits [n, actions] and the value [n, 1]."""

    def reinforced(self, boards: Any, training: bool = False) -> Any:
        """The logits of the policy that has learned to win."""
        ...

    def rollout(self, boards: Any, training: bool = False) -> Any:
        """The logits of the fast policy."""
        ...


#: The arrays of a data set that the task reads.
NEEDS = ("x", "values")
#: What the task asks of a model.
MODEL = PlayerWithRollouts


def loss(model: Any, batch: Mapping[str, Any], training: bool) -> Any:
    """Raises TypeError: there is no loss, since this is about play; an entry brings one to imitate by."""
    raise TypeError(
        "board_games_with_rollouts has no loss over labelled examples: give the entry one, or name a rule "
        "that plays, such as policy_self_play, in the recipe"
    )


def reinforced(model: Any, boards: Any) -> dict[str, Any]:
    """The `logits` [n, actions] of the policy that has learned to win, float32."""
    return {"logits": ops.cast(model.reinforced(boards, training=False), "float32")}


def fast(model: Any, boards: Any) -> dict[str, Any]:
    """The `logits` [n, actions] of the fast policy, float32."""
    return {"logits": ops.cast(model.rollout(boards, training=False), "float32")}


def evaluate(
    predict: Predict,
    model: Any,
    data: Data,
    split: str,
    simulations: int = 25,
    exploration: float = 1.25,
    mixing: float = 0.5,
    games: int = 100,
) -> dict[str, float]:
    """The measures on one split: positions of the data set, and `games` games for each of the points.

    The player searches with `simulations` simulations a move, and plays what it tried most.
    """
    require("board_games_with_rollouts", model, MODEL)
    arrays, game = getattr(data, split), GAMES[data.info["game"]]
    boards = arrays["x"].astype("int8")
    random = np.random.default_rng(["validation", "test"].index(split))

    def said(function: Callable[..., Any]) -> Callable[[np.ndarray], tuple[Any, Any]]:
        def ask(boards: np.ndarray) -> tuple[Any, Any]:
            found = predict.once(function, boards)
            return found["logits"], found.get("value", np.zeros(len(boards)))

        return ask

    def policy(function: Callable[..., Any], size: int) -> Policy:
        judge = of_one_size(said(function), size)
        return lambda boards: judge(boards)[0]

    def searched(mixing: float, size: int) -> Player:
        judge, quick = of_one_size(said(outputs), size), policy(fast, size)

        def mixed(boards: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            logits, value = judge(boards)
            if mixing:
                value = (1.0 - mixing) * value + mixing * played_out(game, boards, quick, random)
            return logits, value

        return lambda boards: search(game, boards, mixed, simulations, exploration).argmax(axis=1)

    def drawing(function: Callable[..., Any]) -> Player:
        logits = policy(function, games)
        return lambda boards: drawn(random, logits(boards), game.legal(boards))

    def wrong(player: Player) -> float:
        return mistakes(player(boards), arrays["values"])

    def best(function: Callable[..., Any]) -> Player:
        logits = policy(function, len(boards))
        return lambda boards: np.asarray(np.where(game.legal(boards), logits(boards), -np.inf).argmax(axis=1))

    def share(first: Player, second: Player) -> float:
        return 100.0 * float(np.mean(points(game, first, second, games)))

    return {
        "mistakes": wrong(searched(mixing, len(boards))),
        "mistakes_by_value": wrong(searched(0.0, len(boards))),
        "mistakes_by_rollouts": wrong(searched(1.0, len(boards))),
        "mistakes_without_search": wrong(best(outputs)),
        "mistakes_of_reinforced": wrong(best(reinforced)),
        "points_against_random": share(searched(mixing, games), at_random(game, random)),
        "reinforced_points": share(drawing(reinforced), drawing(outputs)),
    }
