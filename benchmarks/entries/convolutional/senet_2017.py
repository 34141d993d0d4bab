"""Turning maps up and down.

A convolution treats every image alike: whatever a picture shows, the same maps are added with the same
weights. Squeeze and excitation lets the image decide how loud each map is. The mean of every map over
the whole image (the squeeze) goes through two small layers to a number between 0 and 1 for every map
(the excitation), and the map is multiplied by it. The layers see the whole image at once, which a 3x3
filter never does, and they weigh maps against each other.

The addition fits into almost any net. In a residual net it gates the correction before it is added.
SE-ResNet-50 makes hardly more mistakes than ResNet-101, which has twice the operations, for 10% more
parameters and 0.3% more operations; an ensemble of such nets won the last ImageNet competition, in
2017, with 2.25% top-5 error.

What the gates do is shown better than explained. In early layers they are much the same for all
classes, later they differ, and near the end they are again almost constant, so that most of their
parameters could go at little cost. And a gate turns a whole map up or down; where in the image
something is, it cannot say. Attention would.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Squeeze-and-excitation networks",
    authors="J. Hu, L. Shen, S. Albanie, G. Sun, E. Wu",
    year=2017,
    venue="CVPR 2018, 7132-7141; arXiv 2017",
    url="https://arxiv.org/abs/1709.01507",
    confidence="verified",
)


def build(
    depth=50,
    design="imagenet",
    ratio=16,
    classes=1000,
    input_shape=(224, 224, 3),
    crop=None,
    pad=0,
    levels=255,
    decay=1e-4,
):
    """SE-ResNets.

    Design "imagenet" gives those of table 1, "cifar" the nets with pre-activation of table 4.
    """
    from keras import Input, Model, layers, regularizers

    from benchmarks.layers.bodies import preactivation, residual
    from benchmarks.layers.bodies.squeeze_excitation import squeeze_excitation
    from benchmarks.layers.image.augmentation import MeanColour, RandomShiftAndFlip
    from benchmarks.layers.image.crops import AreaCrop

    def gate(x):
        return squeeze_excitation(x, ratio, decay)

    inputs = Input(input_shape)
    x = layers.Rescaling(1 / levels)(MeanColour(name="mean_colour")(inputs))
    x = AreaCrop(crop)(x) if crop else RandomShiftAndFlip(pad)(x) if pad else x
    body = residual.imagenet_body if design == "imagenet" else preactivation.body
    x = body(x, depth, decay=decay, gate=gate)
    return Model(
        inputs,
        layers.Dense(classes, kernel_initializer="he_normal", kernel_regularizer=regularizers.L2(decay / 2))(
            x
        ),
    )


def excitations(model, batch):
    """The gates of all blocks for some images, float [n, maps], by name "00", "01", ... in their order."""
    from keras import Model

    from benchmarks.layers.bodies.squeeze_excitation import gates

    return {
        f"{place:02}": opened
        for place, opened in enumerate(Model(model.inputs[0], gates(model))(batch["x"], training=False))
    }


def pictures(model, data, predict):
    """How open the gates are for each class, in the last block of each stage (figure 6)."""
    import numpy as np

    from benchmarks.spec import Picture

    labels = np.asarray(data.test["y"])[: min(2000, len(data.test["y"]))]
    opened = list(
        predict(excitations, {"x": data.test["x"][np.arange(len(labels))]}, batch_size=100).values()
    )
    last = [
        one
        for one, following in zip(opened, [*opened[1:], None], strict=True)
        if following is None or following.shape[1] != one.shape[1]
    ]
    shown = min(32, *(gates.shape[1] for gates in last))
    tiles = []
    for gates in last:
        every = gates[:, np.linspace(0, gates.shape[1] - 1, shown).astype(int)]
        tiles.append([every[labels == label].mean(axis=0) for label in range(10)])
    caption = (
        f"Mean gates of {shown} maps (across) for ten classes (down) in the last block of each stage. Black "
        "is 0, white 1."
    )
    return {"gates": Picture(np.round(255.0 * np.array(tiles)[None]).astype("uint8"), caption)}


CIFAR_NET = {"design": "cifar", "classes": 10, "input_shape": (32, 32, 3), "pad": 4}
ORIGINAL = (
    "section 5.1, as the original nets: batches of 128, rate 0.1, a tenth after 32,000 and 48,000 "
    "iterations, 64,000 in all"
)
#: Section 5.1: 0.6, a tenth of it after every 30 passes of 1,251 steps.
IMAGENET_SGD = {
    "name": "SGD",
    "momentum": 0.9,
    "learning_rate": {
        "name": "PiecewiseConstantDecay",
        "boundaries": (37_530, 75_060, 112_590),
        "values": (0.6, 0.06, 0.006, 0.0006),
    },
}
SECTION_5_1 = "section 5.1: batches of 1024, rate 0.6, a tenth after every 30 epochs, 100 epochs, ratio 16"
TRAINED_MODELS = "github hujie-frank/SENet"
PRINTED = {"unit": "%", "direction": "lower", "confidence": "verified"}

ENTRY = Entry(
    id="senet_2017",
    name="SE-ResNet",
    family="convolutional",
    task="classification",
    idea="The image itself decides how much each map counts.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={
        "8": "8 layers",
        "20": "20 layers",
        "101": "101 layers",
        "110": "110 layers",
        "152": "152 layers",
    },
    parameters=(
        ParameterCount(
            trainable=28_088_024,
            where="table 1 and equation 3, with biases",
            variant="50",
            arguments={"depth": 50},
            published=28.1e6,
        ),
        ParameterCount(
            trainable=49_326_872,
            where="table 1 and equation 3, with biases",
            variant="101",
            arguments={"depth": 101},
        ),
        ParameterCount(
            trainable=66_821_848,
            where="table 1 and equation 3, with biases",
            variant="152",
            arguments={"depth": 152},
        ),
        ParameterCount(
            trainable=1_742_200,
            where="the net of 110 layers of table 4",
            variant="110",
            arguments=CIFAR_NET | {"depth": 110},
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="8",
            model={
                "depth": 8,
                "design": "cifar",
                "ratio": 4,
                "classes": 10,
                "input_shape": (8, 8, 1),
                "levels": 16,
            },
            optimizer={
                "name": "SGD",
                "momentum": 0.9,
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": (120,),  # of 160 steps
                    "values": (0.1, 0.01),
                },
            },
            batch_size=64,
            epochs=10,
            evaluate_every=2,
            floor=("error", 10.0),
            source="after section 5.1, shortened",
            tries=6,
        ),
        Recipe(
            dataset="cifar10",
            tier="standard",
            variant="20",
            model=CIFAR_NET | {"depth": 20},
            optimizer={
                "name": "SGD",
                "momentum": 0.9,
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": (8_000, 12_000),  # a quarter of 32,000 and 48,000
                    "values": (0.1, 0.01, 0.001),
                },
            },
            batch_size=128,
            epochs=40,
            evaluate_every=4,
            train_on="train+validation",
            source=f"a quarter of {ORIGINAL}",
        ),
        Recipe(
            dataset="cifar10",
            tier="paper",
            variant="110",
            model=CIFAR_NET | {"depth": 110},
            optimizer={
                "name": "SGD",
                "momentum": 0.9,
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": (400, 32_000, 48_000),
                    "values": (0.01, 0.1, 0.01, 0.001),
                },
            },
            batch_size=128,
            epochs=164,
            evaluate_every=4,
            train_on="train+validation",
            source=f"{ORIGINAL}; 0.01 for the first 400, as the nets with pre-activation",
        ),
        *(
            Recipe(
                dataset="imagenet",
                tier="paper",
                variant=variant,
                model=model,
                optimizer=IMAGENET_SGD,
                batch_size=1024,
                epochs=100,
                evaluate_every=4,
                train_on="train+validation",
                task_options={"top": 5, "batch_size": 100},
                source=SECTION_5_1,
            )
            for variant, model in (
                ("", {"depth": 50, "input_shape": (256, 256, 3), "crop": 224}),
                ("101", {"depth": 101, "input_shape": (256, 256, 3), "crop": 224}),
                ("152", {"depth": 152, "input_shape": (256, 256, 3), "crop": 224}),
            )
        ),
    ),
    claims=(
        *(
            Claim(
                dataset="imagenet",
                variant=variant,
                metric=metric,
                value=value,
                where="table 2",
                test_size=50_000,
                source="paper text",
                **PRINTED,
            )
            for variant, metric, value in (
                ("", "error", 23.29),
                ("101", "error", 22.38),
                ("152", "error", 21.57),
                ("", "top5_error", 6.62),
                ("101", "top5_error", 6.07),
                ("152", "top5_error", 5.73),
            )
        ),
        Claim(
            dataset="imagenet",
            metric="error",
            value=22.37,
            where="the authors' table of trained models",
            test_size=50_000,
            source=TRAINED_MODELS,
            **PRINTED,
        ),
        Claim(
            dataset="cifar10",
            variant="110",
            metric="error",
            value=5.21,
            where="table 4",
            test_size=10_000,
            source="paper text",
            **PRINTED,
        ),
        Claim(
            dataset="imagenet",
            metric="top5_error",
            value=2.251,
            where="section 5.4, ILSVRC-2017, test set",
            test_size=100_000,
            source="paper text",
            not_comparable="an ensemble",
            **PRINTED,
        ),
    ),
    deviations=(
        (
            "The paper's ablations leave the biases of the gates out; table 2 does not say, and the "
            "authors' published nets have them."
        ),
        "Weight decay is 0.0001, as in the original nets; the paper names none for ImageNet.",
        (
            "Photographs are neither rotated nor jittered, as in the authors' code; on CIFAR-10 colours "
            "are not divided by their standard deviation."
        ),
        "The standard tier uses 20 layers and a quarter of every phase of the schedule for CIFAR-10.",
        (
            "The pocket tier has 8x8 digits, 8 layers, a squeeze to a quarter of the maps instead of a "
            "sixteenth, and 160 iterations."
        ),
    ),
    history=(
        Fact("hardware", "four servers with GPUs", "", TRAINED_MODELS, "verified"),
        Fact("examples", 1.28e6, "images", "paper text, section 5.1", "verified"),
    ),
)
