"""What every loaded data set of a task has in common."""

import ast
from pathlib import Path

import numpy as np

from benchmarks import datasets, measures
from benchmarks.records import in_words
from benchmarks.spec import Data

TASKS = Path(__file__).parents[2] / "benchmarks/tasks"


def tasks() -> set[str]:
    """The words for all tasks."""
    return {in_words(task) for task in measures.tasks()}


def needs(task: str) -> set[str]:
    """The arrays that a task declares to read; its file is not imported, which would take a framework."""
    for node in ast.parse((TASKS / f"{task.replace(' ', '_')}.py").read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "NEEDS":
            return set(ast.literal_eval(node.value))
    raise AssertionError(f"the task {task} does not declare in NEEDS which arrays it reads")


def check_conventions(id: str, data: Data) -> None:
    """Keys, types and ranges of the arrays, as the tasks expect them."""
    card = datasets.card(id)
    keys = needs(card.task)
    for split in (data.train, data.validation, data.test):
        assert keys <= set(split)
        assert len({len(array) for array in split.values()}) <= 1
        assert {str(array.dtype) for array in split.values()} <= {"uint8", "int32", "float32"}
        assert all(array.flags.c_contiguous for array in split.values())
        assert set(split) == set(data.train)
        for key in split:
            assert (split[key].shape[1:], split[key].dtype) == (
                data.train[key].shape[1:],
                data.train[key].dtype,
            )
    if card.task == "classification":
        assert data.train["y"].dtype == np.int32
        assert set(np.unique(data.train["y"])) == set(range(len(card.classes)))
    if card.task == "segmentation":
        assert data.info["classes"] == list(card.classes)
        assert data.train["y"].dtype == np.uint8
        for split in (data.train, data.validation, data.test):
            assert split["y"].shape == split["x"].shape[:3]
            assert set(np.unique(split["y"])) == set(range(len(card.classes)))
    if card.task == "language modelling":
        symbols = len(data.info["symbols"])
        for split in (data.train, data.validation, data.test):
            assert split["x"].min() >= 0 and max(split["x"].max(), split["y"].max()) < symbols
            assert set(np.unique(split["weight"])) <= {0.0, 1.0}
            if "legal" in split:
                assert split["legal"].shape == (*split["x"].shape, symbols)
    if card.task == "translation":
        assert len(data.info["references"]["validation"]) == len(data.validation["source"])
        assert len(data.info["references"]["test"]) == len(data.test["source"])
        assert data.info["target_vocabulary"][:4] == ["<pad>", "<start>", "<end>", "<unknown>"]
        for split in (data.train, data.validation, data.test):
            assert split["source"].max() < len(data.info["source_vocabulary"])
            target = split["target"]
            assert target.max() < len(data.info["target_vocabulary"])
            assert (target[:, 0] == 1).all()
            assert ((target == 2).sum(1) == 1).all()
            length = (target != 0).sum(1)
            assert (target[np.arange(len(target)), length - 1] == 2).all()


def splits(id: str) -> list[dict[str, np.ndarray]]:
    data = datasets.load(id)
    return [dict(data.train), dict(data.validation), dict(data.test)]


def stream(split: dict[str, np.ndarray]) -> list[int]:
    kept = split["weight"].ravel() == 1
    x, y = split["x"].ravel()[kept], split["y"].ravel()[kept]
    assert (x[1:] == y[:-1]).all()
    return [*x.tolist(), int(y[-1])]


def whole(data, key: str) -> np.ndarray:
    """The published training set: train and validation, in order."""
    return np.concatenate([data.train[key], data.validation[key]])


def moments(x: np.ndarray) -> tuple[float, float]:
    """Mean and standard deviation of bytes, as shares of 255."""
    share, value = np.bincount(x.ravel(), minlength=256) / x.size, np.arange(256) / 255
    mean = float(share @ value)
    return mean, float(share @ (value - mean) ** 2) ** 0.5


def nearest_mean(train: np.ndarray, labels: np.ndarray, test: np.ndarray) -> np.ndarray:
    """The class whose mean is nearest, for rows of features."""
    means = np.stack([train[labels == k].mean(axis=0) for k in range(labels.max() + 1)])
    return np.square(test[:, None] - means[None]).sum(axis=-1).argmin(axis=1)
