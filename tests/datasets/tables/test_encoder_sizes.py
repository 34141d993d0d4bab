"""The patterns of the encoder problem in its other sizes."""

from benchmarks import datasets


def test_rows_are_one_hot() -> None:
    for id, units in (("encoder_4", 4), ("encoder_40", 40)):
        train = datasets.load(id).train
        assert train["x"].shape == (units, units) and train["x"].sum() == units
        assert train["x"].argmax(1).tolist() == train["y"].tolist() == list(range(units))
