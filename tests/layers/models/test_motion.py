"""The layers around the convolutions over time, against patterns whose motion is known."""

import keras
import numpy as np
import pytest

from benchmarks.layers.models.motion import ClipConvolution, ClipSubsampling, Hardwired, WholeMapConvolution


def array(tensor) -> np.ndarray:
    return np.asarray(keras.ops.convert_to_numpy(tensor))


def moving(right: float, down: float) -> np.ndarray:
    """A smooth pattern that moves so many pixels a frame: float32 [1,4,24,20,1], 0 to 255."""
    t, y, x = np.meshgrid(np.arange(4), np.arange(24), np.arange(20), indexing="ij")
    y, x = y - down * t, x - right * t
    return (127.5 + 60.0 * np.sin(0.5 * x + 0.2) + 60.0 * np.cos(0.4 * y))[None, ..., None].astype("float32")


@pytest.mark.parametrize(("right", "down"), [(0.5, 0.0), (-0.4, 0.3), (0.0, -0.6)])
def test_the_flow_of_a_moving_pattern_is_its_motion(right, down):
    channels = [array(part) for part in Hardwired()(moving(right, down))]
    assert [part.shape[1] for part in channels] == [4, 4, 4, 3, 3]
    inside = (slice(None), slice(None), slice(5, -5), slice(5, -5))
    assert channels[3][inside].mean() == pytest.approx(right, abs=0.05)
    assert channels[4][inside].mean() == pytest.approx(down, abs=0.05)


def test_slopes_by_hand():
    image = np.array([[0, 10, 40], [0, 30, 40]], "float32").reshape(1, 1, 2, 3, 1)
    _, right, down, *_ = (
        array(part)[..., 0] for part in Hardwired(1.0, window=1)(np.repeat(image, 2, axis=1))
    )
    assert right[0, 0].tolist() == [[5, 20, 15], [15, 20, 5]]
    assert down[0, 0].tolist() == [[0, 10, 0], [0, 10, 0]]


def test_nothing_moves_in_the_dark():
    channels = Hardwired()(np.zeros((1, 3, 8, 8, 1), "uint8"))
    assert all((array(part) == 0).all() for part in channels)


def test_the_convolution_is_that_in_three_dimensions():
    """Each map by kernels of its own; three of the first map, then three of the second."""
    x = np.random.default_rng(0).normal(size=(2, 5, 7, 6, 2)).astype("float32")
    layer = ClipConvolution(3, (3, 3, 2))
    found = array(layer(x))
    assert found.shape == (2, 3, 5, 5, 6)
    for k in range(2):
        twin = keras.layers.Conv3D(3, (3, 3, 2), activation="tanh")
        twin.build((2, 5, 7, 6, 1))
        twin.set_weights(
            [
                np.asarray(layer.kernel)[:, :, :, k].transpose(2, 0, 1, 3)[:, :, :, None],
                np.asarray(layer.bias)[3 * k : 3 * k + 3],
            ]
        )
        np.testing.assert_allclose(
            found[..., 3 * k : 3 * k + 3], array(twin(x[..., k : k + 1])), rtol=1e-4, atol=1e-5
        )


def test_subsampling_by_hand():
    layer = ClipSubsampling(2)
    x = np.arange(2 * 2 * 4, dtype="float32").reshape(1, 2, 2, 4, 1) / 10
    layer.build(x.shape)
    layer.set_weights(
        [
            np.array([0.5, -1.0], "float32").reshape(2, 1, 1, 1),
            np.array([0.1, 0.2], "float32").reshape(2, 1, 1, 1),
        ]
    )
    first = [0.5 * (0.0 + 0.1 + 0.4 + 0.5) + 0.1, 0.5 * (0.2 + 0.3 + 0.6 + 0.7) + 0.1]
    second = [-(0.8 + 0.9 + 1.2 + 1.3) + 0.2, -(1.0 + 1.1 + 1.4 + 1.5) + 0.2]
    np.testing.assert_allclose(array(layer(x))[0, :, 0, :, 0], np.tanh([first, second]), rtol=1e-5)


def test_the_biases_of_whole_map_kernels_add_up():
    layer = WholeMapConvolution(2)
    layer.build((None, 2, 2, 3))
    layer.set_weights([np.zeros((12, 2), "float32"), np.array([[0.1, 0], [0.2, 0.3], [0, 0.4]], "float32")])
    np.testing.assert_allclose(
        array(layer(np.ones((1, 2, 2, 3), "float32"))), np.tanh([[0.3, 0.7]]), rtol=1e-5
    )
