"""Learning without a teacher: the cell that responds most learns the pattern, and its plane with it.

Fukushima, "Neocognitron", Biological Cybernetics 36 (1980), chapter 3. No error is computed and none is
propagated.
"""

from typing import Any

from keras import ops

from benchmarks.rules.protocol import Batch, Context, SelfOrganizing, whole_model

#: Larger than any response.
HIGH = 1e9


class Learner:
    """In each layer of S-cells: Δa = q c u' and Δb = q v / 2 for the planes that send a representative
    (equations 7 and 8).

    In every S-column, a window over all planes, the cell that responds most is a candidate; of several
    candidates in one plane the strongest is its representative; a plane without candidates does not learn.
    Columns overlap: there is one at each place at which it lies wholly inside the layer. `q`: the rate of
    each layer, from the input on. All layers learn from the same presentation, one pattern a step.

    `y` is not used for learning. It names the cells of the last layer: `memory` is how many presentations
    long it is remembered in the company of which class a cell responded.
    """

    def __init__(self, context: Context) -> None:
        options = dict(context.stage.rule_options)
        self.model, self.q, self.memory = whole_model(context), options.pop("q"), options.pop("memory")
        if options:
            raise ValueError(
                f"representative_reinforcement has no option {min(options)!r}; its options are q and memory"
            )
        if context.stage.batch_size != 1:
            raise ValueError(
                f"representative_reinforcement learns from one pattern at a time: batch_size is"
                f" {context.stage.batch_size}; set it to 1"
            )
        layers = sum(isinstance(layer, SelfOrganizing) for layer in self.model.layers)
        if layers != len(self.q):
            raise ValueError(
                f"representative_reinforcement: {len(self.q)} rates q for {layers} layers of S-cells"
            )
        self.variables = list(self.model.variables)

    def step(self, batch: Batch) -> dict[str, Any]:
        """One presentation. Logs in how many planes, over all layers, synapses were reinforced."""
        x, rates, sent = batch["x"], iter(self.q), []
        *hidden, naming = self.model.layers
        for layer in hidden:
            seen, x = x, layer(x)
            if isinstance(layer, SelfOrganizing):
                sent.append(reinforce(layer, seen, x, next(rates)))
        x = ops.cast(x, naming.seen.dtype)
        together = ops.transpose(ops.reshape(x, (1, -1))) * ops.one_hot(
            batch["y"], naming.classes, dtype=x.dtype
        )
        naming.seen.assign(naming.seen + (together - naming.seen) / self.memory)
        return {"representatives": ops.cast(sum(sent), "float32")}


def reinforce(layer: SelfOrganizing, x: Any, cells: Any, q: float) -> Any:
    """Strengthen the synapses of one layer that answered to `x` [1,h,w,inputs] with `cells` [1,h',w',planes].

    Returns the number of planes that had a representative.
    """
    planes = cells.shape[-1]
    responses = ops.reshape(ops.where(candidates(cells, layer.column), cells, 0.0), (-1, planes))
    chosen = ops.argmax(responses, axis=0)
    learns = ops.cast(ops.max(responses, axis=0) > 0, x.dtype)
    areas = layer.areas(x)
    pattern = ops.take(areas[0], chosen, axis=0) * learns[:, None]
    inhibition = ops.take(layer.inhibition(areas)[0], chosen) * learns
    layer.a.assign_add(
        q
        * ops.convert_to_tensor(layer.c, layer.a.dtype)[:, None]
        * ops.cast(ops.transpose(pattern), layer.a.dtype)
    )
    layer.b.assign_add(0.5 * q * ops.cast(inhibition, layer.b.dtype))
    return ops.sum(learns)


def candidates(cells: Any, column: int) -> Any:
    """Which cells [1,h,w,planes] respond most in some S-column of column x column places and all planes:
    bool, of the same shape.
    """
    strongest = ops.max(cells, axis=-1, keepdims=True)
    winners = ops.max_pool(strongest, (column, column), strides=1, padding="valid")
    # A cell wins somewhere if it is as strong as the weakest winner of the columns that it belongs to.
    around = ((0, 0), (column - 1, column - 1), (column - 1, column - 1), (0, 0))
    to_beat = -ops.max_pool(
        -ops.pad(winners, around, constant_values=HIGH), (column, column), strides=1, padding="valid"
    )
    first = (
        ops.one_hot(ops.argmax(cells, axis=-1), cells.shape[-1]) > 0
    )  # of equals, the plane with the lower number
    return first & (strongest >= to_beat) & (strongest > 0)
