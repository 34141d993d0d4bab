"""Sorting, against Python's."""

from benchmarks import datasets


def test_sorting_sorts() -> None:
    data = datasets.load("sorting")
    rows = []
    for split in (data.train, data.validation, data.test):
        digits = (split["source"] - 4).tolist()
        assert [sorted(row) for row in digits] == (split["target"][:, 1:-1] - 4).tolist()
        rows += [tuple(row) for row in digits]
    assert len(set(rows)) == 12_000
    assert data.info["references"]["test"][0] == " ".join(map(str, sorted(rows[-1_000])))
