"""Counts the floating-point operations of a TensorFlow graph, as XLA's cost analysis does of a program.

Matrix products and convolutions exactly, multiplication and addition being two operations and taps
on the padding none; any other operation one for each element that it computes or sums up.
"""

import math
from typing import Any

#: Nothing is computed: numbers are made, moved, repeated, cut or read.
MOVES = {
    *(
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
    ),
    *(
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
    ),
    *(
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
    ),
    *(
        "GatherV2",
        "GatherNd",
        "ResourceGather",
        "Tile",
        "BroadcastTo",
        "ReverseV2",
        "ReverseSequence",
        "SpaceToDepth",
        "DepthToSpace",
    ),
    *(
        "SpaceToBatchND",
        "BatchToSpaceND",
        "ResizeNearestNeighbor",
        "ReadVariableOp",
        "AssignVariableOp",
        "VarHandleOp",
        "BroadcastGradientArgs",
    ),
    *(
        "StatelessRandomGetKeyCounter",
        "StatelessRandomGetAlg",
        "InvertPermutation",
        "Assert",
        "TopKV2",
        "ConcatOffset",
    ),
}
#: As many operations as the first input has elements.
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
#: What is not counted, since its cost is not in the shapes or its body is elsewhere.
UNCOUNTED = {
    *(
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
    ),
    *(
        "SelfAdjointEigV2",
        "Svd",
        "Qr",
        "Cholesky",
        "MatrixInverse",
        "MatrixSolve",
        "MatrixTriangularSolve",
        "MatrixDeterminant",
    ),
    *(
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
    ),
}
#: Where a convolution has its image (or that shape), its filter and its output (or that gradient).
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
    """An operation whose cost cannot be told."""


def count(graph: Any) -> float | None:
    """Operations of one execution of a function's graph, or None where some part of it cannot be counted."""
    try:
        return float(sum(map(operations, executed(graph))))
    except Uncounted:
        return None


def executed(graph: Any) -> list[Any]:
    """The nodes that a graph's outputs and assignments need: unused gradients are traced, but never run."""
    found: dict[str, Any] = {}
    waiting = [*(output.op for output in graph.outputs), *graph.control_outputs]
    while waiting:
        op = waiting.pop()
        if op.name not in found:
            found[op.name] = op
            waiting += [*(tensor.op for tensor in op.inputs), *op.control_inputs]
    return list(found.values())


def operations(op: Any) -> int:
    """Operations of one node. Raises Uncounted."""
    if op.type in UNCOUNTED or (
        op.type.startswith(("Sparse", "Collective")) and op.type != "SparseSoftmaxCrossEntropyWithLogits"
    ):
        raise Uncounted(op.type)
    if op.type in MOVES:
        return 0
    if op.type == "MatMul":
        first, result = shape(op.inputs[0]), shape(op.outputs[0])
        return 2 * math.prod(result) * first[0 if op.get_attr("transpose_a") else 1]
    if op.type in ("BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"):
        first, result = shape(op.inputs[0]), shape(op.outputs[0])
        return 2 * math.prod(result) * first[-2 if op.get_attr("adj_x") else -1]
    if op.type == "Einsum":
        return einsum(op)
    if op.type in CONVOLUTIONS:
        return convolution(op)
    if op.type in ("MaxPool", "AvgPool", "AvgPoolGrad"):
        ends = op.inputs[1] if op.type == "AvgPoolGrad" else op.outputs[0]
        return math.prod(shape(ends)) * math.prod(op.get_attr("ksize"))
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
    """A sum over indices: two operations a product where there are two factors, else one a term."""
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
    """A convolution, or its gradient with respect to image or filter: each takes as many products."""
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
    # A filter sees fewer maps than the image has where maps are in groups, and one map if it is depthwise.
    return 2 * products * (kernel[-2] * kernel[-1])


def shape(tensor: Any) -> list[int]:
    """The static shape. Raises Uncounted for one that is not known."""
    if not tensor.shape.is_fully_defined():
        raise Uncounted(tensor.name)
    return list(tensor.shape.as_list())
