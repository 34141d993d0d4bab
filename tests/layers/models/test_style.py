"""What the Gram matrices keep and forget."""

import keras
import numpy as np
import pytest

from benchmarks.layers.models.style import StyleTransfer, gram, relative_difference

PLAN = ((4,), (6,), (8,))


def array(tensor) -> np.ndarray:
    return np.asarray(keras.ops.convert_to_numpy(tensor))


def test_gram_by_a_loop():
    maps = np.random.default_rng(0).normal(size=(2, 3, 4, 5)).astype("float32")
    wanted = np.zeros((2, 5, 5))
    for n in range(2):
        for y in range(3):
            for x in range(4):
                wanted[n] += np.outer(maps[n, y, x], maps[n, y, x]) / 12
    np.testing.assert_allclose(array(gram(maps)), wanted, rtol=1e-4, atol=1e-5)


def test_gram_forgets_where():
    maps = np.random.default_rng(0).normal(size=(1, 6, 4, 5)).astype("float32")
    shuffled = np.random.default_rng(1).permutation(maps.reshape(24, 5)).reshape(maps.shape)
    np.testing.assert_allclose(array(gram(shuffled)), array(gram(maps)), rtol=1e-4, atol=1e-5)


def test_relative_difference_by_hand():
    a, b = np.array([[3.0, 0.0], [1.0, 1.0]], "float32"), np.array([[0.0, 4.0]], "float32")
    np.testing.assert_allclose(array(relative_difference(a, b)), [25 / 16, 10 / 16], rtol=1e-6)


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    model = StyleTransfer(PLAN, 3, "conv3_1", ("conv1_1", "conv2_1"), (16, 24), 2)
    random = np.random.default_rng(0)
    model.show(random.integers(0, 256, (16, 24, 3)), random.integers(0, 256, (2, 16, 24, 3)))
    return model


def test_copies_are_at_distance_zero(model):
    content, _ = model.distances(keras.ops.repeat(model.content.value, 2, axis=0))
    _, style = model.distances(keras.ops.convert_to_tensor(model.styles))
    np.testing.assert_allclose(array(content), 0.0, atol=1e-6)
    np.testing.assert_allclose(array(style), 0.0, atol=1e-6)


def test_each_picture_is_held_against_its_own_style(model):
    _, crossed = model.distances(keras.ops.flip(model.styles.value, axis=0))
    assert (array(crossed) > 1e-4).all()


def test_only_weights_of_the_net_are_parameters(model):
    paths = {weight.path.split("/")[-1] for weight in model.trainable_variables}
    assert paths == {"kernel", "bias"}
    assert (
        sum(np.prod(weight.shape) for weight in model.trainable_variables)
        == 27 * 4 + 4 + 36 * 6 + 6 + 54 * 8 + 8 + 8 * 3 + 3
    )


def test_pictures_of_another_size_are_refused(model):
    with pytest.raises(ValueError, match="built for pictures"):
        model.show(np.zeros((8, 8, 3)), np.zeros((2, 8, 8, 3)))
