"""A trained net hides a much smaller one that could have learned as well alone.

That most weights of a trained net can be removed was known since the late eighties. Train, remove the small
ones, train on: nine tenths may go. But to train the small net from the start, with new random weights, had
always come out worse, and so people trained large nets to get small ones.

Frankle and Carbin changed one step. After pruning they set each weight that is left back to the very number
that it started with, and train again. The small net now learns as fast as the large one, or faster, and as
well. With other random numbers in the same places it does not. So they call it a winning ticket: a large net
is a large number of tickets, some small net among them happens to have the right wiring and the right first
weights, and training finds it. One round of pruning finds tickets; many, each of which removes a fifth of
what is left, find much smaller ones.

The ticket is known only after the large net has been trained, many times over, so nothing is saved. In deep
convolutional nets with usual rates the weights have to be set back to an early step instead of the first;
others found that the signs of the first weights are most of what matters. And scattered zeros make no
product of matrices faster on usual hardware.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe, Stage

PAPER = Paper(
    title="The lottery ticket hypothesis: finding sparse, trainable neural networks",
    authors="J. Frankle, M. Carbin",
    year=2019,
    venue="ICLR 2019",
    url="https://arxiv.org/abs/1803.03635",
    confidence="verified",
)


def build(hidden=(300, 100), keep=0.8, keep_output=0.9, classes=10, input_shape=(28, 28, 1), scale=255.0):
    """LeNet-300-100. A round of pruning keeps `keep` of what is left, more in the output layer."""
    from keras import Input, layers

    from benchmarks.layers.models.lottery_ticket import LotteryTicket, PrunedDense

    parts = [Input(input_shape), layers.Rescaling(1 / scale), layers.Flatten()]
    parts += [PrunedDense(units, "relu", name=f"hidden{n}") for n, units in enumerate(hidden, 1)]
    parts.append(PrunedDense(classes, name="output"))
    shares = {f"hidden{number}": keep for number in range(1, len(hidden) + 1)}
    return LotteryTicket(parts, shares | {"output": keep_output})


def pictures(model, data, predict):
    """Where on the image the weights are that are left in the first layer."""
    import numpy as np

    from benchmarks.pictures import grid

    mask = np.asarray(model.get_layer("hidden1").mask.value)
    share = mask.mean(axis=1)
    height, width = model.input_shape[1:3]
    caption = (
        "The share of the weights of each pixel that are left in the first layer; white is the largest share."
    )
    return {"left": grid(share[None] / max(share.max(), 1e-12), (height, width), 1, caption)}


SMALL = {"hidden": (100, 50), "input_shape": (8, 8, 1), "scale": 16.0}
ADAM = {"name": "Adam", "learning_rate": 1.2e-3}
SECTION_2 = (
    "section 2 and figure 2: LeNet-300-100, Gaussian Glorot weights, Adam at 0.0012, batches of 60, 50,000 "
    "steps a round, a fifth pruned in a round, in the output layer a tenth"
)
ON_DIGITS = (
    "after section 2: Adam at 0.0012, batches of 60; sizes, passes and shares are ours; nothing was searched"
)


#: One round on digits, and one on MNIST: 60 passes of 833 steps, 49,980 in all.
DIGITS_ROUND = {
    "optimizer": ADAM,
    "batch_size": 60,
    "epochs": 25,
    "evaluate_every": 5,
    "test_at_end": True,
}
MNIST_ROUND = {
    "optimizer": ADAM,
    "batch_size": 60,
    "epochs": 60,
    "evaluate_every": 10,
    "test_at_end": True,
}
ALL_RIGHT = {
    "dataset": "mnist",
    "metric": "train_error",
    "value": 0,
    "unit": "%",
    "direction": "lower",
    "statistic": "mean",
    "resolution": 1.0,
    "where": "section 2: from 5% of the weights on, every net reaches 100% training accuracy by step 50,000",
    "confidence": "verified",
    "source": "paper text",
}

ENTRY = Entry(
    id="lottery_ticket_2019",
    name="Lottery ticket",
    family="feedforward",
    task="classification",
    idea="Prune the small weights, set the others back to where they started, and train again.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={
        "dense": "the net as it is, trained once",
        "one-shot": "all pruning after one training",
        "new-weights": "as many rounds, but the last small net starts with other random weights",
    },
    parameters=(ParameterCount(trainable=266_610, where="figure 2: 266K; with biases", published=266e3),),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model=SMALL | {"keep": 0.4, "keep_output": 0.7},
            stages=(
                Stage("dense", **DIGITS_ROUND),
                Stage("round 1", **DIGITS_ROUND),
                Stage("round 2", **DIGITS_ROUND),
                Stage("round 3", **DIGITS_ROUND),
            ),
            floor=("error", 11.5),
            source=ON_DIGITS,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="dense",
            model=SMALL,
            stages=(Stage("dense", **DIGITS_ROUND),),
            floor=("error", 6.5),
            source=ON_DIGITS,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="one-shot",
            model=SMALL | {"keep": 0.064, "keep_output": 0.343},  # as much as three rounds leave
            stages=(Stage("dense", **DIGITS_ROUND), Stage("round 1", **DIGITS_ROUND)),
            floor=("error", 12.5),
            source=ON_DIGITS,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="new-weights",
            model=SMALL | {"keep": 0.4, "keep_output": 0.7},
            stages=(
                Stage("dense", **DIGITS_ROUND),
                Stage("round 1", **DIGITS_ROUND),
                Stage("round 2", **DIGITS_ROUND),
                Stage("round 3, new weights", **DIGITS_ROUND),
            ),
            floor=("error", 25.0),
            source=ON_DIGITS,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            task_options={"train": True},
            model={"keep": 0.8, "keep_output": 0.9},
            stages=(
                Stage("dense", **MNIST_ROUND),
                Stage("round 1", **MNIST_ROUND),
                Stage("round 2", **MNIST_ROUND),
                Stage("round 3", **MNIST_ROUND),
                Stage("round 4", **MNIST_ROUND),
                Stage("round 5", **MNIST_ROUND),
                Stage("round 6", **MNIST_ROUND),
                Stage("round 7", **MNIST_ROUND),
            ),
            source=SECTION_2,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            task_options={"train": True},
            variant="dense",
            stages=(Stage("dense", **MNIST_ROUND),),
            source=SECTION_2,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            task_options={"train": True},
            variant="one-shot",
            model={"keep": 0.2097152, "keep_output": 0.4782969},  # as much as seven rounds leave
            stages=(Stage("dense", **MNIST_ROUND), Stage("round 1", **MNIST_ROUND)),
            source=SECTION_2,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            task_options={"train": True},
            variant="new-weights",
            model={"keep": 0.8, "keep_output": 0.9},
            stages=(
                Stage("dense", **MNIST_ROUND),
                Stage("round 1", **MNIST_ROUND),
                Stage("round 2", **MNIST_ROUND),
                Stage("round 3", **MNIST_ROUND),
                Stage("round 4", **MNIST_ROUND),
                Stage("round 5", **MNIST_ROUND),
                Stage("round 6", **MNIST_ROUND),
                Stage("round 7, new weights", **MNIST_ROUND),
            ),
            source=SECTION_2,
        ),
    ),
    claims=(
        Claim(of=5, **ALL_RIGHT),
        Claim(variant="dense", of=5, **ALL_RIGHT),
        Claim(variant="one-shot", of=5, **ALL_RIGHT),
        Claim(variant="new-weights", of=15, **ALL_RIGHT),
    ),
    deviations=(
        "The paper holds tickets against the dense net where the loss on the validation split is least, and "
        "prints how much sooner and better they are; here nets are compared after all steps.",
        "Seven rounds, after which a fifth of the weights is left; the paper goes on to about a hundredth.",
        "50,000 training examples instead of 55,000, and 49,980 steps a round instead of 50,000.",
        "With new weights the small net gets one other draw of first weights; the paper takes three.",
        "The convolutional nets on CIFAR-10 are not run.",
        "The pocket tier has 8x8 digits, layers of 100 and 50 units, rounds of 425 steps, and prunes three "
        "times, by three fifths each.",
    ),
    history=(Fact("parameters", 266e3, "weights", "paper text, figure 2: LeNet-300-100", "verified"),),
)
