"""The drawing of a model's layers."""

import xml.etree.ElementTree as ET
from typing import Any

from report import cards
from report.drawings.layers import diagram, fold


def layer(kind: str, size: int) -> dict[str, Any]:
    return {"name": "", "kind": kind, "shape": [size], "shape_text": "", "parameters": size}


def test_repeated_layers_are_folded() -> None:
    block = [layer("Conv2D", 3), layer("ReLU", 3)]
    layers = [layer("Input", 1), *block, *block, *block, layer("Dense", 2)]
    folded = fold(layers)
    assert [(len(part), times) for part, times in folded] == [(1, 1), (2, 3), (1, 1)]
    assert [one for part, times in folded for one in part * times] == layers


def test_diagram_of_a_very_deep_model_stays_short() -> None:
    layers = [layer("Dense", 10 + i) for i in range(1000)]
    drawing = str(diagram(layers, "deep"))
    assert "more layers" in drawing and drawing.count("<rect") < 40
    root = ET.fromstring(drawing)
    assert (
        root.attrib["aria-label"] == "Layers of deep, from input to output: 1000 layers, 509,500 parameters"
    )


def test_layers_of_any_size_have_a_diagram() -> None:
    layers = cards.layers(
        [
            {"kind": "Dense", "shape": [10**400, 10**300], "parameters": size}
            for size in (1.7e308, 10**400, 1e38)
        ]
    )
    assert "3 layers" in str(diagram(layers, "wide"))


def test_a_layer_without_a_shape_has_its_parameters_alone() -> None:
    drawing = str(diagram([{**layer("Sequential", 7), "shape": []}], "gan"))
    assert ">7 par.</text>" in drawing
