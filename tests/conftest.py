"""Fixtures for all tests."""

import ctypes
import gc
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[1]

# A shell ignores Ctrl-C for what it starts in the background, and nohup a lost terminal; every process
# that a test starts would ignore them as well.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

# oneDNN's own allocator never returns memory: a worker would keep as much as the largest net needed.
os.environ.setdefault("TF_ONEDNN_USE_SYSTEM_ALLOCATOR", "1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long tests first, so that all workers end at about the same time."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session", autouse=True)
def own_leases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests wait neither for the cores of real runs nor for those of another worker."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        yield


#: A worker that has grown by this many bytes frees what frameworks keep of earlier tests.
MUCH = 1 << 30
kept = 0


@pytest.fixture(autouse=True)
def bounded_memory() -> Iterator[None]:
    """Without this, the nets and compiled programs of earlier tests would fill several gigabytes."""
    global kept
    yield
    if "keras" not in sys.modules or psutil.Process().memory_info().rss < kept + MUCH:
        return
    sys.modules["keras"].backend.clear_session()
    if "jax" in sys.modules:
        sys.modules["jax"].clear_caches()
    gc.collect()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):  # glibc's
        trim(0)  # else the allocator keeps what was let go of
    kept = psutil.Process().memory_info().rss


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder with the real data sets: the environment variable DATA_DIR, else ../shared/data."""
    named = os.environ.get("DATA_DIR")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no mirror of the real data sets at {folder}: set DATA_DIR to one")
    return folder
