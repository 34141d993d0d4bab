"""The memory cell blocks of the first LSTM, without forget gate (1997) or with it (2000)."""

import keras
from keras import ops

from benchmarks.layers.recurrent.scan import scan


def squash(x, low, high):
    """Logistic sigmoid with output range [low, high] (Hochreiter and Schmidhuber 1997, equations 3 to 5)."""
    return low + (high - low) * ops.sigmoid(x)


class MemoryBlocks(keras.layers.Layer):
    """A hidden layer of memory cell blocks: float [n, T, d] to the cells' outputs, float [n, T, blocks * size].

    The `size` cells of a block share an input gate and an output gate. Cells and gates see the inputs
    of this step and, if `feedback`, the outputs of all cells and of all gates one step before. The
    state of a cell changes by what its input gate lets in, and by nothing else: s(t) = s(t-1) +
    in(t) * g(net(t)), its output is out(t) * h(s(t)). With `forget_gates`, s(t-1) is multiplied by a
    forget gate (Gers, Schmidhuber, Cummins 2000). `output_gates=False` leaves the output gates away.

    `biased` says which units have a bias weight: "none", "gates" or "all". Weights start uniform on
    [-initial, initial]; the biases of the gates of block j start at `input_gate_bias[j]` and
    `output_gate_bias[j]` where these are given, and those of the forget gates at `forget_gate_bias`.

    The gradient is the paper's truncated one: an error that leaves a cell through the net input of the
    cell or of a gate changes the weights there, but flows no further back; only the states carry it
    through time. What is differentiated is then no recurrence but a sum over steps: a first pass, one
    step after the other, finds the activations, and all steps are differentiated at once with what
    comes from the step before held constant.

    Steps that a `mask` hides, which must lie in front of all others, leave states and activations at
    zero: the sequence begins behind them.

    Source: S. Hochreiter, J. Schmidhuber, Long short-term memory, Neural Computation 9(8), 1997,
    section 4 and appendix A.1.
    """

    def __init__(
        self,
        blocks,
        size=1,
        biased="all",
        initial=0.1,
        input_gate_bias=None,
        output_gate_bias=None,
        forget_gate_bias=None,
        output_gates=True,
        forget_gates=False,
        feedback=True,
        g=(-2.0, 2.0),
        h=(-1.0, 1.0),
        **options,
    ):
        super().__init__(**options)
        if biased not in ("none", "gates", "all"):
            raise ValueError(f"biased is {biased!r}; it is one of 'none', 'gates', 'all'")
        self.blocks, self.size, self.cells = blocks, size, blocks * size
        self.biased, self.initial = biased, initial
        self.kinds = (
            {"input": input_gate_bias}
            | ({"output": output_gate_bias} if output_gates else {})
            | ({"forget": forget_gate_bias} if forget_gates else {})
        )
        self.feedback = feedback
        self.g, self.h = g, h
        self.units = self.cells + blocks * len(self.kinds)
        self.supports_masking = True

    def build(self, input_shape):
        uniform = keras.initializers.RandomUniform(-self.initial, self.initial)
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), initializer=uniform, name="kernel")
        self.recurrent_kernel = (
            self.add_weight(shape=(self.units, self.units), initializer=uniform, name="recurrent_kernel")
            if self.feedback
            else None
        )
        biases = {"none": 0, "gates": self.units - self.cells, "all": self.units}[self.biased]
        self.bias = (
            self.add_weight(shape=(biases,), initializer=self._biases, name="bias") if biases else None
        )

    def _biases(self, shape, dtype=None):
        parts = (
            [keras.initializers.RandomUniform(-self.initial, self.initial)((self.cells,), dtype)]
            if self.biased == "all"
            else []
        )
        for start in self.kinds.values():
            if start is None:
                parts.append(
                    keras.initializers.RandomUniform(-self.initial, self.initial)((self.blocks,), dtype)
                )
            else:
                parts.append(
                    ops.cast(ops.broadcast_to(ops.convert_to_tensor(start, dtype), (self.blocks,)), dtype)
                )
        return ops.concatenate(parts)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.cells)

    def call(self, x, training=False, mask=None):
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

    def watch(self, x, mask=None):
        """The activations [n, T, units] of the cells, the input gates, the output gates and the forget gates, and the cells' states [n, T, cells]."""
        net = self._net(x)
        return self._run(net, ops.cast(self._there(x, mask), net.dtype))

    def _net(self, x):
        """What the inputs and biases contribute to all net inputs: [n, T, units]."""
        net = ops.matmul(x, self.kernel)
        if self.bias is None:
            return net
        return net + (self.bias if self.biased == "all" else ops.pad(self.bias, [[self.cells, 0]]))

    @staticmethod
    def _there(x, mask):
        """1 where there is a step, 0 where the mask hides it: [n, T, 1]."""
        return ops.ones_like(x[..., :1]) if mask is None else ops.cast(mask, x.dtype)[..., None]

    def _gates(self, net):
        """What is added to the states, what factor of them is kept (None: all), and the gates' activations by kind."""
        kinds = dict(
            zip(
                self.kinds,
                ops.split(ops.sigmoid(net[..., self.cells :]), len(self.kinds), axis=-1),
                strict=True,
            )
        )
        added = squash(net[..., : self.cells], *self.g) * self._to_cells(kinds["input"])
        return added, self._to_cells(kinds["forget"]) if "forget" in kinds else None, kinds

    def _to_cells(self, gates):
        """Each block's gate for each of its cells."""
        return ops.repeat(gates, self.size, axis=-1) if self.size > 1 else gates

    def _output(self, states, gates):
        squashed = states if self.h is None else squash(states, *self.h)
        return squashed * self._to_cells(gates["output"]) if "output" in gates else squashed

    def _run(self, net, there):
        """One step after the other: the activations of cells and gates [n, T, units] and the states [n, T, cells]."""
        recurrent_kernel = ops.stop_gradient(self.recurrent_kernel) if self.feedback else None

        def step(carry, now):
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


def _before(values):
    """The values [n, T, d] one step before, zeros before the first."""
    return ops.pad(values[:, :-1], [[0, 0], [1, 0], [0, 0]])


@ops.custom_gradient
def _carried(added, kept, states):
    """`states` [n, T, cells], which obey s(t) = kept(t) * s(t-1) + added(t): an error at a state flows back through the states before."""

    def gradient(*arguments, upstream=None):
        error = upstream if upstream is not None else arguments[0]

        def step(later, now):
            error, kept = now
            total = error + later
            return kept * total, total

        _, total = scan(step, ops.zeros_like(error[:, 0]), (error, kept), reverse=True)
        return total, total * _before(states), ops.zeros_like(states)

    return states, gradient


def watch(model, batch):
    """Inside the blocks of a model whose layers before them are a chain: `activations` [n, T, units] and h(states), in `states` [n, T, cells]."""
    x, mask = batch["x"], None
    for layer in model.layers[1:]:
        if isinstance(layer, MemoryBlocks):
            activations, states = layer.watch(x, mask)
            return {"activations": activations, "states": squash(states, -1.0, 1.0)}
        x, mask = layer(x), layer.compute_mask(x, None)
    raise ValueError("the model has no memory blocks")
