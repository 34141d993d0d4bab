"""Pictures: exact round trips, and bombs."""

import base64
import json
import zlib

import numpy as np
import pytest

from benchmarks import records
from benchmarks.spec import Picture


def test_a_picture_that_unpacks_to_more_than_it_says_is_refused():
    bomb = base64.b64encode(zlib.compress(bytes(1 << 28), 9)).decode()
    assert len(bomb) < 400_000
    with pytest.raises(records.RecordError, match="do not decompress to exactly the 64 bytes"):
        records.decode_picture({"caption": "", "shape": [1, 1, 8, 8], "data": bomb})


@pytest.mark.parametrize("shape", [(1, 2, 8, 9), (3, 1, 4, 4, 3)])
def test_pictures_decode_to_the_tiles_that_were_encoded(shape):
    tiles = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    encoded = json.loads(json.dumps(records.encode_picture(Picture(tiles, "a <b>caption</b>"))))
    assert np.array_equal(records.decode_picture(encoded), tiles)
    assert encoded["caption"] == "a <b>caption</b>"


@pytest.mark.parametrize(
    "tiles",
    [
        np.zeros((1, 1, 2, 2)),
        np.zeros((1, 1, 2, 2, 4), np.uint8),
        np.zeros((4, 4), np.uint8),
        np.zeros((1, 2, 2048, 2048), np.uint8),
    ],
)
def test_pictures_of_other_forms_are_not_encoded(tiles):
    with pytest.raises(records.RecordError):
        records.encode_picture(Picture(tiles, ""))
