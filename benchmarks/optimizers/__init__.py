"""Optimisers and learning-rate schedules that Keras lacks, one file each, and `make`, which finds them.

A recipe names one by literal data: `{"name": "SGD", "learning_rate": 0.1, "momentum": 0.9}`.
"""

from collections.abc import Mapping
from typing import Any

import keras

from benchmarks.optimizers import (
    inverse_square_root_warmup,
    matrix_adamw,
    ramped_momentum,
    rising_momentum,
    rprop,
    scaled_rates,
)

OPTIMIZERS: dict[str, type[keras.optimizers.Optimizer]] = {
    "MatrixAdamW": matrix_adamw.MatrixAdamW,
    "RampedMomentum": ramped_momentum.RampedMomentum,
    "RisingMomentum": rising_momentum.RisingMomentum,
    "Rprop": rprop.Rprop,
    "ScaledRates": scaled_rates.ScaledRates,
}
SCHEDULES: dict[str, type[keras.optimizers.schedules.LearningRateSchedule]] = {
    "InverseSquareRootWarmup": inverse_square_root_warmup.InverseSquareRootWarmup,
}


def make(options: Mapping[str, Any]) -> keras.optimizers.Optimizer:
    """The optimiser that `options` describe: its class under "name", one of `OPTIMIZERS` or of
    `keras.optimizers`.

    The rest are its arguments; a nested mapping is a learning-rate schedule, one of `SCHEDULES` or of
    `keras.optimizers.schedules`.
    """
    arguments = {
        key: _schedule(value) if isinstance(value, Mapping) else value
        for key, value in options.items()
        if key != "name"
    }
    name = options["name"]
    return (OPTIMIZERS.get(name) or getattr(keras.optimizers, name))(**arguments)


def _schedule(options: Mapping[str, Any]) -> keras.optimizers.schedules.LearningRateSchedule:
    name = options["name"]
    kind = SCHEDULES.get(name) or getattr(keras.optimizers.schedules, name)
    return kind(**{key: value for key, value in options.items() if key != "name"})
