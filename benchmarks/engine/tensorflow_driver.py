"""The TensorFlow driver: programs are `tf.function`s over the Keras variables, compiled by XLA or not."""

import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from benchmarks.engine import tensorflow_flop
from benchmarks.engine.backend import quiet

Batch = Mapping[str, Any]


class Driver:
    """Compiles and runs programs over one set of variables, which hold the state themselves."""

    name = "tensorflow"

    def __init__(self, deterministic: bool = True) -> None:
        """With `deterministic`, reruns give the same bits."""
        self.variables: list[Any] = []
        self.graph: Any = None  # of one learning step, as last traced
        tf.get_logger().setLevel(
            "ERROR"
        )  # a function of its own for each evaluation is meant, and no reason to warn
        if deterministic:
            tf.config.experimental.enable_op_determinism()
        with quiet():
            tf.config.list_physical_devices("GPU")

    def start(self) -> None:
        """Start the device, which takes seconds on a GPU. Raises RuntimeError for one that does not compute as it should."""
        if self.is_gpu():
            values = tf.constant([1.0, 2.0, 0.0, 0.0])
            write = tf.function(
                lambda places, values: tf.tensor_scatter_nd_update(tf.zeros(4), places, values),
                jit_compile=True,
            )
            if write(tf.range(4, dtype=tf.int64)[:, None], values).numpy()[0] != 1:
                # openxla/xla#31063, of September 2025.
                raise RuntimeError(
                    f"TensorFlow {tf.__version__} loses what is written to index 0: install a newer TensorFlow, or run on JAX"
                )

    @staticmethod
    def device() -> str:
        """The model of the device that runs programs, e.g. "cpu" or "NVIDIA H200"."""
        devices = tf.config.list_physical_devices("GPU")
        return (
            str(tf.config.experimental.get_device_details(devices[0]).get("device_name", "gpu"))
            if devices
            else "cpu"
        )

    @staticmethod
    def is_gpu() -> bool:
        """Whether programs run on a GPU."""
        return bool(tf.config.list_physical_devices("GPU"))

    @staticmethod
    def has_tf32() -> bool:
        """Whether the device can round the factors of products to TF32."""
        devices = tf.config.list_physical_devices("GPU")
        return bool(devices) and tf.config.experimental.get_device_details(devices[0]).get(
            "compute_capability", (0, 0)
        ) >= (8, 0)

    def reset_peak_memory(self) -> None:
        """Let `peak_memory` begin anew."""
        if self.is_gpu():
            tf.config.experimental.reset_memory_stats("GPU:0")

    def peak_memory(self) -> int | None:
        """Highest memory in use on an accelerator since `reset_peak_memory`, in bytes; None on a processor."""
        return int(tf.config.experimental.get_memory_info("GPU:0")["peak"]) if self.is_gpu() else None

    @staticmethod
    def ran_out_of_memory(error: Exception) -> bool:
        """Whether this error says that memory, the host's or the device's, did not suffice."""
        # The last is what copying to a full GPU says.
        exhausted = isinstance(error, (MemoryError, tf.errors.ResourceExhaustedError))
        return exhausted or (
            isinstance(error, tf.errors.OpError) and "Dst tensor is not initialized" in error.message
        )

    def put(self, array: np.ndarray) -> Any:
        """The array on the device. On a GPU int32 becomes int64, which `training_program` turns back.

        TensorFlow keeps int32 in the memory of the host, and copies all of it to the GPU in every call (tensorflow/tensorflow#16106); int64 stays.
        """
        return tf.identity(
            tf.convert_to_tensor(array.astype("int64") if array.dtype == "int32" and self.is_gpu() else array)
        )

    def bind(self, variables: Sequence[Any]) -> None:
        """Take these Keras variables, with their present values, as the state of all programs."""
        self.variables = list(variables)

    def write(self, values: Sequence[np.ndarray]) -> None:
        """Set the state: one array per variable, in order."""
        for variable, value in zip(self.variables, values, strict=True):
            variable.assign(value)

    def read(self) -> list[np.ndarray]:
        """The state as host arrays, one per variable, in order."""
        return [np.array(variable.value.numpy()) for variable in self.variables]

    def sync(self) -> None:
        """Nothing to do: the Keras variables hold the state."""

    def gradient(self, compute: Callable[[], Any], variables: Sequence[Any]) -> tuple[Any, list[Any]]:
        """`compute()` (a scalar) and its gradients with respect to `variables`, inside a step."""
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch([v.value for v in variables])
            loss = compute()
        gradients = tape.gradient(
            loss, [v.value for v in variables], unconnected_gradients=tf.UnconnectedGradients.ZERO
        )
        # The gradient of a look-up comes as slices, the same row perhaps twice: their squares are not the gradient's.
        return loss, [tf.convert_to_tensor(gradient) for gradient in gradients]

    def training_program(
        self,
        step: Callable[[Batch], Mapping[str, Any]],
        data: Batch,
        rows: int,
        batch_size: int,
        loop: bool,
        xla: bool,
        unroll: int = 1,
        counts: Collection[int] = (),
    ) -> Any:
        """Compile `rows` learning steps as one program (`loop`, its body holding `unroll` of them), or a single step to be dispatched `rows` times.

        Returns `run(order, count, data=data)`: `order` int32 [rows, batch_size] indexes the examples of
        `data` (another than here has the same shapes and types); the first `count` rows are learned
        from. It returns the sums of the step's logs, as host floats, once the device has done the work.
        With `counts`, which names every `count` that there will be, each has a loop of that very length: a GPU asks the
        host before every step of a loop whose length is not known when it is compiled.
        """
        gpu = self.is_gpu()

        def example(value: Any, indices: Any) -> Any:
            found = tf.gather(value, indices)
            return tf.cast(found, tf.int32) if gpu and value.dtype == tf.int64 else found

        def one(indices: Any, data: Batch) -> dict[str, Any]:
            logs = step({key: example(value, indices) for key, value in data.items()})
            return {key: tf.cast(value, tf.float32) for key, value in logs.items()}

        signature = {key: tf.TensorSpec(value.shape, value.dtype) for key, value in data.items()}
        single = tf.function(one, jit_compile=xla, autograph=False)
        traced = single.get_concrete_function(tf.TensorSpec((batch_size,), tf.int32), signature)
        names, self.graph = list(traced.structured_outputs), traced.graph
        # XLA inlines a call; where a loop is interpreted it may cost time, so there the step is traced anew.
        inside = traced if xla else one

        def many(order: Any, count: Any, data: Batch) -> list[Any]:
            def body(i: Any, *sums: Any, steps: int = 1) -> list[Any]:
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

        def exactly(count: int) -> Callable[..., list[Any]]:
            """`count` steps, or none where the program is told 0."""
            return lambda order, told, data: tf.cond(
                told > 0, lambda: many(order, count, data), lambda: [tf.constant(0.0) for _ in names]
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
            logs = [single(row, data) for row in rows]
            return {
                name: float(np.sum([log[name].numpy() for log in logs], dtype="float32")) for name in names
            }

        # Graphs are optimised and compiled at the first call. What a first execution costs beside that (loading the program, libraries' handles,
        # touching memory) is no training either: a step whose outcome is discarded, or none where programs take all steps or none.
        state, order = self.read(), np.zeros((rows, batch_size), "int32")
        if loop and counts:
            for program in programs.values():
                program(tf.constant(order), tf.constant(0), data)
        else:
            run(order, 1)
        self.write(state)
        return run

    def step_flop(
        self, step: Callable[[Batch], Mapping[str, Any]], data: Batch, batch_size: int
    ) -> float | None:
        """Floating-point operations of the learning step of `training_program`, counted in its graph; None where that cannot be done.

        Steps with loops or branches of their own are not counted: their cost is not in the graph.
        """
        return None if self.graph is None else tensorflow_flop.count(self.graph)

    def function(self, call: Callable[..., Any], updates: bool = False) -> Callable[..., Any]:
        """Compile `call(*arrays)` over the state. With `updates`, what it assigns becomes the new state."""

        def reading(*arguments: Any) -> Any:
            with keras.StatelessScope():
                return call(*arguments)

        return tf.function(call if updates else reading, autograph=False, reduce_retracing=True)
