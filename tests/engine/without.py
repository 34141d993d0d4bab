"""`python -m tests.engine.without tensorflow,torch ARGUMENTS...`: the engine where these are missing."""

import importlib.abc
import importlib.metadata
import runpy
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

#: What is installed together with each.
COMPANIONS = {
    "tensorflow": ("tensorflow", "tf_keras", "tensorboard", "tf2onnx"),
    "jax": ("jax", "jaxlib", "flax"),
    "torch": ("torch",),
}


class Missing(importlib.abc.MetaPathFinder):
    """Finds nothing of these names, before anybody else can."""

    def __init__(self, names: set[str]) -> None:
        self.names = names

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        if fullname.split(".")[0] in self.names:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


def main() -> None:
    names = {companion for name in sys.argv[1].split(",") for companion in COMPANIONS[name]}
    sys.meta_path.insert(0, Missing(names))
    distribution = importlib.metadata.distribution

    def known(name: str) -> Any:
        if name.lower().split("-")[0] in names:
            raise importlib.metadata.PackageNotFoundError(name)
        return distribution(name)

    importlib.metadata.distribution = known  # type: ignore[assignment]
    sys.argv = ["benchmarks.engine", *sys.argv[2:]]
    runpy.run_module("benchmarks.engine", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
