"""Counts the work of a JAX program by the rules of `work`."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import jax
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Literal, Var
from jax.interpreters import partial_eval

from benchmarks.engine.work import Uncounted, Work, of_branches, taps_inside, total, trips

#: These compute nothing: they make, move, repeat, cut or read numbers.
MOVES = {
    "bitcast_convert_type",
    "broadcast_in_dim",
    "concatenate",
    "convert_element_type",
    "copy",
    "copy_p",
    "device_put",
    "dynamic_slice",
    "dynamic_update_slice",
    "expand_dims",
    "iota",
    "name",
    "optimization_barrier",
    "pad",
    "random_unwrap",
    "random_wrap",
    "reduce_precision",
    "reshape",
    "rev",
    "slice",
    "sort",
    "split",
    "squeeze",
    "stop_gradient",
    "top_k",
    "transpose",
}
#: These count one operation for each element of their first input.
REDUCTIONS = {
    "argmax",
    "argmin",
    "reduce_and",
    "reduce_max",
    "reduce_min",
    "reduce_or",
    "reduce_prod",
    "reduce_sum",
    "reduce_xor",
}
#: These count one operation for each element of a window around each result.
WINDOWS = {"reduce_window_max", "reduce_window_min", "reduce_window_sum"}
#: These count an inner program once.
CALLS = {
    "checkpoint",
    "closed_call",
    "core_call",
    "custom_jvp_call",
    "custom_vjp_call",
    "jit",
    "pjit",
    "remat2",
}
#: These cannot be counted: their cost does not follow from the shapes, or is not the device's.
UNCOUNTED = {
    "cholesky",
    "custom_linear_solve",
    "eig",
    "eigh",
    "ffi_call",
    "fft",
    "hessenberg",
    "householder_product",
    "io_callback",
    "lu",
    "pallas_call",
    "pure_callback",
    "qr",
    "ragged_dot_general",
    "schur",
    "svd",
    "triangular_solve",
    "tridiagonal",
    "tridiagonal_solve",
}


def count(program: ClosedJaxpr, states: int) -> Work | None:
    """The work of a step's program; None if a part of it cannot be counted.

    Its first `states` arguments are the state, and so are its first results: those that are not handed
    through are assigned.
    """
    jaxpr = program.jaxpr
    before, after = jaxpr.invars[:states], jaxpr.outvars[:states]
    assigned = [value for value, new in zip(before, after, strict=True) if new is not value]
    try:
        return of_program(jaxpr) + Work(bytes=2 * size(assigned))
    except Uncounted:
        return None


def of_program(jaxpr: Jaxpr) -> Work:
    """The work of what a program's results and effects need."""
    needed, _ = partial_eval.dce_jaxpr(jaxpr, [True] * len(jaxpr.outvars), instantiate=True)
    sources = {result: equation for equation in needed.eqns for result in equation.outvars}
    return total([of_equation(equation, sources) for equation in needed.eqns])


def of_equation(equation: JaxprEqn, sources: Mapping[Var, JaxprEqn]) -> Work:
    """The work of one operation of a program, in which `sources` say what made each value.

    Raises Uncounted if it is unknown.
    """
    name, parameters = equation.primitive.name, equation.params
    if name in CALLS:
        inner = parameters.get("call_jaxpr", parameters.get("jaxpr"))
        return of_program(getattr(inner, "jaxpr", inner))
    if name == "scan":
        return of_program(parameters["jaxpr"].jaxpr).times(parameters["length"])
    if name == "while":
        return of_program(parameters["body_jaxpr"].jaxpr).times(iterations(equation))
    if name == "cond":
        branches = [of_program(branch.jaxpr) for branch in parameters["branches"]]
        return of_branches(branches, turn(equation.invars[0], sources))
    if name in UNCOUNTED or "jaxpr" in parameters:
        raise Uncounted(name)
    return Work(operations(equation), moved(equation))


def operations(equation: JaxprEqn) -> int:
    """Floating-point operations of a primitive that holds no program."""
    name, parameters = equation.primitive.name, equation.params
    first = equation.invars[0].aval.shape if equation.invars else ()
    results = sum(math.prod(result.aval.shape) for result in equation.outvars)
    if name in MOVES or name in ("gather", "scatter"):
        return 0
    if name == "dot_general":
        (summed, _), _ = parameters["dimension_numbers"]
        return 2 * results * math.prod(first[axis] for axis in summed)
    if name == "conv_general_dilated":
        return convolution(equation)
    if name.startswith("scatter"):
        return math.prod(equation.invars[2].aval.shape)
    if name in REDUCTIONS:
        return math.prod(first)
    if name in WINDOWS:
        return results * math.prod(parameters["window_dimensions"])
    return results


