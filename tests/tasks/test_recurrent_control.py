"""Returns against episodes played one by one with Gymnasium, half blind and with what is remembered."""

import gymnasium
import keras
import numpy as np
import pytest

from benchmarks.engine.backend import driver_class
from benchmarks.engine.predict import Predictor
from benchmarks.spec import Data
from benchmarks.tasks import recurrent_control

DATA = Data({}, {}, {}, {"environment": "CartPole-v1", "hidden": 0.5, "solved_return": 475.0})


def played_alone(seed, hidden=0.5):
    """The return of pushing to where the pole leant when it was last seen; at first to the left."""
    environment = gymnasium.make("CartPole-v1")
    curtain = np.random.default_rng(seed)
    observation, _ = environment.reset(seed=seed)
    total, done, lean = 0.0, False, 0.0
    while not done:
        if curtain.random() >= hidden:
            lean = observation[2]
        observation, reward, terminated, truncated, _ = environment.step(int(lean > 0))
        total, done = total + float(reward), terminated or truncated
    return total


@pytest.fixture
def predict():
    """A player that remembers the lean it saw last."""
    observations, states = keras.Input((None, 4)), keras.Input((1,))
    lean = observations[:, -1, 2:3]
    after = keras.ops.where(keras.ops.equal(lean, 0.0), states, lean)
    values = keras.layers.Dense(2, use_bias=False, name="values")(after)[:, None]
    net = keras.Model([observations, states], [values, after])
    net.get_layer("values").set_weights([np.array([[0.0, 1.0]], "float32")])
    driver = driver_class(keras.backend.backend())()
    driver.bind(net.variables)
    return Predictor(net, driver)


@pytest.mark.parametrize(("split", "first"), [("validation", 0), ("test", 1_000_000)])
def test_measures_are_those_of_episodes_played_alone(predict, split, first):
    alone = [played_alone(first + i) for i in range(5)]
    assert alone != [played_alone(first + i, hidden=0.0) for i in range(5)]
    found = recurrent_control.evaluate(predict, predict.model, DATA, split, episodes=5, test_episodes=5)
    assert found == {"return": np.mean(alone), "worst_return": min(alone), "solved": 0.0}


def test_a_recipe_that_follows_a_gradient_is_told_what_control_needs():
    with pytest.raises(TypeError, match="name a rule that acts, such as recurrent_q_learning"):
        recurrent_control.loss(None, {}, True)
