"""What the paper's rules of thumb say of the nets, and that what is seen has the range of the paper's."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue

ENTRY = catalogue.load("dcgan_2015")


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(1)
    return ENTRY.build(input_shape=(32, 16, 3), filters=(8, 4), latent=10)


def test_the_guidelines_of_section_3_hold(model):
    """No pooling, normalisation but at the generator's end and the discriminator's start, ReLU and leaky."""
    for net in (model.generator, model.discriminator):
        kinds = [type(layer).__name__ for layer in net.layers]
        assert not any("Pooling" in kind for kind in kinds) and kinds.count("Dense") == 1
    kinds = [type(layer).__name__ for layer in model.generator.layers]
    assert kinds.count("Conv2DTranspose") == 2 and kinds.count("BatchNormalization") == 2
    assert kinds.index("ReLU") < kinds.index("Conv2DTranspose") and "LeakyReLU" not in kinds
    assert "BatchNormalization" not in kinds[-4:]
    kinds = [type(layer).__name__ for layer in model.discriminator.layers]
    assert kinds.count("Conv2D") == 2 and kinds.count("BatchNormalization") == 1 and "ReLU" not in kinds
    assert kinds.index("BatchNormalization") > kinds.index("LeakyReLU")
    assert {
        layer.negative_slope for layer in model.discriminator.layers if "Leaky" in type(layer).__name__
    } == {0.2}


def test_weights_begin_with_the_deviation_of_the_paper():
    net = ENTRY.build(input_shape=(16, 16, 1), filters=(64, 32)).generator
    kernel = net.layers[0].kernel
    assert np.asarray(kernel.value).std() == pytest.approx(0.02, rel=0.02)


def test_images_are_made_from_minus_1_to_1_and_seen_so_again(model):
    """The end of the generator and the start of the discriminator undo each other."""
    end, start = model.generator.layers[-1], model.discriminator.layers[0]
    x = np.linspace(-1.0, 1.0, 5, dtype="float32").reshape(1, 5, 1, 1)
    np.testing.assert_allclose(np.asarray(end(x)).ravel(), [0.0, 0.25, 0.5, 0.75, 1.0])
    np.testing.assert_allclose(np.asarray(start(end(x))), x, atol=1e-6)


def test_what_is_drawn_does_not_depend_on_what_is_drawn_with_it(model):
    uniform = np.random.default_rng(0).random((3, 10), "float32")
    together, alone = (keras.ops.convert_to_numpy(model.generate(u)) for u in (uniform, uniform[:1]))
    assert together.shape == (3, 32, 16, 3) and together.min() >= 0.0 and together.max() <= 1.0
    np.testing.assert_allclose(together[:1], alone, atol=1e-6)
