"""A hundred and fifty-two layers.

The nets that won ImageNet had 8 layers in 2012 and 22 in 2014, and nobody could train much deeper
ones. The authors show where it fails: a plain net of 34 layers does worse than one of 18 on the very
images that it is trained on. So the trouble is not overfitting but the search. Their answer is a
shortcut around every two or three layers, over which the input is carried unchanged; the layers
between learn only what has to be added to it. The shortcuts cost next to nothing, and with them 34
layers beat 18, and 152 beat 34. Six such nets together won the competition of 2015: for 3.57% of the
test images the class was not among the five most likely.

From 50 layers on, a block narrows its maps by a 1x1 convolution, looks at them with a 3x3, and widens
them again: such a bottleneck costs as much as two 3x3 convolutions and is one layer deeper. The net
ends with a mean over the whole image where its predecessors had fully connected layers: of its 25.6
million weights only 2 million are in the last layer. ResNet-50 became the yardstick against which
optimisers, accelerators and later architectures were measured for years.

It needs the normalisation of whole batches, and with it a large batch. And the shortcut is not quite
free of obstacles: what is carried passes a ReLU after every block, which the authors removed next.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Deep residual learning for image recognition",
    authors="K. He, X. Zhang, S. Ren, J. Sun",
    year=2015,
    venue="CVPR 2016, 770-778; arXiv 2015",
    url="https://arxiv.org/abs/1512.03385",
    confidence="verified",
)


def build(
    depth=50,
    plain=False,
    project=True,
    classes=1000,
    input_shape=(256, 256, 3),
    scales=(256, 480),
    pad=0,
    flip=True,
    blocks=None,
    width=64,
    decay=1e-4,
):
    """The nets of table 1; photographs are cropped to 224 pixels at `scales`.

    Without scales the images are small: see `imagenet_body`.
    """
    import keras

    from benchmarks.layers.bodies.residual import imagenet_body
    from benchmarks.layers.image.augmentation import MeanImage, RandomShiftAndFlip
    from benchmarks.layers.image.colour_noise import ColourNoise
    from benchmarks.layers.image.many_views import ManyViews, MeanOfViews

    inputs = keras.Input(input_shape)
    x = MeanImage(name="mean_image")(inputs)
    x = (
        ManyViews(224, 256, "ten", flip, scales)(ColourNoise()(x))
        if scales
        else RandomShiftAndFlip(pad, flip)(x)
    )
    x = imagenet_body(x, depth, plain, decay, project=project, small=not scales, blocks=blocks, width=width)
    logits = keras.layers.Dense(
        classes,
        kernel_initializer="he_normal",
        kernel_regularizer=keras.regularizers.L2(decay / 2),
        name="output",
    )(x)
    return keras.Model(inputs, MeanOfViews("ten")(logits) if scales else logits)


def pictures(model, data, predict):
    """What the blocks of a small net add to what they are given, for four test images."""
    from benchmarks.layers.bodies.residual import corrections_picture

    return corrections_picture(data, predict)


#: Small photographs: no crops at several scales, and a first layer that keeps their 32 pixels.
CIFAR_NET = {"classes": 10, "input_shape": (32, 32, 3), "scales": None, "pad": 4}
#: Table 2 compares plain nets with nets of padded shortcuts, which add no parameters; deeper nets project.
RESIDUAL_18 = {"depth": 18, "project": False}
RESIDUAL_34 = {"depth": 34, "project": False}
PLAIN_18 = {"depth": 18, "project": False, "plain": True}
PLAIN_34 = {"depth": 34, "project": False, "plain": True}
#: Section 4.2 in a quarter of its iterations: 0.1, a tenth of it after 20 and 30 of 40 passes of 390 steps.
CIFAR_SGD = {
    "name": "SGD",
    "momentum": 0.9,
    "learning_rate": {
        "name": "PiecewiseConstantDecay",
        "boundaries": (7_800, 11_700),
        "values": [0.1, 0.01, 0.001],
    },
}
#: Section 3.4: 0.1, lowered to a tenth when the error stops falling. When is ours: after 30, 60 and 90
#: passes of about 5,000 steps.
IMAGENET_SGD = {
    "name": "SGD",
    "momentum": 0.9,
    "learning_rate": {
        "name": "PiecewiseConstantDecay",
        "boundaries": (150_000, 300_000, 450_000),
        "values": [0.1, 0.01, 0.001, 0.0001],
    },
}
SECTION_4_2 = "batches, rate, momentum and decay of section 4.2, a quarter of its 64,000 iterations"
SECTION_3_4 = (
    "section 3.4: batches of 256, rate 0.1, momentum 0.9, decay 0.0001, 600,000 iterations; "
    "a tenth of the rate after 30, 60 and 90 passes is ours"
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
    id="resnet_2015",
    name="ResNet",
    family="convolutional",
    task="classification",
    idea=(
        "Layers learn a correction that is added to what they are given, and so a net may be as deep as one "
        "likes."
    ),
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={
        "bottleneck-101": "101 layers, bottlenecks",
        "bottleneck-152": "152 layers, bottlenecks",
        "residual-18": "18 layers, blocks of two layers, padded shortcuts",
        "residual-34": "34 layers, blocks of two layers, padded shortcuts",
        "plain-18": "18 layers, no shortcuts",
        "plain-34": "34 layers, no shortcuts",
    },
    parameters=(
        ParameterCount(trainable=25_557_032, where="counted from table 1", arguments={"depth": 50}),
        ParameterCount(
            trainable=44_549_160,
            where="counted from table 1",
            variant="bottleneck-101",
            arguments={"depth": 101},
        ),
        ParameterCount(
            trainable=60_192_808,
            where="counted from table 1",
            variant="bottleneck-152",
            arguments={"depth": 152},
        ),
        ParameterCount(
            trainable=11_515_688, where="counted from table 1", variant="residual-18", arguments=RESIDUAL_18
        ),
        ParameterCount(
            trainable=21_623_848, where="counted from table 1", variant="residual-34", arguments=RESIDUAL_34
        ),
        ParameterCount(
            trainable=21_623_848, where="counted from table 1", variant="plain-34", arguments=PLAIN_34
        ),
        ParameterCount(
            trainable=11_689_512,
            where="counted from table 1",
            variant="18, with projections",
            arguments={"depth": 18},
        ),
        ParameterCount(
            trainable=21_797_672,
            where="counted from table 1",
            variant="34, with projections",
            arguments={"depth": 34},
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model={
                "depth": 50,
                "classes": 10,
                "input_shape": (8, 8, 1),
                "scales": None,
                "pad": 1,
                "flip": False,
                "blocks": (1, 1, 1),
                "width": 8,
            },
            optimizer={
                "name": "SGD",
                "momentum": 0.9,
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": (120,),
                    "values": [0.1, 0.01],
                },
            },
            batch_size=64,
            epochs=10,
            evaluate_every=2,
            floor=("error", 12.0),
            source="after section 4.2, shortened",
            tries=6,
        ),
        *(
            Recipe(
                dataset="cifar10",
                tier="standard",
                variant=variant,
                model=model,
                optimizer=CIFAR_SGD,
                batch_size=128,
                epochs=40,
                evaluate_every=4,
                train_on="train+validation",
                source=SECTION_4_2,
            )
            for variant, model in (
                ("", CIFAR_NET | {"depth": 50}),
                ("residual-34", CIFAR_NET | RESIDUAL_34),
                ("plain-34", CIFAR_NET | PLAIN_34),
            )
        ),
        *(
            Recipe(
                dataset="imagenet",
                tier="paper",
                variant=variant,
                model=model,
                optimizer=IMAGENET_SGD,
                batch_size=256,
                epochs=120,
                evaluate_every=10,
                train_on="train+validation",
                task_options={"top": 5, "batch_size": 50},
                source=SECTION_3_4,
            )
            for variant, model in (
                ("", {"depth": 50}),
                ("bottleneck-101", {"depth": 101}),
                ("bottleneck-152", {"depth": 152}),
                ("residual-18", RESIDUAL_18),
                ("residual-34", RESIDUAL_34),
                ("plain-18", PLAIN_18),
                ("plain-34", PLAIN_34),
            )
        ),
    ),
    claims=(
        *(
            Claim(variant=variant, metric="error", value=value, where=where, **PRINTED)
            for variant, value, where in (
                ("plain-18", 27.94, "table 2, validation images, ten crops"),
                ("plain-34", 28.54, "table 2, validation images, ten crops"),
                ("residual-18", 27.88, "table 2, validation images, ten crops"),
                ("residual-34", 25.03, "table 2, validation images, ten crops"),
                ("", 22.85, "table 3, validation images, ten crops"),
                ("bottleneck-101", 21.75, "table 3, validation images, ten crops"),
                ("bottleneck-152", 21.43, "table 3, validation images, ten crops"),
            )
        ),
        *(
            Claim(
                variant=variant,
                metric="top5_error",
                value=value,
                where="table 3, validation images, ten crops",
                **PRINTED,
            )
            for variant, value in (
                ("", 6.71),
                ("bottleneck-101", 6.05),
                ("bottleneck-152", 5.71),
            )
        ),
        Claim(
            metric="top5_error",
            value=4.49,
            where="table 4, 152 layers",
            not_comparable="the net saw each image whole, at five scales; the suite crops it",
            **PRINTED,
        ),
        Claim(
            metric="top5_error",
            value=3.57,
            where="table 5, six nets",
            not_comparable="the answers of six nets were averaged, for test images whose classes are secret",
            **PRINTED | {"test_size": 100_000},
        ),
    ),
    deviations=(
        (
            "The rate falls after 30, 60 and 90 passes of 120; the paper lowers it when the error stops "
            "falling. Its sequel names the first two."
        ),
        (
            "Batch normalisation uses batches of 256 images and moving averages; the authors normalised "
            "32 at a time and averaged after training."
        ),
        (
            "The mean image and the principal components of colour are taken from evenly spaced images of "
            "ImageNet."
        ),
        (
            "Weight decay applies to the weights of convolutions and of the output layer, not to batch "
            "normalisation; the paper does not say."
        ),
        (
            "On CIFAR-10 the first convolution is 3x3 with stride 1, without pooling, since images have "
            "32 pixels; the paper uses other nets for CIFAR-10."
        ),
        (
            "The pocket tier has 8x8 digits, three bottlenecks of 8, 16 and 32 maps, shifts by one "
            "pixel, no mirroring, and 160 iterations."
        ),
    ),
    history=(
        Fact(
            "training_flop",
            1.041408e19,
            "FLOP",
            "Epoch AI (epoch.ai/data), notable models: ResNet-152",
            "verified",
        ),
        Fact(
            "hardware",
            "8 GPUs",
            "",
            "the authors' notes, github KaimingHe/deep-residual-networks",
            "verified",
        ),
    ),
)
