"""Images and sentences in one space: Radford et al., "Learning transferable visual models from natural
language supervision" (2021), sections 2.3 and 2.4."""

import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from benchmarks.layers.look_up import Embedding

#: The numbers of nothing, and of the end of a sentence; words follow.
PADDING, END = 0, 1
#: Logits grow by no more than this factor (section 2.5).
LARGEST_SCALE = 100.0


def contrastive(images: Any, texts: Any, scale: Any) -> Any:
    """The mean of two cross-entropies in nats (figure 3), of vectors [n, d] of length 1: which of n texts
    goes with an image, and which of n images with a text."""
    logits = ops.cast(scale, "float32") * ops.matmul(
        ops.cast(images, "float32"), ops.transpose(ops.cast(texts, "float32"))
    )
    own = ops.eye(logits.shape[0] or ops.shape(logits)[0], dtype="float32")
    nats = [-ops.sum(own * ops.log_softmax(logits, axis=axis)) for axis in (0, 1)]
    return 0.5 * (nats[0] + nats[1]) / ops.cast(ops.shape(logits)[0], "float32")


class Positions(layers.Layer):
    """Adds a learned vector for each place, [n, t, d]; with `first`, a learned vector is put in front
    before."""

    def __init__(self, first: bool, **options: Any) -> None:
        super().__init__(**options)
        self.first = first

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        _, steps, width = input_shape
        start = keras.initializers.RandomNormal
        self.places = self.add_weight(
            shape=(steps + self.first, width), initializer=start(stddev=0.02), name="places"
        )
        self.token = (
            self.add_weight(shape=(1, width), initializer=start(stddev=0.02), name="first")
            if self.first
            else None
        )

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """One step more with `first`."""
        return (input_shape[0], input_shape[1] + self.first, input_shape[2])

    def call(self, x: Any) -> Any:
        """The sums."""
        if self.token is not None:
            token = ops.broadcast_to(ops.convert_to_tensor(self.token), (ops.shape(x)[0], 1, x.shape[-1]))
            x = ops.concatenate([token, x], axis=1)
        return x + ops.convert_to_tensor(self.places)


class AtEnd(layers.Layer):
    """Of vectors [n, t, d] that at the end symbol of the words int32 [n, t]: [n, d]."""

    def call(self, x: Any, words: Any) -> Any:
        """The vectors."""
        end = ops.cast(ops.equal(words, END), x.dtype)
        return ops.matmul(end[:, None], x)[:, 0]

    def compute_output_shape(self, x_shape: tuple[Any, ...], words_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """[n, d]."""
        return (x_shape[0], x_shape[2])


def norm(name: str) -> Any:
    """The normalisation of both towers."""
    return layers.LayerNormalization(epsilon=1e-5, name=name)


def quick_gelu(x: Any) -> Any:
    """x sigmoid(1.702 x), the authors' form of the Gaussian error linear unit."""
    return x * ops.sigmoid(1.702 * x)


def block(x: Any, heads: int, causal: bool, name: str) -> Any:
    """Attention, then two dense layers, each normalised before and with a path around it, of [n, t, d]."""
    width = x.shape[-1]
    attend = layers.MultiHeadAttention(heads, width // heads, name=f"{name}_attention")
    y = norm(f"{name}_norm_1")(x)
    x = x + attend(y, y, use_causal_mask=causal)
    y = layers.Dense(4 * width, activation=quick_gelu, name=f"{name}_inner")(norm(f"{name}_norm_2")(x))
    return x + layers.Dense(width, name=f"{name}_outer")(y)


def image_tower(
    shape: tuple[int, int, int], scale: float, patch: int, width: int, depth: int, heads: int, embedding: int
) -> Any:
    """Images to vectors [n, embedding]: a vision Transformer, read at the token that is put before the
    patches."""
    image = keras.Input(shape)
    x = layers.Rescaling(2.0 / scale, offset=-1.0)(image)
    x = layers.Conv2D(width, patch, patch, use_bias=False, name="patches")(x)
    x = layers.Reshape((-1, width))(x)
    x = norm("norm_before")(Positions(first=True, name="image_positions")(x))
    for i in range(depth):
        x = block(x, heads, False, f"image_{i + 1}")
    x = norm("norm_after")(x[:, 0])
    return keras.Model(
        image, layers.Dense(embedding, use_bias=False, name="image_projection")(x), name="image_tower"
    )


def text_tower(context: int, vocabulary: int, width: int, depth: int, heads: int, embedding: int) -> Any:
    """Word numbers int32 [n, context] to vectors [n, embedding]: a causal Transformer, read at the end
    symbol."""
    words = keras.Input((context,), dtype="int32")
    x = Positions(first=False, name="text_positions")(Embedding(vocabulary, width, name="words")(words))
    for i in range(depth):
        x = block(x, heads, True, f"text_{i + 1}")
    x = AtEnd(name="at_end")(norm("text_norm")(x), words)
    return keras.Model(
        words, layers.Dense(embedding, use_bias=False, name="text_projection")(x), name="text_tower"
    )


class ImagesAndTexts(keras.Model):
    """Two towers, and a learned factor, kept as its logarithm.

    A caption of class k is one of `templates` with the k-th of `names` in place of {}; the last template is
    held out. As a classifier, [n, ...] to logits [n, classes], the model compares an image with the classes
    in that template.
    """

    def __init__(
        self, images: Any, texts: Any, context: int, templates: Sequence[str], names: Sequence[str]
    ) -> None:
        super().__init__()
        self.images, self.texts = images, texts
        sentences = [[template.format(name).split() for name in names] for template in templates]
        self.words = ["", "", *sorted({word for of in sentences for sentence in of for word in sentence})]
        self.captions = np.zeros((len(templates), len(names), context), "int32")
        for of, rows in zip(sentences, self.captions, strict=True):
            for sentence, row in zip(of, rows, strict=True):
                row[: len(sentence) + 1] = [*map(self.words.index, sentence), END]
        self.log_scale = self.add_weight(
            shape=(), initializer=keras.initializers.Constant(math.log(1.0 / 0.07)), name="log_scale"
        )
        self.seed = keras.random.SeedGenerator()
        self.built = True

    @property
    def scale(self) -> Any:
        """What similarities are multiplied by."""
        return ops.minimum(ops.exp(ops.convert_to_tensor(self.log_scale)), LARGEST_SCALE)

    def drawn_captions(self, y: Any) -> Any:
        """A caption of each class number [n], its template drawn from all but the last: int32 [n,
        context]."""
        templates, classes, _ = self.captions.shape
        uniform = keras.random.uniform(ops.shape(y), dtype="float32", seed=self.seed)
        template = ops.cast(ops.floor(uniform * (templates - 1)), "int32")
        table = ops.reshape(ops.convert_to_tensor(self.captions), (templates * classes, -1))
        return ops.take(table, template * classes + ops.cast(y, "int32"), axis=0)

    def embedded(self, images: Any, texts: Any, training: bool) -> tuple[Any, Any]:
        """The vectors of both, of length 1."""
        vectors = self.images(images, training=training), self.texts(texts, training=training)
        return tuple(v / ops.sqrt(ops.sum(ops.square(v), axis=-1, keepdims=True) + 1e-12) for v in vectors)

    def call(self, x: Any, training: bool = False) -> Any:
        """The logits of the classes, described by the template that was held out."""
        images, texts = self.embedded(x, ops.convert_to_tensor(self.captions[-1]), training)
        return ops.cast(self.scale, images.dtype) * ops.matmul(images, ops.transpose(texts))
