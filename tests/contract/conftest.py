"""The backend under test: KERAS_BACKEND, tensorflow unless it is set. One process can hold only one."""

import os

import pytest

from benchmarks.engine.identity import Options

NAME = os.environ.get("KERAS_BACKEND", "tensorflow")


@pytest.fixture(scope="session")
def options() -> Options:
    """Engine options for the backend under test."""
    return Options(backend=NAME, threads=os.cpu_count() or 1)
