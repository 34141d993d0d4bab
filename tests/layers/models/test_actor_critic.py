"""The actor answers, the critic judges, and neither shares a weight with the other."""

import keras
import numpy as np

from benchmarks.layers.models.actor_critic import ActorCritic


def test_each_net_gives_its_own_answer():
    def net(outputs):
        return keras.Sequential([keras.Input((3,)), keras.layers.Dense(outputs)])

    model = ActorCritic(net(2), net(1))
    x = np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 1.0]], "float32")
    for part, answer in ((model.actor, model(x)), (model.critic, model.value(x)[:, None])):
        kernel, bias = (np.asarray(weight.value) for weight in part.weights)
        np.testing.assert_allclose(keras.ops.convert_to_numpy(answer), x @ kernel + bias, rtol=1e-6)
    assert model.count_params() == (3 + 1) * 2 + (3 + 1)
    assert len({id(weight) for weight in model.trainable_variables}) == 4