def moved(equation: JaxprEqn) -> int:
    """Bytes that a primitive reads and writes if it is a matrix product, a convolution or a look-up."""
    name, operands, results = equation.primitive.name, equation.invars, equation.outvars
    if name in ("dot_general", "conv_general_dilated"):
        return size(operands) + size(results)
    if name == "gather":
        return size(operands[1:]) + 2 * size(results)
    if name.startswith("scatter"):
        return size(operands[1:]) + size(results)
    return 0


def convolution(equation: JaxprEqn) -> int:
    """Operations of a convolution; its gradients are convolutions, too."""
    parameters = equation.params
    image, kernel, result = (
        [value.aval.shape[axis] for axis in order]
        for value, order in zip(
            (*equation.invars, *equation.outvars), parameters["dimension_numbers"], strict=True
        )
    )
    products = image[0] // parameters["batch_group_count"] * kernel[1] * result[1]
    for axis, (before, _) in enumerate(parameters["padding"]):
        products *= taps_inside(
            image[2 + axis],
            kernel[2 + axis],
            result[2 + axis],
            parameters["window_strides"][axis],
            before,
            parameters["rhs_dilation"][axis],
            parameters["lhs_dilation"][axis],
        )
    return 2 * products


def iterations(loop: JaxprEqn) -> int:
    """How often a `while` runs whose condition is that a counter is below a constant.

    Raises Uncounted for any other, such as one that depends on data.
    """
    parameters = loop.params
    condition, body = parameters["cond_jaxpr"].jaxpr, parameters["body_jaxpr"].jaxpr
    for_condition, for_body = parameters["cond_nconsts"], parameters["body_nconsts"]
    start = loop.invars[for_condition + for_body :]
    if len(condition.eqns) != 1 or condition.eqns[0].primitive.name != "lt":
        raise Uncounted("a loop whose end is unknown")

    def outside(value: Any) -> tuple[Any, int]:
        """What a value of the condition is as the loop begins, and what each iteration adds to it."""
        if isinstance(value, Literal):
            return value, 0
        place = condition.invars.index(value)
        if place < for_condition:
            return loop.invars[place], 0
        place -= for_condition
        return start[place], increment(body, for_body, place)

    (counter, step), (end, growth) = map(outside, condition.eqns[0].invars)
    if growth or not isinstance(counter, Literal) or not isinstance(end, Literal):
        raise Uncounted("a loop whose end is unknown")
    return trips(int(counter.val), step, int(end.val))


def increment(body: Jaxpr, constants: int, place: int) -> int:
    """What an iteration adds to a value that it hands on. Raises Uncounted if that is no constant."""
    before, after = body.invars[constants + place], body.outvars[place]
    if after is before:
        return 0
    for equation in body.eqns:
        if after in equation.outvars and equation.primitive.name == "add":
            left, right = equation.invars
            if left is before and isinstance(right, Literal):
                return int(right.val)
    raise Uncounted("a loop that does not count")


def turn(choice: Any, sources: Mapping[Var, JaxprEqn]) -> int | None:
    """n if a choice is whether the remainder of a number by n equals a constant; None for any other."""
    equal = source(choice, sources)
    if equal is not None and equal.primitive.name == "convert_element_type":
        equal = source(equal.invars[0], sources)
    if equal is None or equal.primitive.name != "eq" or not isinstance(equal.invars[1], Literal):
        return None
    remainder = source(equal.invars[0], sources)
    # The remainder of Python's sign is a function of its own.
    if remainder is None or "rem" not in (remainder.primitive.name, remainder.params.get("name", "")[:3]):
        return None
    divisor = remainder.invars[1]
    return int(divisor.val) if isinstance(divisor, Literal) else None


def source(value: Any, sources: Mapping[Var, JaxprEqn]) -> JaxprEqn | None:
    """The operation that made a value; None for a constant or an argument."""
    return None if isinstance(value, Literal) else sources.get(value)


def size(values: Sequence[Var | Literal]) -> int:
    """The bytes of these arrays together."""
    return sum(math.prod(value.aval.shape) * itemsize(value.aval.dtype) for value in values)


def itemsize(dtype: Any) -> int:
    """Bytes of a number; a key of random numbers counts those that it wraps."""
    return (
        int(math.prod(dtype._impl.key_shape) * 4)
        if jax.dtypes.issubdtype(dtype, jax.dtypes.prng_key)
        else int(dtype.itemsize)
    )
