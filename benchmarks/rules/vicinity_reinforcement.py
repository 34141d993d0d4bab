"""Learning without a teacher: of cells that are near each other only the one that fires most learns.

Fukushima, "Cognitron", Biological Cybernetics 20 (1975), whose abstract has the hypothesis: "The synapse
from neuron x to neuron y is reinforced when x fires provided that no neuron in the vicinity of y is firing
stronger than y". No error is computed and none is propagated.
"""

from typing import Any, Protocol, runtime_checkable

from keras import ops

from benchmarks.rules.protocol import Batch, Context, whole_model

#: An inhibitory cell that is silent, as a divisor: then its excitatory cell is silent, too.
LEAST = 1e-12


@runtime_checkable
class Competes(Protocol):
    """A layer of cells with excitatory synapses `a`, weighted by `c` over the area, and inhibitory `b`."""

    a: Any
    b: Any
    c: Any

    def areas(self, x: Any) -> Any:
        """What each cell sees of x [n,h,w,1]: [n, cells, area²]."""
        ...

    def inhibitory(self, areas: Any) -> Any:
        """The inhibitory cells [n, cells] of these areas."""
        ...

    def neighbours(self, cells: Any) -> Any:
        """The cells in the vicinity of each, itself among them: [n, cells, k]."""
        ...


class Learner:
    """In each layer, for every cell than which no cell in its vicinity fires more.

    If it fires itself, Δa = q1 c u' and Δb = q1 Σ c u'² / 2v, of which the latter is half of what Δa adds to
    the cell's excitation, so that a pattern that was learned excites it twice as much as it inhibits it. If
    it is silent, and so is its whole vicinity, Δa = q0 c u' and Δb = q0 v: it is woken slowly. All layers
    learn from the same presentation, one pattern a step.

    `y` is not used for learning. It names the cells of the last layer: `memory` is how many presentations
    long it is remembered in the company of which class a cell responded.
    """

    def __init__(self, context: Context) -> None:
        options = dict(context.stage.rule_options)
        self.model = whole_model(context)
        self.q0, self.q1, self.memory = options.pop("q0"), options.pop("q1"), options.pop("memory")
        if options:
            raise ValueError(
                f"vicinity_reinforcement has no option {min(options)!r}; its options are q0, q1 and memory"
            )
        if context.stage.batch_size != 1:
            raise ValueError(
                f"vicinity_reinforcement learns from one pattern at a time: batch_size is"
                f" {context.stage.batch_size}; set it to 1"
            )
        if not any(isinstance(layer, Competes) for layer in self.model.layers):
            raise ValueError(
                "vicinity_reinforcement finds no layer whose cells compete: give the model CognitronCells"
            )
        self.variables = list(self.model.variables)

    def step(self, batch: Batch) -> dict[str, Any]:
        """One presentation. Logs how many cells, over all layers, fired and were reinforced for it."""
        x, fired = batch["x"], []
        *hidden, naming = self.model.layers
        for layer in hidden:
            seen, x = x, layer(x)
            if isinstance(layer, Competes):
                fired.append(self.reinforce(layer, seen, x))
        x = ops.cast(x, naming.seen.dtype)
        together = ops.transpose(ops.reshape(x, (1, -1))) * ops.one_hot(
            batch["y"], naming.classes, dtype=x.dtype
        )
        naming.seen.assign(naming.seen + (together - naming.seen) / self.memory)
        return {"reinforced": ops.cast(sum(fired), "float32")}

    def reinforce(self, layer: Competes, x: Any, cells: Any) -> Any:
        """Change the synapses of one layer that answered to `x` [1,h,w,1] with `cells` [1,h,w,1].

        Returns the number of cells that fired and were reinforced.
        """
        areas = layer.areas(x)[0]
        inhibitory = layer.inhibitory(areas)
        strongest = ops.max(layer.neighbours(cells)[0], axis=-1)
        own = ops.reshape(cells, (-1,))
        fires = ops.cast((own > 0) & (own >= strongest), areas.dtype)
        sleeps = ops.cast(strongest <= 0, areas.dtype)
        c = ops.cast(layer.c, areas.dtype)
        grown = self.q1 * fires + self.q0 * sleeps
        squares = ops.sum(c * ops.square(areas), axis=-1)
        shunt = self.q1 * fires * squares / (2 * ops.maximum(inhibitory, LEAST))
        layer.a.assign_add(ops.cast(grown[:, None] * c * areas, layer.a.dtype))
        layer.b.assign_add(ops.cast(shunt + self.q0 * sleeps * inhibitory, layer.b.dtype))
        return ops.sum(fires)
