"""The list of entries."""

from pathlib import Path
from typing import Any

from report.site.pages.entry_list import entry_list
from report.site.site import Site
from report.tables import all_tables


def test_each_entry_has_its_result_and_its_verdicts(results: Any, tmp_path: Path) -> None:
    site = Site(results, all_tables(results), {}, None, tmp_path)  # type: ignore[arg-type]
    cards = {card["id"]: card for card in entry_list(site)}
    assert list(cards) == list(results.entries)
    result = cards["lenet5_1998"]["result"]
    assert result.startswith("error 0.9") and result.endswith("% on mnist (standard, 3 seeds)")
    for id, card in cards.items():
        counts = results.claims[results.claims["entry"] == id]["verdict"].value_counts().to_dict()
        counts.pop("not comparable", None)
        assert dict(card["verdicts"]) == counts
