"""Counts the work of a TensorFlow graph by the rules of `work`."""

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import tensorflow as tf

from benchmarks.engine.work import Uncounted, Work, of_branches, taps_inside, total, trips

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
    "MaxPoolGrad",
}
#: These cannot be counted: their cost does not follow from the shapes, or their body is in another graph.
UNCOUNTED = {
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
    "Conv3DBackpropInputV2": (("out", 0), ("in", 1), ("in", 2)),
    "Conv3DBackpropFilterV2": (("in", 0), ("out", 0), ("in", 2)),
}


#: Matrix products, and the attribute that says whether the first factor is transposed.
PRODUCTS = {
    "MatMul": "transpose_a",
    "BatchMatMul": "adj_x",
    "BatchMatMulV2": "adj_x",
    "BatchMatMulV3": "adj_x",
}
#: These read rows that their second input names.
LOOK_UPS = {"GatherNd", "GatherV2", "ResourceGather", "ResourceGatherNd"}
#: Which inputs of a scatter are the indices and the updates.
SCATTERS = {
    "ResourceScatterAdd": (1, 2),
    "ResourceScatterNdAdd": (1, 2),
    "ResourceScatterNdSub": (1, 2),
    "ResourceScatterNdUpdate": (1, 2),
    "ResourceScatterSub": (1, 2),
    "ResourceScatterUpdate": (1, 2),
    "ScatterNd": (0, 1),
    "TensorScatterAdd": (1, 2),
    "TensorScatterMax": (1, 2),
    "TensorScatterMin": (1, 2),
    "TensorScatterSub": (1, 2),
    "TensorScatterUpdate": (1, 2),
    "UnsortedSegmentSum": (1, 0),
}
#: These give a variable a new value, their second input or more or less by it.
ASSIGNMENTS = {"AssignVariableOp", "AssignAddVariableOp", "AssignSubVariableOp"}
LOOPS = {"While", "StatelessWhile"}
#: These execute one of the functions that these attributes name; before the arguments they take a choice.
BRANCHES = {
    "If": ("else_branch", "then_branch"),
    "StatelessIf": ("else_branch", "then_branch"),
    "Case": ("branches",),
    "StatelessCase": ("branches",),
}
CALLS = {"PartitionedCall", "StatefulPartitionedCall"}


@dataclasses.dataclass(frozen=True)
class Function:
    """A function's graph, and what is known of its arguments: the tensors outside for which they stand.

    Each of those comes with the function to which it belongs.
    """

    graph: Any
    arguments: Mapping[str, tuple[Any, "Function"]]


def count(graph: Any) -> Work | None:
    """The work of one execution of a function's graph; None if a part of it cannot be counted."""
    assigned: dict[str, int] = {}
    try:
        work = of_function(Function(graph, {}), range(len(graph.outputs)), assigned)
    except Uncounted:
        return None
    return work + Work(bytes=2 * sum(assigned.values()))


def of_function(function: Function, wanted: Iterable[int], assigned: dict[str, int]) -> Work:
    """The work of those outputs that are wanted, and of all assignments.

    The bytes of each variable that is assigned are noted in `assigned`, by the name of its handle.
    """
    needed = executed(function.graph, wanted).values()
    return total([of_operation(op, outputs, function, assigned) for op, outputs in needed])


def executed(graph: Any, wanted: Iterable[int]) -> dict[str, tuple[Any, set[int]]]:
    """The nodes that these outputs and all assignments need, and which of their outputs, by name.

    Gradients that nothing uses are traced, but never run.
    """
    outputs = [graph.outputs[place] for place in wanted]
    needed: dict[str, tuple[Any, set[int]]] = {op.name: (op, set()) for op in graph.control_outputs}
    for tensor in outputs:
        needed.setdefault(tensor.op.name, (tensor.op, set()))[1].add(tensor.value_index)
    for op in users_first([*(tensor.op for tensor in outputs), *graph.control_outputs]):
        if op.name not in needed:
            continue
        inputs = list(op.inputs)
        if op.type in LOOPS:
            inputs = [inputs[place] for place in carried(op, needed[op.name][1])]
        for tensor in inputs:
            needed.setdefault(tensor.op.name, (tensor.op, set()))[1].add(tensor.value_index)
        for before in op.control_inputs:
            needed.setdefault(before.name, (before, set()))
    return needed


def users_first(ends: Iterable[Any]) -> list[Any]:
    """All nodes before these and themselves, each before its inputs."""
    order, seen, waiting = [], set[str](), [(op, False) for op in ends]
    while waiting:
        op, done = waiting.pop()
        if done:
            order.append(op)
        elif op.name not in seen:
            seen.add(op.name)
            waiting.append((op, True))
            waiting += [(tensor.op, False) for tensor in op.inputs]
            waiting += [(before, False) for before in op.control_inputs]
    return order[::-1]


def carried(loop: Any, wanted: Iterable[int]) -> set[int]:
    """Which values a loop has to hand from one iteration to the next for those outputs that are wanted."""
    body = inner(loop, "body")
    live, more = set[int](), {*wanted, *arguments_used(inner(loop, "cond"), [0])}
    while more - live:
        live |= more
        more = arguments_used(body, live)
    return live


