"""What is particular to Real NVP: the order of its couplings and the numbers that leave at each scale."""

import numpy as np
from keras import ops

from benchmarks import catalogue


def test_two_scales_have_three_and_three_couplings_each_and_four_follow():
    model = catalogue.load("realnvp_2016").build((8, 8, 1), maps=2, blocks=1, scales=2, normalization=False)
    assert [len(parts) for parts in (*model.before, *model.after, model.last)] == [3, 3, 3, 3, 4]
    masks = [part.mask.shape for part in (model.before[1][0], model.after[1][0], model.last[0])]
    assert masks == [(1, 4, 4, 1), (1, 1, 1, 8), (1, 2, 2, 1)]
    # Maps double with each squeeze.
    (a, b), (c, d) = zip(model.before, model.after, strict=True)
    maps = [parts[0].network.layers[-1].kernel.shape[2] for parts in (a, b, c, d, model.last)]
    assert maps == [2, 4, 4, 8, 8]
    # Without scales and shifts all numbers are logits, in another order.
    for weight in model.trainable_weights:
        weight.assign(np.zeros(weight.shape))
    v = np.random.default_rng(0).random((3, 64)).astype("float32")
    z = ops.convert_to_numpy(model.transformed(v)[0])
    share = 0.05 + 0.9 * v
    np.testing.assert_allclose(np.sort(z), np.sort(np.log(share / (1 - share))), atol=1e-5)
    kept = np.log(share / (1 - share)).reshape(3, 8, 8)[
        :, 0, 1
    ]  # off the first square's diagonal: done at once
    assert np.all(np.abs(z[:, :32] - kept[:, None]).min(axis=1) < 1e-5)
    drawn = ops.convert_to_numpy(model.generate(np.full((2, 64), 0.5, "float32")))
    np.testing.assert_allclose(drawn, 128 / 255, atol=1.01 / 255)
