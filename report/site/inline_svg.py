"""Adapts a saved figure to a page: prefixed ids, the page's colours and font, fewer bytes."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from markupsafe import Markup

from report.addresses import entry_page
from report.style import FAINT, INK, WASH, Point

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_URL = re.compile(r"url\(#([^)]*)\)")
#: a number with more than two decimals, and what is kept of it
_LONG, _SHORT = re.compile(r"(\d+\.\d{2})\d+"), r"\1"
#: colours of figures that become colours of the page
_ROLES = ((INK, "currentColor"), (FAINT, "var(--grid)"), (WASH, "var(--wash)"))
#: attributes whose numbers are shortened
_GEOMETRY = ("d", "points", "x", "y", "width", "height", "transform", "cx", "cy", "r")


def inline(svg: str, prefix: str, alt: str, points: Sequence[Point] = (), to_root: str = "") -> Markup:
    """A saved figure as an element of the page.

    Ids start with `prefix`, so that those of several figures do not clash, and only those referred to are
    kept; text and axes take the page's colours and font; coordinates have two decimals. `points` become links
    to the pages of their entries, with their texts as titles; `to_root` leads to the folder of index.html.
    """
    ET.register_namespace("", "http://www.w3.org/2000/svg")
    ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = ET.fromstring(svg)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{_SVG}metadata", f"{_SVG}style"):
                parent.remove(child)
    used = set()
    for element in root.iter():
        for key, value in element.attrib.items():
            used.update(_URL.findall(value))
            if key == _LINK:
                used.add(value.removeprefix("#"))
    for element in root.iter():
        attributes = element.attrib
        if "id" in attributes:
            if attributes["id"] in used:
                attributes["id"] = f"{prefix}-{attributes['id']}"
            else:
                del attributes["id"]
        for key, value in list(attributes.items()):
            if key == _LINK:
                del attributes[key]
                attributes["href"] = f"#{prefix}-{value.removeprefix('#')}"
                continue
            value = _URL.sub(lambda match: f"url(#{prefix}-{match[1]})", value)
            if key == "style":
                value = _restyle(value, element.tag == f"{_SVG}text")
            elif key in _GEOMETRY:
                value = _LONG.sub(_SHORT, value)
            attributes[key] = value
    width, height = (float(side) for side in root.attrib["viewBox"].split()[2:])
    root.attrib.pop("width", None), root.attrib.pop("height", None), root.attrib.pop("version", None)
    root.attrib.update(
        {
            "role": "group" if points else "img",
            "aria-label": alt,
            "style": f"--w:{width / 72:.2f}in",
            "viewBox": f"0 0 {width:g} {height:g}",
        }
    )
    _drop_empty(root)
    for point in points:
        root.append(_link(point, to_root))
    text = ET.tostring(root, encoding="unicode", short_empty_elements=True)
    return Markup(re.sub(r">\s+<", "><", text))


def _link(point: Point, root: str) -> ET.Element:
    """A point as a transparent disc that says its text, and leads to the page of its entry if it has one."""
    said = {"class": "point", "aria-label": point.text}
    if point.entry:
        link = ET.Element(f"{_SVG}a", {"href": root + entry_page(point.entry), **said})
    else:
        link = ET.Element(f"{_SVG}g", {"tabindex": "0", "role": "img", **said})
    disc = ET.SubElement(link, f"{_SVG}circle", {"cx": f"{point.x:.1f}", "cy": f"{point.y:.1f}", "r": "6"})
    ET.SubElement(disc, f"{_SVG}title").text = point.text
    return link


def _restyle(style: str, is_text: bool) -> str:
    for role, replacement in _ROLES:
        style = style.replace(role, replacement)
    parts = [part.strip() for part in style.split(";") if part.strip()]
    kept = []
    for part in parts:
        name, _, value = part.partition(":")
        value = value.strip()
        if name == "font":  # the page's font, at the figure's size
            size = re.search(r"([\d.]+)px", value)
            weight = "font-weight:bold" if "bold" in value or "700" in value else ""
            kept += [f"font-size:{size[1] if size else 9}px"] + ([weight] if weight else [])
        elif name in ("stroke-linejoin", "stroke-linecap") and value in ("miter", "butt"):
            continue
        else:
            kept.append(f"{name}:{value if name == 'fill' else _LONG.sub(_SHORT, value)}")
    if is_text and not any(part.startswith("fill:") for part in kept):
        kept.append("fill:currentColor")
    return ";".join(kept)


def _drop_empty(root: ET.Element) -> None:
    """Replaces groups without attributes by their content, and drops empty groups."""
    for parent in list(root.iter()):
        changed = True
        while changed:
            changed = False
            for i, child in enumerate(list(parent)):
                if child.tag in (f"{_SVG}g", f"{_SVG}defs") and not len(child):
                    parent.remove(child)
                    changed = True
                    break
                if child.tag == f"{_SVG}g" and not child.attrib:
                    parent.remove(child)
                    for j, grandchild in enumerate(list(child)):
                        parent.insert(i + j, grandchild)
                    changed = True
                    break
