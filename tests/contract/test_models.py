"""What every entry's model must be: of the declared size, and what its tasks and stages ask for."""

import importlib
import itertools

import numpy as np
import pytest

from benchmarks import catalogue
from benchmarks.engine import parameters, programs
from benchmarks.engine.runs import Options
from benchmarks.engine.workbench import part_of
from benchmarks.spec import Entry, ParameterCount, Recipe
from tests.contract.forked import in_child

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
#: The first recipe of each entry.
POCKET = [pytest.param(entry, catalogue.recipes(entry, "pocket")[0], id=id) for id, entry in ENTRIES.items()]

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
    # A functional model tells tensors apart by their ids: one that a layer gives twice is computed once.
    for layer in programs.layers(model):
        for node in getattr(layer, "_inbound_nodes", ()):
            given = [id(tensor) for tensor in node.output_tensors]
            assert len(set(given)) == len(given), f"{layer.name} gives one tensor for two of its outputs"


@pytest.mark.parametrize(("entry", "recipe"), POCKET)
@in_child
def test_no_two_weights_begin_with_the_same_numbers(entry: Entry, recipe: Recipe, options: Options) -> None:
    """An initialiser of Keras draws the same numbers again for every weight that it is given to."""
    import keras

    def begun(seed: int) -> list[tuple[str, np.ndarray]]:
        keras.utils.set_random_seed(seed)
        model = entry.build(**recipe.model)
        weights = model.weights if isinstance(model, keras.Model) else []
        return [
            (weight.path, np.asarray(weight.value, "float64").ravel()[:8])
            for weight in weights
            if np.prod(weight.shape) >= 8 and "float" in weight.dtype
        ]

    pairs = zip(begun(1), begun(2), strict=True)
    drawn = [(path, numbers) for (path, numbers), (_, others) in pairs if not np.array_equal(numbers, others)]
    # Of sparse weights the first numbers may all be 0, which tells nothing.
    telling = [(path, numbers) for path, numbers in drawn if np.ptp(numbers) > 0]
    for (one, a), (other, b) in itertools.combinations(telling, 2):
        assert abs(np.corrcoef(a, b)[0, 1]) < 0.999999, f"{one} and {other}"


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
