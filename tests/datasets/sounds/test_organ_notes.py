"""The organ: its levels by the formula, its pitch by the spectrum."""

import numpy as np

from benchmarks import datasets
from benchmarks.datasets.sounds import organ_notes


def test_levels_are_those_of_the_mu_law() -> None:
    wave = np.random.default_rng(0).uniform(-1, 1, 10_000).round(6)
    companded = np.sign(wave) * np.log1p(255 * np.abs(wave)) / np.log(256)
    np.testing.assert_array_equal(organ_notes.quantised(wave), np.floor((companded + 1) * 128).clip(0, 255))
    assert organ_notes.quantised(np.array([-1.0, 0.0, 1.0])).tolist() == [0, 128, 255]


def test_a_note_has_the_pitch_of_the_scale_and_three_harmonics() -> None:
    rate = 16_000
    wave = organ_notes.melody(np.random.default_rng(3), rate, 1_600)  # within the first, shortest note
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave)), 65_536))
    pitch = spectrum.argmax() * rate / 65_536
    halftones = 12 * np.log2(pitch / 110)
    assert min(abs(halftones - np.array(organ_notes.SCALE))) < 0.3
    loud = [spectrum[round(k * pitch * 65_536 / rate)] / spectrum.max() for k in (1, 2, 3, 4)]
    np.testing.assert_allclose(loud, [1.0, 0.5, 0.25, 0.0], atol=0.06)


def test_each_level_follows_the_one_before() -> None:
    data = datasets.load("organ_notes")
    x, y = (np.concatenate([split[key].ravel() for split in (data.train, data.validation)]) for key in "xy")
    np.testing.assert_array_equal(x[1:], y[:-1])
