"""The deconvolutional net of Zeiler and Fergus 2013.

It shows what in the image a unit responded to, in the image's own pixels. Attached to a trained net, it
walks back from a unit: through max pooling by putting each value where the maximum was, through a rectifier
by rectifying, and through a convolution by the same filters transposed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from keras import ops

from benchmarks.layers.resampling.unpooling import max_pool, unpool


def up(layers: Sequence[Any], x: Any) -> list[Any]:
    """The input of each of the layers, and the output of the last: len(layers) + 1 maps [n,h,w,c]."""
    maps = [x]
    for layer in layers:
        maps.append(layer(maps[-1]))
    return maps


def down(layers: Sequence[Any], maps: Sequence[Any], y: Any) -> Any:
    """Project `y`, in the place of the last of `maps`, to the place of the first (section 2.1).

    `maps` is what `up` gives. Normalisation, dropout and the like are passed over, as in the paper, whose
    steps are to unpool, rectify and filter. Raises ValueError for a layer that cannot be walked through.
    """
    for layer, x in zip(reversed(layers), reversed(maps[:-1]), strict=True):
        y = _back(layer, x, y)
    return y


def cut(model: Any, first: str, last: str) -> tuple[list[Any], list[Any]]:
    """The layers of a `Sequential` before the one named `first`, and those from there to `last`."""
    names = [layer.name for layer in model.layers]
    start = names.index(first)
    return model.layers[:start], model.layers[start : names.index(last) + 1]


def strongest(
    model: Any, batch: Mapping[str, Any], first: str, names: Sequence[str], views: int = 1
) -> dict[str, Any]:
    """The largest response of each map of the named layers to each image.

    The last name is that of the highest layer. Each result is float [n,maps]. `first` is the first layer
    with filters; what comes before prepares the image, and makes `views` windows of it, of which the first
    one is taken.
    """
    before, after = cut(model, first, names[-1])
    answers = up(after, up(before, batch["x"])[-1][::views])[1:]
    kept = {layer.name: answer for layer, answer in zip(after, answers, strict=True) if layer.name in names}
    return {name: ops.cast(ops.max(answer, axis=(1, 2)), "float32") for name, answer in kept.items()}


def projected(model: Any, batch: Mapping[str, Any], first: str, name: str, views: int = 1) -> dict[str, Any]:
    """The strongest response of a map to each image, projected to the pixels.

    The map of the named layer is `batch["map"]`. Returns `projection`, and the `window` that the filters
    saw, both float32 [n,h,w,c].
    """
    before, after = cut(model, first, name)
    maps = up(after, up(before, batch["x"])[-1][::views])
    chosen = maps[-1] * ops.one_hot(batch["map"], maps[-1].shape[-1], dtype=maps[-1].dtype)[:, None, None, :]
    alone = ops.where(
        chosen == ops.max(chosen, axis=(1, 2, 3), keepdims=True), chosen, ops.zeros_like(chosen)
    )
    return {
        "window": ops.cast(maps[0], "float32"),
        "projection": ops.cast(down(after, maps, alone), "float32"),
    }


def _back(layer: Any, x: Any, y: Any) -> Any:
    kind = type(layer).__name__
    if kind == "MaxPooling2D":
        window = (layer.pool_size[0], layer.strides[0], layer.padding)
        return unpool(y, max_pool(x, *window)[1], tuple(x.shape[1:3]), *window)
    if kind == "ReLU":
        return ops.relu(y)
    if kind == "Conv2D":
        return transposed(
            y, ops.cast(layer.kernel, y.dtype), tuple(x.shape[1:3]), layer.strides[0], layer.padding
        )
    if kind == "ZeroPadding2D":
        (top, _), (left, _) = layer.padding
        return y[:, top : top + x.shape[1], left : left + x.shape[2]]
    if kind in ("LocalResponseNormalization", "Dropout"):
        return y
    raise ValueError(f"deconvnet: no way back through layer {layer.name} of type {kind}; start after it")


def transposed(y: Any, kernel: Any, shape: tuple[int, int], stride: int = 1, padding: str = "valid") -> Any:
    """The transpose of the convolution with `kernel` [k,k,in,out]: maps y [n,h',w',out] to [n,*shape,in].

    `shape` is height and width of the convolution's input; with padding "same" the stride is 1 and k odd.
    """
    if padding == "same" and stride == 1:
        return ops.conv(y, ops.transpose(kernel[::-1, ::-1], (0, 1, 3, 2)), padding="same")
    if padding != "valid":
        raise ValueError(
            f"transposed: padding {padding!r} with stride {stride}; pad beforehand and use 'valid'"
        )
    back = ops.conv_transpose(y, kernel, strides=stride, padding="valid")
    # Pixels at the end that no window saw are 0; where the stride exceeds the kernel, so are those
    # after the last window.
    back = back[:, : shape[0], : shape[1]]
    missing = [whole - had for whole, had in zip(shape, back.shape[1:3], strict=True)]
    return ops.pad(back, ((0, 0), (0, missing[0]), (0, missing[1]), (0, 0)))
