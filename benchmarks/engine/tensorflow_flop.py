"""Counts the floating-point operations of a TensorFlow graph, as XLA's cost analysis does of a program.

Matrix products and convolutions are counted exactly: a multiplication and an addition are two operations,
and taps on the padding none. Any other operation counts one for each element that it computes or sums up.
"""

import math
from typing import Any

#: These compute nothing: they make, move, repeat, cut or read numbers.
MOVES = {
    "Const",
    "Placeholder",
    "Arg",
    "NoOp",
    "Identity",
    "IdentityN",
    "StopGradient",
    "PreventGradient",
    "CheckNumerics",
    "Cast",
    "Bitcast",
    "Reshape",
    "Transpose",
    "Squeeze",
    "ExpandDims",
    "Shape",
    "ShapeN",
    "Size",
    "Rank",
    "Fill",
    "ZerosLike",
    "OnesLike",
    "Range",
    "OneHot",
    "Slice",
    "StridedSlice",
    "StridedSliceGrad",
    "Pad",
    "PadV2",
    "MirrorPad",
    "MirrorPadGrad",
    "ConcatV2",
    "Split",
    "SplitV",
    "Pack",
    "Unpack",
    "GatherV2",
    "GatherNd",
    "ResourceGather",
    "Tile",
    "BroadcastTo",
    "ReverseV2",
    "ReverseSequence",
    "SpaceToDepth",
    "DepthToSpace",
    "SpaceToBatchND",
    "BatchToSpaceND",
    "ResizeNearestNeighbor",
    "ReadVariableOp",
    "AssignVariableOp",
    "VarHandleOp",
    "BroadcastGradientArgs",
    "StatelessRandomGetKeyCounter",
    "StatelessRandomGetAlg",
    "InvertPermutation",
    "Assert",
    "TopKV2",
    "ConcatOffset",
}
#: These count one operation for each element of their first input.
REDUCTIONS = {
    "Sum",
    "Mean",
    "Max",
    "Min",
    "Prod",
    "All",
    "Any",
    "ArgMax",
    "ArgMin",
    "BiasAddGrad",
    "L2Loss",
    "UnsortedSegmentSum",
    "MaxPoolGrad",
}
#: These cannot be counted: their cost does not follow from the shapes, or their body is in another graph.
UNCOUNTED = {
    "While",
    "StatelessWhile",
    "If",
    "StatelessIf",
    "Case",
    "StatelessCase",
    "PartitionedCall",
    "StatefulPartitionedCall",
    "XlaWhile",
    "MapDefun",
    "SelfAdjointEigV2",
    "Svd",
    "Qr",
    "Cholesky",
    "MatrixInverse",
    "MatrixSolve",
    "MatrixTriangularSolve",
    "MatrixDeterminant",
    "FFT",
    "FFT2D",
    "IFFT",
    "IFFT2D",
    "RFFT",
    "RFFT2D",
    "IRFFT",
    "IRFFT2D",
    "Conv3DBackpropInputV2",
    "Conv3DBackpropFilterV2",
    "CudnnRNNV3",
}
#: Which inputs and outputs of a convolution are its image (or its shape), filter and result (or gradient).
CONVOLUTIONS = {
    "Conv2D": (("in", 0), ("in", 1), ("out", 0)),
    "Conv2DBackpropInput": (("out", 0), ("in", 1), ("in", 2)),
    "Conv2DBackpropFilter": (("in", 0), ("out", 0), ("in", 2)),
    "DepthwiseConv2dNative": (("in", 0), ("in", 1), ("out", 0)),
    "DepthwiseConv2dNativeBackpropInput": (("out", 0), ("in", 1), ("in", 2)),
    "DepthwiseConv2dNativeBackpropFilter": (("in", 0), ("out", 0), ("in", 2)),
    "Conv3D": (("in", 0), ("in", 1), ("out", 0)),
}


class Uncounted(Exception):
    """An operation whose cost is unknown."""


def count(graph: Any) -> float | None:
    """Operations of one execution of a function's graph; None if a part of it cannot be counted."""
    try:
        return float(sum(map(operations, executed(graph))))
    except Uncounted:
        return None


