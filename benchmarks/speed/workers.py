"""A contender's process: prepares, then trains a round whenever it is asked to."""

import importlib
import os
import time
from typing import Any

from benchmarks.speed.workloads import Workload

#: Contender -> the backend that Keras is given (empty: no Keras), and its module and function.
CONTENDERS = {
    "engine on TensorFlow": ("tensorflow", "contenders", "engine"),
    "engine, measured": ("tensorflow", "contenders", "engine_measured"),
    "Keras fit, defaults": ("tensorflow", "contenders", "keras_default"),
    "Keras fit, best": ("tensorflow", "contenders", "keras_best"),
    "engine on JAX": ("jax", "contenders", "engine"),
    "JAX by hand": ("", "jax_loop", "jax_by_hand"),
    "PyTorch": ("", "torch_loop", "torch_plain"),
    "PyTorch, best": ("", "torch_loop", "torch_best"),
}
NEEDS = {"engine on JAX": "jax", "JAX by hand": "jax", "PyTorch": "torch", "PyTorch, best": "torch"}
#: Those that all contenders can round the factors of products and convolutions to.
PRECISIONS = ("float32", "tf32")


def serve(contender: str, workload: Workload, precision: str, pipe: Any) -> None:
    """In a child: prepare, warm up, then train one round for each request and answer with its seconds."""
    backend, module, function = CONTENDERS[contender]
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    try:
        if backend:
            from benchmarks.engine import backend as bring_up

            bring_up.prepare(backend, precision)
            bring_up.start(backend, precision)
            rounds = bring_up.driver_class(backend).has_tf32()
            loaded = importlib.import_module(f"benchmarks.speed.{module}")
        else:
            loaded = importlib.import_module(f"benchmarks.speed.{module}")
            rounds = loaded.has_tf32()
            loaded.set_precision(precision)
        if precision == "tf32" and not rounds:
            raise ValueError("this device does not round to TF32; choose --precision float32")
        train = getattr(loaded, function)(workload)
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
