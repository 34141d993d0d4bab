"""Tells commands that the suite wrote from commands that a stranger could have put into a bundle."""

import re
import shlex
from typing import Any

_LIBRARIES = "TF|XLA|JAX|DNNL|ONEDNN|MKL|OPENBLAS|BLIS|OMP|KMP|NPY|CUBLAS|CUBLASLT|CUDNN"
_QUOTED = r"(?:[A-Za-z0-9_@%+=:,./-]+|'[^'\n]*'(?:\"'\"'[^'\n]*')*)"
#: what may stand between the preparation and the call of the engine
_BETWEEN = re.compile(
    r"(?:pip install '(?:tensorflow\[and-cuda\]|jax\[cuda12\])==[0-9a-z.]+' && )?"
    rf"(?:(?:{_LIBRARIES})_[A-Z0-9_]+={_QUOTED} )*"
)


def written_by_the_suite(run: Any) -> bool:
    """Whether a run's command does no more than the suite's own command would.

    A bundle may come from anybody, and commands are there to be pasted. The steps must be the suite's and the
    arguments those of the row; only the values of variables that configure numerical libraries are free.
    """
    precision, _, seeded = run["precision"].partition(", ")
    words = [
        *("python", "-m", "benchmarks.engine", run["entry"]),
        *("--tier", run["tier"], "--dataset", run["dataset"], "--variant", run["variant"]),
        *("--seeds", str(run["seed"]), "--backend", run["backend"]),
        *("--precision", precision, "--threads", str(run["threads"])),
        *(("--determinism", seeded) if seeded else ()),
        *(("--devices", str(run["devices"])) if run["devices"] > 1 else ()),
    ]
    checkout = f"git checkout {run['commit']} && " if run["commit"] else ""
    before, after = f"{checkout}make setup && . .venv/bin/activate && ", shlex.join(words)
    command = run["command"]
    if not command.startswith(before) or not command.endswith(after):
        return False
    return _BETWEEN.fullmatch(command, len(before), len(command) - len(after)) is not None
