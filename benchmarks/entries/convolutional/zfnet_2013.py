"""A look into the net, and what was changed after it.

AlexNet had won by a wide margin, and nobody could say what its units had learned: only the filters of
the first layer can be drawn as pictures, since only they look at pixels. Zeiler and Fergus show the
others by running the net backwards. A unit's answer to an image is kept and all others set to zero;
then each value goes back through the pooling to the place where the maximum had been, is rectified, and
passes the same filters transposed, layer by layer, down to the pixels. What appears is the part of the
image that the unit answered to: edges and their crossings in the second layer, textures in the third,
faces of dogs in the fourth, whole objects in several poses in the fifth.

The pictures were put to use. AlexNet's first filters, 11 pixels wide and 4 apart, turned out to be very
coarse or very fine, with little between, and its second layer showed the ripples of too few samples. With
filters of 7 pixels, 2 apart, and no division into halves, the error fell by two points. One filter had
outgrown the others, too; now each is scaled back when it gets too large.

The projections are no samples from the net, and they show one image at a time: what a unit does with
others has to be guessed. Later work found that much in them is owed to the switches of the pooling.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Picture, Recipe

PAPER = Paper(
    title="Visualizing and understanding convolutional networks",
    authors="M. D. Zeiler, R. Fergus",
    year=2013,
    venue="ECCV 2014, 818-833; arXiv 2013",
    url="https://arxiv.org/abs/1311.2901",
    confidence="verified",
)
PUBLISHED = (96, 256, 384, 384, 256, 4096, 4096)


def build(
    widths=PUBLISHED,
    first=(7, 2),
    second=2,
    classes=1000,
    side=256,
    window=224,
    views="ten",
    flip=True,
    channels=3,
    scale=255.0,
    std=0.01,
):
    """The net of figure 3.

    `first` is the size and stride of the first filters, `second` the stride of the second.
    """
    from keras import Input, Sequential, initializers, layers

    from benchmarks.layers.image.augmentation import MeanImage
    from benchmarks.layers.image.many_views import ManyViews, MeanOfViews
    from benchmarks.layers.normalization.filter_norm import MaxRMS
    from benchmarks.layers.normalization.local_response_normalization import LocalResponseNormalization
    from benchmarks.layers.resampling.overlapping_pooling import overlapping_pooling

    def start():
        """An initialiser of one layer: from the same one, all would begin with the same numbers."""
        return initializers.RandomNormal(0.0, std)

    net = Sequential(
        [
            Input((side, side, channels)),
            MeanImage(name="mean_image"),
            layers.Rescaling(255 / scale),
            ManyViews(window, side, views, flip),
        ]
    )
    shapes = (first, (5, second), (3, 1), (3, 1), (3, 1))
    for number, ((size, stride), maps) in enumerate(zip(shapes, widths, strict=False), 1):
        if number == 1 and stride > 1:
            net.add(layers.ZeroPadding2D(1, name="border"))
        padding = "same" if stride == 1 else "valid"
        net.add(
            layers.Conv2D(
                maps,
                size,
                stride,
                padding,
                kernel_initializer=start(),
                kernel_constraint=MaxRMS(10 * std),
                name=f"conv{number}",
            )
        )
        net.add(layers.ReLU(name=f"relu{number}"))
        if number in (1, 2, 5):
            net.add(overlapping_pooling(net.output_shape[1], name=f"pool{number}"))
        if number < 3:
            net.add(LocalResponseNormalization(name=f"norm{number}"))
    net.add(layers.Flatten())
    for number in (6, 7):
        net.add(layers.Dense(widths[number - 1], "relu", kernel_initializer=start(), name=f"fc{number}"))
        net.add(layers.Dropout(0.5))
    net.add(layers.Dense(classes, kernel_initializer=start(), name="fc8"))
    net.add(MeanOfViews(views))
    return net


def pictures(model, data, predict):
    """For the liveliest maps of layers 2 and 5, the images that excite them most, and what in them does."""
    import numpy as np

    from benchmarks.layers.image.many_views import count
    from benchmarks.layers.models.deconvnet import projected, strongest
    from benchmarks.pictures import first_filters

    images, names = data.test["x"][:200], [layer.name for layer in model.layers]
    where = {"first": "border" if "border" in names else "conv1", "views": count(model.layers[-1].views)}
    kernel = np.asarray(model.get_layer("conv1").kernel.value)
    drawn = {"filters": first_filters(kernel, 8, "The filters of the first layer. Grey is zero.")}
    for name, answers in predict(strongest, {"x": images}, names=("relu2", "relu5"), **where).items():
        liveliest = np.argsort(-answers.max(axis=0))[:4]
        chosen = [image for map in liveliest for image in np.argsort(-answers[:, map])[:4]]
        shown = predict(
            projected,
            {"x": images[chosen], "map": np.repeat(liveliest, 4).astype("int32")},
            name=name,
            **where,
        )
        pairs = [
            part / np.maximum(np.abs(part).max(axis=(1, 2, 3), keepdims=True), 1e-12)
            for part in (shown["window"], shown["projection"])
        ]
        tiles = np.stack(
            [np.round(127.5 + 127.5 * part).astype("uint8").reshape(4, 4, *part.shape[1:]) for part in pairs],
            axis=1,
        )
        tiles = tiles.reshape(8, 4, *tiles.shape[3:])
        caption = (
            f"Layer {name[-1]}: for four maps the four test images that excite them most, and below each the "
            "answer projected to its pixels."
        )
        drawn[f"layer_{name[-1]}"] = Picture(tiles[..., 0] if tiles.shape[-1] == 1 else tiles, caption)
    return drawn


SECTION_3 = (
    "section 3: batches of 128, rate 0.01, lowered when the validation error stops improving, momentum 0.9, "
    "70 passes"
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
    id="zfnet_2013",
    name="ZFNet",
    family="convolutional",
    task="classification",
    idea=(
        "What a unit answers to is made visible by running the net backwards, and the net is mended by what "
        "is seen."
    ),
    paper=PAPER,
    build=build,
    pictures=pictures,
    parameters=(ParameterCount(trainable=62_357_608, where="counted from figure 3"),),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model={
                "first": (3, 1),
                "second": 1,
                "classes": 10,
                "side": 8,
                "window": 8,
                "views": "one",
                "flip": False,
                "channels": 1,
                "scale": 16.0,
                "widths": (16, 32, 32, 32, 32, 64, 64),
                "std": 0.09,
            },
            optimizer={
                "name": "SGD",
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": [288],  # 18 of 22 passes of 16 steps
                    "values": [0.006, 0.006 / 10],
                },
                "momentum": 0.9,
            },
            batch_size=64,
            epochs=22,
            floor=("error", 14.0),
            source="after section 3; rate and passes ours",
            tries=6,
        ),
        Recipe(
            dataset="cifar10",
            tier="standard",
            model={"classes": 10, "first": (3, 1), "second": 1, "side": 32, "window": 28},
            optimizer={
                "name": "SGD",
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": [11_700, 19_500],  # after 30 and 50 passes of 390 steps, ours
                    "values": [0.01, 0.001, 0.0001],
                },
                "momentum": 0.9,
            },
            batch_size=128,
            epochs=70,
            evaluate_every=5,
            train_on="train+validation",
            source=f"{SECTION_3}, on small images",
        ),
        Recipe(
            dataset="imagenet",
            tier="paper",
            optimizer={
                "name": "SGD",
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": [288_000, 480_000],  # after 30 and 50 passes of 9,600 steps, ours
                    "values": [0.01, 0.001, 0.0001],
                },
                "momentum": 0.9,
            },
            batch_size=128,
            epochs=70,
            evaluate_every=5,
            task_options={"top": 5, "batch_size": 100},
            source=SECTION_3,
        ),
    ),
    claims=(
        Claim(metric="error", value=38.4, where="table 2, one net as in figure 3, validation set", **PRINTED),
        Claim(
            metric="top5_error",
            value=16.5,
            where="table 2, one net as in figure 3, validation set",
            **PRINTED,
        ),
        Claim(
            metric="top5_error",
            value=14.8,
            where="table 2, six nets, test set",
            not_comparable="the suite trains single nets",
            **PRINTED | {"test_size": 100_000},
        ),
    ),
    deviations=(
        (
            "The paper trains on ten fixed crops of each image, the suite on random crops, mirrored "
            "half of the time."
        ),
        (
            "The paper lowers the rate when the validation error stops improving; the suite does so after "
            "30 and 50 passes."
        ),
        (
            "Layers 1 and 2 are normalised across maps with AlexNet's constants; the paper refers to "
            "AlexNet and prints none."
        ),
        (
            "On CIFAR-10 the first filters are 3x3, both strides are 1, crops have 28 of the 32 pixels, "
            "and there are ten classes."
        ),
        (
            "The pocket tier has narrow layers, whole 8x8 digits, and initial weights with a standard "
            "deviation of 0.09, since fewer inputs add up."
        ),
        (
            "The bound on the filters is ten times the standard deviation of their initial weights, as "
            "in the paper, also where that deviation differs."
        ),
    ),
    history=(
        Fact(
            "training_flop",
            5.32e17,
            "FLOP",
            "Epoch AI (epoch.ai/data), notable models: Visualizing CNNs",
            "verified",
        ),
        Fact("hours", 288, "h", "paper text: around 12 days", "verified"),
        Fact("hardware", "one NVIDIA GTX 580", "", "paper text", "verified"),
    ),
)
