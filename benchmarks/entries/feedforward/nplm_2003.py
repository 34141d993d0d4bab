"""Words as points, learned together with what follows them.

An n-gram table knows nothing that it has not counted. If it has read that the cat is walking in the bedroom,
it has learned nothing of a dog that runs in a room, since all words are equally different. And the longer
the history, the rarer the phrase: with a hundred thousand words, most sequences of ten will never be seen.

Yoshua Bengio and his group in Montreal gave each word a vector of a few dozen numbers, one table for all
places in the history, and a small net that takes the vectors of the last words to the probabilities of the
next. Both learn at once, by going up the likelihood. Words that are used alike come to lie close together,
and what is learned of one holds for its neighbours: each sentence informs the model of very many others. On
the Brown corpus it left the best n-grams a quarter behind, and made use of longer histories, where they did
not.

The price was the last layer: to know the probability of one word, the scores of all have to be summed. A run
on fourteen million words took three weeks on forty processors. How to avoid that sum, by classes of words,
trees or sampling, occupied the field for ten years; and the table of vectors, once it could be had cheaply,
became word2vec. Its window stayed what it was, a few words; the recurrent language model of 2010 has none.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="A neural probabilistic language model",
    authors="Y. Bengio, R. Ducharme, P. Vincent, C. Jauvin",
    year=2003,
    venue="Journal of Machine Learning Research 3:1137-1155",
    url="https://www.jmlr.org/papers/volume3/bengio03a/bengio03a.pdf",
    confidence="verified",
)


def build(symbols=17_964, n=6, m=100, h=60, direct=True):
    """y = b + W x + U tanh(d + H x), where x are the vectors of the last n - 1 words (equation 1).

    Without `direct` there is no W.
    """
    import keras

    from benchmarks.layers.convolution.recent_steps import RecentSteps
    from benchmarks.layers.look_up import Embedding

    words = keras.Input((None,), dtype="int32")
    x = RecentSteps(n - 1)(Embedding(symbols, m, name="C")(words))
    hidden = keras.layers.Dense(h, activation="tanh", name="H")(x)
    y = keras.layers.Dense(symbols, name="U")(hidden)
    if direct:
        y = keras.layers.Add()([y, keras.layers.Dense(symbols, use_bias=False, name="W")(x)])
    return keras.Model(words, y)


def pictures(model, data, predict):
    """Which words lie close to which; and text that the net writes, where it has read any."""
    import numpy as np

    from benchmarks.layers.sampled_text import sampled_text, windowed
    from benchmarks.pictures import LabelledMap

    symbols = list(data.info["symbols"])
    table = np.asarray(model.get_layer("C").embeddings.value)
    context = model.get_layer("H").kernel.shape[0] // table.shape[1]
    if "\n" in symbols:
        return {"text": sampled_text(predict, windowed(predict, context), symbols)}
    categories = data.info.get("categories", {"": symbols})
    names = list(dict.fromkeys(word for words in categories.values() for word in words))
    rows = table[[symbols.index(name) for name in names]]
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return {
        "words": LabelledMap(
            100.0 * rows @ rows.T,
            names,
            names,
            "word",
            "word",
            "%",
            "Cosine of the angle between the vectors of two words; words of one class stand together.",
        )
    }


PRINTED = {
    "dataset": "brown",
    "metric": "perplexity",
    "unit": "symbols",
    "direction": "lower",
    "confidence": "verified",
    "source": "the paper, table 1, in a public copy of its tables",
    "not_comparable": "the Brown corpus is not among the data sets here",
}
RULE = "ours, since the paper's corpora are not at hand: five symbols of history as in table 1, and Adam"

ENTRY = Entry(
    id="nplm_2003",
    name="Neural probabilistic language model",
    family="feedforward",
    task="language_modelling",
    idea="Give each word a vector, and learn the vectors with a net that predicts the next word "
    "from the last.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={"direct": "connections from the vectors straight to the output, besides those through the net"},
    parameters=(
        ParameterCount(
            trainable=11_904_264,
            where="section 4: AP News, n = 6, m = 100, h = 60, with direct connections",
            variant="direct",
            published=11_904_264,
            confidence="verified",
        ),
        ParameterCount(
            trainable=4_124_233,
            where="section 4: Brown, n = 5, m = 30, h = 100, with direct connections",
            variant="direct",
            arguments={"symbols": 16_383, "n": 5, "m": 30, "h": 100},
            published=4_124_233,
            confidence="verified",
        ),
        ParameterCount(
            trainable=2_158_273,
            where="table 1: MLP9, without direct connections, counted",
            arguments={"symbols": 16_383, "n": 5, "m": 30, "h": 100, "direct": False},
        ),
    ),
    recipes=(
        Recipe(
            dataset="sentences",
            tier="pocket",
            model={"symbols": 29, "n": 5, "m": 8, "h": 32, "direct": False},
            optimizer={"name": "Adam", "learning_rate": 0.01},
            batch_size=8,
            epochs=12,
            evaluate_every=6,
            floor=("perplexity", 11.5),
            source=f"{RULE}, with vectors of 8 and 32 hidden units; nothing was searched",
        ),
        Recipe(
            dataset="sentences",
            tier="pocket",
            variant="direct",
            model={"symbols": 29, "n": 5, "m": 8, "h": 32, "direct": True},
            optimizer={"name": "Adam", "learning_rate": 0.01},
            batch_size=8,
            epochs=12,
            evaluate_every=6,
            floor=("perplexity", 11.5),
            source=f"{RULE}, with vectors of 8 and 32 hidden units; nothing was searched",
        ),
        Recipe(
            dataset="tiny_shakespeare",
            tier="standard",
            model={"symbols": 65, "n": 11, "m": 30, "h": 300, "direct": False},
            optimizer={"name": "Adam", "learning_rate": 0.002},
            batch_size=16,
            epochs=10,
            source=(
                "ours, since the paper has words: ten characters of history, vectors of 30 as in table 1, "
                "300 hidden units, and Adam; nothing was searched"
            ),
        ),
        Recipe(
            dataset="tiny_shakespeare",
            tier="standard",
            variant="direct",
            model={"symbols": 65, "n": 11, "m": 30, "h": 300, "direct": True},
            optimizer={"name": "Adam", "learning_rate": 0.002},
            batch_size=16,
            epochs=10,
            source=(
                "ours, since the paper has words: ten characters of history, vectors of 30 as in table 1, "
                "300 hidden units, and Adam; nothing was searched"
            ),
        ),
    ),
    claims=(
        Claim(value=276, where="table 1: MLP9, n = 5, h = 100, m = 30, test", **PRINTED),
        Claim(value=252, where="table 1: MLP10, as MLP9, mixed with a trigram, test", **PRINTED),
        Claim(value=268, variant="direct", where="table 1: MLP1, n = 5, h = 50, m = 60, test", **PRINTED),
        Claim(value=321, where="table 1: Kneser-Ney back-off, n = 5, test", **PRINTED),
        Claim(value=312, where="table 1: class-based back-off, n = 3, 500 classes, test", **PRINTED),
        Claim(value=336, where="table 1: deleted interpolation, n = 3, test", **PRINTED),
    ),
    deviations=(
        "Simple sentences and the characters of plays stand for the words of the Brown corpus and of AP "
        "News.",
        "Adam in small batches stands for gradient ascent after every word, and there is no weight decay.",
        "Before the first symbol of a row the vectors are zero.",
        "The mixture with a trigram is left out.",
    ),
    history=(
        Fact("parameters", 11_904_264, "parameters", "Epoch AI (epoch.ai/data), notable models", "verified"),
        Fact(
            "training_flop",
            1_666_869_200_000_000.0,
            "FLOP",
            "Epoch AI (epoch.ai/data), notable models",
            "verified",
        ),
    ),
)
