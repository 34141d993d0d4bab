"""A contender's process: prepares, then trains a round whenever it is asked to."""

import importlib
import os
import time
from typing import Any

from benchmarks.speed.workloads import Workload

#: Contender -> the backend that Keras is given (empty: no Keras), and its module and function.
CONTENDERS = {
    "engine on TensorFlow": ("tensorflow", "contenders", "engine"),
    "Keras fit, defaults": ("tensorflow", "contenders", "keras_default"),
    "Keras fit, best": ("tensorflow", "contenders", "keras_best"),
    "engine on JAX": ("jax", "contenders", "engine"),
    "JAX by hand": ("", "jax_loop", "jax_by_hand"),
    "PyTorch": ("", "torch_loop", "torch_plain"),
}
NEEDS = {"engine on JAX": "jax", "JAX by hand": "jax", "PyTorch": "torch"}


def serve(contender: str, workload: Workload, pipe: Any) -> None:
    """In a child: prepare, warm up, then train one round for each request and answer with its seconds."""
    backend, module, function = CONTENDERS[contender]
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    try:
        if backend:
            from benchmarks.engine import backend as bring_up

            bring_up.prepare(backend, "float32")
            bring_up.start(backend, "float32")
        train = getattr(importlib.import_module(f"benchmarks.speed.{module}"), function)(workload)
        train()
        train()
        pipe.send("ready")
        while pipe.recv() == "go":
            began = time.perf_counter()
            train()
            pipe.send(time.perf_counter() - began)
    except EOFError:
        pass
    except Exception as error:
        pipe.send(f"{type(error).__name__}: {error}")
