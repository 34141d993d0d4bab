"""What is imported with a backend, and what is not."""

import importlib
import sys

import pytest

from benchmarks.engine import backend


def test_what_is_hidden_cannot_be_imported_until_the_block_ends() -> None:
    sys.modules.pop("colorsys", None)
    with backend.hidden(["colorsys", "pytest"]):
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module("colorsys")
        assert importlib.import_module("pytest") is pytest, "what is imported already stays"
    assert importlib.import_module("colorsys").rgb_to_hsv(0.0, 0.0, 0.0) == (0.0, 0.0, 0.0)
    assert sys.modules["pytest"] is pytest
