"""Pictures as records hold them, and back: plain JSON whose arrays are compressed bytes, with strict bounds.

    tiles     caption, shape, data: uint8 [rows, columns, height, width(, 3)]
    curves    kind, caption, x, y, names, lengths, data: float64 [2, points of all series]
    map       kind, caption, rows, columns, row_axis, column_axis, unit, data: float64 [rows, columns]
    texts     kind, caption, texts
    sound     kind, caption, rate, data: int16 [samples]

`data` is base64 of the zlib-compressed little-endian bytes. Tiles have no `kind`: they were the only kind
until version 3 of the schema. Whatever is decoded may come from anybody: every length is checked before
memory is taken for it, numbers are finite, and texts can stand in XML. Imports NumPy only when a picture is
asked for.
"""

import base64
import binascii
import math
import zlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from benchmarks.records.foreign_text import is_text
from benchmarks.records.schema import RecordError, short
from benchmarks.spec import Picture

if TYPE_CHECKING:
    import numpy as np

    from benchmarks.pictures import AnyPicture, Axis, Curves, LabelledMap, Sound, Texts

#: Uncompressed, of one picture's array: 2,000 x 2,000 grey pixels, or two minutes of sound at 16 kHz.
MAX_PICTURE_BYTES = 4 << 20
#: More lines cannot be distinguished, and more points than a screen has pixels cannot be seen.
MAX_SERIES, MAX_POINTS = 16, 20_000
#: Names of more rows or columns cannot be read side by side.
MAX_LABELS = 100
#: Texts of one picture, and characters of one text, of one caption and of one label.
MAX_TEXTS, MAX_TEXT, MAX_CAPTION, MAX_LABEL = 50, 5_000, 2_000, 200
#: Samples a second that every browser plays.
RATES = range(4_000, 48_001)


def encode_picture(picture: "AnyPicture") -> dict[str, Any]:
    """A picture as a record holds it. Raises RecordError for one that is out of bounds."""
    from benchmarks.pictures import Curves, LabelledMap, Sound, Texts

    encoders: dict[type, Callable[[Any], dict[str, Any]]] = {
        Picture: _encode_tiles,
        Curves: _encode_curves,
        LabelledMap: _encode_map,
        Texts: _encode_texts,
        Sound: _encode_sound,
    }
    if type(picture) not in encoders:
        kinds = ", ".join(kind.__name__ for kind in encoders)
        raise RecordError(f"{short(picture)} is not a picture: return one of {kinds}")
    encoded = {"caption": picture.caption, **encoders[type(picture)](picture)}
    decode_picture(encoded)
    return encoded


def decode_picture(encoded: Any) -> "AnyPicture":
    """The picture that a record holds. Raises RecordError for one that is out of bounds."""
    if not isinstance(encoded, Mapping):
        raise RecordError(f"{short(encoded)} is not a picture")
    kind = encoded.get("kind", "tiles")
    if not isinstance(kind, str) or kind not in _DECODERS:
        raise RecordError(f"the kind {short(kind)} is not one of {', '.join(_DECODERS)}")
    fields, decode = _DECODERS[kind]
    expected = {"caption", *fields} | ({"kind"} if kind != "tiles" else set())
    if set(encoded) != expected:
        raise RecordError(f"a picture of kind {kind} needs exactly {', '.join(['caption', *fields])}")
    longest = MAX_CAPTION if kind != "tiles" else None  # older ones may be of any length
    return decode({**encoded, "caption": _text("caption", encoded["caption"], longest)})


def _encode_tiles(picture: Picture) -> dict[str, Any]:
    import numpy as np

    tiles = np.asarray(picture.tiles)
    if tiles.dtype != np.uint8:
        raise RecordError(f"picture {picture.caption!r} holds {tiles.dtype}, not uint8")
    return {"shape": list(tiles.shape), "data": _packed(tiles, "u1")}


