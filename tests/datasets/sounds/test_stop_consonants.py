"""The synthetic consonants: the consonant is in the movement of the formants."""

import numpy as np
import pytest

from benchmarks import datasets
from benchmarks.datasets.sounds import stop_consonants
from tests.datasets.conventions import nearest_mean


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
    """Before a (F2 1,090 Hz) it rises from b's low locus and falls from d's and g's; in the end all are the
    same vowel."""
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
