"""The net that could not be trained, until it was given a good start.

An autoencoder with many layers can bend its code around data that lie on no plane, but for twenty years
hardly anyone got it to do so. From large random weights it ends in poor solutions, from small ones the
gradient fades on its way down, and the net gives back the same grey average for every image. Hinton and
Salakhutdinov train its layers one at a time instead, each as a restricted Boltzmann machine that models what
the layer below makes of the images. Then they unroll the stack: the same weights once up, once down. From
there backpropagation has only to refine.

Images of digits, words of the news and faces passed through a few numbers and came back better than principal
components could do it. The four pages in Science were read far beyond the field, and many who had given up
on deep nets took them up again.

What the machines had to do for the start, a better choice of random weights, rectified units and better
optimisers did a few years later with less effort: James Martens trained the same nets from random weights in
2010. Unsupervised pre-training of deep nets went out of use, and came back on another scale with
language models.
"""

from benchmarks.spec import Claim, Entry, Paper, ParameterCount, Recipe, Stage

PAPER = Paper(
    title="Reducing the dimensionality of data with neural networks",
    authors="G. E. Hinton, R. R. Salakhutdinov",
    year=2006,
    venue="Science 313:504-507",
    url="https://doi.org/10.1126/science.1127647",
    confidence="verified",
)


def build(sizes=(1000, 500, 250, 30), input_shape=(28, 28, 1), scale=255.0, spread=0.1):
    """A stack of machines up to a linear code, and its mirror image."""
    from benchmarks.layers.models.stacked_machines import DeepAutoencoder

    return DeepAutoencoder(tuple(sizes), input_shape, scale, spread)