def arguments_used(graph: Any, wanted: Iterable[int]) -> set[int]:
    """The places of the arguments on which these outputs and all assignments depend."""
    needed = executed(graph, wanted)
    return {place for place, argument in enumerate(graph.inputs) if argument.op.name in needed}


def of_operation(op: Any, wanted: set[int], function: Function, assigned: dict[str, int]) -> Work:
    """The work of one node, of which some outputs are wanted. Raises Uncounted if it is unknown."""
    if op.type in LOOPS:
        once = of_function(body_of(op, function), carried(op, wanted), assigned)
        return once.times(iterations(op, function))
    if op.type in CALLS:
        return of_function(called(inner(op, "f"), op.inputs, function), wanted, assigned)
    if op.type in BRANCHES:
        works = [
            of_function(called(graph, op.inputs[1:], function), wanted, assigned)
            for name in BRANCHES[op.type]
            for graph in inners(op, name)
        ]
        return of_branches(works, turn(op.inputs[0]))
    if op.type in ASSIGNMENTS:
        assigned[origin(op.inputs[0], function)] = size(op.inputs[1:2])
    return Work(operations(op), moved(op))


def body_of(loop: Any, function: Function) -> Function:
    """The body of a loop; of its arguments those that stay the same are known, and lists as they begin."""
    body = inner(loop, "body")
    known = {
        argument.name: (tensor, function)
        for argument, result, tensor in zip(body.inputs, body.outputs, loop.inputs, strict=True)
        if plain(result).name == argument.name or tensor.dtype == tf.variant
    }
    return Function(body, known)


def called(graph: Any, inputs: Sequence[Any], caller: Function) -> Function:
    """The function that is called with these tensors of the caller."""
    pairs = zip(graph.inputs, inputs, strict=True)
    return Function(graph, {argument.name: (tensor, caller) for argument, tensor in pairs})


def inners(op: Any, attribute: str) -> list[Any]:
    """The graphs of the functions that an attribute of the node names."""
    named = op.get_attr(attribute)
    return [op.graph._get_function(one.name).graph for one in (named if isinstance(named, list) else [named])]


def inner(op: Any, attribute: str) -> Any:
    """The graph of the one function that an attribute of the node names."""
    (graph,) = inners(op, attribute)
    return graph


def iterations(loop: Any, function: Function) -> int:
    """How often a loop runs whose condition is that counters are below constants.

    Raises Uncounted for any other, such as one that depends on data.
    """
    condition, body = inner(loop, "cond"), inner(loop, "body")
    places = {argument.name: place for place, argument in enumerate(condition.inputs)}

    def counter(tensor: Any) -> tuple[int, int]:
        """What a number of the condition is as the loop begins, and what each iteration adds to it."""
        place = places.get(plain(tensor).name)
        if place is None:
            return constant(tensor, Function(condition, {})), 0
        return constant(loop.inputs[place], function), increment(body, place)

    def until(tensor: Any) -> int:
        op = plain(tensor).op
        if op.type == "LogicalAnd":
            return min(until(part) for part in op.inputs)
        if op.type != "Less":
            raise Uncounted(f"a loop that ends by {op.type}")
        (start, step), (end, growth) = map(counter, op.inputs)
        return trips(start, step - growth, end)

    return until(condition.outputs[0])


def increment(body: Any, place: int) -> int:
    """What an iteration adds to a number that it hands on. Raises Uncounted if that is no constant."""
    before, after = body.inputs[place], plain(body.outputs[place])
    if after.name == before.name:
        return 0
    if after.op.type in ("Add", "AddV2") and plain(after.op.inputs[0]).name == before.name:
        return constant(after.op.inputs[1], Function(body, {}))
    raise Uncounted("a loop that does not count")


def constant(tensor: Any, function: Function) -> int:
    """The whole number that a tensor always is. Raises Uncounted if it depends on data."""
    value = tf.get_static_value(tensor)
    if value is not None:
        return int(value)
    op = tensor.op
    if tensor.name in function.arguments:
        return constant(*function.arguments[tensor.name])
    if op.type in ("Identity", "Cast") or (op.type in ("Max", "Min") and not shape(op.inputs[0])):
        return constant(op.inputs[0], function)
    if op.type == "StridedSlice":  # The length of a sequence, out of its shape.
        values, begin = map(tf.get_static_value, op.inputs[:2])
        if values is not None and begin is not None and not shape(tensor):
            return int(values[tuple(begin)])
    if op.type in LOOPS:  # The loop of a gradient runs as often as its own did.
        place = tensor.value_index
        step = increment(inner(op, "body"), place)
        return constant(op.inputs[place], function) + step * iterations(op, function)
    if op.type == "TensorListPopBack":  # So a loop within a loop hands on to its gradient how often it ran.
        return constant(*pushed(op.inputs[0], function))
    raise Uncounted(f"the value of {tensor.name}")


