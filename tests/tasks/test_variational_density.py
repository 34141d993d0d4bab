"""The bound against the exact likelihood of a tiny machine, and annealing against the exact sum."""

import numpy as np
import pytest

from benchmarks.layers.models.deep_boltzmann_machine import DeepBoltzmannMachine
from benchmarks.spec import Data
from benchmarks.tasks import variational_density
from tests.eager import Eager
from tests.layers.models.test_deep_boltzmann_machine import states
from tests.layers.models.test_stacked_machines import drawn


def machine(spread=0.5):
    """A machine 6-3-4; binary examples of it as all splits."""
    model = DeepBoltzmannMachine((6,), 3, 4, scale=1.0, spread=0.1)
    for number, part in enumerate((model.lower, model.upper)):
        drawn(part, number)
        part.kernel.assign(spread * np.asarray(part.kernel.value))
    x = {"x": np.random.default_rng(0).integers(0, 2, (40, 6)).astype("float32")}
    return model, Data(x, x, x)


def test_the_bound_lies_just_below_the_exact_log_likelihood():
    model, data = machine()
    weights = [
        np.asarray(weight.value, "float64")
        for weight in (
            model.lower.kernel,
            model.lower.visible_bias,
            model.lower.hidden_bias,
            model.upper.kernel,
            model.upper.hidden_bias,
        )
    ]
    w, b, c, u, d = weights
    v, h, k = states(6), states(3), states(4)
    joint = (v @ b)[:, None, None] + (h @ c)[:, None] + k @ d + (v @ w @ h.T)[:, :, None] + h @ u @ k.T
    log_probability = np.log(np.exp(joint).sum(axis=(1, 2)) / np.exp(joint).sum())
    rows = data.test["x"].astype(int) @ (2 ** np.arange(6)[::-1])
    scores = variational_density.evaluate(Eager(model), model, data, "test", partition="exact")
    gap = log_probability[rows].mean() - scores["log_likelihood_bound"]
    assert 0.0 < gap < 0.2


def test_annealing_agrees_with_the_exact_partition_function():
    model, data = machine(spread=1.0)
    exact = variational_density.evaluate(Eager(model), model, data, "test", partition="exact")
    annealed = variational_density.evaluate(
        Eager(model), model, data, "test", partition="annealed", chains=200, temperatures=300
    )
    difference = annealed["log_likelihood_bound"] - exact["log_likelihood_bound"]
    assert 0.0 < annealed["log_partition_error"] < 0.1
    assert abs(difference) < 4 * annealed["log_partition_error"]
    assert annealed["baseline_log_likelihood"] == exact["baseline_log_likelihood"]


def test_what_cannot_be_summed_is_refused():
    model = DeepBoltzmannMachine((3,), 4, 2, scale=1.0, spread=0.1)
    x = {"x": np.ones((2, 3), "float32")}
    for partition, message in (("exact", "use partition annealed"), ("guess", "must be exact or annealed")):
        with pytest.raises(ValueError, match=message):
            variational_density.evaluate(Eager(model), model, Data(x, x, x), "test", partition=partition)
