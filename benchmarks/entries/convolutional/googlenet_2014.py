"""Several filter sizes at once.

How large should a filter be? GoogLeNet does not choose. Its module looks at the same maps through
filters of one, three and five pixels and through a pooling window, and puts the answers side by side;
the next module takes what it needs. That would soon be too expensive, so a layer of 1x1 filters, taken
from Network in Network, first compresses the many maps to a few. Nine modules make a net of 22 layers
that won the competition of 2014 with a ninth of AlexNet's parameters (a twelfth, the authors say), for
1.5 billion multiplications and additions an image.

The last maps are averaged, instead of being read by thousands of units. And since nobody trusted a
gradient to find its way through 22 layers, two small classifiers sit halfway, add their losses while
the net learns, and are thrown away then.

Its widths were tuned by hand and say little about the next problem; the classifiers on the side were
soon not needed.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Going deeper with convolutions",
    authors=(
        "C. Szegedy, W. Liu, Y. Jia, P. Sermanet, S. Reed, D. Anguelov, D. Erhan, V. Vanhoucke, A. Rabinovich"
    ),
    year=2014,
    venue="CVPR 2015; arXiv 2014",
    url="https://arxiv.org/abs/1409.4842",
    confidence="verified",
)
#: Maps of each module: 1x1; reduction before 3x3, and 3x3; reduction before 5x5, and 5x5; projection
#: after pooling.
TABLE_1 = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}


def build(
    modules=tuple(TABLE_1),
    auxiliary=True,
    halvings=3,
    width=1.0,
    classes=1000,
    input_shape=(224, 224, 3),
    crop=None,
    pad=0,
    levels=255,
):
    """The net of table 1.

    Before the first module it halves the image three times; less often where images are small (`halvings`).
    """
    from keras import Input, Model, layers

    from benchmarks.layers.bodies.inception import Classifiers, auxiliary_classifier, convolution, inception
    from benchmarks.layers.image.augmentation import MeanColour, RandomShiftAndFlip
    from benchmarks.layers.image.crops import AreaCrop
    from benchmarks.layers.normalization.local_response_normalization import LocalResponseNormalization
    from benchmarks.layers.resampling.max_pooling import MaxPooling2D

    def maps(number):
        return max(1, round(width * number))

    inputs = Input(input_shape)
    x = layers.Rescaling(255 / levels)(MeanColour(name="mean_colour")(inputs))
    x = AreaCrop(crop)(x) if crop else RandomShiftAndFlip(pad)(x) if pad else x
    x = convolution(x, maps(64), 7, 2) if halvings > 2 else convolution(x, maps(64), 3)
    x = LocalResponseNormalization()(MaxPooling2D(3, 2, "same")(x) if halvings > 1 else x)
    x = LocalResponseNormalization()(convolution(convolution(x, maps(64), 1), maps(192), 3))
    x = MaxPooling2D(3, 2, "same")(x) if halvings else x
    helpers, stage = [], modules[0][0]
    for name in modules:
        x = MaxPooling2D(3, 2, "same")(x) if name[0] > stage else x
        x, stage = inception(x, [maps(number) for number in TABLE_1[name]], f"inception_{name}"), name[0]
        if auxiliary and name in ("4a", "4d"):
            helpers.append(auxiliary_classifier(x, classes, width, f"auxiliary_{name}"))
    logits = layers.Dense(classes, name="logits")(layers.Dropout(0.4)(layers.GlobalAveragePooling2D()(x)))
    return Model(inputs, Classifiers(name="classifiers")([logits, *helpers]) if helpers else logits)


def loss(model, batch, training):
    """Cross-entropy; in training, plus 0.3 of that of each classifier on the side (section 5)."""
    from keras import config, ops

    from benchmarks.tasks.classification import cross_entropy

    logits = ops.cast(model(batch["x"], training=training), config.floatx())
    logits = logits if logits.ndim == 3 else logits[:, None]
    classes = ops.repeat(batch["y"][:, None], logits.shape[1], axis=1)
    errors = ops.mean(cross_entropy(classes, logits), axis=0)
    return errors[0] + 0.3 * ops.sum(errors[1:])


def branches(model, batch):
    """How strongly the branches of the first module answer, mean over the maps of each, float [n,h,w]."""
    from keras import Model, ops

    first = [
        next(layer for layer in model.layers if layer.name.endswith(kind)).output
        for kind in ("_1x1", "_3x3", "_5x5", "_projection")
    ]
    return {
        str(place): ops.mean(maps, axis=-1)
        for place, maps in enumerate(Model(model.inputs[0], first)(batch["x"], training=False))
    }


def pictures(model, data, predict):
    """Which branch of the first module answers where."""
    import numpy as np

    from benchmarks.pictures import thumbnails
    from benchmarks.spec import Picture

    images = data.test["x"][np.arange(8)]
    tiles = [thumbnails(images.mean(axis=-1, keepdims=True))]
    for maps in predict(branches, {"x": images}).values():
        nearest = np.arange(tiles[0].shape[1]) * maps.shape[1] // tiles[0].shape[1]
        tiles.append(thumbnails(maps[:, nearest][:, :, nearest, None]))
    caption = (
        "Test images, and where the branches of the first module answer: 1x1, 3x3, 5x5, and pooling. White "
        "is a branch's strongest answer."
    )
    return {"branches": Picture(np.stack(tiles, axis=1), caption)}


SECTION_6 = (
    "section 6: momentum 0.9, 4% off the rate every 8 epochs; first rate 0.01, batches of 32 and "
    "250 epochs from Caffe's replication"
)
PRINTED = {"unit": "%", "direction": "lower", "test_size": 50_000, "confidence": "verified"}

ENTRY = Entry(
    id="googlenet_2014",
    name="GoogLeNet",
    family="convolutional",
    task="classification",
    idea="Filters of several sizes side by side, each behind a layer that compresses.",
    paper=PAPER,
    build=build,
    loss=loss,
    pictures=pictures,
    parameters=(
        ParameterCount(
            trainable=6_998_552,
            where="counted from table 1, whose own column adds up to 6,797.7 K",
            variant="at inference",
            arguments={"auxiliary": False},
            published=6.8e6,
        ),
        ParameterCount(
            trainable=13_378_280,
            where="counted from section 5, with both classifiers on the side",
            variant="while learning",
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model={
                "modules": ("3a", "4a", "5a"),
                "halvings": 0,
                "width": 0.25,
                "classes": 10,
                "input_shape": (8, 8, 1),
                "levels": 16,
            },
            optimizer={
                "name": "SGD",
                "momentum": 0.9,
                "learning_rate": {
                    "name": "ExponentialDecay",
                    "initial_learning_rate": 0.01,
                    "decay_steps": 4,  # ours: every 4 steps
                    "decay_rate": 0.96,  # section 6
                    "staircase": True,
                },
            },
            batch_size=32,
            epochs=6,
            evaluate_every=2,
            floor=("error", 15.0),
            source="after section 6, with 4% off the rate every 4 steps",
            tries=6,
        ),
        Recipe(
            dataset="cifar10",
            tier="standard",
            model={"halvings": 1, "classes": 10, "input_shape": (32, 32, 3), "pad": 4},
            optimizer={
                "name": "SGD",
                "momentum": 0.9,
                "learning_rate": {
                    "name": "ExponentialDecay",
                    "initial_learning_rate": 0.01,
                    "decay_steps": 390,  # ours: every pass
                    "decay_rate": 0.96,  # section 6
                    "staircase": True,
                },
            },
            batch_size=128,
            epochs=60,
            evaluate_every=2,
            train_on="train+validation",
            source="after section 6, with 4% off the rate every epoch",
        ),
        Recipe(
            dataset="imagenet",
            tier="paper",
            model={"input_shape": (256, 256, 3), "crop": 224},
            optimizer={
                "name": "SGD",
                "momentum": 0.9,
                "learning_rate": {
                    "name": "ExponentialDecay",
                    "initial_learning_rate": 0.01,
                    "decay_steps": 320_000,  # 8 passes of about 40,000 steps
                    "decay_rate": 0.96,  # section 6
                    "staircase": True,
                },
            },
            batch_size=32,
            epochs=250,
            evaluate_every=2,
            train_on="train+validation",
            task_options={"top": 5, "batch_size": 100},
            source=SECTION_6,
        ),
    ),
    claims=(
        Claim(
            dataset="imagenet",
            metric="top5_error",
            value=10.07,
            where="table 3, one net, one crop, validation set",
            source="paper text",
            **PRINTED,
        ),
        Claim(
            dataset="imagenet",
            metric="error",
            value=31.3,
            where="Caffe's replication, 60 epochs, central crop",
            source="its readme, github BVLC/caffe",
            **PRINTED,
        ),
        Claim(
            dataset="imagenet",
            metric="top5_error",
            value=7.89,
            where="table 3, one net, 144 crops",
            source="paper text",
            not_comparable="we ask about one crop",
            **PRINTED,
        ),
        Claim(
            dataset="imagenet",
            metric="top5_error",
            value=6.67,
            where="table 2, 144 crops, test set",
            source="paper text",
            not_comparable="an ensemble of seven nets",
            **PRINTED | {"test_size": 100_000},
        ),
    ),
    deviations=(
        (
            "The paper counts in K of 1,024; its first row (2.7 K) fits a separable 7x7 convolution, and 4a "
            "to 5b differ from their shapes by up to 7%."
        ),
        (
            "torchvision's 6,624,904 parameters belong to a net with 3x3 for 5x5 and batch normalisation "
            "for biases."
        ),
        (
            "The paper gives no initial weights: ours are Glorot and Bengio's, with zero biases; local "
            "response normalisation has AlexNet's constants."
        ),
        (
            "Weights are not averaged (Polyak), colours are not distorted, and weights do not decay "
            "(Caffe's replication decays them by 0.0002)."
        ),
        (
            "CIFAR-10 stands in for ImageNet in the standard tier: the 32x32 image is halved once "
            "before the first module."
        ),
        "The pocket tier has 8x8 digits and the modules 3a, 4a and 5a with a quarter of the maps.",
    ),
    history=(
        Fact("training_flop", 1.51e18, "FLOP", "Epoch AI (epoch.ai/data), notable models", "verified"),
        Fact(
            "hardware",
            "processors, by DistBelief; a few high-end GPUs would have taken a week",
            "",
            "paper text, section 6",
            "verified",
        ),
    ),
)
