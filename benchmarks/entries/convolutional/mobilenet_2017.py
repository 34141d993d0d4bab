"""A net for a telephone.

A convolution does two things at once: it looks around in space, and it mixes maps. MobileNet does them
one after the other. First each map is filtered by a single 3x3 filter of its own, then a 1x1
convolution mixes the maps. That takes eight to nine times fewer multiplications, and the accuracy on
ImageNet falls by one point, from 71.7% to 70.6%, with 4.2 million parameters: more than GoogLeNet's
69.8%, nearly the 71.5% of VGG-16, which is 32 times larger.

Two numbers then turn one net into a family. The width multiplier thins every layer, the resolution
multiplier shrinks the image; whoever builds a telephone picks the point on the curve that it can
afford. Thinner turned out better than shallower at the same cost.

Almost all that remains, 95% of the work and 75% of the weights, is in 1x1 convolutions, plain matrix
products, which processors do well. The 3x3 filters are so few that they cost little and use the
hardware badly: on graphics processors, which wait for memory, such nets are slower than their counts of
multiplications promise.
"""

from benchmarks.spec import Claim, Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="MobileNets: efficient convolutional neural networks for mobile vision applications",
    authors="A. G. Howard, M. Zhu, B. Chen, D. Kalenichenko, W. Wang, T. Weyand, M. Andreetto, H. Adam",
    year=2017,
    venue="arXiv 1704.04861",
    url="https://arxiv.org/abs/1704.04861",
    confidence="verified",
)
#: Maps and stride of each separable layer of table 1; its last stride is printed as 2, but its sizes need
#: a 1.
BODY = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1))
#: Table 5's net without the five layers of 512 maps at 14x14.
SHALLOW = BODY[:6] + BODY[11:]


def build(
    alpha=1.0,
    separable=True,
    body=BODY,
    classes=1000,
    input_shape=(224, 224, 3),
    crop=None,
    stride=2,
    pad=0,
    levels=255,
    decay=4e-5,
):
    """The net of table 1 with the width multiplier `alpha`.

    The resolution is that of the input, or of the `crop` from a photograph.
    """
    from keras import Input, Model, layers, regularizers

    from benchmarks.layers.image.augmentation import MeanColour, RandomShiftAndFlip
    from benchmarks.layers.image.crops import AreaCrop

    def convolution(x, number, size, stride=1):
        weights = layers.Conv2D(
            round(alpha * number),
            size,
            stride,
            "same",
            use_bias=False,
            kernel_regularizer=regularizers.L2(decay / 2),
        )
        return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(weights(x)))

    def depthwise(x, stride):
        return layers.ReLU()(
            layers.BatchNormalization(momentum=0.9)(
                layers.DepthwiseConv2D(3, stride, "same", use_bias=False)(x)
            )
        )

    inputs = Input(input_shape)
    x = layers.Rescaling(1 / levels)(MeanColour(name="mean_colour")(inputs))
    x = AreaCrop(crop, area=(0.5, 1.0))(x) if crop else RandomShiftAndFlip(pad)(x) if pad else x
    x = convolution(x, 32, 3, stride)
    for number, step in body:
        x = convolution(depthwise(x, step), number, 1) if separable else convolution(x, number, 3, step)
    return Model(
        inputs,
        layers.Dense(classes, kernel_regularizer=regularizers.L2(decay / 2))(
            layers.GlobalAveragePooling2D()(x)
        ),
    )


