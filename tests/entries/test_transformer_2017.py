"""The published sizes, counted by hand; a picture of attention."""

from types import SimpleNamespace

import numpy as np

from benchmarks.entries.attention.transformer_2017 import ENTRY, pictures


def by_hand(width: int, hidden: int, layers: int = 6, symbols: int = 37_000) -> int:
    """Four square projections an attention and two dense layers, all with biases; gain and bias a
    normalisation; one table.
    """
    attention = 4 * width * width + 4 * width
    feed_forward = width * hidden + hidden + hidden * width + width
    norm = 2 * width
    encoder = attention + feed_forward + 2 * norm
    decoder = 2 * attention + feed_forward + 3 * norm
    return layers * (encoder + decoder) + symbols * width


def test_the_declared_counts_are_those_counted_by_hand():
    base, big = ENTRY.parameters
    assert base.trainable == by_hand(512, 2048) == 63_082_496
    assert big.trainable == by_hand(1024, 4096) == 214_245_376
    # Table 3 prints them rounded to millions: both are within 3% of what is counted.
    assert base.published and abs(base.trainable / base.published - 1) < 0.03
    assert big.published and abs(big.trainable / big.published - 1) < 0.006


def test_the_picture_shows_each_head_of_each_layer_with_the_padding_cut_off():
    data = SimpleNamespace(
        test={"source": np.array([[4, 5, 0]], "int32"), "target": np.array([[1, 4, 2, 0]], "int32")},
        info={
            "joiner": " ",
            "source_vocabulary": ["", "", "", "", "ein", "hund"],
            "target_vocabulary": ["", "", "", "", "dog"],
        },
    )
    weights = np.zeros((1, 2, 3, 3, 3))
    weights[:, 1, 2, 0, 1] = 1.0
    predict = SimpleNamespace(once=lambda function, source, target: {"weights": weights})
    picture = pictures(None, data, predict)["attention"]
    # Two words across; start, word and end downwards; four pixels each.
    assert picture.tiles.shape == (2, 3, 12, 8) and picture.tiles.dtype == np.uint8
    assert picture.tiles[1, 2, :4, 4:].min() == 255 and picture.tiles.sum() == 255 * 16
    assert "ein hund" in picture.caption and "dog" in picture.caption
