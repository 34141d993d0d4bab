"""The cards of the entries."""

import dataclasses
from pathlib import Path

import numpy as np

from benchmarks import records
from benchmarks.spec import Picture
from report.loading import from_bundle
from report.site import entry_cards
from report.site.build import build


def test_pictures_take_bounded_room(small: records.Bundle, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1, 1, 1180, 1180, 3), dtype=np.uint8)
    large = records.encode_picture(Picture(noise, "noise"))
    pictures = {id: {f"noise{i}": large for i in range(15)} for id in small.runs["execution_id"].head(2)}
    bundle = dataclasses.replace(small, pictures=pictures)
    html = build(from_bundle(bundle), tmp_path).read_text(encoding="utf-8")
    assert len(html) < entry_cards.CARD_PICTURE_BYTES + 1_500_000
    rest = [path.read_text(encoding="utf-8") for path in (tmp_path / "provenance").iterdir()]
    assert sum(map(len, rest)) < entry_cards.MOST_PICTURE_BYTES + 2_000_000
    assert any("more pictures: see the bundle." in one for one in rest)
