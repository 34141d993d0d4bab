"""Attention alone.

By 2016 the best translators were recurrent nets with attention: an encoder read the sentence word by
word, a decoder wrote its translation word by word, and at each word looked back at the parts of the
sentence that mattered. Training them was slow for a reason that no processor could mend: position t
has to wait for position t - 1. Eight people at Google threw the recurrence away and kept what had
been its crutch. In their net every position looks at every other one directly, through several
attentions side by side; the order of the words, which a recurrent net knows without being told, is
added to them as a pattern of sines. All positions of a sentence are trained at once.

The model beat the best ensembles in translation after three and a half days on eight GPUs, and the
title, a joke, became a programme: BERT, GPT and nearly everything that followed are this net or a
half of it. What it could not do is scale gracefully with length: each layer compares all pairs of
positions, so twice the text costs four times the work. Nor does it learn by itself how to be
trained: without a warm-up of the learning rate, and with the normalisation after each sub-layer
where the paper put it, deep Transformers diverge.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Picture, Recipe

PAPER = Paper(
    title="Attention is all you need",
    authors="A. Vaswani, N. Shazeer, N. Parmar, J. Uszkoreit, L. Jones, A. N. Gomez, L. Kaiser, I. Polosukhin",
    year=2017,
    venue="Advances in Neural Information Processing Systems 30",
    url="https://arxiv.org/abs/1706.03762",
    confidence="verified",
)


def build(vocabulary=37_000, source_vocabulary=None, width=512, hidden=2048, heads=8, layers=6, dropout=0.1):
    """Logits of each next symbol. `vocabulary` is the target's, and the source's too unless that has its own table."""
    import keras

    from benchmarks.layers.transformer import DecoderLayer, EncoderLayer, PositionalEncoding, TokenEmbedding, Transformer

    source, target = (keras.Input((None,), dtype="int32", name=name) for name in ("source", "target"))
    present = keras.ops.not_equal(source, 0)  # 0 is padding
    target_embedding = TokenEmbedding(vocabulary, width, name="target_embedding")
    source_embedding = TokenEmbedding(source_vocabulary, width, name="source_embedding") if source_vocabulary else target_embedding

    x = PositionalEncoding(name="source_positions")(source_embedding(source))
    x = keras.layers.Dropout(dropout)(x)
    for i in range(layers):
        x = EncoderLayer(width, heads, hidden, dropout, name=f"encoder_{i + 1}")(x, present)
    memory = x

    y = PositionalEncoding(name="target_positions")(target_embedding(target))
    y = keras.layers.Dropout(dropout)(y)
    for i in range(layers):
        y = DecoderLayer(width, heads, hidden, dropout, name=f"decoder_{i + 1}")(y, memory, present)
    logits = target_embedding(y, reverse=True)
    return Transformer({"source": source, "target": target}, logits, memory)


def loss(model, batch, training):
    """Cross-entropy with label smoothing of 0.1 (section 5.4)."""
    from benchmarks.tasks import translation

    return translation.cross_entropy(model, batch, training, smoothing=0.1)


def _attention(model, source, target):
    return {"weights": model.attention_weights(source, target)}


def pictures(model, data, predict):
    """Where the decoder looks, for the first test sentence: a row a layer, a column a head."""
    import numpy as np

    source, target = np.asarray(data.test["source"][:1]), np.asarray(data.test["target"][:1, :-1])
    weights = predict.once(_attention, source, target)["weights"][0].astype("float32")
    s, t = int(np.sum(source != 0)), int(np.sum(target != 0))
    tiles = np.repeat(np.repeat(np.round(255 * weights[:, :, :t, :s]).astype("uint8"), 4, axis=2), 4, axis=3)
    joiner = data.info["joiner"]
    read = joiner.join(data.info["source_vocabulary"][i] for i in source[0, :s])
    wrote = joiner.join(data.info["target_vocabulary"][i] for i in target[0, 1:t])
    caption = f"Attention from each position of “{wrote}” (downwards) to “{read}” (across): a row a decoder layer, a column a head."
    return {"attention": Picture(tiles, caption)}


WMT = "the WMT 2014 corpus (4.5 million pairs) is not among the suite's data sets"

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
    parameters=(
        ParameterCount(63_082_496, "base: 44,138,496 in the layers and one table of 37,000 x 512; Table 3 prints 65 million", published=65e6),
        ParameterCount(
            214_245_376,
            "big: 176,357,376 in the layers and one table of 37,000 x 1,024; Table 3 prints 213 million. No one size of table gives both printed numbers",
            variant="big",
            arguments={"width": 1024, "hidden": 4096, "heads": 16},
            published=213e6,
        ),
    ),
    variants={"big": "width 1,024, inner width 4,096, 16 heads: built for its parameter count, not trained here"},
    recipes=(
        Recipe(
            dataset="date_translation",
            tier="pocket",
            model={"vocabulary": 15, "source_vocabulary": 47, "width": 32, "hidden": 64, "heads": 4, "layers": 2, "dropout": 0.0},
            optimizer={
                "name": "Adam",
                "learning_rate": {"name": "InverseSquareRootWarmup", "width": 32, "warmup_steps": 200},
                "beta_1": 0.9,
                "beta_2": 0.98,
                "epsilon": 1e-9,
            },
            batch_size=64,
            epochs=4,
            source="section 5.3 for optimiser and schedule; sizes, warm-up and length of training chosen on the validation split",
            floor=("exact_match", 50.0),
        ),
    ),
    claims=(),
)
