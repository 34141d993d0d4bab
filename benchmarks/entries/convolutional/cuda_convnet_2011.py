"""The code that made the graphics card a laboratory.

In 2011 Alex Krizhevsky published a program, not a paper. It ran convolutional nets on a gamer's
graphics card, any net that one could write down in a text file, and beside it lay four such files for
the tiny photographs of CIFAR-10: from 26% error in eighty seconds to 11% in little more than an hour.

The files show a craft being worked out. Rectified units need no pre-training, but answer as loudly as
they like, so response normalisation damps a unit by the activity around it: in neighbouring pixels of
its own map in the 18% net, in neighbouring maps in the 11% net. Pooling windows overlap. The last
layers of the better nets are local but not shared: at each place they may learn filters of their own.
And these nets never see a whole image: they learn from random windows of it, mirrored half of the
time, and are asked about nine windows in the end.

A year later the same code, spread over two cards, won the ImageNet competition. What replaced its
devices came soon: dropout, normalisation by the batch, and layers that share all their weights.
"""

from benchmarks import rates
from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="cuda-convnet: a fast C++/CUDA implementation of convolutional neural networks",
    authors="A. Krizhevsky",
    year=2011,
    venue="program, Google Code; with the layer definitions for CIFAR-10",
    url="https://code.google.com/p/cuda-convnet/",
    confidence="verified",
)
#: The four layer files, step by step. Layers with weights: kind, units or filters, size, deviation of the first weights, decay.
C1, C2, C3 = ("conv", 32, 5, 1e-4, 0.004), ("conv", 32, 5, 0.01, 0.004), ("conv", 64, 5, 0.01, 0.004)
WIDE1, WIDE2, LOCAL = ("conv", 64, 5, 1e-4, 0.0), ("conv", 64, 5, 0.01, 0.0), ("local", 32, 3, 0.04, 0.004)
ENDING = (LOCAL, "relu", LOCAL, "relu", ("fc", 10, 0, 0.01, 0.004))
NETS = {
    "11pct": (WIDE1, "relu", "across", "max", WIDE2, "relu", "across", "max", *ENDING),
    "13pct": (WIDE1, "relu", "max", WIDE2, "relu", "max", *ENDING),
    "18pct": (
        C1,
        "max",
        "relu",
        "within",
        C2,
        "relu",
        "average",
        "within",
        C3,
        "relu",
        "average",
        ("fc", 10, 0, 0.01, 1.0),
    ),
    "80sec": (
        C1,
        "max",
        "relu",
        C2,
        "relu",
        "average",
        C3,
        "relu",
        "average",
        ("fc", 64, 0, 0.1, 0.03),
        "relu",
        ("fc", 10, 0, 0.1, 0.03),
    ),
}
#: Neighbours, factor, power, what is added, and whether the neighbours are in other maps. The program divides the factor by their number.
NORMALISATION = {"across": (5, 0.001 / 5, 0.75, 1.0, True), "within": (3, 0.00005 / 9, 0.75, 1.0, False)}


