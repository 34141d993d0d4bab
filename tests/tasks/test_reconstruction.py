"""Reconstruction's loss and scores against their formulas in NumPy."""

import numpy as np
import pytest

from benchmarks.layers.models.autoencoder import Autoencoder, TiedAutoencoder
from benchmarks.spec import Data
from benchmarks.tasks import reconstruction
from tests.eager import Eager


def autoencoder(likelihood="bernoulli"):
    """Nine pixels of 0 to 16, four hidden units, random weights."""
    model = Autoencoder(TiedAutoencoder(4), (3, 3, 1), 16.0, None, likelihood)
    rng = np.random.default_rng(0)
    for weight in model.trainable_weights:
        weight.assign(rng.normal(size=weight.shape))
    return model


def by_hand(model, x):
    """The clean intensities and the outputs for them."""
    clean = x.reshape(-1, 9) / 16.0
    kernel, hidden_bias, visible_bias = (
        np.asarray(w.value).astype("float64") for w in model.trainable_weights
    )
    return clean, 1 / (1 + np.exp(-(clean @ kernel + hidden_bias))) @ kernel.T + visible_bias


X = np.random.default_rng(1).integers(0, 17, (20, 3, 3, 1)).astype("uint8")


def test_weights_are_tied_and_the_losses_are_those_of_the_papers():
    model = autoencoder()
    assert (
        sum(
            w.shape.num_elements() if hasattr(w.shape, "num_elements") else int(np.prod(w.shape))
            for w in model.trainable_weights
        )
        == 9 * 4 + 4 + 9
    )
    clean, outputs = by_hand(model, X)
    z = 1 / (1 + np.exp(-outputs))
    cross_entropy = -(clean * np.log(z) + (1 - clean) * np.log(1 - z)).sum(1).mean()
    assert float(reconstruction.loss(model, {"x": X}, False)) == pytest.approx(cross_entropy, rel=1e-5)
    model = autoencoder("gaussian")
    clean, outputs = by_hand(model, X)
    assert float(reconstruction.loss(model, {"x": X}, False)) == pytest.approx(
        0.5 * np.square(outputs - clean).sum(1).mean(), rel=1e-5
    )


def test_the_scores_without_corruption():
    model = autoencoder()
    clean, outputs = by_hand(model, X)
    z = 1 / (1 + np.exp(-outputs))
    scores = reconstruction.evaluate(Eager(model), model, Data({}, {}, {"x": X}), "test")
    assert set(scores) == {"squared_error", "cross_entropy"}
    assert scores["squared_error"] == pytest.approx(np.square(z - clean).sum(1).mean(), rel=1e-5)
    assert scores["cross_entropy"] == pytest.approx(
        -(clean * np.log(z) + (1 - clean) * np.log(1 - z)).sum(1).mean(), rel=1e-5
    )


class Copy(Autoencoder):
    """Gives back what it is given."""

    def reconstruct(self, intensity):
        return intensity


def test_doing_nothing_removes_no_error_and_the_noise_is_the_same_at_every_call():
    model = Copy(TiedAutoencoder(4), (3, 3, 1), 16.0, None, "gaussian")
    x = np.full((4000, 3, 3, 1), 16, "uint8")
    arguments = Eager(model), model, Data({}, {}, {"x": x}), "test", "blankout", 0.25
    scores = reconstruction.evaluate(*arguments)
    assert scores == reconstruction.evaluate(*arguments)
    assert scores["error_removed"] == 0.0
    assert scores["squared_error"] == scores["corruption_error"] == pytest.approx(9 * 0.25, rel=0.03)
    assert "cross_entropy" not in scores
    gaussian = reconstruction.evaluate(*arguments[:4], "gaussian", 0.2, repeats=2)
    assert gaussian["corruption_error"] == pytest.approx(9 * 0.04, rel=0.03)


def test_an_unknown_likelihood_is_refused():
    with pytest.raises(ValueError, match="bernoulli or gaussian"):
        Autoencoder(TiedAutoencoder(4), (4,), likelihood="poisson")
