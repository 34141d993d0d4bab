"""Painting by gradient descent.

A net that was trained to name what is in a photograph has, on the way, learned to describe photographs.
Leon Gatys, Alexander Ecker and Matthias Bethge asked what the description keeps apart. High layers know
what is where, and little of the exact pixels: that is content. Throw away the where, and keep only
which features of a layer appear together, the Gram matrix of its maps, and what is left is a texture:
brush, colours, grain. They call it style. The two can be asked of different pictures. So they fixed the
weights and trained the pixels: from white noise, follow the gradient back through the net until the
picture has the content of a photograph and the style of a painting.

It made the insides of convolutional nets visible to everybody, and within months it was in telephones.
To science it offered less than it seemed to: nobody says what style is, there is no score for having
met it, and a weight between the two has to be set by eye. It was also slow: a new optimisation for
every picture, minutes on the best processor of the time, until nets were trained that paint in one
pass.

The net of the paper, VGG-19, took weeks to train. Ours is a small one of the same kind, trained by the
same run; and scores that can fail are ours too.
"""

from benchmarks.spec import Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="A neural algorithm of artistic style",
    authors="L. A. Gatys, A. S. Ecker, M. Bethge",
    year=2015,
    venue="arXiv 1508.06576; in CVPR 2016 as: Image style transfer using convolutional neural networks",
    url="https://arxiv.org/abs/1508.06576",
    confidence="verified",
)
FIRST_OF_EACH = tuple(f"conv{stage}_1" for stage in range(1, 6))


def build(plan=None, classes=0, content="conv4_2", style=FIRST_OF_EACH, size=(224, 224), styles=1):
    """The 16 convolutions of VGG-19 (or those of `plan`), average pooling, and pictures.

    `classes` is the number of classes that the features are trained to tell apart.
    """
    from benchmarks.layers.bodies.vgg import PLANS
    from benchmarks.layers.models.style import StyleTransfer

    return StyleTransfer(plan or PLANS[19], classes, content, style, size, styles)


def pictures(model, data, predict):
    """For each style: the content, the style, and the result."""
    import numpy as np

    from benchmarks.spec import Picture
    from benchmarks.tasks.style_transfer import paintings

    painted = predict.once(paintings)
    tiles = np.stack([painted[name] for name in ("content", "style", "result")], axis=1)
    return {
        "paintings": Picture(
            np.round(255.0 * tiles).astype("uint8"),
            "Content, style, and the content painted in the style; one style a row.",
        )
    }


ADAM_ON_PIXELS = {"name": "Adam", "learning_rate": 0.1}
OURS = "form of the loss as in the paper; net, weights of the terms and rates ours, chosen by eye"

ENTRY = Entry(
    id="neural_style_2015",
    name="Neural style transfer",
    family="convolutional",
    task="style_transfer",
    idea="Change the pixels until a net sees the content of one picture and the style of another.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    parameters=(
        ParameterCount(
            trainable=20_024_384,
            where="the 16 convolutional layers of VGG-19, counted; the pixels are no parameters",
        ),
    ),
    recipes=(
        Recipe(
            dataset="textures",
            tier="pocket",
            model={
                "plan": ((12,), (24,), (32,)),
                "classes": 8,
                "content": "conv3_1",
                "style": ("colours", "conv1_1", "conv2_1", "conv3_1"),
                "size": (48, 64),
                "styles": 2,
            },
            rule="style_transfer",
            rule_options={
                "feature_epochs": 4,
                "content_weight": 1.0,
                "smoothness": 0.3,
                "pixel_optimizer": ADAM_ON_PIXELS,
            },
            optimizer={"name": "Adam", "learning_rate": 0.003},
            batch_size=40,
            epochs=6,
            evaluate_every=3,
            floor=("style_distance", 25.0),
            source=OURS,
        ),
        Recipe(
            dataset="cifar10_photographs",
            tier="standard",
            model={
                "plan": ((32, 32), (64, 64), (128, 128)),
                "classes": 10,
                "content": "conv3_1",
                "style": ("colours", "conv1_1", "conv2_1", "conv3_1"),
                "size": (96, 128),
                "styles": 2,
            },
            rule="style_transfer",
            rule_options={
                "feature_epochs": 15,
                "content_weight": 1.0,
                "smoothness": 0.3,
                "pixel_optimizer": ADAM_ON_PIXELS,
            },
            optimizer={"name": "SGD", "learning_rate": 0.02, "momentum": 0.9},
            batch_size=128,
            epochs=18,
            evaluate_every=3,
            source=OURS,
        ),
    ),
    deviations=(
        (
            "The features come from a small net trained in the same run, on textures or CIFAR-10; the "
            "paper's come from VGG-19, trained on ImageNet."
        ),
        (
            "Adam changes the pixels; the authors use L-BFGS (as they say in 2016), which works on the "
            "whole problem and not in steps."
        ),
        (
            "Style is also read from the picture itself (how its colours go together), since features "
            "that tell textures apart are blind to colours."
        ),
        (
            "A penalty on differences between neighbouring pixels, from later work, and clipping to "
            "displayable values keep noise out."
        ),
        (
            "Each distance is relative to the size of its target, so that the weights of the terms do not "
            "depend on the scale of the features."
        ),
        (
            "Content is a photograph of a palace; styles are a photograph of a flower and drawn swirls; the "
            "paper's are paintings."
        ),
        (
            "The scores are ours; the paper shows pictures, and prints no number that a run could be held "
            "against."
        ),
    ),
)
