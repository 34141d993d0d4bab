"""The workflow trains a recipe that starts from another's weights after it."""

from pathlib import Path

import pytest

from benchmarks import records
from tests.workflow.workflow_runs import copy_checkout, snakemake

pytestmark = pytest.mark.slow

#: Put behind the entry: two recipes, of which the first in the file starts from the second.
TWO_RECIPES = """
import dataclasses

XOR = next(recipe for recipe in ENTRY.recipes if (recipe.tier, recipe.name) == ("pocket", "xor"))
AGAIN = dataclasses.replace(XOR, variant="again", floor=None, starts_from="backprop_1986/xor")
ENTRY = dataclasses.replace(
    ENTRY, recipes=(AGAIN, XOR), variants={**ENTRY.variants, "again": "Trained twice."}
)
"""


def test_a_run_that_starts_from_another_is_trained_after_it(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    copy_checkout(checkout)
    with open(checkout / "benchmarks/entries/feedforward/backprop_1986.py", "a") as file:
        file.write(TWO_RECIPES)
    asked = ("--config", "backend=jax", "entries=backprop_1986", "seeds=2")
    done = snakemake(tmp_path, *asked, root=checkout)
    assert done.returncode == 0, done.stdout
    runs = records.read_bundle(tmp_path / "results/bundle").runs.set_index(["recipe", "seed"])
    assert runs["status"].to_dict() == {
        (name, seed): "ok" for name in ("xor", "xor-again") for seed in (0, 1)
    }
    for seed in (0, 1):
        assert runs.loc[("xor-again", seed), "start_sha256"] == runs.loc[("xor", seed), "weights_sha256"]
        assert runs.loc[("xor", seed), "start_sha256"] == ""
    assert "Nothing to be done" in snakemake(tmp_path, "--dry-run", *asked, root=checkout).stdout