def pictures(model, data, predict):
    """Ten test images with their reconstructions, and what the first layer looks for."""
    import math

    import numpy as np

    from benchmarks.pictures import filters, grid
    from benchmarks.tasks.reconstruction import restore

    side = math.isqrt(model.visible)
    uniform = np.zeros((10, model.visible), "float32")
    rows = predict(restore, {"x": data.test["x"][:10], "uniform": uniform}, corruption=None, amount=0.0)
    first = model.network.machines[0]
    count = min(100, first.hidden // 10 * 10)
    return {
        "codes": grid(
            np.concatenate([rows["clean"], rows["restored"]]),
            (side, side),
            10,
            "Above ten test images, below what the code keeps of them.",
        ),
        "filters": filters(
            np.asarray(first.kernel.value)[:, :count].T,
            (side, side),
            10,
            f"The weights of {count} units of the first layer to the pixels: white excites, black inhibits.",
        ),
    }


DIGITS = {"sizes": (128, 64, 32, 10), "input_shape": (8, 8, 1), "scale": 16.0}
ONE_STEP = {"steps": 1, "weight_decay": 0.0002}
#: The momentum jumps after 5 passes, as in the authors' program: of 53 steps on digits, of 600 on MNIST.
JUMP = {
    "name": "RampedMomentum",
    "momentum": 0.5,
    "final_momentum": 0.9,
    "ramp_start": 265,
    "ramp_end": 266,
}
JUMP_MNIST = {
    "name": "RampedMomentum",
    "momentum": 0.5,
    "final_momentum": 0.9,
    "ramp_start": 3000,
    "ramp_end": 3001,
}
LOGISTIC = (
    "ours: thirty linear units between the pixels and logistic outputs, from the start of the other arms; "
    "the optimiser and its rate the best of four on validation, after ten passes; passes and the fall of the "
    "rate are ours"
)
PUBLISHED = (
    "pre-training with the rates, momentum, decay and start of the authors' published program, "
    "in which the paper's 50 passes are 10"
)
SHORTENED = "10 passes of pre-training a layer for 50, 40 of fine-tuning for 200"

ENTRY = Entry(
    id="deep_autoencoder_2006",
    name="Deep autoencoder",
    family="autoencoder",
    task="reconstruction",
    idea="Train the layers one by one without labels, then unroll them and refine by backpropagation.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={
        "no-pretraining": (
            "the same net from the same random weights, fine-tuned alone; it gives back an average image for"
            " every image, and so is meant to fail"
        ),
        "logistic-components": (
            "logistic principal components: the code alone between pixels and outputs, without hidden layers"
        ),
    },
    parameters=(
        ParameterCount(
            trainable=2_837_314, where="784-1000-500-250-30 and its mirror image, with biases, counted"
        ),
        ParameterCount(
            trainable=47_854,
            where="784-30-784 with biases, counted",
            variant="logistic-components",
            arguments={"sizes": (30,)},
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model=DIGITS,
            stages=(
                Stage(
                    "machine 1",
                    rule="greedy_contrastive_divergence",
                    rule_options=ONE_STEP,
                    trains="machine_1",
                    optimizer=JUMP | {"learning_rate": 0.1},
                    batch_size=20,
                    epochs=30,
                    evaluate_every=None,
                ),
                Stage(
                    "machine 2",
                    rule="greedy_contrastive_divergence",
                    rule_options=ONE_STEP,
                    trains="machine_2",
                    optimizer=JUMP | {"learning_rate": 0.1},
                    batch_size=20,
                    epochs=30,
                    evaluate_every=None,
                ),
                Stage(
                    "machine 3",
                    rule="greedy_contrastive_divergence",
                    rule_options=ONE_STEP,
                    trains="machine_3",
                    optimizer=JUMP | {"learning_rate": 0.1},
                    batch_size=20,
                    epochs=30,
                    evaluate_every=None,
                ),
                Stage(
                    "code",
                    rule="greedy_contrastive_divergence",
                    rule_options=ONE_STEP,
                    trains="machine_4",
                    optimizer=JUMP | {"learning_rate": 0.01},
                    batch_size=20,
                    epochs=30,
                    evaluate_every=None,
                ),
                Stage(
                    "fine-tuning",
                    optimizer={"name": "SGD", "learning_rate": 0.05, "momentum": 0.9, "nesterov": True},
                    batch_size=20,
                    epochs=60,
                    evaluate_every=20,
                ),
            ),
            floor=("squared_error", 1.0),
            source=(
                "pre-training with the authors' published rates, but 0.01 for the code; sizes, batches and"
                " passes are ours, the rate of fine-tuning was chosen on validation"
            ),
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="no-pretraining",
            model=DIGITS,
            optimizer={"name": "SGD", "learning_rate": 0.002, "momentum": 0.9, "nesterov": True},
            batch_size=20,
            epochs=60,
            evaluate_every=20,
            source="as with pre-training; rate chosen on validation",
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="logistic-components",
            model=DIGITS | {"sizes": (10,)},
            optimizer={"name": "Adam", "learning_rate": 0.01},
            batch_size=20,
            epochs=60,
            evaluate_every=20,
            floor=("squared_error", 1.5),
            source="as on MNIST; sizes, batches and passes are ours, the rate was chosen on validation",
            tries=6,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            stages=(
                Stage(
                    "machine 1",
                    rule="greedy_contrastive_divergence",
                    rule_options=ONE_STEP,
                    trains="machine_1",
                    optimizer=JUMP_MNIST | {"learning_rate": 0.1},
                    batch_size=100,
                    epochs=10,
                    evaluate_every=None,
                ),
                Stage(
                    "machine 2",
                    rule="greedy_contrastive_divergence",
                    rule_options=ONE_STEP,
                    trains="machine_2",
                    optimizer=JUMP_MNIST | {"learning_rate": 0.1},
                    batch_size=100,
                    epochs=10,
                    evaluate_every=None,
                ),
                Stage(
                    "machine 3",
                    rule="greedy_contrastive_divergence",
                    rule_options=ONE_STEP,
                    trains="machine_3",
                    optimizer=JUMP_MNIST | {"learning_rate": 0.1},
                    batch_size=100,
                    epochs=10,
                    evaluate_every=None,
                ),
                Stage(
                    "code",
                    rule="greedy_contrastive_divergence",
                    rule_options=ONE_STEP,
                    trains="machine_4",
                    optimizer=JUMP_MNIST | {"learning_rate": 0.001},
                    batch_size=100,
                    epochs=10,
                    evaluate_every=None,
                ),
                Stage(
                    "fine-tuning",
                    optimizer={"name": "SGD", "learning_rate": 0.01, "momentum": 0.9, "nesterov": True},
                    batch_size=100,
                    epochs=40,
                    evaluate_every=10,
                ),
            ),
            train_on="train+validation",
            shortened=SHORTENED,
            source=(
                f"{PUBLISHED}; rate of fine-tuning the best of three on validation, after six passes over"
                " 10,000 images"
            ),
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="no-pretraining",
            optimizer={"name": "SGD", "learning_rate": 0.01, "momentum": 0.9, "nesterov": True},
            batch_size=100,
            epochs=40,
            evaluate_every=10,
            train_on="train+validation",
            shortened="40 passes; the paper speaks of prolonged fine-tuning",
            source="as with pre-training",
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="logistic-components",
            model={"sizes": (30,)},
            optimizer={
                "name": "Adam",
                "learning_rate": {
                    "name": "PolynomialDecay",
                    "initial_learning_rate": 0.001,
                    "decay_steps": 60_000,
                    "end_learning_rate": 0.0,
                },
            },
            batch_size=100,
            epochs=100,
            evaluate_every=20,
            train_on="train+validation",
            source=LOGISTIC,
        ),
    ),
    claims=(
        Claim(
            dataset="mnist",
            metric="squared_error",
            value=3.00,
            unit="grey²",
            direction="lower",
            where="figure 2B, 30-dimensional autoencoder, test images",
            resolution=0.01,
            confidence="verified",
            source="the paper, figure 2",
        ),
        Claim(
            dataset="mnist",
            variant="logistic-components",
            metric="squared_error",
            value=8.01,
            unit="grey²",
            direction="lower",
            where="figure 2B, logistic principal components, 30 of them",
            confidence="verified",
            source="the paper, figure 2",
        ),
        Claim(
            dataset="curves",
            metric="squared_error",
            value=1.44,
            unit="grey²",
            direction="lower",
            where="figure 2A, synthetic curves, six-dimensional autoencoder",
            confidence="verified",
            source="the paper, figure 2",
            not_comparable="the authors' curves are not among the data sets of the suite",
        ),
        Claim(
            dataset="olivetti",
            metric="squared_error",
            value=126,
            unit="grey²",
            direction="lower",
            where="figure 2C, patches of faces, 30-dimensional autoencoder",
            confidence="verified",
            source="the paper, figure 2",
            not_comparable="the Olivetti faces are not among the data sets of the suite",
        ),
    ),
    deviations=(
        (
            "Fine-tuning is gradient descent with Nesterov's momentum; the paper minimises the same"
            " cross-entropy by conjugate gradients, three line searches on each 1,000 images."
        ),
        (
            "On MNIST each layer is pre-trained for 10 passes and the whole for 40, where the authors'"
            " program takes 10 and 200, and says that the paper took 50 for each layer."
        ),
        "Without pre-training the net starts from the weights from which the machines start.",
        (
            "How the paper computes logistic principal components is in a supplement that was not seen: here "
            "the code is linear in the pixels and trained with the outputs. Schein, Saul and Ungar (2003), "
            "to whom the name goes back, fit a code to each image, also of the test."
        ),
        "On digits sizes, batches and passes are ours; the code is as wide as in linear_autoencoder_1989.",
    ),
)
