"""Hidden units that invent their own features.

How to train the units in the middle of a net was long an open question to most: nothing says what they
should answer. Rumelhart, Hinton and Williams make the units smooth and let the chain rule hand the
error back, layer by layer. One backward pass gives the derivative for every weight. Others had the
calculation before, Linnainmaa in 1970 and Werbos in 1974; what this paper shows is that the hidden
units come to stand for things nobody told them about: a mirror axis, a binary code, a family tree.

The problems are those that a single layer cannot do: XOR, parity, symmetry, an encoder through
three units. The net sometimes stops in a local minimum, which the authors report and count. What
it cannot do yet is grow deep: through many sigmoid layers the error handed back fades away.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title=(
        "Learning representations by back-propagating errors; Learning internal representations by error "
        "propagation"
    ),
    authors="D. E. Rumelhart, G. E. Hinton, R. J. Williams",
    year=1986,
    venue="Nature 323:533-536; Parallel Distributed Processing, vol. 1, ch. 8, 318-362",
    url="https://doi.org/10.1038/323533a0",
    confidence="verified",
)


def build(inputs=6, hidden=2, outputs=1, shortcuts=False, spread=0.3, scale=1.0):
    """One hidden layer of sigmoid units; with `shortcuts` the inputs also reach the output directly.

    `inputs` is their number, or the shape of an image, whose pixels are divided by `scale`.
    """
    import keras

    def start():
        return keras.initializers.RandomUniform(-spread, spread)

    if isinstance(inputs, int):
        seen = x = keras.Input((inputs,))
    else:
        seen = keras.Input(inputs)
        x = keras.layers.Flatten()(keras.layers.Rescaling(1 / scale)(seen))
    middle = keras.layers.Dense(
        hidden, activation="sigmoid", kernel_initializer=start(), bias_initializer=start(), name="hidden"
    )(x)
    joined = keras.layers.Concatenate()([middle, x]) if shortcuts else middle
    y = keras.layers.Dense(
        outputs, activation="sigmoid", kernel_initializer=start(), bias_initializer=start(), name="output"
    )(joined)
    return keras.Model(seen, y)


def loss(model, batch, training):
    """Half the squared error, summed over outputs and over the patterns of the sweep (Nature, equation 3)."""
    import keras
    from keras import ops

    from benchmarks.rules.targets import binary_targets

    outputs = ops.cast(model(batch["x"], training=training), keras.config.floatx())
    return 0.5 * ops.sum(ops.square(outputs - binary_targets(batch["y"], outputs.shape[-1])))


XOR_NET = {"inputs": 2, "hidden": 2, "spread": 0.5}
SHORTCUTS_NET = {"inputs": 2, "hidden": 1, "shortcuts": True, "spread": 0.5}
PARITY_NET = {"inputs": 4, "hidden": 4, "spread": 0.5}
WIDE_PARITY_NET = {"inputs": 4, "hidden": 4, "spread": 1.0}
ENCODER_NET = {"inputs": 8, "hidden": 3, "outputs": 8}
DIGITS_NET = {"inputs": (8, 8, 1), "scale": 16.0, "hidden": 64, "outputs": 10}
CHAPTER = "rate of the chapter, section on the problem; momentum 0.9 as in its equation 16"
NATURE = "Nature, figure 1: rate 0.1, momentum 0.9, initial weights between -0.3 and 0.3"
CHAPTER_COPY = (
    "an account that cites stanford.edu/~jlmcc/papers/PDP/Volume%201/Chap8_PDP86.pdf, p. 331 (XOR) and "
    "p. 335 (parity)"
)
NATURE_COPY = (
    "an account that cites figure 1 of "
    "www.cri.minesparis.psl.eu/people/silber/cours/2025/nlp/bib/RumelhartDE1986.pdf"
)
#: A number of sweeps, of one run of the authors'.
PRINTED = {
    "metric": "epochs_to_criterion",
    "unit": "epochs",
    "direction": "lower",
    "confidence": "verified",
}

ENTRY = Entry(
    id="backprop_1986",
    name="Back-propagation net",
    family="feedforward",
    task="classification",
    idea="The chain rule hands each hidden unit its share of the error.",
    paper=PAPER,
    build=build,
    loss=loss,
    variants={
        "shortcuts": "one hidden unit, and the inputs also connected to the output",
        "wide-start": "first weights from [-1, 1] in place of [-0.5, 0.5]",
    },
    parameters=(
        ParameterCount(trainable=17, where="6-2-1 for mirror symmetry, counted"),
        ParameterCount(trainable=9, where="2-2-1 for XOR, counted", arguments={"inputs": 2, "hidden": 2}),
        ParameterCount(
            trainable=7,
            where="2-1-1 with shortcuts for XOR, counted",
            variant="shortcuts",
            arguments=SHORTCUTS_NET,
        ),
        ParameterCount(trainable=25, where="4-4-1 for parity, counted", arguments={"inputs": 4, "hidden": 4}),
        ParameterCount(trainable=59, where="8-3-8 encoder, counted", arguments=ENCODER_NET),
    ),
    recipes=(
        Recipe(
            dataset="xor",
            tier="pocket",
            model=XOR_NET,
            optimizer={"name": "SGD", "learning_rate": 0.5, "momentum": 0.9},
            batch_size=4,
            epochs=2000,
            evaluate_every=40,
            task_options={"threshold": 0.5},
            criterion=("error", 0.0),
            source=CHAPTER,
        ),
        Recipe(
            dataset="xor",
            tier="pocket",
            variant="shortcuts",
            model=SHORTCUTS_NET,
            optimizer={"name": "SGD", "learning_rate": 0.5, "momentum": 0.9},
            batch_size=4,
            epochs=2000,
            evaluate_every=40,
            task_options={"threshold": 0.5},
            criterion=("error", 0.0),
            source=CHAPTER,
        ),
        Recipe(
            dataset="symmetry_6",
            tier="pocket",
            optimizer={"name": "SGD", "learning_rate": 0.1, "momentum": 0.9},
            batch_size=64,
            epochs=5000,
            evaluate_every=100,
            task_options={"threshold": 0.5},
            criterion=("error", 0.0),
            source=NATURE,
        ),
        Recipe(
            dataset="parity_4",
            tier="pocket",
            model=PARITY_NET,
            optimizer={"name": "SGD", "learning_rate": 0.5, "momentum": 0.9},
            batch_size=16,
            epochs=5000,
            evaluate_every=100,
            task_options={"threshold": 0.5},
            criterion=("error", 0.0),
            source=CHAPTER,
        ),
        Recipe(
            dataset="parity_4",
            tier="pocket",
            variant="wide-start",
            model=WIDE_PARITY_NET,
            optimizer={"name": "SGD", "learning_rate": 0.5, "momentum": 0.9},
            batch_size=16,
            epochs=5000,
            evaluate_every=100,
            task_options={"threshold": 0.5},
            criterion=("error", 0.0),
            source=f"{CHAPTER}; first weights from [-1, 1]",
        ),
        Recipe(
            dataset="encoder_8",
            tier="pocket",
            model=ENCODER_NET,
            optimizer={"name": "SGD", "learning_rate": 0.1, "momentum": 0.9},
            batch_size=8,
            epochs=2000,
            evaluate_every=40,
            criterion=("error", 0.0),
            floor=("error", 0.0),
            source=(
                "momentum 0.9 as in the chapter; rate 0.1, since whole sweeps at the chapter's rates drive "
                "all eight outputs to zero"
            ),
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            model=DIGITS_NET,
            optimizer={"name": "SGD", "learning_rate": 0.05, "momentum": 0.9},
            batch_size=1,
            epochs=20,
            evaluate_every=5,
            floor=("error", 9.0),
            source=(
                "ours, since the paper has no images: the net with 64 hidden units, momentum 0.9, weights "
                "that change after every example as in the chapter's equation 16; rate chosen on validation"
            ),
            tries=6,
        ),
        Recipe(
            dataset="xor",
            tier="standard",
            model=XOR_NET,
            optimizer={"name": "SGD", "learning_rate": 0.5, "momentum": 0.9},
            batch_size=4,
            epochs=2000,
            evaluate_every=40,
            task_options={"threshold": 0.5},
            criterion=("error", 0.0),
            source=CHAPTER,
        ),
        Recipe(
            dataset="xor",
            tier="standard",
            variant="shortcuts",
            model=SHORTCUTS_NET,
            optimizer={"name": "SGD", "learning_rate": 0.5, "momentum": 0.9},
            batch_size=4,
            epochs=2000,
            evaluate_every=40,
            task_options={"threshold": 0.5},
            criterion=("error", 0.0),
            source=CHAPTER,
        ),
        Recipe(
            dataset="symmetry_6",
            tier="standard",
            optimizer={"name": "SGD", "learning_rate": 0.1, "momentum": 0.9},
            batch_size=64,
            epochs=5000,
            evaluate_every=100,
            task_options={"threshold": 0.5},
            criterion=("error", 0.0),
            source=NATURE,
        ),
        Recipe(
            dataset="parity_4",
            tier="standard",
            model=PARITY_NET,
            optimizer={"name": "SGD", "learning_rate": 0.5, "momentum": 0.9},
            batch_size=16,
            epochs=5000,
            evaluate_every=100,
            task_options={"threshold": 0.5},
            criterion=("error", 0.0),
            source=CHAPTER,
        ),
        Recipe(
            dataset="parity_4",
            tier="standard",
            variant="wide-start",
            model=WIDE_PARITY_NET,
            optimizer={"name": "SGD", "learning_rate": 0.5, "momentum": 0.9},
            batch_size=16,
            epochs=5000,
            evaluate_every=100,
            task_options={"threshold": 0.5},
            criterion=("error", 0.0),
            source=f"{CHAPTER}; first weights from [-1, 1]",
        ),
        Recipe(
            dataset="encoder_8",
            tier="standard",
            model=ENCODER_NET,
            optimizer={"name": "SGD", "learning_rate": 0.1, "momentum": 0.9},
            batch_size=8,
            epochs=2000,
            evaluate_every=40,
            criterion=("error", 0.0),
            floor=("error", 0.0),
            source=(
                "momentum 0.9 as in the chapter; rate 0.1, since whole sweeps at the chapter's rates drive "
                "all eight outputs to zero"
            ),
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            model={"inputs": (28, 28, 1), "scale": 255.0, "hidden": 300, "outputs": 10},
            optimizer={"name": "SGD", "learning_rate": 0.01, "momentum": 0.9},
            batch_size=1,
            epochs=10,
            source=(
                "ours: as on the 8x8 digits, with 300 hidden units; of four rates the best by validation "
                "after 6,000 digits"
            ),
        ),
    ),
    claims=(
        Claim(
            dataset="xor",
            variant="shortcuts",
            value=558,
            where="Parallel Distributed Processing, ch. 8: sweeps, one hidden unit, rate 0.5",
            source=CHAPTER_COPY,
            **PRINTED,
        ),
        Claim(
            dataset="parity_4",
            value=2825,
            where=(
                "Parallel Distributed Processing, ch. 8: presentations of the pattern set, four hidden "
                "units, rate 0.5"
            ),
            source=CHAPTER_COPY,
            missed_because="protocol unknown",
            evidence=(
                "No range of first weights is printed, and much depends on it: see the variant wide-start."
            ),
            **PRINTED,
        ),
        Claim(
            dataset="parity_4",
            variant="wide-start",
            value=2825,
            where=(
                "Parallel Distributed Processing, ch. 8: presentations of the pattern set, four hidden "
                "units, rate 0.5; no range of first weights is printed"
            ),
            missed_because="protocol unknown",
            evidence="From this range, too, more than half of the runs never solve it.",
            source=CHAPTER_COPY,
            **PRINTED,
        ),
        Claim(
            dataset="symmetry_6",
            value=1425,
            where="Nature, figure 1: sweeps, 6-2-1, rate 0.1, momentum 0.9",
            missed_because="seeds",
            evidence="Among the twenty runs of the standard tier some are as fast; the three of a pocket "
            "tier miss it.",
            source=NATURE_COPY,
            **PRINTED,
        ),
    ),
    deviations=(
        "The family trees of the Nature paper are not run: of its problems, only the Boolean ones are.",
        (
            "Handwritten digits are not in the paper: they are here so that the net can be compared with "
            "others, with sizes and rates of ours."
        ),
        (
            "Initial weights of the chapter's problems are drawn from [-0.5, 0.5], and for parity also from "
            "[-1, 1], since the chapter gives no range; no others are tried here."
        ),
        (
            "Runs that never solve a problem need not be in a local minimum: the net with shortcuts "
            "that fails on XOR sits on a plateau while its loss still falls."
        ),
        (
            "XOR and parity sum the gradients of a sweep; by equation 16 of the chapter the weights change "
            "after every pattern."
        ),
        (
            "A run checks fifty times whether the problem is solved, so a measured time is too long by "
            "up to a fiftieth of the longest run."
        ),
        "Targets are 0 and 1; the chapter's, as recalled, are 0.1 and 0.9.",
        (
            "A problem counts as solved when every output is on the right side of 0.5; the chapter's own "
            "criterion is not stated for each problem."
        ),
    ),
    history=(
        Fact(
            "training_flop",
            673.92e6,
            "FLOP",
            "Epoch AI (epoch.ai/data), notable models: Back-propagation (family-tree net)",
            "verified",
        ),
        Fact(
            "parameters",
            720,
            "parameters",
            "Epoch AI (epoch.ai/data), notable models: Back-propagation (family-tree net)",
            "verified",
        ),
        Fact("examples", 100, "triples of the family trees", NATURE_COPY, "verified"),
    ),
)
