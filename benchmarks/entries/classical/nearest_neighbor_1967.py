"""The most honest of all learners: it remembers everything, and answers with what it has seen.

Which example have I seen that is most like this one? Its class is the answer. Evelyn Fix and Joseph Hodges
wrote the rule down for the US Air Force in 1951, and it might have stayed a piece of common sense, had Thomas
Cover and Peter Hart not proved in 1967 how good it is: with ever more examples its errors are at most twice
those of the best classifier that there can be, whatever the classes look like. Half of what an endless
collection of examples can say lies in the nearest of them.

It has no training and no parameters, and it is the test for everything that has: a net that loses to it has
learned less than it was shown. On digits it is hard to beat. What it needs is memory and time, for every
question is compared with every example, and a distance that means something: pixel by pixel, a digit that has
moved by two pixels is another digit. To learn the space in which near means alike is, one may say, what deep
nets do; their last layer does little more than look for the nearest class there.
"""

from benchmarks.spec import Claim, Entry, Paper, Recipe

PAPER = Paper(
    title="Nearest neighbor pattern classification",
    authors="T. M. Cover, P. E. Hart",
    year=1967,
    venue="IEEE Transactions on Information Theory 13(1):21-27",
    url="https://doi.org/10.1109/TIT.1967.1053964",
    confidence="recalled",
)


def build(classes=10, neighbors=3, scale=255.0, deslanted=False, margin=0):
    """The classes of the nearest training images vote."""
    from benchmarks.layers.models.nearest_neighbors import NearestNeighbors

    return NearestNeighbors(classes, neighbors, scale, deslanted, margin)


def pictures(model, data, predict):
    """Ten questions, and the training image that is nearest to each."""
    import numpy as np

    from benchmarks.pictures import grid

    if data.test["x"].ndim < 4:
        return {}
    questions = model.pixels(data.test["x"][:10])
    squares = np.square(questions[:, None] - model.vectors[None, :2_000]).sum(axis=2)
    answers = model.vectors[squares.argmin(axis=1)]
    side = int(np.sqrt(questions.shape[1]))
    caption = "Above ten test images, below the nearest of the first 2,000 training images."
    return {"neighbours": grid(np.concatenate([questions, answers]).clip(0, 1), (side, side), 10, caption)}


THREE = "LeCun and others (1998), section III.C.2: Euclidean distance; that k is 3 is recalled"
PRINTED = {
    "dataset": "mnist",
    "metric": "error",
    "unit": "%",
    "direction": "lower",
    "test_size": 10_000,
    "confidence": "verified",
    "source": "its text, https://doi.org/10.1109/5.726791",
}

ENTRY = Entry(
    id="nearest_neighbor_1967",
    name="Nearest neighbours",
    family="classical",
    task="classification",
    idea="Remember all examples; the most similar ones decide.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={"deslanted": "images that are set upright and cropped to 20x20 pixels"},
    parameters=(),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            rule="fit",
            model={"scale": 16.0},
            floor=("error", 5.0),
            source=THREE,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            rule="fit",
            train_on="train+validation",
            source=THREE,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="deslanted",
            rule="fit",
            model={"deslanted": True, "margin": 4},
            train_on="train+validation",
            source=THREE,
        ),
    ),
    claims=(
        Claim(
            value=5.0,
            where="LeCun and others (1998), figure 9 and section III.C.2, K-NN Euclidean",
            **PRINTED,
        ),
        Claim(
            variant="deslanted",
            value=2.4,
            where="LeCun and others (1998), figure 9 and section III.C.2, K-NN Euclidean, deslanted images",
            **PRINTED,
        ),
    ),
    deviations=(
        "The paper proves a theorem; the numbers are those of the 1998 comparison of digit readers, which "
        "uses images of 20x20 pixels where ours have 28x28.",
        "Deslanted: grey pixels count in proportion, and the 20x20 pixels around the centre of mass are "
        "kept.",
        "The 8x8 digits are not in either paper: they are here to compare with other entries.",
        "The number of parameters counts all that is kept: the training images and their labels.",
    ),
)
