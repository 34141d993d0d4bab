"""Long time lags: there are only two sequences."""

import pytest

from benchmarks import datasets


@pytest.mark.parametrize("id, p", [("long_lag_50", 50), ("long_lag_100", 100)])
def test_long_lag_has_two_sequences(id: str, p: int) -> None:
    data = datasets.load(id)
    symbols = data.info["symbols"]
    assert len(symbols) == p + 1
    wanted = {(end, *(f"a{i}" for i in range(1, p)), end) for end in "xy"}
    for split in (data.train, data.validation, data.test):
        found = {tuple(symbols[i] for i in [*x, y]) for x, y in zip(split["x"], split["y"], strict=True)}
        assert found == wanted
        assert (split["next"][:, :-1] == split["x"][:, 1:]).all()
        assert (split["next"][:, -1] == split["y"]).all()
    assert len(data.test["x"]) == 2
    assert 400 < (data.train["y"] == p).sum() < 600
