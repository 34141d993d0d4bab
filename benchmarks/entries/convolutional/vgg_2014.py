"""Nothing but three by three.

Simonyan and Zisserman hold everything fixed but one thing and ask what depth does. Every filter sees three by three
pixels, the least that can tell left from right. Two such layers see five by five together, three see seven by seven,
with fewer weights than one large filter and a nonlinearity after each. So the nets grow from 11 layers to 19, and up
to 16 the error falls. A net of five 5x5 layers in the place of ten 3x3 ones, which sees as much, has an error that the paper calls 7% higher.

Second in the competition of 2014 behind GoogLeNet, it became the net that everybody used: its table is its description,
and its features serve other tasks. Of its 138 million parameters 74% are in one place, the first fully connected layer.

It was as deep as plain stacks went. The deeper nets did not start to learn from random weights and were begun with
layers of the shallowest; 19 layers are hardly better than 16. To go on took normalisation and shortcuts, a year later.
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
#: The columns of table 1 by their number of layers with weights; the last, of section 4.1, has one 5x5 convolution for each pair of B.
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
    """A column of table 1; photographs are cropped to 224 pixels from a scale S between the two `scales` (section 3.1)."""
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


def variant(configuration, jittered=False):
    """Configuration D is the entry's own and has no name; `jittered` nets are trained on scales from 256 to 512."""
    return "-".join([configuration] * (configuration != "D") + ["jittered"] * jittered)


def recipe(tier, dataset, configuration, model, falls, jittered=False, rate=0.01, **options):
    """Momentum 0.9; the rate falls to a tenth after each of these numbers of iterations."""
    schedule = {
        "name": "PiecewiseConstantDecay",
        "boundaries": falls,
        "values": tuple(rate * 0.1**n for n in range(len(falls) + 1)),
    }
    options |= {
        "optimizer": {"name": "SGD", "momentum": 0.9, "learning_rate": schedule},
        "model": {"configuration": configuration, **model},
    }
    return Recipe(dataset, tier, variant=variant(configuration, jittered), **options)


SECTION = "section 3.1: batches of 256, momentum 0.9, rate 0.01 divided by ten three times, decay 0.0005, dropout 0.5, 74 epochs"
DIGITS = {"classes": 10, "input_shape": (8, 8, 1), "levels": 16, "stages": 3, "width": 0.25, "units": 128}
POCKET = {
    "epochs": 12,
    "batch_size": 32,
    "evaluate_every": 2,
    "source": "section 3.1 in kind, narrow and short",
}
CIFAR = {"classes": 10, "input_shape": (32, 32, 3), "pad": 4, "units": 512}
PHOTOGRAPHS = [{"input_shape": (256, 256, 3), "scales": (256, largest)} for largest in (256, 512)]
SMALL = {"falls": (12_000, 20_000, 26_000), "batch_size": 128, "source": f"with batches of 128, {SECTION}"}
LARGE = {
    "falls": (150_000, 250_000, 330_000),
    "batch_size": 256,
    "source": SECTION,
    "task_options": {"top": 5, "batch_size": 100},
}
WHOLE = {"epochs": 74, "train_on": "train+validation", "evaluate_every": 2}
# table 3, one test scale: top-1 and top-5 error with S = 256, and with S in [256;512]
TABLE_3 = {
    **{
        ("A", False): (29.6, 10.4),
        ("A-LRN", False): (29.7, 10.5),
        ("B", False): (28.7, 9.9),
        ("C", False): (28.1, 9.4),
        ("D", False): (27.0, 8.8),
    },
    **{
        ("E", False): (27.3, 9.0),
        ("C", True): (27.3, 8.8),
        ("D", True): (25.6, 8.1),
        ("E", True): (25.5, 8.0),
    },
}
TABLE_2 = (
    ("A", 133e6, 132_863_336),
    ("B", 133e6, 133_047_848),
    ("C", 134e6, 133_638_952),
    ("D", 138e6, 138_357_544),
    ("E", 144e6, 143_667_240),
)
READ = {"confidence": "verified", "source": "paper text", "test_size": 50_000}

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
        variant(*net): f"configuration {net[0]}" + ", trained on scales from 256 to 512" * net[1]
        for net in TABLE_3
        if variant(*net)
    },
    parameters=tuple(
        ParameterCount(n, "table 2, in millions", variant(c), {"configuration": c}, published)
        for c, published, n in TABLE_2
    ),
    recipes=(
        recipe("pocket", "digits", "B", DIGITS, (330,), rate=0.003, **POCKET, floor=("error", 10.0)),
        *(recipe("standard", "cifar10", name, CIFAR, **SMALL, **WHOLE) for name in "AD"),
        *(recipe("paper", "imagenet", c, PHOTOGRAPHS[j], jittered=j, **LARGE, **WHOLE) for c, j in TABLE_3),
    ),
    claims=(
        *(
            Claim("imagenet", "error", row[0], "%", "table 3", "lower", variant(*net), **READ)
            for net, row in TABLE_3.items()
        ),
        *(
            Claim("imagenet", "top5_error", row[1], "%", "table 3", "lower", variant(*net), **READ)
            for net, row in TABLE_3.items()
        ),
        Claim(
            "imagenet",
            "top5_error",
            7.3,
            "%",
            "table 7, ILSVRC-2014, test set",
            "lower",
            **READ,
            not_comparable="an ensemble of seven nets",
        ),
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
    deviations=(
        "Weights start as Glorot and Bengio propose, which the paper found later to do without a start from net A.",
        "The rate falls at fixed iterations of our choice, where the paper waits for the validation accuracy to stop improving.",
        "Nets for scales from 256 to 512 are trained from the start, not from a net trained at 384.",
        "A test image is classified by its central crop; the paper averages over the whole image and its mirror image.",
        "CIFAR-10 stands in for ImageNet in the standard tier: images of 32x32, shifts by four pixels, layers of 512 instead of 4096 units.",
        "The pocket tier has digits of 8x8, three stages with a quarter of the maps and 128 units.",
    ),
)
