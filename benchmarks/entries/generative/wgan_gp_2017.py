"""A critic with a slope of 1: the adversarial game, made steady.

The first adversarial nets had a discriminator that says "real" or "forged". Once it is sure of itself, it is
sure everywhere, and the generator learns nothing from it. Arjovsky and his colleagues had proposed to measure
something else: how far the heap of samples must be carried to become the heap of examples, the Wasserstein
distance. A net can estimate it as the difference of its mean outputs on both, provided that it is nowhere
steeper than 1. They saw to that by cutting off all weights at a hundredth, a bad way of doing it, as they
said themselves.

Gulrajani and his colleagues show what comes of it: critics that are too simple, and gradients that vanish or
explode. They ask for the slope itself. On the straight line from a sample to the example that it should
become, the best critic climbs by 1, so they take the critic's gradient at random places between the two and
add to its loss ten times the square of what its length is away from 1. The penalty holds a gradient, so that
to learn means to differentiate a second time. The critic may and should be taught well, with five steps for
each one of the generator, and its loss then says how good the samples are. The same setting now trained nets
of a hundred layers, nets without batch normalisation, and nets that write text. The price is time: six steps
and second derivatives for one step of the generator.
"""

from benchmarks.spec import Claim, Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Improved training of Wasserstein GANs",
    authors="I. Gulrajani, F. Ahmed, M. Arjovsky, V. Dumoulin, A. Courville",
    year=2017,
    venue="Advances in Neural Information Processing Systems 30",
    url="https://arxiv.org/abs/1704.00028",
    confidence="recalled",
)


