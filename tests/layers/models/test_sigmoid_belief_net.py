"""Belief nets against sums over all states of their hidden units."""

import itertools

import keras
import numpy as np
import pytest

from benchmarks.layers.models.sigmoid_belief_net import EnumeratedBeliefNet, SigmoidBeliefNets

IMAGES = np.array(list(itertools.product([0, 1], repeat=4)), "float32")


def drawn(model, scale=1.0):
    """The model, with random weights."""
    rng = np.random.default_rng(0)
    for weight in model.trainable_variables:
        weight.assign(rng.normal(scale=scale, size=weight.shape))
    return model


def chance(states, z):
    """The probability of binary states, given what the units see."""
    on = 1 / (1 + np.exp(-z))
    return np.prod(np.where(np.array(states) == 1, on, 1 - on))


def log_likelihood(model, image, net):
    """ln P(image), summed over all states of the hidden layers."""
    links = [np.asarray(link.value, "float64")[net] for link in model.links]
    biases = [np.asarray(bias.value, "float64")[net] for bias in model.biases]
    total = 0.0
    for states in itertools.product(*(itertools.product([0, 1], repeat=size) for size in model.units[:-1])):
        layers = [*states, image]
        likely = chance(layers[0], biases[0])
        for above, below, link, bias in zip(layers, layers[1:], links, biases[1:], strict=False):
            likely *= chance(below, link @ above + bias)
        total += likely
    return np.log(total)


def test_the_bound_lies_below_the_likelihood_and_rises_with_the_sweeps():
    model = drawn(SigmoidBeliefNets((2, 3, 4), nets=2))
    exact = np.array([[log_likelihood(model, image, net) for net in range(2)] for image in IMAGES])
    gaps = []
    for sweeps in (1, 20):
        model.sweeps = sweeps
        gaps.append(exact - keras.ops.convert_to_numpy(model(IMAGES)))
    assert all(gap.min() > -1e-5 for gap in gaps)
    assert gaps[0].mean() > gaps[1].mean()
    # What means miss is what units do together: the gap is there, if small.
    assert 0.02 < gaps[1].max() < 0.2


def test_settling_ends_where_no_mean_and_no_slant_can_do_better():
    """The bound of one image by the formulas of the paper, each μ and ξ moved alone."""
    model = drawn(SigmoidBeliefNets((3, 4), sweeps=60), scale=1.5)
    link, bias = (
        np.asarray(model.links[0].value, "float64")[0],
        np.asarray(model.biases[1].value, "float64")[0],
    )
    prior = np.asarray(model.biases[0].value, "float64")[0]
    image = IMAGES[[6]]
    means, slants = model.settle(keras.ops.convert_to_tensor(image), *model.parameters_of())
    mu, xi = (keras.ops.convert_to_numpy(part)[0, 0].astype("float64") for part in (means[0], slants[0]))

    def bound(mu, xi):
        total = (
            mu @ prior - np.logaddexp(0, prior).sum() - (mu * np.log(mu) + (1 - mu) * np.log(1 - mu)).sum()
        )
        for i in range(4):
            mean = link[i] @ mu + bias[i]
            tilted = [
                np.exp(factor * bias[i]) * np.prod(1 - mu + mu * np.exp(factor * link[i]))
                for factor in (-xi[i], 1 - xi[i])
            ]
            total += image[0, i] * mean - xi[i] * mean - np.log(sum(tilted))
        return total

    best = bound(mu, xi)
    assert best == pytest.approx(float(keras.ops.convert_to_numpy(model(image))[0, 0]), abs=1e-5)
    for place in range(3):
        for step in (-0.03, 0.03):
            moved = mu.copy()
            moved[place] += step * mu[place] * (1 - mu[place])
            assert bound(moved, xi) < best
    for place in range(4):
        for step in (-0.03, 0.03):
            moved = xi.copy()
            moved[place] += step
            assert bound(mu, moved) < best


def test_the_likelihood_of_the_small_net_is_exact_and_its_images_sum_to_one():
    model = drawn(EnumeratedBeliefNet((3, 4)))
    found = -keras.ops.convert_to_numpy(model.free_energy(IMAGES))
    np.testing.assert_allclose(found, [log_likelihood(model, image, 0) for image in IMAGES], rtol=1e-5)
    assert np.exp(found.astype("float64")).sum() == pytest.approx(1.0, abs=1e-5)
    hidden = np.array(list(itertools.product([0, 1], repeat=3)), "float32")
    assert np.exp(-keras.ops.convert_to_numpy(model.hidden_free_energy(hidden))).sum() == pytest.approx(1.0)
    with pytest.raises(ValueError, match="15 hidden units have too many states"):
        EnumeratedBeliefNet((15, 4))


def test_pixels_are_on_above_the_threshold_and_biases_begin_at_their_rates():
    model = SigmoidBeliefNets((2, 3), nets=2, threshold=7.5)
    x = np.array([[0, 8, 16], [7, 8, 0], [3, 0, 0]], "uint8")
    np.testing.assert_array_equal(
        keras.ops.convert_to_numpy(model.intensity(x)), [[0, 1, 1], [0, 1, 0], [0] * 3]
    )
    model.adapt(x)
    odds = np.log(np.array([0.5, 2.5, 1.5]) / np.array([3.5, 1.5, 2.5]))
    np.testing.assert_allclose(np.asarray(model.biases[-1].value), [odds, odds], rtol=1e-5)
