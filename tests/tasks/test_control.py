"""Returns against episodes played one by one with Gymnasium."""

import gymnasium
import keras
import numpy as np
import pytest
from keras import ops

from benchmarks.engine.backend import driver_class
from benchmarks.engine.predict import Predictor
from benchmarks.spec import Data
from benchmarks.tasks import control

DATA = Data({}, {}, {}, {"environment": "CartPole-v1", "solved_return": 475.0})


def lean(observations):
    """Push to the side to which the pole leans: balances for a while."""
    return (observations[:, 2] > 0).astype(int)


def played_alone(seed):
    environment = gymnasium.make("CartPole-v1")
    observation, _ = environment.reset(seed=seed)
    total, done = 0.0, False
    while not done:
        observation, reward, terminated, truncated, _ = environment.step(int(lean(observation[None])[0]))
        total, done = total + float(reward), terminated or truncated
    return total


def test_episodes_side_by_side_are_those_played_alone():
    seeds = [5, 6, 7, 8]
    found = control.returns(lean, "CartPole-v1", seeds)
    assert list(found) == [played_alone(seed) for seed in seeds]
    assert len(set(found)) > 1


def model(weights):
    net = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, use_bias=False)])
    net.set_weights([np.asarray(weights, "float32")])
    return net


@pytest.fixture
def predict():
    # The second action is worth more exactly where `lean` takes it.
    net = model([[0.0, 0.0], [0.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    driver = driver_class(keras.backend.backend())()
    driver.bind(net.variables)
    return Predictor(net, driver)


def test_the_greedy_action_is_the_one_of_largest_value(predict):
    observations = np.array([[0, 0, 0.1, 0], [0, 0, -0.1, 0]], "float32")
    assert list(ops.convert_to_numpy(control.greedy(predict.model, observations)["action"])) == [1, 0]


def test_measures_are_those_of_the_greedy_episodes(predict):
    first = control.FIRST_SEED
    for split, options, count in (
        ("validation", {"episodes": 3}, 3),
        ("test", {"episodes": 3, "test_episodes": 5}, 5),
    ):
        expected = [played_alone(first[split] + i) for i in range(count)]
        found = control.evaluate(predict, predict.model, DATA, split, **options)
        assert found["return"] == pytest.approx(np.mean(expected))
        assert found["worst_return"] == min(expected)
        assert found["solved"] == pytest.approx(100 * np.mean(np.array(expected) >= 475))


def test_a_recipe_that_follows_a_gradient_is_told_what_control_needs():
    with pytest.raises(TypeError, match="name a rule that acts, such as q_learning"):
        control.loss(None, {}, True)
