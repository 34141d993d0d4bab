"""Turning maps up and down.

A convolution treats every image alike: whatever a picture shows, the same maps are added with the same weights. Squeeze
and excitation lets the image decide how loud each map is. The mean of every map over the whole image (the squeeze) goes
through two small layers to a number between 0 and 1 for every map (the excitation), and the map is multiplied by it. The
layers see the whole image at once, which a 3x3 filter never does, and they weigh maps against each other.

The addition fits into almost any net. In a residual net it gates the correction before it is added. SE-ResNet-50 makes
hardly more mistakes than ResNet-101, which has twice the operations, for 10% more parameters and 0.3% more operations; an
ensemble of such nets won the last ImageNet competition, in 2017, with 2.25% top-5 error.

What the gates do is shown better than explained. In early layers they are much the same for all classes, later they
differ, and near the end they are again almost constant, so that most of their parameters could go at little cost. And a
gate turns a whole map up or down; where in the image something is, it cannot say. Attention would.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Squeeze-and-excitation networks",
    authors="J. Hu, L. Shen, S. Albanie, G. Sun, E. Wu",
    year=2017,
    venue="CVPR 2018, 7132-7141; arXiv 2017",
    url="https://arxiv.org/abs/1709.01507",
    confidence="verified",
)


def build(
    depth=50,
    design="imagenet",
    ratio=16,
    classes=1000,
    input_shape=(224, 224, 3),
    crop=None,
    pad=0,
    levels=255,
    decay=1e-4,
):
    """SE-ResNets: with design "imagenet" those of table 1, with "cifar" the nets with pre-activation of table 4."""
    from keras import Input, Model, layers, regularizers

    from benchmarks.layers.bodies import preactivation, residual
    from benchmarks.layers.bodies.squeeze_excitation import squeeze_excitation
    from benchmarks.layers.image.augmentation import MeanColour, RandomShiftAndFlip
    from benchmarks.layers.image.crops import AreaCrop

    def gate(x):
        return squeeze_excitation(x, ratio, decay)

    inputs = Input(input_shape)
    x = layers.Rescaling(1 / levels)(MeanColour(name="mean_colour")(inputs))
    x = AreaCrop(crop)(x) if crop else RandomShiftAndFlip(pad)(x) if pad else x
    body = residual.imagenet_body if design == "imagenet" else preactivation.body
    x = body(x, depth, decay=decay, gate=gate)
    return Model(
        inputs,
        layers.Dense(classes, kernel_initializer="he_normal", kernel_regularizer=regularizers.L2(decay / 2))(
            x
        ),
    )


def excitations(model, batch):
    """The gates of all blocks for some images, float [n, maps], by name "00", "01", ... in their order."""
    from keras import Model

    from benchmarks.layers.bodies.squeeze_excitation import gates

    return {
        f"{place:02}": found
        for place, found in enumerate(Model(model.inputs[0], gates(model))(batch["x"], training=False))
    }


def pictures(model, data, predict):
    """How open the gates are for each class, in the last block of each stage (figure 6)."""
    import numpy as np

    from benchmarks.spec import Picture

    labels = np.asarray(data.test["y"])[: min(2000, len(data.test["y"]))]
    found = list(predict(excitations, {"x": data.test["x"][np.arange(len(labels))]}, batch_size=100).values())
    last = [
        one
        for one, following in zip(found, [*found[1:], None], strict=True)
        if following is None or following.shape[1] != one.shape[1]
    ]
    shown = min(32, *(gates.shape[1] for gates in last))
    tiles = []
    for gates in last:
        every = gates[:, np.linspace(0, gates.shape[1] - 1, shown).astype(int)]
        tiles.append([every[labels == label].mean(axis=0) for label in range(10)])
    caption = f"Mean gates of {shown} maps (across) for ten classes (down) in the last block of each stage. Black is 0, white 1."
    return {"gates": Picture(np.round(255.0 * np.array(tiles)[None]).astype("uint8"), caption)}


def recipe(tier, dataset, depth, model, rates, **options):
    """Momentum 0.9; `rates` are first rate, iterations, second rate, iterations, ..."""
    schedule = {"name": "PiecewiseConstantDecay", "boundaries": rates[1::2], "values": rates[::2]}
    optimizer = {"name": "SGD", "momentum": 0.9, "learning_rate": schedule}
    return Recipe(
        dataset,
        tier,
        variant="" if depth == 50 else str(depth),
        model={"depth": depth, **model},
        optimizer=optimizer,
        **options,
    )


DIGITS = {"design": "cifar", "ratio": 4, "classes": 10, "input_shape": (8, 8, 1), "levels": 16}
POCKET = {
    "epochs": 10,
    "batch_size": 64,
    "evaluate_every": 2,
    "source": "section 5.1 in kind, shortened",
    "floor": ("error", 10.0),
}
CIFAR = {"design": "cifar", "classes": 10, "input_shape": (32, 32, 3), "pad": 4}
PHOTOGRAPHS = {"input_shape": (256, 256, 3), "crop": 224}
WHOLE = {"train_on": "train+validation", "evaluate_every": 4}
SECTION = "section 5.1: batches of 1024, rate 0.6, a tenth after every 30 epochs, 100 epochs, ratio 16"
LARGE = {
    "epochs": 100,
    "batch_size": 1024,
    "task_options": {"top": 5, "batch_size": 100},
    "source": SECTION,
    **WHOLE,
}
ORIGINAL = "section 5.1, as the original nets: batches of 128, rate 0.1, a tenth after 32,000 and 48,000 iterations, 64,000 in all"
WARMED = f"{ORIGINAL}; 0.01 for the first 400, as the nets with pre-activation"
FULL = (0.01, 400, 0.1, 32_000, 0.01, 48_000, 0.001)
QUARTER = (0.1, 8_000, 0.01, 12_000, 0.001)
STEPS = (0.6, 37_530, 0.06, 75_060, 0.006, 112_590, 0.0006)
# table 2: top-1 and top-5 error; parameters as counted, and for 50 layers as table 10 prints them
NETS = {
    50: (23.29, 6.62, 28_088_024, 28.1e6),
    101: (22.38, 6.07, 49_326_872, None),
    152: (21.57, 5.73, 66_821_848, None),
}
READ = {"confidence": "verified", "source": "paper text", "test_size": 50_000}
MODELS = "github hujie-frank/SENet"

ENTRY = Entry(
    id="senet_2017",
    name="SE-ResNet",
    family="convolutional",
    task="classification",
    idea="The image itself decides how much each map counts.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={str(depth): f"{depth} layers" for depth in (8, 20, 101, 110, 152)},
    parameters=(
        *(
            ParameterCount(n, "table 1 and equation 3, with biases", str(depth), {"depth": depth}, printed)
            for depth, (*_, n, printed) in NETS.items()
        ),
        ParameterCount(1_742_200, "the net of 110 layers of table 4", "110", {"depth": 110, **CIFAR}),
    ),
    recipes=(
        recipe("pocket", "digits", 8, DIGITS, (0.1, 120, 0.01), **POCKET),
        recipe(
            "standard",
            "cifar10",
            20,
            CIFAR,
            QUARTER,
            epochs=40,
            batch_size=128,
            source=f"a quarter of {ORIGINAL}",
            **WHOLE,
        ),
        recipe("paper", "cifar10", 110, CIFAR, FULL, epochs=164, batch_size=128, source=WARMED, **WHOLE),
        *(recipe("paper", "imagenet", depth, PHOTOGRAPHS, STEPS, **LARGE) for depth in NETS),
    ),
    claims=(
        *(
            Claim(
                "imagenet",
                "error",
                row[0],
                "%",
                "table 2",
                "lower",
                "" if depth == 50 else str(depth),
                **READ,
            )
            for depth, row in NETS.items()
        ),
        *(
            Claim(
                "imagenet",
                "top5_error",
                row[1],
                "%",
                "table 2",
                "lower",
                "" if depth == 50 else str(depth),
                **READ,
            )
            for depth, row in NETS.items()
        ),
        Claim(
            "imagenet",
            "error",
            22.37,
            "%",
            "the authors' table of trained models",
            "lower",
            **READ | {"source": MODELS},
        ),
        Claim("cifar10", "error", 5.21, "%", "table 4", "lower", "110", **READ | {"test_size": 10_000}),
        Claim(
            "imagenet",
            "top5_error",
            2.251,
            "%",
            "section 5.4, ILSVRC-2017, test set",
            "lower",
            **READ,
            not_comparable="an ensemble",
        ),
    ),
    history=(
        Fact("hardware", "four servers with GPUs", "", MODELS, "verified"),
        Fact("examples", 1.28e6, "images", "paper text, section 5.1", "verified"),
    ),
    deviations=(
        "The paper's ablations leave the biases of the gates out; table 2 does not say, and the authors' published nets have them.",
        "Weight decay is 0.0001, that of the original nets; the paper names none for ImageNet.",
        "Photographs are neither rotated nor jittered, as in the authors' code; colours are not divided by their deviation on CIFAR-10.",
        "The standard tier shortens every phase of the schedule for CIFAR-10 to a quarter, with 20 layers.",
        "The pocket tier has digits of 8x8, 8 layers, a fourth of the maps in the squeeze instead of a sixteenth, and 160 iterations.",
    ),
)
