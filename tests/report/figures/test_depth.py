"""The figure of depth against error, from an invented bundle of nets of several depths."""

from typing import Any

import pytest

from report import style
from report.figures import depth
from report.loading import from_bundle
from report.results import Results
from tests.report import bundles

LAYERS = (("input", "InputLayer", (8,), 0), ("output", "Dense", (2,), 18))
#: variant, depth, plain, final error, published error
NETS = (
    ("", 20, False, 9.0, 8.75),
    ("residual-56", 56, False, 7.0, 6.97),
    ("plain-20", 20, True, 9.5, None),
    ("plain-56", 56, True, 12.0, None),
)


def made(monkeypatch: pytest.MonkeyPatch, nets: Any) -> Results:
    recipes = [
        ("cifar10", name, "standard", "error", "%", "lower", last, last, claim, 4, 10.0)
        for name, _, _, last, claim in nets
    ]
    row = (
        "resnet_cifar_2015",
        "Residual nets",
        "convolutional",
        "classification",
        LAYERS,
        recipes,
        "K. He",
        "Deep residual learning",
        None,
    )
    plain = bundles._recipe
    models = {name: {"depth": layers, "plain": without} for name, layers, without, _, _ in nets}
    monkeypatch.setattr(bundles, "ENTRIES", (row,))
    monkeypatch.setattr(bundles, "_recipe", lambda r: {**plain(r), "model": models[r[1]]})
    return from_bundle(bundles.bundle())


def test_the_net_without_a_name_stands_in_the_line_of_its_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    found = depth.points(made(monkeypatch, NETS))
    lines = found.groupby("kind")["depth"].agg(lambda depths: sorted(set(depths))).to_dict()
    assert lines == {"residual": [20.0, 56.0], "plain": [20.0, 56.0]}
    assert found.groupby(["kind", "depth"])["published"].first().dropna().to_dict() == {
        ("residual", 20.0): 8.75,
        ("residual", 56.0): 6.97,
    }


def test_the_caption_says_which_nets_get_worse(monkeypatch: pytest.MonkeyPatch) -> None:
    with style.theme():
        (drawn,) = depth.draw(made(monkeypatch, NETS))
    assert "of 2 kinds of nets that were run at several depths, 1 ended better" in drawn.caption
    assert "worse were plain nets, 9.50% with 20 layers and 12% with 56." in drawn.alt
    assert set(drawn.data["median"]) == {9.0, 7.0, 9.5, 12.0}


def test_there_is_no_figure_where_no_kind_was_run_at_two_depths(monkeypatch: pytest.MonkeyPatch) -> None:
    assert depth.draw(made(monkeypatch, (NETS[0], NETS[3]))) == []
