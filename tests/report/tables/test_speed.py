"""The table of the speed benchmark."""

from pathlib import Path

import pytest

from report import tables


def test_speed_file_of_another_form_is_refused(tmp_path: Path) -> None:
    (tmp_path / "speed.csv").write_text("model,contender,round\na,b,1\n")
    with pytest.raises(ValueError, match="column 'backend' is missing"):
        tables.speed(tmp_path / "speed.csv")


def test_speed_ratios_are_to_the_default(tmp_path: Path) -> None:
    lines = ["model,contender,backend,precision,round,examples_per_s"]
    for i in range(3):
        lines += [
            f"mlp,engine,tensorflow,tf32,{i},{600 + i}",
            f"mlp,keras default,tensorflow,tf32,{i},{100 + i}",
            f"mlp,torch,,tf32,{i},{50 + i}",
        ]
    (tmp_path / "speed.csv").write_text("\n".join(lines))
    found = tables.speed(tmp_path / "speed.csv").frame.set_index("contender")
    assert found.loc["engine", "median"] == 601
    assert found.loc["engine", "precision"] == "tf32"
    # of the means of two of three logarithms the middle ones are the middle value, and the mean of the least
    # and the greatest
    assert found.loc["engine", "ratio"] == pytest.approx((601 / 101 * (600 / 100 * 602 / 102) ** 0.5) ** 0.5)
    assert (found.loc["engine", "low"], found.loc["engine", "high"]) == (
        pytest.approx(602 / 102),
        pytest.approx(6),
    )  # three rounds: the range
    assert found.loc["keras default", "ratio"] == 1
    assert found.loc["torch", "against"] == "keras default tensorflow"
