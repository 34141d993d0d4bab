"""Nobody tells it what to see: in every small neighbourhood the strongest cell learns, and the others wait.

The perceptron of 1958 had one layer that learned, and a teacher who said after each answer whether it was
right. A second layer could not be taught, since nobody knew what its cells ought to say. Kunihiko Fukushima,
at the broadcaster NHK in Tokyo, did without the teacher. His hypothesis of 1975 is one sentence: a synapse
from one cell to another is reinforced if the first one fires, provided that no cell near the second fires
stronger than it does. So the cell that happens to answer best to what is shown answers still better the next
time. Its neighbours are left for something else, and many cells come to stand for many different things.

Each cell sees only a patch of the layer before. But the patches add up: three layers up, a cell in the middle
depends on the whole picture, and answers to one pattern and not to another. This needs one more trick. If
synapses could only grow, every cell would in the end answer to everything. So beside each excitatory cell
stands an inhibitory one that sees the same patch, and the synapse from it grows as well. Inhibition divides
instead of being subtracted, so that answers stay small however much is learned. The cells are silent below
zero and grow in a line above it; forty years later nearly every net had such cells, called rectifiers.

A cell stays where it is, and so does what it has learned. A pattern that is moved by a few cells meets other
cells, which have never seen it. Five years later Fukushima let all the cells of a plane share their synapses,
and called the net the neocognitron.
"""

from benchmarks.spec import Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Cognitron: a self-organizing multilayered neural network",
    authors="K. Fukushima",
    year=1975,
    venue="Biological Cybernetics 20:121-136",
    url="https://doi.org/10.1007/BF00342633",
    confidence="verified",
)


def build(side=12, layers=3, area=5, near=2, classes=5, scale=1.0, offset=0.0, margin=0):
    """Layers U1 to U3 over the retina U0, whose cells say x / scale + offset, and nothing in the `margin`.

    `classes` are only for naming the cells of the last layer.
    """
    import keras

    from benchmarks.layers.models.cognitron import CognitronCells
    from benchmarks.layers.models.neocognitron import Naming

    return keras.Sequential(
        [
            keras.Input((side - 2 * margin, side - 2 * margin, 1)),
            keras.layers.Rescaling(1 / scale, offset),
            keras.layers.ZeroPadding2D(margin),
            *[CognitronCells(area, near, name=f"U{number + 1}") for number in range(layers)],
            keras.layers.Reshape((1, 1, side**2)),
            Naming(classes, name="naming"),
        ]
    )


def responses(model, batch):
    """What the cells of the retina U0 and of all layers say to some patterns, float [n,h,w,1] each."""
    x, outputs = batch["x"], {}
    for layer in model.layers[:-2]:
        x = layer(x)
        outputs[layer.name if layer.name[0] == "U" else "U0"] = x
    return outputs


def pictures(model, data, predict):
    """What the layers say to one pattern of each class."""
    import numpy as np

    from benchmarks.pictures import grid

    first = [np.flatnonzero(data.test["y"] == label)[0] for label in np.unique(data.test["y"])[:5]]
    said = predict(responses, {"x": data.test["x"][first]})
    rows = [cells / max(cells.max(), 1e-6) for cells in said.values()]
    return {
        "responses": grid(
            np.concatenate(rows).reshape(len(rows) * len(first), -1),
            rows[0].shape[1:3],
            len(first),
            f"What the cells of {', '.join(said)} say to {len(first)} patterns, each layer in its own range.",
        )
    }


PROGRAM = (
    "five patterns, 20 times each; 5x5 synapses, a vicinity of 13 cells, q0 = 2 and q1 = 16 as in the "
    "program of a book that repeats the experiment (github francescosisini/LIBRO-Il-cognitrone-di- "
    "Fukushima-codice-)"
)
DIGITS_OURS = (
    "ours, since the paper has no handwriting: two passes, in the middle of 12x12 cells; rates chosen on the "
    "validation split"
)
REINFORCED = {"q0": 2.0, "q1": 16.0, "memory": 50.0}

ENTRY = Entry(
    id="cognitron_1975",
    name="Cognitron",
    family="threshold",
    task="classification",
    idea="The strongest cell of a neighbourhood learns what it sees, layer upon layer, without a teacher.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    parameters=(
        ParameterCount(
            trainable=9_180,
            where=(
                "three layers of 144 cells with 5x5 synapses each, those beyond the border left out, and "
                "one inhibitory synapse; Epoch AI's table counts 25 fixed synapses of each inhibitory cell "
                "as well, and the border"
            ),
            published=21_600,
        ),
    ),
    recipes=(
        Recipe(
            dataset="stroke_digits_12",
            tier="pocket",
            rule="vicinity_reinforcement",
            rule_options=REINFORCED,
            batch_size=1,
            epochs=20,
            evaluate_every=5,
            floor=("error", 0.0),
            source=PROGRAM,
        ),
        # Without a floor: that its cells stay where they are is what the neocognitron was made for.
        Recipe(
            dataset="shifted_digits_16",
            tier="pocket",
            rule="vicinity_reinforcement",
            rule_options=REINFORCED,
            model={"side": 16},
            batch_size=1,
            epochs=1,
            source="ours: the patterns of the neocognitron, shown once at each place; nothing was searched",
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            rule="vicinity_reinforcement",
            rule_options={"q0": 8.0, "q1": 64.0, "memory": 1_000.0},
            model={"classes": 10, "scale": 16.0, "margin": 2},
            batch_size=1,
            epochs=2,
            floor=("error", 80.0),
            source=DIGITS_OURS,
            tries=6,
        ),
        Recipe(
            dataset="stroke_digits_12",
            tier="standard",
            rule="vicinity_reinforcement",
            rule_options=REINFORCED,
            batch_size=1,
            epochs=20,
            evaluate_every=5,
            source=PROGRAM,
        ),
        Recipe(
            dataset="usps",
            tier="standard",
            rule="vicinity_reinforcement",
            rule_options={"q0": 2.0, "q1": 16.0, "memory": 5_000.0},
            model={"side": 16, "classes": 10, "scale": 2.0, "offset": 0.5},
            batch_size=1,
            epochs=1,
            source="ours, since the paper has no handwriting: one pass; nothing was searched",
        ),
    ),
    deviations=(
        "The paper was not at hand, only its abstract. Equations, areas and rates are those of a program "
        "that repeats its experiment, and sizes agree with Epoch AI's table.",
        "The paper's patterns are pictures: ours are five digits of thin strokes. Their order is drawn anew "
        "for each of the 20 rounds.",
        "At the border, where a cell sees less, the fixed synapses of its inhibitory cell are larger, so "
        "that they add up to 1 everywhere; in the program that is a choice.",
        "Which cell of the last layer answers to which pattern is counted from the labels, which nothing "
        "else uses: each cell votes for the patterns in whose company it answered.",
        "Shifted digits and handwriting are not in the paper: they are here to compare with the neocognitron "
        "and with nets that were taught.",
    ),
    history=(
        Fact(
            "training_flop",
            5_184_000.0,
            "FLOP",
            "Epoch AI (epoch.ai/data), notable models: Cognitron",
            "verified",
        ),
        Fact(
            "parameters",
            21_600,
            "synapses",
            "Epoch AI (epoch.ai/data), notable models: Cognitron",
            "verified",
        ),
        Fact(
            "examples",
            100,
            "presentations",
            "Epoch AI (epoch.ai/data), notable models: Cognitron: five patterns, 20 times each",
            "verified",
        ),
    ),
)
