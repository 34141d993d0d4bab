"""Masked convolutions, against a convolution whose weights were set to zero by hand."""

import keras
import numpy as np
import pytest
from scipy.signal import correlate

from benchmarks.layers.convolution.masked_convolution import MaskedConvolution, mask


def test_the_masks_are_those_of_the_paper():
    np.testing.assert_array_equal(mask(3, "A"), [[1, 1, 1], [1, 0, 0], [0, 0, 0]])
    np.testing.assert_array_equal(mask(3, "B"), [[1, 1, 1], [1, 1, 0], [0, 0, 0]])
    np.testing.assert_array_equal(mask(1, "B"), [[1]])
    with pytest.raises(ValueError, match="mask is 'C'"):
        MaskedConvolution(1, 3, "C")


def test_a_masked_convolution_is_a_correlation_with_the_weights_that_are_left():
    layer = MaskedConvolution(2, 3, "A")
    x = np.random.default_rng(0).normal(size=(1, 5, 4, 2)).astype("float32")
    layer.build(x.shape)
    layer.bias.assign([0.5, -1.0])
    kernel = np.asarray(layer.kernel.value).copy()
    kernel[1, 1:], kernel[2] = 0.0, 0.0
    wanted = [
        sum(correlate(x[0, :, :, i], kernel[:, :, i, o], mode="same") for i in range(2)) + bias
        for o, bias in enumerate((0.5, -1.0))
    ]
    found = keras.ops.convert_to_numpy(layer(x))
    np.testing.assert_allclose(found[0], np.stack(wanted, axis=-1), atol=1e-5)
    assert layer.free_parameters() == 4 * 2 * 2 + 2
