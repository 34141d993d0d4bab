"""Learning curves and pictures on the pages of entries."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from benchmarks import records
from benchmarks.pictures import Axis, Curves, LabelledMap, Series, Sound, Texts
from benchmarks.spec import Picture
from report.results import Results
from report.site import entry_media

KINDS: tuple[Any, ...] = (
    Curves([Series("loss", [1.0, 2.0], [3.0, 4.0])], Axis("epoch"), Axis("loss"), "Curves."),
    LabelledMap(np.eye(2), ["a", "b"], ["a", "b"], "true", "taken for", "%", "A map."),
    Texts(["To be, or not"], "Texts."),
    Sound(np.arange(100, dtype="int16"), 8_000, "A sound."),
    Picture(np.zeros((1, 2, 3, 3), np.uint8), "Tiles."),
)


def runs_of(results: Results, entry: str) -> list[dict[Any, Any]]:
    return results.runs[results.runs["entry"] == entry].to_dict("records")


def with_pictures(results: Results, named: dict[str, Any]) -> Results:
    """The results with these pictures of every run of seed 1."""
    ids = results.runs.loc[results.runs["seed"] == 1, "execution_id"]
    encoded = {name: records.encode_picture(picture) for name, picture in named.items()}
    return dataclasses.replace(results, pictures=dict.fromkeys(ids, encoded))


def test_every_kind_of_picture_is_shown_with_its_caption(results: Results) -> None:
    shown = with_pictures(results, {str(i): picture for i, picture in enumerate(KINDS)})
    recipes, left = entry_media.pictures(shown, runs_of(results, "lenet5_1998"))
    assert [(one["recipe"], one["seed"]) for one in recipes] == [
        ("digits", 1),
        ("digits-relu", 1),
        ("mnist", 1),
    ]
    assert left == 0
    for one in recipes:
        assert [picture["caption"] for picture in one["pictures"]] == [kind.caption for kind in KINDS]
        for tag, picture in zip(("<svg", "<svg", "<pre", "<svg", "<img"), one["pictures"], strict=True):
            assert picture["html"].startswith(tag)


def test_recipes_share_the_room_for_pictures(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = with_pictures(results, {str(i): KINDS[4] for i in range(4)})
    monkeypatch.setattr(entry_media, "MOST_PICTURES", 7)
    recipes, left = entry_media.pictures(shown, runs_of(results, "lenet5_1998"))
    assert [len(one["pictures"]) for one in recipes] == [3, 2, 2] and left == 5
    monkeypatch.setattr(entry_media, "MOST_PICTURE_BYTES", 2 * len(recipes[0]["pictures"][0]["html"]) + 1)
    recipes, left = entry_media.pictures(shown, runs_of(results, "lenet5_1998"))
    assert [len(one["pictures"]) for one in recipes] == [1, 1] and left == 10


def test_a_picture_that_is_too_large_leaves_room_for_others(results: Results) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1, 1, 700, 700), dtype=np.uint8)
    shown = with_pictures(results, {"a": Picture(noise, "Noise."), "b": KINDS[4]})
    recipes, left = entry_media.pictures(shown, runs_of(results, "gan_2014"))
    assert [one["caption"] for one in recipes[0]["pictures"]] == ["Tiles."]
    assert left == len(recipes)


def test_a_curve_says_where_the_seeds_began_and_ended(results: Results) -> None:
    by_recipe = {one["recipe"]: one for one in entry_media.curves(results)["lenet5_1998"]}
    assert set(by_recipe) == {"digits", "digits-relu", "mnist"}
    curve = by_recipe["mnist"]
    ids = results.runs.loc[
        (results.runs["entry"] == "lenet5_1998") & (results.runs["recipe"] == "mnist"), "execution_id"
    ]
    rows = results.measures[
        results.measures["execution_id"].isin(ids)
        & (results.measures["split"] == "validation")
        & (results.measures["measure"] == "error")
    ]
    first, last = (rows[rows["epoch"] == rows["epoch"].agg(end)]["value"].median() for end in ("min", "max"))
    assert curve["what"] == "error (%), validation" and curve["seeds"] == "3 seeds"
    assert curve["change"] == f"{first:.3g} to {last:.3g} in {int(rows['epoch'].max())} epochs"
    assert f">{rows['value'].max():.3g}%</text>" in curve["svg"]


def test_only_some_of_very_many_seeds_are_drawn(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry_media, "MOST_LINES", 2)
    for curve in entry_media.curves(results)["lenet5_1998"]:
        assert curve["svg"].count("<polyline") == 2 and curve["seeds"] == "3 seeds, of which 2 are drawn"
