"""Forecasts that are right, off by a known amount, or no better than the mean."""

from typing import Any

import numpy as np
import pytest

from benchmarks.spec import Data
from benchmarks.tasks import forecasting
from tests.eager import Eager

SERIES = np.random.default_rng(0).normal(size=(40, 200, 1)).cumsum(axis=1)
DATA = Data({}, {}, {"x": np.round(SERIES * 1000).astype("int32")}, {"forced": 60, "unit": 1e-3})


class Oracle:
    """Knows the series and is `off` by a constant; or knows nothing, and says the mean."""

    def __init__(self, off: float | None) -> None:
        self.off = off

    def forecast(self, x: np.ndarray, steps: int) -> np.ndarray:
        assert x.shape == (40, 60, 1)
        truth = SERIES[:, 60 : 60 + steps, 0]
        return np.full_like(truth, SERIES.mean()) if self.off is None else truth + self.off


@pytest.mark.parametrize("off", [0.0, 0.5])
def test_an_error_that_is_known(off: float) -> None:
    scores: Any = forecasting.evaluate(Eager(Oracle(off)), Oracle(off), DATA, "test")
    assert scores["rmse_120"] == pytest.approx(off, abs=1e-3)
    assert scores["nrmse_84"] == pytest.approx(off / SERIES.std(), abs=1e-3)


def test_the_value_scored_is_84_and_120_steps_ahead() -> None:
    scores = forecasting.evaluate(Eager(Oracle(None)), Oracle(None), DATA, "test")
    away = SERIES[..., 0] - SERIES.mean()
    assert scores["nrmse_84"] == pytest.approx(np.sqrt(np.mean(away[:, 143] ** 2)) / SERIES.std(), rel=1e-3)
    assert scores["rmse_120"] == pytest.approx(np.sqrt(np.mean(away[:, 179] ** 2)), rel=1e-3)
