"""The protocols of learning rules and models, as the engine uses them.

A rule is a module of `benchmarks.rules` with a class `Learner`, which is made for one stage of a
recipe. Most are written once in `keras.ops`, and the same lines run on every backend: the engine
compiles `step` (alone, or many in a loop), feeds it batches and keeps its `variables`. A rule that
acts on the host is a `HostLearner`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np

from benchmarks.spec import Data, Stage

Batch = Mapping[str, Any]


@dataclass(frozen=True)
class Context:
    """What a learner is made from.

    `model` is the whole model, `part` what the stage trains of it (the model itself, unless the
    stage names a part). `loss(model, batch, training)` is the stage's; `data` are those that the
    stage trains on; `driver` is the backend's, of which a rule needs only `gradient` and
    (host-driven rules) `function`; `steps` counts the learning steps of the stage; `seed` is derived
    from the run's, and differs between stages.
    """

    model: Any
    loss: Callable[[Any, Batch, bool], Any]
    stage: Stage
    data: Data
    driver: Any
    steps: int
    seed: int
    part: Any = None

    def __post_init__(self) -> None:
        if self.part is None:
            object.__setattr__(self, "part", self.model)


def whole_model(context: Context) -> Any:
    """The model, for a rule that can only train all of it. Raises ValueError if the stage names a part."""
    if context.part is not context.model:
        raise ValueError(
            f"rule {context.stage.rule} trains whole models: stage {context.stage.name!r} must not name"
            f" the part {context.stage.trains!r}; choose another rule, or leave `trains` empty"
        )
    return context.model


@runtime_checkable
class Learner(Protocol):
    """A model together with the rule that changes it.

    `variables` is everything that a checkpoint must hold, the model's variables included, in an
    order that depends on nothing but the recipe. Random numbers come from Keras seed generators
    among them.
    """

    variables: list[Any]

    def __init__(self, context: Context) -> None: ...

    def step(self, batch: Batch) -> Mapping[str, Any]:
        """Learn from one batch (dict of tensors, first axis the examples). Returns scalars to log."""
        ...


@runtime_checkable
class HostLearner(Protocol):
    """A rule that acts on the host: between compiled steps (an environment, a replay memory), or without any.

    `variables` are the Keras variables that a checkpoint must hold, none for a host model.
    `batch_size` is the number of examples of one learning step, None for a rule without batches.
    """

    variables: list[Any]
    batch_size: int | None

    def __init__(self, context: Context) -> None: ...

    def compile(self) -> None:
        """Compile what `leg` dispatches, without changing anything."""
        ...

    def leg(self, first: int, last: int) -> tuple[int, int, dict[str, float]]:
        """Train the stage's epochs first..last-1. Returns steps, examples and the means of the logs."""
        ...

    def host_state(self) -> dict[str, np.ndarray]:
        """What a checkpoint must hold besides the variables."""
        ...

    def set_host_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `host_state` returned."""
        ...

    def reset_host_state(self, seed: int) -> None:
        """Start again from this seed."""
        ...


@runtime_checkable
class StartsFromModel(Protocol):
    """A learner that holds something taken from the model's variables, such as a slow copy of the weights."""

    def start(self) -> None:
        """Take it again: called on the host when the learner's stage begins, all variables up to date."""
        ...


@runtime_checkable
class BeginsStages(Protocol):
    """A model that takes part in its stages."""

    def begin_stage(self, name: str, data: Data, predict: Any) -> None:
        """Called on the host when the stage `name` begins, with all variables up to date.

        The model may assign its variables (copy what one layer learned into the next, unroll an
        encoder, prune and rewind); what it assigns becomes the state. That must depend on nothing
        but the variables, the stage's `data` and the run's seed. It is called once a stage: a run
        that is resumed inside a stage finds the effects in its checkpoint, so whatever the model
        needs to remember must be a variable. `predict` computes with the variables as they were
        before the model assigned any.
        """
        ...


@runtime_checkable
class Adapts(Protocol):
    """A layer that takes statistics of the training examples before learning begins, such as their mean."""

    def adapt(self, x: np.ndarray) -> None:
        """Take the statistics of these examples, an array with one leading axis."""
        ...


@runtime_checkable
class CountsFreeParameters(Protocol):
    """A layer whose weight arrays hold cells that are never used: masked, not connected, or pruned."""

    def free_parameters(self) -> int:
        """How many of its trainable numbers are free to change, its inner layers included."""
        ...


@runtime_checkable
class DrawsMasks(Protocol):
    """A layer that draws random masks, as Keras' dropout does."""

    seed_generator: Any


@runtime_checkable
class HasCurvature(Protocol):
    """An output layer that gives the second derivative of the loss by the states that it sees."""

    def curvature(self, state: Any, labels: Any) -> Any:
        """For states [n, units] and class numbers [n]: [n, units]."""
        ...


@runtime_checkable
class SelfOrganizing(Protocol):
    """A layer of S-cells: excitatory weights `a`, weighted by `c` over the area, and inhibitory ones `b`."""

    a: Any
    b: Any
    c: Any
    column: int

    def areas(self, x: Any) -> Any:
        """What each cell sees of x [n,h,w,inputs]."""
        ...

    def inhibition(self, areas: Any) -> Any:
        """How strongly each of these areas inhibits."""
        ...


@runtime_checkable
class HostModel(Protocol):
    """A model that is not a Keras model: a support vector machine of scikit-learn, a Hopfield net in NumPy.

    Tasks call it as they call a Keras model, eagerly, with NumPy arrays.
    """

    def __call__(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The outputs for a batch of inputs."""
        ...

    def state(self) -> dict[str, np.ndarray]:
        """Everything learned so far, by name: the content of a checkpoint, which weights_sha256 hashes."""
        ...

    def set_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `state` returned, also of a model that has learned nothing."""
        ...

    def parameters(self) -> int:
        """How many of the learned numbers are free to change."""
        ...


@runtime_checkable
class Fits(Protocol):
    """A model that is fitted in one go, by a closed form or a library's solver: see the rule `fit`."""

    def fit(self, x: np.ndarray, y: np.ndarray | None, seed: int) -> Mapping[str, float] | None:
        """Learn from all training examples at once (`y` None without targets). May return numbers to log."""
        ...
