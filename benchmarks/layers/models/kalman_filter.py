"""Kalman's filter: of a state that moves linearly and is seen through noise, the best estimate so far."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.linalg import expm, solve_discrete_lyapunov


class LinearModel(NamedTuple):
    """How states of k numbers move and show in d measurements; all chances are Gaussian.

    The first state has mean 0 and covariance `start` [k,k]. The next one is `moves` [k,k] times the state,
    plus a kick of covariance `kicks` [k,k]; a measurement is `shows` [d,k] times the state, plus noise of
    covariance `noise` [d,d].
    """

    start: np.ndarray
    moves: np.ndarray
    kicks: np.ndarray
    shows: np.ndarray
    noise: np.ndarray


class Step(NamedTuple):
    """What the filter knows beforehand of one step, since it depends on no measurement.

    `expected` [k,k] is the covariance of the state's error before the step's measurement, `left` [k,k] that
    after it, and `gain` [k,d] how far what surprises in a measurement moves the estimate; `surprise` [d,d] is
    the covariance of that surprise.
    """

    expected: np.ndarray
    surprise: np.ndarray
    gain: np.ndarray
    left: np.ndarray


def oscillator(frequency: float, damping: float, step: float, kick: float, noise: float) -> LinearModel:
    """Displacement and velocity, x'' = -frequency² x - damping x', each `step`; the displacement is measured.

    `kick` and `noise` are the standard deviations of the velocity's random change at a step and of a
    measurement. It has been moving for so long that nothing is left of how it began.
    """
    moves = expm(step * np.array([[0.0, 1.0], [-(frequency**2), -damping]]))
    kicks = np.diag([0.0, kick**2])
    start = solve_discrete_lyapunov(moves, kicks)
    return LinearModel(start, moves, kicks, np.array([[1.0, 0.0]]), np.array([[noise**2]]))


def steps(model: LinearModel, length: int) -> list[Step]:
    """The filter's covariances and gains at `length` steps, one from the other: Riccati's equation.

    Result 2 of R. E. Kalman, "A new approach to linear filtering and prediction problems", Journal of Basic
    Engineering 82 (1960): "A nonlinear difference (or differential) equation is derived for the covariance
    matrix of the optimal estimation error".
    """
    found, expected = [], model.start
    for _ in range(length):
        surprise = model.shows @ expected @ model.shows.T + model.noise
        gain = np.linalg.solve(surprise, model.shows @ expected).T
        left = expected - gain @ surprise @ gain.T
        found.append(Step(expected, surprise, gain, left))
        expected = model.moves @ left @ model.moves.T + model.kicks
    return found


def estimates(model: LinearModel, x: np.ndarray) -> np.ndarray:
    """The estimates [n,T,k] of the states after each of the measurements x [n,T,d]."""
    mean, found = np.zeros((len(x), len(model.moves))), []
    for at, step in enumerate(steps(model, x.shape[1])):
        expected = mean @ model.moves.T if at else mean
        mean = expected + (x[:, at] - expected @ model.shows.T) @ step.gain.T
        found.append(mean)
    return np.stack(found, axis=1)


def improve(model: LinearModel, x: np.ndarray, n: int) -> tuple[LinearModel, float]:
    """One round of expectation and maximisation. Returns the better model, and the log-likelihood of the old.

    x [m,T,d] has the same sums of squares and products as n sequences; nothing else of these matters. Looking
    back from the end, the estimates of all states given all measurements are found; the model that fits them
    best, their uncertainty included, is the next.

    Source: R. H. Shumway, D. S. Stoffer, "An approach to time series smoothing and forecasting using the EM
    algorithm", Journal of Time Series Analysis 3 (1982).
    """
    length, known, means = x.shape[1], steps(model, x.shape[1]), estimates(model, x)
    log_likelihood = 0.0
    for at, step in enumerate(known):
        off = x[:, at] - (means[:, at - 1] @ model.moves.T if at else 0.0 * means[:, 0]) @ model.shows.T
        squares = float(np.trace(np.linalg.solve(step.surprise, off.T @ off)))
        log_likelihood -= 0.5 * (n * np.linalg.slogdet(2.0 * np.pi * step.surprise)[1] + squares)
    # Sums over sequences and steps of products of states: the same step, and a step with the one before.
    mean, covariance = means[:, -1], known[-1].left
    squared = [mean.T @ mean + n * covariance]
    followed = np.zeros_like(model.moves)
    seen = x[:, -1].T @ mean
    for at in reversed(range(length - 1)):
        back = np.linalg.solve(known[at + 1].expected, model.moves @ known[at].left).T
        earlier = means[:, at] + (mean - means[:, at] @ model.moves.T) @ back.T
        followed += mean.T @ earlier + n * covariance @ back.T
        covariance = known[at].left + back @ (covariance - known[at + 1].expected) @ back.T
        mean = earlier
        squared.append(mean.T @ mean + n * covariance)
        seen += x[:, at].T @ mean
    moves = np.linalg.solve(sum(squared[1:]), followed.T).T
    kicks = (sum(squared[:-1]) - moves @ followed.T) / (n * (length - 1))
    shows = np.linalg.solve(sum(squared), seen.T).T
    noise = (np.einsum("ntd,nte->de", x, x) - shows @ seen.T) / (n * length)
    better = LinearModel(squared[-1] / n, moves, (kicks + kicks.T) / 2.0, shows, (noise + noise.T) / 2.0)
    return better, log_likelihood


def draw(rng: np.random.Generator, states: int, measured: int, square: float) -> LinearModel:
    """A model to begin with, for measurements of this mean square: the state turns and fades."""
    turn, one = 0.5 * rng.standard_normal((states, states)), np.eye(states)
    shows = rng.standard_normal((measured, states))
    return LinearModel(one, 0.9 * expm(turn - turn.T), 0.1 * one, shows, 0.5 * square * np.eye(measured))


class KalmanFilter:
    """Estimates targets y [n,targets] from measurements x [n,T,d], as they are at the last of them.

    With a `model` nothing is learned: the first numbers of the state, divided by `spread`, plus 0.5 are the
    answer. Without one, `fit` finds a model of `states` numbers in the measurements, in so many `rounds` of
    expectation and maximisation. It begins at random, with a turning state, `starts` times, and keeps the
    model under which the measurements are most probable; the targets are then read off the estimated state
    by least squares.
    """

    def __init__(
        self,
        states: int = 2,
        targets: int = 2,
        rounds: int = 200,
        starts: int = 3,
        model: LinearModel | None = None,
        spread: Sequence[float] = (),
    ) -> None:
        self.states, self.rounds, self.starts, self.known = states, rounds, starts, model is not None
        self.model = model or LinearModel(
            np.eye(states), np.eye(states), np.eye(states), np.zeros((1, states)), np.eye(1)
        )
        # Targets are weights [targets,k] times the state, plus thresholds [targets].
        self.weights, self.thresholds = np.zeros((targets, states)), np.full(targets, 0.5)
        if self.known:
            self.weights = np.eye(targets, states) / np.asarray(spread, float)[:, None]

    def fit(self, x: np.ndarray, y: np.ndarray | None, seed: int) -> dict[str, float]:
        """Learn the model from x [n,T,d], and from y [n,targets] what is read off; `seed` draws the starts.

        Logs the log-likelihood of a training measurement in nats, before the last round of the start that is
        kept.
        """
        if self.known:
            return {}
        assert y is not None
        n, length, d = x.shape
        rng, found = np.random.default_rng(seed), []
        # The sequences enter by their sums of squares and products alone, which so many rows have, too.
        rows = np.asarray(np.linalg.qr(x.reshape(n, -1).astype(float), mode="r"))
        rows = rows.reshape(-1, length, d)
        for _ in range(self.starts):
            model = draw(rng, self.states, d, float(np.mean(np.square(x, dtype=float))))
            for _ in range(self.rounds):
                model, log_likelihood = improve(model, rows, n)
            found.append((log_likelihood, model))
        best, self.model = max(found, key=lambda one: one[0])
        seen = np.column_stack([estimates(self.model, x)[:, -1], np.ones(n)])
        read = np.linalg.lstsq(seen, y.astype(float), rcond=None)[0].T
        self.weights, self.thresholds = read[:, :-1], read[:, -1]
        return {"log_likelihood": best / x.size}

    def __call__(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The estimated targets, float64 [n,targets]."""
        return estimates(self.model, np.asarray(x, float))[:, -1] @ self.weights.T + self.thresholds

    def state(self) -> dict[str, np.ndarray]:
        """The model's matrices by their names, and `weights` [targets,k] and `thresholds` [targets]."""
        return {**self.model._asdict(), "weights": self.weights, "thresholds": self.thresholds}

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Continue from what `state` returned."""
        self.model = LinearModel(*(np.asarray(state[name]) for name in LinearModel._fields))
        self.weights, self.thresholds = np.asarray(state["weights"]), np.asarray(state["thresholds"])

    def parameters(self) -> int:
        """None of a model that is given; else its numbers, those of a covariance once, and what reads it."""
        if self.known:
            return 0
        d, k = self.model.shows.shape
        return (
            2 * k * (k + 1) // 2 + k * k + d * k + d * (d + 1) // 2 + self.weights.size + len(self.thresholds)
        )
