"""One sweep backwards, and every derivative is there: a thesis about rounding that trains every net today.

Seppo Linnainmaa, a student in Helsinki, asked how rounding errors add up. A computer rounds after every
operation; each of these small errors travels on to the result, and how far it moves the result is a
derivative. There are as many as there are operations, and to find them one by one would mean to run the
program again for each. He wrote the program down as a list of elementary operations, and went through the
list from its end. The result depends on the last operation directly; on those before it, through those after
it; and so one sweep back, which takes only a few times as long as the program itself, gives the derivative by
every number that ever occurred in it.

That it has to do with learning is not in the thesis, which is in Finnish and prints its algorithm in Fortran.
But a loss is the result of a program, and weights are numbers that occur in it. What a sweep for one weight
costs, one sweep back costs for all of them: a factor of a billion for the nets of today. Werbos wrote in 1974
how such derivatives would fit a model, Rumelhart, Hinton and Williams found them again for nets in 1986, and
TensorFlow, JAX and PyTorch are, at their core, this list.

The alternatives are older. One can change each weight a little and look what the loss does; but too large a
change blurs the derivative, and too small a one drowns in the rounding errors of which the thesis speaks. Or
one can carry the derivative by one weight forwards along with the program, which is exact, and as slow. What
the backward sweep asks for in return is memory: the whole list has to be kept.
"""

from benchmarks.spec import Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="The representation of the cumulative rounding error of an algorithm as a Taylor expansion of "
    "the local rounding errors",
    authors="S. Linnainmaa",
    year=1970,
    venue="Master's thesis (in Finnish), University of Helsinki; in English in BIT 16:146-160, 1976",
    url="https://doi.org/10.1007/BF01931367",
    confidence="recalled",
)


def build(input_shape=(2,), hidden=3, classes=2, scale=1.0, block=1):
    """A net with one hidden layer, computed as a list of additions, products, quotients and exponentials."""
    from benchmarks.layers.models.recorded_net import RecordedNet

    return RecordedNet(input_shape, hidden, classes, scale, block)


def pictures(model, data, predict):
    """What each way costs as the net grows, how exact differences are, and what rounding does to the loss."""
    import numpy as np

    from benchmarks.layers.models.recorded_net import MODES, RecordedNet, operations
    from benchmarks.pictures import Axis, Curves, Series

    pixels, labels = model.pixels(data.test["x"][:4]), data.test["y"][:4]
    nets = [RecordedNet((model.inputs,), hidden, model.classes) for hidden in (1, 2, 4, 8, 16, 32)]
    sizes = np.array([net.weights.size for net in nets])
    lists = [net.record(pixels[:1], labels[:1])[0] for net in nets]
    costs = [
        Series(
            mode,
            sizes,
            np.array(
                [
                    operations(tape, size, mode) / operations(tape, size, "")
                    for tape, size in zip(lists, sizes.tolist(), strict=True)
                ]
            ),
        )
        for mode in MODES
    ]
    drawn = {
        "cost": Curves(
            costs,
            Axis("parameters", logarithmic=True),
            Axis("operations of all derivatives", "times those of the loss", logarithmic=True),
            "What all derivatives of one example cost, for nets with 1 to 32 hidden units.",
        )
    }
    if model.weights.size > 100:
        return drawn
    _, exact, _ = model.gradient(pixels, labels, "reverse")
    steps = 10.0 ** np.arange(-12.0, 0.0)
    errors = [
        np.linalg.norm(model.gradient(pixels, labels, "differences", step)[1] - exact) / np.linalg.norm(exact)
        for step in steps.tolist()
    ]
    drawn["differences"] = Curves(
        [Series("differences to either side", steps, np.array(errors))],
        Axis("step", logarithmic=True),
        Axis("relative error of the gradient", logarithmic=True),
        "Large steps blur the derivative, small ones drown in rounding errors: how far differences are "
        "from the backward sweep, in double precision.",
    )
    rounded, (loss,) = model.record(pixels, labels, "float32")
    kept = model.weights
    model.weights = kept.astype("float32").astype("float64")
    exactly, (place,) = model.record(pixels.astype("float32"), labels)
    model.weights = kept
    found = np.abs(np.float64(rounded.values[loss]) - exactly.values[place])
    foreseen = np.abs(rounded.rounding_error(loss))
    examples = np.arange(1.0, len(found) + 1.0)
    drawn["rounding"] = Curves(
        [Series("measured", examples, found), Series("by the thesis's sum", examples, foreseen)],
        Axis("example"),
        Axis("rounding error of the loss", "nats"),
        "How far single precision carries the loss of four examples from that of double precision, and "
        "what the sum of all local errors, each times its derivative, foresees.",
    )
    return drawn


