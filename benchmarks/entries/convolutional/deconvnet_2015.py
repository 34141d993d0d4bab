"""The way down, walked back up.

A fully convolutional net decides at one place for 32x32 pixels and then interpolates: thin and small
things are gone before the decision is made. This net has a second half as deep as the first, and its
mirror image. Where the first half pools, it notes which of the pixels won, and where the second half
unpools, each value returns to the place of its winner; between them filters are learned that turn these
scattered points into dense shapes again. So detail is not carried up the net as maps, but as places:
what the values are comes through the narrowest part, a single vector, and where they belong through the
switches.

Twice as many layers were, in early 2015, hard to train: batch normalisation, a few months old, stands
after every convolution and every deconvolution. And since the net sees all of a window at once, the
authors give it windows with one object each, fifty to an image, and lay the results over one another;
two stages of training go from easy windows to real ones.

The price is 252 million weights, most of them on both sides of that one vector, and it was soon found
that neither the vector nor the windows are needed. The switches lived on in SegNet; others carried the
maps themselves across.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Learning deconvolution network for semantic segmentation",
    authors="H. Noh, S. Hong, B. Han",
    year=2015,
    venue="ICCV 2015, 1520-1528",
    url="https://arxiv.org/abs/1505.04366",
    confidence="verified",
)


def build(classes=21, input_shape=(224, 224, 3), scale=1.0, plan=None, units=4096, switches=True, decay=5e-4):
    """The authors' net.

    Without `switches`, each value returns to the upper left corner of its window instead.
    """
    import keras
    from keras import layers, ops

    from benchmarks.layers.bodies import vgg
    from benchmarks.layers.image.augmentation import MeanColour
    from benchmarks.layers.resampling.unpooling import MaxPoolingWithSwitches, MaxUnpooling

    regularizer = keras.regularizers.L2(decay / 2)

    def gaussian():
        """An initialiser of one layer: from the same one, all would begin with the same numbers."""
        return keras.initializers.RandomNormal(stddev=0.01)

    def normalised(layer, maps, size, padding, start, x, name=None):
        x = layer(maps, size, padding=padding, kernel_initializer=start, kernel_regularizer=regularizer)(x)
        return layers.ReLU(name=name)(layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x))

    inputs = keras.Input(input_shape)
    x = layers.Rescaling(1 / scale)(MeanColour(name="mean_colour")(inputs))
    plan, places = plan or vgg.PLANS[16], []
    for widths in plan:
        x = vgg.stage(x, widths, decay, normalised=True)
        shape = x.shape[1:3]
        x, where = MaxPoolingWithSwitches()(x)
        places.append((shape, where if switches else ops.zeros_like(where)))
    side, deepest = x.shape[1], x.shape[-1]
    x = normalised(layers.Conv2D, units, side, "valid", "he_normal", x)
    x = normalised(layers.Conv2D, units, 1, "valid", "he_normal", x)
    x = normalised(layers.Conv2DTranspose, deepest, side, "valid", gaussian(), x)
    # The mirror image: the last deconvolution of a stage has as many maps as the stage below it.
    for number in range(len(plan), 0, -1):
        shape, where = places[number - 1]
        x = MaxUnpooling(shape, name=f"unpool{number}")(x, where)
        for width in plan[number - 1][1:]:
            x = normalised(layers.Conv2DTranspose, width, 3, "same", gaussian(), x)
        x = normalised(
            layers.Conv2DTranspose,
            plan[max(number - 2, 0)][-1],
            3,
            "same",
            gaussian(),
            x,
            name=f"filled{number}",
        )
    score = layers.Conv2D(
        classes, 1, kernel_initializer=gaussian(), kernel_regularizer=regularizer, name="score"
    )(x)
    return keras.Model(inputs, score)


def climb(model, batch):
    """The strongest map after each unpooling and after the deconvolutions that follow it, coarsest first.

    Returns a dict of float [n,h,w].
    """
    from keras import Model, ops

    layers = [layer for layer in model.layers if layer.name.startswith(("unpool", "filled"))]
    maps = Model(model.input, [layer.output for layer in layers])(batch["x"], training=False)
    return {f"{number:02}": ops.max(ops.cast(part, "float32"), axis=-1) for number, part in enumerate(maps)}


def pictures(model, data, predict):
    """Scenes, truth and segmentation; and how four scenes are put together again on the way up."""
    import numpy as np

    from benchmarks.pictures import grid
    from benchmarks.tasks import segmentation

    side = data.test["x"].shape[1]
    maps = [part for _, part in sorted(predict(climb, {"x": data.test["x"][:4]}, batch_size=4).items())]
    tiles = [np.kron(part / max(part.max(), 1e-12), np.ones((side // part.shape[1],) * 2)) for part in maps]
    caption = (
        "Four scenes, one a row, on the way up: after each unpooling and after the deconvolutions that "
        "follow it, the strongest map."
    )
    way = grid(np.stack(tiles, axis=1).reshape(4 * len(tiles), -1), (side, side), len(tiles), caption)
    return {"scenes": segmentation.panels(predict, model, data), "way_up": way}


DIGITS_NET = {
    "classes": 5,
    "input_shape": (24, 24, 1),
    "scale": 64.0,
    "plan": ((8,), (16,), (32,)),
    "units": 64,
}
FASHION_NET = {
    "classes": 11,
    "input_shape": (64, 64, 1),
    "scale": 64.0,
    "plan": ((16, 16), (32, 32), (64, 64, 64)),
    "units": 256,
}
SOURCE = (
    "after the paper: momentum 0.9, decay 0.0005, a rate that falls to a tenth, chosen on the "
    "validation split of the digit scenes"
)
WINDOWS = (
    "photographs of 20 classes, fifty windows an image, from weights trained on ImageNet; "
    "ours are whole small scenes and random weights"
)

ENTRY = Entry(
    id="deconvnet_2015",
    name="Deconvolution network",
    family="convolutional",
    task="segmentation",
    idea="A mirrored net unpools to where the poolings found their maxima, and learns to fill in the shapes.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={"no-switches": "each value returns to the upper left corner of its window"},
    parameters=(
        ParameterCount(
            trainable=251_805_653, where="counted; the paper gives it in millions", published=252e6
        ),
    ),
    recipes=(
        Recipe(
            dataset="digit_scenes",
            tier="pocket",
            model=DIGITS_NET,
            optimizer={
                "name": "SGD",
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": (225,),
                    "values": (0.5, 0.05),
                },
                "momentum": 0.9,
            },
            batch_size=16,
            epochs=4,
            floor=("mean_iou", 21.5),
            source=SOURCE,
        ),
        Recipe(
            dataset="fashion_scenes",
            tier="standard",
            model=FASHION_NET,
            optimizer={
                "name": "SGD",
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": (3120,),
                    "values": (0.1, 0.01),
                },
                "momentum": 0.9,
            },
            batch_size=64,
            epochs=30,
            evaluate_every=5,
            source=SOURCE,
        ),
        Recipe(
            dataset="fashion_scenes",
            tier="standard",
            variant="no-switches",
            model=FASHION_NET | {"switches": False},
            optimizer={
                "name": "SGD",
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": (3120,),
                    "values": (0.1, 0.01),
                },
                "momentum": 0.9,
            },
            batch_size=64,
            epochs=30,
            evaluate_every=5,
            source=SOURCE,
        ),
    ),
    claims=(
        *(
            Claim(
                dataset="pascal_voc_2012",
                metric="mean_iou",
                value=value,
                unit="%",
                direction="higher",
                where=where,
                not_comparable=WINDOWS,
            )
            for value, where in (
                (69.6, "table of results on the test set: alone"),
                (70.5, "table of results on the test set: with a random field"),
                (71.7, "table of results on the test set: together with FCN-8s"),
            )
        ),
        Claim(
            dataset="pascal_voc_2012",
            metric="mean_iou",
            value=72.5,
            unit="%",
            direction="higher",
            where="table of results on the test set: together with FCN-8s and a random field",
            confidence="verified",
            source="abstract, arXiv 1505.04366",
            not_comparable=WINDOWS,
        ),
    ),
    deviations=(
        (
            "The net is trained once, from random weights, and applied once, to whole scenes; the paper "
            "starts from VGG-16 trained on ImageNet, trains on windows of one object and then on "
            "proposed windows, and combines the results of fifty windows per image."
        ),
        (
            "Convolutions are initialised after He et al. (2015), deconvolutions from a Gaussian with a "
            "standard deviation of 0.01 as in the authors' code."
        ),
        (
            "Our nets have three stages instead of five, since an object is a dozen or two pixels wide; "
            "as in the paper, the narrowest part is a single vector."
        ),
        (
            "The rate starts at 0.1 or more instead of 0.01, and falls once, at a fixed step; in the "
            "paper it falls when the validation score stops improving."
        ),
    ),
    history=(
        Fact("hours", 144, "h", "six days, by an account of the paper"),
        Fact("hardware", "one NVIDIA Titan X", "", "an account of the paper"),
    ),
)
