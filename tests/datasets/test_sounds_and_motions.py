"""The synthetic consonants, the motions, the textures and the two long sequences, against what is claimed of them."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import datasets
from benchmarks.datasets import _motions, _photographs, stop_consonants
from tests.datasets.conventions import check_conventions


def nearest_mean(train: np.ndarray, labels: np.ndarray, test: np.ndarray) -> np.ndarray:
    """The class whose mean is nearest, for rows of features."""
    means = np.stack([train[labels == k].mean(axis=0) for k in range(labels.max() + 1)])
    return np.square(test[:, None] - means[None]).sum(axis=-1).argmin(axis=1)


def spectrum_peak(frames: np.ndarray, low: float, high: float) -> np.ndarray:
    """The frequency in Hz of the largest energy between two frequencies, of sound [n,samples]."""
    power = np.abs(np.fft.rfft(frames * np.hanning(frames.shape[1]), 4096)) ** 2
    frequencies = np.fft.rfftfreq(4096, 1 / stop_consonants.RATE)
    band = (frequencies > low) & (frequencies < high)
    return frequencies[band][power[:, band].argmax(axis=1)]


def test_a_resonator_has_its_peak_where_it_is_told() -> None:
    a, b, c = (float(part) for part in stop_consonants.resonator(np.array(1500.0), 100.0))
    z = np.exp(-2j * np.pi * np.arange(1, 6000) / stop_consonants.RATE)
    response = np.abs(a / (1 - b * z - c * z**2))
    assert abs(int(response.argmax()) + 1 - 1500) < 10
    assert a / (1 - b - c) == pytest.approx(1.0)


def test_the_second_formant_glides_from_the_locus_to_the_vowel() -> None:
    """Before a (F2 1,090 Hz) it rises from b's low locus and falls from d's and g's; in the end all are the same vowel."""
    rng = np.random.default_rng(0)
    n = 60
    consonant = np.repeat([0, 1, 2], n)
    sound = stop_consonants.synthesise(
        rng, consonant, np.zeros(3 * n, int), np.zeros(3 * n, int), np.full(3 * n, 0.05)
    )
    start, end = (
        spectrum_peak(sound[:, int(t * 12_000) : int((t + 0.02) * 12_000)], 850, 2_000) for t in (0.067, 0.14)
    )
    glide = [np.median(start[consonant == k]) - np.median(end[consonant == k]) for k in range(3)]
    assert glide[1] > 100 > glide[0] and glide[2] > 50
    assert [np.median(end[consonant == k]) for k in range(3)] == pytest.approx([1090] * 3, rel=0.1)


def test_bands_are_where_a_tone_is() -> None:
    time = np.arange(14 * 120 + 256) / stop_consonants.RATE
    tones = np.stack([np.sin(2 * np.pi * f * time) for f in (300, 1000, 3000, 5000)])
    loudest = stop_consonants.mel_energies(tones).argmax(axis=2)
    assert (loudest == loudest[:, :1]).all()
    mels = (
        2595 * np.log10(1 + np.array([300, 1000, 3000, 5000]) / 700) / (2595 * np.log10(1 + 6000 / 700)) * 17
    )
    assert loudest[:, 0].tolist() == np.round(mels - 1).astype(int).tolist()


def test_the_consonant_is_in_the_glide_and_not_in_the_vowel() -> None:
    data = datasets.load("stop_consonants")
    assert [len(split["x"]) for split in (data.train, data.validation, data.test)] == [2_400, 600, 1_946]
    errors = {}
    for name, part in (("whole", slice(None)), ("before", slice(0, 2)), ("vowel", slice(13, None))):
        train, test = (
            split["x"][:, part].reshape(len(split["x"]), -1).astype(float)
            for split in (data.train, data.test)
        )
        errors[name] = float((nearest_mean(train, data.train["y"], test) != data.test["y"]).mean())
    assert errors["whole"] < 0.5
    assert errors["before"] > 0.6 and errors["vowel"] > 0.5  # chance is 0.67


@pytest.mark.parametrize("motion", range(6))
def test_displacements_by_hand(motion: int) -> None:
    one = np.array([motion])
    down, right = (
        part[0] for part in _motions.displacements(one, np.array([2]), np.array([10]), np.array([0.0]))
    )
    if motion < 4:
        assert right.tolist() == [[2, -2, 0, 0][motion] * t for t in range(7)]
        assert down.tolist() == [[0, 0, 2, -2][motion] * t for t in range(7)]
    else:
        assert (down[0], right[0]) == (0, 10)
        assert (down[1] > 0) == (motion == 4)  # on the right of the circle, clockwise is downwards
        assert np.hypot(down, right) == pytest.approx([10] * 7, abs=1.0)


