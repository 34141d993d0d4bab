"""Importing this module starts the backend under test, but computes nothing: the process must fork."""

import os

from benchmarks.engine import backend
from tests.contract.conftest import NAME

#: Optimising takes much of a compilation, and these tests do not depend on it. Level 0 compiles faster, but
#: its steps take longer than that saves. The tests of the pocket tier compile as users do.
HASTILY = "--xla_backend_optimization_level=1 --xla_llvm_disable_expensive_passes=true"

os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {HASTILY}"
backend.prepare(NAME, "float32")
backend.start(NAME, "float32")
backend.driver_class(NAME)
