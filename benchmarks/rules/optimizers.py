"""Optimisers as literal data: `{"name": "SGD", "learning_rate": 0.1, "momentum": 0.9}`."""

from collections.abc import Mapping
from typing import Any

import keras

from benchmarks.rules import momentum, schedules, weight_decay


def make(options: Mapping[str, Any]) -> keras.optimizers.Optimizer:
    """The Keras optimiser that `options` describe; a nested mapping is a learning-rate schedule.

    Optimisers are those of `keras.optimizers`, of `benchmarks.rules.momentum` and of
    `benchmarks.rules.weight_decay`, schedules those of `keras.optimizers.schedules` and of
    `benchmarks.rules.schedules`.
    """
    arguments = {
        key: _schedule(value) if isinstance(value, Mapping) else value
        for key, value in options.items()
        if key != "name"
    }
    home = next(
        (room for room in (momentum, weight_decay) if hasattr(room, options["name"])), keras.optimizers
    )
    return getattr(home, options["name"])(**arguments)


def _schedule(options: Mapping[str, Any]) -> Any:
    name = options["name"]
    home = schedules if hasattr(schedules, name) else keras.optimizers.schedules
    return getattr(home, name)(**{key: value for key, value in options.items() if key != "name"})
