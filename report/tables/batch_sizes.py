"""The table of speeds that were measured by themselves."""

from report.results import Results
from report.tables.columns import Column, Table
from report.tables.throughput import load_columns


def batch_sizes(results: Results) -> Table:
    """Every point: training and inference by batch size, and the latency of single answers."""
    frame = results.speeds
    load, load_sentence = load_columns(frame)
    varying = ("tier", "machine", "backend", "precision", "threads", "devices")
    percentiles = tuple(Column(f"p{share}_s", f"p{share}", "seconds") for share in (50, 95, 99))
    columns = (
        Column("entry", "entry", "entry"),
        Column("recipe", "recipe"),
        *(Column(key, key, filterable=True) for key in varying if frame[key].nunique() > 1),
        Column("work", "work", filterable=True),
        Column("batch_size", "batch", "count"),
        Column("examples_per_s", "examples/s", "number"),
        Column("low", "slowest", "number"),
        Column("high", "fastest", "number"),
        *percentiles,
        Column("compile_s", "compilation", "seconds"),
        *(
            [Column("device_peak_memory_bytes", "peak memory", "size")]
            if frame["device_peak_memory_bytes"].notna().any()
            else []
        ),
        *(
            [Column("joules_per_example", "J/example", "number")]
            if frame["joules_per_example"].notna().any()
            else []
        ),
        *load,
        *([Column("status", "status", "status")] if (frame["status"] != "ok").any() else []),
    )
    return Table(
        "batch_sizes",
        "Examples per second at each batch size: the median over repeats, the slowest and the fastest of "
        "them. Latency: the median, the 95th and the 99th percentile of single answers. Compilation: "
        "building the model and compiling the program of training; for the others, the first answer. "
        f"{load_sentence}".strip(),
        columns,
        frame,
    )
