"""What every entry's model and learning rule must do, on the backend under test."""

import dataclasses
import importlib
import math

import numpy as np
import pytest

from benchmarks import catalogue
from benchmarks.engine import parameters, seeds
from benchmarks.engine.clock import Clock
from benchmarks.engine.runs import Options
from benchmarks.engine.workbench import Workbench, part_of
from benchmarks.spec import Entry, ParameterCount, Recipe
from tests.contract.forked import in_child
from tests.contract.last_stage import last_stage_alone

ENTRIES = {id: catalogue.load(id) for id in catalogue.ids()}
COUNTS = [
    pytest.param(entry, count, id=f"{entry.id}-{count.trainable}")
    for entry in ENTRIES.values()
    for count in entry.parameters
]
#: All recipes that learn in stages.
IN_STAGES = [
    pytest.param(entry, recipe, id=f"{id}-{recipe.tier}-{recipe.name}")
    for id, entry in ENTRIES.items()
    for recipe in entry.recipes
    if recipe.stages
]
#: The first recipe of each entry; the tests of the pocket tier train all of them.
POCKET = [pytest.param(entry, catalogue.recipes(entry, "pocket")[0], id=id) for id, entry in ENTRIES.items()]

#: Logs that a rule must drive down on a batch that it sees again and again. The two players of an adversarial
#: rule drive each other's up.
ERRORS = ("loss", "mistakes", "squared_error", "reconstruction_error")

#: Steps on one batch. Contrastive divergence descends no error: its reconstructions get better only once
#: hidden units have parted.
STEPS = {"contrastive_divergence": 600}
#: How many of them are repeated from the same seed.
REPEATED = 10


pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("entry", "count"), COUNTS)
@in_child
def test_the_published_size_has_the_declared_number_of_parameters(
    entry: Entry, count: ParameterCount, options: Options
) -> None:
    import keras

    # Shapes alone: nobody asks for the initial values of hundreds of millions of weights.
    with keras.StatelessScope(initialize_variables=False):
        model = entry.build(**count.arguments)
    assert parameters.free(model) == count.trainable


@pytest.mark.parametrize(("entry", "recipe"), POCKET)
@in_child
def test_the_model_has_what_its_task_asks_for(entry: Entry, recipe: Recipe, options: Options) -> None:
    import keras

    from benchmarks.tasks.protocol import require

    task = recipe.task or entry.task
    with keras.StatelessScope(initialize_variables=False):
        model = entry.build(**recipe.model)
    require(task, model, importlib.import_module(f"benchmarks.tasks.{task}").MODEL)


def bench(entry: Entry, recipe: Recipe, options: Options, seed: int = 1) -> Workbench:
    """The recipe made ready on one batch of its own training data, one step an epoch."""
    recipe = last_stage_alone(recipe)
    short = dataclasses.replace(
        recipe, limit=recipe.batch_size, epochs=min(recipe.epochs, 60), evaluate_every=1, train_on="train"
    )
    ready = Workbench(entry, short, options, Clock(), seed)
    ready.reset(seed)
    return ready


@pytest.mark.parametrize(("entry", "recipe"), POCKET)
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
        pytest.skip(f"the rule {rule} acts in an environment: there are no batches to give it")
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
    again = [ready.train_leg(epoch, epoch + 1)[2] for epoch in range(REPEATED)]
    assert again == logs[:REPEATED]
    assert ready.weights_sha256() == early


@in_child
def test_another_seed_gives_other_numbers(options: Options) -> None:
    entry = ENTRIES["mlp_mnist_1998"]
    recipe = catalogue.recipes(entry, "pocket")[0]
    ready = bench(entry, recipe, options)
    first = ready.weights_sha256()
    ready.reset(2)
    assert ready.weights_sha256() != first
    assert seeds.derive("mlp_mnist_1998", "digits", 0) != seeds.derive("mlp_mnist_1998", "digits", 1)


@pytest.mark.parametrize(("entry", "recipe"), IN_STAGES)
@in_child
def test_stages_do_not_mix_with_learning_of_the_recipe_and_train_what_the_model_has(
    entry: Entry, recipe: Recipe, options: Options
) -> None:
    import keras

    with keras.StatelessScope(initialize_variables=False):
        model = entry.build(**recipe.model)
    for stage in catalogue.stages(recipe):
        part_of(model, stage)
