"""The memory cell blocks of the first LSTM, without forget gates (1997) or with them (2000)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import keras
from keras import ops

from benchmarks.layers.recurrent.scan import scan

#: One number for all blocks, one for each block, or None.
Bias = float | Sequence[float] | None


def squash(x: Any, low: float, high: float) -> Any:
    """Logistic sigmoid with output range [low, high] (Hochreiter and Schmidhuber 1997, equations 3 to 5)."""
    return low + (high - low) * ops.sigmoid(x)


class MemoryBlocks(keras.layers.Layer):
    """A hidden layer of memory cell blocks: float [n, T, d] to the cells' outputs [n, T, blocks * size].

    The `size` cells of a block share an input gate and an output gate. Cells and gates see the inputs of
    this step and, with `feedback`, the outputs of all cells and gates one step before. The state of a cell
    changes only by what its input gate lets in: s(t) = s(t-1) + in(t) * g(net(t)). Its output is
    out(t) * h(s(t)). With `forget_gates`, s(t-1) is multiplied by a forget gate (Gers, Schmidhuber, Cummins
    2000). `output_gates=False` leaves out the output gates. `g` and `h` are the output ranges of the two
    squashing functions; `h` None leaves the states as they are.

    `biased` says which units have a bias weight: "none", "gates" or "all". Weights start uniform on
    [-initial, initial]. The biases of the gates of block j start at `input_gate_bias[j]` and
    `output_gate_bias[j]` if given, those of the forget gates at `forget_gate_bias`.

    The gradient is truncated as in the paper: an error that leaves a cell through the net input of the cell
    or of a gate changes the weights there, but flows no further back; only the states carry it through time.
    What is differentiated is therefore a sum over steps, not a recurrence: a first pass computes the
    activations step by step, and all steps are then differentiated at once, with the activations of the
    step before held constant.

    Steps that `mask` hides must come before all others. They leave states and activations at zero, so the
    sequence begins after them.

    Source: S. Hochreiter, J. Schmidhuber, Long short-term memory, Neural Computation 9(8), 1997,
    section 4 and appendix A.1.
    """

    def __init__(
        self,
        blocks: int,
        size: int = 1,
        biased: Literal["none", "gates", "all"] = "all",
        initial: float = 0.1,
        input_gate_bias: Bias = None,
        output_gate_bias: Bias = None,
        forget_gate_bias: Bias = None,
        output_gates: bool = True,
        forget_gates: bool = False,
        feedback: bool = True,
        g: tuple[float, float] = (-2.0, 2.0),
        h: tuple[float, float] | None = (-1.0, 1.0),
        **options: Any,
    ) -> None:
        super().__init__(**options)
        if biased not in ("none", "gates", "all"):
            raise ValueError(f"biased {biased!r} is not one of 'none', 'gates', 'all'")
        self.blocks, self.size, self.cells = blocks, size, blocks * size
        self.biased, self.initial = biased, initial
        self.kinds: dict[str, Bias] = (
            {"input": input_gate_bias}
            | ({"output": output_gate_bias} if output_gates else {})
            | ({"forget": forget_gate_bias} if forget_gates else {})
        )
        self.feedback = feedback
        self.g, self.h = g, h
        self.units = self.cells + blocks * len(self.kinds)
        self.supports_masking = True

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        self.kernel = self.add_weight(
            shape=(input_shape[-1], self.units), initializer=self._uniform(), name="kernel"
        )
        self.recurrent_kernel = (
            self.add_weight(
                shape=(self.units, self.units), initializer=self._uniform(), name="recurrent_kernel"
            )
            if self.feedback
            else None
        )
        biases = {"none": 0, "gates": self.units - self.cells, "all": self.units}[self.biased]
        self.bias = (
            self.add_weight(shape=(biases,), initializer=self._biases, name="bias") if biases else None
        )

    def _uniform(self) -> Any:
        """An initialiser of one weight: from the same one, all would begin with the same numbers."""
        return keras.initializers.RandomUniform(-self.initial, self.initial)

    def _biases(self, shape: Sequence[int], dtype: Any = None) -> Any:
        parts = [self._uniform()((self.cells,), dtype)] if self.biased == "all" else []
        for start in self.kinds.values():
            if start is None:
                parts.append(self._uniform()((self.blocks,), dtype))
            else:
                parts.append(
                    ops.cast(ops.broadcast_to(ops.convert_to_tensor(start, dtype), (self.blocks,)), dtype)
                )
        return ops.concatenate(parts)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return (*input_shape[:-1], self.cells)

    def call(self, x: Any, training: bool = False, mask: Any = None) -> Any:
        """The outputs of the cells at all steps, float [n, T, cells]."""
        if not training:
            return self.watch(x, mask)[0][..., : self.cells]
        net, there = self._net(x), self._there(x, mask)
        activations, states = self._run(ops.stop_gradient(net), there)
        if self.feedback:
            net = net + ops.matmul(_before(activations), self.recurrent_kernel)
        added, kept, gates = self._gates(net)
        added = added * there
        return (
            self._output(ops.cumsum(added, axis=1) if kept is None else _carried(added, kept, states), gates)
            * there
        )

    def watch(self, x: Any, mask: Any = None) -> tuple[Any, Any]:
        """Activations [n, T, units] and states of the cells [n, T, cells].

        The units are the cells, the input gates, the output gates and the forget gates, in this order.
        """
        net = self._net(x)
        return self._run(net, ops.cast(self._there(x, mask), net.dtype))

    def _net(self, x: Any) -> Any:
        """What the inputs and biases contribute to all net inputs: [n, T, units]."""
        net = ops.matmul(x, self.kernel)
        if self.bias is None:
            return net
        return net + (self.bias if self.biased == "all" else ops.pad(self.bias, [[self.cells, 0]]))

    @staticmethod
    def _there(x: Any, mask: Any) -> Any:
        """0 where the mask hides a step, else 1: [n, T, 1]."""
        return ops.ones_like(x[..., :1]) if mask is None else ops.cast(mask, x.dtype)[..., None]

    def _gates(self, net: Any) -> tuple[Any, Any, dict[str, Any]]:
        """What is added to the states, the factor that is kept of them (None: all), and the gates by kind."""
        kinds = dict(
            zip(
                self.kinds,
                ops.split(ops.sigmoid(net[..., self.cells :]), len(self.kinds), axis=-1),
                strict=True,
            )
        )
        added = squash(net[..., : self.cells], *self.g) * self._to_cells(kinds["input"])
        return added, self._to_cells(kinds["forget"]) if "forget" in kinds else None, kinds

    def _to_cells(self, gates: Any) -> Any:
        """Each block's gate, repeated for each of its cells."""
        return ops.repeat(gates, self.size, axis=-1) if self.size > 1 else gates

    def _output(self, states: Any, gates: Mapping[str, Any]) -> Any:
        squashed = states if self.h is None else squash(states, *self.h)
        return squashed * self._to_cells(gates["output"]) if "output" in gates else squashed

    def _run(self, net: Any, there: Any) -> tuple[Any, Any]:
        """What `watch` returns, computed one step after the other, without gradient."""
        recurrent_kernel = ops.stop_gradient(self.recurrent_kernel) if self.feedback else None

        def step(carry: tuple[Any, Any], now: tuple[Any, Any]) -> tuple[Any, Any]:
            activations, states = carry
            net, there = now
            if recurrent_kernel is not None:
                net = net + ops.matmul(activations, recurrent_kernel)
            added, kept, gates = self._gates(net)
            states = (states if kept is None else kept * states) + added * there
            activations = ops.concatenate([self._output(states, gates), *gates.values()], axis=-1) * there
            return (activations, states), (activations, states)

        n = ops.shape(net)[0]
        start = (ops.zeros((n, self.units), net.dtype), ops.zeros((n, self.cells), net.dtype))
        _, (activations, states) = scan(step, start, (net, there))
        return ops.stop_gradient(activations), ops.stop_gradient(states)


