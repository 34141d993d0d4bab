"""The seeds of a run: everything random in it follows from entry, recipe and seed."""

import hashlib
import random

import numpy as np


def derive(*parts: object) -> int:
    """A 32-bit seed derived from the parts, the same on every machine and in every process."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "little")


def set_global(seed: int) -> None:
    """Seed the generators from which Keras' initialisers, dropout and seed generators draw their own seeds.

    `keras.utils.set_random_seed` does this too, but imports TensorFlow on every backend.
    """
    random.seed(seed)
    np.random.seed(seed)


def of_stage(seed: int, number: int) -> int:
    """The seed of a run's stage, numbered from 0: the run's own in the first one."""
    return derive(seed, number) if number else seed


def order(seed: int, epoch: int, examples: int, batch_size: int) -> np.ndarray:
    """The order in which one epoch of a stage visits the examples: int32 [steps, batch_size].

    `seed` is the stage's, `epoch` counts within the stage.

    A permutation of the examples, cut into batches; an incomplete last batch is left out (other
    examples in each epoch). It is made on the host, so that all backends see the examples in the same order
    and a resumed run needs no saved generator.
    """
    steps = examples // batch_size
    permutation = np.random.default_rng([seed, epoch]).permutation(examples)
    return permutation[: steps * batch_size].reshape(steps, batch_size).astype("int32")
