"""Steps that are taken only now and then, eagerly; the rules that use them are tested compiled."""

import keras
import numpy as np

from benchmarks.rules import turns


def test_only_on_its_turn_does_anything_move():
    """Of an optimiser with momentum, too: two steps of 1 and 1 + 0.5, whatever lies between."""
    weight = keras.Variable(np.zeros(2, "float32"))
    optimizer = keras.optimizers.SGD(1.0, momentum=0.5)
    optimizer.build([weight])
    count = turns.counter()
    met = []
    for _ in range(6):
        turn = turns.is_turn(count, 3)
        gradients = turns.when(turn, lambda: [keras.ops.ones(2)], [keras.ops.full((2,), np.nan)])
        turns.apply(turn, optimizer, gradients, [weight])
        count.assign(count + 1)
        met.append(float(weight[0]))
    np.testing.assert_allclose(met, [0.0, 0.0, -1.0, -1.0, -1.0, -2.5])
    assert int(optimizer.iterations) == 2