def _encode_curves(picture: "Curves") -> dict[str, Any]:
    import numpy as np

    lines = [np.array([line.x, line.y], "float64") for line in picture.series]
    if bad := [line.shape for line in lines if line.ndim != 2]:
        raise RecordError(
            f"picture {picture.caption!r} has a series of shape {bad[0]}, not of two rows of numbers"
        )
    return {
        "kind": "curves",
        **{
            name: {"label": axis.label, "unit": axis.unit, "logarithmic": axis.logarithmic}
            for name, axis in (("x", picture.x), ("y", picture.y))
        },
        "names": [line.name for line in picture.series],
        "lengths": [line.shape[1] for line in lines],
        "data": _packed(np.concatenate(lines, axis=1) if lines else np.zeros((2, 0)), "f8"),
    }


def _encode_map(picture: "LabelledMap") -> dict[str, Any]:
    import numpy as np

    values, expected = np.asarray(picture.values), (len(picture.rows), len(picture.columns))
    if values.shape != expected:
        raise RecordError(f"picture {picture.caption!r} has values {values.shape} and labels for {expected}")
    names = ("row_axis", "column_axis", "unit")
    return {
        "kind": "map",
        "rows": list(picture.rows),
        "columns": list(picture.columns),
        **{name: getattr(picture, name) for name in names},
        "data": _packed(values, "f8"),
    }


def _encode_texts(picture: "Texts") -> dict[str, Any]:
    return {"kind": "texts", "texts": list(picture.texts)}


def _encode_sound(picture: "Sound") -> dict[str, Any]:
    import numpy as np

    samples = np.asarray(picture.samples)
    if samples.dtype != np.int16 or samples.ndim != 1:
        raise RecordError(f"picture {picture.caption!r} holds {samples.dtype} {samples.shape}, not int16 [n]")
    return {"kind": "sound", "rate": picture.rate, "data": _packed(samples, "i2")}


def _decode_tiles(encoded: Mapping[str, Any]) -> Picture:
    shape = encoded["shape"]
    if (
        not isinstance(shape, (list, tuple))
        or len(shape) not in (4, 5)
        or not all(type(side) is int and side > 0 for side in shape)
        or (len(shape) == 5 and shape[4] != 3)
    ):
        raise RecordError(
            f"the shape {short(shape)} is not [rows, columns, height, width]"
            " or [rows, columns, height, width, 3]"
        )
    return Picture(_unpacked(encoded["data"], "u1", shape), encoded["caption"])


def _decode_curves(encoded: Mapping[str, Any]) -> "Curves":
    import numpy as np

    from benchmarks.pictures import Curves, Series

    names, lengths = _labels("names", encoded["names"], MAX_SERIES), encoded["lengths"]
    if (
        not isinstance(lengths, (list, tuple))
        or len(lengths) != len(names)
        or not all(type(length) is int and length > 0 for length in lengths)
    ):
        raise RecordError(
            f"the lengths {short(lengths)} are not a number of points for each of the {len(names)} names"
        )
    if (points := sum(lengths)) > MAX_POINTS:
        raise RecordError(f"the series have {points} points, more than the {MAX_POINTS} that curves may have")
    axes = {name: _axis(name, encoded[name]) for name in ("x", "y")}
    values = _finite(_unpacked(encoded["data"], "f8", (2, points)))
    for name, row in zip(axes, values, strict=True):
        if axes[name].logarithmic and not (row > 0).all():
            raise RecordError(f"the axis {name} is logarithmic, and has the number {row.min():g}")
    parts = np.split(values, np.cumsum(lengths)[:-1], axis=1)
    series = tuple(Series(name, *part) for name, part in zip(names, parts, strict=True))
    return Curves(series, axes["x"], axes["y"], encoded["caption"])


def _decode_map(encoded: Mapping[str, Any]) -> "LabelledMap":
    from benchmarks.pictures import LabelledMap

    rows, columns = (_labels(name, encoded[name], MAX_LABELS) for name in ("rows", "columns"))
    values = _finite(_unpacked(encoded["data"], "f8", (len(rows), len(columns))))
    names = ("row_axis", "column_axis", "unit")
    row_axis, column_axis, unit = (_text(name, encoded[name], MAX_LABEL) for name in names)
    return LabelledMap(values, rows, columns, row_axis, column_axis, unit, encoded["caption"])


def _decode_texts(encoded: Mapping[str, Any]) -> "Texts":
    from benchmarks.pictures import Texts

    return Texts(_labels("texts", encoded["texts"], MAX_TEXTS, MAX_TEXT), encoded["caption"])


