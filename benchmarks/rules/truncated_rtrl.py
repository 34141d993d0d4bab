"""Truncated real-time recurrent learning: the weights of an LSTM change after every time step.

Hochreiter and Schmidhuber, "Long short-term memory", Neural Computation 9(8), 1997, appendix A.1. The
derivatives of the cells' states by the weights are carried along with the states, so that the gradient of
a step's error is known at that step. The paper calls its learning on-line (section 5), and ends the appendix
with "Each weight's total update is the sum of the contributions of all time steps". Here each contribution
is made at its own time step; back-propagation through `MemoryBlocks` makes their sum after the string.

The forget gates are those of Gers, Schmidhuber and Cummins, "Learning to forget", Neural Computation 12(10),
2000, whose derivatives are carried in the same way.
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops, tree

from benchmarks.layers.recurrent.memory_blocks import MemoryBlocks
from benchmarks.layers.recurrent.scan import scan
from benchmarks.rules.protocol import Batch, Context, whole_model


class Learner:
    """At each step, Δw = rate * e_s(t) * ds(t)/dw for weights to cells, input gates and forget gates, summed
    over the cells with state s of a gate's block; Δw = rate * e(t) * (what the unit sees) for weights to
    output gates and outputs (equations 19 to 28). All weights change at once, and the next step is computed
    with the new ones.

    The error of a step is half the squared error of all outputs times the step's weight. Activations,
    states and their derivatives begin at zero with each string. They are not computed again when a weight
    changes, so a derivative is a sum of terms that were taken at different weights, as in all real-time
    recurrent learning. The rule option `learning_rate` is the rate; there is no optimiser.

    Trains a chain of an input encoding without weights, `MemoryBlocks`, and a logistic dense layer that
    sees the cells at every step. Raises ValueError for another model, other options, a batch of more than
    one string, or a stage whose loss is not the error above.
    """

    def __init__(self, context: Context) -> None:
        options = dict(context.stage.rule_options)
        self.model, self.rate = whole_model(context), options.pop("learning_rate")
        if options:
            raise ValueError(f"truncated_rtrl has no option {min(options)!r}; its option is learning_rate")
        if context.stage.batch_size != 1:
            raise ValueError(
                "truncated_rtrl changes the weights within a string: batch_size is"
                f" {context.stage.batch_size}; set it to 1"
            )
        self.encoding, self.memory, self.output = chain(self.model)
        memory, output = self.memory, self.output
        self.hidden_weights = Stacked(
            [memory.kernel, *([memory.recurrent_kernel] if memory.feedback else [])], memory.bias
        )
        self.output_weights = Stacked([output.kernel], output.bias)
        self.variables = list(self.model.variables)
        self._check_loss(context)

    def _check_loss(self, context: Context) -> None:
        """Compare the stage's loss with the error that the rule descends, for outputs drawn at random."""
        example = {key: ops.convert_to_tensor(value[:1]) for key, value in context.data.train.items()}
        targets, weight = self._wanted(example)
        outputs = ops.convert_to_tensor(np.random.default_rng(0).random(targets.shape), targets.dtype)
        loss = float(context.loss(lambda x, training: outputs, example, True))
        error = float(ops.sum(squared_error(targets - outputs, weight)))
        if not np.isclose(loss, error, rtol=1e-3):
            raise ValueError(
                "truncated_rtrl descends half the squared error, summed over outputs and weighted steps;"
                f" the stage's loss is another: {loss:.4g} where that error is {error:.4g}"
            )

    def _wanted(self, batch: Batch) -> tuple[Any, Any]:
        """The targets [1, T, outputs] and the weights [1, T] of all steps."""
        y, dtype = batch["y"], self.memory.variable_dtype
        if y.shape[1:2] != batch["x"].shape[1:2]:
            raise ValueError(
                "truncated_rtrl needs a target at every step:"
                f" x is {tuple(batch['x'].shape)}, y is {tuple(y.shape)}"
            )
        targets = ops.cast(y, dtype) if len(y.shape) == 3 else ops.one_hot(y, self.output.units, dtype=dtype)
        weight = batch["weight"] if "weight" in batch else ops.ones_like(targets[..., 0])
        return targets, ops.cast(weight, dtype)

    def step(self, batch: Batch) -> dict[str, Any]:
        """One string: `y` int [1, T] the symbol, or float [1, T, outputs] the outputs, wanted at each step;
        `weight` float [1, T] of the steps, 1 if absent. Logs the sum of the errors of all steps.

        Steps that the encoding masks are left out. A step of weight 0 changes the state, but no weight.
        """
        memory, dtype = self.memory, self.memory.variable_dtype
        x, mask = batch["x"], None
        for layer in self.encoding:
            x, mask = layer(x), layer.compute_mask(x, mask)
        x = ops.cast(x, dtype)
        targets, weight = self._wanted(batch)
        hidden, output = self.hidden_weights.read(), self.output_weights.read()
        start = (
            hidden,
            output,
            ops.zeros((memory.units,), dtype),
            ops.zeros((memory.cells,), dtype),
            {
                kind: ops.zeros((hidden.shape[0], memory.cells), dtype)
                for kind in ("cell", *memory.kinds)
                if kind != "output"
            },
        )
        (hidden, output, *_), errors = scan(self._scanned, _with_axis(start), (x, targets, weight), mask=mask)
        self.hidden_weights.write(hidden[0])
        self.output_weights.write(output[0])
        return {"loss": ops.sum(errors)}

    def _scanned(self, carry: Any, now: Any) -> tuple[Any, Any]:
        return _with_axis(self.advance(*tree.map_structure(lambda value: value[0], (carry, now))))

    def advance(self, carry: Any, now: Any) -> tuple[Any, Any]:
        """One time step: `(carry, (x [d], targets [outputs], weight [])) -> (carry, error [])`.

        What is carried: the weights [seen, units] of the memory blocks and [cells + 1, outputs] of the
        outputs, as `Stacked.read` has them; activations [units]; states [cells]; and by kind of unit
        ("cell", "input", "forget") the derivatives [seen, cells] of each cell's state by the weights of
        the unit of this kind that belongs to it.
        """
        memory = self.memory
        hidden, output, activations, states, derivatives = carry
        x, targets, weight = now

        seen = ops.concatenate([x, *([activations] if memory.feedback else []), ops.ones_like(x[:1])])
        net = self._product(seen, hidden)
        added, added_slope = squashed(net[: memory.cells], *memory.g)
        gates = {
            kind: ops.sigmoid(part)
            for kind, part in zip(
                memory.kinds, ops.split(net[memory.cells :], len(memory.kinds)), strict=True
            )
        }
        of_cells = {kind: ops.repeat(gate, memory.size) for kind, gate in gates.items()}
        let_in = of_cells["input"]
        let_out = of_cells.get("output", ops.ones_like(let_in))
        kept = of_cells.get("forget", ops.ones_like(let_in))
        # Of each cell's new state, by the net inputs of the cell and of its gates.
        slopes = {
            "cell": added_slope * let_in,
            "input": added * let_in * (1.0 - let_in),
            "forget": states * kept * (1.0 - kept),
        }
        derivatives = {
            kind: kept * before + ops.outer(seen, slopes[kind]) for kind, before in derivatives.items()
        }
        states = kept * states + let_in * added
        shown, shown_slope = (
            (states, ops.ones_like(states)) if memory.h is None else squashed(states, *memory.h)
        )
        cells = let_out * shown

        seen_by_outputs = ops.concatenate([cells, ops.ones_like(x[:1])])
        outputs = ops.sigmoid(self._product(seen_by_outputs, output))
        missing = targets - outputs
        of_outputs = weight * missing * outputs * (1.0 - outputs)
        of_cell_outputs = self._product(output[:-1], of_outputs)
        of_states = of_cell_outputs * let_out * shown_slope

        changes = {kind: derivative * of_states for kind, derivative in derivatives.items()}
        changes["output"] = ops.outer(seen, of_cell_outputs * shown * let_out * (1.0 - let_out))
        change = ops.concatenate(
            [changes["cell"], *(self._of_blocks(changes[kind]) for kind in memory.kinds)], axis=-1
        )
        hidden = hidden + self.rate * self.hidden_weights.learns * change
        output = output + self.rate * self.output_weights.learns * ops.outer(seen_by_outputs, of_outputs)
        activations = ops.concatenate([cells, *gates.values()])
        return (hidden, output, activations, states, derivatives), squared_error(missing, weight)

    def _of_blocks(self, of_cells: Any) -> Any:
        """The sums [seen, blocks] over the cells of each block of values [seen, cells]."""
        return ops.sum(ops.reshape(of_cells, (-1, self.memory.blocks, self.memory.size)), axis=-1)

    def _product(self, a: Any, b: Any) -> Any:
        """The matrix product in the precision of the layers, in the dtype of the weights."""
        compute = self.memory.compute_dtype
        return ops.cast(ops.matmul(ops.cast(a, compute), ops.cast(b, compute)), a.dtype)


