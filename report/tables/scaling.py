"""The tables of what several devices gain."""

import pandas as pd

from report import scaling
from report.results import Results
from report.tables.columns import Column, Table

_RATES = (
    Column("one", "one device, examples/s", "number"),
    Column("all", "all devices, examples/s", "number"),
    Column("speed_up", "speed-up", "number"),
)
_EFFICIENCY = Column("efficiency", "efficiency, %", "number")


def scalings(results: Results) -> list[Table]:
    """What several devices gain with the same batch for all, and with the same for each; none without any."""
    return [table for table in (_strong(results), _weak(results)) if len(table.frame)]


def _strong(results: Results) -> Table:
    frame = scaling.strong(results)
    columns = (
        *(*_recipe(frame), *_RATES),
        *(Column("low", "from", "number"), Column("high", "to", "number")),
        *(_EFFICIENCY, Column("n", "n all", "count"), Column("m", "n one", "count")),
        Column("measure", "test measure", "words"),
        *(Column("measured_one", "one device", "number"), Column("measured_all", "all devices", "number")),
        *(Column("difference", "difference", "number"), Column("finding", "finding", filterable=True)),
    )
    return Table(
        "scaling",
        "Runs of one recipe on several devices that share each batch, beside those on one: the batch is the "
        "same. Throughput is the median over n executions; the speed-up is the ratio, from and to its exact "
        "interval of at least 95%, or the range of the ratios if there are too few executions; efficiency is "
        "the speed-up over the number of devices. Accuracy should be the same: the finding says what so many "
        "seeds support.",
        columns,
        frame,
    )


def _weak(results: Results) -> Table:
    frame = scaling.weak(results)
    columns = (
        *_recipe(frame),
        *(Column("batch_size", "batch of each", "count"), Column("whole_batch", "of all", "count")),
        *(*_RATES, _EFFICIENCY),
    )
    return Table(
        "weak_scaling",
        "Speeds of training, measured by themselves, where each of several devices has as large a batch as "
        "one alone. The speed-up is the ratio of the two, efficiency the speed-up over the number of "
        "devices.",
        columns,
        frame,
    )


def _recipe(frame: pd.DataFrame) -> tuple[Column, ...]:
    varying = ("tier", "machines", "backend", "precision", "threads")
    return (
        Column("entry", "entry", "entry"),
        Column("recipe", "recipe"),
        *(Column(key, key, filterable=True) for key in varying if frame[key].nunique() > 1),
        Column("devices", "devices", filterable=True),
    )
