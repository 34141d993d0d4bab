"""A net as a list of elementary operations, and three ways to differentiate what the list computes.

Linnainmaa, "Taylor expansion of the accumulated rounding error", BIT 16 (1976), after his thesis of 1970. No
framework's differentiation is used.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

#: What each elementary operation computes from its operands.
VALUES: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "exp": np.exp,
    "log": np.log,
}
#: Its derivatives by its operands, from operands and value.
DERIVATIVES: dict[str, Callable[..., tuple[Any, ...]]] = {
    "add": lambda a, b, value: (1.0, 1.0),
    "subtract": lambda a, b, value: (1.0, -1.0),
    "multiply": lambda a, b, value: (b, a),
    "divide": lambda a, b, value: (1.0 / b, -value / b),
    "exp": lambda a, value: (value,),
    "log": lambda a, value: (1.0 / a,),
}
#: How many operations it takes to find these derivatives; a change of sign is none.
TO_DIFFERENTIATE = {"add": 0, "subtract": 0, "multiply": 0, "divide": 2, "exp": 0, "log": 1}
MODES = ("reverse", "forward", "differences")


@dataclass
class Recording:
    """What a computation did: for each value in turn its operation and the places of its operands.

    Values that nothing computed (parameters, inputs, constants) have the operation "". `values` are numbers,
    or arrays float [n] of one number for each of n examples.
    """

    operations: list[str] = field(default_factory=list)
    operands: list[tuple[int, ...]] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def given(self, value: Any) -> int:
        """Take a value that is given. Returns its place in the list."""
        return self._append("", (), value)

    def apply(self, operation: str, *operands: int) -> int:
        """Compute a value from those at these places. Returns its place in the list."""
        value = VALUES[operation](*(self.values[place] for place in operands))
        return self._append(operation, operands, value)

    def _append(self, operation: str, operands: tuple[int, ...], value: Any) -> int:
        self.operations.append(operation)
        self.operands.append(operands)
        self.values.append(value)
        return len(self.values) - 1

    def derivatives(self, place: int) -> tuple[Any, ...]:
        """Those of the value at this place by each of its operands."""
        values = [self.values[operand] for operand in self.operands[place]]
        return DERIVATIVES[self.operations[place]](*values, self.values[place])

    def reverse(self, result: int) -> list[Any]:
        """The derivatives of the value at `result` by every value before it, in one sweep from last to first.

        One for each example; for a value that does not matter, 0.
        """
        adjoints: list[Any] = [0.0] * len(self.values)
        adjoints[result] = 1.0
        for place in range(result, -1, -1):
            if not self.operations[place]:
                continue
            adjoint = adjoints[place]
            for operand, derivative in zip(self.operands[place], self.derivatives(place), strict=True):
                adjoints[operand] = adjoints[operand] + adjoint * derivative
        return adjoints

    def forward(self, result: int, by: int) -> Any:
        """The derivative of the value at `result` by the one at `by`, in one sweep from first to last."""
        tangents: list[Any] = [0.0] * len(self.values)
        tangents[by] = 1.0
        for place in range(by + 1, result + 1):
            for operand, derivative in zip(
                self.operands[place],
                self.derivatives(place) if self.operations[place] else (),
                strict=True,
            ):
                tangents[place] = tangents[place] + derivative * tangents[operand]
        return tangents[result]

    def again(self, result: int, changed: Mapping[int, Any]) -> Any:
        """The value at `result` if those given at some places are others."""
        values = list(self.values)
        for place, value in changed.items():
            values[place] = value
        for place in range(result + 1):
            if self.operations[place]:
                values[place] = VALUES[self.operations[place]](
                    *(values[operand] for operand in self.operands[place])
                )
        return values[result]

    def rounding_error(self, result: int) -> Any:
        """How far rounding has carried the value at `result` from the exact one, to first order, float64.

        The sum over all operations of the error that each made by itself, times the derivative of the result
        by its value: the thesis's own question. The values must be float32; each operation's own error is
        found by repeating it on the same operands in float64.
        """
        adjoints, total = self.reverse(result), 0.0
        for place in range(result + 1):
            if self.operations[place]:
                operands = [np.float64(self.values[operand]) for operand in self.operands[place]]
                own = np.float64(self.values[place]) - VALUES[self.operations[place]](*operands)
                total = total + np.float64(adjoints[place]) * own
        return total


def operations(recording: Recording, parameters: int, mode: str) -> int:
    """How many elementary operations the derivatives by so many parameters take, for one example.

    `mode` "" is the computation itself, without derivatives. "reverse": it, and a sweep that multiplies and
    adds for each operand. "forward": it, and for each parameter a sweep that does the same. "differences":
    it, twice for each parameter, and a difference and a quotient.
    """
    once = sum(operation != "" for operation in recording.operations)
    sweep = sum(
        TO_DIFFERENTIATE[operation] + 2 * len(operands)
        for operation, operands in zip(recording.operations, recording.operands, strict=True)
        if operation
    )
    return {
        "": once,
        "reverse": once + sweep,
        "forward": once + parameters * sweep,
        "differences": parameters * (2 * once + 2),
    }[mode]


class RecordedNet:
    """A net with one hidden layer of logistic units and softmax outputs, written out number by number.

    Inputs `x` of `input_shape` are divided by `scale`; images [n, h, w, 1] are averaged over blocks of
    `block` x `block` pixels, so that the list is not too long. `weights` float64 [parameters] are those of
    each hidden unit, its bias last, and then those of each output. They start uniform between +-1 /
    sqrt(inputs of the unit).
    """

    def __init__(
        self, input_shape: tuple[int, ...], hidden: int, classes: int, scale: float = 1.0, block: int = 1
    ) -> None:
        self.hidden, self.classes, self.scale, self.block = hidden, classes, scale, block
        self.inputs = math.prod(input_shape) // (block * block)
        self.weights = np.concatenate(
            [
                np.random.uniform(-1.0, 1.0, units * (inputs + 1)) / math.sqrt(inputs)
                for inputs, units in ((self.inputs, hidden), (hidden, classes))
            ]
        )

    def pixels(self, x: np.ndarray) -> np.ndarray:
        """The inputs, float64 [n, inputs]."""
        x = np.asarray(x, "float64") / self.scale
        if self.block > 1:
            n, height, width, _ = x.shape
            blocks = x.reshape(n, height // self.block, self.block, width // self.block, self.block)
            x = blocks.mean(axis=(2, 4))
        return x.reshape(len(x), self.inputs)

    def record(
        self, pixels: np.ndarray, labels: np.ndarray | None = None, dtype: str = "float64"
    ) -> tuple[Recording, list[int]]:
        """Compute and record the outputs for `pixels` [n, inputs], or, with `labels` int [n], the loss.

        Returns the recording and the places of the outputs, one a class, or of the cross-entropy in nats, one
        number an example. The first places are those of the weights.
        """
        tape = Recording()
        weights = iter([tape.given(weight) for weight in self.weights.astype(dtype)])
        one = tape.given(np.ones((), dtype)[()])
        layer = [tape.given(column) for column in pixels.T.astype(dtype)]
        sums: list[int] = []
        for units, last in ((self.hidden, False), (self.classes, True)):
            sums = []
            for _ in range(units):
                terms = [tape.apply("multiply", next(weights), place) for place in layer]
                sums.append(total(tape, [*terms, next(weights)]))
            if not last:
                layer = [logistic(tape, place, one) for place in sums]
        if labels is None:
            return tape, sums
        shares = [tape.apply("exp", place) for place in sums]
        targets = [tape.given((labels == number).astype(dtype)) for number in range(self.classes)]
        chosen = total(
            tape, [tape.apply("multiply", one, two) for one, two in zip(targets, sums, strict=True)]
        )
        return tape, [tape.apply("subtract", tape.apply("log", total(tape, shares)), chosen)]

    def gradient(
        self, pixels: np.ndarray, labels: np.ndarray, mode: str = "reverse", difference: float = 1e-5
    ) -> tuple[float, np.ndarray, int]:
        """The mean loss of some examples, its derivative by each weight, and the operations for one example.

        `mode` is one of `MODES`; `difference` is the step to either side of "differences".
        """
        tape, (loss,) = self.record(pixels, labels)
        places = range(len(self.weights))
        if mode == "reverse":
            adjoints = tape.reverse(loss)
            each = [adjoints[place] for place in places]
        elif mode == "forward":
            each = [tape.forward(loss, place) for place in places]
        else:
            each = [
                (
                    tape.again(loss, {place: self.weights[place] + difference})
                    - tape.again(loss, {place: self.weights[place] - difference})
                )
                / (2.0 * difference)
                for place in places
            ]
        gradient = np.array([np.mean(np.broadcast_to(one, len(pixels))) for one in each])
        return float(np.mean(tape.values[loss])), gradient, operations(tape, len(self.weights), mode)

    def __call__(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The sums of the output units, float64 [n, classes]."""
        tape, outputs = self.record(self.pixels(x))
        return np.stack([tape.values[place] for place in outputs], axis=1)

    def state(self) -> dict[str, np.ndarray]:
        """`weights` float64 [parameters]."""
        return {"weights": self.weights}

    def set_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `state` returned."""
        self.weights = state["weights"].copy()

    def parameters(self) -> int:
        """The weights and biases."""
        return self.weights.size


def total(tape: Recording, places: Sequence[int]) -> int:
    """Add up the values at these places, one after the other."""
    first, *others = places
    for place in others:
        first = tape.apply("add", first, place)
    return first


def logistic(tape: Recording, place: int, one: int) -> int:
    """1 / (1 + exp(-x)) as exp(x) / (1 + exp(x)), in elementary operations."""
    power = tape.apply("exp", place)
    return tape.apply("divide", power, tape.apply("add", one, power))
