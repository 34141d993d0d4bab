"""A leg is what is trained between two looks at the clock, and what is measured of it."""

from collections.abc import Callable
from typing import Any, TypeVar

from benchmarks import disturbance, power
from benchmarks.engine.clock import Clock

Result = TypeVar("Result")


def measured(
    train: Callable[[], Result], clock: Clock, device: power.Meter, load: disturbance.Meter
) -> tuple[Result, float, dict[str, Any]]:
    """What `train` returns, the seconds that it took on the clock `train`, and what the meters read of them.

    The clock `evaluate` runs afterwards. The window of `load` is that since it was last read.
    """
    device.start()
    clock.start("train")
    result = train()
    train_s = clock.start("evaluate")
    drawn = device.read()
    return result, train_s, {**load.read(), **drawn}
