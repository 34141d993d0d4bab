"""The patterns of the encoder problem."""

from benchmarks import datasets


def test_encoder_rows_are_one_hot() -> None:
    train = datasets.load("encoder_8").train
    assert train["x"].sum() == 8
    assert train["x"].argmax(1).tolist() == train["y"].tolist() == list(range(8))
