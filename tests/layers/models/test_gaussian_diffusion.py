"""Diffusion against single steps, Bayes' rule on a grid, and Gaussian data, whose best denoiser is known."""

import keras
import numpy as np
import pytest

from benchmarks.layers.models.gaussian_diffusion import GaussianDiffusion, linear_schedule, normal

STEPS, FIRST, LAST = 20, 0.01, 0.4
BETAS = np.linspace(FIRST, LAST, STEPS)


def diffusion(
    denoiser=lambda inputs, training: 0.0 * inputs[0], shape=(1,), steps=STEPS, first=FIRST, last=LAST
):
    """A process over data that are used as they are: `scale` turns numbers into intensities."""
    return GaussianDiffusion(denoiser, shape, steps, first, last, clip=False)


def best_denoiser(mean, variance, schedule):
    """The expected noise given x_t, for normal data: what no denoiser can better."""
    kept = schedule.kept.astype("float32")

    def denoise(inputs, training):
        x, t = inputs
        k = keras.ops.take(keras.ops.convert_to_tensor(kept), keras.ops.cast(t, "int32") - 1)[:, None]
        return (1.0 - k) ** 0.5 * (x - k**0.5 * mean) / (k * variance + 1.0 - k)

    return denoise


def single_steps():
    """What t steps leave of x_0, and the variance that they add: one step after the other."""
    factor, variance, course = 1.0, 0.0, []
    for beta in BETAS:
        factor, variance = np.sqrt(1.0 - beta) * factor, (1.0 - beta) * variance + beta
        course.append((factor, variance))
    return np.array(course).T


def test_noise_in_one_go_is_that_of_all_single_steps():
    model, t = diffusion(), np.arange(1, STEPS + 1, dtype="int32")
    ones, zeros = np.ones((STEPS, 1), "float32"), np.zeros((STEPS, 1), "float32")
    factors, variances = single_steps()
    np.testing.assert_allclose(np.ravel(model.noised(ones, t, zeros)), factors, rtol=1e-5)
    np.testing.assert_allclose(np.ravel(model.noised(zeros, t, ones)) ** 2, variances, rtol=1e-5)


@pytest.mark.parametrize("t", [2, 9, STEPS])
def test_the_way_back_is_bayes_rule(t):
    """q(x_{t-1} | x_t, x_0) by its density on a grid, for one x_0 and x_t."""
    start, now = 0.7, -0.4
    factors, variances = single_steps()
    before = np.linspace(-8.0, 8.0, 200_001)
    exponent = -((before - factors[t - 2] * start) ** 2) / (2.0 * variances[t - 2])
    exponent -= (now - np.sqrt(1.0 - BETAS[t - 1]) * before) ** 2 / (2.0 * BETAS[t - 1])
    density = np.exp(exponent - exponent.max())
    density /= density.sum()
    mean = density @ before
    schedule = linear_schedule(STEPS, FIRST, LAST)
    assert schedule.from_start[t - 1] * start + schedule.from_now[t - 1] * now == pytest.approx(
        mean, abs=1e-7
    )
    assert schedule.posterior[t - 1] == pytest.approx(density @ (before - mean) ** 2, rel=1e-6)


def test_a_step_back_is_that_of_algorithm_2():
    """The paper writes the mean with the noise, the code with the image behind it: the same."""
    rng = np.random.default_rng(0)
    x, noise, z = (rng.normal(size=(STEPS, 1)).astype("float32") for _ in range(3))
    model, t = diffusion(lambda inputs, training: noise), np.arange(1, STEPS + 1, dtype="int32")
    kept = np.cumprod(1.0 - BETAS)[:, None]
    beta = BETAS[:, None]
    mean = (x - beta / np.sqrt(1.0 - kept) * noise) / np.sqrt(1.0 - beta)
    expected = mean + np.sqrt(beta) * z * (np.arange(STEPS) > 0)[:, None]
    np.testing.assert_allclose(np.asarray(model.step_back(x, t, z)), expected, rtol=2e-4, atol=2e-5)


def test_samples_of_unit_variance_are_exact_however_few_the_steps():
    """With data N(m, 1) steps of variance β are the true ones; only the start is not: m (1 - ᾱ_T)."""
    mean = 3.0
    model = diffusion(best_denoiser(mean, 1.0, linear_schedule(STEPS, FIRST, LAST)))
    uniform = np.random.default_rng(1).random((40_000, STEPS), "float32")
    samples = np.ravel(model.path(uniform))
    expected = mean * (1.0 - np.prod(1.0 - BETAS))
    assert samples.mean() == pytest.approx(expected, abs=4 / np.sqrt(40_000))
    assert samples.var() == pytest.approx(1.0, abs=4 * np.sqrt(2.0 / 40_000))


