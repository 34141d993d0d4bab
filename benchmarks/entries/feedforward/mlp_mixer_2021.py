"""Neither convolution nor attention: two small perceptrons in turn.

A net for images has to relate what stands in different places, and what different features say of one
place. Convolutions do both at once within a small window; from 2020 Transformers did the first by attention,
over the whole image. The authors, who had built that Transformer, asked what is left if attention goes too.
They cut the image into patches and write one row of numbers for each. A perceptron with one hidden layer then
mixes along the columns, the same for every feature; another along the rows, the same for every place; and so
on, with shortcuts and layer normalisation. Everything is a product of matrices.

The net knows less about images than any before it in this history of convolutions: that the same patch means
the same wherever it stands, and nothing more. Not even which patches are neighbours is given: a fixed shuffle
of the patches, and one of the pixels within all patches, change nothing for it. It has to learn that from
examples.
Given hundreds of millions of labelled photographs it comes close to the best nets; with the million of
ImageNet alone it overfits, and the larger of two sizes does worse.

It is tied to the size of the image, since each place has its own weights in the first perceptron. What the
paper left is less a net that people use than a doubt: how much of the success of the Transformers was due
to attention.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="MLP-Mixer: an all-MLP architecture for vision",
    authors="I. Tolstikhin, N. Houlsby, A. Kolesnikov, L. Beyer, X. Zhai, T. Unterthiner, J. Yung, "
    "A. Steiner, D. Keysers, J. Uszkoreit, M. Lucic, A. Dosovitskiy",
    year=2021,
    venue="NeurIPS 34",
    url="https://arxiv.org/abs/2105.01601",
    confidence="verified",
)


def build(
    patch=16,
    layers=12,
    width=768,
    tokens=384,
    channels=3072,
    drop=0.0,
    classes=1000,
    input_shape=(256, 256, 3),
    colours="imagenet",
    pad=None,
    flip=True,
):
    """Mixer-B/16; photographs are cropped to 224 pixels.

    `width`, `tokens` and `channels` are C, D_S and D_C of table 1. With `pad`, small images are shifted by
    as many pixels instead of cropped. With `classes` 0 there is no output layer, as the paper counts.
    """
    import keras

    from benchmarks.layers.bodies import mixer
    from benchmarks.layers.image.augmentation import RandomShiftAndFlip
    from benchmarks.layers.image.colours import standardize
    from benchmarks.layers.image.crops import AreaCrop

    inputs = keras.Input(input_shape)
    x = (
        standardize(AreaCrop(224, flip=flip)(inputs), colours)
        if pad is None
        else RandomShiftAndFlip(pad, flip)(standardize(inputs, colours))
    )
    x = mixer.body(x, patch, layers, width, tokens, channels, drop)
    if classes:
        x = keras.layers.Dense(classes, kernel_initializer="zeros", name="output")(x)
    return keras.Model(inputs, x)


def pictures(model, data, predict):
    """The weights of the first token-mixing perceptrons, as images of the places (figure 5)."""
    import numpy as np

    from benchmarks.pictures import filters

    found = [layer for layer in model.layers if layer.name.endswith("_tokens_in")]
    kernels = [np.asarray(layer.kernel.value) for layer in (found[0], found[-1])]
    side = round(kernels[0].shape[0] ** 0.5)
    units = min(24, kernels[0].shape[1] // 12 * 12)
    caption = (
        f"Weights over the {side}x{side} places of {units} hidden units that mix places: of the first layer "
        "above, of the last below. Grey is zero."
    )
    weights = np.concatenate([kernel.T[:units] for kernel in kernels])
    return {"places": filters(weights, (side, side), 12, caption)}


#: Section 3, table 4 for Mixer-B on ImageNet.
ADAMW = {"name": "MatrixAdamW", "weight_decay": 0.1, "beta_1": 0.9, "beta_2": 0.999}
#: Table 1; arguments of `build` that differ from B/16. The paper counts without the output layer.
NO_HEAD = {"classes": 0}
S = {"layers": 8, "width": 512, "tokens": 256, "channels": 2048}
L = {"layers": 24, "width": 1024, "tokens": 512, "channels": 4096}
DIGITS_NET = {
    "patch": 2,
    "layers": 3,
    "width": 48,
    "tokens": 24,
    "channels": 192,
    "classes": 10,
    "input_shape": (8, 8, 1),
    "colours": "digits",
    "pad": 1,
    "flip": False,
}
FROM_SCRATCH = (
    "the paper trains a much larger net on ImageNet or more, with RandAugment and mixup; the suite trains a "
    "small one on CIFAR-10"
)
PRINTED = {
    "dataset": "imagenet",
    "metric": "accuracy",
    "unit": "%",
    "direction": "higher",
    "confidence": "verified",
    "source": "paper text",
}

ENTRY = Entry(
    id="mlp_mixer_2021",
    name="MLP-Mixer",
    family="feedforward",
    task="classification",
    idea="A perceptron mixes over the patches of an image, another over their features, in turn.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={
        "S/32": "8 layers of 512, patches of 32 pixels",
        "S/16": "8 layers of 512, patches of 16 pixels",
        "B/32": "patches of 32 pixels",
        "L/16": "24 layers of 1,024, patches of 16 pixels",
    },
    parameters=(
        ParameterCount(
            trainable=59_111_472, where="table 1, without the output layer", arguments=NO_HEAD, published=59e6
        ),
        ParameterCount(
            trainable=18_591_624,
            where="table 1, without the output layer",
            variant="S/32",
            arguments=NO_HEAD | S | {"patch": 32},
            published=19e6,
        ),
        ParameterCount(
            trainable=18_015_264,
            where="table 1, without the output layer",
            variant="S/16",
            arguments=NO_HEAD | S,
            published=18e6,
        ),
        ParameterCount(
            trainable=59_524_428,
            where="table 1, without the output layer",
            variant="B/32",
            arguments=NO_HEAD | {"patch": 32},
            published=60e6,
        ),
        ParameterCount(
            trainable=207_171_168,
            where="table 1, without the output layer",
            variant="L/16",
            arguments=NO_HEAD | L,
            published=207e6,
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model=DIGITS_NET,
            optimizer=ADAMW
            | {
                "learning_rate": {
                    "name": "CosineDecay",
                    "initial_learning_rate": 0.0,
                    "warmup_target": 0.004,
                    "warmup_steps": 66,  # 2 of 18 passes of 33 steps
                    "decay_steps": 528,
                }
            },
            batch_size=32,
            epochs=18,
            evaluate_every=6,
            clip_norm=1.0,
            floor=("error", 9.5),
            source="after section 3 and table 4; sizes, batches and passes ours, the rate ours and chosen on "
            "the validation split",
            tries=6,
        ),
        Recipe(
            dataset="cifar10",
            tier="standard",
            model={
                "patch": 4,
                "layers": 8,
                "width": 96,
                "tokens": 48,
                "channels": 384,
                "classes": 10,
                "input_shape": (32, 32, 3),
                "colours": "cifar10",
                "pad": 4,
            },
            optimizer=ADAMW
            | {
                "learning_rate": {
                    "name": "CosineDecay",
                    "initial_learning_rate": 0.0,
                    "warmup_target": 0.001,
                    "warmup_steps": 1404,  # 4 of 40 passes of 351 steps
                    "decay_steps": 12_636,
                }
            },
            batch_size=128,
            epochs=40,
            evaluate_every=4,
            clip_norm=1.0,
            source="section 3 and table 4 in kind; sizes, batches and passes ours, not tuned: the widths "
            "have the proportions of table 1, and an image takes about as many multiplications as in "
            "ResNet-20",
        ),
    ),
    claims=(
        Claim(
            value=76.44,
            where="table 3, Mixer-B/16 trained on ImageNet, mean of three fine-tuning runs",
            statistic="mean",
            of=3,
            not_comparable=FROM_SCRATCH,
            **PRINTED,
        ),
        Claim(
            value=71.76,
            where="table 3, Mixer-L/16 trained on ImageNet, mean of three fine-tuning runs",
            statistic="mean",
            of=3,
            variant="L/16",
            not_comparable=FROM_SCRATCH,
            **PRINTED,
        ),
        Claim(
            value=84.15,
            where="table 2, Mixer-L/16 trained on ImageNet-21k, mean of three fine-tuning runs",
            statistic="mean",
            of=3,
            variant="L/16",
            not_comparable=FROM_SCRATCH,
            **PRINTED,
        ),
        Claim(
            dataset="cifar10",
            metric="accuracy",
            value=96.72,
            unit="%",
            direction="higher",
            where="README, expected Mixer results: B/16 trained on ImageNet",
            confidence="verified",
            source="github google-research/vision_transformer, README.md at c6de1e5",
            not_comparable="trained on ImageNet before, and on images enlarged to 224 pixels; ours is a "
            "small net trained from scratch",
        ),
    ),
    deviations=(
        "The paper trains on ImageNet and larger sets, and fine-tunes; here small nets are trained from "
        "scratch on CIFAR-10 and on digits, which is where the paper expects such a net to be weak.",
        "The rate rises linearly and falls along a cosine, as in the paper's fine-tuning; its training from "
        "scratch has a linear fall.",
        "Images are shifted and, but for digits, mirrored; there is no RandAugment, no mixup and no "
        "stochastic depth.",
        "Weight decay spares biases and layer normalisation; the paper does not say.",
        "On CIFAR-10 there are 8 layers of 96 and patches of 4 pixels; in the pocket tier 3 layers of 48, "
        "and 8x8 digits in patches of 2.",
    ),
    history=(
        Fact("hardware", "TPU v3", "", "paper text, section 3", "verified"),
        Fact("examples", 1.3e6, "images", "paper text, section 3: ImageNet", "verified"),
    ),
)