def test_one_frame_says_nothing_of_the_motion() -> None:
    """Five of six guesses are wrong, from pixels and from the place of the ink alike; and what one frame lacks, two have."""
    data = datasets.load("digit_motions")
    frames = [
        split["x"][:, 3].reshape(len(split["x"]), -1).astype(float) for split in (data.train, data.test)
    ]
    assert (nearest_mean(frames[0], data.train["y"], frames[1]) != data.test["y"]).mean() > 0.75
    x, y = data.train["x"][..., 0].astype(float), data.train["y"]
    where = x[:, 3].sum(axis=2)  # ink a row
    means = np.stack([where[y == k].mean(axis=0) for k in range(6)])
    spread = where.std(axis=0) / np.sqrt(np.bincount(y).min())
    assert (abs(means - where.mean(axis=0)) < 4.5 * spread).all()
    for k, (down, right) in enumerate(((0, 1), (0, -1), (1, 0), (-1, 0))):
        clips = x[y == k]
        matched = [
            max(float((np.roll(clip[2], (s * down, s * right), (0, 1)) == clip[3]).all()) for s in (1, 2))
            for clip in clips[:50]
        ]
        assert np.mean(matched) == 1.0


def test_mnist_motions_are_of_the_split_they_are_in(data_dir: Path) -> None:
    data = datasets.load("mnist_motions", data_dir)
    check_conventions("mnist_motions", data)
    assert data.train["x"].shape == (6_000, 7, 60, 40, 1)
    digits = datasets.load("mnist", data_dir)
    sums = {int(image.sum()) for image in digits.test["x"]}
    assert {int(frame.sum()) for frame in data.test["x"][:200].reshape(-1, 2400)} <= sums


def test_textures_of_one_kind_differ_in_colour_and_the_stripes_in_direction() -> None:
    data = datasets.load("textures")
    x, y = data.train["x"].astype(float), data.train["y"]
    colour = x.mean(axis=(1, 2))
    assert (nearest_mean(colour, y, colour) != y).mean() > 0.7  # the mean colour says nothing of the kind
    down, right = (np.abs(np.diff(x, axis=axis)).mean(axis=(1, 2, 3)) for axis in (1, 2))
    assert (down > right)[y == 0].mean() > 0.99 and (right > down)[y == 2].mean() > 0.99


def test_the_pictures_are_those_that_scikit_learn_bundles() -> None:
    info = datasets.load("textures").info
    content, styles = np.array(info["content"]), np.array(info["styles"])
    assert (content.shape, styles.shape) == ((48, 64, 3), (2, 48, 64, 3))
    assert (
        _photographs.photograph("china", 4).reshape(48, 2, 64, 2, 3).mean(axis=(1, 3)) - content
    ).max() < 1.5
    assert content[:8, :, 2].mean() > content[-8:, :, 2].mean()  # sky above, a palace below


def test_adding_600_recomputed() -> None:
    data = datasets.load("adding_600")
    for split in (data.train, data.test):
        values, marks = split["x"][..., 0], split["x"][..., 1]
        assert (marks.sum(axis=1) == 2).all() and set(np.unique(marks)) == {0.0, 1.0}
        np.testing.assert_allclose((values * marks).sum(axis=1), split["y"][:, 0], rtol=1e-6)
        assert values.min() >= 0.0 and values.max() < 1.0
    assert np.var(data.train["y"]) == pytest.approx(
        1 / 6, rel=0.05
    )  # what guessing 1 costs; the paper prints 0.1767


def test_copying_1000_repeats_after_the_lag() -> None:
    data = datasets.load("copying_1000")
    for split in (data.train, data.validation, data.test):
        x, y = split["x"], split["y"]
        assert x.shape[1] == 1_020
        assert (x[:, :10].min(), x[:, :10].max()) == (1, 8)
        assert (x[:, 10:1009] == 0).all() and (x[:, 1009:] == 9).all()
        assert (y[:, :1010] == 0).all() and (y[:, 1010:] == x[:, :10]).all()
