"""A committee's decision against NumPy."""

import keras
import numpy as np

from benchmarks.layers.models.committee import Committee


def test_probabilities_are_averaged_not_logits():
    """Two members that give a number x the logits (x, 0) and (-4x, 0): averaging these would give (-1.5x,
    0).
    """
    members = []
    for weight in (1.0, -4.0):
        dense = keras.layers.Dense(2, use_bias=False)
        member = keras.Sequential([keras.Input((1,)), dense])
        dense.set_weights([np.array([[weight, 0.0]])])
        members.append(member)
    committee, x = Committee(members), np.array([[1.0], [-2.0]], "float32")
    logits = np.stack([np.concatenate([weight * x, 0 * x], axis=1) for weight in (1.0, -4.0)], axis=1)
    np.testing.assert_allclose(np.asarray(committee.members(x)), logits, rtol=1e-6)
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    np.testing.assert_allclose(np.exp(np.asarray(committee(x))), probabilities.mean(axis=1), rtol=1e-5)
    assert len(committee.trainable_variables) == 2
