"""Figures inside a page."""

import xml.etree.ElementTree as ET
from pathlib import Path

from report import style
from report.site.inline_svg import inline


def test_inlined_ids_are_prefixed_and_all_referred_to(page_file: Path) -> None:
    raw = (page_file.parent / "figures" / "claims.svg").read_text(encoding="utf-8")
    root = ET.fromstring(str(inline(raw, "f9", "what it says")))
    ids = {element.attrib["id"] for element in root.iter() if "id" in element.attrib}
    used = {element.attrib["href"].removeprefix("#") for element in root.iter() if "href" in element.attrib}
    assert used and used <= ids and all(id.startswith("f9-") for id in ids)
    assert root.attrib["aria-label"] == "what it says"
    assert style.INK not in ET.tostring(root, encoding="unicode")
