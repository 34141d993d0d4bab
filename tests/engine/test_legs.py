"""What is measured of a leg, and when."""

import time
from typing import Any

import pytest

from benchmarks.engine import legs
from benchmarks.engine.clock import Clock


class Watch:
    """Stands for both meters, and notes in which order they are asked; `said` is what it reads."""

    def __init__(self, name: str, notes: list[str], **said: Any) -> None:
        self.name, self.notes, self.said = name, notes, said

    def start(self) -> None:
        self.notes.append(f"{self.name} starts")

    def read(self) -> dict[str, Any]:
        self.notes.append(f"{self.name} is read")
        return self.said


def test_a_leg_is_timed_between_the_readings_of_its_device() -> None:
    """Reading takes none of the time that is measured, and what is read belongs to that time."""
    notes: list[str] = []
    device: Any = Watch("device", notes, energy_j=5.0, throttled=False)
    load: Any = Watch("load", notes, other_cores=0.1)
    clock = Clock()

    def train() -> str:
        notes.append("trains")
        time.sleep(0.05)
        return "learned"

    result, train_s, read = legs.measured(train, clock, device, load)
    assert notes == ["device starts", "trains", "device is read", "load is read"]
    assert result == "learned"
    assert read == {"energy_j": 5.0, "throttled": False, "other_cores": 0.1}
    assert train_s >= 0.05 and clock.seconds["train"] == train_s
    assert clock.stop() > 0, "evaluation has begun"
    assert clock.seconds["evaluate"] == pytest.approx(clock.total - train_s)
