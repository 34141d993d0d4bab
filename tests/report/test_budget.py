"""The room of a page is shared out."""

import pandas as pd

from report.budget import fair, first_rows


def test_room_is_shared_out_fairly() -> None:
    assert fair([[1] * 10, [1] * 2, [], [1] * 10], 12) == [5, 2, 0, 5]
    assert fair([[3, 3, 3], [10], [1, 1]], 8) == [2, 0, 2]
    assert fair([[5]], 4) == [0]


def test_rows_that_did_not_go_well_come_first_and_every_entry_is_seen() -> None:
    frame = pd.DataFrame(
        {"entry": ["a"] * 50 + ["b"] * 50, "status": ["ok"] * 40 + ["oom"] * 3 + ["ok"] * 57}
    )
    rows = first_rows(frame, ["status"], 9)
    assert rows == [0, 1, 2, 40, 41, 42, 50, 51, 52]
    assert first_rows(frame, ["status"], 100) == list(range(100))
