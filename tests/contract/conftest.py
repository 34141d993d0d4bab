"""The backend under test: KERAS_BACKEND, tensorflow unless it is set. One process can hold only one."""

import os
from collections.abc import Iterator

import pytest

from benchmarks import cores
from benchmarks.engine.runs import Options

NAME = os.environ.get("KERAS_BACKEND", "tensorflow")


@pytest.fixture
def options(request: pytest.FixtureRequest) -> Options:
    """Engine options for the backend under test."""
    assert hasattr(request.function, "__wrapped__"), "decorate a test that computes with `in_child`"
    return Options(backend=NAME, threads=len(cores.usable()))


@pytest.fixture(scope="module", autouse=True)
def own_cores() -> Iterator[None]:
    """What these tests start keeps to its worker's share of the cores.

    Where threads outnumber cores, OpenBLAS's wait for each other by spinning: of two workers on two cores,
    each would take thirty times as long for a small matrix product.
    """
    number, workers = (
        int(os.environ.get(f"PYTEST_XDIST_WORKER{name}", default).removeprefix("gw"))
        for name, default in (("", "0"), ("_COUNT", "1"))
    )
    before = cores.usable()
    if not cores.can_pin() or workers > len(before):
        yield
        return
    os.sched_setaffinity(0, before[number::workers])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
