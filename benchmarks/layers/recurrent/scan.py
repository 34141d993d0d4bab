"""The loop of recurrent layers, step by step, with gradients, on every backend.

`keras.ops.scan` does not suffice on TensorFlow: XLA does not compile its gradient (the loop declares no
largest number of iterations), the outputs of a step must have the shapes of its carry, and the batch size
must be known. The loop of Keras' own recurrent layers has none of these limits, but on each backend it has
another if steps are reversed or masked and return several tensors. It is used here for plain steps only.
"""

from collections.abc import Callable
from typing import Any

from keras import ops, tree
from keras.src.backend import rnn

#: A tensor, or a list, tuple or dict of tensors, nested at will.
Tensors = Any


def scan(
    step: Callable[[Tensors, Tensors], tuple[Tensors, Tensors]],
    initial: Tensors,
    sequences: Tensors,
    reverse: bool = False,
    mask: Any = None,
) -> tuple[Tensors, Tensors]:
    """Call `step(carry, x) -> (carry, y)` at each step in turn; returns the last carry and all y.

    `initial`, the first carry, holds tensors [n, ...]; `sequences` tensors [n, T, ...], of which a
    step sees [n, ...]; each y, of any shape and dtype with n first, comes back as [n, T, ...]. A step
    must return a carry of the structure, shapes and dtypes of `initial`. T is at least 1; n may be
    unknown until the program runs. All of it can be differentiated, with XLA and without.

    `reverse` goes from the last step to the first; y stays in the order of `sequences`. Where `mask`,
    bool [n, T], is False, the example's carry stays as it is and its y is zero.

    A layer calls it in `call`, where variables may be read, but not assigned. Raises ValueError for
    an initial carry without a tensor, or sequences without one.
    """
    if not tree.flatten(initial) or not tree.flatten(sequences):
        raise ValueError("scan needs at least one tensor to carry and one sequence to go through")
    xs = [ops.convert_to_tensor(x) for x in tree.flatten(sequences)]
    if mask is not None:
        xs.append(ops.cast(mask, "bool"))
    flat = [len(x.shape) == 2 for x in xs]  # Keras' loop takes no sequence of plain numbers
    xs = [ops.expand_dims(x, -1) if plain else x for x, plain in zip(xs, flat, strict=True)]
    if reverse:
        xs = [ops.flip(x, axis=1) for x in xs]
    structure: list[Tensors] = []  # of y, known once a step has been traced

    def flat_step(now: list[Any], before: list[Any]) -> tuple[tuple[Any, ...], list[Any]]:
        now = [ops.squeeze(x, -1) if plain else x for x, plain in zip(now, flat, strict=True)]
        shown = now.pop() if mask is not None else None
        carry, y = step(tree.pack_sequence_as(initial, list(before)), tree.pack_sequence_as(sequences, now))
        tree.assert_same_structure(initial, carry)
        structure[:] = [y]
        after, ys = tree.flatten(carry), tree.flatten(y)
        if shown is not None:
            after = [_where(shown, new, old) for new, old in zip(after, before, strict=True)]
            ys = [_where(shown, value, ops.zeros_like(value)) for value in ys]
        return tuple(ys), after

    carry = [ops.convert_to_tensor(value) for value in tree.flatten(initial)]
    _, ys, carry = rnn(flat_step, xs, carry, input_length=xs[0].shape[1])
    if reverse:
        ys = [ops.flip(y, axis=1) for y in ys]
    return (
        tree.pack_sequence_as(initial, list(carry)),
        tree.pack_sequence_as(structure[0], list(ys)),
    )


def _where(shown: Any, value: Any, otherwise: Any) -> Any:
    """`value` [n, ...] for the examples that are `shown`, bool [n], and `otherwise` for the others."""
    for _ in range(len(value.shape) - 1):
        shown = ops.expand_dims(shown, -1)
    return ops.where(shown, value, otherwise)
