"""Forecasting: a series is shown up to a step, and the model goes on by itself."""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import numpy as np

from benchmarks.measures.forecasting import MEASURES as MEASURES
from benchmarks.spec import Data
from benchmarks.tasks.protocol import Predict, require

#: The arrays of a data set that the task reads.
NEEDS = ("x",)
#: The steps ahead that are scored.
HORIZONS = (84, 120)


@runtime_checkable
class Forecaster(Protocol):
    """Forecasting: the values of a series that follow those shown."""

    def forecast(self, x: Any, steps: int) -> Any:
        """x [n, T, 1] as the data set holds it -> the next values [n, steps], in the series' own unit."""
        ...


#: What the task asks of a model.
MODEL = Forecaster


def continued(model: Any, batch: Mapping[str, Any], forced: int, steps: int) -> dict[str, Any]:
    """The model's values [n, steps] after the first `forced` steps of x."""
    return {"forecast": model.forecast(batch["x"][:, :forced], steps)}


def evaluate(predict: Predict, model: Any, data: Data, split: str) -> dict[str, float]:
    """The error 84 steps ahead, relative to the spread of the split's values, and that 120 steps ahead."""
    require("forecasting", model, MODEL)
    x, forced = getattr(data, split)["x"], data.info["forced"]
    truth = x[..., 0].astype("float64") * data.info["unit"]
    forecast = predict(continued, {"x": x}, forced=forced, steps=max(HORIZONS))["forecast"]
    near, far = (
        float(np.sqrt(np.mean((forecast[:, ahead - 1] - truth[:, forced + ahead - 1]) ** 2)))
        for ahead in HORIZONS
    )
    return {"nrmse_84": near / float(truth.std()), "rmse_120": far}