def pushed(list_: Any, function: Function) -> tuple[Any, Function]:
    """What a loop appends to a list in each iteration, and the loop's body, to which it belongs."""
    list_ = plain(list_)
    if list_.name in function.arguments:
        return pushed(*function.arguments[list_.name])
    if list_.op.type in LOOPS:
        body = body_of(list_.op, function)
        result = plain(body.graph.outputs[list_.value_index])
        if result.op.type == "TensorListPushBack":
            return result.op.inputs[1], body
    raise Uncounted(f"the content of {list_.name}")


def turn(choice: Any) -> int | None:
    """n if a choice is whether the remainder of a number by n equals a constant; None for any other."""
    equal = plain(choice).op
    if equal.type != "Equal" or tf.get_static_value(equal.inputs[1]) is None:
        return None
    remainder = plain(equal.inputs[0]).op
    divisor = tf.get_static_value(remainder.inputs[1]) if remainder.type == "FloorMod" else None
    return None if divisor is None else int(divisor)


def origin(handle: Any, function: Function) -> str:
    """The name of a variable's handle outside of all inner functions."""
    handle = plain(handle)
    return origin(*function.arguments[handle.name]) if handle.name in function.arguments else str(handle.name)


def plain(tensor: Any) -> Any:
    """The tensor itself, if this is only another name of it."""
    while tensor.op.type == "Identity":
        tensor = tensor.op.inputs[0]
    return tensor


def moved(op: Any) -> int:
    """Bytes that a node reads and writes if it is a matrix product, a convolution or a look-up."""
    if op.type in PRODUCTS or (op.type == "Einsum" and len(op.inputs) > 1):
        return size(op.inputs) + size(op.outputs)
    if op.type in CONVOLUTIONS:
        return size(parts(op))
    if op.type in LOOK_UPS:
        return size(op.inputs[1:2]) + 2 * size(op.outputs)
    if op.type in SCATTERS:
        indices, updates = (op.inputs[place] for place in SCATTERS[op.type])
        # A variable is changed where it lies, row by row.
        return size([indices, updates]) + (size(op.outputs) if op.outputs else 2 * size([updates]))
    return 0


def operations(op: Any) -> int:
    """Floating-point operations of a node that calls no function. Raises Uncounted if they are unknown."""
    if op.type in UNCOUNTED or (
        op.type.startswith(("Sparse", "Collective")) and op.type != "SparseSoftmaxCrossEntropyWithLogits"
    ):
        raise Uncounted(op.type)
    if op.type in MOVES or op.type in LOOK_UPS or op.type.startswith("TensorList"):
        return 0
    if op.type in PRODUCTS:
        left, result = shape(op.inputs[0]), shape(op.outputs[0])
        return 2 * math.prod(result) * left[-2 if op.get_attr(PRODUCTS[op.type]) else -1]
    if op.type == "Einsum":
        return einsum(op)
    if op.type in CONVOLUTIONS:
        return convolution(op)
    if op.type in SCATTERS:
        return math.prod(shape(op.inputs[SCATTERS[op.type][1]]))
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
        name: length
        for labels, tensor in zip(names, op.inputs, strict=True)
        for name, length in zip(labels, shape(tensor), strict=True)
    }
    return len(names) * math.prod(sizes.values())


def parts(op: Any) -> list[Any]:
    """The image, the filter and the result of a convolution, or of that whose gradient this is."""
    return [(op.inputs if side == "in" else op.outputs)[place] for side, place in CONVOLUTIONS[op.type]]


def convolution(op: Any) -> int:
    """Operations of a convolution or of its gradient by image or filter, which takes equally many."""
    image, kernel, result = map(shape, parts(op))
    layout = op.get_attr("data_format").decode()
    if not layout.endswith("C"):
        raise Uncounted(layout)
    strides, dilations = op.get_attr("strides")[1:-1], op.get_attr("dilations")[1:-1]
    padding = op.get_attr("padding").decode()
    products = image[0]
    for axis, (stride, apart) in enumerate(zip(strides, dilations, strict=True)):
        length, taps, places = image[1 + axis], kernel[axis], result[1 + axis]
        before = 0
        if padding == "SAME":
            before = max((places - 1) * stride + (taps - 1) * apart + 1 - length, 0) // 2
        elif padding == "EXPLICIT":
            before = op.get_attr("explicit_paddings")[2 * (1 + axis)]
        products *= taps_inside(length, taps, places, stride, before, apart)
    # The kernel's last axes, not the image's maps: in groups a filter sees some maps, depthwise a single one.
    return 2 * products * (kernel[-2] * kernel[-1])


def size(tensors: Iterable[Any]) -> int:
    """The bytes of these tensors together. Raises Uncounted if a shape is unknown."""
    return sum(math.prod(shape(tensor)) * tensor.dtype.size for tensor in tensors)


def shape(tensor: Any) -> list[int]:
    """The static shape. Raises Uncounted if it is unknown."""
    if not tensor.shape.is_fully_defined():
        raise Uncounted(tensor.name)
    return list(tensor.shape.as_list())
