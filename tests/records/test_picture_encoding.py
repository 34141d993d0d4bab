"""Pictures: exact round trips, and bombs."""

import base64
import json
import zlib
from typing import Any

import numpy as np
import pytest

from benchmarks import records
from benchmarks.pictures import Axis, Curves, LabelledMap, Series, Sound, Texts
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
    read = records.decode_picture(encoded)
    assert isinstance(read, Picture) and np.array_equal(read.tiles, tiles)
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


def curves(**more: Any) -> Curves:
    parts = {
        "series": (Series("train", [1, 2, 3], [0.5, 0.25, 1 / 3]), Series("test <b>", [1.0], [2.0])),
        "x": Axis("epoch"),
        "y": Axis("loss", "nats", logarithmic=True),
        "caption": "Loss.",
    }
    return Curves(**{**parts, **more})


CONFUSION = LabelledMap(
    [[1.5, 0], [0.1, -2]], ("a", "b"), ("c", "d"), "true class", "decision", "%", "Mistakes."
)
TEXTS = Texts(("To be,\nor not", "<script>"), "Samples.")
SOUND = Sound(np.array([0, 1, -32768, 32767], "int16"), 16_000, "A click.")


def test_curves_come_back_exactly() -> None:
    read = records.decode_picture(json.loads(json.dumps(records.encode_picture(curves()))))
    assert isinstance(read, Curves)
    assert (read.x, read.y, read.caption) == (Axis("epoch"), Axis("loss", "nats", True), "Loss.")
    assert [line.name for line in read.series] == ["train", "test <b>"]
    assert [(list(line.x), list(line.y)) for line in read.series] == [
        ([1, 2, 3], [0.5, 0.25, 1 / 3]),
        ([1.0], [2.0]),
    ]


@pytest.mark.parametrize("picture", [CONFUSION, TEXTS, SOUND], ids=lambda one: type(one).__name__)
def test_maps_texts_and_sounds_come_back_exactly(picture: Any) -> None:
    read = records.decode_picture(json.loads(json.dumps(records.encode_picture(picture))))
    assert type(read) is type(picture)
    for name, value in vars(picture).items():
        np.testing.assert_array_equal(getattr(read, name), value)


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (curves(series=()), "names .* are not a list of 1 to 16"),
        (curves(series=[Series("a", [1], [2])] * 17), "names .* are not a list of 1 to 16"),
        (curves(series=[Series("a", [], [])]), "lengths"),
        (curves(series=[Series("a", np.ones(20_001), np.ones(20_001))]), "20001 points"),
        (curves(series=[Series("a", [1, 2], [1, np.nan])]), "not finite"),
        (curves(series=[Series("a", [1, 2], [1, 0])]), "axis y is logarithmic, and has the number 0"),
        (curves(series=[Series("\x00", [1], [1])]), "not plain text"),
        (curves(caption="x" * 2_001), "caption has 2001 characters"),
        (curves(y=Axis("x" * 201)), "201 characters"),
        (LabelledMap([[np.inf]], ("a",), ("b",), "", "", "", ""), "not finite"),
        (LabelledMap([[1.0]], ("a", "b"), ("b",), "", "", "", ""), "values .* and labels"),
        (LabelledMap(np.zeros((101, 1)), ["a"] * 101, ("b",), "", "", "", ""), "rows .* 1 to 100"),
        (Texts((), ""), "texts"),
        (Texts(("x" * 5_001,), ""), "5001 characters"),
        (Texts(("\ud800",), ""), "not plain text"),
        (Sound(np.zeros(4), 16_000, ""), "float64"),
        (Sound(np.zeros(0, "int16"), 16_000, ""), "do not decompress to 1 to"),
        (Sound(np.zeros((2 << 20) + 1, "int16"), 16_000, ""), "do not decompress to 1 to"),
        (Sound(np.zeros(4, "int16"), 100, ""), "rate 100"),
        (np.zeros(3), "not a picture"),
    ],
)
def test_pictures_out_of_bounds_are_not_encoded(picture: Any, message: str) -> None:
    with pytest.raises(records.RecordError, match=message):
        records.encode_picture(picture)


def packed(raw: bytes) -> str:
    return base64.b64encode(zlib.compress(raw, 9)).decode()


HOSTILE = [
    (SOUND, {"data": packed(bytes(1 << 27))}, "do not decompress to 1 to"),
    (SOUND, {"data": packed(bytes(3))}, "do not decompress to 1 to"),
    (SOUND, {"data": packed(b"ab")[:-4]}, "not base64|do not decompress"),
    (SOUND, {"rate": 16_000.0}, "rate 16000.0"),
    (SOUND, {"rate": True}, "rate True"),
    (SOUND, {"kind": "film"}, "kind 'film' is not one of tiles, curves, map, texts, sound"),
    (SOUND, {"kind": ["sound"]}, r"kind \['sound'\]"),
    (SOUND, {"href": "x"}, "needs exactly caption, rate, data"),
    (SOUND, {"caption": 3}, "the caption 3 is not plain text"),
    (CONFUSION, {"data": packed(bytes(1 << 27))}, "to exactly the 32 bytes"),
    (CONFUSION, {"data": packed(np.array([0, 1, np.inf, 2]).tobytes())}, "not finite"),
    (CONFUSION, {"rows": "ab"}, "rows 'ab' are not a list"),
    (CONFUSION, {"rows": ["a", {}]}, "not plain text"),
    (CONFUSION, {"unit": None}, "unit None"),
    (curves(), {"lengths": [3, 10**12]}, "points, more than the 20000"),
    (curves(), {"lengths": [5, -1]}, "lengths"),
    (curves(), {"lengths": [True, 3]}, "lengths"),
    (curves(), {"lengths": [3, 2]}, "to exactly the 80 bytes"),
    (curves(), {"x": {"label": "epoch"}}, "axis x .* needs exactly"),
    (curves(), {"y": {"label": "a", "unit": "", "logarithmic": 1}}, "not true or false"),
    (curves(), {"y": {"label": "a\x1b", "unit": "", "logarithmic": False}}, "not plain text"),
    (TEXTS, {"texts": ["a"] * 51}, "1 to 50"),
    (TEXTS, {"texts": {"0": "a"}}, "not a list"),
    (TEXTS, {"texts": ["\x08"]}, "not plain text"),
]


@pytest.mark.parametrize(("picture", "change", "message"), HOSTILE)
def test_hostile_pictures_are_refused(picture: Any, change: dict[str, Any], message: str) -> None:
    with pytest.raises(records.RecordError, match=message):
        records.decode_picture({**records.encode_picture(picture), **change})


@pytest.mark.parametrize(
    "kind", [None, 3, [], "", "sound", {"caption": ""}, {"kind": "texts", "caption": ""}]
)
def test_what_is_no_picture_is_refused(kind: Any) -> None:
    with pytest.raises(records.RecordError):
        records.decode_picture(kind)


def test_tiles_keep_the_encoding_of_published_bundles() -> None:
    encoded = records.encode_picture(Picture(np.arange(4, dtype=np.uint8).reshape(1, 1, 2, 2), "c"))
    assert encoded == {"caption": "c", "shape": [1, 1, 2, 2], "data": "eNpjYGRiBgAADgAH"}