def pictures(model, data, predict):
    """The filters that look around: one for each map."""
    import numpy as np

    from benchmarks.pictures import filters

    layers = [layer for layer in model.layers if type(layer).__name__ == "DepthwiseConv2D"]
    drawn = {}
    for name, layer in {"first": layers[0], "last": layers[-1]}.items() if layers else ():
        kernels = np.asarray(layer.kernel.value).reshape(9, -1).T
        caption = f"Filters of the {name} separable layer, one for each map. Grey is zero."
        drawn[name] = filters(kernels[: min(32, len(kernels) // 8 * 8)], (3, 3), 8, caption)
    return drawn


#: RMSprop as Inception V3 has it, to which section 3.2 refers: decay 0.9, epsilon 1, and 6% off the rate of
#: 0.045 after every 270 steps (the bundled digits) or after two passes of 40,036 (ImageNet).
DIGITS_RMSPROP = {
    "name": "RMSprop",
    "rho": 0.9,
    "epsilon": 1.0,
    "learning_rate": {
        "name": "ExponentialDecay",
        "initial_learning_rate": 0.045,
        "decay_steps": 270,
        "decay_rate": 0.94,
        "staircase": True,
    },
}
IMAGENET_RMSPROP = {
    "name": "RMSprop",
    "rho": 0.9,
    "epsilon": 1.0,
    "learning_rate": {
        "name": "ExponentialDecay",
        "initial_learning_rate": 0.045,
        "decay_steps": 80_072,
        "decay_rate": 0.94,
        "staircase": True,
    },
}
DIGITS_NET = {
    "alpha": 0.25,
    "body": BODY[:5],
    "stride": 1,
    "classes": 10,
    "input_shape": (8, 8, 1),
    "levels": 16,
}
SECTION_3_2 = (
    "section 3.2 refers to Inception V3: RMSprop, rate 0.045, 6% off every two epochs, batches of 32, "
    "100 epochs, gradients clipped at 2"
)
IN_MILLIONS = "in millions; without the statistics of batch normalisation"
PRINTED = {
    "dataset": "imagenet",
    "metric": "accuracy",
    "unit": "%",
    "direction": "higher",
    "test_size": 50_000,
    "confidence": "verified",
    "source": "paper text",
}

ENTRY = Entry(
    id="mobilenet_2017",
    name="MobileNet",
    family="convolutional",
    task="classification",
    idea="A convolution split in two: one filter for each map, then a mixture of maps.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={
        "0.75": "width multiplier 0.75",
        "0.5": "width multiplier 0.5",
        "0.25": "width multiplier 0.25",
        "192": "resolution 192 instead of 224",
        "160": "resolution 160 instead of 224",
        "128": "resolution 128 instead of 224",
        "full": "full convolutions instead of separable ones",
        "shallow": "without the five layers of 512 maps at 14x14",
    },
    parameters=(
        ParameterCount(trainable=4_231_976, where=f"table 6, {IN_MILLIONS}", published=4.2e6),
        ParameterCount(
            trainable=2_585_560,
            where=f"table 6, {IN_MILLIONS}",
            variant="0.75",
            arguments={"alpha": 0.75},
            published=2.6e6,
        ),
        ParameterCount(
            trainable=1_331_592,
            where=f"table 6, {IN_MILLIONS}",
            variant="0.5",
            arguments={"alpha": 0.5},
            published=1.3e6,
        ),
        ParameterCount(
            trainable=470_072,
            where=f"table 6, {IN_MILLIONS}",
            variant="0.25",
            arguments={"alpha": 0.25},
            published=0.5e6,
        ),
        ParameterCount(
            trainable=29_294_088,
            where=f"table 4, {IN_MILLIONS}",
            variant="full",
            arguments={"separable": False},
            published=29.3e6,
        ),
        ParameterCount(
            trainable=2_887_976,
            where=f"table 5, {IN_MILLIONS}",
            variant="shallow",
            arguments={"body": SHALLOW},
            published=2.9e6,
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model=DIGITS_NET,
            optimizer=DIGITS_RMSPROP
            | {
                "learning_rate": {
                    "name": "ExponentialDecay",
                    "initial_learning_rate": 0.18,
                    "decay_steps": 270,
                    "decay_rate": 0.94,
                    "staircase": True,
                }
            },
            batch_size=32,
            epochs=8,
            evaluate_every=2,
            floor=("error", 13.5),
            source="after section 3.2, narrow, five layers; rate chosen on the validation split",
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="full",
            model=DIGITS_NET | {"separable": False},
            optimizer=DIGITS_RMSPROP,
            batch_size=32,
            epochs=8,
            evaluate_every=2,
            floor=("error", 10.0),
            source="after section 3.2, narrow, five layers; rate chosen on the validation split",
            tries=6,
        ),
        Recipe(
            dataset="cifar10",
            tier="standard",
            model={"stride": 1, "classes": 10, "input_shape": (32, 32, 3), "pad": 4},
            optimizer={
                "name": "RMSprop",
                "rho": 0.9,
                "epsilon": 1.0,
                "learning_rate": {
                    "name": "ExponentialDecay",
                    "initial_learning_rate": 0.045,
                    "decay_steps": 390,
                    "decay_rate": 0.94,
                    "staircase": True,
                },
            },
            batch_size=128,
            epochs=60,
            evaluate_every=2,
            train_on="train+validation",
            source="after section 3.2, with 6% off the rate every epoch",
        ),
        *(
            Recipe(
                dataset="imagenet",
                tier="paper",
                variant=variant,
                model=model,
                optimizer=IMAGENET_RMSPROP,
                clip_norm=2.0,
                batch_size=32,
                epochs=100,
                evaluate_every=2,
                train_on="train+validation",
                task_options={"top": 5, "batch_size": 100},
                source=SECTION_3_2,
            )
            for variant, model in (
                ("", {"input_shape": (256, 256, 3), "crop": 224}),
                ("0.75", {"input_shape": (256, 256, 3), "crop": 224, "alpha": 0.75}),
                ("0.5", {"input_shape": (256, 256, 3), "crop": 224, "alpha": 0.5}),
                ("0.25", {"input_shape": (256, 256, 3), "crop": 224, "alpha": 0.25}),
                ("192", {"input_shape": (256, 256, 3), "crop": 192}),
                ("160", {"input_shape": (256, 256, 3), "crop": 160}),
                ("128", {"input_shape": (256, 256, 3), "crop": 128}),
                ("full", {"input_shape": (256, 256, 3), "crop": 224, "separable": False}),
                ("shallow", {"input_shape": (256, 256, 3), "crop": 224, "body": SHALLOW}),
            )
        ),
    ),
    claims=(
        *(
            Claim(variant=variant, value=value, where=where, **PRINTED)
            for variant, value, where in (
                ("", 70.6, "table 6"),
                ("0.75", 68.4, "table 6"),
                ("0.5", 63.7, "table 6"),
                ("0.25", 50.6, "table 6"),
                ("192", 69.1, "table 7"),
                ("160", 67.2, "table 7"),
                ("128", 64.4, "table 7"),
                ("full", 71.7, "table 4"),
                ("shallow", 65.3, "table 5"),
            )
        ),
    ),
    deviations=(
        (
            "Keras' own MobileNet has 4,253,864 parameters, of which 21,888 are statistics of batch "
            "normalisation that are not trained."
        ),
        (
            "Fifty machines trained Inception V3 asynchronously, each on batches of 32; here one "
            "machine does, and weights are not averaged."
        ),
        (
            "The paper limits how small crops of photographs may be, without a number: here they cover "
            "half of the image or more."
        ),
        (
            "Weight decay is 0.00004, as recalled from the authors' code, and 0 for depthwise filters, as "
            "the paper advises."
        ),
        (
            "CIFAR-10 stands in for ImageNet in the standard tier: the first layer does not halve the "
            "32x32 image."
        ),
        "The pocket tier has 8x8 digits, a quarter of the maps and the first five separable layers.",
    ),
)
