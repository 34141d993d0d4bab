"""Monte Carlo tree search led by a net, as in AlphaZero, for many games side by side.

Silver et al., "Mastering the game of Go without human knowledge", Nature 550, 2017, methods, "Search
algorithm"; virtual loss and several threads are left out, since the games of a batch are searched together.
"""

from collections.abc import Callable

import numpy as np

from benchmarks.games.in_a_row import InARow

#: Boards [n, height, width] -> logits of the actions [n, actions] and values [n] for the player to move.
Judge = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


def of_one_size(judge: Judge, size: int) -> Judge:
    """A judge of at most `size` boards that always asks `judge` about `size`, int32: one compiled program."""

    def judged(boards: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        rows = np.minimum(np.arange(size), len(boards) - 1)
        logits, values = judge(boards[rows].astype("int32"))
        return np.asarray(logits)[: len(boards)], np.asarray(values)[: len(boards)]

    return judged


def policy(logits: np.ndarray, legal: np.ndarray) -> np.ndarray:
    """The softmax of logits [n, actions] over the legal actions, float64; 0 for the others."""
    scores = np.where(legal, logits, -np.inf).astype("float64")
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def search(
    game: InARow,
    boards: np.ndarray,
    judge: Judge,
    simulations: int,
    exploration: float,
    noise: np.ndarray | None = None,
    noise_share: float = 0.25,
) -> np.ndarray:
    """How often each action was tried at the root of each of n unfinished games: int [n, actions].

    Each simulation goes down from the root by the action with the largest Q + U, where
    U = exploration * P * sqrt(sum of N) / (1 + N), until it meets a position that is new or over, and
    carries the value found there back up. `noise` [n, actions] is mixed into the priors P of the root by
    `noise_share`. Q of an action that was never tried is 0.
    """
    n, nodes, here = len(boards), simulations + 1, np.arange(len(boards))
    position = np.zeros((n, nodes, *boards.shape[1:]), np.int8)
    prior, total = np.zeros((2, n, nodes, game.actions))
    tried, child = np.zeros((2, n, nodes, game.actions), np.int64)
    over = np.zeros((n, nodes), bool)
    worth = np.zeros((n, nodes))
    legal = np.zeros((n, nodes, game.actions), bool)

    position[:, 0], legal[:, 0] = boards, game.legal(boards)
    prior[:, 0] = policy(judge(boards)[0], legal[:, 0])
    if noise is not None:
        mixed = np.where(legal[:, 0], noise, 0.0)
        mixed /= mixed.sum(axis=1, keepdims=True)
        prior[:, 0] = (1.0 - noise_share) * prior[:, 0] + noise_share * mixed

    for new in range(1, nodes):
        # Down: `path` has the nodes and actions of each step, and which games still take it.
        node, going = np.zeros(n, np.int64), np.ones(n, bool)
        found = np.zeros(n, bool)
        path: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        while going.any():
            times = tried[here, node]
            quality = total[here, node] / np.maximum(times, 1)
            # Before the first visit every bonus would be zero: then the prior decides.
            weight = np.maximum(np.sqrt(times.sum(axis=1, keepdims=True)), 1e-8)
            scores = quality + exploration * weight * prior[here, node] / (1 + times)
            action = np.where(legal[here, node], scores, -np.inf).argmax(axis=1)
            path.append((node, action, going))
            below = child[here, node, action]
            fresh = going & (below == 0)
            at = here[fresh]
            child[at, node[fresh], action[fresh]] = new
            position[at, new], won, over[at, new] = game.play(position[at, node[fresh]], action[fresh])
            worth[at, new] = -won.astype("float64")
            node = np.where(going, np.where(fresh, new, below), node)
            going, found = going & ~fresh & ~over[here, node], found | fresh
        # The net judges what is new and not over.
        alive = here[found & ~over[:, new]]
        if len(alive):
            logits, values = judge(position[:, new])
            legal[alive, new] = game.legal(position[alive, new])
            prior[alive, new] = policy(logits[alive], legal[alive, new])
            worth[alive, new] = values[alive]
        # Up: what is good for one player is bad for the other.
        value = worth[here, node]
        for parents, actions, took in reversed(path):
            value = np.where(took, -value, value)
            total[here, parents, actions] += np.where(took, value, 0.0)
            tried[here, parents, actions] += took
    return np.asarray(tried[:, 0])
