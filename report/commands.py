"""Tells commands that the suite wrote from commands that a stranger could have put into a bundle."""

import re
import shlex
from typing import Any


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
    ]
    libraries = "TF|XLA|JAX|DNNL|ONEDNN|MKL|OPENBLAS|BLIS|OMP|KMP|NPY|CUBLAS|CUBLASLT|CUDNN"
    quoted = r"(?:[A-Za-z0-9_@%+=:,./-]+|'[^'\n]*'(?:\"'\"'[^'\n]*')*)"
    form = (
        (f"git checkout {run['commit']} && " if run["commit"] else "")
        + r"make setup && \. \.venv/bin/activate && "
        + r"(?:pip install '(?:tensorflow\[and-cuda\]|jax\[cuda12\])==[0-9a-z.]+' && )?"
        + rf"(?:(?:{libraries})_[A-Z0-9_]+={quoted} )*"
        + re.escape(shlex.join(words))
    )
    return re.fullmatch(form, run["command"]) is not None
