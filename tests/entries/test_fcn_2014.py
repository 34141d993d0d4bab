"""The geometry of the fully convolutional nets, against the authors' published net definitions."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue
from benchmarks.layers.resampling.upsampling import Bilinear

ENTRY = catalogue.load("fcn_2014")
#: The offsets at which the authors' nets cut the scores of pool 4, of pool 3, and the final scores.
OFFSETS = {0: (None, None, 19), 1: (5, None, 27), 2: (5, 9, 31)}


def narrow(skips, side=100, **options):
    plan = ((2,) * 2, (2,) * 2, (2,) * 3, (2,) * 3, (2,) * 3)
    return ENTRY.build(
        skips, classes=3, input_shape=(side, side, 1), plan=plan, units=4, dropout=0.0, **options
    )


def starts(model):
    """Where the cropped scores of pool 4 and pool 3 start, in order."""
    return [layer.cropping[0][0] for layer in model.layers if isinstance(layer, keras.layers.Cropping2D)]


@pytest.mark.parametrize("skips", [0, 1, 2])
@pytest.mark.parametrize("side", [100, 93])
def test_maps_are_cut_where_the_authors_cut_them(skips, side):
    """The final cut is part of the interpolation: a transposed convolution with kernel 2 * step starts
    step - 1/2 before its first place.
    """
    model = narrow(skips, side)
    assert starts(model) == [offset for offset in OFFSETS[skips][:2] if offset]
    final = model.get_layer("score")
    assert final.step == 32 // 2**skips
    assert final.step - 0.5 - final.place == OFFSETS[skips][2]
    assert model.output.shape == (None, side, side, 3)


def test_a_net_with_unit_skip_scores_is_the_sum_of_three_transposed_convolutions():
    """Of the scores of each layer alone, upsampled by Keras with bilinear kernels, cut as in the authors'
    code and added up.
    """
    keras.utils.set_random_seed(0)
    model = narrow(2)
    rng = np.random.default_rng(0)
    scoring = [
        layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D) and layer.filters == 3
    ]
    assert len(scoring) == 3 and not any(np.asarray(layer.kernel.value).any() for layer in scoring), (
        "scores start at zero"
    )
    for layer in scoring:
        layer.kernel.assign(rng.normal(size=layer.kernel.shape))
    image = rng.uniform(0, 255, (1, 100, 100, 1)).astype("float32")
    scores = [
        np.asarray(part) for part in keras.Model(model.input, [layer.output for layer in scoring])(image)
    ]
    coarse, pool4, pool3 = sorted(scores, key=lambda part: part.shape[1])

    def larger(maps, step):
        return np.asarray(
            keras.layers.Conv2DTranspose(3, 2 * step, step, use_bias=False, kernel_initializer=Bilinear())(
                maps
            )
        )

    fused = larger(coarse, 2)
    fused = fused + pool4[:, 5 : 5 + fused.shape[1], 5 : 5 + fused.shape[2]]
    fused = larger(fused, 2)
    fused = fused + pool3[:, 9 : 9 + fused.shape[1], 9 : 9 + fused.shape[2]]
    expected = larger(fused, 8)[:, 31 : 31 + 100, 31 : 31 + 100]
    np.testing.assert_allclose(
        np.asarray(model(image)), expected, rtol=1e-3, atol=1e-3 * np.abs(expected).max()
    )


@pytest.mark.parametrize("skips", [0, 1, 2])
def test_without_the_margin_maps_fit_uncut(skips):
    model = narrow(skips, 64, margin=1)
    assert not any(starts(model))
    assert model.output.shape == (None, 64, 64, 3)
    final = model.get_layer("score")
    assert final.place == (final.step - 1) / 2, "the first place is in the middle of the first square"
