"""Python source code as HTML: coloured, with line numbers that are links and are not copied with the code."""

from itertools import groupby
from typing import Any

from markupsafe import Markup, escape
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, String

#: kind of token -> its class in the page
_CLASSES = (
    (Comment, "c"),
    (String, "s"),
    (Number, "m"),
    (Keyword, "k"),
    (Name.Function, "f"),
    (Name.Class, "f"),
    (Name.Decorator, "f"),
    (Name.Builtin, "b"),
)


def numbered(code: str) -> Markup:
    """The lines of Python code as HTML for a `pre`, each an element `L1`, `L2`, ...

    A number is no text of the page: the style sheet takes it from the link's `data-n`, so that it is not
    copied with the code.
    """
    lines: list[list[tuple[str, str]]] = [[]]
    for kind, text in _tokens(code):
        first, *others = text.split("\n")
        lines[-1].append((kind, first))
        lines += [[(kind, other)] for other in others]
    if not any(text for _, text in lines[-1]):
        lines.pop()  # what follows the last newline is no line
    return Markup("".join(_line(no, parts) for no, parts in enumerate(lines, 1)))


def _tokens(code: str) -> list[tuple[str, str]]:
    """(class, text) of the tokens. White space has the class before it, so that fewer elements are needed."""
    tokens: list[tuple[str, str]] = []
    for kind, text in PythonLexer(stripnl=False).get_tokens(code):
        before = tokens[-1][0] if tokens else ""
        tokens.append((before if text.isspace() else _class(kind), text))
    return tokens


def _class(kind: Any) -> str:
    return next((name for parent, name in _CLASSES if kind in parent), "")


def _line(no: int, parts: list[tuple[str, str]]) -> str:
    number = f'<a href="#L{no}" data-n="{no}" aria-label="Line {no}" tabindex="-1"></a>'
    spans = []
    for kind, same in groupby(parts, key=lambda part: part[0]):
        text = escape("".join(part[1] for part in same))
        spans.append(f'<span class="{kind}">{text}</span>' if kind and text else text)
    return f'<span class="line" id="L{no}">{number}{"".join(spans)}\n</span>'
