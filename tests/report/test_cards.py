"""Cards of any form are read."""

from typing import Any

import pytest

from report import cards


def test_cards_of_any_form_are_read() -> None:
    """A bundle's card may hold anything beside id, family and task."""
    card = cards.entry(
        {
            "id": "x_1999",
            "family": "classical",
            "task": "t",
            "claims": [{"value": "high"}, 3, None],
            "paper": 7,
            "history": "long ago",
            "parameters": [{"trainable": True}],
            "variants": ["a"],
            "story": None,
        }
    )
    assert card["claims"] == [] and card["year"] == 1999 and card["name"] == "x_1999"
    assert card["parameters"][0]["trainable"] is None
    assert cards.layers([{"shape": [None, "x", -1, 3]}, 5])[0]["shape"] == [None, None, None, 3]


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("(8, 8, 1)", ([8, 8, 1], "")),
        ("(64,)", ([64], "")),
        ("()", ([], "")),
        ("(None, 3)", ([None, 3], "")),
        ("two tensors", ([], "two tensors")),
        ([3, None], ([3, None], "")),
        (7, ([], "")),
    ],
)
def test_shapes_are_read_from_lists_and_text(shape: Any, expected: Any) -> None:
    layer = cards.layers([{"name": "a", "kind": "Dense", "shape": shape, "parameters": 1}])[0]
    assert (layer["shape"], layer["shape_text"]) == expected
