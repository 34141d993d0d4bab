"""The rules of thumb that made adversarial nets of convolutions learn.

The first adversarial nets were fully connected, and whoever put convolutions in their place mostly saw the
game fall apart. Radford, Metz and Chintala tried many nets and wrote down what held: no pooling, but strides
that the nets learn, downwards in the discriminator and upwards in the generator; batch normalisation nearly
everywhere; no hidden layer that is fully connected; rectifiers on one side and leaky ones on the other; Adam
with a small rate and less momentum than usual. With these, bedrooms, faces and album covers came out of a
hundred random numbers.

They also looked at what the numbers mean. Between two of them the drawings change smoothly, which speaks
against images learned by heart, and with averages of a few one could calculate: a man with glasses, less a
man, plus a woman, made a woman with glasses. What the discriminator had learned without a single label
served a linear classifier nearly as well as features made for that purpose. The recipe remained a recipe:
nobody could say why it worked, and longer training still let some filters collapse into a single mode.
"""

from benchmarks.spec import Claim, Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Unsupervised representation learning with deep convolutional generative adversarial networks",
    authors="A. Radford, L. Metz, S. Chintala",
    year=2015,
    venue="International Conference on Learning Representations 2016, arXiv:1511.06434",
    url="https://arxiv.org/abs/1511.06434",
    confidence="verified",
)


def build(
    input_shape=(64, 64, 3),
    latent=100,
    filters=(1024, 512, 256, 128),
    kernel=5,
    per_map=False,
    scale=255.0,
):
    """The nets of figure 1, for images of 64x64 pixels; the discriminator is the generator's mirror image.

    `filters`: maps of the generator from the smallest to the largest. `per_map`: the first layer is
    normalised by maps, as in the third author's code, and not by single units, as in the first author's.
    """
    from keras import Input, Sequential, initializers, layers

    from benchmarks.layers.models.image_pair import ImagePair

    def start():
        return initializers.RandomNormal(stddev=0.02)

    def normalization():
        gain = initializers.RandomNormal(mean=1.0, stddev=0.02)
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, gamma_initializer=gain)

    height, width, colours = input_shape
    first = (height >> len(filters), width >> len(filters), filters[0])

    generator = Sequential([Input((latent,))])
    generator.add(layers.Dense(first[0] * first[1] * first[2], use_bias=False, kernel_initializer=start()))
    shaping = (
        [layers.Reshape(first), normalization()] if per_map else [normalization(), layers.Reshape(first)]
    )
    for layer in (*shaping, layers.ReLU()):
        generator.add(layer)
    for maps in (*filters[1:], colours):
        generator.add(
            layers.Conv2DTranspose(
                maps, kernel, strides=2, padding="same", use_bias=False, kernel_initializer=start()
            )
        )
        if maps != colours:
            generator.add(normalization())
            generator.add(layers.ReLU())
    generator.add(layers.Activation("tanh"))
    generator.add(layers.Rescaling(0.5, 0.5))  # images are handed over from 0 to 1 ...

    discriminator = Sequential([Input(input_shape), layers.Rescaling(2.0, -1.0)])  # ... and seen from -1 to 1
    for number, maps in enumerate(reversed(filters)):
        discriminator.add(
            layers.Conv2D(maps, kernel, strides=2, padding="same", use_bias=False, kernel_initializer=start())
        )
        if number:
            discriminator.add(normalization())
        discriminator.add(layers.LeakyReLU(negative_slope=0.2))
    discriminator.add(layers.Flatten())
    discriminator.add(layers.Dense(1, use_bias=False, kernel_initializer=start()))
    return ImagePair(generator, discriminator, scale, "uniform")


def from_noise(model, batch):
    """Samples made of the noise itself."""
    return {"image": model.from_noise(batch["noise"])}


def pictures(model, data, predict):
    """Samples, and what lies on the way from one to another."""
    import itertools

    import numpy as np

    from benchmarks.pictures import grid
    from benchmarks.tasks.generation import flat, generate

    shape = model.shape if model.shape[-1] == 3 else model.shape[:2]
    uniform = np.random.default_rng(1).random((60, model.latent), "float32")
    samples = flat(predict(generate, {"uniform": uniform})["image"])
    share = np.linspace(0.0, 1.0, 10, dtype="float32")[:, None]
    ends = 2.0 * uniform[:7] - 1.0
    noise = np.concatenate([a + share * (b - a) for a, b in itertools.pairwise(ends)])
    walk = flat(predict(from_noise, {"noise": noise})["image"])
    return {
        "samples": grid(samples, shape, 10, "Sixty samples, drawn at random and not chosen."),
        "walk": grid(
            walk,
            shape,
            10,
            "In each row a straight walk through the noise in ten steps: from the first sample above to the "
            "second, from the second to the third, and so on.",
        ),
    }


