"""VGG-19's convolutions, and what the pocket run paints."""

import keras
import pytest

from benchmarks import catalogue
from benchmarks.engine.clock import Clock
from benchmarks.engine.run import Options, Workbench

ENTRY = catalogue.load("neural_style_2015")


def test_the_net_has_sixteen_convolutions_and_average_pooling():
    features = ENTRY.build().features
    kinds = [type(layer).__name__ for layer in features.layers]
    assert kinds.count("Conv2D") == 16
    assert kinds.count("AveragePooling2D") == 4 and "MaxPooling2D" not in kinds


@pytest.mark.slow
def test_the_painting_is_nearer_to_both_than_what_costs_nothing():
    """Nearer to the style than the content picture, the blend and the noise are; and nearer to the content
    than the style picture is.
    """
    recipe = catalogue.recipes(ENTRY, "pocket")[0]
    bench = Workbench(ENTRY, recipe, Options(backend=keras.backend.backend()), Clock(), 0)
    bench.train_leg(0, recipe.epochs)
    scores = bench.evaluate("test")
    assert scores["style_distance"] < 0.5 * min(
        100.0, scores["blend_style_distance"], scores["noise_style_distance"]
    )
    assert scores["content_distance"] < 80.0
    assert scores["feature_error"] < 40.0
