"""What two executions of one run must share, and what is of the occasion."""

from typing import Any

#: Besides the clocks: the hour, how often the run was continued, and what else went on on the machine.
OF_THE_OCCASION = {
    *("execution_id", "started", "resumed", "peak_memory_bytes", "device_peak_memory_bytes"),
    *("warm_up", "other_cores", "stolen_cores", "available_cores"),
    *("throttled", "other_processes", "energy_j", "idle_w"),
}


def numbers(record: dict[str, Any]) -> dict[str, Any]:
    """A record without clocks and what else is of the occasion; of the machine all is kept."""

    def keep(row: dict[str, Any]) -> dict[str, Any]:
        return {
            key: value for key, value in row.items() if not key.endswith("_s") and key not in OF_THE_OCCASION
        }

    rows = {part: [keep(row) for row in record[part]] for part in ("epochs", "measures")}
    return {**record, "run": keep(record["run"]), **rows}
