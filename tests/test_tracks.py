"""The tracks name what exists."""

import importlib

import pytest

from benchmarks import catalogue, datasets
from benchmarks.tracks import TRACKS, Track


@pytest.mark.parametrize("track", TRACKS, ids=lambda track: track.id)
def test_a_track_names_a_task_a_data_set_and_a_measure_that_exist(track: Track) -> None:
    assert track.dataset in datasets.ids()
    found = []
    for task in track.tasks:
        measures = importlib.import_module(f"benchmarks.measures.{task}").MEASURES
        found += [measure for measure in measures if measure.name == track.measure]
    assert len(found) == len(track.tasks)
    ((direction, _),) = {(measure.direction, measure.unit) for measure in found}
    assert direction in ("lower", "higher"), "one end is better, or nothing can be ranked"


def test_tracks_are_distinct() -> None:
    assert len({track.id for track in TRACKS}) == len(TRACKS)
    of_tracks = [(task, track.dataset) for track in TRACKS for task in track.tasks]
    assert len(set(of_tracks)) == len(of_tracks)


def test_every_track_has_an_entry_and_the_digits_have_most_of_the_classifiers() -> None:
    entries_of: dict[str, set[str]] = {track.id: set() for track in TRACKS}
    for entry in map(catalogue.load, catalogue.ids()):
        for recipe in entry.recipes:
            for track in TRACKS:
                if (recipe.task or entry.task) in track.tasks and recipe.dataset == track.dataset:
                    entries_of[track.id].add(entry.id)
    assert [id for id, entries in entries_of.items() if not entries and id != "shakespeare"] == []
    assert len(entries_of["digits"]) >= 25
