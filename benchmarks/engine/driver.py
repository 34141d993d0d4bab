"""What the engine asks of a backend: the protocol of the TensorFlow and the JAX driver.

A driver holds the state of one set of Keras variables, and compiles and runs programs over it. Only the
drivers and `backend.driver_class`, which chooses one, know a backend; learning rules, evaluation and the
trainer know only this protocol.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from benchmarks.engine.work import Work

if TYPE_CHECKING:
    import keras

#: An array of the backend's, on the device or being traced; in host code also a NumPy array.
Tensor: TypeAlias = Any
#: Named arrays whose first axis counts examples: a batch, or a data set on the device.
Batch: TypeAlias = Mapping[str, Tensor]
#: A learning step: learns from a batch by assigning to variables; returns its logs, named scalars.
Step: TypeAlias = Callable[[Batch], Mapping[str, Tensor]]


class Program(Protocol):
    """A compiled training program."""

    def __call__(self, order: npt.NDArray[np.int32], count: int, data: Batch = ...) -> dict[str, float]:
        """Take `count` learning steps.

        `order`, int32 [rows, batch_size], indexes the examples; its first `count` rows, at most all, are
        learned from, one row a step. A loop may take 0 steps; single steps are at least 1. `data` defaults
        to what the program was compiled with; others must have the same names, shapes and dtypes. Returns
        the sum of each log over the steps, in float32, once the device has done the work.
        """


class Driver(Protocol):
    """Compiles and runs programs over one set of variables."""

    #: The backend's name, as in `spec.BACKENDS`.
    name: str
    #: What `bind` was given.
    variables: "list[keras.Variable]"

    def __init__(self, deterministic: bool = True, devices: int = 1) -> None:
        """Make a driver without variables. With `deterministic`, reruns give the same bits, also on a GPU.

        The first `devices` devices share each batch of a training program: each holds all variables and data,
        learns from an equal part of the batch, and assigns the same values as the others. Programs mean the
        same on any number of devices, which has to divide the batch size.
        """

    def start(self) -> None:
        """Start the device, which takes seconds on a GPU.

        Raises RuntimeError, with the remedy, if the backend computes wrongly there.
        """

    @staticmethod
    def device() -> str:
        """The model of the device that runs programs, e.g. "cpu" or "NVIDIA H200"."""

    @staticmethod
    def most_devices() -> int:
        """The number of devices that can share a batch here."""

    @staticmethod
    def is_gpu() -> bool:
        """Whether programs run on a GPU, or on an accelerator of another kind."""

    @staticmethod
    def has_tf32() -> bool:
        """Whether the device can round the factors of products to TF32."""

    def reset_peak_memory(self) -> None:
        """Begin a new measurement of `peak_memory`."""

    def peak_memory(self) -> int | None:
        """The most memory in use on the first accelerator since `reset_peak_memory`, in bytes.

        None on a processor, and if the backend does not report it.
        """

    @staticmethod
    def ran_out_of_memory(error: Exception) -> bool:
        """Whether the error means that the host or the device ran out of memory."""

    def put(self, array: npt.NDArray[Any]) -> Tensor:
        """The array on the device, with the same shape and values, for programs to take batches from."""

    def bind(self, variables: "Sequence[keras.Variable]") -> None:
        """Make these variables, with their present values, the state of all programs.

        Programs compiled before remain bound to the variables that they were compiled with.
        """

    def write(self, values: Sequence[npt.NDArray[Any]]) -> None:
        """Set the state to copies of the arrays: one for each variable, in order, with its shape and dtype.

        Raises ValueError if there are more or fewer arrays than variables.
        """

    def read(self) -> list[npt.NDArray[Any]]:
        """Copies of the state on the host, one array for each variable, in order; awaits the device."""

    def sync(self) -> None:
        """Write the state back to the Keras variables, for code that runs outside of programs."""

    def gradient(
        self, compute: Callable[[], Tensor], variables: "Sequence[keras.Variable]"
    ) -> tuple[Tensor, list[Tensor]]:
        """`compute()`, a scalar, and its gradient with respect to each of the variables, inside a step.

        A gradient has its variable's shape and dtype: never slices, and zeros for a variable that plays no
        part. What `compute` assigns to other variables (moving averages, seeds) is kept.
        """

    def training_program(
        self,
        step: Step,
        data: Batch,
        rows: int,
        batch_size: int,
        loop: bool,
        xla: bool,
        unroll: int = 1,
        counts: Collection[int] = (),
    ) -> Program:
        """Compile `rows` learning steps on batches of `data`, which `put` made, over the bound variables.

        With `loop` they are one program, whose loop's body holds `unroll` steps; otherwise one step, which
        is dispatched for each row. `xla` says whether XLA compiles it. `counts`, if given, names every
        `count` with which the program will be called, and each gets a loop of constant length: a GPU asks
        the host before every step of a loop whose length is unknown when it is compiled.

        Everything is compiled, and executed once, before this returns, so that no later call pays for it; the
        state does not change. Errors that the step raises while it is traced are passed on.
        """

    def step_work(self, step: Step, data: Batch, batch_size: int) -> Work | None:
        """The work of one learning step, counted in the program before optimisation by the rules of `work`.

        The step is traced, unless `training_program` has just done so, but not compiled. None if the work
        cannot be counted, as of loops whose length depends on data.
        """

    def function(self, call: Callable[..., Any], updates: bool = False) -> Callable[..., Any]:
        """Compile `call`, from arrays (or dicts of them) to a nested structure of tensors, over the state.

        It is compiled at the first call for each set of shapes and dtypes, and uses the current state.
        What `call` assigns to variables is the new state with `updates`, and otherwise dropped. Results
        may still be computed on the device: converting them to NumPy awaits them.
        """
