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
    """Retina, random association units (none for 0), and responses.

    The outputs are the sums before the threshold.
    """
    import keras

    from benchmarks.layers.units.threshold import AssociationUnits, Binarize

    layers = [keras.Input(input_shape), Binarize(ink), keras.layers.Flatten()]
    if association_units:
        layers.append(AssociationUnits(association_units))
    layers.append(
        keras.layers.Dense(responses, use_bias=use_bias, kernel_initializer="zeros", name="responses")
    )
    return keras.Sequential(layers)


#: No association units: the inputs reach the responses directly.
DIGITS_DIRECT = {
    "input_shape": (8, 8, 1),
    "responses": 10,
    "ink": 8.0,
    "association_units": 0,
    "use_bias": True,
}
TWO_BITS_DIRECT = {"input_shape": (2,), "association_units": 0, "use_bias": True}
ERROR_CORRECTION = (
    "the error-correction rule, one presentation at a time, weights from zero (Rosenblatt 1962); "
    "the step's size does not matter then"
)
MARK_I = "Epoch AI (epoch.ai/data), notable models: Perceptron Mark I"

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
            trainable=4096,
            where="the Mark I: 512 association units and eight responses, all pairs counted",
            arguments={"association_units": 512, "responses": 8},
        ),
        ParameterCount(
            trainable=650,
            where="ten responses straight from 64 inputs, counted",
            variant="simple",
            arguments=DIGITS_DIRECT,
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model={"input_shape": (8, 8, 1), "responses": 10, "ink": 8.0},
            rule="perceptron",
            rule_options={"learning_rate": 1.0},
            batch_size=1,
            epochs=20,
            floor=("error", 15.0),
            source=ERROR_CORRECTION,
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="simple",
            model=DIGITS_DIRECT,
            rule="perceptron",
            rule_options={"learning_rate": 1.0},
            batch_size=1,
            epochs=20,
            floor=("error", 20.0),
            source=ERROR_CORRECTION,
            tries=6,
        ),
        Recipe(
            dataset="xor",
            tier="pocket",
            model={"input_shape": (2,), "association_units": 100},
            rule="perceptron",
            rule_options={"learning_rate": 1.0},
            batch_size=1,
            epochs=20,
            task_options={"threshold": 0.0},
            floor=("error", 0.0),
            source=ERROR_CORRECTION,
        ),
        Recipe(
            dataset="and_2",
            tier="pocket",
            variant="simple",
            model=TWO_BITS_DIRECT,
            rule="perceptron",
            rule_options={"learning_rate": 1.0},
            batch_size=1,
            epochs=20,
            task_options={"threshold": 0.0},
            floor=("error", 0.0),
            source=ERROR_CORRECTION,
        ),
        Recipe(
            dataset="or_2",
            tier="pocket",
            variant="simple",
            model=TWO_BITS_DIRECT,
            rule="perceptron",
            rule_options={"learning_rate": 1.0},
            batch_size=1,
            epochs=20,
            task_options={"threshold": 0.0},
            floor=("error", 0.0),
            source=ERROR_CORRECTION,
        ),
        Recipe(
            dataset="xor",
            tier="pocket",
            variant="simple",
            model=TWO_BITS_DIRECT,
            rule="perceptron",
            rule_options={"learning_rate": 1.0},
            batch_size=1,
            epochs=20,
            task_options={"threshold": 0.0},
            source=ERROR_CORRECTION,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            model={"input_shape": (28, 28, 1), "responses": 10, "ink": 127.0},
            rule="perceptron",
            rule_options={"learning_rate": 1.0},
            batch_size=1,
            epochs=10,
            source=ERROR_CORRECTION,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="simple",
            model={
                "input_shape": (28, 28, 1),
                "responses": 10,
                "ink": 127.0,
                "association_units": 0,
                "use_bias": True,
            },
            rule="perceptron",
            rule_options={"learning_rate": 1.0},
            batch_size=1,
            epochs=10,
            source=ERROR_CORRECTION,
        ),
        Recipe(
            dataset="xor",
            tier="standard",
            variant="simple",
            model=TWO_BITS_DIRECT,
            rule="perceptron",
            rule_options={"learning_rate": 1.0},
            batch_size=1,
            epochs=100,
            task_options={"threshold": 0.0},
            source=ERROR_CORRECTION,
        ),
    ),
    claims=(
        Claim(
            dataset="xor",
            variant="simple",
            metric="error",
            value=25.0,
            unit="%",
            direction="higher",
            where="no straight cut gets more than three of the four rows right (Minsky and Papert 1969)",
            statistic="bound",
            confidence="computed",
        ),
    ),
    deviations=(
        (
            "The paper of 1958 reinforces active units in several ways (alpha, beta, gamma systems); "
            "the rule here is the error correction of 1960 to 1962, which has the convergence proof and "
            "the name."
        ),
        (
            "The Mark I had 512 association units and eight responses by later accounts; Epoch AI lists "
            "about 1,000 weights. The nets that read digits here have 1,000 units and ten responses."
        ),
        "The images are not the paper's stimuli but real handwritten digits, on a retina of their own size.",
    ),
    history=(
        Fact("training_flop", 0.694895e6, "FLOP", MARK_I, "verified"),
        Fact(
            "hardware",
            "Mark I, built for it: 400 photocells, motor-driven potentiometers",
            "",
            MARK_I,
            "verified",
        ),
        Fact(
            "hours",
            0.004166666666666667,
            "h a stimulus, simulated on an IBM 704",
            "Epoch AI (epoch.ai/data), notable models: Perceptron (1960)",
            "verified",
        ),
    ),
)
