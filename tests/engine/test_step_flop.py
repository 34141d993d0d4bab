"""The operations of a step, counted on the backend under test, against counting them one by one."""

from typing import Any

import numpy as np
import pytest

RNG = np.random.default_rng(0)


def counted(
    driver: Any, loss: Any, weights: list[Any], data: dict[str, Any], batch_size: int
) -> float | None:
    """The operations of one step that takes the gradient of a loss of the batch."""
    driver.bind(weights)
    held = {key: driver.put(value) for key, value in data.items()}

    def step(batch: Any) -> dict[str, Any]:
        value, gradients = driver.gradient(lambda: loss(batch), weights)
        for weight, gradient in zip(weights, gradients, strict=True):
            weight.assign_sub(gradient)
        return {"loss": value}

    driver.training_program(step, held, 1, batch_size, False, driver.name == "jax")
    found: float | None = driver.step_flop(step, held, batch_size)
    return found


def inside(size: int, taps: int, stride: int, padding: str) -> int:
    """Pairs of an output's place and a tap that falls on the image, along one axis, as TensorFlow pads it."""
    places = -(-size // stride) if padding == "same" else (size - taps) // stride + 1
    before = max((places - 1) * stride + taps - size, 0) // 2 if padding == "same" else 0
    return sum(0 <= place * stride - before + tap < size for place in range(places) for tap in range(taps))


@pytest.mark.parametrize(("padding", "stride"), [("same", 1), ("valid", 1), ("same", 2)])
def test_convolutions_count_the_taps_on_the_image_alone(padding: str, stride: int, driver: Any) -> None:
    """The output and the gradient of the filter: each two operations a tap, and little else."""
    import keras
    from keras import ops

    kernel = keras.Variable(RNG.normal(size=(3, 3, 24, 32)).astype("float32"))
    data = {"x": RNG.normal(size=(16, 7, 6, 24)).astype("float32")}
    found = counted(
        driver,
        lambda batch: ops.sum(ops.square(ops.conv(batch["x"], kernel.value, stride, padding))),
        [kernel],
        data,
        16,
    )
    once = 2 * 16 * inside(7, 3, stride, padding) * inside(6, 3, stride, padding) * 24 * 32
    assert found == pytest.approx(2 * once, rel=0.03)


def test_products_of_matrices_count_twice_their_terms(driver: Any) -> None:
    """Two layers: two products forward, three backward, since the gradient of the data is not wanted."""
    import keras
    from keras import ops

    weights = [keras.Variable(RNG.normal(size=shape).astype("float32")) for shape in ((200, 150), (150, 100))]
    data = {"x": RNG.normal(size=(64, 200)).astype("float32")}
    found = counted(
        driver,
        lambda batch: ops.sum(
            ops.matmul(ops.relu(ops.matmul(batch["x"], weights[0].value)), weights[1].value)
        ),
        weights,
        data,
        64,
    )
    assert found == pytest.approx(2 * 64 * (2 * 200 * 150 + 3 * 150 * 100), rel=0.03)


def test_sums_over_indices_count_as_products_of_matrices(driver: Any) -> None:
    import keras
    from keras import ops

    weight = keras.Variable(RNG.normal(size=(30, 4, 50)).astype("float32"))
    data = {"x": RNG.normal(size=(8, 20, 30)).astype("float32")}
    found = counted(
        driver,
        lambda batch: ops.sum(ops.einsum("btd,dhk->bhtk", batch["x"], weight.value)),
        [weight],
        data,
        8,
    )
    assert found == pytest.approx(2 * (2 * 8 * 20 * 30 * 4 * 50), rel=0.05)


def test_what_loops_is_not_counted(driver: Any) -> None:
    """A recurrent layer's steps are a loop; its body, counted once, would be too little by their number."""
    import keras
    from keras import ops

    layer = keras.layers.SimpleRNN(5)
    layer.build((None, 7, 3))
    data = {"x": RNG.normal(size=(8, 7, 3)).astype("float32")}
    assert (
        counted(driver, lambda batch: ops.sum(layer(batch["x"])), layer.trainable_variables, data, 8) is None
    )