def build(input_shape=(28, 28, 1), latent=128, width=64, scale=255.0):
    """The authors' nets for MNIST: three layers of strided convolutions, and nothing is normalised.

    The generator begins with maps of 4x4 pixels, which are doubled and cropped to a quarter of the image,
    here 7x7. Images of 8x8 pixels begin with 1x1 and lose nothing.
    """
    from keras import Input, Sequential, layers

    from benchmarks.layers.models.image_pair import ImagePair

    quarter = input_shape[0] // 4
    side = -(-quarter // 2)

    def up(maps, activation):
        return layers.Conv2DTranspose(
            maps,
            5,
            strides=2,
            padding="same",
            activation=activation,
            kernel_initializer="he_uniform" if activation == "relu" else "glorot_uniform",
        )

    generator = Sequential([Input((latent,))])
    generator.add(layers.Dense(side * side * 4 * width, activation="relu", kernel_initializer="he_uniform"))
    generator.add(layers.Reshape((side, side, 4 * width)))
    generator.add(up(2 * width, "relu"))
    generator.add(layers.Cropping2D(((0, 2 * side - quarter), (0, 2 * side - quarter))))
    generator.add(up(width, "relu"))
    generator.add(up(input_shape[-1], "sigmoid"))

    critic = Sequential([Input(input_shape)])
    for maps in (width, 2 * width, 4 * width):
        critic.add(layers.Conv2D(maps, 5, strides=2, padding="same", kernel_initializer="he_uniform"))
        critic.add(layers.LeakyReLU(negative_slope=0.2))
    critic.add(layers.Flatten())
    critic.add(layers.Dense(1))
    return ImagePair(generator, critic, scale, "normal")


def verdicts(model, batch):
    """The critic's verdicts on images."""
    return {"verdict": model.discriminator(batch["image"], training=False)[:, 0]}


def pictures(model, data, predict):
    """Samples, and the critic's verdicts along the way from samples to examples."""
    import numpy as np

    from benchmarks.pictures import Axis, Curves, Series, grid
    from benchmarks.tasks.generation import flat, generate, intensity

    uniform = np.random.default_rng(1).random((60, model.latent), "float32")
    samples = predict(generate, {"uniform": uniform})["image"]
    examples = predict(intensity, {"x": data.train["x"][:5]})["image"]
    share = np.linspace(0.0, 1.0, 21, dtype="float32")
    lines = []
    for number, (a, b) in enumerate(zip(samples[:5], examples, strict=True), 1):
        images = a + share[:, None, None, None] * (b - a)
        verdict = predict(verdicts, {"image": images})["verdict"].astype("float64")
        distance = share.astype("float64") * float(np.sqrt(np.square(b - a).sum()))
        lines.append(Series(f"pair {number}", distance, verdict - verdict[0]))
    return {
        "samples": grid(flat(samples), model.shape[:2], 10, "Sixty samples, drawn at random and not chosen."),
        "critic": Curves(
            lines,
            Axis("distance from the sample"),
            Axis("verdict, less that on the sample"),
            "The critic's verdicts on the straight lines from the first five samples to the first five "
            "training images. The penalty asks for a slope of at most about 1 along them, in units of "
            "pixels.",
        ),
    }


CODE = "the authors' code, gan_mnist.py in github.com/igul222/improved_wgan_training"

ENTRY = Entry(
    id="wgan_gp_2017",
    name="Wasserstein GAN with gradient penalty",
    family="generative",
    task="generation",
    idea="A critic that is held to a slope of 1 by a penalty on its gradient.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    parameters=(
        ParameterCount(
            trainable=2_584_322,
            where=f"{CODE}, counted: generator 1,554,177, critic 1,030,145",
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model={"input_shape": (8, 8, 1), "latent": 32, "width": 12, "scale": 16.0},
            rule="wasserstein",
            rule_options={"critic_steps": 5, "penalty": 10.0},
            optimizer={"name": "Adam", "learning_rate": 0.002, "beta_1": 0.5, "beta_2": 0.9},
            batch_size=32,
            epochs=28,
            evaluate_every=28,
            task_options={"samples": 2000},
            floor=("frechet_distance", 18.4),
            source=(
                "algorithm 1: penalty, critic steps and Adam's betas; sizes, batch, rate and passes ours, "
                "not searched"
            ),
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            model={"input_shape": (28, 28, 1), "latent": 128, "width": 16, "scale": 255.0},
            rule="wasserstein",
            rule_options={"critic_steps": 5, "penalty": 10.0},
            optimizer={"name": "Adam", "learning_rate": 0.0001, "beta_1": 0.5, "beta_2": 0.9},
            batch_size=50,
            epochs=20,
            evaluate_every=10,
            task_options={"samples": 10_000},
            shortened="4,000 of 200,000 steps of the generator, by nets of a quarter of the width",
            source=f"{CODE}: penalty, critic steps, Adam and batch; width and passes ours, not searched",
        ),
        Recipe(
            dataset="mnist",
            tier="paper",
            rule="wasserstein",
            rule_options={"critic_steps": 5, "penalty": 10.0},
            optimizer={"name": "Adam", "learning_rate": 0.0001, "beta_1": 0.5, "beta_2": 0.9},
            batch_size=50,
            epochs=1000,
            evaluate_every=100,
            task_options={"samples": 10_000},
            source=f"{CODE}: all of it; 200,000 steps of the generator are 1,000 passes of the critic",
        ),
    ),
    claims=(
        Claim(
            dataset="cifar10",
            metric="inception_score",
            value=7.86,
            unit="score",
            direction="higher",
            where="table of Inception scores on CIFAR-10, unsupervised: WGAN-GP ResNet",
            confidence="verified",
            source="https://www.paperswithcode.com/paper/improved-training-of-wasserstein-gans",
            not_comparable="the score is that of an Inception net trained on ImageNet, of photographs",
        ),
        Claim(
            dataset="cifar10",
            metric="inception_score",
            value=8.42,
            unit="score",
            direction="higher",
            where="table of Inception scores on CIFAR-10, with labels: WGAN-GP ResNet",
            confidence="recalled",
            not_comparable="the score is that of an Inception net trained on ImageNet, of photographs",
        ),
    ),
    deviations=(
        "The paper shows photographs, bedrooms and text; the nets here are those of its code for MNIST.",
        (
            "The standard tier has a quarter of the filters, and a fiftieth of the steps; "
            "the paper tier has them all."
        ),
        "On the bundled digits the generator begins with a single place, since 8x8 pixels halve three times.",
        "The Fréchet distance is ours, on the features of a small classifier.",
    ),
)
