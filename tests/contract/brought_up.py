"""Importing this module starts the backend under test, but computes nothing: the process must fork."""

import os

from benchmarks.engine import backend
from tests.compilation import HASTILY
from tests.contract.conftest import NAME

os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {HASTILY}"
backend.prepare(NAME, "float32")
backend.start(NAME, "float32")
backend.driver_class(NAME)
