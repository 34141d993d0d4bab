"""Echo state networks: a large recurrent net that stays as it was drawn, and linear outputs that learn."""

from collections.abc import Mapping

import numpy as np
from scipy.sparse import csr_array


def spectral_radius(matrix: np.ndarray) -> float:
    """The largest absolute value of an eigenvalue."""
    return float(np.abs(np.linalg.eigvals(matrix)).max())


def drawn(rng: np.random.Generator, units: int, connectivity: float, radius: float) -> np.ndarray:
    """Internal weights [units, units], of which a share is 1 or -1 and the others 0, scaled to `radius`."""
    signs = rng.choice([0.0, 1.0, -1.0], (units, units), p=[1 - connectivity, *2 * [connectivity / 2]])
    size = spectral_radius(signs)
    return signs * (radius / size) if size > 1e-9 else signs


class Generating:
    """Goes on with a series: the output is fed back, and learning replaces it with the truth.

    x(n+1) = (1 - C a) x(n) + C tanh(W x(n) + w_in 0.2 + w_back y(n) + noise), and the output is
    tanh(w_out x(n+1)), or w_out x(n+1) if it is `linear`. The series enters as tanh(y - 1), and y is what the
    task wants; `unit` is what 1 stands for in the data. W is scaled to the spectral `radius`; `constant` C
    and `decay` a are those of leaky units. While learning, `noise` is the largest noise, and the first
    `discarded` steps do not count. The least squares have the penalty `ridge`.

    Source: H. Jaeger, "The echo state approach to analysing and training recurrent neural networks", GMD
    Report 148 (2001), equations 21 to 24.
    """

    def __init__(
        self,
        units: int = 400,
        connectivity: float = 0.0125,
        radius: float = 0.79,
        constant: float = 0.44,
        decay: float = 0.9,
        noise: float = 0.0,
        linear: bool = False,
        ridge: float = 0.0,
        discarded: int = 1_000,
        unit: float = 1e-9,
    ) -> None:
        self.connectivity, self.radius = connectivity, radius
        self.constant, self.decay, self.noise = constant, decay, noise
        self.linear, self.ridge, self.discarded, self.unit = linear, ridge, discarded, unit
        self.weights = np.zeros((units, units))
        self.bias, self.feedback, self.readout = np.zeros(units), np.zeros(units), np.zeros(units)

    def draw(self, rng: np.random.Generator) -> None:
        """All weights but those of the output."""
        units = len(self.weights)
        self.weights = drawn(rng, units, self.connectivity, self.radius)
        self.bias = 0.2 * rng.choice([0.0, 0.14, -0.14], units, p=[0.5, 0.25, 0.25])
        self.feedback = rng.uniform(-0.56, 0.56, units)

    def squashed(self, x: np.ndarray) -> np.ndarray:
        """The series [n, T] as the net is shown it."""
        return np.tanh(np.asarray(x[..., 0], "float64") * self.unit - 1.0)

    def forced(self, shown: np.ndarray, rng: np.random.Generator | None = None) -> np.ndarray:
        """The states [T, units, n] after each step of the series [n, T] that is written into the output."""
        states = np.zeros((shown.shape[1], len(self.bias), len(shown)))
        state, weights = states[0], csr_array(self.weights)
        for n, y in enumerate(shown.T):
            state = states[n] = self.moved(weights, state, y, rng)
        return states

    def moved(
        self, weights: csr_array, state: np.ndarray, y: np.ndarray, rng: np.random.Generator | None = None
    ) -> np.ndarray:
        """The states [units, n] one step later, of nets whose outputs are y [n]."""
        net = weights @ state + self.bias[:, None] + self.feedback[:, None] * y
        if rng is not None and self.noise:
            net = net + rng.uniform(-self.noise, self.noise, net.shape)
        return (1.0 - self.constant * self.decay) * state + self.constant * np.tanh(net)

    def fit(self, x: np.ndarray, y: np.ndarray | None, seed: int) -> dict[str, float]:
        """Learn one series, cut into rows x [n, T, 1]; `seed` draws weights and noise.

        Logs the root of the mean squared error of a single step, in the net's own range.
        """
        rng = np.random.default_rng(seed)
        self.draw(rng)
        series = self.squashed(x).reshape(1, -1)
        states = self.forced(series[:, :-1], rng)[self.discarded :, :, 0]
        wanted = series[0, self.discarded + 1 :]
        wanted = wanted if self.linear else np.arctanh(wanted)
        self.readout = least_squares(states, wanted[:, None], self.ridge)[:, 0]
        return {"training_error": float(np.sqrt(np.mean((states @ self.readout - wanted) ** 2)))}

    def forecast(self, x: np.ndarray, steps: int) -> np.ndarray:
        """The values [n, steps] that follow series x [n, T, 1]."""
        shown, weights = self.squashed(x), csr_array(self.weights)
        state, out = np.zeros((len(self.bias), len(shown))), np.zeros((steps, len(shown)))
        for y in shown.T:
            state = self.moved(weights, state, y)
        for n in range(steps):
            out[n] = self.readout @ state if self.linear else np.tanh(self.readout @ state)
            state = self.moved(weights, state, out[n])
        return 1.0 + np.arctanh(np.clip(out.T, -0.999999, 0.999999))

    def __call__(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The next value at each step, [n, T], of series x [n, T, 1]."""
        net = np.einsum("tun,u->nt", self.forced(self.squashed(x)), self.readout)
        return 1.0 + (np.arctanh(np.clip(net, -0.999999, 0.999999)) if self.linear else net)

    def state(self) -> dict[str, np.ndarray]:
        """All weights, by name."""
        return {name: getattr(self, name) for name in ("weights", "bias", "feedback", "readout")}

    def set_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `state` returned."""
        for name, value in state.items():
            setattr(self, name, np.asarray(value))

    def parameters(self) -> int:
        """The weights of the output: no other learns."""
        return self.readout.size


class Remembering:
    """A reservoir that is told random values, and an output for each of so many `delays` that recalls them.

    x(n+1) = f(W x(n) + w_in u(n+1)), where f is tanh, or nothing if the units are `linear`; output k is a
    weighted sum of the states. W is scaled to the spectral `radius`; inputs weigh `inputs` or minus that.
    While learning the first `discarded` steps of a row do not count.
    """

    def __init__(
        self,
        units: int = 100,
        delays: int = 200,
        connectivity: float = 0.1,
        radius: float = 0.9,
        inputs: float = 0.1,
        linear: bool = False,
        ridge: float = 0.0,
        discarded: int = 400,
    ) -> None:
        self.connectivity, self.radius, self.inputs = connectivity, radius, inputs
        self.linear, self.ridge, self.discarded = linear, ridge, discarded
        self.weights, self.entrance = np.zeros((units, units)), np.zeros(units)
        self.readout = np.zeros((units, delays))

    def draw(self, rng: np.random.Generator) -> None:
        """All weights but those of the outputs."""
        self.weights = drawn(rng, len(self.weights), self.connectivity, self.radius)
        self.entrance = rng.choice([-self.inputs, self.inputs], len(self.entrance))

    def states(self, x: np.ndarray) -> np.ndarray:
        """The states [n, T, units] after each value of x [n, T, 1]."""
        found = np.zeros((*x.shape[:2], len(self.entrance)))
        state, weights = np.zeros((len(self.entrance), len(x))), csr_array(self.weights)
        for n in range(x.shape[1]):
            net = weights @ state + self.entrance[:, None] * np.asarray(x[:, n, 0], "float64")
            state = net if self.linear else np.tanh(net)
            found[:, n] = state.T
        return found

    def fit(self, x: np.ndarray, y: np.ndarray | None, seed: int) -> None:
        """Learn to recall the values of rows x [n, T, 1]; `seed` draws the reservoir."""
        self.draw(np.random.default_rng(seed))
        steps = np.arange(self.discarded, x.shape[1])
        before = steps[:, None] - np.arange(1, self.readout.shape[1] + 1)
        states = self.states(x)[:, steps].reshape(-1, len(self.entrance))
        wanted = np.asarray(x[:, before, 0], "float64").reshape(len(states), -1)
        self.readout = least_squares(states, wanted, self.ridge)

    def __call__(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """What the input was 1, 2, ... steps before each step: [n, T, delays]."""
        return self.states(x) @ self.readout

    def state(self) -> dict[str, np.ndarray]:
        """All weights, by name."""
        return {"weights": self.weights, "entrance": self.entrance, "readout": self.readout}

    def set_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `state` returned."""
        for name, value in state.items():
            setattr(self, name, np.asarray(value))

    def parameters(self) -> int:
        """The weights of the outputs: no other learns."""
        return self.readout.size


def least_squares(states: np.ndarray, wanted: np.ndarray, ridge: float = 0.0) -> np.ndarray:
    """The weights [k, m] by which states [n, k] come nearest to wanted [n, m], with the penalty `ridge`.

    What is least is the mean squared error plus `ridge` times the sum of squared weights.
    """
    if not ridge:
        return np.linalg.lstsq(states, wanted, rcond=None)[0]
    penalty = np.sqrt(ridge * len(states)) * np.eye(states.shape[1])
    nothing = np.zeros((states.shape[1], wanted.shape[1]))
    return np.linalg.lstsq(np.vstack([states, penalty]), np.vstack([wanted, nothing]), rcond=None)[0]
