"""The JAX driver: Keras variables become an explicit state that compiled programs take and return."""

import functools
from collections.abc import Callable, Mapping, Sequence
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

    def __init__(self) -> None:
        self.variables: list[Any] = []
        self.state: list[Any] = []

    @staticmethod
    def device() -> str:
        """The model of the device that runs programs, e.g. "cpu" or "NVIDIA H200"."""
        return str(jax.devices()[0].device_kind)

    @staticmethod
    def is_gpu() -> bool:
        """Whether programs run on a GPU."""
        return jax.devices()[0].platform == "gpu"

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
            with keras.StatelessScope(state_mapping=[*outside, *zip(variables, values, strict=True)]) as scope:
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
        self, step: Callable[[Batch], Mapping[str, Any]], data: Batch, rows: int, batch_size: int, loop: bool, xla: bool, unroll: int = 1
    ) -> Any:
        """Compile `rows` learning steps as one program (`loop`, its body holding `unroll` of them), or a single step to be dispatched `rows` times.

        Returns `run(order, count, data=data)`: `order` int32 [rows, batch_size] indexes the examples of
        `data` (another than here has the same shapes and types); the first `count` rows are learned
        from. It returns the sums of the step's logs, as host floats, once the device has done the work.
        `xla` is always true here.
        """
        stateless = self._stateless(lambda indices, data: step({key: keras.ops.take(value, indices, axis=0) for key, value in data.items()}))

        def one(state: list[Any], indices: Any, data: Batch) -> tuple[list[Any], Any]:
            return stateless(state, indices, data)

        def many(state: list[Any], order: Any, count: Any, data: Batch) -> tuple[list[Any], Any]:
            def body(i: Any, carry: tuple[list[Any], Any]) -> tuple[list[Any], Any]:
                state, sums = carry
                state, logs = one(state, order[i], data)
                return state, {key: sums[key] + logs[key].astype("float32") for key in sums}

            def several(i: Any, carry: tuple[list[Any], Any]) -> tuple[list[Any], Any]:
                return functools.reduce(lambda carry, offset: body(i * unroll + offset, carry), range(unroll), carry)

            names = jax.eval_shape(one, state, order[0], data)[1]
            carry = (state, {key: jax.numpy.zeros((), "float32") for key in names})
            if unroll > 1:
                carry = jax.lax.fori_loop(0, count // unroll, several, carry)
            return jax.lax.fori_loop(count // unroll * unroll if unroll > 1 else 0, count, body, carry)

        indices = np.zeros((batch_size,), "int32")
        if loop:
            compiled = jax.jit(many, donate_argnums=0).lower(self.state, np.zeros((rows, batch_size), "int32"), np.int32(0), data).compile()
        else:
            compiled = jax.jit(one, donate_argnums=0).lower(self.state, indices, data).compile()

        def run(order: np.ndarray, count: int, data: Batch = data) -> dict[str, float]:
            if loop:
                self.state, sums = compiled(self.state, order, np.int32(count), data)
                return {key: float(value) for key, value in sums.items()}
            logs = []
            for row in order[:count]:
                self.state, log = compiled(self.state, row, data)
                logs.append(log)
            jax.block_until_ready(self.state)
            return {key: float(np.sum([np.asarray(log[key], "float32") for log in logs])) for key in logs[0]}

        return run

    def step_flop(self, step: Callable[[Batch], Mapping[str, Any]], data: Batch, batch_size: int) -> float | None:
        """Floating-point operations of one learning step, as XLA counts them in the unoptimised program; None where that cannot be done.

        Steps with loops of their own are not counted: XLA counts a loop's body once, however often it runs.
        """
        stateless = self._stateless(lambda indices, data: step({key: keras.ops.take(value, indices, axis=0) for key, value in data.items()}))
        traced = jax.jit(stateless).trace(self.state, np.zeros((batch_size,), "int32"), data)
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
    inner = (value for equation in jaxpr.eqns for value in jax.tree.leaves(list(equation.params.values()), is_leaf=_is_program))
    return any(equation.primitive.name in ("scan", "while") for equation in jaxpr.eqns) or any(
        _has_loop(getattr(value, "jaxpr", value)) for value in inner if _is_program(value)
    )


def _is_program(value: Any) -> bool:
    return hasattr(value, "eqns") or hasattr(value, "jaxpr")
