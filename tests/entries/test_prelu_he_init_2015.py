"""First weights and slopes of rectifiers, against the paper's variances and a complex step."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue
from benchmarks.engine.backend import driver_class
from benchmarks.entries.convolutional import prelu_he_init_2015
from benchmarks.spec import Data

ENTRY = catalogue.load("prelu_he_init_2015")
PLAIN = {
    "first": (),
    "stages": (),
    "bins": (),
    "dropout": 0.0,
    "decay": 0.0,
    "classes": 10,
    "input_shape": (8, 8, 1),
    "scale": 4.0,
}
IMAGES = np.random.default_rng(8).integers(0, 17, (50, 8, 8, 1)).astype("uint8")


@pytest.mark.parametrize(
    ("slopes", "start", "factor"),
    [
        ("none", "he", 1.0),
        ("none", "xavier", 0.5),
        ("channel-wise", "he", 1.0),
        ("channel-shared", "xavier", (1 + 0.25**2) / 2),
    ],
)
def test_each_layer_multiplies_the_mean_square_by_the_factor_of_the_paper(slopes, start, factor):
    """Equations 8 and 15: by (1 + a²)/2 n Var[w], where n Var[w] is 2 / (1 + a²), or 1 of the older start."""
    layers = 16
    keras.utils.set_random_seed(2015)
    model = ENTRY.build(**PLAIN, units=(500,) * layers, slopes=slopes, start=start)
    found = prelu_he_init_2015.responses(model, {"x": IMAGES})
    size = [np.mean(np.square(np.asarray(found[f"fc{number}"]))) for number in range(1, layers + 1)]
    # A mean over 500 units of squares of Gaussian numbers, rectified and weighed: about 5 / 500 each layer.
    noise = np.sqrt((layers - 1) * 5 / 500)
    assert np.log(size[-1] / size[0]) == pytest.approx((layers - 1) * np.log(factor), abs=2.5 * noise)


def test_filters_of_two_pixels_leave_the_size_of_maps_and_what_they_show_in_place():
    """Every other layer is padded: a response that ignores everything but one pixel cannot wander off."""
    model = ENTRY.build(
        **PLAIN | {"first": (3, 2, 1, 1), "stages": ((2,) * 4,), "bins": (8,)},
        size=2,
        units=(3,),
        slopes="none",
    )
    sides = [layer.output.shape[1] for layer in prelu_he_init_2015.weighted(model)[:5]]
    assert sides == [8, 9, 8, 9, 8]
    for layer in prelu_he_init_2015.weighted(model)[:5]:
        layer.kernel.assign(np.ones(layer.kernel.shape))
    x = np.zeros((1, 8, 8, 1))
    x[0, 3, 4] = 4.0
    last = np.asarray(prelu_he_init_2015.responses(model, {"x": x})["conv2_4"])[0, ..., 0]
    rows, columns = np.indices((8, 8))
    assert (last * rows).sum() / last.sum() == pytest.approx(3.0, abs=0.01)
    assert (last * columns).sum() / last.sum() == pytest.approx(4.0, abs=0.01)


@pytest.mark.parametrize(("slopes", "each"), [("channel-wise", 5), ("channel-shared", 1)])
def test_a_slope_learns_by_the_sum_over_its_negative_responses(slopes, each):
    """Equations 2 and 3, against a complex step of the same net in NumPy; no decay acts on slopes."""
    keras.utils.set_random_seed(1)
    model = ENTRY.build(**PLAIN | {"decay": 0.1}, units=(5, 4), slopes=slopes)
    first, second = (layer.alpha for layer in model.layers if type(layer).__name__ == "PReLU")
    assert first.shape == (each,)
    assert np.all(np.asarray(first.value) == 0.25)
    kernels = [np.asarray(layer.kernel.value, "float64") for layer in prelu_he_init_2015.weighted(model)]
    labels = np.arange(50) % 10

    def error(slope):
        x = IMAGES.reshape(50, -1) / 4.0
        for kernel, a in zip(kernels[:-1], (slope, np.asarray(second.value, "float64")), strict=True):
            y = x @ kernel
            x = np.where(y.real > 0, y, a * y)
        logits = x @ kernels[-1]
        return np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(50), labels])

    step = 1e-20
    expected = [error(0.25 + 1j * step * np.eye(each)[place]).imag / step for place in range(each)]
    driver = driver_class(keras.backend.backend())()
    driver.bind(model.weights)

    def gradient():
        def cross_entropy():
            logits = model(IMAGES, training=True)
            return keras.ops.mean(
                keras.losses.categorical_crossentropy(np.eye(10)[labels], logits, from_logits=True)
            )

        return driver.gradient(cross_entropy, [first])[1][0]

    np.testing.assert_allclose(np.asarray(driver.function(gradient)()), expected, rtol=2e-4, atol=1e-6)
    assert len(model.losses) == 3, "decay of three kernels"


def test_slopes_of_one_for_a_layer_are_thirteen_in_the_small_net():
    """Section 2.1 prints 13 extra parameters; the first of table 1's nets has one for each map or unit."""
    small = {"classes": 1000, "decay": 0.0}
    sizes = {}
    for slopes in ("none", "channel-shared", "channel-wise"):
        with keras.StatelessScope(initialize_variables=False):
            model = ENTRY.build(**prelu_he_init_2015.SMALL, **small, slopes=slopes)
        sizes[slopes] = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    assert sizes["channel-shared"] - sizes["none"] == 13
    assert sizes["channel-wise"] - sizes["none"] == 64 + 4 * 128 + 6 * 256 + 2 * 4096


@pytest.mark.parametrize(
    ("slopes", "drawn"), [("channel-wise", ["responses", "slopes"]), ("none", ["responses"])]
)
def test_pictures_show_responses_and_where_there_are_any_slopes(slopes, drawn):
    assert ENTRY.pictures
    model = ENTRY.build(**PLAIN, units=(6, 5), slopes=slopes)

    def predict(function, batch):
        return {key: np.asarray(value) for key, value in function(model, batch).items()}

    curves = ENTRY.pictures(model, Data({}, {}, {"x": IMAGES}), predict)
    assert sorted(curves) == drawn
    assert len(curves["responses"].series[0].y) == 3
    if "slopes" in curves:
        assert curves["slopes"].series[0].y == pytest.approx([0.25, 0.25])
