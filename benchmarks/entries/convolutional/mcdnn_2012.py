"""Thirty-five readers and a vote.

In 2012 a plain convolutional net on a graphics card could be trained for hundreds of passes on digits that
were never twice the same: before every pass each one is turned, scaled, shifted and bent anew. Such a net
errs on some forty of MNIST's 10,000 test digits. Trained again from another start it errs on as many, but
not on the same ones. So train many and average what they say; and since they err together where they see
the same, show each of them something else. Here every column, as the authors call a net with what is done
to its images beforehand, sees the digits stretched or squeezed to a width of its own, from 10 to 20
pixels. Seven views, five nets each: 23 errors, about as many as people make.

The same recipe read Chinese characters and street signs, the latter better than people. Nothing in it is
new: the net is that of the 1990s, the units are scaled hyperbolic tangents, the rule is online gradient
descent. What had been missing was computing time.

A committee costs as many times more as it has members, and what the members cannot see, it cannot see
either. In the same year a net for photographs took a larger step by being larger.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Multi-column deep neural networks for image classification",
    authors="D. Cireşan, U. Meier, J. Schmidhuber",
    year=2012,
    venue="CVPR 2012, 3642-3649; arXiv 1202.2745",
    url="https://arxiv.org/abs/1202.2745",
    confidence="verified",
)
WIDTHS = (10, 12, 14, 16, 18, 20, None)  # None: as they are


def build(
    widths=5 * WIDTHS,
    net=(20, 4, 2, 40, 5, 3, 150),
    input_shape=(28, 28, 1),
    scale=255.0,
    zoom=1,
    margin=(0, 1),
    distortion=None,
):
    """A column for each width: 1x29x29-20C4-MP2-40C5-MP3-150N-10N.

    `net` holds maps, side of the filters and side of the pooling, twice, and then the hidden units.
    """
    from keras import Input, Sequential, initializers, layers

    from benchmarks.layers.image.distortion import RandomDistortion
    from benchmarks.layers.image.width_normalization import WidthNormalization
    from benchmarks.layers.models.committee import Committee
    from benchmarks.layers.resampling.enlargement import UpSampling2D
    from benchmarks.layers.resampling.max_pooling import MaxPooling2D
    from benchmarks.layers.units.scaled_tanh import scaled_tanh

    def start():
        return initializers.RandomUniform(-0.05, 0.05)

    columns = []
    for width in widths:
        image = [layers.Rescaling(1.0 / scale), *([UpSampling2D(zoom)] if zoom > 1 else [])]
        image += [WidthNormalization(width)] if width else []
        image += [
            layers.ZeroPadding2D((margin, margin)),
            RandomDistortion(**(distortion or {}), name="distortion"),
            layers.Rescaling(2.0, -1.0),
        ]
        parts = []
        for maps, side, pool in (net[:3], net[3:6]):
            parts += [
                layers.Conv2D(maps, side, kernel_initializer=start()),
                layers.Activation(scaled_tanh),
                MaxPooling2D(pool),
            ]
        parts += [
            layers.Flatten(),
            layers.Dense(net[6], kernel_initializer=start()),
            layers.Activation(scaled_tanh),
        ]
        columns.append(
            Sequential([Input(input_shape), *image, *parts, layers.Dense(10, kernel_initializer=start())])
        )
    return Committee(columns)


def loss(model, batch, training):
    """Each column's own cross-entropy, added up: no column learns from what another one says."""
    from keras import ops

    from benchmarks.tasks.classification import cross_entropy

    logits = ops.cast(model.members(batch["x"], training=training), "float32")
    labels = ops.repeat(batch["y"][:, None], logits.shape[1], axis=1)
    return ops.mean(ops.sum(cross_entropy(labels, logits), axis=1))


def views(model, batch):
    """What the first seven columns see of some images, and what they see of them in training.

    Each is float [n,columns,h,w,1].
    """
    from keras import ops

    images_of: dict[str, list] = {"seen": [], "distorted": []}
    for column in model.columns[:7]:
        x = batch["x"]
        for layer in column.layers:
            if layer.name == "distortion":
                images_of["seen"].append(x)
                images_of["distorted"].append(layer(x, training=True))
                break
            x = layer(x)
    return {name: ops.stack(images, axis=1) for name, images in images_of.items()}


