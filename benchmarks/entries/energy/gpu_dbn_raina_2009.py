"""Weeks of learning in a day: the deep belief net on a graphics card.

From 2006 on, deep nets could be learned from data without labels, of which there is no end. But time did end:
a stack of restricted Boltzmann machines with a few million weights took days on a processor, and people made
their nets smaller, or their data sets. Graphics cards had just become programmable in something like C.
Raina, Madhavan and Ng took contrastive divergence apart for them: keep all weights on the card, since the
way to it is slow; learn from many examples at a time, so that every step is a few products of large
matrices; and draw the states of thousands of units at once.

For large machines the card was up to seventy times faster than two cores of a processor, and a net of four
layers and a hundred million weights took a day. Not a single idea about learning in it is new, and yet it
changed what people tried: within three years, speech and vision were learned on graphics cards.

What is measured here is the same learning with one example at a time and with many, and in small and large
machines. Compare the throughputs, on a processor and on a graphics card. A batch is not free: its many
examples make one step, so that a pass over the data teaches less.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe, Stage

PAPER = Paper(
    title="Large-scale deep unsupervised learning using graphics processors",
    authors="R. Raina, A. Madhavan, A. Y. Ng",
    year=2009,
    venue="ICML 2009:873-880",
    url="https://doi.org/10.1145/1553374.1553486",
    confidence="verified",
)


def build(sizes=(11008,), input_shape=(64, 64, 1), scale=255.0, spread=0.01):
    """Restricted Boltzmann machines on top of each other, with these numbers of hidden units."""
    from benchmarks.layers.models.tied_stack import TiedStack

    return TiedStack(tuple(sizes), input_shape, scale, spread)


def pictures(model, data, predict):
    """What units of the lowest machine look for, and what comes back of what goes up the stack."""
    import math

    import numpy as np

    from benchmarks.pictures import filters, grid

    side = math.isqrt(model.visible)
    count = min(60, model.network.machines[0].hidden)
    kernel = np.asarray(model.network.machines[0].kernel.value)[:, :count]

    seen = predict(reconstructed, {"x": data.test["x"][:10]})
    pairs = np.concatenate([seen["x"], seen["again"]])
    return {
        "filters": filters(
            kernel.T,
            (side, side),
            10,
            f"The weights of {count} units of the lowest machine: white excites, black inhibits.",
        ),
        "reconstructions": grid(
            pairs, (side, side), 10, "Test images above; below, what comes back down the stack."
        ),
    }


def reconstructed(model, batch):
    """Images `x` [n, visible], and what comes back of them, `again`."""
    intensity = model.intensity(batch["x"])
    return {"x": intensity, "again": model.reconstruct(intensity)}


#: Contrastive divergence after one alternation, for one machine of the stack.
ONE_STEP = {"steps": 1, "weight_decay": 0.0002}
DIGITS_NET = {"sizes": (256,), "input_shape": (8, 8, 1), "scale": 16.0}
MNIST_NET = {"input_shape": (28, 28, 1)}
OURS = (
    "batches of 192 of the paper, as recalled; decay of the program by Hinton and Salakhutdinov (2006); "
    "sizes, rates and passes are ours, not searched"
)
TWO_MACHINES = (
    "a ratio of the speeds of two machines of 2009: compare the throughputs of processors and GPUs in the "
    "report"
)

ENTRY = Entry(
    id="gpu_dbn_raina_2009",
    name="Deep belief net on a GPU",
    family="energy",
    task="reconstruction",
    idea=(
        "Keep all weights on the card, learn from many examples at a time, and let products of matrices do "
        "it."
    ),
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={
        "batch-1": "one example at a time",
        "batch-192": "192 examples at a time",
        "large": "192 examples at a time, four times as many hidden units",
        "stack": "four machines on top of each other, 192 examples at a time",
    },
    parameters=(
        ParameterCount(
            trainable=45_103_872,
            where="a machine of 4096 and 11008 units with its biases, counted; the sizes are recalled",
        ),
        ParameterCount(
            trainable=591_424,
            where="a machine of 576 and 1024 units with its biases, counted; the sizes are recalled",
            arguments={"sizes": (1024,), "input_shape": (24, 24, 1)},
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="batch-1",
            model=DIGITS_NET,
            rule="stacked_contrastive_divergence",
            rule_options=ONE_STEP,
            optimizer={"name": "SGD", "learning_rate": 0.01},
            batch_size=1,
            epochs=4,
            evaluate_every=2,
            floor=("squared_error", 3.7),
            source=OURS,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="batch-192",
            model=DIGITS_NET,
            rule="stacked_contrastive_divergence",
            rule_options=ONE_STEP,
            optimizer={"name": "SGD", "learning_rate": 0.1, "momentum": 0.9},
            batch_size=192,
            epochs=80,
            evaluate_every=40,
            floor=("squared_error", 1.1),
            source=OURS,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="batch-1",
            model=MNIST_NET | {"sizes": (1024,)},
            rule="stacked_contrastive_divergence",
            rule_options=ONE_STEP,
            optimizer={"name": "SGD", "learning_rate": 0.01},
            batch_size=1,
            epochs=1,
            evaluate_every=1,
            source=OURS,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="batch-192",
            model=MNIST_NET | {"sizes": (1024,)},
            rule="stacked_contrastive_divergence",
            rule_options=ONE_STEP,
            optimizer={"name": "SGD", "learning_rate": 0.1, "momentum": 0.9},
            batch_size=192,
            epochs=10,
            evaluate_every=10,
            source=OURS,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="large",
            model=MNIST_NET | {"sizes": (4096,)},
            rule="stacked_contrastive_divergence",
            rule_options=ONE_STEP,
            optimizer={"name": "SGD", "learning_rate": 0.1, "momentum": 0.9},
            batch_size=192,
            epochs=10,
            evaluate_every=10,
            source=OURS,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="stack",
            model=MNIST_NET | {"sizes": (1024, 1024, 1024, 1024)},
            stages=(
                Stage(
                    "machine 1",
                    rule="stacked_contrastive_divergence",
                    rule_options=ONE_STEP,
                    trains="machine_1",
                    optimizer={"name": "SGD", "learning_rate": 0.1, "momentum": 0.9},
                    batch_size=192,
                    epochs=5,
                    evaluate_every=None,
                ),
                Stage(
                    "machine 2",
                    rule="stacked_contrastive_divergence",
                    rule_options=ONE_STEP,
                    trains="machine_2",
                    optimizer={"name": "SGD", "learning_rate": 0.1, "momentum": 0.9},
                    batch_size=192,
                    epochs=5,
                    evaluate_every=None,
                ),
                Stage(
                    "machine 3",
                    rule="stacked_contrastive_divergence",
                    rule_options=ONE_STEP,
                    trains="machine_3",
                    optimizer={"name": "SGD", "learning_rate": 0.1, "momentum": 0.9},
                    batch_size=192,
                    epochs=5,
                    evaluate_every=None,
                ),
                Stage(
                    "machine 4",
                    rule="stacked_contrastive_divergence",
                    rule_options=ONE_STEP,
                    trains="machine_4",
                    optimizer={"name": "SGD", "learning_rate": 0.1, "momentum": 0.9},
                    batch_size=192,
                    epochs=5,
                    evaluate_every=5,
                ),
            ),
            source=OURS,
        ),
    ),
    claims=(
        Claim(
            dataset="images",
            metric="speedup",
            value=70.0,
            unit="x",
            direction="lower",
            where="abstract: graphics card against two cores of a processor, large models, up to",
            statistic="bound",
            confidence="verified",
            source=(
                "abstract, "
                "andrewng.org/publications/large-scale-deep-unsupervised-learning-using-graphics-processors"
            ),
            not_comparable=TWO_MACHINES,
        ),
        *(
            Claim(
                dataset="images",
                metric="speedup",
                value=value,
                unit="x",
                direction="higher",
                where=f"table of a million examples in batches of 192, {size}, card against two cores",
                confidence="recalled",
                not_comparable=TWO_MACHINES,
            )
            for size, value in (
                ("576 x 1024", 12.9),
                ("1024 x 4096", 16.2),
                ("2304 x 16000", 68.0),
                ("4096 x 11008", 72.6),
            )
        ),
    ),
    deviations=(
        "Digits in place of patches of photographs: visible units are probabilities, not Gaussian.",
        "Machines see all pixels; the paper's largest net divides images into patches that overlap.",
        "Products of matrices and random numbers are the library's, on whatever machine runs them; the "
        "paper writes them for one card.",
        "The paper also speeds up sparse coding, which is not here.",
    ),
    history=(
        Fact(
            "parameters",
            100e6,
            "parameters",
            "the paper's abstract: four-layer deep belief net",
            "verified",
        ),
        Fact(
            "hours",
            24,
            "h",
            "the paper's abstract: around a single day for 100 million parameters",
            "verified",
        ),
        Fact("training_flop", 1e15, "FLOP", "Epoch AI (epoch.ai/data), notable models: GPU DBNs", "verified"),
    ),
)
