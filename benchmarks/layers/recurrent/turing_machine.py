"""A neural Turing machine: a controller that writes to a memory and reads from it by soft addresses.

Graves, Wayne, Danihelka, "Neural Turing machines" (2014), section 3. n examples, N slots of M numbers.
"""

from collections.abc import Mapping
from typing import Any, Literal

import keras
from keras import ops

from benchmarks.layers.recurrent.scan import scan


def similarity(key: Any, memory: Any) -> Any:
    """The cosine of the angle between a key [n, M] and each slot of a memory [n, N, M] (equation 6): [n, N].

    It tends to 0 where one of the two does.
    """
    products = ops.matmul(memory, key[:, :, None])[..., 0]
    lengths = [ops.sqrt(ops.sum(ops.square(vector), axis=-1) + 1e-12) for vector in (key, memory)]
    return products / (lengths[0][:, None] * lengths[1] + 1e-3)


def moved(weights: Any, shift: Any) -> Any:
    """The circular convolution of weights [n, N] with a distribution [n, 2 r + 1] over shifts by -r to r
    places (equation 8)."""
    reach = shift.shape[-1] // 2
    return sum(
        shift[:, place + reach, None] * ops.concatenate([weights[:, -place:], weights[:, :-place]], axis=1)
        if place
        else shift[:, reach, None] * weights
        for place in range(-reach, reach + 1)
    )


def sharpened(weights: Any, power: Any) -> Any:
    """Weights [n, N] to this power [n, 1], of sum 1 again (equation 9)."""
    return ops.softmax(power * ops.log(weights + 1e-12), axis=-1)


def written(memory: Any, weights: Any, erase: Any, add: Any) -> Any:
    """The memory [n, N, M] after one head, with weights [n, N], erased and added vectors [n, M] (equations 3
    and 4)."""
    place = weights[:, :, None]
    return memory * (1.0 - place * erase[:, None]) + place * add[:, None]


