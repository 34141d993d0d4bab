"""Memory cell blocks for streams without end: forget gates, and peepholes to the cells' states."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from benchmarks.layers.recurrent.memory_blocks import _before, _carried, squash
from benchmarks.layers.recurrent.scan import scan


class ContinualBlocks(keras.layers.Layer):
    """A hidden layer of memory cell blocks: float [n, T, d] to the cells' outputs [n, T, blocks * size].

    Cells and gates see the inputs of this step and the outputs of all cells one step before, and of gates no
    output is seen. The state of a cell is s(t) = forget(t) * s(t-1) + in(t) * g(net(t)), its output
    out(t) * h(s(t)); g has the range [-2, 2], h [-1, 1]. The `size` cells of a block share its gates.
    `forget_gates=False` leaves forget(t) at 1: the LSTM of 1997.

    With `peepholes`, a block's input and forget gates see the states of its cells one step before, its output
    gate those of this step, each with a weight of its own.

    Gates have biases, cells have none. The biases of block j start at `gate_bias[j]`, negative for input and
    output gates, positive for forget gates; other weights start uniform on [-initial, initial].

    The gradient is truncated as in the paper: an error that leaves a cell through the net input of a cell or
    of a gate, or through a peephole, changes the weights there, but flows no further back.

    Sources: F. A. Gers, J. Schmidhuber, F. Cummins, Learning to forget, Neural Computation 12(10), 2000;
    F. A. Gers, N. N. Schraudolph, J. Schmidhuber, Learning precise timing with LSTM recurrent networks,
    Journal of Machine Learning Research 3, 2002 (peepholes).
    """

    def __init__(
        self,
        blocks: int,
        size: int = 1,
        forget_gates: bool = True,
        peepholes: bool = False,
        gate_bias: Sequence[float] = (0.5, 1.0, 1.5, 2.0),
        initial: float = 0.2,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        if len(gate_bias) != blocks:
            raise ValueError(f"gate_bias has {len(gate_bias)} values for {blocks} blocks: give one for each")
        self.blocks, self.size, self.cells = blocks, size, blocks * size
        self.kinds = ("input", "output", "forget") if forget_gates else ("input", "output")
        self.units = self.cells + blocks * len(self.kinds)
        self.peepholes, self.gate_bias, self.initial = peepholes, tuple(gate_bias), initial

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""

        def weight(shape: tuple[int, ...], name: str) -> Any:
            uniform = keras.initializers.RandomUniform(-self.initial, self.initial)
            return self.add_weight(shape=shape, initializer=uniform, name=name)

        self.kernel = weight((input_shape[-1], self.units), "kernel")
        self.recurrent_kernel = weight((self.cells, self.units), "recurrent_kernel")
        self.bias = self.add_weight(
            shape=(self.units - self.cells,), initializer=self._biases, name="gate_bias"
        )
        self.peephole = weight((len(self.kinds), self.cells), "peephole") if self.peepholes else None

    def _biases(self, shape: Sequence[int], dtype: Any = None) -> Any:
        signs = [1.0 if kind == "forget" else -1.0 for kind in self.kinds]
        return ops.convert_to_tensor([sign * bias for sign in signs for bias in self.gate_bias], dtype)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return (*input_shape[:-1], self.cells)

    def call(self, x: Any, training: bool = False) -> Any:
        """The outputs of the cells at all steps, float [n, T, cells]."""
        net = self._net(x)
        outputs, _, states = self._run(ops.stop_gradient(net))
        if not training:
            return outputs
        net = net + ops.matmul(_before(outputs), self.recurrent_kernel)
        added, kept = self._let_in(net, _before(states), self.peephole)
        reached = ops.cumsum(added, axis=1) if kept is None else _carried(added, kept, states)
        return self._to_cells(self._gate("output", net, states, self.peephole)) * squash(reached, -1.0, 1.0)

    def watch(self, x: Any) -> tuple[Any, Any, Any]:
        """Cells' outputs [n, T, cells], the last gates of `kinds` [n, T, blocks], states [n, T, cells]."""
        return self._run(self._net(x))

    def _net(self, x: Any) -> Any:
        """What the inputs and biases contribute to all net inputs: [n, T, units]."""
        return ops.matmul(x, self.kernel) + ops.pad(self.bias, [[self.cells, 0]])

    def _gate(self, kind: str, net: Any, seen: Any, peephole: Any) -> Any:
        """The gates of one kind, [..., blocks], that see these states through peepholes, if there are any."""
        number = self.kinds.index(kind)
        first = self.cells + number * self.blocks
        net = net[..., first : first + self.blocks]
        if peephole is not None:
            of_cells = seen * peephole[number]
            shape = (*ops.shape(of_cells)[:-1], self.blocks, self.size)
            net = net + ops.sum(ops.reshape(of_cells, shape), axis=-1)
        return ops.sigmoid(net)

    def _let_in(self, net: Any, before: Any, peephole: Any) -> tuple[Any, Any]:
        """What is added to the states, and the factor that is kept of them (None: all): [..., cells]."""
        let_in = self._to_cells(self._gate("input", net, before, peephole))
        kept = self._to_cells(self._gate("forget", net, before, peephole)) if "forget" in self.kinds else None
        return squash(net[..., : self.cells], -2.0, 2.0) * let_in, kept

    def _to_cells(self, gates: Any) -> Any:
        """Each block's gate, repeated for each of its cells."""
        return ops.repeat(gates, self.size, axis=-1) if self.size > 1 else gates

    def _run(self, net: Any) -> tuple[Any, Any, Any]:
        """What `watch` returns, computed one step after the other, without gradient."""
        recurrent_kernel = ops.stop_gradient(self.recurrent_kernel)
        peephole = None if self.peephole is None else ops.stop_gradient(self.peephole)

        def step(carry: tuple[Any, Any], net: Any) -> tuple[Any, Any]:
            outputs, before = carry
            net = net + ops.matmul(outputs, recurrent_kernel)
            added, kept = self._let_in(net, before, peephole)
            states = (before if kept is None else kept * before) + added
            let_out = self._gate("output", net, states, peephole)
            shown = self._gate(self.kinds[-1], net, before if kept is not None else states, peephole)
            outputs = self._to_cells(let_out) * squash(states, -1.0, 1.0)
            return (outputs, states), (outputs, shown, states)

        zeros = ops.zeros((ops.shape(net)[0], self.cells), net.dtype)
        _, seen = scan(step, (zeros, zeros), net)
        outputs, shown, states = map(ops.stop_gradient, seen)
        return outputs, shown, states
