"""The neuron that learns before it decides.

Widrow and his student Hoff change one thing in the threshold unit: the error is measured before
the threshold, on the sum itself. The error is then a smooth bowl over the weights, and each
pattern says which way is down. The rule needs no mistakes to learn from, and it settles where the
squared error is least even if no weights are free of mistakes. In the first ADALINE a person
turned sixteen potentiometers by hand, watching a meter.

The same rule went into the echo cancellers of every telephone line, and it is the output layer's
half of backpropagation. It remains a single straight cut: XOR stays out of reach, and the least
squared error is not always the least number of mistakes.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Adaptive switching circuits",
    authors="B. Widrow, M. E. Hoff",
    year=1960,
    venue="IRE WESCON Convention Record, part 4, 96-104",
    confidence="verified",
)


def build(input_shape=(16,), units=1, scale=1.0, offset=0.0):
    """Weights and a bias for each unit, from zero; the outputs are the sums before the threshold."""
    import keras

    return keras.Sequential(
        [
            keras.Input(input_shape),
            keras.layers.Rescaling(scale, offset),
            keras.layers.Flatten(),
            keras.layers.Dense(units, kernel_initializer="zeros", name="adaline"),
        ]
    )


TWO_BITS = {"input_shape": (2,), "scale": 2.0, "offset": -1.0}
SOURCE = (
    "least mean squares, one pattern at a time (section on the adaption procedure); the rate is ours, "
    "chosen on the validation split"
)

ENTRY = Entry(
    id="adaline_1960",
    name="ADALINE",
    family="threshold",
    task="classification",
    idea="Follow the squared error of the sum, before the threshold, downhill.",
    paper=PAPER,
    build=build,
    parameters=(
        ParameterCount(
            trainable=17,
            where="16 inputs and a bias (a0 to a16), as Epoch AI (epoch.ai/data) has it",
            published=17,
            confidence="verified",
        ),
    ),
    recipes=(
        Recipe(
            dataset="noisy_patterns",
            tier="pocket",
            rule="delta",
            rule_options={"learning_rate": 0.01},
            batch_size=1,
            epochs=20,
            task_options={"threshold": 0.0},
            source=SOURCE,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            model={"input_shape": (8, 8, 1), "units": 10, "scale": 1 / 8, "offset": -1.0},
            rule="delta",
            rule_options={"learning_rate": 0.001},
            batch_size=1,
            epochs=20,
            floor=("error", 15.0),
            source=SOURCE,
            tries=6,
        ),
        Recipe(
            dataset="and_2",
            tier="pocket",
            model=TWO_BITS,
            rule="delta",
            rule_options={"learning_rate": 0.05},
            batch_size=1,
            epochs=50,
            task_options={"threshold": 0.0},
            floor=("error", 0.0),
            source=SOURCE,
        ),
        Recipe(
            dataset="xor",
            tier="pocket",
            model=TWO_BITS,
            rule="delta",
            rule_options={"learning_rate": 0.05},
            batch_size=1,
            epochs=50,
            task_options={"threshold": 0.0},
            source=SOURCE,
        ),
        Recipe(
            dataset="noisy_patterns",
            tier="standard",
            rule="delta",
            rule_options={"learning_rate": 0.01},
            batch_size=1,
            epochs=100,
            task_options={"threshold": 0.0},
            source=SOURCE,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            model={"input_shape": (28, 28, 1), "units": 10, "scale": 2 / 255, "offset": -1.0},
            rule="delta",
            rule_options={"learning_rate": 0.0001},
            batch_size=1,
            epochs=10,
            source=SOURCE,
        ),
    ),
    claims=(
        Claim(
            dataset="noisy_patterns",
            metric="error",
            value=12.0,
            unit="%",
            direction="lower",
            where="12 errors on 100 noisy 4x4 patterns, at best",
            statistic="best",
            test_size=100,
            confidence="verified",
            source="Epoch AI (epoch.ai/data), notable models: ADALINE",
            not_comparable=(
                "the paper's 100 patterns are not published; ours are drawn anew by its description"
            ),
        ),
    ),
    deviations=(
        (
            "The rate is constant and the same for all patterns; the paper's operator turned each knob "
            "until the error was spread evenly over the patterns."
        ),
    ),
    history=(
        Fact(
            "training_flop", 6600.0, "FLOP", "Epoch AI (epoch.ai/data), notable models: ADALINE", "verified"
        ),
        Fact("examples", 100, "patterns", "Epoch AI (epoch.ai/data), notable models: ADALINE", "verified"),
        Fact("hardware", "sixteen potentiometers, turned by hand", "", "recalled"),
    ),
)
