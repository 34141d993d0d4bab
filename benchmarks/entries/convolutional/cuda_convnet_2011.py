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

from typing import NamedTuple

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="cuda-convnet: a fast C++/CUDA implementation of convolutional neural networks",
    authors="A. Krizhevsky",
    year=2011,
    venue="program, Google Code; with the layer definitions for CIFAR-10",
    url="https://code.google.com/p/cuda-convnet/",
    confidence="verified",
)


class Weights(NamedTuple):
    """A layer with weights: the deviation of the first ones, and how strongly they decay."""

    kind: str
    units: int
    size: int
    deviation: float
    decay: float


FIRST_32 = Weights("conv", units=32, size=5, deviation=1e-4, decay=0.004)
NEXT_32 = Weights("conv", units=32, size=5, deviation=0.01, decay=0.004)
LAST_64 = Weights("conv", units=64, size=5, deviation=0.01, decay=0.004)
FIRST_64 = Weights("conv", units=64, size=5, deviation=1e-4, decay=0.0)
NEXT_64 = Weights("conv", units=64, size=5, deviation=0.01, decay=0.0)
LOCAL_32 = Weights("local", units=32, size=3, deviation=0.04, decay=0.004)
OUTPUT = Weights("full", units=10, size=0, deviation=0.01, decay=0.004)
OUTPUT_18 = Weights("full", units=10, size=0, deviation=0.01, decay=1.0)
HIDDEN_80 = Weights("full", units=64, size=0, deviation=0.1, decay=0.03)
OUTPUT_80 = Weights("full", units=10, size=0, deviation=0.1, decay=0.03)

#: The four layer files, step by step, with the layers above.
ENDING = (LOCAL_32, "relu", LOCAL_32, "relu", OUTPUT)
NETS = {
    "11pct": (FIRST_64, "relu", "across", "max", NEXT_64, "relu", "across", "max", *ENDING),
    "13pct": (FIRST_64, "relu", "max", NEXT_64, "relu", "max", *ENDING),
    "18pct": (
        *(FIRST_32, "max", "relu", "within"),
        *(NEXT_32, "relu", "average", "within"),
        *(LAST_64, "relu", "average", OUTPUT_18),
    ),
    "80sec": (
        *(FIRST_32, "max", "relu"),
        *(NEXT_32, "relu", "average"),
        *(LAST_64, "relu", "average"),
        *(HIDDEN_80, "relu", OUTPUT_80),
    ),
}
#: Neighbours, factor, power, what is added, and whether the neighbours are in other maps. The program
#: divides the factor by their number.
NORMALISATION = {"across": (5, 0.001 / 5, 0.75, 1.0, True), "within": (3, 0.00005 / 9, 0.75, 1.0, False)}


def build(net="11pct", side=32, window=24, border=0, flip=True, narrower=1, channels=3, scale=255.0):
    """The nets of the four layer files.

    Those of 11% and 13% see windows of the image, the others all of it.
    """
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
        if isinstance(step, Weights):
            how = {
                "kernel_initializer": initializers.RandomNormal(0.0, narrower * step.deviation),
                "kernel_regularizer": regularizers.L2(step.decay / 2),
            }
            units = step.units // narrower
            if step.kind == "conv":
                x = layers.Conv2D(units, step.size, padding="same", name=f"conv{number}", **how)(x)
            elif step.kind == "local":
                x = LocallyConnected(units, step.size, name=f"local{number}", **how)(x)
            else:
                x = layers.Dense(step.units, name=f"fc{number}", **how)(layers.Flatten()(x))
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


#: 0.001 for 120 passes of 390 steps, then a tenth of it for 10 passes, and a hundredth for 10.
RATE_120_10_10 = {
    "name": "PiecewiseConstantDecay",
    "boundaries": [46_800, 50_700],
    "values": [0.001, 0.0001, 1e-05],
}
FILES = "the program's layer and parameter files"
README = "README, github dnouri/cuda-convnet"
PRINTED = {
    "dataset": "cifar10",
    "metric": "error",
    "unit": "%",
    "direction": "lower",
    "test_size": 10_000,
    "confidence": "verified",
    "source": README,
}

