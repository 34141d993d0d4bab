"""WaveNet sees the past, as far as its taps reach, and draws the same with its past kept as without."""

import keras
import numpy as np

from benchmarks.datasets.sounds.organ_notes import quantised
from benchmarks.layers.models.wavenet import WaveNet, drawn, expanded


def net() -> WaveNet:
    keras.utils.set_random_seed(7)
    model = WaveNet((1, 2, 4, 1, 2), residual=4, skip=6, levels=11)
    for number, weight in enumerate(model.weights):
        weight.assign(np.random.default_rng(number).normal(0, 0.6, weight.shape))
    return model


def test_an_output_changes_with_the_levels_within_reach_and_with_no_other():
    model = net()
    assert model.reach == 11
    x = np.random.default_rng(1).integers(0, 11, (1, 30)).astype("int32")
    others = np.repeat(x, 30, axis=0)
    others[np.arange(30), np.arange(30)] = (others[np.arange(30), np.arange(30)] + 5) % 11
    changes = np.abs(np.asarray(model(others)) - np.asarray(model(x))).max(axis=-1)
    for place in range(30):
        seen = np.flatnonzero(changes[place] > 1e-6)
        assert seen.tolist() == list(range(place, min(place + 11, 30)))


def test_drawing_with_the_past_kept_is_drawing_with_all_of_it_seen_again():
    model = net()
    uniform = np.random.default_rng(2).random((3, 25)).astype("float32")
    kept = np.asarray(model.sampled(uniform))
    assert len(np.unique(kept)) > 5
    before = np.concatenate([np.full((3, 1), 5, "int32"), kept[:, :-1]], axis=1)  # silence is in the middle
    logits = np.asarray(model(before), "float64")
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True)).cumsum(axis=-1)
    again = (powers <= uniform[..., None] * powers[..., -1:]).sum(axis=-1)
    np.testing.assert_array_equal(kept, again)
    past = [np.zeros((3, dilation, 4), "float32") for dilation in model.dilations]
    for step in range(25):
        found, past = model.step(before[:, step], past)
        np.testing.assert_allclose(np.asarray(found), logits[:, step], rtol=1e-3, atol=1e-4)


def test_levels_are_drawn_in_proportion_to_their_probabilities():
    logits = np.log(np.array([[0.2, 0.5, 0.3]], "float32")).repeat(5, axis=0)
    uniform = np.array([0.0, 0.19, 0.21, 0.69, 0.9999], "float32")
    assert np.asarray(drawn(logits, uniform)).tolist() == [0, 0, 1, 1, 2]


def test_a_block_is_a_filter_times_a_gate_with_a_path_around_it():
    """One block by the formula of section 2.3, at the last step of two."""
    keras.utils.set_random_seed(9)
    model = WaveNet((1,), residual=2, skip=3, levels=4)
    weights = {weight.path: np.asarray(weight.value, "float64") for weight in model.weights}

    def part(name: str, kind: str = "kernel") -> np.ndarray:
        (found,) = [value for path, value in weights.items() if path.startswith(name) and path.endswith(kind)]
        return found

    table = part("levels", "embeddings")
    both = np.concatenate([table[2], table[1]]) @ part("gated")
    found = np.tanh(both[:2]) / (1 + np.exp(-both[2:]))
    total = np.maximum(found @ part("skip"), 0)
    wanted = np.maximum(total @ part("hidden"), 0) @ part("output")
    logits = np.asarray(model(np.array([[2, 1]], "int32")))[0, 1]
    np.testing.assert_allclose(logits, wanted, rtol=1e-4, atol=1e-6)


def test_levels_expand_to_within_half_a_step_of_what_was_quantised():
    wave = np.linspace(-1, 1, 4_001).round(6)
    back = expanded(quantised(wave))
    assert np.all(np.abs(back - wave) <= 0.5 * np.log(256) / 128 * (np.abs(wave) + 1 / 255) * 1.05)
    np.testing.assert_array_equal(quantised(back), quantised(wave))
