"""Orders and seeds: the same everywhere, and different where they should be."""

import subprocess
import sys

import numpy as np
import pytest

from benchmarks.engine import seeds
from tests.engine.conftest import ROOT


@pytest.mark.parametrize(("examples", "batch_size"), [(1, 1), (10, 3), (12, 4), (100, 7), (5, 5)])
def test_an_epoch_visits_each_example_at_most_once(examples: int, batch_size: int) -> None:
    order = seeds.order(1, 0, examples, batch_size)
    assert order.dtype == np.int32
    assert order.shape == (examples // batch_size, batch_size)
    assert len(np.unique(order)) == order.size
    assert order.min() >= 0 and order.max() < examples
    if examples % batch_size == 0:
        assert sorted(order.ravel()) == list(range(examples))


def test_what_is_left_out_varies_so_that_every_example_is_seen() -> None:
    seen = [set(seeds.order(1, epoch, 10, 4).ravel().tolist()) for epoch in range(30)]
    assert all(len(epoch) == 8 for epoch in seen)
    assert set().union(*seen) == set(range(10))
    assert len({frozenset(epoch) for epoch in seen}) > 1


def test_another_epoch_and_another_seed_have_another_order() -> None:
    orders = {seeds.order(seed, epoch, 50, 5).tobytes() for seed in range(5) for epoch in range(5)}
    assert len(orders) == 25


def test_orders_and_seeds_are_the_same_in_every_process() -> None:
    code = (
        "from benchmarks.engine import seeds; seed = seeds.derive('a', 'b', 3);"
        " print(seed, seeds.order(seed, 2, 9, 2).tolist())"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        ).stdout
        for hash_seed in ("1", "2")
    }
    here = seeds.derive("a", "b", 3)
    assert printed == {f"{here} {seeds.order(here, 2, 9, 2).tolist()}\n"}


def test_derived_seeds_keep_their_parts_apart() -> None:
    derived = {
        seeds.derive(*parts)
        for parts in [
            ("a", "b", 1),
            ("ab", "", 1),
            ("a", "b1"),
            ("a", "b", 11),
            ("a", "b", 1, ""),
            ("b", "a", 1),
        ]
    }
    assert len(derived) == 6
    assert all(0 <= seed < 2**32 for seed in derived)
