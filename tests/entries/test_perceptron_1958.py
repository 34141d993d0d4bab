"""The perceptron's net against its description, and what it can and cannot cut."""

import keras
import numpy as np

from benchmarks.entries.threshold import perceptron_1958


def test_the_outputs_are_the_sums_over_active_association_units() -> None:
    keras.utils.set_random_seed(0)
    model = perceptron_1958.build(input_shape=(5, 5, 1), association_units=30, responses=2, ink=8.0)
    kernel = np.random.default_rng(1).normal(size=(30, 2)).astype("float32")
    model.get_layer("responses").kernel.assign(kernel)
    images = np.random.default_rng(2).integers(0, 17, size=(4, 5, 5, 1)).astype("uint8")
    (wiring,) = (weight for weight in model.weights if weight.path.endswith("wiring"))
    retina = (images.reshape(4, 25) > 8).astype("float32")
    active = (retina @ np.asarray(wiring.value) >= 1.0).astype("float32")
    np.testing.assert_allclose(
        np.asarray(keras.ops.convert_to_numpy(model(images))), active @ kernel, rtol=1e-5, atol=1e-6
    )
    assert [weight.path for weight in model.trainable_variables] == [
        model.get_layer("responses").kernel.path
    ], "only the responses learn"


def test_without_association_units_the_inputs_themselves_are_weighed() -> None:
    model = perceptron_1958.build(input_shape=(2,), association_units=0, use_bias=True)
    dense = model.get_layer("responses")
    dense.kernel.assign(np.array([[2.0], [-3.0]], "float32"))
    dense.bias.assign(np.array([0.25], "float32"))
    rows = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
    assert np.asarray(keras.ops.convert_to_numpy(model(rows)))[:, 0].tolist() == [0.25, -2.75, 2.25, -0.75]
