"""What is particular to maxout networks."""

import keras
import numpy as np

from benchmarks import catalogue

ENTRY = catalogue.load("maxout_2013")
POCKET = catalogue.recipe(ENTRY, "pocket", "digits").model


def test_a_net_of_two_pieces_computes_an_absolute_value():
    model = ENTRY.build(hidden=(1,), pieces=2, input_shape=(1, 1, 1), scale=1.0)
    unit, output = (layer for layer in model.layers if layer.trainable_variables)
    unit.kernel.assign([[1.0, -1.0]])
    output.kernel.assign(np.ones((1, 10)))
    x = np.array([-3.0, -0.5, 0.0, 2.0], "float32").reshape(-1, 1, 1, 1)
    seen = keras.ops.convert_to_numpy(model(x))
    np.testing.assert_allclose(seen, np.repeat(np.abs(x.reshape(-1, 1)), 10, axis=1), rtol=1e-6)


def test_no_linear_function_grows_beyond_the_norm():
    model = ENTRY.build(**{**POCKET, "norm": 0.3})
    weights = model.trainable_variables
    optimizer = keras.optimizers.SGD(1.0)
    optimizer.build(weights)
    optimizer.apply([-keras.ops.ones(weight.shape) for weight in weights], weights)
    for layer in model.layers:
        if layer.trainable_variables:
            norms = np.linalg.norm(np.asarray(layer.kernel.value), axis=0)
            np.testing.assert_allclose(norms, 0.3, rtol=1e-4)


def test_dropped_pixels_are_not_made_up_for():
    model = ENTRY.build(**POCKET)
    x = np.full((50, 8, 8, 1), 16, "uint8")
    for layer in model.layers[:3]:
        x = layer(x, training=True) if layer.name.startswith("corruption") else layer(x)
    pixels = keras.ops.convert_to_numpy(x)
    assert set(np.unique(pixels)) == {0.0, 1.0}  # with inverted dropout they would be 1.25
    assert 0.75 < pixels.mean() < 0.85  # 3,200 pixels: seven standard errors to either side
