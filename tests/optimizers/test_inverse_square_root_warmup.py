"""The Transformer's warm-up against values worked out from equation 3."""

import pytest

from benchmarks.optimizers.inverse_square_root_warmup import InverseSquareRootWarmup


@pytest.mark.parametrize(
    ("steps_before", "rate"),
    [
        (0, 1.746928e-7),  # 512**-0.5 * 4000**-1.5
        (1999, 3.493856e-4),  # half of the peak, half of the way up
        (3999, 6.987712e-4),  # the peak: (512 * 4000)**-0.5
        (15_999, 3.493856e-4),  # four times as many steps, half the rate
        (99_999, 1.397542e-4),
    ],
)
def test_the_rate_rises_in_a_line_and_falls_with_the_root(steps_before, rate):
    assert float(InverseSquareRootWarmup(512, 4000)(steps_before)) == pytest.approx(rate, rel=1e-5)


def test_the_factor_scales_it():
    assert float(InverseSquareRootWarmup(512, 4000, factor=2.0)(3999)) == pytest.approx(
        2 * 6.987712e-4, rel=1e-5
    )