def _before(values: Any) -> Any:
    """The values [n, T, d] of one step before; zeros at the first step."""
    return ops.pad(values[:, :-1], [[0, 0], [1, 0], [0, 0]])


@ops.custom_gradient
def _carried(added: Any, kept: Any, states: Any) -> tuple[Any, Callable[..., tuple[Any, ...]]]:
    """`states` [n, T, cells] with s(t) = kept(t) * s(t-1) + added(t), and their gradient through time."""

    def gradient(*arguments: Any, upstream: Any = None) -> tuple[Any, ...]:
        error = upstream if upstream is not None else arguments[0]

        def step(later: Any, now: tuple[Any, Any]) -> tuple[Any, Any]:
            error, kept = now
            total = error + later
            return kept * total, total

        _, total = scan(step, ops.zeros_like(error[:, 0]), (error, kept), reverse=True)
        return total, total * _before(states), ops.zeros_like(states)

    return states, gradient


def watch(model: Any, batch: Mapping[str, Any]) -> dict[str, Any]:
    """What happens inside the first memory blocks of a model whose layers before them form a chain.

    Returns `activations` [n, T, units], in the order of `MemoryBlocks.watch`, and `states` [n, T, cells]
    squashed to [-1, 1]. Raises ValueError if the model has no memory blocks.
    """
    x: Any = batch["x"]
    mask: Any = None
    for layer in model.layers[1:]:
        if isinstance(layer, MemoryBlocks):
            activations, states = layer.watch(x, mask)
            return {"activations": activations, "states": squash(states, -1.0, 1.0)}
        x, mask = layer(x), layer.compute_mask(x, None)
    raise ValueError("the model has no memory blocks")
