"""A net that can be run backwards, and therefore knows how probable every image is.

Adversarial nets draw, but cannot say how probable a given image is; variational autoencoders know a bound,
models that draw one pixel after another know the number but take long to draw. Is there a net that does all
of it? If a net turns images into Gaussian noise one to one, then it can be run backwards to draw, and the
probability of an image is that of its noise, times how much the net stretches space there: a determinant.
For an ordinary net that is hopeless to compute, and the inverse as well.

Laurent Dinh and his colleagues build the net from layers that change half of the numbers only. The other
half decides by how much each is multiplied and shifted. However complicated that decision, undoing it takes
a subtraction and a division, and the determinant is the product of the factors. Which half stays
alternates: the black and the white fields of a chessboard, then one half of the channels. Behind each scale
half of the numbers has become noise and leaves, so that fine detail is settled first.

The net may lose nothing, so every layer is as wide as the image: it takes many layers and many weights, and
pixel-by-pixel models of the same year gave images a clearly higher probability. Likelihood is also a strange
judge: noise that no eye sees costs as many bits as shape.
"""

from benchmarks.spec import Claim, Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Density estimation using Real NVP",
    authors="L. Dinh, J. Sohl-Dickstein, S. Bengio",
    year=2016,
    venue="arXiv 1605.08803; ICLR 2017",
    url="https://arxiv.org/abs/1605.08803",
    confidence="verified",
)


def build(
    input_shape=(32, 32, 3),
    maps=64,
    blocks=8,
    levels=256,
    scales=1,
    flips=True,
    dense=False,
    normalization=True,
):
    """Three couplings by chessboards, a squeeze, three by halves of the channels; four by chessboards at
    the end.

    `scales` is how often the image is made smaller. `maps` and `blocks` are those of the residual nets s
    and t, maps doubling with each squeeze. If `dense`, they are the units and the number of fully connected
    hidden layers instead.
    """
    from benchmarks.layers.models.real_nvp import (
        AffineCoupling,
        FlowNormalization,
        RealNVP,
        checkerboard,
        dense_network,
        half_of_channels,
        residual_network,
    )

    network = dense_network if dense else residual_network

    def couplings(shape, maps, masks):
        parts = []
        for mask in masks:
            parts.append(AffineCoupling(mask, network(shape, maps, blocks), penalty=5e-5))
            if normalization:
                parts.append(FlowNormalization(shape[-1]))
        return parts

    height, width, channels = input_shape
    pairs = []
    for _ in range(scales):
        odd, even = (checkerboard(height, width, odd) for odd in (True, False))
        before = couplings((height, width, channels), maps, [odd, even, odd])
        height, width, channels = height // 2, width // 2, 4 * channels
        first, second = (half_of_channels(channels, first) for first in (True, False))
        wide = maps if dense else 2 * maps
        pairs.append((before, couplings((height, width, channels), wide, [first, second, first])))
        channels, maps = channels // 2, wide
    odd, even = (checkerboard(height, width, odd) for odd in (True, False))
    last = couplings((height, width, channels), maps, [odd, even, odd, even])
    return RealNVP(pairs, last, input_shape, levels, flips)


def loss(model, batch, training):
    """Bits for each dimension of the images, to which noise of one level was added, and the penalties."""
    import math

    from keras import ops

    nats = -ops.mean(model.log_density(model.dequantised(batch["x"]), training=training)) / model.visible
    return nats / math.log(2.0) + math.log2(model.levels) + sum(model.losses)


def pictures(model, data, predict):
    """Samples."""
    import numpy as np

    from benchmarks.pictures import thumbnails
    from benchmarks.spec import Picture
    from benchmarks.tasks.generation import generate

    def tiles(images, columns):
        small = thumbnails(images.reshape(-1, *model.shape))
        return small.reshape(-1, columns, *small.shape[1:])

    uniform = np.random.default_rng(1).random((40, model.latent), "float32")
    drawn = predict(generate, {"uniform": uniform}, batch_size=40)["image"]
    return {"samples": Picture(tiles(drawn, 10), "Forty samples, drawn at random and not chosen.")}


ENTRY = Entry(
    id="realnvp_2016",
    name="Real NVP",
    family="generative",
    task="likelihood",
    idea=(
        "Layers that scale and shift one half of the numbers by what the other half says: easy to invert, "
        "and with a determinant that is a product."
    ),
    paper=PAPER,
    build=build,
    loss=loss,
    pictures=pictures,
    variants={
        "small": "16 maps and two residual blocks, for a processor",
    },
    parameters=(
        ParameterCount(
            trainable=19_630_745,
            where="CIFAR-10: 64 maps, 8 residual blocks, one squeeze, counted without weight normalisation",
        ),
        ParameterCount(
            trainable=353_993,
            where="16 maps, 2 residual blocks, counted",
            variant="small",
            arguments={"maps": 16, "blocks": 2},
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model={
                "input_shape": (8, 8, 1),
                "maps": 64,
                "blocks": 1,
                "levels": 17,
                "scales": 0,
                "flips": False,
                "dense": True,
            },
            optimizer={"name": "Adam", "learning_rate": 0.001},
            batch_size=50,
            epochs=45,
            evaluate_every=15,
            task_options={"levels": 17},
            further_tasks={"generation": {"samples": 1000}},
            floor=("bits_per_dimension", 2.4),
            source="ours: one scale with dense nets, Adam's defaults; units, hidden layers and "
            "normalisation the best "
            "of nine settings on the validation split",
        ),
        Recipe(
            dataset="cifar10",
            tier="standard",
            variant="small",
            model={"maps": 16, "blocks": 2},
            optimizer={"name": "Adam", "learning_rate": 0.001},
            batch_size=64,
            epochs=3,
            task_options={"levels": 256},
            shortened="a net of 16 maps and 2 blocks instead of 64 and 8, and 3 passes",
            source="section 4.1 (batch of 64, Adam's defaults); size and passes are ours",
        ),
        Recipe(
            dataset="cifar10",
            tier="paper",
            optimizer={"name": "Adam", "learning_rate": 0.001},
            batch_size=64,
            epochs=100,
            evaluate_every=10,
            task_options={"levels": 256},
            source="section 4.1; the paper does not say how long it trained",
        ),
    ),
    claims=(
        Claim(
            dataset="cifar10",
            metric="bits_per_dimension",
            value=3.49,
            unit="bits",
            direction="lower",
            where="table 1, CIFAR-10, test images",
            confidence="verified",
            source="paper text (a copy of section 4 with table 1)",
        ),
        Claim(
            dataset="imagenet32",
            metric="bits_per_dimension",
            value=4.28,
            unit="bits",
            direction="lower",
            where="table 1, ImageNet 32 x 32, validation images",
            confidence="verified",
            source="paper text (a copy of section 4 with table 1)",
            not_comparable="downsampled ImageNet is not among the suite's data sets",
        ),
    ),
    deviations=(
        "On digits s and t are fully connected nets, and there is one scale: four couplings by chessboards.",
        "Weights are not normalised (Salimans and Kingma), batches are.",
        (
            "Batch normalisation takes a batch's own statistics in training; the paper mixes them with those "
            "of recent batches (appendix E)."
        ),
        ("It normalises all numbers behind a coupling; the authors' code, those that the coupling changed."),
        (
            "Pixels are squeezed into [0.05, 0.95] before the logit, as in the authors' code: by the formula "
            "of section 4.1 white would be infinite."
        ),
        (
            "Bits are those of a density to which uniform noise was added, once and from a fixed "
            "seed, for scoring."
        ),
    ),
)
