"""Fitting in one go, of models that are not Keras models and of some that are; and how the engine runs and
records them.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from benchmarks import catalogue
from benchmarks.engine import run as engine
from benchmarks.engine.backend import driver_class
from benchmarks.engine.clock import Clock
from benchmarks.engine.runs import Options, Run
from benchmarks.engine.workbench import Workbench
from benchmarks.records.record import validate_record
from benchmarks.rules import fit
from benchmarks.rules.protocol import Context, HostModel
from benchmarks.spec import Data, Entry, Recipe, Stage


class NearestMean:
    """The class whose mean image is nearest. `jitter` shows what a seed does."""

    def __init__(self, jitter: float = 0.0) -> None:
        self.jitter = jitter
        self.means: np.ndarray | None = None

    def fit(self, x: np.ndarray, y: np.ndarray | None, seed: int) -> Mapping[str, float]:
        assert y is not None
        flat = x.reshape(len(x), -1).astype("float32")
        self.means = np.stack([flat[y == number].mean(axis=0) for number in range(10)])
        self.means += self.jitter * np.random.default_rng(seed).normal(size=self.means.shape)
        return {"spread": float(self.means.std())}

    def __call__(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        if self.means is None:
            return np.zeros((len(x), 10), "float32")
        flat = np.asarray(x).reshape(len(x), -1)
        return -np.square(flat[:, None] - self.means).sum(axis=-1).astype("float32")

    def state(self) -> dict[str, np.ndarray]:
        return {} if self.means is None else {"means": self.means}

    def set_state(self, state: Mapping[str, np.ndarray]) -> None:
        self.means = state.get("means")

    def parameters(self) -> int:
        return 0 if self.means is None else self.means.size


RECIPE = Recipe(
    "digits", "pocket", "this test", rule="fit", evaluate_every=1, limit=500, model={"jitter": 0.01}
)


def entry(**changes: Any) -> tuple[Entry, Recipe]:
    recipe = replace(RECIPE, **changes)
    mlp = catalogue.load("mlp_mnist_1998")
    return replace(mlp, build=NearestMean, pictures=None, recipes=(recipe,)), recipe


def options(folder: Path) -> Options:
    name = str(keras.backend.backend())
    return Options(backend=name, out=folder, checkpoint_dir=folder / "checkpoints", checkpoint_s=0.0)


def made(folder: Path, *seeds: int, **changes: Any) -> list[dict[str, Any]]:
    of, recipe = entry(**changes)
    found = list(
        engine.run_recipe([Run(of, recipe, seed) for seed in seeds], options(folder), 0.0, lambda line: None)
    )
    for record in found:
        validate_record(record)
    return found


def test_a_host_model_is_trained_scored_and_recorded(tmp_path: Path) -> None:
    (record,) = made(tmp_path, 0)
    run = record["run"]
    assert run["status"] == "ok", run["reason"]
    assert (run["parameters"], run["steps"], run["examples"]) == (640, 1, 500)
    assert run["batch_size"] is run["steps_per_program"] is run["xla"] is run["step_flop"] is None
    errors = {
        row["epoch"]: row["value"]
        for row in record["measures"]
        if row["measure"] == "error" and row["split"] == "test"
    }
    assert errors[None] < 20, "chance is wrong in 90%"
    assert [row["measure"] for row in record["measures"] if row["split"] == "train"] == ["spread"]
    assert record["spec"]["layers"] == [
        {"name": "NearestMean", "kind": "NearestMean", "shape": "", "parameters": 640}
    ]


def test_the_weights_hash_is_that_of_the_state_and_of_the_seed(tmp_path: Path) -> None:
    first, second, again = (record["run"]["weights_sha256"] for record in made(tmp_path, 0, 1, 0))
    (alone,) = made(tmp_path, 1)
    assert first == again != second == alone["run"]["weights_sha256"]
    (untrained,) = made(tmp_path, 0, rule="none", epochs=0)
    assert untrained["run"]["weights_sha256"] == ""


def test_numbers_that_are_not_finite_are_divergence(tmp_path: Path) -> None:
    (record,) = made(tmp_path, 0, model={"jitter": float("nan")})
    assert (record["run"]["status"], record["run"]["reason"]) == ("diverged", "spread is nan in epoch 1")


def test_a_fit_is_kept_by_a_checkpoint_while_later_stages_run(tmp_path: Path) -> None:
    stages = (
        Stage("fit", rule="fit", limit=500),
        Stage("again", rule="fit", limit=100, evaluate_every=None),
    )
    of, recipe = entry(stages=stages, rule="backpropagation", limit=None)
    one = Run(of, recipe, 0)
    train, legs = Workbench.train_leg, [0]

    def dying(self: Workbench, first: int, last: int) -> tuple[int, int, dict[str, float]]:
        legs[0] += 1
        if legs[0] == 2:
            raise KeyboardInterrupt
        return train(self, first, last)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Workbench, "train_leg", dying)
        with pytest.raises(KeyboardInterrupt):
            list(engine.run_recipe([one], options(tmp_path), 0.0, lambda line: None))
    bench = Workbench(of, recipe, options(tmp_path), Clock(), 0)
    bench.reset(0)
    assert bench.model.state() == {}
    (killed,) = engine.run_recipe([one], options(tmp_path), 0.0, lambda line: None)
    (whole,) = engine.run_recipe([one], options(tmp_path / "whole"), 0.0, lambda line: None)
    assert killed["run"]["resumed"] == 1
    assert killed["run"]["weights_sha256"] == whole["run"]["weights_sha256"] != ""
    assert [row["value"] for row in killed["measures"]] == [row["value"] for row in whole["measures"]]


class LeastSquares(keras.layers.Dense):
    """A layer that is solved for."""

    def fit(self, x: np.ndarray, y: np.ndarray | None, seed: int) -> None:
        assert y is not None
        self.kernel.assign(np.linalg.lstsq(x, y, rcond=None)[0])


def test_what_a_keras_layer_assigns_becomes_the_state() -> None:
    layer = LeastSquares(2, use_bias=False)
    model = keras.Sequential([keras.Input((3,)), layer])
    assert not isinstance(model, HostModel)
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(20, 3)).astype("float32"), rng.normal(size=(3, 2)).astype("float32")
    driver = driver_class(str(keras.backend.backend()))()
    data = Data({"x": x, "y": x @ w}, {}, {})
    learner = fit.Learner(Context(model, lambda *_: 0.0, Stage("", rule="fit"), data, driver, 1, 0, layer))
    driver.bind(learner.variables)
    assert learner.leg(0, 1) == (1, 20, {})
    np.testing.assert_allclose(driver.read()[0], w, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("stage", "message"),
    [
        (Stage("", rule="fit", epochs=2), "epochs is 2; set it to 1"),
        (Stage("", rule="fit", rule_options={"rate": 1}), "fit has no option 'rate'"),
    ],
)
def test_what_it_cannot_do_is_refused(stage: Stage, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit.Learner(Context(NearestMean(), lambda *_: 0.0, stage, Data({}, {}, {}), None, 1, 0))


def test_a_model_that_cannot_be_fitted_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"needs a model with a method fit\(x, y, seed\), which object lacks"
    ):
        fit.Learner(Context(object(), lambda *_: 0.0, Stage("", rule="fit"), Data({}, {}, {}), None, 1, 0))
