"""The JAX driver: Keras variables become an explicit state that compiled programs take and return."""

import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import jax
import keras
import numpy as np

Batch = Mapping[str, Any]


class Driver:
    """Compiles and runs programs over one set of variables.

    Between `bind()` and `release()` the values live in `self.state`, outside the Keras variables,
    and are donated to each program. `sync()` writes them back.
    """

    name = "jax"
    out_of_memory: tuple[type[Exception], ...] = (MemoryError,)

    def __init__(self, deterministic: bool = True) -> None:
        """Whether reruns give the same bits is up to a flag of XLA's here, which is set before JAX is imported."""
        self.variables: list[Any] = []
        self.state: list[Any] = []
        self._peak_before = 0

    def start(self) -> None:
        """Start the device, which takes seconds on a GPU. Raises RuntimeError for one that does not compute as it should."""
        if self.is_gpu():
            values = np.array([1, 2, 0, 0], "int32")
            written = jax.jit(lambda places, values: jax.numpy.zeros_like(values).at[places].set(values))(
                np.arange(4), values
            )
            if np.asarray(written)[0] != 1:
                # openxla/xla#31063, which JAX has since 0.8.
                raise RuntimeError(
                    f"JAX {jax.__version__} loses what is written to index 0 under XLA's deterministic flag: install a newer JAX"
                )

    @staticmethod
    def device() -> str:
        """The model of the device that runs programs, e.g. "cpu" or "NVIDIA H200"."""
        return str(jax.devices()[0].device_kind)

    @staticmethod
    def is_gpu() -> bool:
        """Whether programs run on a GPU."""
        return jax.devices()[0].platform == "gpu"

    @staticmethod
    def has_tf32() -> bool:
        """Whether the device can round the factors of products to TF32."""
        return float(getattr(jax.devices()[0], "compute_capability", 0)) >= 8

    def reset_peak_memory(self) -> None:
        """Let `peak_memory` begin anew."""
        self._peak_before = (jax.devices()[0].memory_stats() or {}).get("peak_bytes_in_use", 0)

    def peak_memory(self) -> int | None:
        """Highest memory in use on an accelerator since `reset_peak_memory`, in bytes.

        None on a processor, and where it was higher before: JAX keeps the peak of the process.
        """
        peak = (jax.devices()[0].memory_stats() or {}).get("peak_bytes_in_use", 0)
        return int(peak) if peak > self._peak_before else None

    @staticmethod
    def ran_out_of_memory(error: Exception) -> bool:
        """Whether this error says that memory, the host's or the device's, did not suffice."""
        return isinstance(error, MemoryError) or "RESOURCE_EXHAUSTED" in str(error)

    @staticmethod
    def put(array: np.ndarray) -> Any:
        """The array on the device."""
        return jax.device_put(array)

    def bind(self, variables: Sequence[Any]) -> None:
        """Take these Keras variables, with their present values, as the state of all programs."""
        self.variables = list(variables)
        self.write([np.asarray(v.value) for v in self.variables])

    def write(self, values: Sequence[np.ndarray]) -> None:
        """Set the state: one array per variable, in order. Copies, since programs overwrite their input."""
        self.state = [jax.numpy.array(value, copy=True) for value in values]

    def read(self) -> list[np.ndarray]:
        """The state as host arrays, one per variable, in order."""
        return [np.asarray(value) for value in jax.device_get(self.state)]

    def sync(self) -> None:
        """Write the state back to the Keras variables, for code that runs outside of programs."""
        for variable, value in zip(self.variables, self.state, strict=True):
            variable.assign(jax.numpy.array(value, copy=True))

    def gradient(self, compute: Callable[[], Any], variables: Sequence[Any]) -> tuple[Any, list[Any]]:
        """`compute()` (a scalar) and its gradients with respect to `variables`, inside a step.

        What `compute` assigns to other variables (moving averages, seeds) is kept.
        """
        chosen = {id(v) for v in variables}
        others = [v for v in self.variables if id(v) not in chosen]
        outside = [(v, v.value) for v in others]

        def objective(values: list[Any]) -> tuple[Any, list[Any]]:
            with keras.StatelessScope(
                state_mapping=[*outside, *zip(variables, values, strict=True)]
            ) as scope:
                loss = compute()
            return loss, [scope.get_current_value(v) for v in others]

        (loss, updates), gradients = jax.value_and_grad(objective, has_aux=True)([v.value for v in variables])
        for (variable, before), after in zip(outside, updates, strict=True):
            if after is not before:
                variable.assign(after)
        return loss, gradients

    def _stateless(self, function: Callable[..., Any]) -> Callable[..., tuple[list[Any], Any]]:
        """`function(*arguments)` over Keras variables as `(state, *arguments) -> (new state, result)`."""

        def pure(state: list[Any], *arguments: Any) -> tuple[list[Any], Any]:
            with keras.StatelessScope(state_mapping=list(zip(self.variables, state, strict=True))) as scope:
                result = function(*arguments)
            return [scope.get_current_value(v) for v in self.variables], result

        return pure

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
        `xla` is always true here.
        """
        stateless = self._stateless(
            lambda indices, data: step(
                {key: keras.ops.take(value, indices, axis=0) for key, value in data.items()}
            )
        )

        def one(state: list[Any], indices: Any, data: Batch) -> tuple[list[Any], Any]:
            return stateless(state, indices, data)

        def many(state: list[Any], order: Any, count: Any, data: Batch) -> tuple[list[Any], Any]:
            def body(i: Any, carry: tuple[list[Any], Any]) -> tuple[list[Any], Any]:
                state, sums = carry
                state, logs = one(state, order[i], data)
                return state, {key: sums[key] + logs[key].astype("float32") for key in sums}

            def several(i: Any, carry: tuple[list[Any], Any]) -> tuple[list[Any], Any]:
                return functools.reduce(
                    lambda carry, offset: body(i * unroll + offset, carry), range(unroll), carry
                )

            names = jax.eval_shape(one, state, order[0], data)[1]
            carry = (state, {key: jax.numpy.zeros((), "float32") for key in names})
            if unroll > 1:
                carry = jax.lax.fori_loop(0, count // unroll, several, carry)
            return jax.lax.fori_loop(count // unroll * unroll if unroll > 1 else 0, count, body, carry)

        def exactly(count: int) -> Callable[..., tuple[list[Any], Any]]:
            """`count` steps, or none where the program is told 0."""

            def all_or_none(state: list[Any], order: Any, told: Any, data: Batch) -> tuple[list[Any], Any]:
                return jax.lax.cond(
                    told > 0,
                    lambda state: many(state, order, count, data),
                    lambda state: many(state, order, 0, data),
                    state,
                )

            return all_or_none

        order = np.zeros((rows, batch_size), "int32")
        if loop:
            lengths: dict[int | None, Any] = {count: exactly(count) for count in counts} or {None: many}
            compiled = {
                length: jax.jit(program, donate_argnums=0)
                .lower(self.state, order, np.int32(0), data)
                .compile()
                for length, program in lengths.items()
            }
        else:
            single = jax.jit(one, donate_argnums=0).lower(self.state, order[0], data).compile()

        def run(order: np.ndarray, count: int, data: Batch = data) -> dict[str, float]:
            if loop:
                self.state, sums = compiled[count if counts else None](
                    self.state, order, np.int32(count), data
                )
                return {key: float(value) for key, value in sums.items()}
            logs = []
            for row in order[:count]:
                self.state, log = single(self.state, row, data)
                logs.append(log)
            jax.block_until_ready(self.state)
            return {key: float(np.sum([np.asarray(log[key], "float32") for log in logs])) for key in logs[0]}

        # What a first execution costs once (loading the program, libraries' handles, touching memory) belongs to the compilation:
        # a step whose outcome is discarded, or none where programs take all steps or none.
        state = self.read()
        if counts:
            for program in compiled.values():
                self.state = program(self.state, order, np.int32(0), data)[0]
        else:
            run(order, 1)
        self.write(state)
        return run

    def step_flop(
        self, step: Callable[[Batch], Mapping[str, Any]], data: Batch, batch_size: int
    ) -> float | None:
        """Floating-point operations of one learning step, as XLA counts them in the unoptimised program; None where that cannot be done.

        Steps with loops of their own are not counted: XLA counts a loop's body once, however often it runs.
        """
        stateless = self._stateless(
            lambda indices, data: step(
                {key: keras.ops.take(value, indices, axis=0) for key, value in data.items()}
            )
        )
        state, arrays = jax.tree.map(
            lambda value: jax.ShapeDtypeStruct(value.shape, value.dtype), (self.state, data)
        )
        # Counted for the processor wherever it runs: for GPUs JAX counts nothing.
        with jax.default_device(jax.devices("cpu")[0]):
            traced = jax.jit(stateless).trace(state, np.zeros((batch_size,), "int32"), arrays)
            if _has_loop(traced.jaxpr.jaxpr):
                return None
            analysis = traced.lower().cost_analysis()
        return float(analysis["flops"]) if analysis and analysis.get("flops", 0) > 0 else None

    def function(self, call: Callable[..., Any], updates: bool = False) -> Callable[..., Any]:
        """Compile `call(*arrays)` over the state. With `updates`, what it assigns becomes the new state."""
        stateless = self._stateless(call)
        read = jax.jit(lambda state, *arguments: stateless(state, *arguments)[1])
        change = jax.jit(stateless, donate_argnums=0)

        def run(*arguments: Any) -> Any:
            if not updates:
                return read(self.state, *arguments)
            self.state, result = change(self.state, *arguments)
            return result

        return run


def _has_loop(jaxpr: Any) -> bool:
    """Whether a program holds a loop, at any depth."""
    inner = (
        value
        for equation in jaxpr.eqns
        for value in jax.tree.leaves(list(equation.params.values()), is_leaf=_is_program)
    )
    return any(equation.primitive.name in ("scan", "while") for equation in jaxpr.eqns) or any(
        _has_loop(getattr(value, "jaxpr", value)) for value in inner if _is_program(value)
    )


def _is_program(value: Any) -> bool:
    return hasattr(value, "eqns") or hasattr(value, "jaxpr")
