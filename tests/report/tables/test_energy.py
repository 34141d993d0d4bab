"""The table of energy and money: what it shows, and when there is one."""

from pathlib import Path
from typing import Any

from report import tables
from tests.report import bundles
from tests.report.variations import POCKET, edited, few, loaded, only


def labels(table: tables.Table) -> list[str]:
    return [column.label for column in table.columns]


def test_there_is_no_table_where_nothing_is_known(tmp_path: Path) -> None:
    assert "energy" not in tables.all_tables(loaded(tmp_path, few()))


def test_machines_with_a_counter_have_a_row_for_each_question(tmp_path: Path) -> None:
    one = only(bundles.bundle(tiers=POCKET, machines=2), {"lenet5_1998", "lstm_1997"})
    results = loaded(tmp_path, one)
    table = tables.all_tables(results)["energy"]
    assert set(table.frame["machine"]) == {"B"} and len(table.frame) == len(results.group_rates) / 2
    assert table.frame["n"].tolist() == [3] * len(table.frame)
    assert not table.frame["interval"].any(), "three values allow a range alone"
    for row in table.frame.to_dict("records"):
        of_group = results.energy[results.energy["power_w"].notna()]
        assert row["low"] <= row["median"] <= row["high"]
        assert set(of_group["idle_w"]) == {row["idle_w"]} == {80.0}
    assert "cost of a million examples, EUR" in labels(table)
    assert "to the criterion, J" not in labels(table), "no run has one"


def test_a_price_alone_makes_a_table_of_costs_and_two_currencies_a_column(tmp_path: Path) -> None:
    one = only(bundles.bundle(tiers=POCKET, machines=2), {"lenet5_1998"})

    def priced(row: dict[str, Any]) -> None:
        row.update(
            idle_w=None, price_per_hour=1.0, currency="CHF" if row["price_per_hour"] is None else "EUR"
        )

    silent = edited(one, runs=priced, epochs=lambda row: row.update(energy_j=None))
    table = tables.all_tables(loaded(tmp_path, silent))["energy"]
    assert labels(table)[-2:] == ["cost of a million examples", "currency"]
    assert set(table.frame["currency"]) == {"CHF", "EUR"}
    assert "J/example" not in labels(table) and "Energy" not in table.caption and "Costs" in table.caption
