"""The TensorFlow driver: programs are `tf.function`s over the Keras variables, compiled by XLA or not."""

import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from benchmarks.engine import tensorflow_work
from benchmarks.engine.backend import quiet
from benchmarks.engine.driver import Batch, Program, Step, Tensor
from benchmarks.engine.work import Work


class Driver:
    """Satisfies `benchmarks.engine.driver.Driver`. The Keras variables themselves hold the state."""

    name = "tensorflow"

    def __init__(self, deterministic: bool = True, devices: int = 1) -> None:
        """With `deterministic`, TensorFlow's kernels give the same bits, from now on in this process.

        `devices` is 1, as `most_devices` says.
        """
        self.variables: list[keras.Variable] = []
        self._graph: tuple[Step, tf.Graph] | None = None  # the step that was traced last, and its graph
        # Each evaluation makes a new function, of which TensorFlow would warn.
        tf.get_logger().setLevel("ERROR")
        if deterministic:
            tf.config.experimental.enable_op_determinism()
        with quiet():
            tf.config.list_physical_devices("GPU")

    def start(self) -> None:
        """Start the device; on a GPU, check that XLA's deterministic scatter loses nothing."""
        if self.is_gpu():
            values = tf.constant([1.0, 2.0, 0.0, 0.0])
            write = tf.function(
                lambda places, values: tf.tensor_scatter_nd_update(tf.zeros(4), places, values),
                jit_compile=True,
            )
            if write(tf.range(4, dtype=tf.int64)[:, None], values).numpy()[0] != 1:
                # openxla/xla#31063, of September 2025.
                raise RuntimeError(
                    f"TensorFlow {tf.__version__} loses what is written to index 0:"
                    " install a newer TensorFlow, or run on JAX"
                )

    @staticmethod
    def device() -> str:
        """The name of the first GPU, else "cpu"."""
        devices = tf.config.list_physical_devices("GPU")
        return (
            str(tf.config.experimental.get_device_details(devices[0]).get("device_name", "gpu"))
            if devices
            else "cpu"
        )

    @staticmethod
    def most_devices() -> int:
        """One: batches are shared on JAX alone."""
        return 1

    @staticmethod
    def is_gpu() -> bool:
        """Whether TensorFlow sees a GPU."""
        return bool(tf.config.list_physical_devices("GPU"))

    @staticmethod
    def has_tf32() -> bool:
        """By the compute capability: 8.0 or later."""
        devices = tf.config.list_physical_devices("GPU")
        return bool(devices) and tf.config.experimental.get_device_details(devices[0]).get(
            "compute_capability", (0, 0)
        ) >= (8, 0)

    def reset_peak_memory(self) -> None:
        """Reset TensorFlow's own counter."""
        if self.is_gpu():
            tf.config.experimental.reset_memory_stats("GPU:0")

    def peak_memory(self) -> int | None:
        """By TensorFlow's own counter."""
        return int(tf.config.experimental.get_memory_info("GPU:0")["peak"]) if self.is_gpu() else None

    @staticmethod
    def ran_out_of_memory(error: Exception) -> bool:
        """By the type of the error, or by its text if a copy to a full GPU failed."""
        exhausted = isinstance(error, (MemoryError, tf.errors.ResourceExhaustedError))
        return exhausted or (
            isinstance(error, tf.errors.OpError) and "Dst tensor is not initialized" in error.message
        )

    def put(self, array: npt.NDArray[Any]) -> Tensor:
        """On a GPU int32 becomes int64, which `training_program` converts back.

        TensorFlow keeps int32 in the memory of the host, and copies all of it to the GPU in every call
        (tensorflow/tensorflow#16106); int64 stays.
        """
        return tf.identity(
            tf.convert_to_tensor(array.astype("int64") if array.dtype == "int32" and self.is_gpu() else array)
        )

    def bind(self, variables: Sequence[keras.Variable]) -> None:
        """Nothing is copied."""
        self.variables = list(variables)

    def write(self, values: Sequence[npt.NDArray[Any]]) -> None:
        """Assigned to the variables."""
        for variable, value in zip(self.variables, values, strict=True):
            variable.assign(value)

    def read(self) -> list[npt.NDArray[Any]]:
        """Copied, since TensorFlow's arrays may share the variables' memory."""
        return [np.array(variable.value.numpy()) for variable in self.variables]

    def sync(self) -> None:
        """Nothing to do: the Keras variables hold the state."""

    def gradient(
        self, compute: Callable[[], Tensor], variables: Sequence[keras.Variable]
    ) -> tuple[Tensor, list[Tensor]]:
        """By a tape that watches the variables alone."""
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch([v.value for v in variables])
            loss = compute()
        gradients = tape.gradient(
            loss, [v.value for v in variables], unconnected_gradients=tf.UnconnectedGradients.ZERO
        )
        # The gradient of a look-up comes as slices, the same row perhaps twice: squares of slices are not
        # those of the gradient.
        return loss, [tf.convert_to_tensor(gradient) for gradient in gradients]

    def _on_rows(self, step: Step) -> Callable[[Tensor, Batch], dict[str, Tensor]]:
        """The step as `(indices of the batch, data) -> logs`."""
        gpu = self.is_gpu()

        def example(value: Tensor, indices: Tensor) -> Tensor:
            rows = tf.gather(value, indices)
            return tf.cast(rows, tf.int32) if gpu and value.dtype == tf.int64 else rows

        def take_one(indices: Tensor, data: Batch) -> dict[str, Tensor]:
            logs = step({key: example(value, indices) for key, value in data.items()})
            return {key: tf.cast(value, tf.float32) for key, value in logs.items()}

        return take_one

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
        """One `tf.function` of a step, and, for a loop, one for each constant length or for all lengths."""
        take_one = self._on_rows(step)
        # A concrete function is called at half the cost of the `tf.function` that it comes from.
        traced = tf.function(take_one, jit_compile=xla, autograph=False).get_concrete_function(
            *_signature(data, batch_size)
        )
        names, self._graph = list(traced.structured_outputs), (step, traced.graph)
        # XLA inlines a call; an interpreted loop may pay for it, so there the step is traced again.
        inside = traced if xla else take_one

        def many(order: Tensor, count: Tensor | int, data: Batch) -> list[Tensor]:
            def body(i: Tensor, *sums: Tensor, steps: int = 1) -> list[Tensor]:
                for _ in range(steps):
                    logs = inside(order[i], data)
                    i, sums = (
                        i + 1,
                        tuple(total + logs[name] for total, name in zip(sums, names, strict=True)),
                    )
                return [i, *sums]

            state = [tf.constant(0), *(tf.constant(0.0) for _ in names)]
            if unroll > 1:
                state = tf.while_loop(
                    lambda i, *_: i + unroll <= count, functools.partial(body, steps=unroll), state
                )
            return tf.while_loop(lambda i, *_: i < count, body, state)[1:]

        def exactly(count: int) -> Callable[..., list[Tensor]]:
            """`count` steps, or none if the program is called with 0."""
            return lambda order, asked, data: tf.cond(
                asked > 0, lambda: many(order, count, data), lambda: [tf.constant(0.0) for _ in names]
            )

        lengths: dict[int | None, Any] = {count: exactly(count) for count in counts} or {None: many}
        programs = {
            length: tf.function(program, jit_compile=xla, autograph=False)
            for length, program in lengths.items()
        }

        def run(order: np.ndarray, count: int, data: Batch = data) -> dict[str, float]:
            if loop:
                sums = programs[count if counts else None](tf.constant(order), tf.constant(count), data)
                return {name: float(value) for name, value in zip(names, sums, strict=True)}
            rows = tf.unstack(tf.constant(order[:count]))
            logs = [traced(row, data) for row in rows]
            return {
                name: float(np.sum([log[name].numpy() for log in logs], dtype="float32")) for name in names
            }

        # Graphs are optimised and compiled at the first call, and a first execution costs more than later
        # ones (loading the program, libraries' handles, touching memory): both happen here, by a step whose
        # outcome is discarded, or by none where programs take all their steps or none.
        state, order = self.read(), np.zeros((rows, batch_size), "int32")
        if loop and counts:
            for program in programs.values():
                program(tf.constant(order), tf.constant(0), data)
        else:
            run(order, 1)
        self.write(state)
        return run

    def step_work(self, step: Step, data: Batch, batch_size: int) -> Work | None:
        """Counted in the graph of the step."""
        if self._graph is None or self._graph[0] != step:
            function = tf.function(self._on_rows(step), autograph=False)
            self._graph = step, function.get_concrete_function(*_signature(data, batch_size)).graph
        return tensorflow_work.count(self._graph[1])

    def function(self, call: Callable[..., Any], updates: bool = False) -> Callable[..., Any]:
        """Compiled without XLA.

        Which program fits the arguments is looked up here: TensorFlow takes longer for that than for a small
        net.
        """

        def reading(*arguments: Any) -> Any:
            with keras.StatelessScope():
                return call(*arguments)

        traced = tf.function(call if updates else reading, autograph=False)
        programs: dict[Any, Callable[..., Any]] = {}

        def run(*arguments: Any) -> Any:
            tensors = [
                {name: tf.convert_to_tensor(value) for name, value in each.items()}
                if isinstance(each, Mapping)
                else tf.convert_to_tensor(each)
                for each in arguments
            ]
            kinds = tuple(
                tuple((name, *_kind(value)) for name, value in each.items())
                if isinstance(each, Mapping)
                else _kind(each)
                for each in tensors
            )
            if kinds not in programs:
                programs[kinds] = traced.get_concrete_function(*tensors)
            return programs[kinds](*tensors)

        return run


def _kind(tensor: tf.Tensor) -> tuple[Any, ...]:
    """Shape and dtype."""
    return (*tensor.shape.as_list(), tensor.dtype)


def _signature(data: Batch, batch_size: int) -> tuple[tf.TensorSpec, dict[str, tf.TensorSpec]]:
    """Shapes and types of the indices of a batch and of the data."""
    of_data = {key: tf.TensorSpec(value.shape, value.dtype) for key, value in data.items()}
    return tf.TensorSpec((batch_size,), tf.int32), of_data
