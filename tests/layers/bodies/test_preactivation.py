"""The units of figure 4, against the residual block that they rearrange and by what the paper says of
them.
"""

import keras
import numpy as np
import pytest

from benchmarks.layers.bodies.preactivation import ORDERS, body, unit
from benchmarks.layers.bodies.residual import block

RNG = np.random.default_rng(2016)


def built(make, channels: int = 6):
    inputs = keras.Input((6, 6, channels))
    return keras.Model(inputs, make(inputs))


def noise(model) -> None:
    """Weights of all kinds away from their initial values."""
    model.set_weights(
        [
            RNG.uniform(0.5, 1.5, weight.shape) if len(weight.shape) == 1 else RNG.normal(size=weight.shape)
            for weight in model.weights
        ]
    )


def images(channels: int = 6) -> np.ndarray:
    return RNG.normal(size=(2, 6, 6, channels)).astype("float32")


@pytest.mark.parametrize(("maps", "stride", "bottleneck"), [(6, 1, False), (8, 2, False), (3, 2, True)])
def test_the_original_order_is_the_residual_block_of_2015(maps, stride, bottleneck):
    ours = built(lambda x: unit(x, ORDERS["original"], maps, stride, bottleneck))
    theirs = built(lambda x: block(x, maps, stride, bottleneck, project=bottleneck))
    noise(ours)
    theirs.set_weights([np.asarray(weight.value) for weight in ours.weights])
    x = images()
    np.testing.assert_allclose(np.asarray(ours(x)), np.asarray(theirs(x)), rtol=1e-5, atol=1e-5)


def test_only_pre_activation_leaves_the_carried_signal_alone():
    """With a branch of zeros, the signal passes unchanged, negative values and all, if and only if nothing
    follows the addition.
    """
    x = images()
    passed = {}
    for name, order in ORDERS.items():
        model = built(lambda inputs, order=order: unit(inputs, order, 6))
        for layer in model.layers:
            if isinstance(layer, keras.layers.Conv2D):
                layer.kernel.assign(np.zeros(layer.kernel.shape))
        passed[name] = np.allclose(np.asarray(model(x)), x, atol=1e-6)
    assert passed == {
        "original": False,
        "bn-after-addition": False,
        "relu-before-addition": True,
        "relu-only": True,
        "preactivation": True,
    }


@pytest.mark.parametrize("order", ORDERS)
def test_a_relu_before_the_addition_can_only_add(order):
    """The paper's reason against it: the branch of that order, and of no other, is never negative."""
    model = built(lambda x: unit(x, ORDERS[order], 6))
    add = next(layer for layer in model.layers if isinstance(layer, keras.layers.Add))
    noise(model)
    branch = np.asarray(keras.Model(model.input, add.input[1])(images()))
    assert (branch.min() >= 0) == (order == "relu-before-addition")


@pytest.mark.parametrize("depth", [8, 14])
def test_all_orders_have_the_same_parts(depth):
    """ "All these units consist of the same components": as many weights, convolutions, normalisations and
    ReLUs.
    """
    inputs = keras.Input((8, 8, 3))
    found = set()
    for order in ORDERS:
        model = keras.Model(inputs, body(inputs, depth, order, (4, 8, 16)))
        kinds = [type(layer).__name__ for layer in model.layers]
        found.add(
            (model.count_params(), *(kinds.count(kind) for kind in ("Conv2D", "BatchNormalization", "ReLU")))
        )
    assert len(found) == 1
    assert found.pop()[1:] == (depth - 1, depth - 1, depth - 1)


def test_both_paths_of_the_first_unit_are_activated():
    """The paper's appendix; the second unit carries negative values on."""
    inputs = keras.Input((8, 8, 3))
    model = keras.Model(inputs, body(inputs, 14, widths=(4, 8, 16)))
    adds = [layer for layer in model.layers if isinstance(layer, keras.layers.Add)]
    carried = keras.Model(inputs, [adds[0].input[0], adds[1].input[0]])(
        RNG.normal(size=(4, 8, 8, 3)).astype("float32")
    )
    assert [bool(np.asarray(signal).min() >= 0) for signal in carried] == [True, False]


def test_other_depths_and_orders_are_refused():
    with pytest.raises(ValueError, match=r"depth 165 is not of the form 9n \+ 2"):
        body(keras.Input((8, 8, 3)), 165)
    with pytest.raises(ValueError, match=r"depth 15 is not of the form 6n \+ 2"):
        body(keras.Input((8, 8, 3)), 15)
    with pytest.raises(ValueError, match="order 'none' is not in the paper's figure 4"):
        body(keras.Input((8, 8, 3)), 14, "none")
