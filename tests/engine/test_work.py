"""The work of a step, counted on the backend under test, against counting it by hand.

Both backends are held to the same numbers: bytes exactly, operations within the few percent by which those
around the products differ.
"""

import importlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from benchmarks.engine.work import Uncounted, Work, taps_inside, trips

RNG = np.random.default_rng(0)
#: Bytes of a float32, or of an index.
WORD = 4


def counted(driver: Any, loss: Any, weights: list[Any], data: dict[str, Any], batch_size: int) -> Work | None:
    """The work of one step that takes the gradient of a loss of the batch, and subtracts it."""

    def step(batch: Any) -> dict[str, Any]:
        value, gradients = driver.gradient(lambda: loss(batch), weights)
        for weight, gradient in zip(weights, gradients, strict=True):
            weight.assign_sub(gradient)
        return {"loss": value}

    return of_step(driver, step, weights, data, batch_size)


def of_step(
    driver: Any, step: Any, variables: list[Any], data: dict[str, Any], batch_size: int
) -> Work | None:
    """The work of a step over these variables."""
    driver.bind(variables)
    held = {key: driver.put(value) for key, value in data.items()}
    found: Work | None = driver.step_work(step, held, batch_size)
    return found


def variables(*shapes: tuple[int, ...]) -> list[Any]:
    import keras

    return [keras.Variable(RNG.normal(size=shape).astype("float32")) for shape in shapes]


def examples(*shape: int) -> dict[str, np.ndarray]:
    return {"x": RNG.normal(size=shape).astype("float32")}


def words(*shapes: tuple[int, ...]) -> int:
    """The bytes of float32 arrays."""
    return WORD * sum(map(math.prod, shapes))


def taken(*batch: int) -> int:
    """The bytes of taking a batch from the data: its indices, and each number read and written."""
    return WORD * batch[0] + 2 * words(batch)


def product(a: int, b: int, c: int) -> Work:
    """A matrix [a, b] times one [b, c]."""
    return Work(2 * a * b * c, words((a, b), (b, c), (a, c)))


def test_a_dense_layer_has_two_products_and_its_update(driver: Any) -> None:
    """The gradient of the data is not wanted. The update reads and writes the weight and its moment."""
    from keras import ops

    weight, moment = variables((200, 150), (200, 150))

    def step(batch: Any) -> dict[str, Any]:
        loss, (gradient,) = driver.gradient(
            lambda: ops.sum(ops.square(ops.matmul(batch["x"], weight.value))), [weight]
        )
        moment.assign(0.9 * moment.value + gradient)
        weight.assign_sub(0.1 * moment.value)
        return {"loss": loss}

    found = of_step(driver, step, [weight, moment], examples(64, 200), 64)
    products = product(64, 200, 150) + product(200, 64, 150)
    assert found is not None
    assert found.flop == pytest.approx(products.flop, rel=0.05)
    assert found.bytes == taken(64, 200) + products.bytes + 2 * words((200, 150), (200, 150))


def test_products_of_matrices_count_twice_their_terms(driver: Any) -> None:
    """Two layers: two products forward, three backward."""
    from keras import ops

    weights = variables((200, 150), (150, 100))
    found = counted(
        driver,
        lambda batch: ops.sum(
            ops.matmul(ops.relu(ops.matmul(batch["x"], weights[0].value)), weights[1].value)
        ),
        weights,
        examples(64, 200),
        64,
    )
    assert found is not None
    assert found.flop == pytest.approx(2 * 64 * (2 * 200 * 150 + 3 * 150 * 100), rel=0.03)


