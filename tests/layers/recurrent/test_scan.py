"""The scan of recurrent layers against NumPy, and its gradient against central differences."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.spec import BACKENDS
from tests.layers.recurrent.scans import CASES, EXAMPLES, KERNEL, MASK, RECURRENT, TIME, UNITS, X, name

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module", params=BACKENDS)
def found(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The results of a backend, in float64."""
    if not importlib.util.find_spec(request.param):
        pytest.skip(f"{request.param} is not installed")
    file = tmp_path_factory.mktemp("scans") / "scans.npz"
    words = [sys.executable, "-m", "tests.layers.recurrent.scans", request.param, str(file)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return np.load(file)


def by_hand(recurrent: np.ndarray, reverse: bool, masked: bool) -> dict[str, np.ndarray]:
    """The same recurrence, one step and one example after the other."""
    state, steps = np.zeros((EXAMPLES, UNITS)), np.zeros(EXAMPLES)
    sums, states = np.zeros((EXAMPLES, TIME)), np.zeros((EXAMPLES, TIME, UNITS))
    for example in range(EXAMPLES):
        for t in range(TIME)[::-1] if reverse else range(TIME):
            if masked and not MASK[example, t]:
                continue
            state[example] = np.tanh(X[example, t] @ KERNEL + state[example] @ recurrent)
            steps[example] += 1
            sums[example, t], states[example, t] = state[example].sum(), 2.0 * state[example]
    loss = (sums**2).sum() + (states * np.cos(states)).sum() + state.sum()
    return {"loss": loss, "carry": state, "steps": steps, "sums": sums, "states": states}


def slope(reverse: bool, masked: bool) -> np.ndarray:
    """Central differences of the loss for every recurrent weight."""
    gradient = np.zeros(RECURRENT.shape)
    for place in np.ndindex(*RECURRENT.shape):
        ends = []
        for sign in (1.0, -1.0):
            moved = RECURRENT.copy()
            moved[place] += sign * 1e-6
            ends.append(by_hand(moved, reverse, masked)["loss"])
        gradient[place] = (ends[0] - ends[1]) / 2e-6
    return gradient


@pytest.mark.parametrize("case", CASES, ids=lambda case: name(*case))
def test_every_step_and_the_gradient(case: tuple[bool, bool, bool, bool], found: Any) -> None:
    """Forward and in reverse, masked or not; in programs of every kind, built for a batch of unknown size."""
    reverse, masked, *_ = case
    for key, expected in by_hand(RECURRENT, reverse, masked).items():
        # Logs are summed in float32.
        tolerance = 1e-5 if key == "loss" else 1e-12
        np.testing.assert_allclose(found[f"{name(*case)}/{key}"], expected, rtol=tolerance, atol=1e-12)
    np.testing.assert_allclose(found[f"{name(*case)}/gradient"], slope(reverse, masked), rtol=1e-6, atol=1e-6)


def test_what_cannot_be_scanned_is_refused() -> None:
    from benchmarks.layers.recurrent.scan import scan

    def step(carry: Any, now: Any) -> Any:
        return carry, now

    with pytest.raises(ValueError, match="at least one tensor to carry and one sequence"):
        scan(step, (), np.zeros((2, 3, 4)))
    with pytest.raises(ValueError, match="at least one tensor to carry and one sequence"):
        scan(step, np.zeros((2, 4)), [])
