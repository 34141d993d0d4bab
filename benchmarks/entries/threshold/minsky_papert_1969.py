"""The book that counted what a perceptron must see, and was remembered for saying that it cannot.

Marvin Minsky and Seymour Papert asked a new kind of question about a learning machine: not whether it learns,
but how much of the picture its parts must look at. Let each part see only a few points of the retina, and
weigh what they say. The smallest number of points with which a question can be answered is the question's
order, and it is a property of the question, whatever the weights and however long one trains. Are more than
half of the points on? Order one. Is their number odd? Then some part must see the whole retina, however large
it is. Is the figure in one piece? Again no fixed number is enough. Looking for the proof they found that
symmetry does most of the work: if a question does not care which point is which, the weights need not either,
and what is left is a polynomial in one variable that has to change its sign too often.

Exclusive or is the parity of two points, and so the smallest case. That is what became famous: perceptrons
cannot do XOR. The book says more, and less. It is about parts that see little, not about single layers; with
parts that see enough every question can be answered, at the price of as many parts as there are figures, and
of weights that grow without mercy. That learning would find good parts by itself, the authors doubted in one
sentence, as an intuition. Funding for nets had gone elsewhere already, and the book became the reason to
leave it there.

It says nothing about nets that make their own parts. Those came with backpropagation, and they too find
parity hard.
"""

from benchmarks.spec import Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Perceptrons: an introduction to computational geometry",
    authors="M. Minsky, S. Papert",
    year=1969,
    venue="MIT Press",
    confidence="recalled",
)


def build(shape=(3, 3), order=9, diameter=None, responses=1, ink=0.5):
    """All masks of at most `order` points of a retina, and responses that weigh them; weights from zero.

    `shape` is (height, width); data of a single row of points have a height of 1. The outputs are the sums
    before the threshold, whose place is taken by the weight of the mask without points.
    """
    import keras

    from benchmarks.layers.units.masks import Masks
    from benchmarks.layers.units.threshold import Binarize

    height, width = shape
    return keras.Sequential(
        [
            keras.Input((height, width, 1) if responses > 1 else (height * width,)),
            Binarize(ink),
            keras.layers.Flatten(),
            Masks(order, height, width, diameter, name="masks"),
            keras.layers.Dense(responses, use_bias=False, kernel_initializer="zeros", name="responses"),
        ]
    )


def pictures(model, data, predict):
    """How the weights of a question grow with the points of the mask; of images, those of single points."""
    import numpy as np

    from benchmarks.pictures import Axis, Curves, Series, filters

    masks, weights = model.get_layer("masks"), np.asarray(model.get_layer("responses").kernel.value)
    if data.test["x"].ndim == 4:
        height, width, _ = model.input_shape[1:]
        single = weights[masks.sizes == 1].T
        caption = "Weights of the masks of a single point, for each response in its own range; grey is zero."
        return {"points": filters(single, (height, width), len(single), caption)}
    sizes = np.unique(masks.sizes)
    largest = [np.abs(weights[masks.sizes == size]).max() for size in sizes]
    return {
        "weights": Curves(
            [Series("largest weight", sizes, np.array(largest))],
            Axis("points of the mask"),
            Axis("magnitude of the weight"),
            "The largest weight among the masks of each number of points.",
        )
    }


PERCEPTRON = "chapter 11: the perceptron rule, one figure at a time, from zero; "
OF_ITS_ORDER = f"{PERCEPTRON}the order is the predicate's own, the number of passes ours"
ONE_LESS = f"{PERCEPTRON}masks of one point less than the predicate's order, the number of passes ours"
RULE = {"rule": "perceptron", "rule_options": {"learning_rate": 1.0}, "batch_size": 1}
#: A predicate over a small retina is learned until every figure is right, or to the end of the passes.
PREDICATE = RULE | {
    "task_options": {"threshold": 0.0},
    "criterion": ("error", 0.0),
    "stops_at_criterion": True,
}

