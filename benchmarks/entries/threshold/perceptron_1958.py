"""A machine that learns from its mistakes.

Rosenblatt's perceptron looks at a retina of photocells. Association units, wired to it at random,
fire on whatever pattern they happen to be wired for; response units add up the association units
with weights, and only these weights learn. The machine built for it, the Mark I, turned them with
electric motors. When a response is wrong, the weights of the active units are moved towards the
right answer; if any weights do the job, the rule finds some after a bounded number of mistakes.

Without the association layer all that can be learned is a straight cut through the inputs. XOR
cannot be cut so; Minsky and Papert's book of 1969 made this the reason to stop. With random
association units a perceptron does learn XOR, but how many of them a harder problem needs, and how
to train them, the rule does not say.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="The perceptron: a probabilistic model for information storage and organization in the brain",
    authors="F. Rosenblatt",
    year=1958,
    venue="Psychological Review 65:386-408",
    url="https://doi.org/10.1037/h0042519",
    confidence="recalled",
)


def build(input_shape=(20, 20, 1), association_units=1000, responses=1, ink=0.5, use_bias=False):
    """Retina, random association units (none for 0), and responses; the outputs are the sums before the threshold."""
    import keras

    from benchmarks.layers.units.threshold import AssociationUnits, Binarize

    layers = [keras.Input(input_shape), Binarize(ink), keras.layers.Flatten()]
    if association_units:
        layers.append(AssociationUnits(association_units))
    layers.append(
        keras.layers.Dense(responses, use_bias=use_bias, kernel_initializer="zeros", name="responses")
    )
    return keras.Sequential(layers)


DIGITS = {"input_shape": (8, 8, 1), "responses": 10, "ink": 8.0}
MNIST = {"input_shape": (28, 28, 1), "responses": 10, "ink": 127.0}
ALONE = {"association_units": 0, "use_bias": True}
EPOCH = "Epoch AI (epoch.ai/data), notable models: Perceptron Mark I"
RULE = "the error-correction rule, one presentation at a time, weights from zero (Rosenblatt 1962); the step's size does not matter then"
SIMPLE = {"input_shape": (2,), **ALONE}


def recipe(dataset, model, epochs, variant="", tier="pocket", floor=None, **task_options):
    return Recipe(
        dataset=dataset,
        tier=tier,
        variant=variant,
        rule="perceptron",
        rule_options={"learning_rate": 1.0},
        model=model,
        task_options=task_options,
        epochs=epochs,
        batch_size=1,
        source=RULE,
        floor=floor,
    )


ENTRY = Entry(
    id="perceptron_1958",
    name="Perceptron",
    family="threshold",
    task="classification",
    idea="On a mistake, move the weights of the active units towards the right answer.",
    paper=PAPER,
    build=build,
    variants={"simple": "no association units: the single trained layer that later books call a perceptron"},
    parameters=(
        ParameterCount(
            1000,
            "Epoch AI (epoch.ai/data): about 1000 adjustable weights",
            published=1000,
            confidence="verified",
        ),
        ParameterCount(
            650,
            "ten responses straight from 64 inputs, counted",
            variant="simple",
            arguments={**DIGITS, **ALONE},
        ),
    ),
    recipes=(
        recipe("digits", DIGITS, 20, floor=("error", 15.0)),
        recipe("digits", {**DIGITS, **ALONE}, 20, variant="simple", floor=("error", 20.0)),
        recipe(
            "xor", {"input_shape": (2,), "association_units": 100}, 20, threshold=0.0, floor=("error", 0.0)
        ),
        recipe("and_2", SIMPLE, 20, variant="simple", threshold=0.0, floor=("error", 0.0)),
        recipe("or_2", SIMPLE, 20, variant="simple", threshold=0.0, floor=("error", 0.0)),
        recipe("xor", SIMPLE, 20, variant="simple", threshold=0.0),
        recipe("mnist", MNIST, 10, tier="standard"),
        recipe("mnist", {**MNIST, **ALONE}, 10, variant="simple", tier="standard"),
        recipe("xor", SIMPLE, 100, variant="simple", tier="standard", threshold=0.0),
    ),
    claims=(
        Claim(
            dataset="xor",
            variant="simple",
            metric="error",
            value=25.0,
            unit="%",
            where="no straight cut gets more than three of the four rows right (Minsky and Papert 1969)",
            direction="higher",
            statistic="bound",
            confidence="computed",
            not_comparable="a bound on what any single layer can reach, not a result: a run agrees by staying at or above it",
        ),
    ),
    history=(
        Fact("training_flop", 694_895.0, "FLOP", EPOCH, "verified"),
        Fact(
            "hardware",
            "Mark I, built for it: 400 photocells, motor-driven potentiometers",
            "",
            EPOCH,
            "verified",
        ),
        Fact(
            "hours",
            15 / 3600,
            "h a stimulus, simulated on an IBM 704",
            "Epoch AI (epoch.ai/data), notable models: Perceptron (1960)",
            "verified",
        ),
    ),
    deviations=(
        "The paper of 1958 reinforces active units in several ways (alpha, beta, gamma systems); the rule run here is the error correction "
        "of 1960 to 1962, which has the convergence proof and the name.",
        "Later accounts give the Mark I 512 association units and eight responses; the net here has the 1,000 weights of Epoch AI's table.",
        "The images are not the paper's stimuli: real handwritten digits on a retina of their own size.",
    ),
)
