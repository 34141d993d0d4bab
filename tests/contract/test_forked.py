"""The outcome of a test in its own process reaches the process that asked for it."""

import os
import sys
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from tests.contract.conftest import NAME
from tests.contract.forked import in_child

pytestmark = pytest.mark.slow


@in_child
def note_the_process(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTED", "yes")
    assert NAME in sys.modules, "the backend is there"
    path.write_text(str(os.getpid()))


@in_child
def fail(number: int) -> None:
    assert number == 2, f"{number} is not two"


@in_child
def fail_to_raise() -> None:
    with pytest.raises(ValueError):
        pass


@in_child
def skip() -> None:
    pytest.skip("for a reason")


@in_child
def die() -> None:
    os._exit(3)


def test_each_test_has_a_process_of_its_own(tmp_path: Path) -> None:
    for name in ("one", "other"):
        note_the_process(path=tmp_path / name)
    assert len({os.getpid(), *(int(path.read_text()) for path in tmp_path.iterdir())}) == 3
    assert "NOTED" not in os.environ


def test_failures_and_their_words_are_seen() -> None:
    with pytest.raises(pytest.fail.Exception, match="3 is not two"):
        fail(number=3)
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        fail_to_raise()
    with pytest.raises(pytest.skip.Exception, match="for a reason"):
        skip()


def test_a_process_that_dies_fails_its_test() -> None:
    with pytest.raises(BrokenProcessPool):
        die()
