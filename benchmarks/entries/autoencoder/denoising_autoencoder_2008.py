"""Spoil the input, ask for the original: learning from repair.

An autoencoder with more hidden units than inputs has an easy way out: copy. Early ones were kept
from it by a narrow middle. Vincent, Larochelle, Bengio and Manzagol left the middle wide and spoiled
the input instead: a share of the pixels is set to zero, and the net must give back the image as it
was. Copying is no longer any good; to fill a hole one has to know what usually stands there, and the
hidden units turn into detectors of strokes. Stacked, layer upon layer, such nets prepared deep
classifiers as well as Boltzmann machines did, and needed no sampling.

The net on this page is one such layer. It cannot say how probable an image is, nor draw a new one
(that took five more years, and the name of a generalised denoising autoencoder), and how much to
spoil is a number to be found by trial. The idea outlived the layerwise training that it was made
for: hide a part and predict it is how language models are trained, and removing Gaussian noise is
how images are generated today.
"""

from benchmarks.spec import Claim, Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Extracting and composing robust features with denoising autoencoders",
    authors="P. Vincent, H. Larochelle, Y. Bengio, P.-A. Manzagol",
    year=2008,
    venue="ICML 2008, 1096-1103",
    url="https://doi.org/10.1145/1390156.1390294",
    confidence="verified",
)


def build(
    input_shape=(28, 28, 1),
    hidden=1000,
    corruption="blankout",
    amount=0.25,
    likelihood="bernoulli",
    scale=255.0,
):
    """One hidden layer of sigmoid units, the decoder's weights tied to the encoder's."""
    from benchmarks.layers.image.corruption import Corruption
    from benchmarks.layers.models.autoencoder import Autoencoder, TiedAutoencoder

    noise = Corruption(corruption, amount) if corruption else None
    return Autoencoder(TiedAutoencoder(hidden), input_shape, scale, noise, likelihood)


def pictures(model, data, predict):
    """What the hidden units look for, and some spoiled test images with their repair."""
    import numpy as np

    from benchmarks.pictures import filters, grid
    from benchmarks.tasks.reconstruction import restore

    side = int(np.sqrt(model.visible))
    count = min(100, model.network.hidden // 10 * 10)
    weights = np.asarray(model.network.kernel.value)[:, :count].T
    noise = model.corruption
    kind, amount = (noise.kind, noise.amount) if noise else ("blankout", 0.25)
    uniform = np.random.default_rng(1).random((10, model.visible), "float32")
    rows = predict(restore, {"x": data.test["x"][:10], "uniform": uniform}, corruption=kind, amount=amount)
    images = np.concatenate([rows["clean"], rows["corrupted"], rows["restored"]])
    return {
        "filters": filters(
            weights,
            (side, side),
            10,
            f"The weights of {count} hidden units to the pixels: white excites, black inhibits.",
        ),
        "repairs": grid(
            images,
            (side, side),
            10,
            f"Ten test images: as they are, with {kind} noise of {amount:g}, and restored.",
        ),
    }


def recipe(tier, dataset, variant, amount=0.25, **changes):
    """The recipes differ by the noise and the loss that goes with it."""
    kind = "gaussian" if variant == "gaussian" else "blankout"
    model = {
        "corruption": None if variant == "no-noise" else kind,
        "amount": amount,
        "likelihood": "gaussian" if variant == "gaussian" else "bernoulli",
        **(
            {"input_shape": (8, 8, 1), "hidden": 128, "scale": 16.0}
            if dataset == "digits"
            else {"hidden": 1000}
        ),
    }
    return Recipe(
        dataset,
        tier,
        variant=variant,
        model=model,
        task_options={"corruption": kind, "amount": amount},
        **changes,
    )


SOURCE = "stochastic gradient descent as in the paper; the rate was chosen on validation, size, batch and epochs are ours"
POCKET = {"batch_size": 20, "epochs": 40, "evaluate_every": 10, "source": SOURCE}
STANDARD = {"batch_size": 20, "epochs": 15, "evaluate_every": 3, "source": SOURCE}

ENTRY = Entry(
    id="denoising_autoencoder_2008",
    name="Denoising autoencoder",
    family="autoencoder",
    task="reconstruction",
    idea="Reconstruct the clean input from a corrupted one.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={
        "gaussian": "Gaussian noise, linear outputs and squared error, as the journal version of 2010 has it for real-valued inputs",
        "no-noise": "the ordinary autoencoder: trained on clean inputs, given the same spoiled ones to restore",
    },
    parameters=(
        ParameterCount(785_784, "784-1000, weights tied, both biases; size chosen here, counted"),
        ParameterCount(157_784, "784-200, weights tied, both biases, counted", arguments={"hidden": 200}),
    ),
    recipes=(
        recipe(
            "pocket",
            "digits",
            "",
            optimizer={"name": "SGD", "learning_rate": 0.1},
            floor=("error_removed", 50.0),
            **POCKET,
        ),
        recipe(
            "pocket",
            "digits",
            "gaussian",
            optimizer={"name": "SGD", "learning_rate": 0.02},
            floor=("error_removed", 55.0),
            **POCKET,
        ),
        recipe(
            "pocket",
            "digits",
            "no-noise",
            optimizer={"name": "SGD", "learning_rate": 0.1},
            floor=("error_removed", 10.0),
            **POCKET,
        ),
        recipe("standard", "mnist", "", optimizer={"name": "SGD", "learning_rate": 0.1}, **STANDARD),
        recipe(
            "standard", "mnist", "gaussian", optimizer={"name": "SGD", "learning_rate": 0.005}, **STANDARD
        ),
        recipe("standard", "mnist", "no-noise", optimizer={"name": "SGD", "learning_rate": 0.1}, **STANDARD),
    ),
    claims=(
        Claim(
            dataset="rotated_mnist",
            metric="error",
            value=9.53,
            unit="%",
            where="three stacked layers and a classifier, fine-tuned; table of the journal version of 2010",
            direction="lower",
            not_comparable="this entry is one layer, without a classifier on top",
        ),
    ),
    deviations=(
        "Each pixel is blanked on its own with the given probability, where the paper blanks a fixed number of pixels.",
        "One layer alone is trained and scored by its repairs; the paper stacks layers and scores the classifier that they prepare.",
        "The number of hidden units and the training schedule are not the paper's, which chose them for each task.",
        "The Gaussian variant follows the journal version of 2010 (recalled): linear outputs and squared error; the paper of 2008 only blanks.",
    ),
)
