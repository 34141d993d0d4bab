"""What this entry promises beyond the contract: see tests/contract."""

import numpy as np

from benchmarks import catalogue
from tests.eager import Eager


def test_pictures_show_the_first_machine_and_how_many_have_found_their_codes() -> None:
    entry = catalogue.load("boltzmann_machine_1985")
    model = entry.build(machines=4)
    links = np.zeros(model.links.shape, "float32")
    links[0, 0, 8] = links[0, 8, 0] = 30.0
    links[0, 4, 9] = links[0, 9, 4] = -30.0
    model.links.assign(links)
    model.found.assign([40.0, np.inf, 10.0, 20.0])
    assert entry.pictures is not None
    pictures = entry.pictures(model, None, Eager(model))
    tiles = pictures["hidden"].tiles
    assert tiles.shape == (2, 1, 2, 4)
    assert (tiles[0, 0, 0, 0], tiles[1, 0, 1, 0], tiles[0, 0, 0, 1]) == (255, 0, 128)
    assert pictures["links"].values[0, 8] == 30.0 and pictures["links"].columns[9] == "h2"
    (found,) = pictures["found"].series
    assert found.x.tolist() == [10, 20, 40] and found.y.tolist() == [25, 50, 75]
    assert "links" not in entry.pictures(entry.build(group=40, hidden=10), None, None)
