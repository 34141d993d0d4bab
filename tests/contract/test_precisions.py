"""Learning steps can be traced in other precisions; a mismatch of types fails then.

Every entry's in bfloat16, in which most are found; in float64 that of the first entry of each learning rule.
"""

import dataclasses
import importlib
import warnings
from typing import Any

import pytest

from benchmarks import catalogue
from benchmarks.engine import backend
from benchmarks.engine.clock import Clock
from benchmarks.engine.runs import Options
from benchmarks.engine.workbench import Workbench
from tests.contract.forked import in_child
from tests.contract.last_stage import last_stage_alone

#: The first entry of each learning rule.
FIRST = {
    catalogue.stages(catalogue.recipes(catalogue.load(id), "pocket")[0])[-1].rule: id
    for id in reversed(catalogue.ids())
}
OTHERS = [(id, "bfloat16") for id in catalogue.ids()] + [(id, "float64") for id in FIRST.values()]

pytestmark = pytest.mark.slow


def only_trace(options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trace programs instead of compiling them."""

    def traced(
        self: Any, step: Any, data: Any, rows: int, batch_size: int, *choice: object, **unroll: object
    ) -> None:
        from keras import ops

        def one(indices: Any) -> Any:
            return step({key: ops.take(value, indices, axis=0) for key, value in data.items()})

        framework: Any = importlib.import_module(options.backend)
        indices = ops.zeros((batch_size,), "int32")
        if options.backend == "jax":
            framework.eval_shape(self._stateless(one), self.state, indices)
        else:
            framework.function(one, autograph=False).get_concrete_function(indices)

    driver = backend.driver_class(options.backend)
    monkeypatch.setattr(driver, "training_program", traced)
    monkeypatch.setattr(driver, "step_work", lambda *arguments: None)


@pytest.mark.parametrize(("id", "precision"), OTHERS)
@in_child
def test_a_learning_step_can_be_traced(
    id: str, precision: str, options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Keras converts TensorFlow's bfloat16 tensors to arrays in a way that NumPy deprecates.
    warnings.filterwarnings("ignore", "__array__ implementation", DeprecationWarning)
    backend.start(options.backend, precision)
    only_trace(options, monkeypatch)
    precise = dataclasses.replace(options, precision=precision)
    entry = catalogue.load(id)
    recipe = last_stage_alone(catalogue.recipes(entry, "pocket")[0])
    if hasattr(importlib.import_module(f"benchmarks.rules.{recipe.rule}").Learner, "leg"):
        pytest.skip(f"the rule {recipe.rule} takes no batches: it acts by itself, or learns from all at once")
    short = dataclasses.replace(
        recipe,
        limit=recipe.batch_size if recipe.epochs else None,
        epochs=min(recipe.epochs, 1),
        evaluate_every=1,
    )
    bench = Workbench(entry, dataclasses.replace(short, steps_per_epoch=None), precise, Clock(), 1)
    wanted = "float64" if precision == "float64" else "float32"
    assert {variable.dtype for variable in bench.model.trainable_variables} <= {wanted}
