"""What every entry's learning rule must do on one batch, on the backend under test.

`make test` runs this on JAX alone: on TensorFlow the tests of the pocket tier judge whole runs.
"""

import dataclasses
import math

import numpy as np
import pytest

from benchmarks import catalogue
from benchmarks.engine import seeds
from benchmarks.engine.clock import Clock
from benchmarks.engine.runs import Options
from benchmarks.engine.workbench import Workbench
from benchmarks.spec import Entry, Recipe
from tests.contract.forked import in_child
from tests.contract.last_stage import last_stage_alone

#: The first recipe of each entry.
FIRST = [
    pytest.param(entry, catalogue.recipes(entry, "pocket")[0], id=entry.id)
    for entry in map(catalogue.load, catalogue.ids())
]

#: Logs that a rule must drive down on a batch that it sees again and again. The two players of an adversarial
#: rule drive each other's up.
ERRORS = ("loss", "mistakes", "squared_error", "reconstruction_error")

#: Steps on one batch. Contrastive divergence descends no error: its reconstructions get better only once
#: hidden units have parted.
STEPS = {"contrastive_divergence": 600}
#: How many of them are repeated from the same seed.
REPEATED = 10

pytestmark = pytest.mark.slow


def bench(entry: Entry, recipe: Recipe, options: Options, seed: int = 1) -> Workbench:
    """The recipe made ready on one batch of its own training data, one step an epoch."""
    recipe = last_stage_alone(recipe)
    short = dataclasses.replace(
        recipe, limit=recipe.batch_size, epochs=min(recipe.epochs, 60), evaluate_every=1, train_on="train"
    )
    ready = Workbench(entry, short, options, Clock(), seed)
    ready.reset(seed)
    return ready


@pytest.mark.parametrize(("entry", "recipe"), FIRST)
@in_child
def test_one_batch_can_be_learned_and_the_same_seed_gives_the_same_numbers(
    entry: Entry, recipe: Recipe, options: Options
) -> None:
    rule = catalogue.stages(recipe)[-1].rule
    if rule == "none":
        ready = bench(entry, recipe, options)
        assert all(math.isfinite(value) for value in ready.evaluate("test").values())
        return
    ready = bench(entry, recipe, options)
    if ready.host_driven:
        pytest.skip(f"the rule {rule} takes no batches: it acts by itself, or learns from all at once")
    before = ready.weights_sha256()
    logs = [ready.train_leg(epoch, epoch + 1)[2] for epoch in range(REPEATED)]
    early = ready.weights_sha256()
    logs += [ready.train_leg(epoch, epoch + 1)[2] for epoch in range(REPEATED, STEPS.get(rule, 30))]
    after = ready.weights_sha256()
    error = next((name for name in ERRORS if name in logs[0]), None)
    # A rule that learns from mistakes alone leaves a batch be that it has right from the start.
    right_already = error is not None and all(log[error] == 0 for log in logs)
    assert right_already == (before == after)
    if error:
        first, last = (float(np.mean([log[error] for log in some])) for some in (logs[:2], logs[-5:]))
        assert last < max(first, 1e-6)
    assert all(math.isfinite(value) for log in logs for value in log.values())

    ready.reset(1)
    assert ready.weights_sha256() == before, "resetting to the same seed gives the same initial weights"
    again = [ready.train_leg(epoch, epoch + 1)[2] for epoch in range(REPEATED // 2)]
    # A checkpoint holds all that there is to know: whatever happens in between, training goes on from it.
    state, host = ready.driver.read(), ready.host_state()
    ready.reset(2)
    ready.train_leg(0, 1)
    ready.reset(1)
    ready.driver.write(state)
    ready.set_host_state(0, host)
    again += [ready.train_leg(epoch, epoch + 1)[2] for epoch in range(REPEATED // 2, REPEATED)]
    assert again == logs[:REPEATED]
    assert ready.weights_sha256() == early


@in_child
def test_another_seed_gives_other_numbers(options: Options) -> None:
    entry = catalogue.load("mlp_mnist_1998")
    recipe = catalogue.recipes(entry, "pocket")[0]
    ready = bench(entry, recipe, options)
    first = ready.weights_sha256()
    ready.reset(2)
    assert ready.weights_sha256() != first
    assert seeds.derive("mlp_mnist_1998", "digits", 0) != seeds.derive("mlp_mnist_1998", "digits", 1)