CODE = "the first author's code, faces/train_uncond_dcgan.py in github.com/Newmu/dcgan_code"
#: Section 4 of the paper, and the authors' code.
ADAM = {"name": "Adam", "learning_rate": 0.0002, "beta_1": 0.5}

ENTRY = Entry(
    id="dcgan_2015",
    name="DCGAN",
    family="generative",
    task="generation",
    idea="A generator and a discriminator of strided convolutions, kept in balance by batch normalisation.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    parameters=(
        ParameterCount(
            trainable=36_118_528,
            where=(
                f"{CODE}, for faces of 64x64 pixels, counted: generator 18,885,760, discriminator 17,232,768"
            ),
        ),
        ParameterCount(
            trainable=6_342_272,
            where=(
                "the port of the third author's code in github.com/pytorch/examples, dcgan/main.py, for "
                "64x64 pixels, counted: generator 3,576,704, discriminator 2,765,568"
            ),
            arguments={"filters": (512, 256, 128, 64), "kernel": 4, "per_map": True},
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model={
                "input_shape": (8, 8, 1),
                "latent": 32,
                "filters": (64, 32),
                "kernel": 3,
                "scale": 16.0,
            },
            rule="adversarial",
            rule_options={"order": "alternating"},
            optimizer={"name": "Adam", "learning_rate": 0.00025, "beta_1": 0.5},
            batch_size=32,
            epochs=30,
            evaluate_every=30,
            task_options={"samples": 2000},
            floor=("frechet_distance", 4.0),
            source=(
                "section 4: Adam's first beta and the initial weights; sizes, batch and passes set once, the "
                "rate chosen on validation"
            ),
            tries=6,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            model={"input_shape": (28, 28, 1), "latent": 100, "filters": (64, 32), "scale": 255.0},
            rule="adversarial",
            rule_options={"order": "alternating"},
            optimizer=ADAM,
            batch_size=128,
            epochs=5,
            evaluate_every=5,
            task_options={"samples": 10_000},
            shortened="5 passes through MNIST by nets with a fraction of the filters",
            source=f"section 4 and {CODE}: Adam, batch, initial weights; sizes and passes ours, not searched",
        ),
        Recipe(
            dataset="cifar10",
            tier="standard",
            model={"input_shape": (32, 32, 3), "latent": 100, "filters": (256, 128, 64), "scale": 255.0},
            rule="adversarial",
            rule_options={"order": "alternating"},
            optimizer=ADAM,
            batch_size=128,
            epochs=25,
            evaluate_every=5,
            task_options={"samples": 10_000},
            source=f"section 4 and {CODE}: Adam, batch, initial weights, 25 passes; sizes ours, not searched",
        ),
    ),
    claims=(
        Claim(
            dataset="cifar10",
            metric="accuracy",
            value=82.8,
            unit="%",
            direction="higher",
            where="Table 1: a linear support vector machine on the discriminator's features",
            test_size=10_000,
            confidence="verified",
            source="https://beta.hyper.ai/en/papers/1511.06434",
            not_comparable="the discriminator had learned from the million photographs of ImageNet",
        ),
        Claim(
            dataset="svhn",
            metric="error",
            value=22.48,
            unit="%",
            direction="lower",
            where="Table 2: a linear support vector machine on the discriminator's features, 1,000 labels",
            confidence="verified",
            source="https://beta.hyper.ai/en/papers/1511.06434",
            not_comparable="the suite lacks the house numbers of SVHN",
        ),
        Claim(
            dataset="cifar10",
            metric="frechet_distance",
            value=28.95,
            unit="feature²",
            direction="lower",
            where="a later implementation of DCGAN: FID on CIFAR-10 in its table of baselines",
            confidence="verified",
            source="https://github.com/kwotsin/mimicry",
            not_comparable=(
                "the distance in the features of an Inception net trained on ImageNet, of another net"
            ),
        ),
    ),
    deviations=(
        "Images of 28x28 and 32x32 pixels instead of 64x64, with fewer layers and fewer filters.",
        (
            "Samples are drawn with running averages of mean and variance, where the authors' code "
            "normalises each batch of samples by itself."
        ),
        (
            "Nothing pulls the weights towards zero; the authors' code does, by a hundred-thousandth, "
            "and the paper does not mention it."
        ),
        "The Fréchet distance is ours, of 2017, on the features of a small classifier.",
    ),
)