def test_with_the_papers_thousand_steps_samples_have_the_datas_mean_and_variance():
    mean, variance, n = -0.4, 0.09, 4000
    model = diffusion(
        best_denoiser(mean, variance, linear_schedule(1000, 1e-4, 0.02)), (1,), 1000, 1e-4, 0.02
    )
    samples = np.ravel(model.path(np.random.default_rng(2).random((n, 1000), "float32")))
    assert samples.mean() == pytest.approx(mean, abs=4 * np.sqrt(variance / n) + 1e-3)
    assert samples.var() == pytest.approx(variance, rel=4 * np.sqrt(2.0 / n) + 0.02)


def test_the_loss_of_the_best_denoiser_is_the_variance_that_is_left_in_the_noise():
    """Averaged over all times alike. The model sees 2 x - 1."""
    mean, deviation = 0.2, 0.6
    schedule = linear_schedule(STEPS, FIRST, LAST)
    model = diffusion(best_denoiser(mean, deviation**2, schedule))
    data = mean + deviation * np.random.default_rng(3).normal(size=(100_000, 1))
    left = schedule.kept * deviation**2 / (schedule.kept * deviation**2 + 1.0 - schedule.kept)
    loss = float(model.denoising_loss(((1.0 + data) / 2.0).astype("float32")))
    assert loss == pytest.approx(left.mean(), abs=0.006)


def test_all_times_from_1_to_the_last_are_drawn_alike():
    seen = []

    def denoise(inputs, training):
        seen.append(np.asarray(inputs[1]))
        return 0.0 * inputs[0]

    diffusion(denoise).denoising_loss(np.zeros((20_000, 1), "float32"))
    times, counts = np.unique(seen[0], return_counts=True)
    np.testing.assert_array_equal(times, np.arange(1, STEPS + 1))
    assert ((counts - 1000.0) ** 2 / 1000.0).sum() < 43.8, (
        "chi squared of 19 degrees, one chance in a thousand"
    )


def test_the_image_behind_the_noise_is_clipped_on_request():
    x, t = np.array([[3.0], [-0.2]], "float32"), np.ones(2, "int32")
    clipped = GaussianDiffusion(lambda inputs, training: 0.0 * inputs[0], (1,), STEPS, FIRST, LAST)
    expected = x / np.sqrt(1.0 - FIRST)
    np.testing.assert_allclose(np.asarray(diffusion().believed(x, t)), expected, rtol=1e-5)
    np.testing.assert_allclose(np.asarray(clipped.believed(x, t)), np.clip(expected, -1.0, 1.0), rtol=1e-5)


def test_times_and_noise_are_drawn_anew_and_repeat_from_the_same_state():
    model = diffusion()
    state = next(v for v in model.variables if "seed" in v.path)
    state.assign(np.array([5, 0], state.dtype))
    x = np.zeros((8, 1), "float32")
    first, second = float(model.denoising_loss(x)), float(model.denoising_loss(x))
    state.assign(np.array([5, 0], state.dtype))
    assert first != second
    assert float(model.denoising_loss(x)) == first


def test_samples_on_the_way_are_those_that_end_as_samples():
    rng = np.random.default_rng(4)
    model = diffusion(lambda inputs, training: 0.3 * inputs[0], (2,))
    uniform = rng.random((3, model.latent), "float32")
    z = np.asarray(normal(uniform)).reshape(3, STEPS, 2)
    x, course = z[:, 0], {STEPS: z[:, 0]}
    for i, t in enumerate(range(STEPS, 0, -1)):
        noise = z[:, min(i + 1, STEPS - 1)]
        x = np.asarray(model.step_back(x, np.full(3, t, "int32"), noise))
        course[t - 1] = x
    left = np.array([STEPS, 7, 0], "int32")
    expected = [course[t][row] for row, t in enumerate(left)]
    np.testing.assert_allclose(np.asarray(model.path(uniform, left)), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(np.asarray(model.path(uniform)), course[0], rtol=1e-4, atol=1e-5)


def test_uniform_numbers_become_normal_ones():
    from statistics import NormalDist

    uniform = np.array([0.0, 0.001, 0.3, 0.5, 0.975, 1.0 - 2.0**-24], "float32")
    numbers = np.asarray(normal(uniform))
    expected = [NormalDist().inv_cdf(float(u)) for u in uniform[1:-1]]
    np.testing.assert_allclose(numbers[1:-1], expected, rtol=1e-4, atol=1e-6)
    assert np.isfinite(numbers).all() and numbers[0] < -5.0 and numbers[-1] > 5.0
