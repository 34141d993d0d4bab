"""Principal components against the singular values, and against a linear net trained by gradient."""

import numpy as np
from sklearn.datasets import load_digits

from benchmarks.layers.models.principal_components import PrincipalComponents


def digits() -> np.ndarray:
    return np.asarray(load_digits().images[:500], "float32")[..., None]


def test_what_is_lost_is_what_the_other_singular_values_hold() -> None:
    """Eckart and Young: the squared error is the sum of the squares of the singular values left out."""
    x = digits()
    model = PrincipalComponents(components=10, input_shape=(8, 8, 1), scale=16.0)
    logs = model.fit(x, None, seed=0)
    clean = x.reshape(500, 64).astype("float64") / 16.0
    values = np.linalg.svd(clean - clean.mean(axis=0), compute_uv=False)
    error = np.square(model(x) - clean).sum()
    np.testing.assert_allclose(error, np.square(values[10:]).sum(), rtol=1e-9)
    np.testing.assert_allclose(
        logs["variance_kept"], 100.0 * np.square(values[:10]).sum() / np.square(values).sum()
    )
    assert model.parameters() == 64 + 10 * 64


def test_a_trained_linear_net_spans_the_same_plane() -> None:
    """Gradient descent on two linear layers comes to the closed form: Baldi and Hornik (1989)."""
    clean = digits().reshape(500, 64).astype("float64") / 16.0
    model = PrincipalComponents(components=3, input_shape=(64,))
    model.fit(clean, None, seed=0)
    centred = clean - clean.mean(axis=0)
    rng = np.random.default_rng(0)
    encoder, decoder = rng.normal(0.0, 0.1, (64, 3)), rng.normal(0.0, 0.1, (3, 64))
    for _ in range(8_000):
        code = centred @ encoder
        residual = code @ decoder - centred
        encoder, decoder = (
            encoder - 0.05 * centred.T @ (residual @ decoder.T) / 500,
            decoder - 0.05 * code.T @ residual / 500,
        )
    trained = centred @ encoder @ decoder + clean.mean(axis=0)
    trained_error, least = (np.square(each - clean).sum() for each in (trained, model(clean)))
    assert least <= trained_error < 1.005 * least


def test_the_state_is_all_that_was_learned() -> None:
    x = digits()
    model, fresh = (PrincipalComponents(5, (8, 8, 1), 16.0) for _ in range(2))
    model.fit(x, None, seed=0)
    fresh.set_state(model.state())
    np.testing.assert_array_equal(fresh(x), model(x))
