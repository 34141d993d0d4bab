"""The backend under test: KERAS_BACKEND, tensorflow unless it is set. One process can hold only one."""

import os
from pathlib import Path
from typing import Any

import pytest

from benchmarks.engine import backend

ROOT = Path(__file__).parents[2]
NAME = os.environ.get("KERAS_BACKEND", "tensorflow")


@pytest.fixture(scope="session")
def driver_class() -> Any:
    """The driver of the backend under test, which is brought up."""
    backend.prepare(NAME, "float32")
    backend.start(NAME, "float32")
    return backend.driver_class(NAME)


@pytest.fixture
def driver(driver_class: Any) -> Any:
    """A driver without variables."""
    return driver_class()
