"""Runs a test in a process of its own.

TensorFlow keeps every program that it has compiled: a process that tested every net would grow by gigabytes.
"""

import functools
import importlib
import inspect
import multiprocessing
import traceback
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest

#: A server that has brought up the backend once forks a process for each test.
FROM_SERVER = multiprocessing.get_context("forkserver")
FROM_SERVER.set_forkserver_preload(["tests.contract.brought_up"])


def in_child(test: Callable[..., None]) -> Callable[..., None]:
    """Decorates a test that computes: it runs in its own process, and its failure or skip is raised here.

    Its arguments are pickled, except `monkeypatch`, which the process makes for itself.
    """

    @functools.wraps(test)
    def in_a_process_of_its_own(**arguments: Any) -> None:
        arguments.pop("monkeypatch", None)
        with ProcessPoolExecutor(1, mp_context=FROM_SERVER) as process:
            outcome, text = process.submit(run, test.__module__, test.__name__, arguments).result()
        if outcome == "skipped":
            pytest.skip(text)
        if outcome == "failed":
            pytest.fail(text, pytrace=False)

    return in_a_process_of_its_own


def run(module: str, name: str, arguments: Mapping[str, Any]) -> tuple[str, str]:
    """Call the test that `in_child` decorates as `name`; warnings are errors, as in the parent.

    Returns "passed", "skipped" or "failed", and the reason or the traceback as text, because not every
    exception can be pickled.
    """
    importlib.import_module("tests.contract.brought_up")
    test = inspect.unwrap(getattr(importlib.import_module(module), name))
    with pytest.MonkeyPatch.context() as monkeypatch, warnings.catch_warnings():
        warnings.simplefilter("error")
        if "monkeypatch" in inspect.signature(test).parameters:
            arguments = {**arguments, "monkeypatch": monkeypatch}
        try:
            test(**arguments)
        except pytest.skip.Exception as skipped:
            return "skipped", str(skipped)
        except BaseException:
            return "failed", traceback.format_exc()
    return "passed", ""
