"""The protocol of tasks, and what each task asks of a model.

A task is a module of `benchmarks.tasks` that satisfies `Task`: it names the arrays that it reads, its
measures and what it asks of a model, and computes the scores. The measures are defined in
`benchmarks/measures/<task>.py`.

A model does not declare the tasks that can score it: it has the methods that the task's protocol names.
Shapes below are those of one call; a model may be a Keras model, a layer, or any object whose variables the
engine knows.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol, runtime_checkable

import numpy as np

from benchmarks.spec import Data, Measure

Batch = Mapping[str, Any]


class Predict(Protocol):
    """Calls functions of the model, compiled if need be: see `benchmarks.engine.predict`."""

    def __call__(
        self, function: Callable[..., Any], arrays: Batch, batch_size: int = 500, **options: Any
    ) -> dict[str, np.ndarray]:
        """`function(model, batch, **options)` over all examples of the arrays, in batches."""
        ...

    def once(self, function: Callable[..., Any], *arrays: Any, **options: Any) -> dict[str, np.ndarray]:
        """`function(model, *arrays, **options)`, called once."""
        ...

    def sampling(self) -> AbstractContextManager[None]:
        """A context in which time counts as drawing samples."""
        ...


@runtime_checkable
class Task(Protocol):
    """The parts of a task's module that the rest of the suite uses.

    `NEEDS` are the arrays of a data set that the task reads, `MEASURES` its measures, `MODEL` is the protocol
    that a model must satisfy.
    """

    NEEDS: tuple[str, ...]
    MEASURES: tuple[Measure, ...]
    MODEL: type

    def evaluate(self, predict: Any, model: Any, data: Data, split: str) -> dict[str, float]:
        """The scores on one split, by the name of a measure. Recipes give further keywords in `task_options`.

        The same call on the same model gives the same numbers: random numbers come from fixed seeds.
        """
        ...


@runtime_checkable
class WithLoss(Task, Protocol):
    """A task with a loss that rules can minimise; an entry may bring another."""

    def loss(self, model: Any, batch: Batch, training: bool) -> Any:
        """The scalar loss of a batch, differentiable."""
        ...


@runtime_checkable
class Classifier(Protocol):
    """Classification: x [n, ...] -> logits or activations [n, classes]; the largest decides."""

    def __call__(self, x: Any, training: bool = False) -> Any:
        """The outputs."""
        ...


@runtime_checkable
class Committee(Classifier, Protocol):
    """Classification with the option `members`: several classifiers that decide together."""

    def members(self, x: Any, training: bool = False) -> Any:
        """The outputs of each member: [n, members, classes]."""
        ...


@runtime_checkable
class AssociativeMemory(Protocol):
    """Association: cues of 0 and 1 come to rest in what the networks remember."""

    def settle(self, states: Any, sets: Any) -> np.ndarray:
        """States [n, units], each in the network that `sets`, int [n], names, at rest: float [n, units]."""
        ...


@runtime_checkable
class Segmenter(Protocol):
    """Segmentation: x [n, h, w, c] -> logits [n, h, w, classes]."""

    def __call__(self, x: Any, training: bool = False) -> Any:
        """The logits of each pixel."""
        ...


@runtime_checkable
class Player(Protocol):
    """Control: observations [n, ...] -> values of the actions [n, actions]; the largest is played."""

    def __call__(self, observations: Any, training: bool = False) -> Any:
        """The values."""
        ...


@runtime_checkable
class SequenceReader(Protocol):
    """Language modelling, recall: x [n, T, ...] -> outputs [n, T, k] of all steps or [n, k] of the last."""

    def __call__(self, x: Any, training: bool = False) -> Any:
        """The outputs."""
        ...


@runtime_checkable
class Translator(Protocol):
    """Translation: writes a target symbol by symbol (see `benchmarks.tasks._decoding`)."""

    def __call__(self, inputs: Batch, training: bool = False) -> Any:
        """`source` int32 [n, S], `target` int32 [n, T] -> logits [n, T, vocabulary] of each next symbol."""
        ...

    def start(self, source: Any, longest: int) -> tuple[Any, Any]:
        """Memory and state before the first symbol: two trees of tensors with a row for each source."""
        ...

    def decode_step(self, symbols: Any, position: Any, memory: Any, state: Any) -> tuple[Any, Any]:
        """The logits [n, vocabulary] after these symbols [n], and the next state."""
        ...


@runtime_checkable
class Autoencoder(Protocol):
    """Reconstruction: `visible` pixels, `likelihood` "bernoulli" or "gaussian"."""

    visible: int
    likelihood: str

    def __call__(self, x: Any, training: bool = False) -> Any:
        """The outputs [n, visible] that the loss compares with the clean input: logits if bernoulli."""
        ...

    def intensity(self, x: Any) -> Any:
        """The grey values [n, visible] from 0 to 1 that examples stand for."""
        ...

    def reconstruct(self, intensities: Any) -> Any:
        """The reconstruction of grey values, [n, visible]."""
        ...


@runtime_checkable
class Density(Protocol):
    """Density: probability given to binary states, up to a constant."""

    def intensity(self, x: Any) -> Any:
        """The probabilities [n, visible] of being on that examples stand for."""
        ...

    def free_energy(self, v: Any) -> Any:
        """F(v) [n] of binary states [n, visible]: minus the logarithm of the unnormalised probability."""
        ...


@runtime_checkable
class BoltzmannMachine(Density, Protocol):
    """Density by an energy whose partition function is summed or estimated: two layers of binary units.

    `kernel` [visible, hidden], `visible_bias` [visible] and `hidden_bias` [hidden] are its variables.
    """

    visible: int
    hidden: int
    kernel: Any
    visible_bias: Any
    hidden_bias: Any

    def hidden_free_energy(self, h: Any) -> Any:
        """The same as `free_energy` for binary hidden states [n, hidden]."""
        ...


@runtime_checkable
class Generator(Protocol):
    """Generation: draws examples from `latent` uniform numbers each."""

    latent: int

    def generate(self, uniform: Any) -> Any:
        """Samples from 0 to 1, [n, ...], made of uniform numbers [n, latent]."""
        ...

    def intensity(self, x: Any) -> Any:
        """Examples in the units of the samples."""
        ...


@runtime_checkable
class Painting(Classifier, Protocol):
    """Style transfer: pictures that were optimised, and the classifier by whose features they are judged.

    `content` is [1, h, w, 3], `styles` and `pixels` (the results) are [styles, h, w, 3], all from -1 to 1.
    """

    content: Any
    styles: Any
    pixels: Any

    def distances(self, pictures: Any) -> tuple[Any, Any]:
        """The distances [styles] of pictures [styles, h, w, 3] from the content and from the styles."""
        ...


def require(task: str, model: object, protocol: type) -> None:
    """Raises TypeError in one sentence if a model lacks what a task asks of it."""
    if isinstance(model, protocol):
        return
    missing = [name for name in members(protocol) if getattr(model, name, None) is None]
    raise TypeError(
        f"the task {task} asks for a {protocol.__name__}, and the model of class {type(model).__name__}"
        f" has no {' and no '.join(missing)}: add what is missing (see benchmarks/tasks/protocol.py),"
        " or choose another task"
    )


def members(protocol: type) -> list[str]:
    """The names that a protocol asks for, `__call__` among them, in the order in which they are written."""
    names: dict[str, None] = {}
    for base in reversed(protocol.__mro__):
        if getattr(base, "_is_protocol", False) and base is not Protocol:
            for name in (*vars(base).get("__annotations__", ()), *vars(base)):
                if name == "__call__" or not name.startswith("_"):
                    names[name] = None
    return list(names)