ENTRY = Entry(
    id="minsky_papert_1969",
    name="Perceptron of limited order",
    family="threshold",
    task="classification",
    idea="A question has an order: how many points at once some part of a perceptron must look at.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={
        "one-less": "masks of one point less than the order of the question; this net is meant to fail, "
        "since no weights get every figure right"
    },
    parameters=(
        ParameterCount(trainable=512, where="all masks of a retina of 3x3 points: 2^9"),
        ParameterCount(
            trainable=46,
            where="masks of at most two of nine points: 1 + 9 + 36",
            variant="one-less",
            arguments={"order": 2},
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model={"shape": (8, 8), "order": 2, "diameter": 3, "responses": 10, "ink": 8.0},
            epochs=20,
            evaluate_every=5,
            floor=("error", 10.0),
            tries=6,
            source=f"{PERCEPTRON}ours, since the book has no images: masks of two points at most within 3x3, "
            "diameter-limited as in chapter 8; what counts as ink is chosen on the validation split",
            **RULE,
        ),
        Recipe(
            dataset="xor",
            tier="pocket",
            model={"shape": (1, 2), "order": 2},
            epochs=20,
            evaluate_every=10,
            floor=("error", 0.0),
            source=OF_ITS_ORDER,
            **PREDICATE,
        ),
        Recipe(
            dataset="parity_4",
            tier="pocket",
            model={"shape": (1, 4), "order": 4},
            epochs=600,
            evaluate_every=50,
            floor=("error", 0.0),
            source=OF_ITS_ORDER,
            **PREDICATE,
        ),
        Recipe(
            dataset="parity_4",
            tier="pocket",
            variant="one-less",
            model={"shape": (1, 4), "order": 3},
            epochs=600,
            evaluate_every=50,
            source=ONE_LESS,
            **PREDICATE,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            model={"shape": (28, 28), "order": 2, "diameter": 3, "responses": 10, "ink": 127.0},
            epochs=5,
            source=f"{PERCEPTRON}masks of two points at most within 3x3, diameter-limited as in chapter 8; "
            "not searched",
            **RULE,
        ),
        Recipe(
            dataset="parity_6",
            tier="standard",
            model={"shape": (2, 3), "order": 6},
            epochs=6000,
            evaluate_every=200,
            floor=("error", 0.0),
            source=OF_ITS_ORDER,
            **PREDICATE,
        ),
        Recipe(
            dataset="parity_6",
            tier="standard",
            variant="one-less",
            model={"shape": (2, 3), "order": 5},
            epochs=6000,
            evaluate_every=200,
            source=ONE_LESS,
            **PREDICATE,
        ),
        Recipe(
            dataset="connected_9",
            tier="standard",
            model={"shape": (3, 3), "order": 3},
            epochs=200,
            evaluate_every=10,
            floor=("error", 0.0),
            source=OF_ITS_ORDER,
            **PREDICATE,
        ),
        Recipe(
            dataset="connected_9",
            tier="standard",
            variant="one-less",
            model={"shape": (3, 3), "order": 2},
            epochs=200,
            evaluate_every=10,
            source=ONE_LESS,
            **PREDICATE,
        ),
        Recipe(
            dataset="majority_9",
            tier="standard",
            model={"shape": (3, 3), "order": 1},
            epochs=200,
            evaluate_every=10,
            floor=("error", 0.0),
            source=OF_ITS_ORDER,
            **PREDICATE,
        ),
        Recipe(
            dataset="parity_4",
            tier="standard",
            variant="one-less",
            model={"shape": (1, 4), "order": 3},
            epochs=600,
            evaluate_every=50,
            source=ONE_LESS,
            **PREDICATE,
        ),
    ),
    deviations=(
        "The book proves, and trains nothing; it prints no number to claim.",
        "That the perceptron rule finds the weights where there are any is its chapter 11. Retinas and "
        "numbers of passes are ours.",
        "Handwritten digits are not in the book: they are here so that it can be compared with others.",
        "What the rule leaves behind where no weights exist is not the smallest number of mistakes: the "
        "weights keep cycling.",
        "The numbers of chapters and theorems are recalled.",
    ),
)
