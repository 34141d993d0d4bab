"""Which module holds which data set. The registry is the listing of this folder and of its modules' `CARDS`.

A module without `CARDS` is a helper of the others in its folder. Modules are searched as text, not imported,
so that a run imports only the module of its data set, and a mistake in another module does not affect it.
"""

import functools
import re
from collections.abc import Mapping
from pathlib import Path

#: One item of a module's `CARDS`: `"mnist": DatasetCard(` or `"mnist": dataclasses.replace(`.
ITEM = re.compile(r"""["'](\w+)["']: (?:DatasetCard|dataclasses\.replace)\(""")


@functools.cache
def modules(folder: Path) -> Mapping[str, Path]:
    """The file of each data set, by the data set's id. Raises ValueError for an id that two modules claim."""
    by_id: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text()
        cards = text.find("\nCARDS = {")
        for id in ITEM.findall(text, cards) if cards >= 0 else ():
            if id in by_id:
                raise ValueError(f"the data set {id!r} is in {by_id[id]} and in {path}: rename one of them")
            by_id[id] = path
    return by_id
