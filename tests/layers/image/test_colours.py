"""Constants of colours, against the images that they describe."""

import keras
import numpy as np
import pytest

from benchmarks import datasets
from benchmarks.layers.image.colours import standardize


@pytest.mark.parametrize("dataset", ["digits", "cifar10"])
def test_the_training_images_get_mean_0_and_deviation_1(dataset, request):
    mirror = request.getfixturevalue("data_dir") if datasets.card(dataset).files else None
    reason = datasets.available(dataset, mirror)
    if reason:
        pytest.skip(reason)
    images = datasets.load(dataset, mirror).train["x"][:20_000]
    inputs = keras.Input(images.shape[1:])
    model = keras.Model(inputs, standardize(inputs, dataset))
    standard = np.concatenate(
        [np.asarray(model(images[start : start + 2_000])) for start in range(0, len(images), 2_000)]
    )
    np.testing.assert_allclose(standard.mean(axis=(0, 1, 2)), 0.0, atol=0.03)
    np.testing.assert_allclose(standard.std(axis=(0, 1, 2)), 1.0, atol=0.03)
