"""A language model without a window, and speech recognition listened.

Bengio's net of 2003 learned what words mean from what follows them, and yet it saw only as many words back as
someone had decided. Tomáš Mikolov, a student in Brno, took Elman's net of 1990, with one layer that sees the
word and its own last state, and trained it on newspapers. What to keep of the past is up to the net. It cost
days where counting costs minutes, and it worked better than anyone had thought: mixed with n-grams it took a
good part of the errors out of a recogniser of speech that had been trained on far more text.

Two tricks made it practical. Errors go back through a few steps and no further, which is enough in practice
to learn from a dozen words. And since most of the time goes into the scores of all words, words are put into
classes by how often they occur (the variant here, a year later): first the class is guessed, then the word
among those of its class. The program was free, and it is how many people met neural language models.

The net forgets as all simple recurrent nets do, and its words are not shared between input and output. LSTMs
replaced it in 2012. Mikolov found that the table of word vectors is worth having by itself, and threw the
rest of the net away: word2vec.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Recurrent neural network based language model",
    authors="T. Mikolov, M. Karafiát, L. Burget, J. Černocký, S. Khudanpur",
    year=2010,
    venue="Interspeech 2010:1045-1048",
    url="https://www.isca-archive.org/interspeech_2010/mikolov10_interspeech.html",
    confidence="recalled",
)


def build(symbols=10_000, hidden=200, through=5, classes=None):
    """s(t) = sigmoid(U w(t) + W s(t-1)), y(t) = softmax(V s(t)); with `classes`, first of a class.

    Errors go back through `through` steps. There are no biases.
    """
    import keras

    from benchmarks.layers.recurrent.truncated_recurrence import TruncatedRecurrence
    from benchmarks.layers.units.class_factored_output import ClassFactoredOutput
    from benchmarks.layers.units.one_hot import OneHot

    words = keras.Input((None,), dtype="int32")
    s = TruncatedRecurrence(hidden, through=through, start=0.1, initial=0.1)(OneHot(symbols)(words))
    if classes:
        return keras.Model(words, ClassFactoredOutput(symbols, classes, initial=0.1)(s))
    first = keras.initializers.RandomNormal(stddev=0.1)
    return keras.Model(words, keras.layers.Dense(symbols, use_bias=False, kernel_initializer=first)(s))


def pictures(model, data, predict):
    """What the net writes."""
    from benchmarks.layers.recurrent.carried_state import beginning, step
    from benchmarks.layers.sampled_text import carried, sampled_text

    symbols, read = data.info["symbols"], carried(predict, step, beginning(model))
    if "\n" in symbols:
        return {"text": sampled_text(predict, read, symbols)}
    return {"text": sampled_text(predict, read, symbols, prompt=symbols[:1], length=60, between=" ")}


PRINTED = {
    "dataset": "ptb",
    "metric": "perplexity",
    "unit": "symbols",
    "direction": "lower",
    "confidence": "verified",
    "not_comparable": "the treebank needs a licence",
}
SENTENCES = {"symbols": 29, "hidden": 20}
FALLING = (
    "ours, since the paper's corpora are not at hand: 20 hidden units, errors through 5 steps, plain "
    "gradient descent; rate set by hand, nothing was searched"
)
TEXT = (
    "ours, since the paper has words: 200 hidden units, errors through 10 steps, and Adam; nothing was "
    "searched"
)

ENTRY = Entry(
    id="rnnlm_2010",
    name="Recurrent language model (RNNLM)",
    family="recurrent",
    task="language_modelling",
    idea="Predict the next word from a state that the net itself keeps of all words before.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={"classes": "the output guesses a class of words, and then the word among those of the class"},
    parameters=(
        ParameterCount(
            trainable=4_040_000,
            where="10,000 words, 200 hidden units, counted; the size is one of a later report on "
            "the treebank",
        ),
        ParameterCount(
            trainable=4_060_000,
            where="the same with 100 classes, counted",
            variant="classes",
            arguments={"classes": 100},
        ),
    ),
    recipes=(
        Recipe(
            dataset="sentences",
            tier="pocket",
            model=SENTENCES,
            optimizer={"name": "SGD", "learning_rate": 2.0},
            batch_size=4,
            epochs=8,
            evaluate_every=4,
            clip_norm=1.0,
            floor=("perplexity", 11.5),
            source=FALLING,
        ),
        Recipe(
            dataset="sentences",
            tier="pocket",
            variant="classes",
            model=SENTENCES | {"classes": 6},
            optimizer={"name": "SGD", "learning_rate": 2.0},
            batch_size=4,
            epochs=8,
            evaluate_every=4,
            clip_norm=1.0,
            floor=("perplexity", 11.5),
            source=FALLING,
        ),
        Recipe(
            dataset="tiny_shakespeare",
            tier="standard",
            model={"symbols": 65, "hidden": 200, "through": 10},
            optimizer={"name": "Adam", "learning_rate": 0.002},
            batch_size=16,
            epochs=10,
            clip_norm=1.0,
            source=TEXT,
        ),
        Recipe(
            dataset="tiny_shakespeare",
            tier="standard",
            variant="classes",
            model={"symbols": 65, "hidden": 200, "through": 10, "classes": 8},
            optimizer={"name": "Adam", "learning_rate": 0.002},
            batch_size=16,
            epochs=10,
            clip_norm=1.0,
            source=f"{TEXT}; 8 classes, about the root of the number of symbols",
        ),
    ),
    claims=(
        Claim(
            value=124.7,
            where="Mikolov and Zweig 2012: RNNLM on the treebank",
            source="https://www.microsoft.com/en-us/research/wp-content/uploads/2012/07/rnn_ctxt_TR.sav_.pdf,"
            " as a public table of results quotes it",
            **PRINTED,
        ),
        Claim(
            value=125.7,
            where="Mikolov 2012: 5-grams (Kneser-Ney) with a cache on the treebank",
            source="http://www.fit.vutbr.cz/~imikolov/rnnlm/google.pdf, as a public table of "
            "results quotes it",
            **PRINTED,
        ),
    ),
    deviations=(
        "Simple sentences and the characters of plays stand for the words of newspapers and conversations.",
        "Weights change after a few windows, by their mean, not after every word; the state begins anew with "
        "each window.",
        "The rate does not fall when progress ends. On Tiny Shakespeare Adam stands for gradient descent.",
        "Classes save no time here, since the scores of all words are computed; they are the same function.",
    ),
    history=(
        Fact("parameters", 70_265_000, "parameters", "Epoch AI (epoch.ai/data), notable models", "verified"),
        Fact("hours", 504, "h", "Epoch AI (epoch.ai/data), notable models", "verified"),
        Fact("training_flop", 5.396e16, "FLOP", "Epoch AI (epoch.ai/data), notable models", "verified"),
    ),
)