def build(net="11pct", side=32, window=24, border=0, flip=True, narrower=1, channels=3, scale=255.0):
    """The nets of the four layer files. Those of 11% and 13% see windows of the image, the others all of it."""
    from keras import Input, Model, initializers, layers, regularizers

    from benchmarks.layers.convolution.locally_connected import LocallyConnected
    from benchmarks.layers.image.augmentation import MeanImage
    from benchmarks.layers.image.many_views import ManyViews, MeanOfViews
    from benchmarks.layers.normalization.local_response_normalization import LocalResponseNormalization
    from benchmarks.layers.resampling.overlapping_pooling import overlapping_pooling

    inputs = Input((side, side, channels))
    x = layers.ZeroPadding2D(border)(layers.Rescaling(255 / scale)(MeanImage(name="mean_image")(inputs)))
    windows = net in ("11pct", "13pct")
    if windows:
        x = ManyViews(window, side + 2 * border, "nine", flip)(x)
    for number, step in enumerate(NETS[net]):
        if isinstance(step, tuple):
            kind, units, size, deviation, decay = step
            how = {
                "kernel_initializer": initializers.RandomNormal(0.0, narrower * deviation),
                "kernel_regularizer": regularizers.L2(decay / 2),
            }
            if kind == "conv":
                x = layers.Conv2D(units // narrower, size, padding="same", **how, name=f"conv{number}")(x)
            elif kind == "local":
                x = LocallyConnected(units // narrower, size, **how, name=f"local{number}")(x)
            else:
                x = layers.Dense(units, **how, name=f"fc{number}")(layers.Flatten()(x))
        elif step == "relu":
            x = layers.ReLU()(x)
        elif step in NORMALISATION:
            x = LocalResponseNormalization(*NORMALISATION[step])(x)
        else:
            x = overlapping_pooling(x.shape[1], step)(x)
    return Model(inputs, MeanOfViews("nine")(x) if windows else x)


def pictures(model, data, predict):
    """The filters of the first layer."""
    import numpy as np

    from benchmarks.pictures import first_filters

    return {
        "filters": first_filters(
            np.asarray(model.get_layer("conv0").kernel.value),
            16,
            "The filters of the first layer. Grey is zero.",
        )
    }


def recipe(dataset, tier, net, phases, source, rate=0.001, batch=128, examples=50_000, **options):
    """`phases`: how many passes are made at `rate`, at a tenth of it, at a hundredth."""
    schedule = rates.tenths(rate, phases, examples // batch)
    optimizer = {
        "name": "ScaledRates",
        "learning_rate": schedule,
        "momentum": 0.9,
        "scales": (("bias", 2.0),),
    }
    options = {
        "train_on": "train" if tier == "pocket" else "train+validation",
        "model": {"net": net},
        **options,
    }
    options |= {"epochs": sum(phases), "batch_size": batch, "evaluate_every": 5}
    return Recipe(dataset, tier, source, "" if net == "11pct" else net, optimizer=optimizer, **options)


DIGITS = {
    "net": "11pct",
    "side": 8,
    "border": 1,
    "window": 8,
    "flip": False,
    "narrower": 4,
    "channels": 1,
    "scale": 16.0,
}
READ = "README, github dnouri/cuda-convnet"
README = {
    "dataset": "cifar10",
    "metric": "error",
    "unit": "%",
    "direction": "lower",
    "confidence": "verified",
    "source": READ,
    "test_size": 10_000,
}
FILES = "the program's layer and parameter files"

ENTRY = Entry(
    id="cuda_convnet_2011",
    name="cuda-convnet on CIFAR-10",
    family="convolutional",
    task="classification",
    idea="Rectified units, damped by their neighbours, on small photographs, at the speed of a graphics card.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={
        "13pct": "without response normalisation",
        "18pct": "three shared layers on whole images, normalised within maps",
        "80sec": "three shared layers and 64 hidden units, on whole images",
    },
    parameters=(
        ParameterCount(1_116_490, "counted from the layer file, 11%"),
        ParameterCount(89_578, "counted from the layer file, 18%", "18pct", {"net": "18pct"}),
        ParameterCount(145_578, "counted from the layer file, 26%", "80sec", {"net": "80sec"}),
    ),
    recipes=(
        recipe(
            "digits",
            "pocket",
            "11pct",
            (12, 4),
            f"{FILES} in kind",
            0.004,
            64,
            1078,
            model=DIGITS,
            floor=("error", 9.0),
        ),
        recipe("cifar10", "standard", "80sec", (8, 2), FILES),
        recipe("cifar10", "standard", "18pct", (120, 10, 10), FILES),
        recipe(
            "cifar10",
            "standard",
            "11pct",
            (120, 10, 10),
            f"{FILES}, the first phase shortened from 450 passes",
            shortened="140 of 470 passes",
        ),
        recipe(
            "cifar10",
            "paper",
            "13pct",
            (140, 10, 10),
            "the program's layer file, and the example of methodology in its wiki",
        ),
        recipe("cifar10", "paper", "11pct", (450, 10, 10), FILES),
    ),
    claims=(
        Claim(value=26, where="README, 80 seconds", variant="80sec", **README),
        Claim(value=18, where="README, 20 minutes", variant="18pct", **README),
        Claim(value=13, where="README, 25 minutes, translations and reflections", variant="13pct", **README),
        Claim(value=11, where="README, 75 minutes, translations and reflections", **README),
    ),
    history=(
        Fact("hours", 1.25, "h", f"{READ}: 75 minutes", "verified"),
        Fact("hours", 25 / 60, "h", f"{READ}: 25 minutes", "verified", "13pct"),
        Fact("hours", 20 / 60, "h", f"{READ}: 20 minutes", "verified", "18pct"),
        Fact("hours", 80 / 3600, "h", f"{READ}: 80 seconds", "verified", "80sec"),
        Fact(
            "hardware",
            "one graphics card of NVIDIA's Fermi generation",
            "",
            f"{READ}, which requires it",
            "verified",
        ),
    ),
    deviations=(
        "All 50,000 images are learned from at the first rate from the start; the files first train on 40,000 and then fold in the rest.",
        "The file of the net of 26% does not say how long the second rate lasts; here it is two passes.",
        "A pass leaves out the last 80 images of a new order; the program keeps batches of 128, and one smaller, in their order.",
        "The standard tier makes 120 instead of about 450 passes at the first rate with the net of 11%.",
        "The pocket tier has digits of 8x8 with a border of one pixel, a quarter of the filters, first weights and rate four times as large.",
    ),
)
