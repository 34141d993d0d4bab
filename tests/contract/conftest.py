"""The backend under test: KERAS_BACKEND, tensorflow unless it is set. One process can hold only one."""

import gc
import os
from collections.abc import Iterator

import pytest

from benchmarks.engine import backend
from benchmarks.engine.identity import Options

NAME = os.environ.get("KERAS_BACKEND", "tensorflow")


@pytest.fixture(scope="session")
def started() -> Options:
    """Engine options for the backend under test, which is brought up."""
    backend.prepare(NAME, "float32")
    backend.start(NAME, "float32")
    gc.freeze()  # what the framework itself has made need not be searched after every test
    return Options(backend=NAME, threads=os.cpu_count() or 1)


@pytest.fixture
def options(started: Options) -> Iterator[Options]:
    """These options; what the test builds and compiles is let go of, since a hundred nets in one process would fill the memory."""
    import keras

    yield started
    keras.backend.clear_session()
    gc.collect()