LISTED = "the thesis has no nets: derivatives by its sweep; the net, its size and the rate are ours"
#: A truth table, all rows at once. All modes start from the same weights, and should end in the same.
TABLE = f"{LISTED}, not searched"

ENTRY = Entry(
    id="linnainmaa_1970",
    name="Reverse-mode differentiation",
    family="feedforward",
    task="classification",
    idea="Write a computation down as a list, go through it backwards, and have every derivative at once.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={
        "forward": "one sweep forwards for each parameter in place of one backwards for all",
        "differences": "the loss is computed twice for each parameter, a little to either side, and no "
        "derivative",
    },
    parameters=(
        ParameterCount(trainable=17, where="2-3-2, counted; the size is ours"),
        ParameterCount(
            trainable=334,
            where="16-12-10, counted; the size is ours",
            arguments={"input_shape": (8, 8, 1), "hidden": 12, "classes": 10, "block": 2},
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model={"input_shape": (8, 8, 1), "hidden": 12, "classes": 10, "scale": 4.0, "block": 2},
            rule="recorded_gradient",
            rule_options={"learning_rate": 1.0, "mode": "reverse"},
            batch_size=32,
            epochs=6,
            evaluate_every=6,
            floor=("error", 40.0),
            tries=6,
            source=f"{LISTED}; the rate is chosen on the validation split",
        ),
        Recipe(
            dataset="xor",
            tier="pocket",
            model={"input_shape": (2,), "hidden": 3},
            rule="recorded_gradient",
            rule_options={"learning_rate": 3.0, "mode": "reverse"},
            batch_size=4,
            epochs=300,
            evaluate_every=50,
            floor=("error", 0.0),
            source=TABLE,
        ),
        Recipe(
            dataset="xor",
            tier="pocket",
            variant="forward",
            model={"input_shape": (2,), "hidden": 3},
            rule="recorded_gradient",
            rule_options={"learning_rate": 3.0, "mode": "forward"},
            batch_size=4,
            epochs=300,
            evaluate_every=50,
            floor=("error", 0.0),
            source=TABLE,
        ),
        Recipe(
            dataset="xor",
            tier="pocket",
            variant="differences",
            model={"input_shape": (2,), "hidden": 3},
            rule="recorded_gradient",
            rule_options={"learning_rate": 3.0, "mode": "differences"},
            batch_size=4,
            epochs=300,
            evaluate_every=50,
            floor=("error", 0.0),
            source=TABLE,
        ),
        Recipe(
            dataset="digits",
            tier="standard",
            model={"input_shape": (8, 8, 1), "hidden": 30, "classes": 10, "scale": 4.0},
            rule="recorded_gradient",
            rule_options={"learning_rate": 1.0, "mode": "reverse"},
            batch_size=32,
            epochs=20,
            evaluate_every=5,
            source=f"{LISTED}, with all pixels, not searched",
        ),
        Recipe(
            dataset="parity_4",
            tier="standard",
            model={"input_shape": (4,), "hidden": 6},
            rule="recorded_gradient",
            rule_options={"learning_rate": 3.0, "mode": "reverse"},
            batch_size=16,
            epochs=1_000,
            evaluate_every=50,
            source=TABLE,
        ),
        Recipe(
            dataset="parity_4",
            tier="standard",
            variant="forward",
            model={"input_shape": (4,), "hidden": 6},
            rule="recorded_gradient",
            rule_options={"learning_rate": 3.0, "mode": "forward"},
            batch_size=16,
            epochs=1_000,
            evaluate_every=50,
            source=TABLE,
        ),
        Recipe(
            dataset="parity_4",
            tier="standard",
            variant="differences",
            model={"input_shape": (4,), "hidden": 6},
            rule="recorded_gradient",
            rule_options={"learning_rate": 3.0, "mode": "differences"},
            batch_size=16,
            epochs=1_000,
            evaluate_every=50,
            source=TABLE,
        ),
    ),
    deviations=(
        "The thesis is about rounding errors and trains nothing; nets are what its sweep is used for now.",
        "The standard tier has no larger data: the list is run through in Python, number by number.",
        "On the digits of the pocket tier the net sees averages of 2x2 pixels, so that the list is short.",
        "Examples stand side by side in each number of the list, as arrays of NumPy: operations are "
        "counted for one example.",
    ),
)
