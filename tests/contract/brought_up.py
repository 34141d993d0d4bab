"""Importing this brings the backend under test up. It makes no tensor: a process that has computed must not fork."""

import os

from benchmarks.engine import backend
from tests.contract.conftest import NAME

#: The net computes the same however well its programs are optimised, and optimising takes half of a compilation.
#: The tests of the pocket tier run programs as users do.
HASTILY = "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true"

os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {HASTILY}"
backend.prepare(NAME, "float32")
backend.start(NAME, "float32")
backend.driver_class(NAME)
