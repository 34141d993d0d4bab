"""Recorded computations: derivatives against the framework's and a complex step, costs against a count."""

from typing import Any, ClassVar

import keras
import numpy as np
import pytest

from benchmarks.engine import backend
from benchmarks.layers.models import recorded_net
from benchmarks.layers.models.recorded_net import MODES, RecordedNet, Recording, operations


def net(hidden: int = 4, classes: int = 3, inputs: int = 5) -> RecordedNet:
    np.random.seed(7)
    return RecordedNet((inputs,), hidden, classes)


RNG = np.random.default_rng(70)
PIXELS, LABELS = RNG.normal(size=(6, 5)), RNG.integers(0, 3, 6)


def test_derivatives_of_a_small_expression_by_hand() -> None:
    """x y + exp(x) / y at x = 1, y = 2: y + exp(x) / y by x, and x - exp(x) / y^2 by y."""
    tape = Recording()
    x, y = tape.given(1.0), tape.given(2.0)
    result = tape.apply("add", tape.apply("multiply", x, y), tape.apply("divide", tape.apply("exp", x), y))
    adjoints = tape.reverse(result)
    assert adjoints[x] == pytest.approx(2 + np.e / 2)
    assert adjoints[y] == pytest.approx(1 - np.e / 4)
    assert [tape.forward(result, by) for by in (x, y)] == pytest.approx([adjoints[x], adjoints[y]])
    assert operations(tape, 2, "") == 4
    # Back: two multiplications and additions for add, multiply and divide, whose derivatives take two
    # quotients, and one of each for exp.
    assert operations(tape, 2, "reverse") == 4 + (4 + 4 + (2 + 4) + 2)


def test_all_modes_give_the_derivatives_of_the_framework() -> None:
    model = net()
    driver: Any = backend.driver_class(keras.backend.backend())()
    w1, w2 = np.split(model.weights, [4 * 6])
    w1, w2 = w1.reshape(4, 6), w2.reshape(3, 5)
    variables = [keras.Variable(each.astype("float32")) for each in (w1, w2)]
    driver.bind(variables)

    def loss() -> Any:
        ops = keras.ops
        ones = np.ones((6, 1), "float32")
        seen = np.concatenate([PIXELS, ones], axis=1).astype("float32")
        inner = ops.sigmoid(ops.matmul(seen, ops.transpose(variables[0].value)))
        sums = ops.matmul(ops.concatenate([inner, ones], axis=1), ops.transpose(variables[1].value))
        return -ops.mean(ops.sum(ops.log_softmax(sums) * np.eye(3, dtype="float32")[LABELS], axis=1))

    def call() -> Any:
        value, gradients = driver.gradient(loss, variables)
        return {"loss": value, "w1": gradients[0], "w2": gradients[1]}

    found = {key: np.asarray(keras.ops.convert_to_numpy(one)) for key, one in driver.function(call)().items()}
    expected = np.concatenate([found["w1"].ravel(), found["w2"].ravel()])
    for mode in MODES:
        value, gradient, _ = model.gradient(PIXELS, LABELS, mode)
        assert value == pytest.approx(float(found["loss"]), rel=1e-5)
        np.testing.assert_allclose(gradient, expected, rtol=1e-4, atol=1e-6)


def test_the_sweep_is_exact_by_a_complex_step() -> None:
    """f(w + i h) has the derivative in its imaginary part, without any difference that could cancel."""
    model = net()
    tape, (loss,) = model.record(PIXELS, LABELS)
    adjoints = tape.reverse(loss)
    for place in range(len(model.weights)):
        stepped = tape.again(loss, {place: model.weights[place] + 1e-30j})
        np.testing.assert_allclose(adjoints[place], np.imag(stepped) / 1e-30, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(tape.forward(loss, place), adjoints[place], rtol=1e-12, atol=1e-15)


class Counted:
    """A number that counts what is done with it."""

    done: ClassVar[int] = 0

    def __init__(self, value: float) -> None:
        self.value = value

    def _by(self, other: Any, result: float) -> "Counted":
        Counted.done += 1
        return Counted(result)

    def __add__(self, other: Any) -> "Counted":
        return self._by(other, self.value + plain(other))

    def __sub__(self, other: Any) -> "Counted":
        return self._by(other, self.value - plain(other))

    def __mul__(self, other: Any) -> "Counted":
        return self._by(other, self.value * plain(other))

    def __truediv__(self, other: Any) -> "Counted":
        return self._by(other, self.value / plain(other))

    def __rtruediv__(self, other: Any) -> "Counted":
        return self._by(other, plain(other) / self.value)

    def __neg__(self) -> "Counted":
        return Counted(-self.value)

    def exp(self) -> "Counted":
        return self._by(None, np.exp(self.value))

    def log(self) -> "Counted":
        return self._by(None, np.log(self.value))

    __radd__, __rmul__ = __add__, __mul__


def plain(number: Any) -> float:
    return number.value if isinstance(number, Counted) else number


def test_operations_are_counted_as_they_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    tape, (loss,) = net().record(PIXELS[:1], LABELS[:1])
    for name in ("exp", "log"):
        monkeypatch.setitem(recorded_net.VALUES, name, lambda a, name=name: getattr(a, name)())
    counted = Recording()
    Counted.done = 0
    for operation, operands, value in zip(tape.operations, tape.operands, tape.values, strict=True):
        if operation:
            counted.apply(operation, *operands)
        else:
            counted.given(Counted(float(np.squeeze(value))))
    assert Counted.done == operations(tape, 0, "")
    monkeypatch.setattr(
        Recording, "derivatives", lambda self, place: tuple(map(wrapped, original(self, place)))
    )
    counted.reverse(loss)
    assert Counted.done == operations(tape, 0, "reverse")


original = Recording.derivatives


def wrapped(derivative: Any) -> Counted:
    """Constants count when they are multiplied with, as any derivative does."""
    return derivative if isinstance(derivative, Counted) else Counted(derivative)


def test_the_backward_sweep_costs_a_few_times_the_loss_however_many_parameters_there_are() -> None:
    for hidden in (1, 8, 64):
        model = net(hidden)
        tape, _ = model.record(PIXELS[:1], LABELS[:1])
        once, size = operations(tape, model.weights.size, ""), model.weights.size
        assert operations(tape, size, "reverse") <= 6 * once
        assert operations(tape, size, "forward") > 3 * size * once
        assert operations(tape, size, "differences") > 2 * size * once


def test_accumulated_rounding_is_foreseen_to_first_order() -> None:
    model = net(hidden=20)
    model.weights = model.weights.astype("float32").astype("float64")
    pixels = PIXELS.astype("float32").astype("float64")
    rounded, (loss,) = model.record(pixels, LABELS, "float32")
    exact, (place,) = model.record(pixels, LABELS)
    assert rounded.values[loss].dtype == np.float32
    error = np.float64(rounded.values[loss]) - exact.values[place]
    assert np.abs(error).max() > 1e-8
    np.testing.assert_allclose(rounded.rounding_error(loss), error, rtol=1e-3, atol=1e-12)


def test_blocks_are_averaged() -> None:
    np.random.seed(0)
    model = RecordedNet((4, 4, 1), 2, 2, scale=2.0, block=2)
    x = np.arange(16).reshape(1, 4, 4, 1)
    assert model.pixels(x).tolist() == [[1.25, 2.25, 5.25, 6.25]]
