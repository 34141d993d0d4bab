"""The tables of claims."""

from report import tables
from tests.report.variations import lenet_changed


def test_misses_have_a_table_with_their_cause() -> None:
    loaded = lenet_changed(
        "claim", value=0.5, missed_because="rule", evidence="The steps of ten examples are summed."
    )
    frame = tables.misses(loaded).frame.set_index("entry")
    row = frame.loc["lenet5_1998"]
    assert (row["missed_because"], row["evidence"]) == ("rule", "The steps of ten examples are summed.")
    assert set(frame["verdict"]) == {"missed"}
    kept = loaded.claims[loaded.claims["verdict"] != "missed"]
    assert set(kept["missed_because"]) == set(kept["evidence"]) == {""}, "what is not missed has no cause"
