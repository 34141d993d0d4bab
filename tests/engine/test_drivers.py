"""The driver of the backend under test, against numbers derived by hand or in NumPy."""

import inspect
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from benchmarks.engine.driver import Driver
from benchmarks.engine.predict import Predictor

if TYPE_CHECKING:
    from benchmarks.engine import jax_driver, tensorflow_driver

    # mypy checks that each satisfies the protocol.
    DRIVERS: tuple[type[Driver], ...] = (jax_driver.Driver, tensorflow_driver.Driver)

RNG = np.random.default_rng(3)
X = RNG.normal(size=(12, 3)).astype("float32")
Y = (X @ np.array([1.0, -2.0, 0.5], "float32") + 0.1).astype("float32")
RATE = 0.1

PROGRAMS = [(True, True), (True, False), (False, True), (False, False)]


def variable(value: Any, **named: Any) -> Any:
    import keras

    return keras.Variable(np.asarray(value, "float32"), **named)


def linear(
    driver: Any, loop: bool, xla: bool, rows: int = 4, batch_size: int = 3, unroll: int = 1, counts: Any = ()
) -> Any:
    """A program that learns linear regression by gradient descent; the weights, and a counter of steps."""
    from keras import ops

    weight, steps = variable(np.zeros(3)), variable(0.0, trainable=False)
    driver.bind([weight, steps])

    def step(batch: Any) -> dict[str, Any]:
        loss, (gradient,) = driver.gradient(
            lambda: ops.mean(ops.square(ops.matmul(batch["x"], weight.value) - batch["y"])), [weight]
        )
        weight.assign_sub(RATE * gradient)
        steps.assign_add(1.0)
        return {"loss": loss, "one": steps.value * 0.0 + 1.0}

    return driver.training_program(
        step, {"x": driver.put(X), "y": driver.put(Y)}, rows, batch_size, loop, xla, unroll, counts
    )


def by_hand(order: np.ndarray) -> tuple[np.ndarray, float]:
    """The weights after these batches, and the sum of their losses before each step."""
    weight, total = np.zeros(3), 0.0
    for batch in order:
        errors = X[batch].astype("float64") @ weight - Y[batch]
        total += np.mean(errors**2)
        weight = weight - RATE * 2.0 * X[batch].T.astype("float64") @ errors / len(batch)
    return weight, total


@pytest.mark.parametrize("count", [0, 1, 3, 4, 7, 8])
def test_a_loop_of_several_steps_takes_those_that_are_asked_for_and_no_more(count: int, driver: Any) -> None:
    run = linear(driver, True, True, rows=8, unroll=3)
    order = RNG.integers(0, 12, (8, 3)).astype("int32")
    logs = run(order, count)
    expected, total = by_hand(order[:count])
    weight, steps = driver.read()
    np.testing.assert_allclose(weight, expected, rtol=1e-5)
    assert steps == count
    assert logs == {"loss": pytest.approx(total, rel=1e-5), "one": count}


@pytest.mark.parametrize("unroll", [1, 3])
def test_loops_of_constant_length_learn_the_same(unroll: int, driver: Any) -> None:
    run = linear(driver, True, True, rows=8, unroll=unroll, counts={8, 5})
    assert [value.tolist() for value in driver.read()] == [[0.0, 0.0, 0.0], 0.0], "compiling changes nothing"
    order = RNG.integers(0, 12, (8, 3)).astype("int32")
    logs = [run(order, 8), run(order, 5)]
    expected, total = by_hand(np.concatenate([order, order[:5]]))
    weight, steps = driver.read()
    np.testing.assert_allclose(weight, expected, rtol=1e-5)
    assert steps == 13
    assert logs[0]["loss"] + logs[1]["loss"] == pytest.approx(total, rel=1e-5) and [
        log["one"] for log in logs
    ] == [8, 5]


