"""Two phases: the features learn while the picture waits, then the picture changes while the features stay as
they are.
"""

import dataclasses

import keras
import numpy as np
import pytest

from benchmarks import catalogue
from benchmarks.engine.clock import Clock
from benchmarks.engine.run import Options, Workbench

ENTRY = catalogue.load("neural_style_2015")
RECIPE = catalogue.recipes(ENTRY, "pocket")[0]
SHORT = dataclasses.replace(
    RECIPE,
    limit=2 * RECIPE.batch_size,
    epochs=10,
    evaluate_every=1,
    rule_options={**RECIPE.rule_options, "feature_epochs": 3},
)


@pytest.fixture(scope="module")
def bench() -> Workbench:
    return Workbench(ENTRY, SHORT, Options(backend=keras.backend.backend()), Clock(), 0)


def state(bench: Workbench) -> tuple[list[np.ndarray], np.ndarray]:
    bench.driver.sync()
    model = bench.model
    return [np.asarray(weight.value) + 0.0 for weight in model.trainable_variables], np.asarray(
        model.pixels.value
    ) + 0.0  # copies


def test_features_learn_first_and_then_the_picture(bench: Workbench) -> None:
    bench.reset(0)
    weights, noise = state(bench)
    bench.train_leg(0, 3)
    learned, pixels = state(bench)
    assert all((new != old).any() for new, old in zip(learned, weights, strict=True))
    assert (pixels == noise).all()
    losses = [bench.train_leg(epoch, epoch + 1)[2]["loss"] for epoch in range(3, 10)]
    kept, painted = state(bench)
    assert all((new == old).all() for new, old in zip(kept, learned, strict=True))
    assert (painted != pixels).mean() > 0.9
    assert abs(painted).max() <= 1.0
    assert losses == sorted(losses, reverse=True)


def test_the_pixels_descend_what_the_features_see(bench: Workbench) -> None:
    """The loss of the second phase is the weighted sum of distances and roughness, as they are before the
    step.
    """
    bench.reset(0)
    bench.train_leg(0, 3)
    bench.driver.sync()
    content, style = (
        np.asarray(part) for part in bench.model.distances(keras.ops.convert_to_tensor(bench.model.pixels))
    )
    pixels = np.asarray(bench.model.pixels)
    rough = np.mean(np.diff(pixels, axis=1) ** 2) + np.mean(np.diff(pixels, axis=2) ** 2)
    assert rough == pytest.approx(4 / 3, rel=0.03)  # white noise from -1 to 1: twice twice a variance of 1/3
    first = (
        float(np.mean(SHORT.rule_options["content_weight"] * content + style))
        + SHORT.rule_options["smoothness"] * rough
    )
    logged = bench.train_leg(3, 4)[2]["loss"]  # the mean over two steps
    assert 0.5 * first < logged < first


def test_unknown_options_are_refused() -> None:
    odd = dataclasses.replace(SHORT, rule_options={**SHORT.rule_options, "lbfgs": True})
    with pytest.raises(ValueError, match="no option 'lbfgs'"):
        Workbench(ENTRY, odd, Options(backend=keras.backend.backend()), Clock(), 0)
