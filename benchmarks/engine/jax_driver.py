"""The JAX driver: Keras variables become an explicit state that compiled programs take and return."""

import functools
import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

import jax
import keras
import numpy as np
import numpy.typing as npt
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from benchmarks.engine import jax_work
from benchmarks.engine.driver import Batch, Program, Step, Tensor
from benchmarks.engine.work import Work

#: The values of the bound variables, in order.
State = list[jax.Array]
Logs = dict[str, jax.Array]


class Driver:
    """Satisfies `benchmarks.engine.driver.Driver`.

    From `bind()` on, the values live in `state`, outside the Keras variables, to which `sync()` copies them.
    Programs receive the state's memory, and write the new state into it.

    Several devices have copies of the state and of the data. Where a training program takes a batch from the
    data, the batch is split over them by its first axis; XLA divides what follows accordingly, and adds up
    what concerns the whole batch, such as gradients, losses and statistics of a normalisation.
    """

    name = "jax"

    def __init__(self, deterministic: bool = True, devices: int = 1) -> None:
        """`deterministic` changes nothing here: a flag of XLA decides, set before JAX is imported."""
        self.devices = devices
        self.variables: list[keras.Variable] = []
        self.state: State = []
        self._peak_before = 0

    def start(self) -> None:
        """Start the device; on a GPU, check that XLA's deterministic scatter loses nothing."""
        if self.is_gpu():
            values = np.array([1, 2, 0, 0], "int32")
            written = jax.jit(lambda places, values: jax.numpy.zeros_like(values).at[places].set(values))(
                np.arange(4), values
            )
            if np.asarray(written)[0] != 1:
                # openxla/xla#31063, in JAX since 0.8.
                raise RuntimeError(
                    f"JAX {jax.__version__} loses what is written to index 0 under XLA's deterministic"
                    " flag: install a newer JAX"
                )

    @staticmethod
    def device() -> str:
        """JAX's name for the kind of the first device."""
        return str(jax.devices()[0].device_kind)

    @staticmethod
    def most_devices() -> int:
        """All that JAX finds: XLA_FLAGS=--xla_force_host_platform_device_count=N divides a processor."""
        return len(jax.devices())

    @functools.cached_property
    def _copied(self) -> NamedSharding | None:
        """Where state and data lie: each device has all of it. None for a single device."""
        if self.devices == 1:
            return None
        return NamedSharding(Mesh(np.array(jax.devices()[: self.devices]), ("batch",)), PartitionSpec())

    def _jit(self, program: Callable[..., Any], **options: Any) -> Any:
        """The program compiled for the devices, whose arguments and results are whole on each of them."""
        if self._copied is not None:
            options |= {"in_shardings": self._copied, "out_shardings": self._copied}
        return jax.jit(program, **options)

    @staticmethod
    def is_gpu() -> bool:
        """Whether JAX's first device is a GPU, or an accelerator of another kind."""
        return jax.devices()[0].platform != "cpu"

    @staticmethod
    def has_tf32() -> bool:
        """By the compute capability: 8.0 or later. AMD's GPUs have one that is no number."""
        capability = str(getattr(jax.devices()[0], "compute_capability", ""))
        return re.fullmatch(r"\d+\.\d+", capability) is not None and float(capability) >= 8

    def reset_peak_memory(self) -> None:
        """Note the peak so far, since JAX cannot reset it."""
        self._peak_before = (jax.devices()[0].memory_stats() or {}).get("peak_bytes_in_use", 0)

    def peak_memory(self) -> int | None:
        """That of the first device. None also if it was higher before: JAX keeps that of the process."""
        peak = (jax.devices()[0].memory_stats() or {}).get("peak_bytes_in_use", 0)
        return int(peak) if peak > self._peak_before else None

    @staticmethod
    def ran_out_of_memory(error: Exception) -> bool:
        """By XLA's status code, which is only in the error's text."""
        return isinstance(error, MemoryError) or "RESOURCE_EXHAUSTED" in str(error)

    def put(self, array: npt.NDArray[Any]) -> Tensor:
        """In the array's own dtype, on each of the devices."""
        return jax.device_put(array, self._copied)

    def bind(self, variables: Sequence[keras.Variable]) -> None:
        """Copy the variables' values into the state."""
        self.variables = list(variables)
        self.write([np.asarray(v.value) for v in self.variables])

    def write(self, values: Sequence[npt.NDArray[Any]]) -> None:
        """Copied, since programs overwrite their input."""
        state = [jax.numpy.array(value, copy=True) for _, value in zip(self.variables, values, strict=True)]
        self.state = state if self._copied is None else jax.device_put(state, self._copied)

    def read(self) -> list[npt.NDArray[Any]]:
        """The state's arrays, which JAX never changes once the host has them."""
        return [np.asarray(value) for value in jax.device_get(self.state)]

    def sync(self) -> None:
        """Copy the state to the variables, since the next program overwrites the state."""
        for variable, value in zip(self.variables, self.state, strict=True):
            # One of the copies: what is done outside of programs is done on the first device.
            whole = value if self._copied is None else np.asarray(value)
            variable.assign(jax.numpy.array(whole, copy=True))

    def gradient(
        self, compute: Callable[[], Tensor], variables: Sequence[keras.Variable]
    ) -> tuple[Tensor, list[Tensor]]:
        """What `compute` assigns passes through an inner scope, and is assigned again outside."""
        chosen = {id(v) for v in variables}
        others = [v for v in self.variables if id(v) not in chosen]
        outside = [(v, v.value) for v in others]

        def objective(values: State) -> tuple[Tensor, State]:
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

    def _stateless(self, function: Callable[..., Any]) -> Callable[..., tuple[State, Any]]:
        """`function(*arguments)` over Keras variables as `(state, *arguments) -> (new state, result)`."""

        def pure(state: State, *arguments: Any) -> tuple[State, Any]:
            with keras.StatelessScope(state_mapping=list(zip(self.variables, state, strict=True))) as scope:
                result = function(*arguments)
            return [scope.get_current_value(v) for v in self.variables], result

        return pure

    def _on_rows(self, step: Step) -> Callable[[State, Tensor, Batch], tuple[State, Logs]]:
        """The step as `(state, indices of the batch, data) -> (new state, logs)`."""
        return self._stateless(
            lambda indices, data: step(
                {key: keras.ops.take(value, indices, axis=0) for key, value in data.items()}
            )
        )

    def _on_shared_rows(self, step: Step) -> Callable[[State, Tensor, Batch], tuple[State, Logs]]:
        """The same, with the batch split over the devices, if there are several."""
        if self._copied is None:
            return self._on_rows(step)
        split = NamedSharding(self._copied.mesh, PartitionSpec("batch"))
        take_one = self._on_rows(lambda batch: step(jax.lax.with_sharding_constraint(batch, split)))

        def shared(state: State, indices: Tensor, data: Batch) -> tuple[State, Logs]:
            # Inside a loop, XLA would be free to divide the state.
            return jax.lax.with_sharding_constraint(take_one(state, indices, data), self._copied)

        return shared

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
        """XLA compiles everything here, whatever `xla` says."""
        take_one = self._on_shared_rows(step)

        def many(state: State, order: Tensor, count: Tensor | int, data: Batch) -> tuple[State, Logs]:
            def body(i: Tensor, carry: tuple[State, Logs]) -> tuple[State, Logs]:
                state, sums = carry
                state, logs = take_one(state, order[i], data)
                return state, {key: sums[key] + logs[key].astype("float32") for key in sums}

            def several(i: Tensor, carry: tuple[State, Logs]) -> tuple[State, Logs]:
                return functools.reduce(
                    lambda carry, offset: body(i * unroll + offset, carry), range(unroll), carry
                )

            names = jax.eval_shape(take_one, state, order[0], data)[1]
            carry = (state, {key: jax.numpy.zeros((), "float32") for key in names})
            if unroll > 1:
                carry = jax.lax.fori_loop(0, count // unroll, several, carry)
            return jax.lax.fori_loop(count // unroll * unroll if unroll > 1 else 0, count, body, carry)

        def exactly(count: int) -> Callable[..., tuple[State, Logs]]:
            """`count` steps, or none if the program is called with 0."""

            def all_or_none(state: State, order: Tensor, asked: Tensor, data: Batch) -> tuple[State, Logs]:
                return jax.lax.cond(
                    asked > 0,
                    lambda state: many(state, order, count, data),
                    lambda state: many(state, order, 0, data),
                    state,
                )

            return all_or_none

        order = np.zeros((rows, batch_size), "int32")
        if loop:
            lengths: dict[int | None, Any] = {count: exactly(count) for count in counts} or {None: many}
            compiled = {
                length: self._jit(program, donate_argnums=0)
                .lower(self.state, order, np.int32(0), data)
                .compile()
                for length, program in lengths.items()
            }
        else:
            single = self._jit(take_one, donate_argnums=0).lower(self.state, order[0], data).compile()

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

        # A first execution costs more than later ones (loading the program, libraries' handles, touching
        # memory): it happens here, by a step whose outcome is discarded, or by none if programs take all
        # their steps or none.
        state = self.read()
        if counts:
            for program in compiled.values():
                self.state = program(self.state, order, np.int32(0), data)[0]
        else:
            run(order, 1)
        self.write(state)
        return run

    def step_work(self, step: Step, data: Batch, batch_size: int) -> Work | None:
        """Counted in the step's program, which is traced once more."""
        state, arrays = jax.tree.map(
            lambda value: jax.ShapeDtypeStruct(value.shape, value.dtype), (self.state, data)
        )
        traced = jax.jit(self._on_rows(step)).trace(state, np.zeros((batch_size,), "int32"), arrays)
        return jax_work.count(traced.jaxpr, len(self.state))

    def function(self, call: Callable[..., Any], updates: bool = False) -> Callable[..., Any]:
        """Two programs: only the one that changes the state may write over it."""
        stateless = self._stateless(call)
        read = self._jit(lambda state, *arguments: stateless(state, *arguments)[1])
        change = self._jit(stateless, donate_argnums=0)

        def run(*arguments: Any) -> Any:
            if not updates:
                return read(self.state, *arguments)
            self.state, result = change(self.state, *arguments)
            return result

        return run
