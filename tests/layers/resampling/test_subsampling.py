"""LeNet's trained subsampling, against sums in NumPy."""

import numpy as np

from benchmarks.layers.resampling.subsampling import Subsampling

RNG = np.random.default_rng(1998)


def test_subsampling_adds_four_inputs_multiplies_and_shifts():
    layer = Subsampling()
    x = RNG.normal(size=(2, 4, 6, 3)).astype("float32")
    layer.build(x.shape)
    assert layer.count_params() == 6
    layer.coefficient.assign([1.0, -2.0, 0.5])
    layer.bias.assign([0.0, 1.0, -1.0])
    total = x[:, 0::2, 0::2] + x[:, 1::2, 0::2] + x[:, 0::2, 1::2] + x[:, 1::2, 1::2]
    np.testing.assert_allclose(
        np.asarray(layer(x)), total * [1.0, -2.0, 0.5] + [0.0, 1.0, -1.0], rtol=1e-4, atol=1e-5
    )
