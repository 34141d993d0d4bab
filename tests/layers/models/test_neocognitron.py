"""The cells of the neocognitron against the paper's equations in loops of NumPy, and its geometry against
the paper's numbers.
"""

import numpy as np

from benchmarks.layers.models.neocognitron import CCells, Naming, SCells, fading

RNG = np.random.default_rng(1980)


def test_s_cells_are_equations_one_to_three():
    layer = SCells(planes=4, selectivity=1.5, area=3, padding=1)
    x = RNG.random((2, 5, 6, 2)).astype("float32")
    layer.build(x.shape)
    a, b = RNG.random((18, 4)).astype("float32"), np.array([0.5, 5, 8, 10], "float32")
    layer.a.assign(a)
    layer.b.assign(b)
    c = np.array([[0.9**2**0.5, 0.9, 0.9**2**0.5], [0.9, 1, 0.9], [0.9**2**0.5, 0.9, 0.9**2**0.5]])
    c = c / c.sum() / 2
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    expected = np.zeros((2, 5, 6, 4))
    for n, i, j, k in np.ndindex(expected.shape):
        area = padded[n, i : i + 3, j : j + 3]
        v = np.sqrt((c[:, :, None] * area**2).sum())
        ratio = (1 + (a.reshape(3, 3, 2, 4)[..., k] * area).sum()) / (1 + 2 * 1.5 / 2.5 * b[k] * v)
        expected[n, i, j, k] = 1.5 * max(ratio - 1, 0)
    assert 0.1 < (expected > 0).mean() < 1
    np.testing.assert_allclose(np.asarray(layer(x)), expected, rtol=1e-4, atol=1e-5)
    assert layer.compute_output_shape(x.shape) == expected.shape


def test_a_plane_that_has_learned_answers_above_its_threshold_only():
    """With much reinforced synapses a = q c p, b = q v / 2, the response is (1 + r) cos - r, cut off at 0."""
    r, q = 4.0, 1e6
    layer = SCells(planes=1, selectivity=r, area=3)
    pattern = RNG.random(9)
    layer.build((None, 3, 3, 1))
    c = layer.c.astype("float64")
    layer.a.assign((q * c * pattern)[:, None])
    layer.b.assign([0.5 * q * np.sqrt((c * pattern**2).sum())])
    others = np.concatenate([pattern[None] + s * RNG.normal(size=(6, 9)) for s in (0.0, 0.1, 0.3, 1.0)])
    cosine = (others * pattern * c).sum(1) / np.sqrt((c * pattern**2).sum() * (c * others**2).sum(1))
    expected = np.maximum((1 + r) * cosine - r, 0)
    assert expected.min() == 0 < np.sort(expected)[6] < 1
    found = np.asarray(layer(others.reshape(-1, 3, 3, 1).astype("float32"))).ravel()
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_c_cells_are_equations_four_to_six():
    layer = CCells(3, area=3, stride=2, before=1, base=0.8, alpha=0.5)
    u = RNG.random((2, 4, 4, 3)).astype("float32") * (RNG.random((2, 4, 4, 3)) < 0.3)
    expected = np.zeros((2, 3, 3, 3))
    for n, i, j in np.ndindex(2, 3, 3):
        total = np.zeros(3)
        for di, dj in np.ndindex(3, 3):
            row, column = 2 * i - 1 + di - 1, 2 * j - 1 + dj - 1
            if 0 <= row < 4 and 0 <= column < 4:
                total += 0.8 ** np.hypot(di - 1, dj - 1) * u[n, row, column]
        x = np.maximum((1 + total) / (1 + total.mean()) - 1, 0)
        expected[n, i, j] = x / (0.5 + x)
    np.testing.assert_allclose(np.asarray(layer(u.astype("float32"))), expected, rtol=1e-4, atol=1e-6)
    assert not layer.weights


def test_fixed_efficiencies_fall_with_the_distance():
    d = fading(5, 0.8)
    np.testing.assert_allclose(d[2], [0.64, 0.8, 1, 0.8, 0.64])
    assert (np.diff(d[2, 2:]) < 0).all() and (d == d[::-1]).all() and (d == d.T).all()


def test_every_cell_lies_where_the_planes_of_the_paper_say():
    """The 10x10 and 6x6 C-cells are all those, two S-cells apart, whose area of 5x5 reaches into the
    S-plane of 16x16 and 8x8.
    """
    for side, below in ((10, 16), (6, 8)):
        layer = CCells(side)
        layer.build((None, below, below, 24))
        reached = layer.spread > 0
        assert reached.any(axis=1).all(), "each C-cell sees some S-cell"
        assert reached.any(axis=0).all(), "each S-cell is seen"
        assert 2 * side - 2 - 2 <= below - 1 + 2 < 2 * side - 2 + 2, "one more would see none"


def test_cells_vote_for_the_classes_in_whose_company_they_were_seen():
    layer = Naming(2)
    layer.build((None, 1, 1, 3))
    layer.seen.assign([[3.0, 1.0], [0.0, 5.0], [0.0, 0.0]])
    np.testing.assert_allclose(np.asarray(layer(np.array([[[[1.0, 0.5, 9.0]]]], "float32"))), [[0.75, 0.75]])
