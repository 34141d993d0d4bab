"""XOR in time."""

import numpy as np

from tests.datasets.conventions import splits, stream


def test_every_third_bit_is_the_xor_of_two() -> None:
    for split in splits("temporal_xor"):
        bits = stream(split)
        assert len(bits) == 3_000
        assert all(bits[i] ^ bits[i + 1] == bits[i + 2] for i in range(0, 3_000, 3))
        assert 900 < sum(bits[0::3]) + sum(bits[1::3]) < 1_100
        legal = split["legal"].reshape(-1, 2)[:2_999]
        assert legal[np.arange(2_999), bits[1:]].all()
        assert [int(n) for n in legal.sum(1)[:7]] == [2, 1, 2, 2, 1, 2, 2]
