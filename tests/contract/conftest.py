"""The backend under test: KERAS_BACKEND, tensorflow unless it is set. One process can hold only one."""

import gc
import os
import sys
from collections.abc import Iterator

import pytest

from benchmarks.engine import backend
from benchmarks.engine.identity import Options

NAME = os.environ.get("KERAS_BACKEND", "tensorflow")


@pytest.fixture(scope="session")
def options() -> Options:
    """Engine options for the backend under test, which is brought up."""
    backend.prepare(NAME, "float32")
    backend.start(NAME, "float32")
    return Options(backend=NAME, threads=os.cpu_count() or 1)


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """What a test built and compiled is let go of: a hundred nets in one process would fill the memory."""
    yield
    if "keras" in sys.modules:
        sys.modules["keras"].backend.clear_session()
    gc.collect()
