"""Source code as HTML."""

import html
import re

from benchmarks import catalogue
from report.site.source_code import numbered

TAG = re.compile(r"<[^>]*>")


def test_what_is_copied_is_the_code() -> None:
    for id in ("lenet5_1998", "lstm_1997"):
        code = catalogue.source_file(id).read_text(encoding="utf-8")
        shown = numbered(code)
        assert html.unescape(TAG.sub("", shown)) == code
        assert re.findall(r'class="line" id="L(\d+)"', shown) == [
            str(no) for no in range(1, len(code.splitlines()) + 1)
        ]


def test_every_line_is_complete() -> None:
    """A docstring goes on over lines, each of which has its own elements."""
    for line in numbered('"""A\n\nlong <b>story</b>."""\nx = 1  # one\n').split("\n</span>")[:-1]:
        assert line.count("<span") == line.count("</span>") + 1, "all but the line's own element are closed"


def test_kinds_of_tokens_have_their_classes() -> None:
    shown = numbered("def f(x):\n    return 'a' + 1  # why\n")
    for kind, text in (("k", "def"), ("f", "f"), ("s", "&#39;a&#39;"), ("m", "1"), ("c", "# why")):
        assert re.search(rf'<span class="{kind}">{text}\s*</span>', shown), text


def test_code_is_not_markup() -> None:
    shown = numbered("x = '</pre><script>alert(1)</script>'")
    assert "<script" not in shown and "</pre>" not in shown
    assert html.unescape(TAG.sub("", shown)) == "x = '</pre><script>alert(1)</script>'\n"


def test_an_empty_first_line_keeps_its_number() -> None:
    assert '<span class="line" id="L1"><a href="#L1"' in numbered("\n\nx = 1\n")
    assert numbered("\n\nx = 1\n").count('class="line"') == 3
