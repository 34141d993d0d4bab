"""To look back while writing.

An encoder-decoder presses a whole sentence into one vector before the first word of the translation is
written. For short sentences that works; with every further word the translations get worse, as Cho and
his colleagues had just shown. Dzmitry Bahdanau, then an intern in Montréal, let the decoder look at the
source again. Two recurrent nets, one from either end, leave an annotation at each source word that
knows of the words around it. Before each word that it writes, the decoder compares its state with every
annotation, turns the scores into weights that sum to one, and reads the weighted mean. The comparison
is a small net of its own, trained with all the rest: nobody says which word translates which, yet the
weights, drawn as a map, show an alignment that a translator would recognise.

Long sentences no longer suffered, and within two years attention was in every translator, in speech and
in the description of images. What it could not do is train quickly. The recurrent nets on either side
still went word by word, and every word that was written asked every word that was read. In 2017 the
Transformer kept the attention, and dropped the nets around it.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Neural machine translation by jointly learning to align and translate",
    authors="D. Bahdanau, K. Cho, Y. Bengio",
    year=2014,
    venue="arXiv:1409.0473; International Conference on Learning Representations, 2015",
    url="https://arxiv.org/abs/1409.0473",
    confidence="verified",
)


def build(
    vocabulary=30_000,
    source_vocabulary=30_000,
    width=620,
    units=1000,
    alignment=1000,
    maxout=500,
    dropout=0.0,
    initial=0.01,
):
    """Logits of each next symbol, with the names of appendix A.2 (RNNsearch).

    Without `alignment` the context is the encoder's last state at every step (RNNencdec).
    """
    import keras
    from keras import ops

    from benchmarks.layers.look_up import Embedding
    from benchmarks.layers.models.recurrent_translators import AligningTranslator, larger_of_pairs
    from benchmarks.layers.recurrent.gated_units import AligningUnits, GatedUnits

    def normal():
        return keras.initializers.RandomNormal(stddev=initial)

    source, target = (keras.Input((None,), dtype="int32", name=name) for name in ("source", "target"))
    present = ops.not_equal(source, 0)  # 0 is padding
    x = Embedding(source_vocabulary, width, embeddings_initializer=normal(), name="source_embedding")(source)
    x = keras.layers.Dropout(dropout)(x)
    forward, end = GatedUnits(units, initial=initial, name="forward")(x, present=present)
    first_state = keras.layers.Dense(
        units, activation="tanh", kernel_initializer=normal(), name="first_state"
    )
    if alignment:
        backward, beginning = GatedUnits(units, backwards=True, initial=initial, name="backward")(
            x, present=present
        )
        annotations, state = ops.concatenate([forward, backward], axis=-1), first_state(beginning)
    else:
        annotations, state, present = end[:, None], first_state(end), present[:, :1]

    y = Embedding(vocabulary, width, embeddings_initializer=normal(), name="target_embedding")(target)
    y = keras.layers.Dropout(dropout)(y)
    states, contexts, _ = AligningUnits(units, alignment, initial, name="decoder")(
        y, annotations, present, state
    )
    seen = ops.concatenate([states, y, contexts], axis=-1)
    deep = keras.layers.Dense(2 * maxout, kernel_initializer=normal(), name="deep_output")(seen)
    logits = keras.layers.Dense(vocabulary, kernel_initializer=normal(), name="output")(
        keras.layers.Dropout(dropout)(larger_of_pairs(deep))
    )
    return AligningTranslator({"source": source, "target": target}, logits, (annotations, present, state))


def loss(model, batch, training):
    """Mean cross-entropy of each next symbol; pairs of more than 30 symbols do not train (section 4.2)."""
    from benchmarks.layers.models.recurrent_translators import no_longer_than
    from benchmarks.tasks import translation

    return translation.loss(model, no_longer_than(batch, 30), training)


def pictures(model, data, predict):
    """Alignments (figure 3 of the paper), scores by length (figure 2), and what it writes."""
    import numpy as np

    from benchmarks.layers.models.recurrent_translators import alignment
    from benchmarks.pictures import LabelledMap
    from benchmarks.tasks._by_length import by_length, examples

    shown = {"by_length": by_length(predict, model, data), "translations": examples(predict, model, data)}
    if not model.decoder.alignment:
        return shown
    lengths = np.sum(np.asarray(data.test["source"]) != 0, axis=1)
    one = int(np.argmax(lengths >= np.median(lengths)))  # the first that is not shorter than most
    source = np.asarray(data.test["source"][one : one + 1], "int32")
    target = np.asarray(data.test["target"][one : one + 1], "int32")
    weights = predict.once(alignment, source, target[:, :-1])["weights"][0].astype("float64")
    s, t = int(lengths[one]), int(np.sum(target != 0)) - 1
    read, wrote = (
        [data.info[f"{side}_vocabulary"][symbol].replace(" ", "␣") for symbol in row]
        for side, row in (("source", source[0, :s]), ("target", target[0, 1 : t + 1]))
    )
    caption = "How much each symbol that is written sees of each one that was read; rows sum to 1."
    shown["alignment"] = LabelledMap(weights[:t, :s], wrote, read, "written", "read", "weight", caption)
    return shown


#: Sizes and dropout of a public implementation for the same data: pytorch-seq2seq, notebooks 3 and 4.
NOTEBOOK_NET = {
    "vocabulary": 5977,
    "source_vocabulary": 7857,
    "width": 256,
    "units": 512,
    "alignment": 512,
    "maxout": 500,  # appendix A.2.3; the notebook's output has no such layer
    "dropout": 0.5,
}
NOTEBOOK = (
    "sizes, dropout, Adam with its defaults, batches, passes and clipping of a public implementation "
    "(pytorch-seq2seq, notebooks 3 and 4); initial weights of appendix B.1"
)
DATES_NET = {
    "vocabulary": 15,
    "source_vocabulary": 47,
    "width": 32,
    "units": 32,
    "alignment": 32,
    "maxout": 32,
    "initial": 0.1,
}
DATES = "ours, chosen on the validation split; the largest gradient is appendix B.2's"
NO_WMT = "the WMT 2014 corpora (348 million words) are not among the data sets"
FREE_RUNNING = (
    "there each word is predicted after the words that the net itself wrote; our perplexity is that after "
    "the true words"
)
OWN_TOKENS = (
    "that BLEU is computed on the reference's own tokens, where rare words are unknown; ours on sentences"
)
#: BLEU of the paper's table 1: French sentences of WMT 2014.
TABLE_1 = {
    "dataset": "WMT 2014 English-French",
    "metric": "bleu",
    "unit": "BLEU",
    "direction": "higher",
    "confidence": "verified",
    "source": "https://arxiv.org/abs/1409.0473",
    "not_comparable": NO_WMT,
}

ENTRY = Entry(
    id="bahdanau_2014",
    name="Attention (RNNsearch)",
    family="attention",
    task="translation",
    idea="Before each word, the decoder weighs all source words by how well they fit its state.",
    paper=PAPER,
    build=build,
    loss=loss,
    pictures=pictures,
    variants={
        "encdec": "the RNN Encoder-Decoder: one direction, whose last state is the context of every step"
    },
    parameters=(
        ParameterCount(
            trainable=80_442_000,
            where=(
                "the sizes of appendix A.2.3 and vocabularies of 30,000: two tables of 30,000 x 620, two "
                "encoders of 4,863,000, first state 1,001,000, decoder 10,863,000, alignment 3,001,000, "
                "deep output 3,621,000 and output 15,030,000; the paper prints no count"
            ),
        ),
        ParameterCount(
            trainable=68_578_000,
            where="the same with one encoder, no alignment and contexts of 1,000",
            variant="encdec",
            arguments={"alignment": None},
        ),
    ),
    recipes=(
        Recipe(
            dataset="date_translation",
            tier="pocket",
            model=DATES_NET,
            optimizer={"name": "Adam", "learning_rate": 0.01},
            batch_size=32,
            epochs=2,
            steps_per_epoch=200,
            evaluate_every=2,
            clip_norm=1.0,  # appendix B.2
            floor=("exact_match", 99.9),
            source=DATES,
        ),
        Recipe(
            dataset="date_translation",
            tier="pocket",
            variant="encdec",
            model=DATES_NET | {"alignment": None},
            optimizer={"name": "Adam", "learning_rate": 0.01},
            batch_size=32,
            epochs=2,
            steps_per_epoch=200,
            evaluate_every=2,
            clip_norm=1.0,  # appendix B.2
            source=DATES,
        ),
        Recipe(
            dataset="multi30k",
            tier="standard",
            model=NOTEBOOK_NET,
            optimizer={"name": "Adam", "learning_rate": 0.001},
            batch_size=128,
            epochs=10,
            clip_norm=1.0,
            source=NOTEBOOK,
        ),
        Recipe(
            dataset="multi30k",
            tier="standard",
            variant="encdec",
            model=NOTEBOOK_NET | {"alignment": None},
            optimizer={"name": "Adam", "learning_rate": 0.001},
            batch_size=128,
            epochs=10,
            clip_norm=1.0,
            source=NOTEBOOK,
        ),
    ),
    claims=(
        Claim(value=21.50, where="table 1, RNNsearch-30, all sentences", **TABLE_1),
        Claim(value=13.93, where="table 1, RNNencdec-30, all sentences", variant="encdec", **TABLE_1),
        Claim(value=26.75, where="table 1, RNNsearch-50, all sentences", **TABLE_1),
        Claim(value=17.82, where="table 1, RNNencdec-50, all sentences", variant="encdec", **TABLE_1),
        Claim(value=28.45, where="table 1, RNNsearch-50 trained longer, all sentences", **TABLE_1),
        Claim(value=31.44, where="table 1, RNNsearch-30, sentences without unknown words", **TABLE_1),
        Claim(
            value=24.19,
            where="table 1, RNNencdec-30, sentences without unknown words",
            variant="encdec",
            **TABLE_1,
        ),
        Claim(value=34.16, where="table 1, RNNsearch-50, sentences without unknown words", **TABLE_1),
        Claim(
            value=26.71,
            where="table 1, RNNencdec-50, sentences without unknown words",
            variant="encdec",
            **TABLE_1,
        ),
        Claim(
            value=36.15,
            where="table 1, RNNsearch-50 trained longer, sentences without unknown words",
            **TABLE_1,
        ),
        Claim(
            dataset="multi30k",
            metric="perplexity",
            value=25.57,
            unit="",
            direction="lower",
            where="not the paper: notebook 3, 20.5 million parameters",
            source="github bentrevett/pytorch-seq2seq",
            confidence="verified",
            not_comparable=FREE_RUNNING,
        ),
        Claim(
            dataset="multi30k",
            metric="bleu",
            value=28.11,
            unit="BLEU",
            direction="higher",
            where="not the paper: notebook 4 (an earlier version prints 28.77)",
            source="github bentrevett/pytorch-seq2seq",
            confidence="verified",
            not_comparable=OWN_TOKENS,
        ),
    ),
    deviations=(
        "Adam instead of Adadelta, on the mean cross-entropy of a symbol.",
        "German captions into English instead of English news into French, with vocabularies of thousands "
        "of words instead of 30,000; the pocket tier translates dates character by character.",
        "Half the units and less than half the width, with dropout of 0.5, which the paper lacks; the "
        "pocket tier has 32 units and starts with larger weights.",
        "Batches hold sentences of any length; the paper sorts twenty batches by length. As in "
        "RNNsearch-30, pairs of more than 30 words on either side, 2 of a thousand, do not train.",
        "Its maxout units take the larger of the linear functions k and 500 + k instead of neighbours, "
        "which is the same net with its columns in another order.",
    ),
    history=(
        Fact(
            "training_flop",
            1.5552e18,
            "FLOP",
            "Epoch AI (epoch.ai/data), notable models: RNNsearch-50*",
            "verified",
        ),
        Fact("hours", 252, "h", "https://arxiv.org/abs/1409.0473, table 2", "verified"),
        Fact("hardware", "NVIDIA Quadro K6000", "", "https://arxiv.org/abs/1409.0473, table 2", "verified"),
    ),
)
