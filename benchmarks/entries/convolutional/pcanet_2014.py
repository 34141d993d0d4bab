"""A deep net without learning: principal components, signs, and counting.

In 2014 convolutional nets won everything, and few could say which part of them did it: the filters that
gradients find, the depth, the pooling, the tricks. Tsung-Han Chan and his colleagues build the plainest net
that they can think of, to have something to compare with. Its filters are the principal components of small
patches of the training images; a second stage does the same with what the first one leaves. No gradient, no
labels, no rate, nothing between the stages. Then come two ideas older than deep learning. The eight responses
at a pixel are read as eight bits, and so as a number between 0 and 255, a word of the image; and of the words
only their histograms in overlapping blocks are kept. A linear support-vector machine reads these.

It was meant as a baseline, and on faces, textures and digits it was as good as what people had designed or
trained with care: on the digits of MNIST the paper prints 0.66%. What is more, filters drawn at random do it,
too, with 0.63%, and one stage with wider filters with 0.62%. With fewer digits to learn from, the learned
filters are ahead again. Much of what a net knows, it seems, lies in its architecture.

The counts grow fast: each further stage multiplies the maps by eight, and already two stages turn a digit
into 73,728 numbers. And what the components of small patches know is how patches vary, not what matters for
the question. On photographs of things in all poses it fell behind nets that were told what to look for.
"""

from benchmarks.spec import Claim, Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="PCANet: a simple deep learning baseline for image classification?",
    authors="T.-H. Chan, K. Jia, S. Gao, J. Lu, Z. Zeng, Y. Ma",
    year=2014,
    venue="arXiv:1404.3606; IEEE Transactions on Image Processing 24(12):5017-5032 (2015)",
    url="https://arxiv.org/abs/1404.3606",
    confidence="verified",
)


def build(
    classes=10,
    input_shape=(28, 28, 1),
    filters=(8, 8),
    patch=7,
    block=7,
    scale=255.0,
    random=False,
    penalty=1.0,
):
    """Two stages of eight filters, codes of eight bits, histograms, and a linear machine for each class."""
    from benchmarks.layers.models.pca_network import PCANetwork

    return PCANetwork(classes, input_shape, filters, patch, block, scale, random, penalty)


def pictures(model, data, predict):
    """The filters of each stage, and what they make of a test image."""
    import numpy as np

    from benchmarks.pictures import filters, grid

    side = (model.patch, model.patch)
    shown = {
        f"filters_{stage + 1}": filters(
            bank.T,
            side,
            bank.shape[1],
            f"The filters of stage {stage + 1}, each in its own range; grey is zero.",
        )
        for stage, bank in enumerate(model.banks)
    }
    images = model.images(data.test["x"][:4])
    words = model.words(images) / (model.codes - 1.0)
    height, width = images.shape[1:]
    caption = (
        "Test images, and in the same row the word that the last stage reads at each pixel of each map: "
        "white is the one whose bits are all set."
    )
    rows = np.concatenate([images[:, None] / max(images.max(), 1e-12), words], axis=1)
    return shown | {"words": grid(rows.reshape(-1, height * width), (height, width), rows.shape[1], caption)}


TABLES = (
    "sections II and III: 8 filters of 7x7 pixels in each stage, blocks of 7x7 pixels half a block apart; "
    "solver, C, and what is done at the edges by the authors' code"
)
DIGITS = (
    "sizes set by hand for the smaller images, the size of the blocks, which the paper tunes, chosen on the "
    "validation split"
)
PRINTED = {
    "dataset": "mnist",
    "metric": "error",
    "unit": "%",
    "direction": "lower",
    "confidence": "recalled",
    "source": "arXiv 1404.3606, as a public account of its tables has them",
}

ENTRY = Entry(
    id="pcanet_2014",
    name="PCANet",
    family="convolutional",
    task="classification",
    idea="Principal components for filters, signs read as numbers, and histograms: depth without learning.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={
        "random": "filters that are drawn at random (RandNet)",
        "one-stage": "one stage, of filters of 13x13 pixels",
        "basic": "trained on 10,000 images, as in the set MNIST basic",
        "basic-random": "filters that are drawn at random, trained on 10,000 images",
    },
    parameters=(
        ParameterCount(trainable=738_064, where="73,728 counts for 10 classes, 16 filters of 7x7, counted"),
        ParameterCount(
            trainable=737_280,
            where="the same, without the filters",
            variant="random",
            arguments={"random": True},
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            rule="fit",
            model={"input_shape": (8, 8, 1), "patch": 3, "block": 3, "scale": 16.0},
            floor=("error", 3.0),
            source=DIGITS,
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="random",
            rule="fit",
            model={"input_shape": (8, 8, 1), "patch": 3, "block": 3, "scale": 16.0, "random": True},
            floor=("error", 4.0),
            source="that of the principal components; nothing was searched",
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="basic",
            rule="fit",
            limit=10_000,
            source=TABLES,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="basic-random",
            rule="fit",
            model={"random": True},
            limit=10_000,
            source=TABLES,
        ),
        Recipe(
            dataset="mnist",
            tier="paper",
            rule="fit",
            train_on="train+validation",
            source=TABLES,
        ),
        Recipe(
            dataset="mnist",
            tier="paper",
            variant="random",
            rule="fit",
            model={"random": True},
            train_on="train+validation",
            source=TABLES,
        ),
        Recipe(
            dataset="mnist",
            tier="paper",
            variant="one-stage",
            rule="fit",
            model={"filters": (8,), "patch": 13},
            train_on="train+validation",
            source="table 9: one stage, 13x13 pixels; the rest as for two stages",
        ),
    ),
    claims=(
        Claim(value=0.66, where="table 9, MNIST, PCANet-2", test_size=10_000, **PRINTED),
        Claim(variant="random", value=0.63, where="table 9, MNIST, RandNet-2", test_size=10_000, **PRINTED),
        Claim(
            variant="one-stage",
            value=0.62,
            where="table 9, MNIST, PCANet-1 with filters of 13x13 pixels",
            test_size=10_000,
            missed_because="not understood",
            evidence="With all but the stages and the size of filters as for two stages, which do as "
            "printed, it errs far more; what else the paper changes for one stage is not known to us.",
            **PRINTED,
        ),
        Claim(
            variant="basic",
            value=1.06,
            where="table 10, basic, PCANet-2",
            test_size=50_000,
            not_comparable="other digits: MNIST basic is a split of its own",
            **PRINTED,
        ),
        Claim(
            variant="basic-random",
            value=1.25,
            where="table 10, basic, RandNet-2",
            test_size=50_000,
            not_comparable="other digits: MNIST basic is a split of its own",
            **PRINTED,
        ),
    ),
    deviations=(
        "MNIST basic draws 10,000 of MNIST's 70,000 digits to learn from and is tested on 50,000 others. "
        "Here the first 10,000 training digits and the usual 10,000 test digits take their place.",
        "The 8x8 digits are not in the paper: they are here to compare with other entries.",
        "The linear machine is LIBLINEAR's, as in the authors' code, by way of scikit-learn.",
    ),
)
