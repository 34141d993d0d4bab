"""A net for a telephone.

A convolution does two things at once: it looks around in space, and it mixes maps. MobileNet does them one after the
other. First each map is filtered by a single 3x3 filter of its own, then a 1x1 convolution mixes the maps. That takes
eight to nine times fewer multiplications, and the accuracy on ImageNet falls by one point, from 71.7% to 70.6%, with 4.2
million parameters: more than GoogLeNet's 69.8%, nearly the 71.5% of VGG-16, which is 32 times larger.

Two numbers then turn one net into a family. The width multiplier thins every layer, the resolution multiplier shrinks the
image; whoever builds a telephone picks the point on the curve that it can afford. Thinner turned out better than
shallower at the same cost.

Almost all that remains, 95% of the work and 75% of the weights, is in 1x1 convolutions, plain matrix products, which
processors do well. The 3x3 filters are so few that they cost little and use the hardware badly: on graphics processors,
which wait for memory, such nets are slower than their counts of multiplications promise.
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
#: Maps and stride of each separable layer of table 1; its last stride is printed as 2, but its sizes need a 1.
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
    """The net of table 1 with the width multiplier `alpha`; the resolution is that of the input, or of the `crop` from a photograph."""
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
    found = {}
    for name, layer in {"first": layers[0], "last": layers[-1]}.items() if layers else ():
        kernels = np.asarray(layer.kernel.value).reshape(9, -1).T
        caption = f"Filters of the {name} separable layer, one for each map. Grey is zero."
        found[name] = filters(kernels[: min(32, len(kernels) // 8 * 8)], (3, 3), 8, caption)
    return found


def recipe(tier, dataset, steps, model, variant="", rate=0.045, **options):
    """RMSprop as Inception V3 has it: decay 0.9, epsilon 1.0; the rate falls by 6% after every so many iterations."""
    schedule = {
        "name": "ExponentialDecay",
        "initial_learning_rate": rate,
        "decay_steps": steps,
        "decay_rate": 0.94,
        "staircase": True,
    }
    optimizer = {"name": "RMSprop", "rho": 0.9, "epsilon": 1.0, "learning_rate": schedule}
    return Recipe(dataset, tier, variant=variant, model=model, optimizer=optimizer, **options)


DIGITS = {"alpha": 0.25, "body": BODY[:5], "stride": 1, "classes": 10, "input_shape": (8, 8, 1), "levels": 16}
POCKET = {
    "epochs": 8,
    "batch_size": 32,
    "evaluate_every": 2,
    "source": "section 3.2 in kind, narrow, five layers",
}
CIFAR = {"stride": 1, "classes": 10, "input_shape": (32, 32, 3), "pad": 4}
WHOLE = {"train_on": "train+validation", "evaluate_every": 2}
SECTION = "section 3.2 refers to Inception V3: RMSprop, rate 0.045, 6% off every two epochs, batches of 32, 100 epochs, gradients clipped at 2"
LARGE = {
    "epochs": 100,
    "batch_size": 32,
    "clip_norm": 2.0,
    "source": SECTION,
    "task_options": {"top": 5, "batch_size": 100},
    **WHOLE,
}
# variant: accuracy, arguments of build, resolution, parameters in millions as printed and as counted, table
NETS: dict[str, tuple] = {
    "": (70.6, {}, 224, 4.2, 4_231_976, 6),
    "0.75": (68.4, {"alpha": 0.75}, 224, 2.6, 2_585_560, 6),
    "0.5": (63.7, {"alpha": 0.5}, 224, 1.3, 1_331_592, 6),
    "0.25": (50.6, {"alpha": 0.25}, 224, 0.5, 470_072, 6),
    "192": (69.1, {}, 192, 4.2, 4_231_976, 7),
    "160": (67.2, {}, 160, 4.2, 4_231_976, 7),
    "128": (64.4, {}, 128, 4.2, 4_231_976, 7),
    "full": (71.7, {"separable": False}, 224, 29.3, 29_294_088, 4),
    "shallow": (65.3, {"body": SHALLOW}, 224, 2.9, 2_887_976, 5),
}
SENTENCES = {
    **{name: f"width multiplier {name}" for name in ("0.75", "0.5", "0.25")},
    **{name: f"resolution {name} instead of 224" for name in ("192", "160", "128")},
    **{
        "full": "full convolutions instead of separable ones",
        "shallow": "without the five layers of 512 maps at 14x14",
    },
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
    variants=SENTENCES,
    parameters=tuple(
        ParameterCount(
            n,
            f"table {table}, in millions; without the statistics of batch normalisation",
            name,
            model,
            published * 1e6,
        )
        for name, (_, model, side, published, n, table) in NETS.items()
        if side == 224
    ),
    recipes=(
        recipe("pocket", "digits", 270, DIGITS, **POCKET, floor=("error", 15.0)),
        recipe(
            "pocket", "digits", 270, {"separable": False, **DIGITS}, "full", **POCKET, floor=("error", 10.0)
        ),
        recipe(
            "standard",
            "cifar10",
            390,
            CIFAR,
            epochs=60,
            batch_size=128,
            **WHOLE,
            source="section 3.2 in kind, 6% off the rate every epoch",
        ),
        *(
            recipe(
                "paper",
                "imagenet",
                80_072,
                {"input_shape": (256, 256, 3), "crop": side, **model},
                name,
                **LARGE,
            )
            for name, (_, model, side, *_) in NETS.items()
        ),
    ),
    claims=tuple(
        Claim(
            "imagenet",
            "accuracy",
            accuracy,
            "%",
            f"table {table}",
            "higher",
            name,
            "verified",
            "paper text",
            test_size=50_000,
        )
        for name, (accuracy, *_, table) in NETS.items()
    ),
    deviations=(
        "Keras's own MobileNet counts 4,253,864 parameters, of which 21,888 are statistics of batch normalisation that are not trained.",
        "Fifty machines trained Inception V3 asynchronously, each on batches of 32; here one does, and no average of the weights is kept.",
        "The paper limits how small crops of photographs may be without a number: here they cover half of the image or more.",
        "Weight decay is 0.00004, as recalled from the authors' code, and 0 for depthwise filters, as the paper advises.",
        "CIFAR-10 stands in for ImageNet in the standard tier: the first layer does not halve the image of 32x32.",
        "The pocket tier has digits of 8x8, a quarter of the maps and the first five separable layers.",
    ),
)