def inside(size: int, taps: int, stride: int, padding: str) -> int:
    """Pairs of an output's place and a tap that falls on the image, along one axis, as TensorFlow pads it."""
    places = -(-size // stride) if padding == "same" else (size - taps) // stride + 1
    before = max((places - 1) * stride + taps - size, 0) // 2 if padding == "same" else 0
    return sum(0 <= place * stride - before + tap < size for place in range(places) for tap in range(taps))


@pytest.mark.parametrize(("padding", "stride"), [("same", 1), ("valid", 1), ("same", 2)])
def test_convolutions_count_the_taps_on_the_image_alone(padding: str, stride: int, driver: Any) -> None:
    """The output and the gradient of the filter: each two operations a tap, and little else."""
    from keras import ops

    (kernel,) = variables((3, 3, 24, 32))
    found = counted(
        driver,
        lambda batch: ops.sum(ops.square(ops.conv(batch["x"], kernel.value, stride, padding))),
        [kernel],
        examples(16, 7, 6, 24),
        16,
    )
    once = 2 * 16 * inside(7, 3, stride, padding) * inside(6, 3, stride, padding) * 24 * 32
    places = {("same", 1): (7, 6), ("valid", 1): (5, 4), ("same", 2): (4, 3)}[padding, stride]
    assert found is not None
    assert found.flop == pytest.approx(2 * once, rel=0.03)
    assert found.bytes == taken(16, 7, 6, 24) + 2 * words(
        (16, 7, 6, 24), (3, 3, 24, 32), (16, *places, 32)
    ) + (2 * words((3, 3, 24, 32)))


def test_the_gradient_of_an_image_counts_as_its_convolution(driver: Any) -> None:
    """Two layers: two convolutions forward, two gradients of filters, and one of the image between them."""
    from keras import ops

    weights = variables((3, 3, 8, 16), (3, 3, 16, 64))

    def loss(batch: Any) -> Any:
        between = ops.relu(ops.conv(batch["x"], weights[0].value, 1, "same"))
        return ops.sum(ops.conv(between, weights[1].value, 2, "same"))

    found = counted(driver, loss, weights, examples(4, 9, 9, 8), 4)
    first = 2 * 4 * inside(9, 3, 1, "same") ** 2 * 8 * 16
    second = 2 * 4 * inside(9, 3, 2, "same") ** 2 * 16 * 64
    assert found is not None
    assert found.flop == pytest.approx(2 * first + 3 * second, rel=0.02)


def test_sums_over_indices_count_as_products_of_matrices(driver: Any) -> None:
    from keras import ops

    (weight,) = variables((30, 4, 50))
    found = counted(
        driver,
        lambda batch: ops.sum(ops.einsum("btd,dhk->bhtk", batch["x"], weight.value)),
        [weight],
        examples(8, 20, 30),
        8,
    )
    assert found is not None
    assert found.flop == pytest.approx(2 * (2 * 8 * 20 * 30 * 4 * 50), rel=0.05)


def test_attention_has_two_products_of_activations(driver: Any) -> None:
    """Scores and their use: two products of [20, 16] forward, and for each of them two backward.

    Before them three projections, backward for their weights alone.
    """
    from keras import ops

    n, t, d = 4, 20, 16
    weights = variables((d, d), (d, d), (d, d))

    def loss(batch: Any) -> Any:
        query, key, value = (ops.matmul(batch["x"], weight.value) for weight in weights)
        scores = ops.softmax(ops.matmul(query, ops.transpose(key, (0, 2, 1))))
        return ops.sum(ops.square(ops.matmul(scores, value)))

    found = counted(driver, loss, weights, examples(n, t, d), n)
    projection = product(n * t, d, d)
    attended = Work(n * 2 * t * d * t, words((n, t, d), (n, t, d), (n, t, t)))
    assert found is not None
    products = projection.times(6) + attended.times(6)
    assert found.bytes == taken(n, t, d) + products.bytes + 2 * words((d, d), (d, d), (d, d))
    assert found.flop == pytest.approx(products.flop, rel=0.12)


@pytest.mark.parametrize("steps", [1, 7])
def test_a_recurrent_layer_counts_every_step(steps: int, driver: Any) -> None:
    """LSTM: a step has products of input and state with the four gates' weights.

    Backward each has the gradient of its weight, and the state that of itself: the input's is not wanted.
    """
    import keras
    from keras import ops

    n, width, units = 16, 24, 40
    layer = keras.layers.LSTM(units)
    layer.build((None, steps, width))
    found = counted(
        driver,
        lambda batch: ops.sum(layer(batch["x"])),
        layer.trainable_variables,
        examples(n, steps, width),
        n,
    )
    gates = product(n, width, 4 * units).times(2) + product(n, units, 4 * units).times(3)
    assert found is not None
    assert found.flop == pytest.approx(gates.times(steps).flop, rel=0.12)
    updates = 2 * words((width, 4 * units), (units, 4 * units), (4 * units,))
    assert found.bytes == taken(n, steps, width) + gates.times(steps).bytes + updates


def test_a_loop_is_its_length_times_its_body(driver: Any) -> None:
    """Also inside another loop, and with a gradient through it."""
    from keras import ops

    from benchmarks.layers.recurrent.scan import scan

    n, d = 8, 60
    (weight,) = variables((d, d))

    def turn(h: Any) -> Any:
        return ops.matmul(h, weight.value)

    def outer(h: Any, x: Any) -> tuple[Any, Any]:
        within = scan(lambda h, _: (turn(h), h[:, :1]), h, ops.zeros((n, 3)))[0]
        return within, within[:, :1]

    found = counted(
        driver,
        lambda batch: ops.sum(scan(outer, batch["x"], ops.zeros((n, 5)))[0]),
        [weight],
        examples(n, d),
        n,
    )
    once = product(n, d, d).times(2) + product(d, n, d)
    assert found is not None
    assert found.flop == pytest.approx(once.times(15).flop, rel=0.2)
    assert found.bytes == taken(n, d) + once.times(15).bytes + 2 * words((d, d))


def forward(driver: Any, compute: Callable[[Any, Any], Any], n: int = 8, d: int = 60) -> Work | None:
    """The work of a step that computes from x [n, d] and a weight [d, d], without gradient or update."""
    from keras import ops

    (weight,) = variables((d, d))
    return of_step(
        driver,
        lambda batch: {"loss": ops.sum(compute(batch["x"], weight.value))},
        [weight],
        examples(n, d),
        n,
    )


def test_loops_that_count_to_a_constant_are_counted(driver: Any) -> None:
    from keras import ops

    by_range = forward(driver, lambda x, w: ops.fori_loop(2, 7, lambda i, x: ops.matmul(x, w), x))
    by_condition = forward(
        driver,
        lambda x, w: ops.while_loop(lambda i, x: i < 10, lambda i, x: (i + 2, ops.matmul(x, w)), (0, x))[1],
    )
    by_sequence = forward(
        driver, lambda x, w: ops.scan(lambda x, _: (ops.matmul(x, w), x), x, ops.zeros((5, 1)))[0]
    )
    for found in (by_range, by_condition, by_sequence):
        assert found is not None
        assert found.flop == pytest.approx(product(8, 60, 60).times(5).flop, rel=0.02)
        assert found.bytes == taken(8, 60) + product(8, 60, 60).times(5).bytes


def test_a_loop_that_ends_by_data_is_not_counted(driver: Any) -> None:
    from keras import ops

    def until_large(x: Any, w: Any) -> Any:
        return ops.while_loop(lambda x: ops.sum(x) < 100.0, lambda x: (ops.matmul(x, w),), (x,))[0]

    def as_told(x: Any, w: Any) -> Any:
        count = ops.cast(ops.sum(x), "int32")
        return ops.while_loop(lambda i, x: i < count, lambda i, x: (i + 1, ops.matmul(x, w)), (0, x))[1]

    def at_most(x: Any, w: Any) -> Any:
        """The largest number of iterations is not their number."""
        return ops.while_loop(
            lambda x: ops.sum(x) < 100.0, lambda x: (ops.matmul(x, w),), (x,), maximum_iterations=3
        )[0]

    assert [forward(driver, compute) for compute in (until_large, as_told, at_most)] == [None] * 3


def test_of_branches_the_larger_one_counts(driver: Any) -> None:
    from keras import ops

    def compute(x: Any, w: Any) -> Any:
        return ops.cond(
            ops.sum(x) > 0, lambda: ops.matmul(x, w), lambda: ops.matmul(ops.matmul(x, w), ops.transpose(w))
        )

    found = forward(driver, compute)
    assert found is not None
    assert found.flop == pytest.approx(product(8, 60, 60).times(2).flop, rel=0.05)
    assert found.bytes == taken(8, 60) + product(8, 60, 60).times(2).bytes


def test_a_branch_counts_as_often_as_its_turn_comes(driver: Any) -> None:
    """In every fourth step two products more."""
    from keras import ops

    from benchmarks.rules import turns

    (weight,), count = variables((60, 60)), turns.counter()

    def step(batch: Any) -> dict[str, Any]:
        w = weight.value
        once = ops.matmul(batch["x"], w)
        more = turns.when(
            turns.is_turn(count.value, 4), lambda: ops.matmul(ops.matmul(once, w), ops.transpose(w)), once
        )
        count.assign_add(1)
        return {"loss": ops.sum(more)}

    number = np.dtype(count.dtype).itemsize
    found = of_step(driver, step, [weight, count], examples(8, 60), 8)
    assert found is not None
    assert found.flop == pytest.approx(product(8, 60, 60).times(1.5).flop, rel=0.05)
    assert found.bytes == taken(8, 60) + product(8, 60, 60).times(1.5).bytes + 2 * number


def test_inner_functions_count_as_if_written_out(driver: Any) -> None:
    """Also one that computes again what its gradient needs: both layers, before the three backward."""
    import keras
    from keras import ops

    inner = driver_function(driver, ops.matmul)
    found = forward(driver, lambda x, w: inner(inner(x, w), w))
    assert found is not None
    assert found.bytes == taken(8, 60) + product(8, 60, 60).times(2).bytes

    weights = variables((60, 60))
    again = keras.remat(
        lambda x: ops.tanh(ops.matmul(ops.tanh(ops.matmul(x, weights[0].value)), weights[0].value))
    )
    found = counted(driver, lambda batch: ops.sum(again(batch["x"])), weights, examples(8, 60), 8)
    assert found is not None
    # TensorFlow also computes the gradient of the argument.
    most = {"jax": 7, "tensorflow": 8}[driver.name]
    assert found.bytes == taken(8, 60) + product(8, 60, 60).times(most).bytes + 2 * words((60, 60))


def driver_function(driver: Any, call: Callable[..., Any]) -> Callable[..., Any]:
    """The backend's compiled function inside of a program."""
    framework = importlib.import_module(driver.name)
    compiled: Callable[..., Any] = (
        framework.function(call) if driver.name == "tensorflow" else framework.jit(call)
    )
    return compiled


def test_a_look_up_reads_the_rows_that_it_takes(driver: Any) -> None:
    """The table of 1000 rows is read and written in the update alone, and its gradient written once."""
    from keras import ops

    (table,) = variables((1000, 16))
    data = {"x": RNG.integers(1000, size=(8, 5)).astype("int32")}
    found = counted(
        driver, lambda batch: ops.sum(ops.square(ops.take(table.value, batch["x"], axis=0))), [table], data, 8
    )
    indices, rows = words((8, 5)), words((8, 5, 16))
    assert found is not None
    forwards, backwards = indices + 2 * rows, indices + rows + words((1000, 16))
    assert found.bytes == taken(8, 5) + forwards + backwards + 2 * words((1000, 16))


def test_what_no_shape_tells_is_not_counted(driver: Any) -> None:
    from keras import ops

    assert forward(driver, lambda x, w: ops.cholesky(ops.matmul(w, ops.transpose(w)))) is None


@pytest.mark.parametrize(
    ("stride", "before", "apart", "holes"), [(1, 0, 1, 1), (2, 1, 1, 1), (1, 2, 2, 1), (1, 2, 1, 2)]
)
def test_taps_inside_is_what_a_convolution_of_ones_adds_up(
    stride: int, before: int, apart: int, holes: int
) -> None:
    """NumPy convolves an image of ones, with the zeros written out, with a filter of ones."""
    size, taps = 7, 3
    image = np.zeros(before + (size - 1) * holes + 1 + before)
    image[before : before + (size - 1) * holes + 1 : holes] = 1
    kernel = np.zeros((taps - 1) * apart + 1)
    kernel[::apart] = 1
    sums = np.convolve(image, kernel, "valid")[::stride]
    assert taps_inside(size, taps, len(sums), stride, before, apart, holes) == sums.sum()


@pytest.mark.parametrize(
    ("start", "step", "end", "times"), [(0, 1, 5, 5), (2, 3, 9, 3), (2, 3, 8, 2), (5, 1, 5, 0)]
)
def test_trips_are_those_of_a_range(start: int, step: int, end: int, times: int) -> None:
    assert trips(start, step, end) == len(range(start, end, step)) == times


def test_a_loop_that_does_not_count_upwards_has_no_end() -> None:
    with pytest.raises(Uncounted, match="steps of 0"):
        trips(0, 0, 5)
