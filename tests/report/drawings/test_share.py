"""The picture of shared links."""

from pathlib import Path

from PIL import Image

from report.drawings import share
from report.results import Results


def test_it_has_the_size_that_previews_ask_for_and_is_the_same_each_time(
    results: Results, tmp_path: Path
) -> None:
    share.save(results, tmp_path / "a.png")
    share.save(results, tmp_path / "b.png")
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (1200, 630)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
