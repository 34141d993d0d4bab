"""A classifier that is asked at every place.

A convolutional net for classification ends in fully connected layers, which see one image of one size
and give one answer. But a fully connected layer over 7x7 maps is a convolution with a 7x7 kernel: slid
over the maps of a larger image it gives an answer for every place, at hardly more cost than one.
Nothing is thrown away, so the weights that a million labelled photographs had paid for could be kept,
and a net for labelling every pixel is the old one with a new last layer. It beat pipelines of segments,
proposals and hand-made features by a fifth, and took a fifth of a second.

Its answers are coarse. Five poolings leave one place for 32x32 pixels, and to interpolate between them
draws blobs. The remedy is to ask the finer layers too, which know less about what but more about where:
their own scores are added to those that come from above, doubled in size, once (16s) and again (8s).
All three are trained by the plain sum of the errors of all pixels.

The gain from each finer layer falls off quickly, as the authors note: scores are added, but the layers
that know where things are cannot tell those above. What came next either learned the way back up layer
by layer, or carried whole maps across.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Fully convolutional networks for semantic segmentation",
    authors="J. Long, E. Shelhamer, T. Darrell",
    year=2014,
    venue="CVPR 2015, 3431-3440; arXiv 2014",
    url="https://arxiv.org/abs/1411.4038",
    confidence="verified",
)


def build(
    skips=2,
    classes=21,
    input_shape=(500, 500, 3),
    scale=1.0,
    plan=None,
    units=4096,
    kernel=7,
    margin=100,
    dropout=0.5,
    decay=5e-4,
):
    """VGG-16 made convolutional, its scores upsampled; `skips` is 0, 1 or 2 for the nets 32s, 16s and 8s.

    With `margin` 100 the image is padded by 100 zeros, as in the authors' code, and maps of unequal size are
    cut to fit; with 1, where sides are multiples of the coarsest stride, every layer keeps the size of its
    maps instead.
    """
    import keras
    from keras import layers

    from benchmarks.layers.bodies import vgg
    from benchmarks.layers.image.augmentation import MeanColour
    from benchmarks.layers.resampling.upsampling import Bilinear, Interpolation, crop

    def convolution(maps, size, start="he_normal", padding="same"):
        regularizer = keras.regularizers.L2(decay / 2)
        return layers.Conv2D(
            maps, size, padding=padding, kernel_initializer=start, kernel_regularizer=regularizer
        )

    padding = "valid" if margin > 1 else "same"
    inputs = keras.Input(input_shape)
    x = layers.Rescaling(1 / scale)(MeanColour(name="mean_colour")(inputs))
    plan = plan or vgg.PLANS[16]
    pooled = vgg.body(layers.ZeroPadding2D(margin - 1)(x), plan, decay)  # the first convolution adds one more
    x = layers.Dropout(dropout)(layers.ReLU()(convolution(units, kernel, padding=padding)(pooled[-1])))
    x = layers.Dropout(dropout)(layers.ReLU()(convolution(units, 1)(x)))
    score = convolution(classes, 1, "zeros")(x)
    # `place`: where the centre of the first pixel of the scores lies in the image; of the pooled maps
    # it is here(number).
    step = 2 ** len(plan)
    place = here(len(plan), margin) + (step * (kernel - 1) / 2 if padding == "valid" else 0)
    for number in range(len(plan) - 1, len(plan) - 1 - skips, -1):
        step = 2**number
        score = layers.Conv2DTranspose(
            classes, 4, 2, padding, use_bias=False, kernel_initializer=Bilinear(), name=f"double_{number}"
        )(score)
        place = place - 1.5 * step if padding == "valid" else place - 0.5 * step
        skip = convolution(classes, 1, "zeros")(pooled[number - 1])
        first = round((place - here(number, margin)) / step)
        score = layers.Add(name=f"fuse_{number}")([score, crop(skip, score.shape[1:3], first)])
    return keras.Model(inputs, Interpolation(input_shape[:2], step, place, name="score")(score))


def here(number, margin):
    """The place of the first pixel of the maps after `number` poolings, in pixels of the image."""
    return (2**number - 1) / 2 - (margin - 1)


def pictures(model, data, predict):
    """Scenes, truth and segmentation side by side."""
    from benchmarks.tasks import segmentation

    return {"scenes": segmentation.panels(predict, model, data)}


DIGITS_NET = {
    "margin": 1,
    "scale": 64.0,
    "classes": 5,
    "input_shape": (24, 24, 1),
    "plan": ((8,), (16,), (32,)),
    "units": 64,
    "kernel": 3,
    "dropout": 0.0,
}
FASHION_NET = {
    "margin": 1,
    "scale": 64.0,
    "classes": 11,
    "input_shape": (64, 64, 1),
    "plan": ((32, 32), (64, 64), (128, 128, 128)),
    "units": 512,
}
SOURCE = (
    "after section 4.3: momentum 0.9, decay 0.0005; rate and clipping chosen on the validation "
    "split of the digit scenes"
)
PHOTOGRAPHS = (
    "photographs of 20 classes, from weights trained on ImageNet; ours are small scenes and random weights"
)
PRINTED = {
    "unit": "%",
    "direction": "higher",
    "confidence": "verified",
    "source": "paper text",
    "not_comparable": PHOTOGRAPHS,
}

ENTRY = Entry(
    id="fcn_2014",
    name="Fully convolutional net",
    family="convolutional",
    task="segmentation",
    idea="A classifier slid over the image labels every pixel, and finer layers add their own scores.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={
        "32s": "scores of the coarsest layer alone, upsampled",
        "16s": "with the scores of the last pooling but one added",
    },
    parameters=(
        ParameterCount(
            trainable=134_346_581,
            where="table 1, in millions",
            variant="32s",
            arguments={"skips": 0},
            published=134e6,
        ),
        ParameterCount(trainable=134_364_410, where="counted", variant="16s", arguments={"skips": 1}),
        ParameterCount(trainable=134_376_863, where="counted"),
    ),
    recipes=(
        Recipe(
            dataset="digit_scenes",
            tier="pocket",
            variant="32s",
            model=DIGITS_NET | {"skips": 0},
            optimizer={"name": "SGD", "learning_rate": 0.2, "momentum": 0.9},
            clip_norm=0.5,
            batch_size=16,
            epochs=8,
            floor=("mean_iou", 22.0),
            source=SOURCE,
        ),
        Recipe(
            dataset="digit_scenes",
            tier="pocket",
            model=DIGITS_NET | {"skips": 2},
            optimizer={"name": "SGD", "learning_rate": 0.2, "momentum": 0.9},
            clip_norm=0.5,
            batch_size=16,
            epochs=5,
            floor=("mean_iou", 38.0),
            source=SOURCE,
        ),
        *(
            Recipe(
                dataset="fashion_scenes",
                tier="standard",
                variant=variant,
                model=model,
                optimizer={"name": "SGD", "learning_rate": 0.1, "momentum": 0.9},
                clip_norm=0.5,
                batch_size=20,
                epochs=30,
                evaluate_every=5,
                source=SOURCE,
            )
            for variant, model in (
                ("32s", FASHION_NET | {"skips": 0}),
                ("16s", FASHION_NET | {"skips": 1}),
                ("", FASHION_NET | {"skips": 2}),
            )
        ),
    ),
    claims=(
        Claim(dataset="pascal_voc_2012", metric="mean_iou", value=62.2, where="table 3, test", **PRINTED),
        *(
            Claim(
                dataset="pascal_voc_2011",
                variant=variant,
                metric=metric,
                value=value,
                where="table 2, validation",
                **PRINTED,
            )
            for variant, metric, value in (
                ("32s", "mean_iou", 59.4),
                ("16s", "mean_iou", 62.4),
                ("", "mean_iou", 62.7),
                ("32s", "pixel_accuracy", 89.1),
                ("16s", "pixel_accuracy", 90.0),
                ("", "pixel_accuracy", 90.3),
                ("32s", "mean_class_accuracy", 73.3),
                ("16s", "mean_class_accuracy", 75.7),
                ("", "mean_class_accuracy", 75.9),
            )
        ),
    ),
    deviations=(
        (
            "The net is trained from random weights (He et al. 2015) on scenes of digits or clothing; the "
            "paper starts from VGG-16 trained on ImageNet."
        ),
        (
            "The nets 16s and 8s are trained in one go at one rate; in the paper each starts from the "
            "coarser net, at a hundredth of its rate."
        ),
        (
            "Our nets have three stages instead of five, since an object is a dozen or two pixels wide: "
            "strides 8, 4 and 2 go by the names 32s, 16s and 8s."
        ),
        (
            "On our scenes every layer keeps the size of its maps, in place of a margin of 100 pixels "
            "that is cropped later; biases learn at the weights' rate."
        ),
        (
            "Gradients are clipped to norm 0.5: without clipping, training from random weights diverges "
            "at the rates that learn within our schedules."
        ),
        (
            "The pocket tier has one narrow convolution per stage, 64 units instead of 4096, no "
            "dropout, and batches of 16 instead of 20."
        ),
    ),
    history=(
        Fact(
            "hours",
            120,
            "h",
            "paper text: three days for 32s, about one more each for 16s and 8s",
            "verified",
        ),
        Fact("hardware", "one NVIDIA Tesla K40c", "", "paper text", "verified"),
        Fact("examples", 8498, "images", "paper text: with the labels of Hariharan et al.", "verified"),
    ),
)
