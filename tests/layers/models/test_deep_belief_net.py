"""The deep belief net against sums over all states of a net of a few units."""

import itertools

import numpy as np

from benchmarks.layers.models.deep_belief_net import ALTERNATIONS, DeepBeliefNet
from benchmarks.spec import Data
from tests.layers.models.test_stacked_machines import drawn, sigmoid


def tiny(tied=False):
    """A net 3-2-2-3 with three labels and random weights; of the latter, those of each machine."""
    model = DeepBeliefNet((2, 2, 3), (3,), 1.0, classes=3, spread=0.1, tied=tied)
    return model, [drawn(machine, number) for number, machine in enumerate([*model.lower, model.top])]


def test_the_softmax_of_the_outputs_is_the_probability_of_each_label_given_the_features():
    model, weights = tiny()
    x = np.random.default_rng(5).random((4, 3)).astype("float32")
    means = x.astype("float64")
    for kernel, _, hidden_bias in weights[:2]:
        means = sigmoid(means @ kernel + hidden_bias)
    kernel, visible_bias, hidden_bias = weights[2]
    hidden = np.array(list(itertools.product([0, 1], repeat=3)), "float64")
    joint = np.empty((4, 3))
    for label in range(3):
        seen = np.concatenate([means, np.tile(np.eye(3)[label], (4, 1))], axis=1)
        joint[:, label] = np.exp(
            seen @ kernel @ hidden.T + (seen @ visible_bias)[:, None] + hidden @ hidden_bias
        ).sum(1)
    outputs = np.exp(np.asarray(model(x), "float64"))
    np.testing.assert_allclose(
        outputs / outputs.sum(1, keepdims=True), joint / joint.sum(1, keepdims=True), rtol=1e-4
    )


def test_samples_with_a_label_have_the_means_of_the_net_given_that_label():
    """The features and hidden units of the top machine are summed over, then the layers on the way down."""
    model, weights = tiny()
    for down, (kernel, _, _) in zip(model.down, weights, strict=False):
        down.assign(0.5 * kernel.T)
    uniform = np.random.default_rng(1).random((4000, model.latent)).astype("float32")
    uniform[:, 0] = 0.5  # the second of three labels
    kernel, visible_bias, hidden_bias = weights[2]
    states = np.array(list(itertools.product([0, 1], repeat=2)), "float64")
    seen = np.concatenate([states, np.tile([0.0, 1.0, 0.0], (4, 1))], axis=1)
    odds = np.exp(seen @ visible_bias + np.logaddexp(0.0, seen @ kernel + hidden_bias).sum(1))
    of_features = odds / odds.sum()
    first = sigmoid(0.5 * states @ weights[1][0].T + weights[1][1])  # p(lower unit on | features)
    of_lower = np.prod(np.where(states[None] == 1, first[:, None], 1.0 - first[:, None]), axis=2)
    expected = of_features @ of_lower @ sigmoid(0.5 * states @ weights[0][0].T + weights[0][1])
    found = np.asarray(model.generate(uniform)).mean(0)
    np.testing.assert_allclose(found, expected, atol=0.02)
    assert model.latent == 1 + 2 + ALTERNATIONS * 5 + 2


def test_the_way_down_starts_from_the_way_up_and_is_it_where_weights_are_tied():
    model, weights = tiny()
    model.begin_stage("up-down", Data({}, {}, {}), None)
    for number, down in enumerate(model.down):
        np.testing.assert_allclose(np.asarray(down.value), weights[number][0].T, rtol=1e-6)
    tied, _ = tiny(tied=True)
    state = np.random.default_rng(0).random((5, 2)).astype("float32")
    assert not tied.down
    np.testing.assert_allclose(np.asarray(tied.below(1, state)), np.asarray(model.below(1, state)), rtol=1e-6)


def test_the_top_machine_sees_the_means_below_and_the_label():
    model, weights = tiny()
    x = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]], "float32")
    means = sigmoid(sigmoid(x @ weights[0][0] + weights[0][2]) @ weights[1][0] + weights[1][2])
    seen = np.asarray(model.seen_by(model.top, {"x": x, "y": np.array([2, 0])}))
    np.testing.assert_allclose(seen, np.concatenate([means, [[0, 0, 1], [1, 0, 0]]], axis=1), rtol=1e-5)