class Stacked:
    """All weights of a layer as one matrix [seen + 1, units]: its kernels, and below them a row of biases.

    `bias` is None, or has the biases of the last units; the others have a bias of zero that does not learn.
    `learns`, of the matrix' shape, is 0 there and else 1.
    """

    def __init__(self, kernels: Sequence[Any], bias: Any) -> None:
        self.kernels, self.bias = list(kernels), bias
        self.units = self.kernels[0].shape[-1]
        self.unbiased = self.units - (0 if bias is None else bias.shape[0])
        rows = sum(kernel.shape[0] for kernel in self.kernels)
        self.learns = np.ones((rows + 1, self.units), self.kernels[0].dtype)
        self.learns[-1, : self.unbiased] = 0.0

    def read(self) -> Any:
        """The matrix."""
        kernels = [ops.convert_to_tensor(kernel) for kernel in self.kernels]
        biases = (
            ops.zeros((self.units,), kernels[0].dtype)
            if self.bias is None
            else ops.pad(ops.convert_to_tensor(self.bias), [[self.unbiased, 0]])
        )
        return ops.concatenate([*kernels, biases[None]])

    def write(self, matrix: Any) -> None:
        """Assign the matrix to the layer's weights."""
        first = 0
        for kernel in self.kernels:
            kernel.assign(matrix[first : first + kernel.shape[0]])
            first += kernel.shape[0]
        if self.bias is not None:
            self.bias.assign(matrix[-1, self.unbiased :])


