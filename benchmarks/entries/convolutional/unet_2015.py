"""Carry the maps across.

Biologists have thousands of images and labels for thirty. A net that decides pixel by pixel from a
window around it (the best until then) computes almost everything again for the next pixel, and must
choose: a large window says what a thing is, a small one where it ends. The U-Net has both at once. One
half condenses the image, doubling the maps whenever it halves them in size; the other expands it again,
and at each size it is handed the maps of the first half, so that the convolutions that follow can
decide with what the deep layers know and what the shallow ones still see. Nothing is padded: a pixel's
label is given only where all that it depends on was seen, so the output is smaller than the input, and
tiles of any large image fit together without seams.

Thirty images are made enough by bending: cells and tissue deform, so each time an image is shown it is
deformed anew, smoothly and at random, and its labels with it. Pixels in the narrow gaps between
touching cells weigh ten times as much.

It won the cell tracking challenge of 2015 by a wide margin. What it assumes is that where input and
output agree in place, copying helps; that is why it has since become the usual body of nets that turn
noise into images.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="U-Net: convolutional networks for biomedical image segmentation",
    authors="O. Ronneberger, P. Fischer, T. Brox",
    year=2015,
    venue="MICCAI 2015, 234-241",
    url="https://arxiv.org/abs/1505.04597",
    confidence="verified",
)


def tile(depth, least):
    """The smallest tile of a net of this depth whose output has at least `least` pixels a side.

    Returns the sides of its input and of its output.
    """
    bottom, output = 2, 0
    while output < least:
        bottom, side, output = bottom + 1, bottom + 1, bottom - 3
        for _ in range(depth):
            side, output = 2 * side + 4, 2 * output - 4
    return side, output


def build(
    classes=2,
    input_shape=(572, 572, 1),
    scale=255.0,
    depth=4,
    width=64,
    whole=False,
    dropout=0.5,
    deviation=10.0,
):
    """The net of figure 1.

    `whole`: square images are mirrored at their edges, so that every one of their pixels is labelled.
    """
    import keras
    from keras import layers

    from benchmarks.layers.image.elastic import ElasticDeformation
    from benchmarks.layers.resampling.max_pooling import MaxPooling2D
    from benchmarks.layers.resampling.upsampling import MirrorPadding, crop

    def twice(x, maps):
        for _ in range(2):
            x = layers.Conv2D(maps, 3, activation="relu", kernel_initializer="he_normal")(x)
        return x

    inputs = keras.Input(input_shape)
    x = layers.Rescaling(1 / scale, -0.5)(ElasticDeformation(deviation, name="deformation")(inputs))
    if whole:
        x = MirrorPadding(-(-(tile(depth, input_shape[0])[0] - input_shape[0]) // 2))(x)
    across = []
    for level in range(depth):
        x = twice(x, width * 2**level)
        if level == depth - 1:
            x = layers.Dropout(dropout)(x)
        across.append(x)
        x = MaxPooling2D()(x)
    x = layers.Dropout(dropout)(twice(x, width * 2**depth))
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(width * 2**level, 2, 2, kernel_initializer="he_normal")(x)
        x = twice(layers.Concatenate()([crop(across[level], x.shape[1:3]), x]), width * 2**level)
    x = layers.Conv2D(classes, 1, kernel_initializer="he_normal", name="score")(x)
    return keras.Model(inputs, crop(x, input_shape[:2]) if whole else x)


def loss(model, batch, training):
    """Cross-entropy over all pixels; in training, of images and labels deformed alike."""
    from benchmarks.tasks import segmentation

    if training:
        images, labels = model.get_layer("deformation").deform(batch["x"], batch["y"])
        batch = {**batch, "x": images, "y": labels}
    return segmentation.loss(model, batch, training)


def bend(model, batch, times):
    """A scene deformed `times` times, as in training: images and labels."""
    from keras import ops

    images, labels = model.get_layer("deformation").deform(
        *(ops.repeat(batch[key], times, axis=0) for key in ("x", "y"))
    )
    return {"images": images, "labels": labels}


def pictures(model, data, predict):
    """Scenes, truth and segmentation; and a training scene as it is deformed."""
    import numpy as np

    from benchmarks.spec import Picture
    from benchmarks.tasks import segmentation

    bent = predict.once(bend, {key: value[:1] for key, value in data.train.items()}, times=5)
    colour = segmentation.colours(len(data.info["classes"]))
    scenes = np.concatenate([data.train["x"][:1], np.round(bent["images"]).astype("uint8")])
    labels = colour[np.concatenate([data.train["y"][:1], bent["labels"]])]
    tiles = np.stack([np.broadcast_to(scenes, labels.shape), labels])
    caption = "A training scene with its labels, and five of the deformations in which the net sees it."
    return {"scenes": segmentation.panels(predict, model, data), "deformations": Picture(tiles, caption)}


AFTER_SECTION_3 = (
    "after section 3; rate, clipping, batch and deviation chosen on the validation split of the digit scenes"
)
PRINTED = {
    "confidence": "verified",
    "source": "paper text",
    "not_comparable": "micrographs, scored on the servers of the challenges",
}

ENTRY = Entry(
    id="unet_2015",
    name="U-Net",
    family="convolutional",
    task="segmentation",
    idea="The maps of the contracting half are carried across to the expanding half.",
    paper=PAPER,
    build=build,
    loss=loss,
    pictures=pictures,
    parameters=(ParameterCount(trainable=31_030_658, where="counted from figure 1"),),
    recipes=(
        Recipe(
            dataset="digit_scenes",
            tier="pocket",
            model={
                "classes": 5,
                "input_shape": (24, 24, 1),
                "scale": 64.0,
                "depth": 1,
                "width": 8,
                "whole": True,
                "dropout": 0.0,
                "deviation": 0.3,
            },
            optimizer={
                "name": "SGD",
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": (340,),
                    "values": (0.2, 0.02),
                },
                "momentum": 0.9,
            },
            clip_norm=0.3,
            batch_size=8,
            epochs=3,
            floor=("mean_iou", 26.0),
            source=AFTER_SECTION_3,
        ),
        Recipe(
            dataset="fashion_scenes",
            tier="standard",
            model={
                "classes": 11,
                "input_shape": (64, 64, 1),
                "scale": 64.0,
                "depth": 3,
                "width": 16,
                "whole": True,
                "deviation": 1.0,
            },
            optimizer={
                "name": "SGD",
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": (12_500,),
                    "values": (0.02, 0.002),
                },
                "momentum": 0.99,  # section 3
            },
            clip_norm=0.3,
            batch_size=16,
            epochs=30,
            evaluate_every=5,
            source=AFTER_SECTION_3,
        ),
    ),
    claims=(
        Claim(
            dataset="isbi_2012_em",
            metric="warping_error",
            value=0.000353,
            unit="",
            direction="lower",
            where="table 1",
            **PRINTED,
        ),
        Claim(
            dataset="isbi_2015_phc_u373",
            metric="iou",
            value=92.03,
            unit="%",
            direction="higher",
            where="table 2",
            **PRINTED,
        ),
        Claim(
            dataset="isbi_2015_dic_hela",
            metric="iou",
            value=77.56,
            unit="%",
            direction="higher",
            where="table 2",
            **PRINTED,
        ),
    ),
    deviations=(
        (
            "Scenes of digits or clothing stand in for micrographs; every pixel of a scene is labelled, "
            "and scenes are mirrored at their edges as the paper's images are."
        ),
        "All pixels weigh the same: the scenes have no gaps between cells of one class to keep open.",
        (
            "The only augmentation is the elastic one, with a deviation scaled to the scenes; the outer "
            "points of its grid lie on the image's edges."
        ),
        (
            "Batches hold several scenes, gradients are clipped, and the nets pool once (pocket tier, "
            "with momentum 0.9) or three times instead of four."
        ),
    ),
    history=(
        Fact("hours", 10, "h", "paper text", "verified"),
        Fact("hardware", "one NVIDIA Titan of 6 GB", "", "paper text", "verified"),
        Fact(
            "examples",
            30,
            "images",
            "paper text: the electron micrographs; 35 and 20 of the cells",
            "verified",
        ),
    ),
)
