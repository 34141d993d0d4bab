"""Characters set upright: by the moments of what comes out, and against interpolation row by row."""

import numpy as np
import pytest

from benchmarks.layers.image.deslanting import Deslanting, slant

RNG = np.random.default_rng(1998)


def bar(slope, side=28, middle=13.5, value=255.0):
    """A bar four columns wide, of 18 rows, that leans by so many columns per row; grey at its edges."""
    image = np.zeros((side, side))
    for row in range(5, 23):
        left = middle + slope * (row - 13.5) - 2
        edges = np.clip(np.arange(side + 1) - 0.5, left, left + 4)
        image[row] = value * np.diff(edges)
    return image


def moments(image):
    """Ink, centre (row, column) and second mixed moment."""
    rows, columns = np.indices(image.shape)
    ink = image.sum()
    row, column = (image * rows).sum() / ink, (image * columns).sum() / ink
    return ink, row, column, (image * (rows - row) * (columns - column)).sum() / ink


def scrawls(n=8, side=28):
    """Random leaning ink, float32 [n,side,side,1], that stays away from the edges when it is set upright."""
    images = np.zeros((n, side, side, 1), "float32")
    for image, slope in zip(images, RNG.uniform(-0.4, 0.4, n), strict=True):
        image[..., 0] = bar(slope) * RNG.uniform(0, 1, (side, side))
    return images


@pytest.mark.parametrize("slope", [-0.6, -0.25, 0.1, 0.5])
def test_a_leaning_bar_becomes_upright_and_keeps_its_ink_and_its_place(slope):
    before = bar(slope)
    after = np.asarray(Deslanting()(before[None, :, :, None]))[0, :, :, 0]
    assert abs(moments(before)[3]) > 2 and abs(moments(after)[3]) < 1e-3
    np.testing.assert_allclose(moments(after)[:3], moments(before)[:3], rtol=1e-5)
    found, middle = slant(before[None, :, :, None])
    assert float(found[0]) == pytest.approx(slope, abs=0.02) and float(middle[0]) == pytest.approx(13.5)
    columns = after[5:23]
    assert np.abs(columns - columns.mean(axis=0)).max() < 0.3 * 255, "rows lie above each other"


def test_each_line_is_shifted_by_interpolation_about_the_centre_of_mass():
    images = scrawls()
    found = np.asarray(Deslanting()(images))
    for image, result in zip(images[..., 0].astype("float64"), found[..., 0], strict=True):
        rows, columns = np.indices(image.shape)
        row, column = (image * rows).sum() / image.sum(), (image * columns).sum() / image.sum()
        slope = (image * (rows - row) * (columns - column)).sum() / (image * (rows - row) ** 2).sum()
        expected = [
            np.interp(np.arange(28) + slope * (number - row), np.arange(28), line, left=0, right=0)
            for number, line in enumerate(image)
        ]
        np.testing.assert_allclose(result, expected, atol=0.02)
        assert abs(moments(result.astype("float64"))[3]) < 1e-3


def test_a_second_time_changes_nothing_more():
    once = np.asarray(Deslanting()(scrawls()))
    np.testing.assert_allclose(np.asarray(Deslanting()(once)), once, atol=0.05)


def test_blank_paper_and_a_single_line_stay_as_they_are():
    images = np.zeros((2, 9, 9, 1), "float32")
    images[1, 4, 2:7] = 1
    np.testing.assert_allclose(np.asarray(Deslanting()(images)), images, atol=1e-5)


def test_images_are_set_upright_in_training_and_outside_it():
    images = scrawls()
    np.testing.assert_array_equal(
        np.asarray(Deslanting()(images, training=True)), np.asarray(Deslanting()(images))
    )