class TuringMachine(keras.layers.Layer):
    """Float [n, T, d] to logits [n, T, outputs]: one head that writes and one that reads, in this order.

    The controller, one layer of `units` ("feedforward": tanh; "lstm"), sees the input and what was read one
    step before; the outputs see the controller and what is read now. A head is a linear function of the
    controller: a key, its strength, a gate between content and the address before, how sharp, and a
    distribution over shifts by at most `reach`. The start of memory, of what was read, of the addresses and
    of the controller's state are learned.
    """

    def __init__(
        self,
        outputs: int,
        controller: Literal["feedforward", "lstm"] = "feedforward",
        units: int = 100,
        slots: int = 128,
        width: int = 20,
        reach: int = 1,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.outputs = outputs
        self.controller, self.units = controller, units
        self.slots, self.width, self.shifts = slots, width, 2 * reach + 1
        address = width + 3 + self.shifts
        if controller == "lstm":
            self.hidden = keras.layers.Dense(4 * units, bias_initializer=forget_bias, name="gates")
        else:
            self.hidden = keras.layers.Dense(units, activation="tanh", name="controller")
        self.read_head = keras.layers.Dense(address, name="read_head")
        self.write_head = keras.layers.Dense(address + 2 * width, name="write_head")
        self.answer = keras.layers.Dense(outputs, name="output")

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        seen = input_shape[-1] + self.width + (self.units if self.controller == "lstm" else 0)
        self.hidden.build((None, seen))
        self.read_head.build((None, self.units))
        self.write_head.build((None, self.units))
        self.answer.build((None, self.units + self.width))
        self.memory = self.add_weight(
            shape=(self.slots, self.width),
            initializer=keras.initializers.Constant(1e-6),
            name="memory",
        )
        self.read = self.add_weight(shape=(self.width,), initializer="zeros", name="read")
        self.places = [
            self.add_weight(shape=(self.slots,), initializer=first_slot, name=f"{head}_address")
            for head in ("read", "write")
        ]
        self.state = (
            [self.add_weight(shape=(self.units,), initializer="zeros", name=name) for name in ("h", "c")]
            if self.controller == "lstm"
            else []
        )

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the logits."""
        return (*input_shape[:-1], self.outputs)

    def start(self, count: Any) -> dict[str, Any]:
        """The state before the first step, of `count` examples."""

        def spread(value: Any) -> Any:
            value = ops.convert_to_tensor(value)
            return ops.broadcast_to(value, (count, *value.shape))

        read_address, write_address = (
            spread(ops.softmax(ops.convert_to_tensor(place))) for place in self.places
        )
        return {
            "memory": spread(self.memory),
            "read": spread(self.read),
            "read_address": read_address,
            "write_address": write_address,
            "state": [spread(value) for value in self.state],
        }

    def address(self, head: Any, memory: Any, before: Any) -> Any:
        """Where a head [n, address] points, given the memory and where it pointed before [n, N] (section
        3.3)."""
        cuts = (self.width, self.width + 1, self.width + 2, self.width + 3)
        key, strength, gate, power, shift = ops.split(head, cuts, axis=-1)
        content = ops.softmax(ops.softplus(strength) * similarity(ops.tanh(key), memory), axis=-1)
        gate = ops.sigmoid(gate)
        between = gate * content + (1.0 - gate) * before
        return sharpened(moved(between, ops.softmax(shift, axis=-1)), 1.0 + ops.softplus(power))

    def step(self, before: dict[str, Any], x: Any) -> tuple[dict[str, Any], Any]:
        """One step: the state after it, and the logits [n, outputs]."""
        seen = [x, before["read"], *before["state"][:1]]
        hidden = self.hidden(ops.concatenate(seen, axis=-1))
        state = []
        if self.controller == "lstm":
            hidden, cells = lstm(hidden, before["state"][1])
            state = [hidden, cells]
        head, erase, add = ops.split(
            self.write_head(hidden), (self.width + 3 + self.shifts, 2 * self.width + 3 + self.shifts), axis=-1
        )
        write_address = self.address(head, before["memory"], before["write_address"])
        memory = written(before["memory"], write_address, ops.sigmoid(erase), ops.tanh(add))
        read_address = self.address(self.read_head(hidden), memory, before["read_address"])
        read = ops.matmul(read_address[:, None], memory)[:, 0]
        after = {
            "memory": memory,
            "read": read,
            "read_address": read_address,
            "write_address": write_address,
            "state": state,
        }
        return after, self.answer(ops.concatenate([hidden, read], axis=-1))

    def call(self, x: Any) -> Any:
        """The logits of all steps."""
        return scan(self.step, self.start(ops.shape(x)[0]), x)[1]

    def watch(self, x: Any) -> dict[str, Any]:
        """The addresses of both heads at all steps, [n, T, N] each, and the logits."""

        def step(before: dict[str, Any], x: Any) -> tuple[dict[str, Any], Any]:
            after, logits = self.step(before, x)
            return after, {"read": after["read_address"], "write": after["write_address"], "logits": logits}

        found: dict[str, Any] = scan(step, self.start(ops.shape(x)[0]), x)[1]
        return found


class StackedLSTM(keras.layers.Layer):
    """The paper's net without a memory, float [n, T, d] to logits [n, T, outputs]: `layers` LSTM layers of
    `units`.

    Each sees the inputs, too, and the outputs see all of them; the states begin at learned values.
    """

    def __init__(self, outputs: int, units: int = 256, layers: int = 3, **options: Any) -> None:
        super().__init__(**options)
        self.outputs, self.units = outputs, units
        self.gates = [
            keras.layers.Dense(4 * units, bias_initializer=forget_bias, name=f"gates_{i + 1}")
            for i in range(layers)
        ]
        self.answer = keras.layers.Dense(outputs, name="output")

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        for i, gates in enumerate(self.gates):
            gates.build((None, input_shape[-1] + (1 if i == 0 else 2) * self.units))
        self.answer.build((None, len(self.gates) * self.units))
        self.state = [
            self.add_weight(shape=(self.units,), initializer="zeros", name=f"{name}_{i + 1}")
            for i in range(len(self.gates))
            for name in ("h", "c")
        ]

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the logits."""
        return (*input_shape[:-1], self.outputs)

    def call(self, x: Any) -> Any:
        """The logits of all steps."""

        def step(before: list[Any], x: Any) -> tuple[list[Any], Any]:
            after: list[Any] = []
            for i, gates in enumerate(self.gates):
                seen = [x, *after[-2:-1], before[2 * i]]
                after += lstm(gates(ops.concatenate(seen, axis=-1)), before[2 * i + 1])
            return after, ops.concatenate(after[::2], axis=-1)

        count = ops.shape(x)[0]
        start = [ops.broadcast_to(ops.convert_to_tensor(value), (count, self.units)) for value in self.state]
        return self.answer(scan(step, start, x)[1])


def lstm(gates: Any, cells: Any) -> list[Any]:
    """Outputs and cells [n, units] after a step, of what the four gates are given, [n, 4 units]."""
    write, keep, show, value = ops.split(gates, 4, axis=-1)
    cells = ops.sigmoid(keep) * cells + ops.sigmoid(write) * ops.tanh(value)
    return [ops.sigmoid(show) * ops.tanh(cells), cells]


def forget_bias(shape: tuple[int, ...], dtype: Any = None) -> Any:
    """1 for the second of four equal parts, the forget gates, else 0."""
    quarter = shape[0] // 4
    return ops.cast(ops.equal(ops.arange(shape[0], dtype="int32") // quarter, 1), dtype or "float32")


def first_slot(shape: tuple[int, ...], dtype: Any = None) -> Any:
    """Logits of an address that begins at the first slot."""
    return 6.0 * ops.cast(ops.equal(ops.arange(shape[0], dtype="int32"), 0), dtype or "float32")


def watch(model: Any, batch: Mapping[str, Any]) -> dict[str, Any]:
    """What `TuringMachine.watch` returns for a model that consists of one."""
    return model.get_layer("machine").watch(ops.cast(batch["x"], model.compute_dtype))
