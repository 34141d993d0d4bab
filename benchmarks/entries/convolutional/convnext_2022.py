"""A residual net, seven years on.

Around 2020 Transformers took over image recognition, and it was said that convolution had been
overtaken by attention. The authors doubt that it was the attention. They take a ResNet-50 and change
it one step at a time into what a Transformer for images is in everything but attention: first trained
as Transformers are, with AdamW, for 300 passes, with much augmentation, which alone is worth 2.7
points; then with patches instead of a stem, with 7x7 depthwise convolutions that mix space apart from
maps, with four times as many maps inside a block as outside, with one activation and one
normalisation a block, GELU instead of ReLU, layer instead of batch normalisation. In the end stands a
pure convolutional net that is as good as the Transformer of its size, at the same cost.

None of the parts is new, and few of them matter alone. What the paper shows is how much of a decade's
progress lay in the training and in many small choices, and how little can be concluded from comparing
an old net by an old recipe with a new net by a new one. That is as true of this suite.

It does not show that attention is not needed: where things far apart have to be related, or a model
has to take words and pictures together, convolution has no answer of its own.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="A ConvNet for the 2020s",
    authors="Z. Liu, H. Mao, C.-Y. Wu, C. Feichtenhofer, T. Darrell, S. Xie",
    year=2022,
    venue="CVPR 2022",
    url="https://arxiv.org/abs/2201.03545",
    confidence="verified",
)


def build(
    depths=(3, 3, 9, 3),
    widths=(96, 192, 384, 768),
    drop=0.1,
    patch=4,
    classes=1000,
    input_shape=(256, 256, 3),
    colours="imagenet",
    pad=None,
    flip=True,
):
    """ConvNeXt-T; photographs are cropped to 224 pixels.

    With `pad`, small images are shifted by as many pixels instead.
    """
    import keras

    from benchmarks.layers.bodies import convnext
    from benchmarks.layers.image.augmentation import RandomShiftAndFlip
    from benchmarks.layers.image.colours import standardize
    from benchmarks.layers.image.crops import AreaCrop

    inputs = keras.Input(input_shape)
    x = (
        standardize(AreaCrop(224, flip=flip)(inputs), colours)
        if pad is None
        else RandomShiftAndFlip(pad, flip)(standardize(inputs, colours))
    )
    x = convnext.body(x, depths, widths, drop, patch)
    return keras.Model(
        inputs, keras.layers.Dense(classes, kernel_initializer=convnext.normal(), name="output")(x)
    )


def loss(model, batch, training):
    """Cross-entropy; in training the labels are smoothed: 0.1 of their weight is spread over all classes."""
    from keras import losses, ops

    logits = ops.cast(model(batch["x"], training=training), "float32")
    target = ops.one_hot(batch["y"], logits.shape[-1], dtype="float32")
    return ops.mean(
        losses.categorical_crossentropy(
            target, logits, from_logits=True, label_smoothing=0.1 if training else 0.0
        )
    )


def pictures(model, data, predict):
    """The depthwise filters of the first block and of the last."""
    import numpy as np

    from benchmarks.pictures import filters

    depthwise = [layer for layer in model.layers if layer.name.endswith("_depthwise")]
    kernels = [
        np.asarray(layer.kernel.value)[..., 0].transpose(2, 0, 1)[:24].reshape(-1, 49)
        for layer in (depthwise[0], depthwise[-1])
    ]
    caption = (
        "Depthwise 7x7 filters of 24 maps each: of the first block in the upper two rows, of the last in "
        "the lower two. Grey is zero."
    )
    return {"filters": filters(np.concatenate(kernels), (7, 7), 12, caption)}


#: After table 5: a linear rise to the rate, and a cosine from it to 1e-6.
ADAMW = {"name": "MatrixAdamW", "weight_decay": 0.05, "beta_2": 0.999, "epsilon": 1e-08}
SMALL = {"depths": (3, 3, 27, 3), "drop": 0.4}
BASE = {"depths": (3, 3, 27, 3), "widths": (128, 256, 512, 1024), "drop": 0.5}
TABLE_5 = (
    "table 5: AdamW, batches of 4096, rate 0.004, 20 of 300 passes of warming up, cosine, "
    "decay 0.05, labels smoothed by 0.1"
)

ENTRY = Entry(
    id="convnext_2022",
    name="ConvNeXt",
    family="convolutional",
    task="classification",
    idea="A residual net with the shape, the parts and the training of a Transformer, but no attention.",
    paper=PAPER,
    build=build,
    loss=loss,
    pictures=pictures,
    variants={"S": "three times as many blocks in the third stage", "B": "as S, and a third more maps"},
    parameters=(
        ParameterCount(trainable=28_589_128, where="table 1: 29M; the authors' page: 28M", published=29e6),
        ParameterCount(trainable=50_223_688, where="table 1", variant="S", arguments=SMALL, published=50e6),
        ParameterCount(trainable=88_591_464, where="table 1", variant="B", arguments=BASE, published=89e6),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model={
                "depths": (1, 2),
                "widths": (32, 64),
                "drop": 0.0,
                "patch": 2,
                "classes": 10,
                "input_shape": (8, 8, 1),
                "colours": "digits",
                "pad": 1,
                "flip": False,
            },
            optimizer=ADAMW
            | {
                "learning_rate": {
                    "name": "CosineDecay",
                    "initial_learning_rate": 0.0,
                    "warmup_target": 0.01,
                    "warmup_steps": 32,  # 2 of 15 passes of 16 steps
                    "decay_steps": 208,
                    "alpha": 1e-6 / 0.01,
                }
            },
            batch_size=64,
            epochs=15,
            evaluate_every=3,
            floor=("error", 17.0),
            source="after table 5, shortened; rate ours, chosen on the validation split",
            tries=6,
        ),
        Recipe(
            dataset="cifar10",
            tier="standard",
            model={
                "widths": (48, 96, 192, 384),
                "patch": 2,
                "classes": 10,
                "input_shape": (32, 32, 3),
                "colours": "cifar10",
                "pad": 4,
            },
            optimizer=ADAMW
            | {
                "learning_rate": {
                    "name": "CosineDecay",
                    "initial_learning_rate": 0.0,
                    "warmup_target": 0.001,
                    "warmup_steps": 1404,  # 4 of 40 passes of 351 steps
                    "decay_steps": 12_636,
                    "alpha": 1e-6 / 0.001,
                }
            },
            batch_size=128,
            epochs=40,
            evaluate_every=4,
            source="after table 5, shortened; rate and batch ours, not tuned",
        ),
        *(
            Recipe(
                dataset="imagenet",
                tier="paper",
                variant=variant,
                model=model,
                optimizer=ADAMW
                | {
                    "learning_rate": {
                        "name": "CosineDecay",
                        "initial_learning_rate": 0.0,
                        "warmup_target": 0.004,
                        "warmup_steps": 6240,  # 20 of 300 passes of 312 steps
                        "decay_steps": 87_360,
                        "alpha": 1e-6 / 0.004,
                    }
                },
                batch_size=4096,
                epochs=300,
                evaluate_every=10,
                train_on="train+validation",
                source=TABLE_5,
            )
            for variant, model in (
                ("", {}),
                ("S", SMALL),
                ("B", BASE),
            )
        ),
    ),
    claims=(
        *(
            Claim(
                dataset="imagenet",
                variant=variant,
                metric="accuracy",
                value=value,
                unit="%",
                direction="higher",
                where="table 1, ImageNet-1K, 224 pixels",
                test_size=50_000,
                confidence="verified",
                source="paper text",
            )
            for variant, value in (
                ("", 82.1),
                ("S", 83.1),
                ("B", 83.8),
            )
        ),
    ),
    deviations=(
        (
            "Images are augmented by crops, mirroring and label smoothing, but not by Mixup, CutMix, "
            "RandAugment or random erasing."
        ),
        (
            "The weights themselves are scored, not their exponential moving average; crops are "
            "resampled bilinearly, not bicubically."
        ),
        (
            "On CIFAR-10 the net has half the maps, 2x2 patches, shifts by up to 4 pixels in place of "
            "crops, 40 passes, and a rate of 0.001 for batches of 128."
        ),
        (
            "The pocket tier has three blocks of 32 and 64 maps, 8x8 digits in 2x2 patches, a rate of "
            "0.01, 15 passes, and no stochastic depth."
        ),
    ),
    history=(Fact("examples", 1.28e6, "images", "paper text: ImageNet-1K, 1.2 million", "verified"),),
)