def executed(graph: Any) -> list[Any]:
    """The nodes that a graph's outputs and assignments need: unused gradients are traced, but never run."""
    needed: dict[str, Any] = {}
    waiting = [*(output.op for output in graph.outputs), *graph.control_outputs]
    while waiting:
        op = waiting.pop()
        if op.name not in needed:
            needed[op.name] = op
            waiting += [*(tensor.op for tensor in op.inputs), *op.control_inputs]
    return list(needed.values())


def operations(op: Any) -> int:
    """Operations of one node. Raises Uncounted if they are unknown."""
    if op.type in UNCOUNTED or (
        op.type.startswith(("Sparse", "Collective")) and op.type != "SparseSoftmaxCrossEntropyWithLogits"
    ):
        raise Uncounted(op.type)
    if op.type in MOVES:
        return 0
    if op.type == "MatMul":
        left, result = shape(op.inputs[0]), shape(op.outputs[0])
        return 2 * math.prod(result) * left[0 if op.get_attr("transpose_a") else 1]
    if op.type in ("BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"):
        left, result = shape(op.inputs[0]), shape(op.outputs[0])
        return 2 * math.prod(result) * left[-2 if op.get_attr("adj_x") else -1]
    if op.type == "Einsum":
        return einsum(op)
    if op.type in CONVOLUTIONS:
        return convolution(op)
    if op.type in ("MaxPool", "AvgPool", "AvgPoolGrad"):
        pooled = op.inputs[1] if op.type == "AvgPoolGrad" else op.outputs[0]
        return math.prod(shape(pooled)) * math.prod(op.get_attr("ksize"))
    if op.type in REDUCTIONS:
        return math.prod(shape(op.inputs[0]))
    if op.type in ("AssignAddVariableOp", "AssignSubVariableOp"):
        return math.prod(shape(op.inputs[1]))
    if op.type == "AddN":
        return (len(op.inputs) - 1) * math.prod(shape(op.outputs[0]))
    return sum(
        math.prod(shape(output))
        for output in op.outputs
        if output.dtype.is_floating or output.dtype.is_integer or output.dtype.is_bool
    )


def einsum(op: Any) -> int:
    """Operations of a sum over indices: two for each product of two factors, one for each single term."""
    equation = op.get_attr("equation").decode()
    if "." in equation:
        raise Uncounted(equation)
    names = equation.split("->")[0].split(",")
    sizes = {
        name: size
        for labels, tensor in zip(names, op.inputs, strict=True)
        for name, size in zip(labels, shape(tensor), strict=True)
    }
    return len(names) * math.prod(sizes.values())


def convolution(op: Any) -> int:
    """Operations of a convolution or of its gradient by image or filter, which takes equally many."""
    image, kernel, result = (
        shape(op.inputs[place] if side == "in" else op.outputs[place])
        for side, place in CONVOLUTIONS[op.type]
    )
    rank = len(image) - 2
    layout = op.get_attr("data_format").decode()
    if not layout.endswith("C"):
        raise Uncounted(layout)
    strides, dilations = op.get_attr("strides")[1:-1], op.get_attr("dilations")[1:-1]
    padding = op.get_attr("padding").decode()
    products = math.prod(image[:1])
    for axis in range(rank):
        size, taps, places = image[1 + axis], kernel[axis], result[1 + axis]
        before = 0
        if padding == "SAME":
            before = max((places - 1) * strides[axis] + (taps - 1) * dilations[axis] + 1 - size, 0) // 2
        elif padding == "EXPLICIT":
            before = op.get_attr("explicit_paddings")[2 * (1 + axis)]
        starts = [place * strides[axis] - before for place in range(places)]
        products *= sum(0 <= start + tap * dilations[axis] < size for start in starts for tap in range(taps))
    # The kernel's last axes, not the image's maps: in groups a filter sees some maps, depthwise a single one.
    return 2 * products * (kernel[-2] * kernel[-1])


def shape(tensor: Any) -> list[int]:
    """The static shape. Raises Uncounted if it is unknown."""
    if not tensor.shape.is_fully_defined():
        raise Uncounted(tensor.name)
    return list(tensor.shape.as_list())
