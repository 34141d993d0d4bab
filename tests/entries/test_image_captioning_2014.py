"""What is particular to the net that captions images."""

import numpy as np

from benchmarks import catalogue, datasets
from benchmarks.spec import Data
from tests.eager import Eager

ENTRY = catalogue.load("image_captioning_2014")


def test_pictures_show_images_and_what_is_said_of_them():
    data = datasets.load("captioned_shapes")
    few = {key: value[:8] for key, value in data.test.items()}
    model = ENTRY.build(filters=(2,), units=4, dropout=0.0)
    bias = model.answer.bias
    bias.assign(50.0 * np.eye(17)[2])  # ends at once, whatever it sees
    assert ENTRY.pictures is not None
    shown = ENTRY.pictures(model, Data(few, few, few, data.info), Eager(model))
    caption = data.info["references"]["test"][0]
    assert shown["captions"].texts[0] == f"1. . (The caption: {caption}.)"
    largest = few["source"].max()
    np.testing.assert_array_equal(
        shown["images"].tiles[0, 3], np.round(255.0 * few["source"][3] / largest).astype("uint8")
    )
