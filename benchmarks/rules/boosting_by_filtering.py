"""Boosting by filtering: three nets, of which the later ones learn what the earlier ones find hard.

Drucker, Schapire, Simard, "Improving performance in neural networks using a boosting algorithm" (1993), as
LeCun, Bottou, Bengio, Haffner (1998), section III.C.9, tell it.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks.layers.models.boosted import Boosted
from benchmarks.rules import diagonal_levenberg_marquardt
from benchmarks.rules.protocol import Batch, Context

#: Images that are filtered together.
CHUNK = 500


class Learner:
    """Trains that net of a `Boosted` model which the stage names, by `diagonal_levenberg_marquardt`.

    The first net learns from every batch, distorted. For each later one, distorted training images go through
    the nets before it when its stage begins. Those for the second are picked so that the first errs on one
    half of them and is right on the other; those for the third so that the first two disagree. Its steps
    then draw as many of them at random, with replacement, as a batch has examples.

    `rule_options` are those of `diagonal_levenberg_marquardt`; `patterns`, how many are picked; and `looks`:
    if there are fewer in so many passes over the training images, those that there are have to do.
    """

    def __init__(self, context: Context) -> None:
        if not isinstance(context.model, Boosted) or context.part not in context.model.columns:
            raise ValueError(
                f"boosting_by_filtering trains one net of a Boosted model: stage {context.stage.name!r} must"
                " name one of its columns in `trains`"
            )
        options, train = context.stage.rule_options, context.data.train
        self.distortion, self.train, self.seed = context.model.distortion, train, context.seed
        self.earlier = context.model.columns[: context.model.columns.index(context.part)]
        self.most, self.looks = options["patterns"], options["looks"]
        self.net = diagonal_levenberg_marquardt.Learner(
            dataclasses.replace(context, model=context.part, part=context.part)
        )
        self.variables = list(
            {id(variable): variable for variable in (*context.model.variables, *self.net.variables)}.values()
        )
        if self.earlier:
            self.images = keras.Variable(
                np.zeros((self.most, *train["x"].shape[1:]), "uint8"), trainable=False, dtype="uint8"
            )
            self.labels = keras.Variable(np.zeros(self.most, "uint8"), trainable=False, dtype="uint8")
            self.picked = keras.Variable(0.0, trainable=False, dtype="float32")
            self.random = keras.random.SeedGenerator(context.seed)
            self.variables += [self.images, self.labels, self.picked, self.random.state]

    def start(self) -> None:
        """Pick the patterns, by the nets before this one as they are now.

        Raises ValueError if there are none: if the first net never errs, or the first two always agree.
        """
        if not self.earlier:
            return
        images, labels = self.filtered()
        if not len(labels):
            raise ValueError("the nets before this one find nothing hard: there is nothing to learn from")
        missing = self.most - len(labels)
        self.images.assign(np.pad(images, ((0, missing), (0, 0), (0, 0), (0, 0))))
        self.labels.assign(np.pad(labels, (0, missing)))
        self.picked.assign(float(len(labels)))

    def filtered(self) -> tuple[np.ndarray, np.ndarray]:
        """Distorted images, uint8 [at most `patterns`,h,w,c], and their labels, uint8."""
        images: list[np.ndarray] = [np.zeros((0, *self.train["x"].shape[1:]), "uint8")]
        labels: list[np.ndarray] = [np.zeros(0, "uint8")]
        rng = np.random.default_rng(self.seed)
        for _ in range(self.looks):
            order = rng.permutation(len(self.train["y"]))
            for start in range(0, len(order), CHUNK):
                some = order[start : start + CHUNK]
                x, y = self.distortion(self.train["x"][some], training=True), self.train["y"][some]
                places = hard([np.argmax(ops.convert_to_numpy(net(x)), axis=1) for net in self.earlier], y)
                images.append(np.rint(ops.convert_to_numpy(x)[places]).astype("uint8"))
                labels.append(y[places].astype("uint8"))
                if sum(map(len, labels)) >= self.most:
                    return np.concatenate(images)[: self.most], np.concatenate(labels)[: self.most]
        return np.concatenate(images), np.concatenate(labels)

    def step(self, batch: Batch) -> dict[str, Any]:
        """One step of the net. Logs the mean loss of what it learned from."""
        if not self.earlier:
            return self.net.step({"x": self.distortion(batch["x"], training=True), "y": batch["y"]})
        drawn = keras.random.uniform((batch["y"].shape[0],), dtype="float32", seed=self.random)
        places = ops.minimum(ops.floor(drawn * self.picked), ops.maximum(self.picked - 1.0, 0.0))
        places = ops.cast(places, "int32")
        x, y = (ops.take(ops.convert_to_tensor(part), places, axis=0) for part in (self.images, self.labels))
        return self.net.step({"x": x, "y": ops.cast(y, "int32")})


def hard(decisions: Sequence[np.ndarray], labels: np.ndarray) -> np.ndarray:
    """The places to learn from, given the decisions of one net or of two on images with these labels.

    Of one net: where it errs and, in turn, as many where it is right, the first of each. Of two: where they
    disagree.
    """
    if len(decisions) > 1:
        return np.flatnonzero(decisions[0] != decisions[1])
    wrong, right = (np.flatnonzero(found) for found in (decisions[0] != labels, decisions[0] == labels))
    each = min(len(wrong), len(right))
    return np.stack([wrong[:each], right[:each]], axis=1).ravel()
