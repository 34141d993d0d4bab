"""A code made of clouds instead of points, so that one can draw new images from it.

An autoencoder squeezes an image into a few numbers and unfolds them again, but most codes unfold into
nothing: training never went there. Kingma and Welling start from the other end. Suppose that every image
was made from a code, drawn from a plain Gaussian, by a net, the decoder. To learn it one would have to know
which codes could have made an image, an integral that nobody can compute. So a second net, the encoder,
guesses: for each image it names the middle and the width of a cloud of codes. How good the guesses are can
be written down as a lower bound of the image's probability: the image must be restored from a code of its
cloud, and the cloud must not stray from the plain Gaussian.

The trick that made it work is a change of seats. A random choice has no derivative, but if the choice is
made outside, a standard normal number that the net only shifts and stretches, the gradient passes through
shift and width, and backpropagation trains both nets at once. Rezende, Mohamed and Wierstra found the same
at the same time. From then on a model with hidden causes was one more net to be trained.

It never learns the probability itself, only the bound, and the gap is the encoder's fault: true clouds are
not round. As every pixel is drawn by itself once the code is known, the means that it draws are soft, and
its images of people and places looked blurred beside those of adversarial nets.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Auto-encoding variational Bayes",
    authors="D. P. Kingma, M. Welling",
    year=2013,
    venue="arXiv 1312.6114; ICLR 2014",
    url="https://arxiv.org/abs/1312.6114",
    confidence="verified",
)


def build(
    input_shape=(28, 28, 1),
    hidden=500,
    latent=20,
    scale=255.0,
    likelihood="bernoulli",
    examples=50_000,
):
    """Encoder and decoder with one hidden layer of tanh units each (appendix C).

    A standard normal prior of all parameters is a weight decay of 1/2 over the number of training `examples`.
    """
    import math

    from keras import Input, Sequential, initializers, layers, regularizers

    from benchmarks.layers.models.variational_autoencoder import VariationalAutoencoder

    def dense(units, activation=None):
        return layers.Dense(
            units,
            activation,
            kernel_initializer=initializers.RandomNormal(stddev=0.1),
            bias_initializer=initializers.RandomNormal(stddev=0.1),
            kernel_regularizer=regularizers.L2(0.5 / examples),
            bias_regularizer=regularizers.L2(0.5 / examples),
        )

    visible = math.prod(input_shape)
    outputs = visible if likelihood == "bernoulli" else 2 * visible
    encoder = Sequential([Input((visible,)), dense(hidden, "tanh"), dense(2 * latent)])
    decoder = Sequential([Input((latent,)), dense(hidden, "tanh"), dense(outputs)])
    return VariationalAutoencoder(encoder, decoder, input_shape, scale, likelihood)


def loss(model, batch, training):
    """Minus the lower bound (equation 10, one code for each example), and minus the log-prior of the
    weights."""
    from keras import ops

    from benchmarks.layers.units import draws

    v = model.drawn(batch["x"])
    normal = draws.normal((v.shape[0], model.latent), model.seed)
    return -ops.mean(model.bound(v, normal)) + sum(model.losses)


def pictures(model, data, predict):
    """Samples; and if the code has two numbers, the plane of codes as the decoder draws it (figure 4)."""
    import math

    import numpy as np

    from benchmarks.pictures import grid
    from benchmarks.tasks.generation import generate

    side = math.isqrt(model.visible)
    uniform = np.random.default_rng(1).random((60, model.latent), "float32")
    found = {
        "samples": grid(
            predict(generate, {"uniform": uniform})["image"],
            (side, side),
            10,
            "What sixty codes decode to, drawn from the prior and not chosen: the mean of each pixel.",
        )
    }
    if model.latent == 2:
        steps = (np.arange(16, dtype="float32") + 0.5) / 16
        down, across = np.meshgrid(steps, steps, indexing="ij")
        plane = np.stack([across.ravel(), down.ravel()], axis=1)
        found["plane"] = grid(
            predict(generate, {"uniform": plane})["image"],
            (side, side),
            16,
            "The plane of codes: each picture stands for 1/256 of the prior's probability, from -1.9 to 1.9 "
            "standard deviations in both directions.",
        )
    return found


OURS = "sizes, batch and passes are ours; Adagrad as in section 5"

ENTRY = Entry(
    id="vae_2013",
    name="Variational autoencoder",
    family="autoencoder",
    task="variational",
    idea=(
        "The encoder names a cloud of codes, and a lower bound of the probability trains it together with "
        "the decoder."
    ),
    paper=PAPER,
    build=build,
    loss=loss,
    pictures=pictures,
    variants={
        "plane": "a code of two numbers, to be looked at as a map (appendix A)",
        "frey-face": "200 hidden units and a Gaussian decoder for faces of 28 x 20 grey values: "
        "built for its "
        "parameter count, not trained here",
    },
    parameters=(
        ParameterCount(trainable=815_824, where="784-500-20-500-784, Bernoulli decoder, counted"),
        ParameterCount(
            trainable=788_788,
            where="784-500-2-500-784, Bernoulli decoder, counted",
            variant="plane",
            arguments={"latent": 2},
        ),
        ParameterCount(
            trainable=349_560,
            where="560-200-20-200-560, Gaussian decoder with a variance for each pixel, counted",
            variant="frey-face",
            arguments={"input_shape": (28, 20, 1), "hidden": 200, "likelihood": "gaussian"},
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model={
                "input_shape": (8, 8, 1),
                "hidden": 100,
                "latent": 8,
                "scale": 16.0,
                "examples": 1078,
            },
            optimizer={"name": "Adagrad", "learning_rate": 0.1},
            batch_size=20,
            epochs=60,
            evaluate_every=30,
            task_options={"samples": 100},
            further_tasks={"generation": {"samples": 1000}, "reconstruction": {}},
            floor=("log_likelihood", -25.0),
            source=OURS,
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="plane",
            model={
                "input_shape": (8, 8, 1),
                "hidden": 100,
                "latent": 2,
                "scale": 16.0,
                "examples": 1078,
            },
            optimizer={"name": "Adagrad", "learning_rate": 0.1},
            batch_size=20,
            epochs=60,
            evaluate_every=30,
            task_options={"samples": 100},
            floor=("log_likelihood", -26.5),
            source=f"{OURS}; rate of the recipe with more numbers in the code",
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            optimizer={"name": "Adagrad", "learning_rate": 0.02},
            batch_size=100,
            epochs=40,
            evaluate_every=20,
            task_options={"samples": 100},
            shortened="40 of some 2,000 passes",
            source="section 5 (500 units, batches of 100, one code, step size from 0.01, 0.02, "
            "0.1); figure 2 "
            "goes to a hundred million examples, here it is two",
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="plane",
            model={"latent": 2},
            optimizer={"name": "Adagrad", "learning_rate": 0.02},
            batch_size=100,
            epochs=40,
            evaluate_every=20,
            task_options={"samples": 100},
            shortened="40 of some 2,000 passes",
            source="section 5 and appendix A, which does not say how long it trained",
        ),
        Recipe(
            dataset="mnist",
            tier="paper",
            optimizer={"name": "Adagrad", "learning_rate": 0.02},
            batch_size=100,
            epochs=2000,
            evaluate_every=100,
            task_options={"samples": 100},
            source="section 5; figure 2 ends at a hundred million examples",
        ),
    ),
    claims=(
        Claim(
            dataset="mnist",
            metric="log_likelihood",
            value=-86.76,
            unit="nats",
            direction="higher",
            where="Burda, Grosse and Salakhutdinov 2015, table 1: VAE, one stochastic layer, k = 1",
            source="https://arxiv.org/abs/1509.00519",
            not_comparable=(
                "their net has 50 numbers in the code and two hidden layers of 200 units on either side, and "
                "was trained for 3,280 passes by Adam (recalled); Kingma and Welling print curves alone"
            ),
        ),
    ),
    deviations=(
        (
            "A grey pixel is the probability of a binary one: it is drawn anew in every training step, as in "
            "the first author's later code, and once, from a fixed seed, for scoring. The paper does not say."
        ),
        (
            "N(0, 0.01), from which the paper draws the initial weights, is read as a variance, like its "
            "N(0, I): the standard deviation is 0.1."
        ),
        (
            "The likelihood is estimated by codes that the encoder proposes (2015), not by the paper's "
            "Markov chains, which it found reliable for three latent variables at most."
        ),
        (
            "The step size is one for the whole run; the paper chose it from 0.01, 0.02 and 0.1 by the first "
            "iterations, and does not print which."
        ),
        "Adagrad's sums of squares start from 0.1, as in Keras; those of Duchi and others start from 0.",
        "On MNIST the last 10,000 training images are kept for validation.",
        (
            "On digits the mean code of an image is decoded for the measures of reconstruction, for "
            "comparison with other entries: the net was neither trained nor chosen for that."
        ),
    ),
    history=(
        Fact(
            "training_flop",
            4.752e14,
            "FLOP",
            "Epoch AI (epoch.ai/data), notable models: Image generation",
            "verified",
        ),
        Fact(
            "hardware",
            "an Intel Xeon at an effective 40 GFLOPS: 20 to 40 minutes for a million training examples",
            "",
            "paper text, caption of figure 2",
            "verified",
        ),
    ),
)
