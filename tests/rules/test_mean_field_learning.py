"""Learning by mean fields against finite differences of the bound."""

import keras
import numpy as np
import pytest

from benchmarks.layers.models.sigmoid_belief_net import SigmoidBeliefNets
from benchmarks.rules.mean_field_learning import Learner
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage

IMAGES = np.array([[1, 1, 0, 0], [0, 1, 1, 0], [1, 0, 1, 1], [0, 0, 0, 1]], "float32")
LABELS = np.array([0, 1, 0, 1], "int32")


def no_loss(model, batch, training):
    raise AssertionError("the rule has its own derivatives")


def learner(model, **options):
    stage = Stage("", rule_options=options, optimizer={"name": "SGD", "learning_rate": 0.5}, batch_size=4)
    return Learner(Context(model, no_loss, stage, Data({}, {}, {}), None, steps=1, seed=3))


def drawn():
    model = SigmoidBeliefNets((2, 3, 4), nets=2, sweeps=4)
    rng = np.random.default_rng(0)
    for weight in model.trainable_variables:
        weight.assign(rng.normal(size=weight.shape))
    return model


def test_the_derivatives_are_those_of_the_bound_with_its_means_held_fixed():
    """The bound by the formulas of the paper in float64, each derivative by a difference."""
    model = drawn()
    rule = learner(model)
    _, climbs = rule.climb(keras.ops.convert_to_tensor(IMAGES), LABELS)
    settled = model.settle(keras.ops.convert_to_tensor(IMAGES), *model.parameters_of(LABELS))
    means, slants = (
        [keras.ops.convert_to_numpy(part)[:, 0].astype("float64") for part in kind] for kind in settled
    )
    values = [np.asarray(weight.value, "float64") for weight in rule.weights]

    def total():
        """The sum over the two examples of each net, without the entropy, by half of four."""
        links, biases = values[:2], values[2:]
        bound = 0.0
        for n, net in enumerate(LABELS):
            bound += means[0][n] @ biases[0][net] - np.logaddexp(0, biases[0][net]).sum()
            for layer in range(2):
                mu, below, xi = means[layer][n], means[layer + 1][n], slants[layer][n]
                link, bias = links[layer][net], biases[layer + 1][net]
                tilted = sum(
                    np.exp(factor * bias) * np.prod(1 - mu + mu * np.exp(factor[:, None] * link), axis=1)
                    for factor in (-xi, 1 - xi)
                )
                bound += (below - xi) @ (link @ mu + bias) - np.log(tilted).sum()
        return bound / 2

    for value, climb in zip(values, climbs, strict=True):
        climb = keras.ops.convert_to_numpy(climb)
        for place in np.ndindex(value.shape):
            ends = []
            for step in (1e-5, -1e-5):
                value[place] += step
                ends.append(total())
                value[place] -= step
            assert climb[place] == pytest.approx((ends[0] - ends[1]) / 2e-5, abs=1e-4)


def test_a_net_learns_from_its_own_examples_alone_links_decay_and_variables_repeat_the_course():
    model = drawn()
    rule = learner(model, decay=0.1)
    batch = {"x": IMAGES[:2], "y": np.zeros(2, "int32")}
    kept = [np.asarray(variable.value).copy() for variable in rule.variables]
    first = float(rule.step(batch)["loss"])
    once = [np.asarray(variable.value).copy() for variable in rule.variables]
    for before, after in zip(kept[:2], once[:2], strict=True):
        assert not np.allclose(0.95 * before[0], after[0])
        np.testing.assert_allclose(0.95 * before[1], after[1], rtol=1e-5)
    for variable, value in zip(rule.variables, kept, strict=True):
        variable.assign(value)
    assert float(rule.step(batch)["loss"]) == first
    for variable, value in zip(rule.variables, once, strict=True):
        np.testing.assert_array_equal(np.asarray(variable.value), value)


def test_what_is_not_an_option_is_refused():
    with pytest.raises(ValueError, match="no option 'rate'"):
        learner(SigmoidBeliefNets((2, 4)), rate=1.0)
    with pytest.raises(ValueError, match="trains belief nets, not a Dense"):
        learner(keras.layers.Dense(1))