ENTRY = Entry(
    id="cuda_convnet_2011",
    name="cuda-convnet on CIFAR-10",
    family="convolutional",
    task="classification",
    idea=(
        "Rectified units, damped by their neighbours, on small photographs, at the speed of a graphics card."
    ),
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={
        "13pct": "without response normalisation",
        "18pct": "three shared layers on whole images, normalised within maps",
        "80sec": "three shared layers and 64 hidden units, on whole images",
    },
    parameters=(
        ParameterCount(trainable=1_116_490, where="counted from the layer file, 11%"),
        ParameterCount(
            trainable=89_578,
            where="counted from the layer file, 18%",
            variant="18pct",
            arguments={"net": "18pct"},
        ),
        ParameterCount(
            trainable=145_578,
            where="counted from the layer file, 26%",
            variant="80sec",
            arguments={"net": "80sec"},
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model={
                "net": "11pct",
                "side": 8,
                "border": 1,
                "window": 8,
                "flip": False,
                "narrower": 4,
                "channels": 1,
                "scale": 16.0,
            },
            optimizer={
                "name": "ScaledRates",
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": [192],  # 12 passes of 16 steps
                    "values": [0.004, 0.0004],
                },
                "momentum": 0.9,
                "scales": (("bias", 2.0),),
            },
            batch_size=64,
            epochs=16,
            evaluate_every=5,
            floor=("error", 9.0),
            source=f"after {FILES}",
            tries=6,
        ),
        Recipe(
            dataset="cifar10",
            tier="standard",
            variant="80sec",
            model={"net": "80sec"},
            optimizer={
                "name": "ScaledRates",
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": [3120],  # 8 passes of 390 steps
                    "values": [0.001, 0.0001],
                },
                "momentum": 0.9,
                "scales": (("bias", 2.0),),
            },
            batch_size=128,
            epochs=10,
            evaluate_every=5,
            train_on="train+validation",
            source=FILES,
        ),
        Recipe(
            dataset="cifar10",
            tier="standard",
            variant="18pct",
            model={"net": "18pct"},
            optimizer={
                "name": "ScaledRates",
                "learning_rate": RATE_120_10_10,
                "momentum": 0.9,
                "scales": (("bias", 2.0),),
            },
            batch_size=128,
            epochs=140,
            evaluate_every=5,
            train_on="train+validation",
            source=FILES,
        ),
        Recipe(
            dataset="cifar10",
            tier="standard",
            model={"net": "11pct"},
            optimizer={
                "name": "ScaledRates",
                "learning_rate": RATE_120_10_10,
                "momentum": 0.9,
                "scales": (("bias", 2.0),),
            },
            batch_size=128,
            epochs=140,
            evaluate_every=5,
            train_on="train+validation",
            shortened="140 of 470 passes",
            source=f"{FILES}, the first phase shortened from 450 passes",
        ),
        Recipe(
            dataset="cifar10",
            tier="paper",
            variant="13pct",
            model={"net": "13pct"},
            optimizer={
                "name": "ScaledRates",
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": [54_600, 58_500],  # 140, then 10 passes of 390 steps
                    "values": [0.001, 0.0001, 1e-05],
                },
                "momentum": 0.9,
                "scales": (("bias", 2.0),),
            },
            batch_size=128,
            epochs=160,
            evaluate_every=5,
            train_on="train+validation",
            source="the program's layer file, and the example of methodology in its wiki",
        ),
        Recipe(
            dataset="cifar10",
            tier="paper",
            model={"net": "11pct"},
            optimizer={
                "name": "ScaledRates",
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": [175_500, 179_400],  # 450, then 10 passes of 390 steps
                    "values": [0.001, 0.0001, 1e-05],
                },
                "momentum": 0.9,
                "scales": (("bias", 2.0),),
            },
            batch_size=128,
            epochs=470,
            evaluate_every=5,
            train_on="train+validation",
            source=FILES,
        ),
    ),
    claims=(
        *(
            Claim(variant=variant, value=value, where=where, **PRINTED)
            for variant, value, where in (
                ("80sec", 26, "README, 80 seconds"),
                ("18pct", 18, "README, 20 minutes"),
                ("13pct", 13, "README, 25 minutes, translations and reflections"),
                ("", 11, "README, 75 minutes, translations and reflections"),
            )
        ),
    ),
    deviations=(
        (
            "All 50,000 images are used at the first rate from the start; the files first train on "
            "40,000 and then add the rest."
        ),
        "The file of the 26% net does not say how long the second rate lasts; here it lasts two passes.",
        (
            "Each pass shuffles the images and leaves out the last 80; the program keeps its batches of "
            "128, and one smaller, in a fixed order."
        ),
        "The standard tier trains the 11% net at the first rate for 120 passes instead of about 450.",
        (
            "The pocket tier has 8x8 digits with a border of one pixel, a quarter of the filters, and "
            "initial weights and a rate four times as large."
        ),
    ),
    history=(
        Fact("hours", 1.25, "h", f"{README}: 75 minutes", "verified"),
        Fact("hours", 0.4166666666666667, "h", f"{README}: 25 minutes", "verified", "13pct"),
        Fact("hours", 0.3333333333333333, "h", f"{README}: 20 minutes", "verified", "18pct"),
        Fact("hours", 0.022222222222222223, "h", f"{README}: 80 seconds", "verified", "80sec"),
        Fact(
            "hardware",
            "one graphics card of NVIDIA's Fermi generation",
            "",
            f"{README}, which requires it",
            "verified",
        ),
    ),
)
