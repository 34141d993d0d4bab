"""The up-down rule against its expectation, summed over everything that can be drawn in a tiny net."""

import itertools

import keras
import numpy as np
import pytest

from benchmarks.layers.models.deep_belief_net import DeepBeliefNet
from benchmarks.rules.protocol import Context
from benchmarks.rules.up_down import Learner
from benchmarks.spec import Data, Stage
from tests.layers.models.test_stacked_machines import sigmoid


def learner(model, **options):
    stage = Stage("", rule="up_down", rule_options=options, optimizer={"name": "SGD", "learning_rate": 1.0})
    return Learner(Context(model, lambda *_: None, stage, Data({}, {}, {}), None, steps=1, seed=3))


def chance(states, mean):
    """The probabilities of binary states with these means."""
    return np.prod(np.where(states == 1, mean, 1.0 - mean), axis=-1)


def expected_changes(values, x, label):
    """What one step changes on average: appendix B of the paper, all draws weighted by their probability."""
    both = np.array(list(itertools.product([0.0, 1.0], repeat=2)))
    one = np.array([[0.0], [1.0]])
    w1, w2, top, d1, d2 = (values[name] for name in ("w1", "w2", "top", "d1", "d2"))
    changes = {name: np.zeros_like(value) for name, value in values.items()}
    for hid, pen in itertools.product(both, one):
        p = chance(hid, sigmoid(x @ w1 + values["up1"])) * chance(pen, sigmoid(hid @ w2 + values["up2"]))
        wrong = x - sigmoid(hid @ d1 + values["b1"])
        changes["d1"] += p * np.outer(hid, wrong)
        changes["b1"] += p * wrong
        wrong = hid - sigmoid(pen @ d2 + values["b2"])
        changes["d2"] += p * np.outer(pen, wrong)
        changes["b2"] += p * wrong
        seen = np.concatenate([pen, label])
        for first, dream_pen, last in itertools.product(both, one, both):
            q = p * chance(first, sigmoid(seen @ top + values["c"]))
            total = top @ first + values["b3"]
            q = q * chance(dream_pen, sigmoid(total[:1]))
            labels = np.exp(total[1:]) / np.exp(total[1:]).sum()
            dreamt = np.concatenate([dream_pen, labels])
            q = q * chance(last, sigmoid(dreamt @ top + values["c"]))
            changes["top"] += q * (np.outer(seen, first) - np.outer(dreamt, last))
            changes["b3"] += q * (seen - dreamt)
            changes["c"] += q * (first - last)
            for sleep in both:
                r = q * chance(sleep, sigmoid(dream_pen @ d2 + values["b2"]))
                image = sigmoid(sleep @ d1 + values["b1"])
                wrong = dream_pen - sigmoid(sleep @ w2 + values["up2"])
                changes["w2"] += r * np.outer(sleep, wrong)
                changes["up2"] += r * wrong
                wrong = sleep - sigmoid(image @ w1 + values["up1"])
                changes["w1"] += r * np.outer(image, wrong)
                changes["up1"] += r * wrong
    return changes


def test_the_mean_step_is_the_sum_over_all_that_can_be_drawn():
    model = DeepBeliefNet((2, 1, 2), (2,), 1.0, classes=2, spread=0.1, tied=False)
    (one, two), top = model.lower, model.top
    weights = {
        "w1": one.kernel, "up1": one.hidden_bias, "b1": one.visible_bias, "d1": model.down[0],
        "w2": two.kernel, "up2": two.hidden_bias, "b2": two.visible_bias, "d2": model.down[1],
        "top": top.kernel, "b3": top.visible_bias, "c": top.hidden_bias,
    }  # fmt: skip
    rng = np.random.default_rng(0)
    values = {name: rng.normal(size=weight.shape) for name, weight in weights.items()}
    for name, weight in weights.items():
        weight.assign(values[name])
    x = np.array([0.8, 0.1])
    n = 60_000
    learner(model, steps=1).step({"x": np.tile(x, (n, 1)).astype("float32"), "y": np.ones(n, "int32")})
    for name, change in expected_changes(values, x, np.array([0.0, 1.0])).items():
        found = np.asarray(weights[name].value, "float64") - values[name]
        np.testing.assert_allclose(found, change, atol=0.012, err_msg=name)


def test_further_alternations_move_the_top_machine_alone_on_the_way_up():
    """More steps change what is dreamt, and nothing of what is learned awake from the same draws."""
    models = []
    for steps in (1, 4):
        keras.utils.set_random_seed(0)
        model = DeepBeliefNet((3, 3, 4), (4,), 1.0, classes=2, spread=1.0, tied=False)
        learner(model, steps=steps).step({"x": np.eye(4, dtype="float32"), "y": np.array([0, 1, 0, 1])})
        models.append(model)
    one, four = models
    for mine, yours in zip(one.down, four.down, strict=True):
        np.testing.assert_allclose(np.asarray(mine.value), np.asarray(yours.value), rtol=1e-6)
    assert not np.allclose(np.asarray(one.top.kernel.value), np.asarray(four.top.kernel.value))


@pytest.mark.parametrize(
    ("tied", "options", "message"),
    [
        (False, {"rate": 1}, "no option 'rate'"),
        (False, {"steps": 0}, "must be 1 or more"),
        (True, {}, "tied=False"),
    ],
)
def test_what_cannot_be_trained_is_refused(tied, options, message):
    model = DeepBeliefNet((2, 2, 2), (2,), 1.0, classes=2, spread=0.1, tied=tied)
    with pytest.raises(ValueError, match=message):
        learner(model, **options)
