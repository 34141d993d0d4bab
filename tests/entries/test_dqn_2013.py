"""The published nets, counted by hand, and the shape of what they say."""

import numpy as np
from keras import ops

from benchmarks.entries.reinforcement.dqn_2013 import ENTRY, NATURE, build


def by_hand(filters, units, actions):
    """Layers of (filters, size of the filter, size of the map it leaves, maps before), one dense layer,
    one value for each action.
    """
    convolutions = sum(n * (size * size * before + 1) for n, size, _, before in filters)
    last, _, side, _ = filters[-1]
    return convolutions + (last * side * side + 1) * units + (units + 1) * actions


def test_the_declared_counts_are_those_counted_by_hand():
    of_2013, of_2015, with_18, dueling = (count.trainable for count in ENTRY.parameters)
    # 84 pixels, filters of 8 in steps of 4: 20 places; of 4 in steps of 2: 9 places; of 3: 7 places.
    assert of_2013 == by_hand([(16, 8, 20, 4), (32, 4, 9, 16)], 256, 4) == 677_172
    nature = [(32, 8, 20, 4), (64, 4, 9, 32), (64, 3, 7, 64)]
    assert of_2015 == by_hand(nature, 512, 4) == 1_686_180
    assert with_18 == by_hand(nature, 512, 18) == 1_693_362
    # A second stream of 512 units, which ends in one value.
    assert dueling == of_2015 + (64 * 7 * 7 + 1) * 512 + 513


def test_duelling_streams_add_a_value_to_what_is_left_of_the_advantages_without_their_mean():
    model = build(actions=3, input_shape=(2,), convolutions=(), hidden=(5,), dueling=True)
    seen = np.random.default_rng(0).normal(size=(4, 2)).astype("float32")
    layers = [layer for layer in model.layers if layer.weights]
    value, advantage = (next(layer for layer in layers if layer.units == units) for units in (1, 3))

    def stream(last):
        first = last.input._keras_history.operation
        (a, b), (c, d) = ([np.asarray(v.value) for v in layer.weights] for layer in (first, last))
        return np.maximum(seen @ a + b, 0) @ c + d

    by_hand = stream(value) + stream(advantage) - stream(advantage).mean(axis=1, keepdims=True)
    np.testing.assert_allclose(ops.convert_to_numpy(model(seen)), by_hand, rtol=1e-4, atol=1e-6)


def test_pixels_become_one_value_for_each_action():
    model = build(actions=6, **NATURE)
    assert tuple(model.layers[-2].output.shape) == (None, 512)
    frames = np.random.default_rng(0).integers(0, 256, (2, 84, 84, 4))
    values = ops.convert_to_numpy(model(ops.array(frames, "float32")))
    assert values.shape == (2, 6)
    assert np.all(np.isfinite(values)) and np.abs(values).max() < 10