def _decode_sound(encoded: Mapping[str, Any]) -> "Sound":
    from benchmarks.pictures import Sound

    rate = encoded["rate"]
    if type(rate) is not int or rate not in RATES:
        raise RecordError(f"the rate {short(rate)} is not {RATES.start} to {RATES.stop - 1} samples a second")
    return Sound(_unpacked(encoded["data"], "i2", None), rate, encoded["caption"])


#: Of each kind the fields besides caption and kind, and what reads it.
_DECODERS: dict[str, tuple[tuple[str, ...], Callable[[Mapping[str, Any]], Any]]] = {
    "tiles": (("shape", "data"), _decode_tiles),
    "curves": (("x", "y", "names", "lengths", "data"), _decode_curves),
    "map": (("rows", "columns", "row_axis", "column_axis", "unit", "data"), _decode_map),
    "texts": (("texts",), _decode_texts),
    "sound": (("rate", "data"), _decode_sound),
}


def _text(name: str, value: Any, longest: int | None) -> str:
    """A string that XML can hold, of at most `longest` characters."""
    if not isinstance(value, str) or not is_text(value):
        raise RecordError(f"the {name} {short(value)} is not plain text")
    if longest is not None and len(value) > longest:
        raise RecordError(f"the {name} has {len(value)} characters, more than the {longest} that it may have")
    return value


def _labels(name: str, value: Any, most: int, longest: int = MAX_LABEL) -> tuple[str, ...]:
    """One to `most` strings."""
    if not isinstance(value, (list, tuple)) or not 1 <= len(value) <= most:
        raise RecordError(f"the {name} {short(value)} are not a list of 1 to {most} texts")
    return tuple(_text(f"item of {name}", item, longest) for item in value)


def _axis(name: str, value: Any) -> "Axis":
    from benchmarks.pictures import Axis

    if not isinstance(value, Mapping) or set(value) != {"label", "unit", "logarithmic"}:
        raise RecordError(f"the axis {name} {short(value)} needs exactly label, unit and logarithmic")
    if not isinstance(value["logarithmic"], bool):
        raise RecordError(f"the axis {name} is logarithmic {short(value['logarithmic'])}, not true or false")
    label, unit = (_text(f"{part} of the axis {name}", value[part], MAX_LABEL) for part in ("label", "unit"))
    return Axis(label, unit, value["logarithmic"])


def _finite(values: "np.ndarray") -> "np.ndarray":
    import numpy as np

    if not np.isfinite(values).all():
        raise RecordError("the data hold numbers that are not finite")
    return values


def _packed(array: Any, dtype: str) -> str:
    """An array as text: base64 of its zlib-compressed little-endian bytes."""
    import numpy as np

    return base64.b64encode(zlib.compress(np.asarray(array, f"<{dtype}").tobytes(), 9)).decode("ascii")


def _unpacked(data: Any, dtype: str, shape: Any) -> "np.ndarray":
    """The array of this type and shape that the text holds; [n] with n > 0 where the shape is None."""
    import numpy as np

    item = np.dtype(f"<{dtype}").itemsize
    size = MAX_PICTURE_BYTES if shape is None else math.prod(shape) * item
    asked = f"the shape {short(shape)} asks for"
    if size > MAX_PICTURE_BYTES:
        raise RecordError(f"{asked} {size} bytes, more than the {MAX_PICTURE_BYTES} that a picture may have")
    if not isinstance(data, str) or len(data) > 2 * MAX_PICTURE_BYTES:
        raise RecordError("the data are not a base64 string of bounded length")
    inflate = zlib.decompressobj()
    try:
        raw = inflate.decompress(base64.b64decode(data, validate=True), size + 1)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise RecordError(f"the data are not base64 of zlib-compressed bytes: {error}") from None
    whole = inflate.eof and not inflate.unused_data
    if shape is None:
        if not whole or not 0 < len(raw) <= size or len(raw) % item:
            raise RecordError(f"the data do not decompress to 1 to {size // item} numbers of {item} bytes")
    elif not whole or len(raw) != size:
        raise RecordError(f"the data do not decompress to exactly the {size} bytes that {asked}")
    return np.frombuffer(raw, f"<{dtype}").reshape(-1 if shape is None else shape)
