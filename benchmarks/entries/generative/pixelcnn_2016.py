"""Draw an image as one writes a text: one pixel after another, each given all before.

The probability of an image is that of its first pixel, times that of the second given the first, and so on
to the last: a product that is exact, with no bound, no sampling and no adversary. All that is needed is a
net that predicts the next pixel. Aäron van den Oord and his colleagues at DeepMind first used recurrent
nets that carry their state from row to row. Those are slow, since each pixel waits for the one before.

Their second net, the PixelCNN, is a plain convolutional net that is blindfolded: in each filter the weights
to the right and below are held at zero, and in the first layer that to the pixel itself. Then no output can
see its own pixel or a later one, and all pixels of a training image are predicted in one pass, as if each
were the last. WaveNet did the same with sound half a year later, and masked attention with words.

Drawing cannot be done in one pass: a sample costs one run of the net for each of its pixels. And the
blindfold is cut too wide. Filters of three rows that look up and to the left leave a wedge to the upper
right that no stack of them ever sees; the authors' gated version of the same year, with one stack for rows
and one for columns, closed it.
"""

from benchmarks.spec import Claim, Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Pixel recurrent neural networks",
    authors="A. van den Oord, N. Kalchbrenner, K. Kavukcuoglu",
    year=2016,
    venue="ICML 2016, 1747-1756",
    url="https://arxiv.org/abs/1601.06759",
    confidence="verified",
)


def build(input_shape=(28, 28, 1), maps=16, blocks=7, first=7, top=32, scale=255.0):
    """A 7x7 convolution with mask A, residual blocks with mask B, and two 1x1 convolutions (table 1, figure
    5)."""
    from benchmarks.layers.models.pixel_cnn import PixelCNN, masked_network

    return PixelCNN(masked_network(input_shape, maps, blocks, first, top), input_shape, scale)


def loss(model, batch, training):
    """Minus the log-probability of an image in nats, its pixels drawn anew from their grey values."""
    from keras import ops

    return ops.mean(model.free_energy(model.drawn(batch["x"])))


def sample(model, batch):
    """Binary images, made of uniform numbers."""
    return {"image": model.sampled(batch["uniform"])[0]}


def complete(model, batch):
    """Binary images whose upper half is given: what is drawn where a pixel is already known is decided by
    it."""
    known = batch["known"]
    given = batch["uniform"] * 0.0 + (1.0 - 2.0 * batch["x"])
    uniform = known * given + (1.0 - known) * batch["uniform"]
    return {"image": model.sampled(uniform)[0]}


def pictures(model, data, predict):
    """Samples, and images of which the upper half is given."""
    import numpy as np

    from benchmarks.pictures import grid
    from benchmarks.tasks.density import binarise, intensity

    side = model.shape[0]
    random = np.random.default_rng(1)
    drawn = predict(sample, {"uniform": random.random((20, model.latent), "float32")})["image"]
    x = binarise(predict(intensity, {"x": data.test["x"][:5]})["intensity"], seed=0)
    upper = np.zeros((20, model.visible), "float32")
    upper[:, : model.visible // 2] = 1.0
    batch = {
        "x": np.repeat(x, 4, axis=0),
        "known": upper,
        "uniform": random.random((20, model.latent), "float32"),
    }
    completed = predict(complete, batch)["image"].reshape(5, 4, -1)
    rows = np.concatenate([x[:, None], completed], axis=1).reshape(25, -1)
    return {
        "samples": grid(drawn, (side, side), 10, "Twenty samples, drawn pixel after pixel and not chosen."),
        "completions": grid(
            rows, (side, side), 5, "Five test images, each with four continuations of its upper half."
        ),
    }


ENTRY = Entry(
    id="pixelcnn_2016",
    name="PixelCNN",
    family="generative",
    task="likelihood",
    idea="A convolutional net whose filters are blind to what comes later predicts each pixel "
    "from those before it.",
    paper=PAPER,
    build=build,
    loss=loss,
    pictures=pictures,
    parameters=(
        ParameterCount(
            trainable=18_465,
            where="28x28: 7 blocks of 32 and 16 maps, counted without the weights that are held at zero",
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model={
                "input_shape": (8, 8, 1),
                "maps": 16,
                "blocks": 2,
                "first": 7,
                "top": 32,
                "scale": 16.0,
            },
            optimizer={"name": "RMSprop", "learning_rate": 0.004},
            batch_size=20,
            epochs=20,
            evaluate_every=10,
            further_tasks={"generation": {"samples": 1000}},
            floor=("log_likelihood", -25.5),
            source="ours, but for the kind of net and the optimiser",
            tries=6,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            optimizer={"name": "RMSprop", "learning_rate": 0.001},
            batch_size=16,
            epochs=15,
            evaluate_every=5,
            shortened="15 passes; the paper prints no number of passes for MNIST",
            source="kind of net: the paper's table 1, with the 7 layers and 16 maps of its best net for "
            "MNIST, a recurrent one; RMSProp and batches of 16 (recalled); rate and passes are ours, not "
            "searched",
        ),
    ),
    claims=(
        Claim(
            dataset="mnist",
            metric="log_likelihood",
            value=-81.30,
            unit="nats",
            direction="higher",
            where="table of negative log-likelihoods on binary MNIST, PixelCNN",
            confidence="recalled",
            resolution=0.01,
            not_comparable=(
                "the paper scores the digits as Larochelle and Murray drew them once (recalled); ours are "
                "drawn by another generator"
            ),
        ),
        Claim(
            dataset="cifar10",
            metric="bits_per_dimension",
            value=3.14,
            unit="bits",
            direction="lower",
            where="table of bits per dimension on CIFAR-10, PixelCNN",
            confidence="recalled",
            not_comparable="this net is for binary pixels, not for colours of 256 levels",
        ),
    ),
    deviations=(
        (
            "Blocks and maps are those of the paper's recurrent net for MNIST, since the size of its "
            "PixelCNN for MNIST was not found."
        ),
        (
            "A grey pixel is the probability of a binary one: it is drawn anew in every training step, and "
            "once, from a fixed seed, for scoring."
        ),
        (
            "The output layer starts from 0, the others from He's normal distribution, as if no weight were "
            "held at zero."
        ),
        (
            "Samples are scored by the probabilities with which their pixels were drawn, as those of other "
            "entries are."
        ),
        "The net of the first paper is built, not the gated one of arXiv 1606.05328 that has no blind wedge.",
    ),
)
