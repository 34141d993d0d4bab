"""Text, numbers and addresses from bundles."""

from typing import Any

import pytest

from report import cleaning

HIDDEN = "\u200b\u200d\u200e\u2060\ufeff\u202e\u2066\u00ad\u061c\U000e0041\ud800\uffff\U0001ffff\x00\x1b\x9b"


@pytest.mark.parametrize(
    ("dirty", "shown"),
    [
        (f"Le{HIDDEN}Net", "LeNet"),
        ("one\u2028two\u2029three\r\nfour\x85five", "one\ntwo\nthree\nfour\nfive"),
        ("Z" + "\u0301" * 50 + "o", "Z" + "\u0301" * 4 + "o"),
        ("\ufe0f" * 50, "\ufe0f" * 4),
        ("\ufeff", ""),
        (" \u3000\t\n ", ""),
        ("Schrödinger, 中文, हिन्दी, ❤️ 🙂, tab\t, x²", "Schrödinger, 中文, हिन्दी, ❤️ 🙂, tab\t, x²"),
    ],
)
def test_text_is_freed_of_what_cannot_be_seen(dirty: str, shown: str) -> None:
    assert cleaning.clean(dirty) == shown
    assert cleaning.clean({"a": [dirty, 7]}) == {"a": [shown, 7]}
    assert cleaning.clean({dirty: 1}) == {shown or "(unnamed)": 1}


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        " https://a.b",
        'https://a.b/"onmouseover=x',
        "data:text/html,x",
        "//evil.example",
        "https:evil",
        "http://[",
        7,
    ],
)
def test_addresses_other_than_the_webs_are_not_linked(url: Any) -> None:
    assert cleaning.web(url) is None


def test_web_addresses_are_linked() -> None:
    assert cleaning.web("https://doi.org/10.1109/5.726791") == "https://doi.org/10.1109/5.726791"