def chain(model: Any) -> tuple[list[Any], MemoryBlocks, keras.layers.Dense]:
    """The layers of the encoding, the memory blocks and the outputs. Raises ValueError for other models."""
    layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    match layers:
        case [*encoding, MemoryBlocks() as memory, keras.layers.Dense() as output] if (
            output.activation is keras.activations.sigmoid
            and len(output.input.shape) == 3
            and not any(layer.weights for layer in encoding)
        ):
            return encoding, memory, output
    raise ValueError(
        "truncated_rtrl trains an encoding without weights, memory blocks and a logistic dense layer that"
        f" sees the cells at every step; the model has {', '.join(type(layer).__name__ for layer in layers)}"
    )


def squared_error(missing: Any, weight: Any) -> Any:
    """Half the weighted squared error [...] of a step that misses its targets by `missing` [..., outputs]."""
    return 0.5 * weight * ops.sum(ops.square(missing), axis=-1)


def squashed(x: Any, low: float, high: float) -> tuple[Any, Any]:
    """A logistic function with output range [low, high], and its slope, of each number of `x`."""
    y = ops.sigmoid(x)
    return low + (high - low) * y, (high - low) * y * (1.0 - y)


def _with_axis(tensors: Any) -> Any:
    """With a leading axis of one: the batch that `scan` asks for."""
    return tree.map_structure(lambda value: value[None], tensors)
