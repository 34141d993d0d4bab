"""What forecasting is scored by."""

from benchmarks.spec import Measure

MEASURES = (
    Measure(
        "nrmse_84",
        "",
        "lower",
        "root of the mean squared error of the value 84 steps ahead, divided by the standard deviation of "
        "the series",
    ),
    Measure("rmse_120", "", "lower", "root of the mean squared error of the value 120 steps ahead"),
)
