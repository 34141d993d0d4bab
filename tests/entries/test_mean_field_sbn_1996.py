"""What this entry promises beyond the contract: see tests/contract."""

import numpy as np

from benchmarks import catalogue


def test_each_net_draws_a_row_of_images_and_filters_are_those_of_the_first() -> None:
    entry = catalogue.load("mean_field_sbn_1996")
    model = entry.build()
    for link in model.links:
        link.assign(np.zeros(link.shape))
    links = np.zeros(model.links[1].shape, "float32")
    links[0, 5, 2], links[0, 6, 2] = 2.0, -1.0
    model.links[1].assign(links)
    lit = np.full((10, 64), -20.0)
    lit[3] = 20.0
    model.biases[-1].assign(lit)
    assert entry.pictures is not None
    pictures = entry.pictures(model, None, None)
    samples = pictures["samples"].tiles
    assert samples.shape == (10, 4, 8, 8)
    assert np.all(samples[3] == 255) and np.all(samples[4] == 0)
    third = pictures["filters"].tiles[0, 2].ravel()
    assert (third[5], third[6], third[7]) == (255, 64, 128)
