"""Residual units that differ only in where normalisation and activation stand.

He, Zhang, Ren, Sun, "Identity mappings in deep residual networks" (2016), figure 4. Images are float
[n,h,w,c]; in formulas, c is a convolution, b batch normalisation, r ReLU.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from keras import layers

from benchmarks.layers.bodies.residual import PaddedIdentity, normalize, weights


class Order(NamedTuple):
    """Where a net normalises, rectifies and convolves.

    Before its first unit; for each convolution of a unit but the last; for the last; after the addition; at
    its end.
    """

    start: str
    inner: str
    last: str
    after: str
    end: str


ORDERS = {
    "original": Order("cbr", "cbr", "cb", "r", ""),
    "bn-after-addition": Order("cbr", "cbr", "c", "br", ""),
    "relu-before-addition": Order("cbr", "cbr", "cbr", "", ""),
    "relu-only": Order("cb", "rcb", "rcb", "", "r"),
    "preactivation": Order("c", "brc", "brc", "", "br"),
}


def apply(x: Any, steps: str, maps: int = 0, size: int = 1, stride: int = 1, decay: float = 0.0) -> Any:
    """The steps in their order."""
    for step in steps:
        x = (
            weights(x, maps, size, stride, decay)
            if step == "c"
            else normalize(x)
            if step == "b"
            else layers.ReLU()(x)
        )
    return x


def unit(
    x: Any,
    order: Order,
    maps: int,
    stride: int = 1,
    bottleneck: bool = False,
    first: bool = False,
    decay: float = 0.0,
    gate: Any = None,
) -> Any:
    """One unit: two 3x3 convolutions, or 1x1, 3x3, 1x1 to 4 * maps, and a shortcut.

    Where sizes differ, the shortcut of a bottleneck is a 1x1 convolution of the activated input, that of a
    pair a padded identity. The net's `first` unit activates its input for both paths (the paper's
    appendix). `gate` is a function on Keras tensors, applied to the correction before it is added.
    """
    out = 4 * maps if bottleneck else maps
    shapes = (
        [(maps, 1, stride), (maps, 3, 1), (out, 1, 1)] if bottleneck else [(maps, 3, stride), (out, 3, 1)]
    )
    before = order.inner[: order.inner.index("c")]
    resized = stride > 1 or x.shape[-1] != out
    shared = first or (resized and bottleneck)
    y = activated = apply(x, before)
    for place, shape in enumerate(shapes):
        steps = order.last if place == len(shapes) - 1 else order.inner
        y = apply(y, steps[len(before) :] if not place else steps, *shape, decay)
    y = gate(y) if gate else y
    shortcut = activated if shared else x
    if resized and bottleneck:
        # As the branch ends: normalised where it ends in normalisation.
        shortcut = apply(
            shortcut, "cb" if "b" in order.last[order.last.index("c") :] else "c", out, 1, stride, decay
        )
    elif resized:
        shortcut = PaddedIdentity(out, stride)(shortcut)
    return apply(layers.Add()([shortcut, y]), order.after)


def body(
    x: Any,
    depth: int,
    order: str = "preactivation",
    widths: Sequence[int] = (16, 32, 64),
    decay: float = 0.0,
    gate: Any = None,
) -> Any:
    """A 3x3 convolution and three stages of equally many units.

    Float [n,h,w,c] to [n, maps of the last stage] by the global mean.

    From 164 layers on (9n + 2) the units are bottlenecks, below (6n + 2) pairs. Raises ValueError for other
    depths and orders.
    """
    bottleneck = depth >= 164
    units, rest = divmod(depth - 2, 9 if bottleneck else 6)
    if rest or units < 1:
        raise ValueError(
            f"depth {depth} is not of the form {'9n + 2' if bottleneck else '6n + 2'}; take one of 8, "
            "14, 20, 110, 164, 1001"
        )
    if order not in ORDERS:
        raise ValueError(f"order {order!r} is not in the paper's figure 4; take one of {', '.join(ORDERS)}")
    steps = ORDERS[order]
    x = apply(x, steps.start, widths[0], 3, 1, decay)
    for stage, maps in enumerate(widths):
        for number in range(units):
            x = unit(
                x,
                steps,
                maps,
                2 if stage and not number else 1,
                bottleneck,
                not stage and not number,
                decay,
                gate,
            )
    return layers.GlobalAveragePooling2D()(apply(x, steps.end))