def pictures(model, data, predict):
    """Four test digits as each column sees them, and as they might be distorted in training."""
    from benchmarks.pictures import grid

    images = predict(views, {"x": data.test["x"][:4]})
    captions = {
        "seen": "Four test digits as the columns see them.",
        "distorted": "The same digits as they might be distorted in training.",
    }
    columns, height, width = images["seen"].shape[1:4]
    return {
        name: grid(1 - images[name].reshape(4 * columns, -1), (height, width), columns, text)
        for name, text in captions.items()
    }


OURS = "ours, chosen on the validation split"
MNIST_ALONE = "the suite runs the nets for MNIST alone"

ENTRY = Entry(
    id="mcdnn_2012",
    name="Multi-column deep neural network",
    family="convolutional",
    task="classification",
    idea="Average many nets, each trained on differently prepared images.",
    paper=PAPER,
    build=build,
    loss=loss,
    pictures=pictures,
    parameters=(
        ParameterCount(trainable=35 * 76_040, where="35 columns, counted"),
        ParameterCount(
            trainable=76_040,
            where="one column of 20C4-MP2-40C5-MP3-150N-10N, counted",
            variant="one column",
            arguments={"widths": (None,)},
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model={
                "widths": (9, 12, None),
                "net": (8, 3, 2, 16, 4, 2, 50),
                "input_shape": (8, 8, 1),
                "scale": 16.0,
                "zoom": 2,
                "margin": (0, 0),
                "distortion": {"alpha": 8.0, "sigma": 3.0, "rotation": 10.0, "scaling": 0.1},
            },
            optimizer={"name": "SGD", "learning_rate": 0.05, "momentum": 0.9},
            batch_size=32,
            epochs=10,
            evaluate_every=5,
            task_options={"members": True},
            floor=("error", 8.0),
            source=OURS,
            tries=6,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            model={"widths": (10, 14, 18, 20, None)},
            optimizer={"name": "SGD", "learning_rate": 0.02, "momentum": 0.9},
            batch_size=32,
            epochs=6,
            train_on="train+validation",
            task_options={"members": True},
            shortened="5 of 35 columns, 6 passes of some 800",
            source="ours, near the pocket tier, not searched on this data set",
        ),
        Recipe(
            dataset="mnist",
            tier="paper",
            optimizer={
                "name": "SGD",
                "learning_rate": {
                    "name": "ExponentialDecay",
                    "initial_learning_rate": 0.001,
                    "decay_steps": 60_000,  # a pass, one image a step
                    "decay_rate": 0.993,
                    "staircase": True,
                },
                "momentum": 0.0,
            },
            batch_size=1,
            epochs=500,
            train_on="train+validation",
            task_options={"members": True},
            source="section 3.1, as recalled",
        ),
    ),
    claims=(
        Claim(
            dataset="mnist",
            metric="error",
            value=0.23,
            unit="%",
            direction="lower",
            where="section 3.1 and table 1, 35 columns",
            test_size=10_000,
            confidence="verified",
            source="table of results at yann.lecun.com/exdb/mnist",
        ),
        Claim(
            dataset="mnist",
            metric="member_error",
            value=0.44,
            unit="%",
            direction="lower",
            where="table 1, mean of the 35 columns",
            test_size=10_000,
        ),
        Claim(
            dataset="cifar10",
            metric="error",
            value=11.21,
            unit="%",
            direction="lower",
            where="table of results on CIFAR-10",
            not_comparable=MNIST_ALONE,
        ),
        Claim(
            dataset="gtsrb",
            metric="error",
            value=0.54,
            unit="%",
            direction="lower",
            where="traffic signs",
            confidence="verified",
            source="abstract of the traffic-sign paper, gwern.net (2012-ciresan-2.pdf)",
            not_comparable=MNIST_ALONE,
        ),
    ),
    deviations=(
        (
            "Rotations up to 15 degrees, scaling by 15%, shifts by 5%, and elastic distortions with "
            "alpha 36 and sigma 6 are as recalled from papers of the group."
        ),
        "All columns are trained side by side on the same batches, each with its own distortions.",
        (
            "The standard tier has five columns, six passes and batches of 32 with momentum; the pocket "
            "tier has three small columns and enlarged digits."
        ),
        (
            "The paper tier stops after 500 passes, when the rate has fallen to 0.00003; the paper adds "
            "some 300 passes at that rate."
        ),
    ),
    history=(
        Fact("hours", 14, "h", "section 3.1, for one column"),
        Fact("examples", 60_000, "images", "section 3.1"),
    ),
)
