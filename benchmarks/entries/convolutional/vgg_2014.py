"""Nothing but three by three.

Simonyan and Zisserman hold everything fixed but one thing and ask what depth does. Every filter sees
three by three pixels, the least that can tell left from right. Two such layers see five by five
together, three see seven by seven, with fewer weights than one large filter and a nonlinearity after
each. So the nets grow from 11 layers to 19, and up to 16 the error falls. A net of five 5x5 layers in
the place of ten 3x3 ones, which sees as much, has an error that the paper calls 7% higher.

Second in the competition of 2014 behind GoogLeNet, it became the net that everybody used: its table is
its description, and its features serve other tasks. Of its 138 million parameters 74% are in one place,
the first fully connected layer.

It was as deep as plain stacks went. The deeper nets did not start to learn from random weights and were
begun with layers of the shallowest; 19 layers are hardly better than 16. To go on took normalisation
and shortcuts, a year later.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Very deep convolutional networks for large-scale image recognition",
    authors="K. Simonyan, A. Zisserman",
    year=2014,
    venue="ICLR 2015; arXiv 2014",
    url="https://arxiv.org/abs/1409.1556",
    confidence="verified",
)
#: The columns of table 1 by their number of layers with weights; the last, of section 4.1, has one 5x5
#: convolution for each pair of B.
CONFIGURATIONS = {"A": 11, "A-LRN": 11, "B": 13, "C": 16, "D": 16, "E": 19, "B-5x5": 13}


def build(
    configuration="D",
    classes=1000,
    input_shape=(224, 224, 3),
    scales=None,
    pad=0,
    levels=255,
    stages=5,
    width=1.0,
    units=4096,
    decay=5e-4,
):
    """A column of table 1.

    Photographs are cropped to 224 pixels from a scale S between the two `scales` (section 3.1).
    """
    from keras import Input, Model, layers, regularizers

    from benchmarks.layers.bodies import vgg
    from benchmarks.layers.image.augmentation import MeanColour, RandomShiftAndFlip
    from benchmarks.layers.image.colour_noise import ColourNoise
    from benchmarks.layers.image.crops import ScaleCrop
    from benchmarks.layers.normalization.local_response_normalization import LocalResponseNormalization
    from benchmarks.layers.resampling.max_pooling import MaxPooling2D

    inputs = Input(input_shape)
    x = layers.Rescaling(255 / levels)(MeanColour(name="mean_colour")(inputs))
    x = ColourNoise()(ScaleCrop(224, scales)(x)) if scales else RandomShiftAndFlip(pad)(x) if pad else x
    for number, counts in enumerate(vgg.PLANS[CONFIGURATIONS[configuration]][:stages], start=1):
        maps, sizes = [round(width * count) for count in counts], (3,) * len(counts)
        if configuration == "C" and number > 2:
            sizes = (3, 3, 1)
        if configuration == "B-5x5":
            maps, sizes = maps[:1], (5,)
        x = vgg.stage(x, maps, decay, initializer="glorot_uniform", sizes=sizes)
        if configuration == "A-LRN" and number == 1:
            x = LocalResponseNormalization()(x)
        x = MaxPooling2D(name=f"pool{number}")(x)
    x = layers.Flatten()(x)
    for size in (units, units):
        x = layers.Dropout(0.5)(layers.Dense(size, "relu", kernel_regularizer=regularizers.L2(decay / 2))(x))
    return Model(inputs, layers.Dense(classes, kernel_regularizer=regularizers.L2(decay / 2))(x))


def answers(model, batch):
    """The strongest answer of each map of the last stage to each image, float [n, maps]."""
    from keras import Model, ops

    last = [layer for layer in model.layers if layer.name.startswith("pool")][-1]
    return {
        "strongest": ops.max(Model(model.inputs[0], last.output)(batch["x"], training=False), axis=(1, 2))
    }


def pictures(model, data, predict):
    """What units of the last stage look for: the test images to which they answer most strongly."""
    import numpy as np

    from benchmarks.pictures import thumbnails
    from benchmarks.spec import Picture

    images = data.test["x"][np.arange(min(1000, len(data.test["y"])))]
    strongest = predict(answers, {"x": images}, batch_size=100)["strongest"]
    units = np.argsort(-strongest.std(axis=0), kind="stable")[:8]
    chosen = np.argsort(-strongest[:, units], axis=0, kind="stable")[:10].T
    return {
        "preferred-images": Picture(
            thumbnails(images)[chosen],
            "Units of the last stage, one a row: the ten test images that excite it most.",
        )
    }


CIFAR_NET = {"classes": 10, "input_shape": (32, 32, 3), "pad": 4, "units": 512}
#: Photographs are cropped from images whose shorter side has 256 pixels, or from 256 to 512 of them.
ONE_SCALE = {"input_shape": (256, 256, 3), "scales": (256, 256)}
SCALES = {"input_shape": (256, 256, 3), "scales": (256, 512)}
#: Section 3.1: 0.01, divided by ten three times; when is ours.
CIFAR_SGD = {
    "name": "SGD",
    "momentum": 0.9,
    "learning_rate": {
        "name": "PiecewiseConstantDecay",
        "boundaries": (12_000, 20_000, 26_000),
        "values": (0.01, 0.01 * 0.1, 0.01 * 0.1**2, 0.01 * 0.1**3),
    },
}
IMAGENET_SGD = {
    "name": "SGD",
    "momentum": 0.9,
    "learning_rate": {
        "name": "PiecewiseConstantDecay",
        "boundaries": (150_000, 250_000, 330_000),
        "values": (0.01, 0.01 * 0.1, 0.01 * 0.1**2, 0.01 * 0.1**3),
    },
}
SECTION_3_1 = (
    "section 3.1: batches of 256, momentum 0.9, rate 0.01 divided by ten three times, decay 0.0005, "
    "dropout 0.5, 74 epochs"
)
PRINTED = {
    "dataset": "imagenet",
    "unit": "%",
    "direction": "lower",
    "test_size": 50_000,
    "confidence": "verified",
    "source": "paper text",
}

ENTRY = Entry(
    id="vgg_2014",
    name="VGG",
    family="convolutional",
    task="classification",
    idea="Depth from stacks of the smallest filters, and nothing else.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={
        "A": "configuration A",
        "A-LRN": "configuration A-LRN",
        "B": "configuration B",
        "C": "configuration C",
        "E": "configuration E",
        "C-jittered": "configuration C, trained on scales from 256 to 512",
        "jittered": "configuration D, trained on scales from 256 to 512",
        "E-jittered": "configuration E, trained on scales from 256 to 512",
    },
    parameters=(
        ParameterCount(
            trainable=132_863_336,
            where="table 2, in millions",
            variant="A",
            arguments={"configuration": "A"},
            published=133e6,
        ),
        ParameterCount(
            trainable=133_047_848,
            where="table 2, in millions",
            variant="B",
            arguments={"configuration": "B"},
            published=133e6,
        ),
        ParameterCount(
            trainable=133_638_952,
            where="table 2, in millions",
            variant="C",
            arguments={"configuration": "C"},
            published=134e6,
        ),
        ParameterCount(
            trainable=138_357_544,
            where="table 2, in millions",
            arguments={"configuration": "D"},
            published=138e6,
        ),
        ParameterCount(
            trainable=143_667_240,
            where="table 2, in millions",
            variant="E",
            arguments={"configuration": "E"},
            published=144e6,
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="B",
            model={
                "configuration": "B",
                "classes": 10,
                "input_shape": (8, 8, 1),
                "levels": 16,
                "stages": 3,
                "width": 0.25,
                "units": 128,
            },
            optimizer={
                "name": "SGD",
                "momentum": 0.9,
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": (330,),
                    "values": (0.003, 0.003 * 0.1),
                },
            },
            batch_size=32,
            epochs=12,
            evaluate_every=2,
            floor=("error", 10.0),
            source="after section 3.1, narrow and short",
            tries=6,
        ),
        Recipe(
            dataset="cifar10",
            tier="standard",
            variant="A",
            model=CIFAR_NET | {"configuration": "A"},
            optimizer=CIFAR_SGD,
            batch_size=128,
            epochs=74,
            evaluate_every=2,
            train_on="train+validation",
            source=f"with batches of 128, {SECTION_3_1}",
        ),
        Recipe(
            dataset="cifar10",
            tier="standard",
            model=CIFAR_NET | {"configuration": "D"},
            optimizer=CIFAR_SGD,
            batch_size=128,
            epochs=74,
            evaluate_every=2,
            train_on="train+validation",
            source=f"with batches of 128, {SECTION_3_1}",
        ),
        *(
            Recipe(
                dataset="imagenet",
                tier="paper",
                variant=variant,
                model=model,
                optimizer=IMAGENET_SGD,
                batch_size=256,
                epochs=74,
                evaluate_every=2,
                train_on="train+validation",
                task_options={"top": 5, "batch_size": 100},
                source=SECTION_3_1,
            )
            for variant, model in (
                ("A", ONE_SCALE | {"configuration": "A"}),
                ("A-LRN", ONE_SCALE | {"configuration": "A-LRN"}),
                ("B", ONE_SCALE | {"configuration": "B"}),
                ("C", ONE_SCALE | {"configuration": "C"}),
                ("", ONE_SCALE | {"configuration": "D"}),
                ("E", ONE_SCALE | {"configuration": "E"}),
                ("C-jittered", SCALES | {"configuration": "C"}),
                ("jittered", SCALES | {"configuration": "D"}),
                ("E-jittered", SCALES | {"configuration": "E"}),
            )
        ),
    ),
    claims=(
        *(
            Claim(variant=variant, metric=metric, value=value, where="table 3", **PRINTED)
            for variant, metric, value in (
                ("A", "error", 29.6),
                ("A-LRN", "error", 29.7),
                ("B", "error", 28.7),
                ("C", "error", 28.1),
                ("", "error", 27.0),
                ("E", "error", 27.3),
                ("C-jittered", "error", 27.3),
                ("jittered", "error", 25.6),
                ("E-jittered", "error", 25.5),
                ("A", "top5_error", 10.4),
                ("A-LRN", "top5_error", 10.5),
                ("B", "top5_error", 9.9),
                ("C", "top5_error", 9.4),
                ("", "top5_error", 8.8),
                ("E", "top5_error", 9.0),
                ("C-jittered", "top5_error", 8.8),
                ("jittered", "top5_error", 8.1),
                ("E-jittered", "top5_error", 8.0),
            )
        ),
        Claim(
            metric="top5_error",
            value=7.3,
            where="table 7, ILSVRC-2014, test set",
            not_comparable="an ensemble of seven nets",
            **PRINTED | {"test_size": 100_000},
        ),
    ),
    deviations=(
        (
            "Weights are initialised as Glorot and Bengio propose; the paper later found that this "
            "works without starting from net A."
        ),
        (
            "The rate falls at fixed iterations of our choice, where the paper waits for the validation "
            "accuracy to stop improving."
        ),
        "Nets for scales from 256 to 512 are trained from the start, not from a net trained at 384.",
        (
            "A test image is classified by its central crop; the paper averages over the whole image "
            "and its mirror image."
        ),
        (
            "CIFAR-10 stands in for ImageNet in the standard tier: 32x32 images, shifts by four pixels, "
            "layers of 512 instead of 4096 units."
        ),
        "The pocket tier has 8x8 digits, three stages with a quarter of the maps and 128 units.",
    ),
    history=(
        Fact("training_flop", 1.23e19, "FLOP", "Epoch AI (epoch.ai/data), notable models", "verified"),
        Fact(
            "hardware",
            "four NVIDIA Titan Black GPUs, two to three weeks a net",
            "",
            "paper text, section 3.3",
            "verified",
        ),
    ),
)
