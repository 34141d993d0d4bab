"""Faces that nobody has, steered by a style for every layer, and without the droplets.

A year earlier the same group had turned the generator of an adversarial pair inside out. Random numbers no
longer go in at the bottom: they pass through a small net of their own, which makes a vector w of them, and w
tells each layer how strongly to use each of its maps, its style. The picture itself grows from one learned
block of 4x4 pixels. Coarse layers came to decide about pose and shape of a face, fine ones about its colours,
and one could take the former from one face and the latter from another. The faces were the best that had been
seen, and each of them had a blemish like a drop of water somewhere.

The paper finds out why. The old layers brought every map of every picture to the same mean and the same
strength, which wipes out how strong maps are in relation to each other; with one bright spot a generator
could smuggle that past. Now the style scales the weights instead, and the weights are divided by the length
that results: maps keep about the same strength on average, and none is measured. The droplets were gone. A
second blemish, teeth that stay in place when the head turns, came from training at small sizes first. The
authors drop that, too, and let every size add its share to the picture. A new penalty asks that a step in w
changes the picture equally much wherever it is taken, and as penalties cost second derivatives, they are
taken at every eighth or sixteenth step only.

For years this was the net to beat, and the one that most people knew, from web pages of faces that do not
exist. It wants much of one kind: faces that are all cut out the same way, seventy thousand of them, and more
than a week of eight large graphics cards. Scenes with many things stayed out of its reach, and from 2021 on
diffusion models drew those.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Analyzing and improving the image quality of StyleGAN",
    authors="T. Karras, S. Laine, M. Aittala, J. Hellsten, J. Lehtinen, T. Aila",
    year=2020,
    venue="IEEE/CVF Conference on Computer Vision and Pattern Recognition 2020, arXiv:1912.04958",
    url="https://arxiv.org/abs/1912.04958",
    confidence="verified",
)


def build(
    input_shape=(1024, 1024, 3),
    latent=512,
    mapping_layers=8,
    maps=(512, 512, 512, 512, 512, 256, 128, 64, 32),
    scale=255.0,
):
    """The large nets of table 1, configuration F: a generator with skips, a residual discriminator.

    `maps` has one number for each size of the image, from the smallest (4x4 for 1024x1024) to the largest;
    each is twice as large as the one before. `latent` numbers make up z, and as many w.
    """
    from keras import Input, Model, Sequential, layers

    from benchmarks.layers.convolution.modulated_convolution import (
        LearnedConstant,
        ModulatedConvolution,
        NoisyActivation,
    )
    from benchmarks.layers.models.style_pair import StyleGenerator, StylePair
    from benchmarks.layers.normalization.minibatch_deviation import MinibatchDeviation
    from benchmarks.layers.resampling.binomial import Blur, Doubling, Halving
    from benchmarks.layers.units.equalized import EqualizedConvolution, EqualizedDense

    colours = input_shape[-1]
    first = tuple(side >> (len(maps) - 1) for side in input_shape[:2])
    sizes = [(first[0] << i) * (first[1] << i) for i in range(len(maps))]  # in pixels

    def mapping():
        net = Sequential([Input((latent,)), layers.UnitNormalization(), layers.Rescaling(latent**0.5)])
        for _ in range(mapping_layers):
            net.add(EqualizedDense(latent, rate=0.01))
        return net

    def synthesis():
        # Two convolutions for each size but the first, which has one; the last style is that of the last
        # conversion to an image, and the others share theirs with the next convolution.
        styles, noise = Input((2 * len(maps), latent)), Input((sizes[0] + 2 * sum(sizes[1:]),))
        used, image = 0, None
        x = LearnedConstant((*first, maps[0]))(styles)
        for i, size in enumerate(sizes):
            for layer in range(1) if i == 0 else (2 * i - 1, 2 * i):
                x = ModulatedConvolution(maps[i], 3, doubling=layer % 2 == 1)([x, styles[:, layer]])
                x = NoisyActivation()([x, noise[:, used : used + size]])
                used += size
            share = ModulatedConvolution(colours, 1, demodulation=False)([x, styles[:, 2 * i + 1]])
            image = layers.Add()([Doubling()(image), share]) if i else share
        return Model([styles, noise], image)

    images = Input(input_shape)
    x = EqualizedConvolution(maps[-1], 1)(images)
    for here, below in zip(maps[:0:-1], maps[-2::-1], strict=True):
        residual = EqualizedConvolution(here, 3)(x)
        residual = EqualizedConvolution(below, 3, strides=2, padding="valid")(Blur()(residual))
        shortcut = EqualizedConvolution(below, 1, activation=False)(Halving()(x))
        x = layers.Rescaling(0.5**0.5)(layers.Add()([residual, shortcut]))
    x = EqualizedConvolution(maps[0], 3)(MinibatchDeviation()(x))
    x = EqualizedDense(maps[0])(layers.Flatten()(x))
    discriminator = Model(images, EqualizedDense(1, activation=False)(x))

    generator, average = (StyleGenerator(mapping(), synthesis()) for _ in range(2))
    return StylePair(generator, average, discriminator, scale)


def mix(model, batch):
    """Samples with the coarse styles of one and the fine styles of another."""
    return {"image": model.mixed(batch["coarse"], batch["fine"], model.generator.depth // 2)}


def pictures(model, data, predict):
    """Samples, and a table of mixed styles."""
    import numpy as np

    from benchmarks.pictures import grid
    from benchmarks.tasks.generation import flat, generate

    shape = model.shape if model.shape[-1] == 3 else model.shape[:2]
    uniform = np.random.default_rng(1).random((60, model.latent), "float32")
    samples = flat(predict(generate, {"uniform": uniform})["image"])
    rows, columns = uniform[:5], uniform[10:19]
    pairs = {
        "coarse": np.repeat(rows, len(columns), axis=0),
        "fine": np.tile(columns, (len(rows), 1)),
    }
    inside = flat(predict(mix, pairs)["image"]).reshape(len(rows), len(columns), -1)
    table = np.zeros((len(rows) + 1, len(columns) + 1, inside.shape[-1]))
    table[0, 1:], table[1:, 0], table[1:, 1:] = samples[10:19], samples[:5], inside
    return {
        "samples": grid(samples, shape, 10, "Sixty samples, drawn at random and not chosen."),
        "mixing": grid(
            table.reshape(-1, inside.shape[-1]),
            shape,
            len(columns) + 1,
            "Mixed styles: each image has the styles of the coarser half of the layers, and the noise, from "
            "the sample at the left of its row, and the styles of the finer half from the sample at the top "
            "of its column.",
        ),
    }


CODE = "the authors' code, github NVlabs/stylegan2"
#: The authors' code, run_training.py; the rule adjusts rate and betas to its lazy penalties.
ADAM = {"name": "Adam", "learning_rate": 0.002, "beta_1": 0.0, "beta_2": 0.99, "epsilon": 1e-8}
INCEPTION = (
    "the distance of 50,000 samples in the features of an Inception net trained on ImageNet, on photographs "
    "of 1024x1024 pixels"
)

ENTRY = Entry(
    id="stylegan2_2020",
    name="StyleGAN2",
    family="generative",
    task="generation",
    idea="Styles scale the weights of a generator, and weights of unit length replace normalisation.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    parameters=(
        ParameterCount(
            trainable=59_382_573,
            where=(
                f"{CODE}, training/networks_stylegan2.py, configuration F at 1024x1024, counted: generator "
                "30,370,060, discriminator 29,012,513"
            ),
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model={
                "input_shape": (8, 8, 1),
                "latent": 16,
                "mapping_layers": 2,
                "maps": (16, 8),
                "scale": 16.0,
            },
            rule="style_adversarial",
            rule_options={
                "penalty": 3.0,
                "penalty_every": 16,
                "path_weight": 2.0,
                "path_every": 8,
                "mixing": 0.9,
                "half_life": 2000,
            },
            optimizer=ADAM | {"learning_rate": 0.005},
            batch_size=32,
            epochs=8,
            evaluate_every=8,
            task_options={"samples": 2000},
            floor=("frechet_distance", 55.0),
            source=(
                "appendix B: intervals; authors' code: Adam's betas, mixing and weight of the paths; sizes, "
                "batch, half-life and passes ours; rate and penalty the best of some ten settings on "
                "the validation split"
            ),
        ),
        Recipe(
            dataset="fashion_mnist",
            tier="standard",
            model={
                "input_shape": (28, 28, 1),
                "latent": 128,
                "mapping_layers": 8,
                "maps": (128, 128, 64),
                "scale": 255.0,
            },
            rule="style_adversarial",
            rule_options={
                "penalty": 0.1,
                "penalty_every": 16,
                "path_weight": 2.0,
                "path_every": 8,
                "mixing": 0.9,
                "half_life": 10_000,
            },
            optimizer=ADAM,
            batch_size=32,
            epochs=20,
            evaluate_every=10,
            task_options={"samples": 10_000},
            shortened="about 1 of 25 million images shown, to smaller nets",
            source=(
                "appendix B: intervals; authors' code: Adam, batch, half-life, mixing and weight of the "
                "paths; sizes, penalty and passes ours, not searched"
            ),
        ),
    ),
    claims=(
        Claim(
            dataset="ffhq",
            metric="frechet_distance",
            value=2.84,
            unit="feature²",
            direction="lower",
            where="table 1: FID on FFHQ at 1024x1024, configuration F",
            confidence="verified",
            source="README of github NVlabs/stylegan2: fid50k, 2.84 ± 0.03",
            tolerance=0.03,
            tolerance_why="how far the authors' ten evaluations of the net differ",
            not_comparable=INCEPTION,
        ),
        Claim(
            dataset="ffhq",
            metric="frechet_distance",
            value=4.40,
            unit="feature²",
            direction="lower",
            where="table 1: FID on FFHQ at 1024x1024, configuration A, StyleGAN as it was",
            confidence="recalled",
            not_comparable=INCEPTION,
        ),
    ),
    deviations=(
        "Small grey images of digits and clothes instead of faces, cars and churches, and much smaller nets.",
        "Images of 28x28 pixels begin with a learned block of 7x7 pixels instead of 4x4.",
        (
            "The noise maps are part of a sample's random numbers, so that the same numbers give the same "
            "sample; the authors draw them anew for each image."
        ),
        (
            "Each image of a batch changes its style at a layer of its own; in the authors' code all images "
            "that a graphics card sees together change at the same one."
        ),
        (
            "The penalty of the discriminator's slopes is 0.1 on clothes and 3 on digits in the place of 10, "
            "since images are far smaller."
        ),
        "The average of the generator forgets faster on the bundled digits, because training is short.",
        "On the bundled digits z passes through two layers instead of eight.",
        "Path lengths are penalised every eighth time, as in the paper; its code does so every fourth.",
        "The Fréchet distance is ours, on the features of a small classifier.",
    ),
    history=(
        Fact("examples", 70_000, "images", "FFHQ, README of github NVlabs/ffhq-dataset", "verified"),
        Fact(
            "hardware", "8 V100", "", "README of github NVlabs/stylegan2: DGX-1, configuration F", "verified"
        ),
        Fact(
            "hours",
            234,
            "h",
            "README of github NVlabs/stylegan2: 9 days 18 hours for 25 million images at 1024x1024",
            "verified",
        ),
    ),
)
