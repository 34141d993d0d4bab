"""Two thousand numbers that read digits.

The net for zip codes of 1989 took steps of two pixels. Its successor of a year later, since called
LeNet-1, has layers for that: each map is averaged in squares of 2x2, with a trained weight and threshold
for the whole map. That an edge is there matters, where exactly it is does not. A second layer of twelve
maps looks at one or two maps of the first, in two groups that hardly meet, and ten outputs look at all of
it. Only 2,578 numbers are trained, a quarter of before, for half as many connections again: it may
be the most frugal net that ever worked in earnest, and it was put on a signal processor.

In 1995 the same laboratory compares everything that reads digits, on what is now MNIST. LeNet-1 is in the
list as the old acquaintance, with 1.7% errors, better than nets with a hundred times its weights. It is
also visibly too small: with eight times the data of 1989 it learns hardly more. That observation led to
LeNet-4 and LeNet-5.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Comparison of learning algorithms for handwritten digit recognition",
    authors=(
        "Y. LeCun, L. Jackel, L. Bottou, A. Brunot, C. Cortes, J. Denker, H. Drucker, I. Guyon, U. Müller, "
        "E. Säckinger, P. Simard, V. Vapnik"
    ),
    year=1995,
    venue="International Conference on Artificial Neural Networks, 53-60",
    url="http://yann.lecun.com/exdb/publis/",
    confidence="verified",
)
#: Table 1 of the paper of 1990 that introduced the net: the maps of H2 that each of the 12 maps of H3
#: sees; two groups of six.
TABLE = tuple(
    tuple(first + map for map in maps)
    for first in (0, 2)
    for maps in ((0,), (0, 1), (0, 1), (1,), (0, 1), (0, 1))
)


def build(input_shape=(28, 28, 1), scale=255.0, offset=0.0, side=22, bound=3**0.5, power=0.5):
    """H1 to H4 and ten outputs.

    Images are resampled to `side` x `side` pixels, so that digits fill 16x16, in a field of 28x28.
    """
    from keras import Input, Sequential, layers

    from benchmarks.layers.convolution.sparse_convolution import SparseConvolution
    from benchmarks.layers.resampling.subsampling import Subsampling
    from benchmarks.layers.units.scaled_tanh import FanInUniform, squashed

    image = [
        layers.Rescaling(1.275 / scale, offset),
        *([layers.Resizing(side, side)] if side != input_shape[0] else []),
        layers.ZeroPadding2D((28 - side) // 2),
        layers.Rescaling(1.0, offset=-0.1, name="input"),  # paper -0.1, ink 1.175
    ]
    maps = [
        layers.Conv2D(4, 5, kernel_initializer=FanInUniform(bound, power), name="H1"),
        Subsampling(bound, power, name="H2"),
        SparseConvolution(TABLE, bound=bound, power=power, name="H3"),
        Subsampling(bound, power, name="H4"),
    ]
    output = layers.Dense(10, kernel_initializer=FanInUniform(bound, power), name="output")
    return Sequential([Input(input_shape), *image, *squashed(maps), layers.Flatten(), *squashed([output])])


def loss(model, batch, training):
    """Half the squared error to targets of +1 for the class and -1 for the others.

    Summed over the outputs.
    """
    from benchmarks.tasks.classification import signed_squared_error

    return signed_squared_error(model, batch, training)


def states(model, batch):
    """The maps of H2 and H4 for some images, float [n,h,w,maps]."""
    x, outputs = batch["x"], {}
    for layer in model.layers:
        x = outputs[layer.name] = layer(x)
    return {name: outputs[f"{name}_state"] for name in ("H2", "H4")}


def pictures(model, data, predict):
    """All the filters that the net has, and the maps of H2 and H4 for four test digits."""
    import numpy as np

    from benchmarks.pictures import filters, grid

    first, second = (
        np.asarray(model.get_layer(name).kernel.value).reshape(25, -1).T for name in ("H1", "H3")
    )
    drawn = {
        "filters": filters(
            np.concatenate([first, second]),
            (5, 5),
            8,
            "The 4 filters of H1, then the 20 of H3; grey is zero.",
        )
    }
    for name, maps in predict(states, {"x": data.test["x"][:4]}).items():
        tiles = ((maps - maps.min()) / np.ptp(maps)).transpose(0, 3, 1, 2).reshape(4 * maps.shape[-1], -1)
        drawn[name] = grid(
            tiles, maps.shape[1:3], maps.shape[-1], f"The maps of {name} for four test digits."
        )
    return drawn


#: The rate of each pass; the last one thereafter. Those of LeNet-5 (1998, section III.B):
LENET5_RATES = 2 * (0.0005,) + 3 * (0.0002,) + 3 * (0.0001,) + 4 * (0.00005,) + (0.00001,)
#: Ours, chosen on the validation split.
DIGITS_RATES = 5 * (0.0005,) + 2 * (0.0002,) + (0.0001,)
USPS_RATES = 8 * (0.001,) + 8 * (0.0005,) + 8 * (0.0002,) + 5 * (0.0001,) + (0.00001,)
MNIST_RATES = 4 * (0.0005,) + 4 * (0.0002,) + 4 * (0.0001,) + 3 * (0.00005,) + (0.00001,)
OURS = (
    "the rule of appendix C of the paper of 1998, ten examples a step; rates chosen on the validation split"
)

ENTRY = Entry(
    id="lenet1_1995",
    name="LeNet-1",
    family="convolutional",
    task="classification",
    idea="Alternate shared filters with averaging, in as few parameters as possible.",
    paper=PAPER,
    build=build,
    loss=loss,
    pictures=pictures,
    parameters=(
        ParameterCount(
            trainable=2578,
            where="about 2,600 in the comparison; 2,578 in the paper of 1990",
            published=2578,
            confidence="verified",
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model={"input_shape": (8, 8, 1), "scale": 16.0, "side": 16},
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": DIGITS_RATES, "mu": 0.02, "samples": 100},
            batch_size=10,
            epochs=8,
            floor=("error", 10.0),
            source=OURS,
            tries=6,
        ),
        Recipe(
            dataset="usps",
            tier="standard",
            model={"input_shape": (16, 16, 1), "scale": 2.0, "offset": 0.6375, "side": 16},
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": USPS_RATES, "mu": 0.02, "samples": 500},
            batch_size=10,
            epochs=30,
            train_on="train+validation",
            source=OURS,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": MNIST_RATES, "mu": 0.02, "samples": 500},
            batch_size=10,
            epochs=16,
            train_on="train+validation",
            source=OURS,
        ),
        Recipe(
            dataset="mnist",
            tier="paper",
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": LENET5_RATES, "mu": 0.02, "samples": 500},
            batch_size=1,
            epochs=20,
            train_on="train+validation",
            source="rates, mu and passes of LeNet-5 (1998, section III.B), one example a step",
        ),
    ),
    claims=(
        Claim(
            dataset="mnist",
            metric="error",
            value=1.7,
            unit="%",
            direction="lower",
            where="figure 9 and section III.C.7 of the paper of 1998",
            test_size=10_000,
            confidence="verified",
            source="LeCun, Bottou, Bengio, Haffner 1998, doi.org/10.1109/5.726791",
        ),
        Claim(
            dataset="usps",
            metric="error",
            value=3.4,
            unit="%",
            direction="lower",
            where="results of the paper of 1990",
            not_comparable="that test set also holds printed digits, and the training set 2,549 of them",
        ),
    ),
    deviations=(
        (
            "The comparison describes the net in a sentence; its layers, and which maps see which, are "
            "those of the paper of 1990 (NIPS 2, 396-404)."
        ),
        (
            "MNIST's images are resampled to 22x22, so that a box of 20x20 becomes one of 16x16; they "
            "stay centred by their centre of mass."
        ),
        (
            "Targets of +1 and -1, scaled tanh after every layer, initial weights with a standard "
            "deviation of 1/sqrt(F) and the paper tier's rates are as for LeNet-5."
        ),
        (
            "The examples are shuffled before every pass, and below the paper tier the steps of ten "
            "examples are summed."
        ),
        "The pocket tier estimates curvatures on 100 examples, the other tiers on 500.",
    ),
    history=(
        Fact(
            "examples",
            60_000,
            "images",
            "LeCun et al. 1998, doi.org/10.1109/5.726791, section III.A",
            "verified",
        ),
    ),
)
