"""The published sizes counted by hand; a fresh net; what the class sees; the picture of positions."""

from types import SimpleNamespace

import keras
import numpy as np
from keras import ops

from benchmarks import catalogue

ENTRY = catalogue.load("vit_2020")
DIGITS = catalogue.recipe(ENTRY, "pocket", "digits").model


def by_hand(layers: int, width: int, hidden: int, patch: int = 16) -> int:
    """Patches, class vector, positions; blocks; a normalisation and the output."""
    places = (224 // patch) ** 2
    block = 4 * (width**2 + width) + 2 * width * hidden + hidden + width + 4 * width
    front = 3 * patch**2 * width + width + width + (places + 1) * width
    return front + layers * block + 2 * width + 1000 * width + 1000


def test_the_published_sizes_counted_by_hand():
    base, large = (count.trainable for count in ENTRY.parameters)
    assert base == by_hand(12, 768, 3072) == 86_567_656
    assert large == by_hand(24, 1024, 4096) == 304_326_632


def test_a_fresh_net_has_no_opinion_and_a_taught_one_sees_every_patch_and_its_place():
    keras.utils.set_random_seed(0)
    model = ENTRY.build(**DIGITS)
    x = np.random.default_rng(0).integers(0, 17, (1, 8, 8, 1)).astype("uint8")
    np.testing.assert_array_equal(np.asarray(model(x)), np.zeros((1, 10)))
    rng = np.random.default_rng(1)
    for weight in model.trainable_weights:
        weight.assign(rng.normal(scale=0.3, size=weight.shape))
    changed = np.repeat(x, 17, axis=0)
    for place in range(16):  # another grey in one pixel of each patch
        row, column = place // 4 * 2, place % 4 * 2
        changed[place, row, column] = (changed[place, row, column] + 8) % 17
    changed[16] = changed[16, ::-1]  # the same patches of the upper half, below
    before = np.asarray(ops.convert_to_numpy(model(x)))
    moved = np.abs(np.asarray(ops.convert_to_numpy(model(changed))) - before).max(axis=1)
    assert moved.min() > 1e-4


def test_the_picture_shows_the_cosine_between_positions():
    table = np.eye(5, 6, dtype="float32")
    table[2] = 3 * table[1]  # the second place is like the first
    layer = SimpleNamespace(table=SimpleNamespace(value=table))
    model = SimpleNamespace(get_layer=lambda name: layer)
    assert ENTRY.pictures is not None
    tiles = ENTRY.pictures(model, None, None)["positions"].tiles
    assert tiles.shape[:2] == (2, 2)
    first = tiles[0, 0]
    assert first[0, 0] == first[0, -1] == tiles.max() > first[-1, 0] == first[-1, -1]
