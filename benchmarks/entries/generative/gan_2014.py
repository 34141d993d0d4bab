"""A forger and a detective, who teach each other.

To learn to draw, one net, the generator, turns random numbers into images; another, the
discriminator, is shown real images and generated ones and learns to tell them apart. The generator
never sees an image: all it gets is the gradient that leads back from the discriminator's verdict
through the drawing, and it follows it towards what would have been taken for real. If both were
perfect, the game would end with the generator drawing from the data's own distribution and the
detective tossing a coin.

Goodfellow and colleagues needed neither the Markov chains of the Boltzmann machines nor a formula
for the probability of an image, only backpropagation, and their successors drew faces that no one
could tell from photographs. The price: nothing is being minimised. The two losses go up and down
and say little about the quality of the drawings; the game may circle for ever; and a generator that
draws one thing well has no reason to draw anything else. Since the model gives no likelihood
either, the paper measured with a blurred cloud of samples, a yardstick known to be poor. We repeat
it, and put a second one beside it.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Generative adversarial nets",
    authors=(
        "I. J. Goodfellow, J. Pouget-Abadie, M. Mirza, B. Xu, D. Warde-Farley, S. Ozair, A. Courville, Y. "
        "Bengio"
    ),
    year=2014,
    venue="Advances in Neural Information Processing Systems 27, 2672-2680",
    url="https://arxiv.org/abs/1406.2661",
    confidence="verified",
)


def build(input_shape=(28, 28, 1), latent=100, hidden=1200, maxout=240, pieces=5, spread=0.005, scale=255.0):
    """The authors' nets for MNIST: rectified units and sigmoid outputs against maxout units with dropout.

    `spread`: the discriminator's weights start between minus and plus this.
    """
    import math

    from keras import Input, Sequential, initializers, layers

    from benchmarks.layers.models.adversarial_pair import AdversarialPair
    from benchmarks.layers.units.dropout import Dropout
    from benchmarks.layers.units.maxout import Maxout

    def uniform(width):
        return initializers.RandomUniform(-width, width)

    pixels = math.prod(input_shape)
    generator = Sequential([Input((latent,))])
    for units, activation in ((hidden, "relu"), (hidden, "relu"), (pixels, "sigmoid")):
        generator.add(layers.Dense(units, activation=activation, kernel_initializer=uniform(0.05)))
    discriminator = Sequential(
        [
            Input((pixels,)),
            Dropout(0.2),
            Maxout(maxout, pieces, kernel_initializer=uniform(spread)),
            Dropout(0.5),
            Maxout(maxout, pieces, kernel_initializer=uniform(spread)),
            Dropout(0.5),
            layers.Dense(1, kernel_initializer=uniform(spread)),
        ]
    )
    return AdversarialPair(generator, discriminator, scale)


def pictures(model, data, predict):
    """A grid of samples, and of each the training image that is nearest in pixels."""
    import numpy as np

    from benchmarks.pictures import grid
    from benchmarks.tasks.generation import flat, generate, images, squared_distances

    side = int(np.sqrt(model.shape[0]))
    uniform = np.random.default_rng(1).random((60, model.latent), "float32")
    samples = flat(predict(generate, {"uniform": uniform})["image"])
    real = images(predict, data.train["x"][:10_000])
    nearest = real[np.argmin(squared_distances(samples[:10], real), axis=1)]
    return {
        "samples": grid(samples, (side, side), 10, "Sixty samples, drawn at random and not chosen."),
        "nearest": grid(
            np.concatenate([samples[:10], nearest]),
            (side, side),
            10,
            "Ten samples, and below each the nearest training image.",
        ),
    }


CODE = "the authors' code, mnist.yaml in github.com/goodfeli/adversarial"
#: The authors' code: the rate falls by 4 millionths a step, momentum rises from pass 1 to 250 of 500 steps.
MNIST_SGD = {
    "name": "RampedMomentum",
    "learning_rate": {
        "name": "ExponentialDecay",
        "initial_learning_rate": 0.1,
        "decay_steps": 1,
        "decay_rate": 1 / 1.000004,
    },
    "momentum": 0.5,
    "final_momentum": 0.7,
    "ramp_start": 500,
    "ramp_end": 125_000,
}

ENTRY = Entry(
    id="gan_2014",
    name="Generative adversarial net",
    family="generative",
    task="generation",
    idea="A generator and a discriminator, trained against each other.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    parameters=(
        ParameterCount(
            trainable=3_735_425,
            where=(
                "nets for MNIST in the authors' code, counted: generator 2,503,984, discriminator 1,231,441"
            ),
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model={
                "input_shape": (8, 8, 1),
                "latent": 32,
                "hidden": 128,
                "maxout": 64,
                "pieces": 3,
                "spread": 0.05,
                "scale": 16.0,
            },
            rule="adversarial",
            rule_options={"order": "simultaneous"},
            optimizer={
                "name": "RampedMomentum",
                "learning_rate": 0.1,
                "momentum": 0.5,
                "final_momentum": 0.7,
                "ramp_start": 53,
                "ramp_end": 5300,
            },
            batch_size=20,
            epochs=110,
            evaluate_every=55,
            floor=("frechet_distance", 25.0),
            source=f"after {CODE}; sizes, batch and epochs chosen on validation",
            tries=6,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            rule="adversarial",
            rule_options={"order": "simultaneous"},
            optimizer=MNIST_SGD,
            batch_size=100,
            epochs=50,
            evaluate_every=10,
            shortened="50 of 250 epochs",
            source=f"{CODE}; stopped after 50 epochs",
        ),
        Recipe(
            dataset="mnist",
            tier="paper",
            rule="adversarial",
            rule_options={"order": "simultaneous"},
            optimizer=MNIST_SGD,
            batch_size=100,
            epochs=250,
            evaluate_every=50,
            source=f"{CODE}; it names no end, this is where its momentum stops rising",
        ),
    ),
    claims=(
        Claim(
            dataset="mnist",
            metric="parzen_log_likelihood",
            value=225.0,
            unit="nats",
            direction="higher",
            where="Table 1: 225 +- 2",
            tolerance=2.0,
            tolerance_why="printed: the standard error of the mean over the test examples",
            confidence="verified",
            source="paper text (a copy of the section with Table 1)",
        ),
        Claim(
            dataset="tfd",
            metric="parzen_log_likelihood",
            value=2057.0,
            unit="nats",
            direction="higher",
            where="Table 1: 2057 +- 26, Toronto Face Database",
            confidence="verified",
            source="paper text (a copy of the section with Table 1)",
            not_comparable="the Toronto Face Database is given out on request only",
        ),
    ),
    deviations=(
        (
            "On the bundled digits both nets are smaller, and the discriminator's initial weights are "
            "ten times as wide, to suit fewer inputs."
        ),
        (
            "Tried once: with separate dropout masks for each player and initial mean pixels above "
            "0.01, the discriminator wins within ten passes."
        ),
        (
            "The Fréchet distance is ours: it was proposed for generated images in 2017, on the features of "
            "a larger classifier."
        ),
    ),
    history=(
        Fact(
            "training_flop",
            5.184e17,
            "FLOP",
            "Epoch AI (epoch.ai/data), notable models (labelled speculative there)",
            "verified",
        ),
    ),
)
