"""The backend under test: KERAS_BACKEND, tensorflow unless it is set. One process can hold only one."""

import os

import pytest

from benchmarks.engine.runs import Options

NAME = os.environ.get("KERAS_BACKEND", "tensorflow")


@pytest.fixture
def options(request: pytest.FixtureRequest) -> Options:
    """Engine options for the backend under test."""
    assert hasattr(request.function, "__wrapped__"), "decorate a test that computes with `in_child`"
    return Options(backend=NAME, threads=os.cpu_count() or 1)
