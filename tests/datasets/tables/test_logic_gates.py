"""The six gates, against truth tables written by hand."""

from benchmarks import datasets


def test_gates_by_hand() -> None:
    data = datasets.load("logic_gates")
    assert data.train["x"].tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    table = dict(zip(data.info["gates"], data.train["y"].T.tolist(), strict=True))
    assert table == {
        "AND": [0, 0, 0, 1],
        "OR": [0, 1, 1, 1],
        "NOT": [1, 1, 0, 0],
        "NAND": [1, 1, 1, 0],
        "NOR": [1, 0, 0, 0],
        "XOR": [0, 1, 1, 0],
    }
