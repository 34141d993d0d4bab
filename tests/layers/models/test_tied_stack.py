"""Up and down a stack by the same weights, in NumPy."""

import numpy as np

from benchmarks.layers.models.tied_stack import TiedStack
from tests.layers.models.test_stacked_machines import drawn, sigmoid


def test_what_goes_up_comes_down_by_the_same_weights():
    model = TiedStack((4, 3, 5), (2, 3, 1), 16.0, spread=0.1)
    weights = [drawn(machine, number) for number, machine in enumerate(model.network.machines)]
    x = np.random.default_rng(9).integers(0, 17, (5, 2, 3, 1))
    state = x.reshape(5, 6) / 16
    for kernel, _, hidden_bias in weights:
        state = sigmoid(state @ kernel + hidden_bias)
    for kernel, visible_bias, _ in reversed(weights):
        logits = state @ kernel.T + visible_bias
        state = sigmoid(logits)
    np.testing.assert_allclose(np.asarray(model(x)), logits, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(np.asarray(model.reconstruct(x.reshape(5, 6) / 16)), state, rtol=1e-4)


def test_a_machine_sees_the_means_of_the_one_below():
    model = TiedStack((4, 3), (2, 3, 1), 16.0, spread=0.1)
    (kernel, _, hidden_bias), _ = (
        drawn(machine, number) for number, machine in enumerate(model.network.machines)
    )
    x = np.random.default_rng(9).integers(0, 17, (5, 2, 3, 1))
    first, second = model.network.machines
    np.testing.assert_allclose(np.asarray(model.seen_by(first, {"x": x})), x.reshape(5, 6) / 16)
    above = sigmoid(x.reshape(5, 6) / 16 @ kernel + hidden_bias)
    np.testing.assert_allclose(np.asarray(model.seen_by(second, {"x": x})), above, rtol=1e-4)