def test_integers_stay_on_a_gpu_and_reach_the_step_as_they_were(
    driver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TensorFlow keeps int32 on the host and would copy the data in every call.

    The GPU is simulated, so that only the types can be checked here.
    """
    if driver.name != "tensorflow":
        pytest.skip("JAX keeps every type on the device")
    monkeypatch.setattr(driver, "is_gpu", lambda: True)
    calls = variable(0.0)
    driver.bind([calls])
    data = {
        "x": driver.put(X),
        "y": driver.put(np.arange(12, dtype="int32")),
        "image": driver.put(np.zeros((12, 2), "uint8")),
    }
    assert {key: value.dtype.name for key, value in data.items()} == {
        "x": "float32",
        "y": "int64",
        "image": "uint8",
    }
    seen = {}

    def step(batch: Any) -> dict[str, Any]:
        seen.update({key: value.dtype.name for key, value in batch.items()})
        from keras import ops

        return {"sum": ops.sum(ops.cast(batch["y"], "float32"))}

    run = driver.training_program(step, data, 1, 3, True, True)
    assert seen == {"x": "float32", "y": "int32", "image": "uint8"}
    assert run(np.array([[1, 2, 11]], "int32"), 1)["sum"] == 14.0


@pytest.mark.parametrize(("loop", "xla"), PROGRAMS)
def test_every_program_takes_the_steps_that_are_asked_for_and_no_more(
    loop: bool, xla: bool, driver: Any
) -> None:
    run = linear(driver, loop, xla)
    assert [value.tolist() for value in driver.read()] == [[0.0, 0.0, 0.0], 0.0], "compiling changes nothing"
    order = RNG.permutation(12).reshape(4, 3).astype("int32")
    logs = run(order, 3)
    expected, total = by_hand(order[:3])
    weight, steps = driver.read()
    np.testing.assert_allclose(weight, expected, rtol=1e-5)
    assert steps == 3.0
    assert logs == {"loss": pytest.approx(total, rel=1e-5), "one": 3.0}
    run(order[::-1].copy(), 4)
    np.testing.assert_allclose(
        driver.read()[0], by_hand(np.concatenate([order[:3], order[::-1]]))[0], rtol=1e-5
    )


def test_what_was_read_stays_what_it_was(driver: Any) -> None:
    """Programs may reuse the memory of their input; what the host has read must not change with it."""
    run = linear(driver, True, True)
    order = np.arange(12, dtype="int32").reshape(4, 3)
    run(order, 4)
    read = driver.read()
    copies = [value.copy() for value in read]
    for _ in range(5):
        run(order, 4)
    assert all(np.array_equal(value, copy) for value, copy in zip(read, copies, strict=True))
    driver.write(read)
    run(order, 4)
    assert all(np.array_equal(value, copy) for value, copy in zip(read, copies, strict=True)), (
        "what was written is copied"
    )
    once = driver.read()[0]
    driver.write(copies)
    run(order, 4)
    np.testing.assert_array_equal(driver.read()[0], once, "the same state and order give the same bits")


def test_variables_hold_the_state_after_sync(driver: Any) -> None:
    run = linear(driver, True, True)
    run(np.arange(12, dtype="int32").reshape(4, 3), 4)
    driver.sync()
    for variable, value in zip(driver.variables, driver.read(), strict=True):
        np.testing.assert_array_equal(np.asarray(variable.value), value)
    run(np.arange(12, dtype="int32").reshape(4, 3), 4)  # the variables' arrays were not given away


def test_gradient_of_a_polynomial(driver: Any) -> None:
    """d/da (3 a^2 + a b) = 6 a + b and d/db = a; a variable that plays no part has gradient 0."""
    a, b, c = variable(2.0), variable(-1.0), variable([5.0, 5.0])
    driver.bind([a, b, c])

    def compute() -> Any:
        from keras import ops

        return 3.0 * ops.square(a.value) + a.value * b.value

    def call() -> Any:
        loss, gradients = driver.gradient(compute, [a, b, c])
        return {"loss": loss, "a": gradients[0], "b": gradients[1], "c": gradients[2]}

    found = {name: np.asarray(value).tolist() for name, value in driver.function(call)().items()}
    assert found == {"loss": 10.0, "a": 11.0, "b": 2.0, "c": [0.0, 0.0]}


def test_gradient_of_a_look_up_is_the_whole_array(driver: Any) -> None:
    """Rows looked up twice get both shares, so that the gradient's square is the square of their sum."""
    from keras import ops

    table = variable(np.zeros((4, 2)))
    driver.bind([table])

    def call() -> Any:
        _, (gradient,) = driver.gradient(
            lambda: ops.sum(
                ops.take(table.value, np.array([1, 1, 3]), axis=0)
                * np.array([[1.0], [2.0], [5.0]], "float32")
            ),
            [table],
        )
        return {"gradient": gradient, "square": ops.square(gradient)}

    found = driver.function(call)()
    assert np.asarray(found["gradient"]).tolist() == [[0, 0], [3, 3], [0, 0], [5, 5]]
    assert np.asarray(found["square"]).tolist() == [[0, 0], [9, 9], [0, 0], [25, 25]]


def test_what_the_loss_changes_on_the_way_is_kept(driver: Any) -> None:
    """Moving averages by hand (momentum 0.9: 0.1 of the batch's mean), and the seeds of dropout."""
    import keras
    from keras import ops

    norm = keras.layers.BatchNormalization(momentum=0.9)
    dropout = keras.layers.Dropout(0.5, seed=1)
    norm.build((None, 3))
    scale = variable(np.ones(3))
    variables = [*norm.variables, *dropout.variables, scale]
    driver.bind(variables)
    before = driver.read()

    def step(batch: Any) -> dict[str, Any]:
        loss, _ = driver.gradient(
            lambda: ops.sum(dropout(norm(batch["x"], training=True), training=True) * scale.value), [scale]
        )
        return {"loss": loss}

    run = driver.training_program(step, {"x": driver.put(X)}, 1, 12, True, True)
    run(np.arange(12, dtype="int32")[None], 1)
    after = driver.read()
    names = [each.path.split("/")[-1] for each in norm.variables]
    mean, variance = names.index("moving_mean"), names.index("moving_variance")
    np.testing.assert_allclose(after[mean], 0.1 * X.mean(0), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(after[variance], 0.9 + 0.1 * X.var(0), rtol=1e-4)
    seeds = len(norm.variables)
    assert not np.array_equal(before[seeds], after[seeds])


def counted(model: Any, batch: Any, by: float = 1.0) -> dict[str, Any]:
    """Changes a variable of the model, as a moving average or a seed generator would."""
    model.calls.assign_add(by)
    return {"calls": model.calls.value + 0.0 * batch["x"]}


def counted_once(model: Any, start: Any) -> dict[str, Any]:
    model.calls.assign_add(1.0)
    return {"sum": start + model.calls.value}


class Model:
    def __init__(self) -> None:
        self.calls = variable(0.0)


def test_a_function_changes_the_state_only_if_it_says_so(driver: Any) -> None:
    calls = variable(0.0)
    driver.bind([calls])

    def call() -> Any:
        calls.assign_add(1.0)
        return calls.value * 1.0

    reading, changing = driver.function(call), driver.function(call, updates=True)
    assert [float(reading()), float(reading())] == [1.0, 1.0]
    assert driver.read()[0] == 0.0
    assert [float(changing()), float(changing())] == [1.0, 2.0]
    assert driver.read()[0] == 2.0
    assert float(reading()) == 3.0, "functions see the present state"


def test_a_function_takes_arrays_of_any_shape_and_dtype_and_dicts_of_them(driver: Any) -> None:
    driver.bind([])
    doubled = driver.function(lambda batch, more: {"x": batch["x"] * 2, "y": batch["y"] + more})
    for shape, dtype in (((2,), "float32"), ((3, 1), "float32"), ((2,), "int32"), ((2,), "float32")):
        x = np.ones(shape, dtype)
        found = doubled({"x": x, "y": np.float32(1.0)}, np.float32(2.0))
        assert np.asarray(found["x"]).dtype == dtype and float(found["y"]) == 3.0
        np.testing.assert_array_equal(found["x"], 2 * x)
    # The same arrays by other names are other arguments.
    assert float(doubled({"y": np.float32(5.0), "x": np.float32(1.0)}, np.float32(2.0))["y"]) == 7.0


def test_evaluation_leaves_the_state_as_it_was(driver: Any) -> None:
    model = Model()
    driver.bind([model.calls])
    predict = Predictor(model, driver)
    assert predict(counted, {"x": np.zeros(5, "float32")}, batch_size=2)["calls"].tolist() == [1.0] * 5
    assert (
        predict(counted, {"x": np.zeros(5, "float32")}, batch_size=2, by=4.0)["calls"].tolist() == [4.0] * 5
    )
    assert predict.once(counted_once, np.float32(10.0))["sum"] == 11.0
    assert driver.read()[0] == 0.0


def test_evaluation_draws_the_same_dropout_again(driver: Any) -> None:
    """If evaluation advanced a seed generator, the next epoch would depend on the number of evaluations."""
    import keras

    dropout = keras.layers.Dropout(0.5, seed=4)
    driver.bind(dropout.variables)
    predict = Predictor(dropout, driver)
    first = predict(dropped, {"x": np.ones((8, 4), "float32")})["y"]
    assert set(np.unique(first)) == {0.0, 2.0}
    np.testing.assert_array_equal(predict(dropped, {"x": np.ones((8, 4), "float32")})["y"], first)


def dropped(model: Any, batch: Any) -> dict[str, Any]:
    return {"y": model(batch["x"], training=True)}


def doubled(model: Any, batch: Any) -> dict[str, Any]:
    return {"y": 2.0 * batch["x"]}


@pytest.mark.parametrize("batch_size", [1, 3, 7, 500])
def test_every_example_is_predicted_once_and_in_order(batch_size: int, driver: Any) -> None:
    driver.bind([])
    x = np.arange(7, dtype="float32")
    np.testing.assert_array_equal(
        Predictor(None, driver)(doubled, {"x": x}, batch_size=batch_size)["y"], 2.0 * x
    )


def test_a_processor_has_neither_tf32_nor_memory_of_its_own(driver: Any) -> None:
    driver.start()
    driver.reset_peak_memory()
    if not driver.is_gpu():
        assert driver.peak_memory() is None and not driver.has_tf32()


def test_out_of_memory_is_told_from_other_errors(driver: Any) -> None:
    assert driver.ran_out_of_memory(MemoryError())
    assert not driver.ran_out_of_memory(ValueError("memory"))


def public(kind: type) -> set[str]:
    """The names of the public methods that a class itself defines."""
    return {name for name, value in vars(kind).items() if not name.startswith("_") and callable(value)} | {
        name for name, value in vars(kind).items() if isinstance(value, staticmethod)
    }


def signatures(kind: type) -> dict[str, inspect.Signature]:
    return {
        name: inspect.signature(getattr(kind, name)).replace(return_annotation=inspect.Signature.empty)
        for name in public(kind)
    }


def test_the_driver_has_the_methods_of_the_protocol_and_no_others(driver_class: Any) -> None:
    """With the same parameters, in the same order, with the same defaults; mypy compares their types."""
    assert public(driver_class) == public(Driver)
    for name, expected in signatures(Driver).items():
        found = signatures(driver_class)[name]
        assert [(p.name, p.kind, p.default) for p in found.parameters.values()] == [
            (p.name, p.kind, p.default) for p in expected.parameters.values()
        ], name


def test_a_state_of_another_length_is_refused(driver: Any) -> None:
    driver.bind([variable(0.0), variable(1.0)])
    with pytest.raises(ValueError):
        driver.write([np.zeros((), "float32")])
    assert [value.tolist() for value in driver.read()] == [0.0, 1.0]
