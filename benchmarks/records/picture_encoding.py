"""Pictures as records hold them: small grids of uint8 tiles, compressed, as text. Imports NumPy only when one is asked for."""

import base64
import binascii
import math
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from benchmarks.records.foreign_text import is_text
from benchmarks.records.schema import RecordError, short
from benchmarks.spec import Picture

if TYPE_CHECKING:
    import numpy as np

MAX_PICTURE_BYTES = 4 << 20


def encode_picture(picture: Picture) -> dict[str, Any]:
    """A picture as a record holds it: `{caption, shape, data}`, data being base64 of the zlib-compressed uint8 tiles."""
    import numpy as np

    tiles = np.asarray(picture.tiles)
    if tiles.dtype != np.uint8:
        raise RecordError(f"picture {picture.caption!r} holds {tiles.dtype}, not uint8")
    encoded = {
        "caption": picture.caption,
        "shape": list(tiles.shape),
        "data": base64.b64encode(zlib.compress(tiles.tobytes(), 9)).decode("ascii"),
    }
    decode_picture(encoded)
    return encoded


def decode_picture(encoded: Mapping[str, Any]) -> "np.ndarray":
    """The uint8 tiles [rows, columns, height, width(, 3)] of an encoded picture; at most 4 MiB. Raises RecordError."""
    import numpy as np

    if not isinstance(encoded, Mapping) or set(encoded) != {"caption", "shape", "data"}:
        raise RecordError("a picture needs exactly caption, shape and data")
    caption, shape, data = encoded["caption"], encoded["shape"], encoded["data"]
    if not isinstance(caption, str) or not is_text(caption):
        raise RecordError(f"the caption {short(caption)} is not plain text")
    if (
        not isinstance(shape, (list, tuple))
        or len(shape) not in (4, 5)
        or not all(type(side) is int and side > 0 for side in shape)
        or (len(shape) == 5 and shape[4] != 3)
    ):
        raise RecordError(
            f"the shape {short(shape)} is not [rows, columns, height, width] or [rows, columns, height, width, 3]"
        )
    size = math.prod(shape)
    if size > MAX_PICTURE_BYTES:
        raise RecordError(
            f"the shape {short(shape)} asks for {size} bytes, more than the {MAX_PICTURE_BYTES} that a picture may have"
        )
    if not isinstance(data, str) or len(data) > 2 * MAX_PICTURE_BYTES:
        raise RecordError("the data are not a base64 string of bounded length")
    inflate = zlib.decompressobj()
    try:
        pixels = inflate.decompress(base64.b64decode(data, validate=True), size + 1)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise RecordError(f"the data are not base64 of zlib-compressed bytes: {error}") from None
    if len(pixels) != size or not inflate.eof or inflate.unused_data:
        raise RecordError(
            f"the data do not decompress to exactly the {size} bytes that the shape {short(shape)} asks for"
        )
    return np.frombuffer(pixels, np.uint8).reshape(shape)
