"""Numbers and addresses from bundles."""

from typing import Any

import pytest

from report import cleaning


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
