"""Hidden Markov models: a state that nobody sees moves by chance, and shows a symbol at each step."""

from collections.abc import Iterator, Mapping

import numpy as np

#: Strings that are read at a time.
CHUNK = 1_000
#: Instead of a probability of 0, of padding above all, which no string shows.
LEAST = 1e-300


class HiddenMarkovModel:
    """Predicts the next symbol from its belief about the hidden state, and learns by the Baum-Welch method.

    Of `states` hidden states one is the first with the probabilities `first`; `moves` say which follows
    which, `shows` which symbol a state shows. Learning begins at random, `starts` times, and the start that
    makes the training strings most probable is kept. In each of `iterations` passes the expected counts of
    all events, given the strings, become their probabilities; each count has `smoothing` added.

    Strings are x [n, T] with their successors y [n, T]. With `padded`, zeros behind a string's last symbol
    other than 0 fill it up.

    Source: L. E. Baum, T. Petrie, G. Soules, N. Weiss, "A maximization technique occurring in the statistical
    analysis of probabilistic functions of Markov chains", Annals of Mathematical Statistics 41 (1970).
    """

    def __init__(
        self,
        states: int,
        symbols: int,
        iterations: int = 50,
        starts: int = 1,
        smoothing: float = 1e-3,
        padded: bool = False,
    ) -> None:
        self.iterations, self.starts = iterations, starts
        self.smoothing, self.padded = smoothing, padded
        self.first = np.full(states, 1.0 / states)
        self.moves = np.full((states, states), 1.0 / states)
        self.shows = np.full((states, symbols), 1.0 / symbols)

    def draw(self, rng: np.random.Generator) -> None:
        """Random probabilities, any as likely as any other."""
        states, symbols = self.shows.shape
        self.first = rng.dirichlet(np.ones(states))
        self.moves = rng.dirichlet(np.ones(states), states)
        self.shows = rng.dirichlet(np.ones(symbols), states)

    def strings(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Whole strings int [n, T + 1], and how many symbols each has, int [n]."""
        whole = np.concatenate([x[:, :1], y], axis=1)
        lengths = np.full(len(whole), whole.shape[1])
        if self.padded:
            lengths = lengths - (whole[:, ::-1] != 0).argmax(axis=1)
        return whole, lengths

    def beliefs(self, whole: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """After each symbol of strings [n, T]: the probabilities of the states [n, states], given all symbols
        up to it, and the symbol's own [n], given those before.
        """
        expected = np.broadcast_to(self.first, (len(whole), len(self.first)))
        for symbols in whole.T:
            joint = expected * self.shows.T[symbols]
            probability = np.maximum(joint.sum(axis=1), LEAST)
            belief = joint / probability[:, None]
            yield belief, probability
            expected = belief @ self.moves

    def counts(
        self, whole: np.ndarray, lengths: np.ndarray, times: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
        """Expected counts of first states, moves and shown symbols, given strings that occur so many `times`.

        The fourth number is the log-likelihood of the strings, in nats.
        """
        steps = whole.shape[1]
        beliefs, probabilities = zip(*self.beliefs(whole), strict=True)
        moves, shows = np.zeros_like(self.moves), np.zeros_like(self.shows)
        log_likelihood = 0.0
        # What the symbols to come say of a state, against what was expected of them.
        ahead = np.ones_like(beliefs[0])
        for step in reversed(range(steps)):
            weight = np.where(step < lengths, times, 0.0)
            log_likelihood += float(weight @ np.log(probabilities[step]))
            states = weight[:, None] * beliefs[step] * ahead
            np.add.at(shows.T, whole[:, step], states)
            if step:
                seen = self.shows.T[whole[:, step]] * ahead / probabilities[step][:, None]
                moves += self.moves * ((weight[:, None] * beliefs[step - 1]).T @ seen)
                ahead = np.where((step < lengths)[:, None], seen @ self.moves.T, 1.0)
        return states.sum(axis=0), moves, shows, log_likelihood

    def improve(self, whole: np.ndarray, lengths: np.ndarray, times: np.ndarray) -> float:
        """One pass over the strings. Returns their log-likelihood before it, in nats."""
        parts = [
            self.counts(*(array[start : start + CHUNK] for array in (whole, lengths, times)))
            for start in range(0, len(whole), CHUNK)
        ]
        first = self.smoothing + np.sum([part[0] for part in parts], axis=0)
        moves = self.smoothing + np.sum([part[1] for part in parts], axis=0)
        shows = self.smoothing + np.sum([part[2] for part in parts], axis=0)
        self.first = first / first.sum()
        self.moves = moves / moves.sum(axis=1, keepdims=True)
        self.shows = shows / shows.sum(axis=1, keepdims=True)
        return sum(part[3] for part in parts)

    def fit(self, x: np.ndarray, y: np.ndarray | None, seed: int) -> dict[str, float]:
        """Learn strings `x` with successors `y`, both int [n, T]; `seed` draws the starts.

        Logs the log-likelihood of a training symbol in nats, before the last pass of the start that is kept.
        """
        assert y is not None
        rng = np.random.default_rng(seed)
        whole, lengths = self.strings(x, y)
        rows, times = np.unique(np.column_stack([lengths, whole]), axis=0, return_counts=True)
        found = []
        for _ in range(self.starts):
            self.draw(rng)
            for _ in range(self.iterations):
                log_likelihood = self.improve(rows[:, 1:], rows[:, 0], times)
            found.append((log_likelihood, self.state()))
        best, state = max(found, key=lambda one: one[0])
        self.set_state(state)
        return {"log_likelihood": best / float(lengths.sum())}

    def __call__(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The log-probability of each symbol to follow, float64 [n, T, symbols]."""
        following = self.moves @ self.shows
        answers = np.stack([belief @ following for belief, _ in self.beliefs(x)], axis=1)
        return np.log(np.maximum(answers, LEAST))

    def state(self) -> dict[str, np.ndarray]:
        """The probabilities: `first` [states], `moves` [states, states], `shows` [states, symbols]."""
        return {"first": self.first, "moves": self.moves, "shows": self.shows}

    def set_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `state` returned."""
        self.first, self.moves, self.shows = state["first"], state["moves"], state["shows"]

    def parameters(self) -> int:
        """Of the probabilities that add up to 1 all but one are free."""
        states, symbols = self.shows.shape
        return states - 1 + states * (states - 1) + states * (symbols - 1)
