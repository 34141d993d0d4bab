"""Attention alone.

By 2016 the best translators were recurrent nets with attention: an encoder read the sentence word by
word, a decoder wrote its translation word by word, and at each word looked back at the parts that
mattered. Training was slow for a reason that no processor could mend: position t has to wait for
position t - 1. Eight people, most of them at Google, threw the recurrence away and kept what had been
its crutch. In their net every position looks at every other one directly, through several attentions
side by side; the order of the words is added as a pattern of sines, and all positions train at once.

It beat the best ensembles in translation after three and a half days on eight GPUs, and the title, a
joke, became a programme: BERT, GPT and nearly everything that followed are this net or a half of it.
What it could not do is scale gracefully with length: each layer compares all pairs of positions, so
twice the text costs four times the work. And it is touchy: without a warm-up of the learning rate,
and with the normalisation after each sub-layer where the paper put it, deep Transformers diverge.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Picture, Recipe

PAPER = Paper(
    title="Attention is all you need",
    authors=(
        "A. Vaswani, N. Shazeer, N. Parmar, J. Uszkoreit, L. Jones, A. N. Gomez, L. Kaiser, I. Polosukhin"
    ),
    year=2017,
    venue="Advances in Neural Information Processing Systems 30",
    url="https://arxiv.org/abs/1706.03762",
    confidence="verified",
)


def build(vocabulary=37_000, source_vocabulary=None, width=512, hidden=2048, heads=8, layers=6, dropout=0.1):
    """Logits of each next symbol.

    `vocabulary` is the target's, and the source's too unless that has its own table.
    """
    import keras

    from benchmarks.layers.attention.transformer import (
        DecoderLayer,
        EncoderLayer,
        PositionalEncoding,
        TokenEmbedding,
        Transformer,
    )

    source, target = (keras.Input((None,), dtype="int32", name=name) for name in ("source", "target"))
    present = keras.ops.not_equal(source, 0)  # 0 is padding
    target_embedding = TokenEmbedding(vocabulary, width, name="target_embedding")
    source_embedding = (
        TokenEmbedding(source_vocabulary, width, name="source_embedding")
        if source_vocabulary
        else target_embedding
    )

    x = PositionalEncoding(name="source_positions")(source_embedding(source))
    x = keras.layers.Dropout(dropout)(x)
    for i in range(layers):
        x = EncoderLayer(width, heads, hidden, dropout, name=f"encoder_{i + 1}")(x, present)

    y = PositionalEncoding(name="target_positions")(target_embedding(target))
    y = keras.layers.Dropout(dropout)(y)
    for i in range(layers):
        y = DecoderLayer(width, heads, hidden, dropout, name=f"decoder_{i + 1}")(y, x, present)
    return Transformer({"source": source, "target": target}, target_embedding(y, reverse=True), memory=x)


def loss(model, batch, training):
    """Cross-entropy with label smoothing of 0.1 (section 5.4)."""
    from benchmarks.tasks import translation

    return translation.cross_entropy(model, batch, training, smoothing=0.1)


def pictures(model, data, predict):
    """Where the decoder looks, for the first test sentence: a row a layer, a column a head."""
    import numpy as np

    from benchmarks.layers.attention.transformer import attention_weights

    source, target = np.asarray(data.test["source"][:1]), np.asarray(data.test["target"][:1, :-1])
    weights = predict.once(attention_weights, source, target)["weights"][0].astype("float32")
    s, t = int(np.sum(source != 0)), int(np.sum(target != 0))
    tiles = np.repeat(np.repeat(np.round(255 * weights[:, :, :t, :s]).astype("uint8"), 4, axis=2), 4, axis=3)
    rows = {"source": source[0, :s], "target": target[0, 1:t]}
    read, wrote = (
        data.info["joiner"].join(data.info[f"{side}_vocabulary"][i] for i in row)
        for side, row in rows.items()
    )
    caption = (
        f"Attention from each position of “{wrote}” (downwards) to “{read}” (across): a row a decoder layer, "
        "a column a head."
    )
    return {"attention": Picture(tiles, caption)}


NO_WMT = "the WMT 2014 corpora (4.5 million pairs and more) are not among the data sets"
#: A BLEU printed in the paper, and confirmed elsewhere.
PRINTED = {"metric": "bleu", "unit": "BLEU", "direction": "higher", "confidence": "verified"}

ENTRY = Entry(
    id="transformer_2017",
    name="Transformer",
    family="attention",
    task="translation",
    idea="Stacked self-attention replaces recurrence: all positions are computed in parallel.",
    paper=PAPER,
    build=build,
    loss=loss,
    pictures=pictures,
    variants={
        "base": "the paper's base size: six layers of width 512, inner width 2,048, eight heads; both "
        "languages share one table of merged pairs",
        "big": "width 1,024, inner width 4,096, 16 heads: built for its parameter count, not trained here",
    },
    parameters=(
        ParameterCount(
            trainable=63_082_496,
            where="base: 44,138,496 in the layers and one table of 37,000 x 512; Table 3 prints 65 million",
            published=65e6,
        ),
        ParameterCount(
            trainable=214_245_376,
            where=(
                "big: 176,357,376 in the layers and one table of 37,000 x 1,024; Table 3 prints 213 "
                "million. No one table gives both printed numbers: 65 million would need about 40,700 "
                "symbols, 213 million about 35,800"
            ),
            variant="big",
            arguments={"width": 1024, "hidden": 4096, "heads": 16},
            published=213e6,
        ),
    ),
    recipes=(
        Recipe(
            dataset="date_translation",
            tier="pocket",
            model={
                "vocabulary": 15,
                "source_vocabulary": 47,
                "width": 32,
                "hidden": 64,
                "heads": 4,
                "layers": 1,
                "dropout": 0.0,
            },
            optimizer={
                "name": "Adam",
                "learning_rate": {
                    "name": "InverseSquareRootWarmup",
                    "width": 32,
                    "warmup_steps": 150,  # ours; 4,000 in section 5.3
                    "factor": 1.0,
                },
                "beta_1": 0.9,
                "beta_2": 0.98,  # section 5.3, as beta_1 and epsilon
                "epsilon": 1e-09,
            },
            batch_size=32,
            epochs=4,
            steps_per_epoch=240,
            floor=("exact_match", 50.0),
            source=(
                "optimiser and schedule of section 5.3; sizes, warm-up and length of training chosen on the "
                "validation split"
            ),
        ),
        Recipe(
            dataset="multi30k",
            tier="standard",
            model={
                "vocabulary": 5977,
                "source_vocabulary": 7857,
                "width": 256,
                "hidden": 512,
                "heads": 8,
                "layers": 3,
                "dropout": 0.1,
            },
            optimizer={
                "name": "Adam",
                "learning_rate": {
                    "name": "InverseSquareRootWarmup",
                    "width": 256,
                    "warmup_steps": 2000,  # 4,000 in section 5.3
                    "factor": 1.0,
                },
                "beta_1": 0.9,
                "beta_2": 0.98,  # section 5.3, as beta_1 and epsilon
                "epsilon": 1e-09,
            },
            batch_size=128,
            epochs=20,
            source=(
                "optimiser, schedule and regularisation of section 5; sizes of the modern reference "
                "(pytorch-seq2seq, notebook 6)"
            ),
        ),
        Recipe(
            dataset="multi30k_pairs",
            tier="standard",
            variant="base",
            model={
                "vocabulary": 10_000,
                "width": 512,
                "hidden": 2048,
                "heads": 8,
                "layers": 6,
                "dropout": 0.1,
            },
            optimizer={
                "name": "Adam",
                "learning_rate": {
                    "name": "InverseSquareRootWarmup",
                    "width": 512,
                    "warmup_steps": 4000,
                    "factor": 1.0,
                },
                "beta_1": 0.9,
                "beta_2": 0.98,
                "epsilon": 1e-09,
            },
            batch_size=128,
            epochs=20,
            source=(
                "sizes, optimiser, schedule and regularisation as printed in Table 3 and section 5; batches "
                "and passes those of the smaller net, nothing was searched"
            ),
        ),
    ),
    claims=(
        Claim(
            dataset="WMT 2014 English-German",
            value=27.3,
            where="Table 2, base",
            source="github sebastianruder/NLP-progress",
            not_comparable=NO_WMT,
            **PRINTED,
        ),
        Claim(
            dataset="WMT 2014 English-German",
            variant="big",
            value=28.4,
            where="Table 2, big",
            source="github sebastianruder/NLP-progress",
            not_comparable=NO_WMT,
            **PRINTED,
        ),
        Claim(
            dataset="WMT 2014 English-French",
            value=38.1,
            where="Table 2, base",
            source="github sebastianruder/NLP-progress",
            not_comparable=NO_WMT,
            **PRINTED,
        ),
        Claim(
            dataset="WMT 2014 English-French",
            variant="big",
            value=41.0,
            where="Table 2, big (41.8 in later versions)",
            source="github sebastianruder/NLP-progress",
            not_comparable=NO_WMT,
            **PRINTED,
        ),
        Claim(
            dataset="WMT 2014 English-German, development set",
            value=25.8,
            where="Table 3, base",
            source="paper text, results",
            not_comparable=NO_WMT,
            **PRINTED,
        ),
        Claim(
            dataset="multi30k",
            value=36.52,
            where="not the paper: notebook 6, 9.04 million parameters",
            source="github bentrevett/pytorch-seq2seq",
            not_comparable=(
                "that BLEU is computed on the reference's own tokens, where rare words are unknown; ours by "
                "sacrebleu on raw sentences"
            ),
            **PRINTED,
        ),
    ),
    deviations=(
        (
            "The paper's two languages share one table of 37,000 symbols merged from pairs. Here only the "
            "variant base does so, with 10,000; else source and target have tables of their own, of "
            "characters or words."
        ),
        (
            "Batches hold a fixed number of sentences, padded to the longest in the data set; the "
            "paper's hold about 25,000 symbols, in sentences of similar length."
        ),
        "The weights of the last step are used; the paper averages those of the last 5 or 20 checkpoints.",
        (
            "A translation may be as long as the longest training target; in the paper it may be 50 "
            "symbols longer than the input."
        ),
        (
            "Weights are initialised with Glorot's uniform distribution, embedding tables with variance "
            "1 / width; the paper does not say how."
        ),
        (
            "The pocket tier has one layer of width 32 without dropout; the standard tier has three "
            "layers of width 256 and a warm-up of 2,000 steps instead of 4,000; its variant base has the "
            "paper's size and warm-up."
        ),
    ),
    history=(
        Fact(
            "training_flop",
            7.424525e18,
            "FLOP",
            "Epoch AI (epoch.ai/data), notable models: Transformer",
            "verified",
        ),
        Fact("hours", 84, "h", "Epoch AI (epoch.ai/data), notable models: Transformer (big)", "verified"),
        Fact("hardware", "8 NVIDIA P100 GPUs", "", "paper text, results", "verified"),
    ),
)
