"""Read from both sides.

GPT had shown in the summer of 2018 what a Transformer gains when it reads much text before it is taught a
task. But it reads like a writer: each word sees only those before it, for if it saw the later ones, the next
word would be no riddle. Four people at Google set another riddle. They hide a seventh of the words, and an
encoder in which every word sees all others has to guess them from both sides, as in the cloze tests of
schools. Since no task afterwards has hidden words, a few of those to be guessed are replaced by others or
left as they are. A symbol in front gathers what the whole text says. In pre-training it has to tell whether
one sentence follows another, and a single layer on top of it is all that a new task adds.

It was the best on eleven tasks at once, some by wide margins, and within a year it read the queries of
Google's search. For a while all understanding of text meant fine-tuning BERT. What it cannot do is write;
and a text of which one word in seven is guessed teaches less than one of which every word is, so that it
needs more reading. Its successors dropped the riddle of the following sentence and read longer. GPT's way won
in the end, since a writer that is large enough needs no fine-tuning.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe, Stage

PAPER = Paper(
    title="BERT: pre-training of deep bidirectional transformers for language understanding",
    authors="J. Devlin, M.-W. Chang, K. Lee, K. Toutanova",
    year=2018,
    venue="NAACL 2019",
    url="https://arxiv.org/abs/1810.04805",
    confidence="verified",
)


def build(
    vocabulary=30_522,
    context=512,
    width=768,
    heads=12,
    layers=12,
    dropout=0.1,
    classes=2,
    spread=0.02,
    causal=False,
):
    """BERT-Base. It reads texts of `context` - 1 words, guesses those that are hidden, and classifies.

    The paper's two classes in pre-training are whether one sentence follows the other.
    """
    import keras

    from benchmarks.layers.attention.blocks import Block, Positions, Tokens
    from benchmarks.layers.attention.masked import MaskedWordReader, Segments

    inputs = keras.Input((None,), dtype="int32")
    present = keras.ops.not_equal(inputs, 0)  # 0 is padding
    x = Tokens(vocabulary, width, spread, name="tokens")(inputs)
    x = Positions(context, spread, name="positions")(Segments(spread, name="segments")(x))
    x = keras.layers.LayerNormalization(epsilon=1e-12, name="norm")(x)
    x = keras.layers.Dropout(dropout)(x)
    for i in range(layers):
        x = Block(
            width,
            heads,
            hidden=4 * width,
            causal=causal,
            first=False,
            dropout=dropout,
            attention_dropout=dropout,
            epsilon=1e-12,
            spread=spread,
            residual_spread=spread,
            name=f"block_{i + 1}",
        )(x, present)
    return MaskedWordReader(keras.Model(inputs, x), context, classes, dropout, spread, causal)


def loss(model, batch, training):
    """Of text, the cross-entropy of hidden words (section 3.1); of labelled texts, that of the labels."""
    from benchmarks.tasks import classification

    if "weight" in batch:
        return model.entropy(batch["x"], training=training)
    return classification.loss(model, batch, training)


def pictures(model, data, predict):
    """What it guesses, after labels have had their say, where one of the last words of a text is hidden."""
    import numpy as np

    from benchmarks.layers.attention.masked import PADDING, WHOLE, guesses
    from benchmarks.pictures import Texts

    if model.causal:
        return {}  # it has never seen a hidden word
    symbols = data.info["vocabulary" if "vocabulary" in data.info else "symbols"]
    text = [int(word) for word in data.validation["x"][0][-12:] if word not in (PADDING, WHOLE)]
    place = np.arange(len(text), 0, -1, dtype="int32")  # counted from the end
    x = np.repeat(data.validation["x"][:1], len(text), axis=0)
    texts = []
    for i, shares in enumerate(predict(guesses, {"x": x, "place": place})["probability"]):
        best = ", ".join(f"{symbols[word]} {100 * shares[word]:.0f}%" for word in np.argsort(-shares)[:4])
        words = [f"[{symbols[word]}]" if i == j else symbols[word] for j, word in enumerate(text)]
        texts.append(f"{' '.join(words)}: {best}")
    caption = (
        "The last words of the first validation text. Each in turn, in brackets, is hidden: the four words "
        "that the net holds most probable there."
    )
    return {"guesses": Texts(texts, caption)}


#: Appendix A.2, and the epsilon of the authors' code, whose decay spares biases and normalisations, too.
ADAM = {"name": "MatrixAdamW", "weight_decay": 0.01, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-6}
#: Pre-training and fine-tuning of the small nets.
OPINIONS = {
    "vocabulary": 38,
    "context": 17,
    "width": 32,
    "heads": 2,
    "layers": 2,
    "dropout": 0.0,
    "spread": 0.1,  # at width 32 what 0.02 is at width 768
}
OPINIONS_READ = Stage(
    name="pre-training",
    dataset="opinions_text",
    optimizer=ADAM
    | {
        "learning_rate": {
            "name": "CosineDecay",
            "initial_learning_rate": 0.0,
            "warmup_target": 0.002,
            "warmup_steps": 125,
            "decay_steps": 2375,  # of 20 passes of 125 steps
        }
    },
    batch_size=16,
    epochs=20,
    evaluate_every=None,
    clip_norm=1.0,
)
FEW_LABELS = Stage(
    name="fine-tuning",
    optimizer=ADAM
    | {
        "learning_rate": {
            "name": "CosineDecay",
            "initial_learning_rate": 0.0,
            "warmup_target": 0.0003,
            "warmup_steps": 4,
            "decay_steps": 156,
        }
    },
    batch_size=16,
    limit=32,
    epochs=80,
    evaluate_every=20,
    clip_norm=1.0,
)
REVIEWS = {"vocabulary": 10_000, "context": 201, "width": 256, "heads": 4, "layers": 4, "dropout": 0.1}
READING = Stage(
    name="pre-training",
    dataset="imdb_text",
    optimizer=ADAM
    | {
        "learning_rate": {
            "name": "CosineDecay",
            "initial_learning_rate": 0.0,
            "warmup_target": 0.0005,
            "warmup_steps": 600,
            "decay_steps": 18_150,  # of 30 passes of 625 steps
        }
    },
    batch_size=32,
    epochs=30,
    evaluate_every=None,
    clip_norm=1.0,
)
#: Section 4.1: batches of 32, three passes.
LABELS = Stage(
    name="fine-tuning",
    optimizer=ADAM
    | {
        "learning_rate": {
            "name": "CosineDecay",
            "initial_learning_rate": 0.0,
            "warmup_target": 0.0001,
            "warmup_steps": 187,  # a tenth, as in the authors' code
            "decay_steps": 1688,
        }
    },
    batch_size=32,
    epochs=3,
    clip_norm=1.0,
)
SOURCE = (
    "section 3.1 and appendix A.2: masking, optimiser, dropout; section 4.1: batches and passes of "
    "fine-tuning; the authors' code: clipping, warm-up of fine-tuning; sizes, rates, batches and passes of "
    "pre-training ours, not searched"
)
BOOKS = (
    "the books and the encyclopedia that the net was pre-trained on, and the task's data, are not among the "
    "data sets"
)
COPY = "paper text, as transcribed in github tamnd/papers, devlin-2018-bert"
PRINTED = {"direction": "higher", "confidence": "verified", "not_comparable": BOOKS}
ACCURACY = {"metric": "accuracy", "unit": "%"} | PRINTED

ENTRY = Entry(
    id="bert_2018",
    name="BERT",
    family="attention",
    task="classification",
    idea="An encoder learns to guess hidden words of raw text from both sides, and is then trained further "
    "on few labels.",
    paper=PAPER,
    build=build,
    loss=loss,
    pictures=pictures,
    variants={
        "untaught": "no pre-training: the labels alone",
        "2000-labels": "pre-trained on the words of 20,000 reviews, fine-tuned on the labels of 2,000",
        "left-to-right": "each word sees those before it alone, and the next word is guessed, as in GPT",
        "large": "24 layers of 1,024, 16 heads: built for its parameter count, not trained here",
    },
    parameters=(
        ParameterCount(
            trainable=110_106_428,
            where="section 3, with what pre-training adds above the encoder, and the 30,522 symbols, 512 "
            "positions and 2 segments of the authors' uncased model",
            published=110e6,
        ),
        ParameterCount(
            trainable=336_226_108,
            where="section 3, with what pre-training adds above the encoder, and the 30,522 symbols, 512 "
            "positions and 2 segments of the authors' uncased model",
            variant="large",
            arguments={"layers": 24, "width": 1024, "heads": 16},
            published=340e6,
        ),
    ),
    recipes=(
        Recipe(
            dataset="opinions",
            tier="pocket",
            model=OPINIONS,
            stages=(OPINIONS_READ, FEW_LABELS),
            floor=("error", 11.0),
            source="stages of sections 3.1 and 4.1; sizes, rates, batches and passes ours, chosen on the "
            "validation split",
        ),
        Recipe(
            dataset="opinions",
            tier="pocket",
            variant="untaught",
            model=OPINIONS,
            stages=(FEW_LABELS,),
            floor=("error", 24.0),
            source="as with pre-training, without it",
        ),
        Recipe(
            dataset="opinions",
            tier="pocket",
            variant="left-to-right",
            model=OPINIONS | {"causal": True},
            stages=(OPINIONS_READ, FEW_LABELS),
            floor=("error", 11.0),
            source="as from both sides: section 5.1",
        ),
        Recipe(dataset="imdb", tier="standard", model=REVIEWS, stages=(READING, LABELS), source=SOURCE),
        Recipe(
            dataset="imdb",
            tier="standard",
            variant="2000-labels",
            model=REVIEWS,
            stages=(
                READING,
                Stage(
                    name="fine-tuning",
                    optimizer=ADAM
                    | {
                        "learning_rate": {
                            "name": "CosineDecay",
                            "initial_learning_rate": 0.0,
                            "warmup_target": 0.0001,
                            "warmup_steps": 62,
                            "decay_steps": 558,
                        }
                    },
                    batch_size=32,
                    limit=2000,
                    epochs=10,
                    clip_norm=1.0,
                ),
            ),
            source=f"{SOURCE}; ten passes over the fewer labels",
        ),
        Recipe(
            dataset="imdb",
            tier="standard",
            variant="untaught",
            model=REVIEWS,
            stages=(LABELS,),
            source="as with pre-training, without it",
        ),
        Recipe(
            dataset="imdb",
            tier="standard",
            variant="left-to-right",
            model=REVIEWS | {"causal": True},
            stages=(READING, LABELS),
            source="as from both sides: section 5.1",
        ),
    ),
    claims=(
        Claim(
            dataset="SST-2",
            value=93.5,
            where="table 1, BERT-Base",
            source=COPY,
            **ACCURACY,
        ),
        Claim(
            dataset="SST-2",
            variant="large",
            value=94.9,
            where="table 1, BERT-Large",
            source=COPY,
            **ACCURACY,
        ),
        Claim(
            dataset="MultiNLI, matched",
            value=84.6,
            where="table 1, BERT-Base",
            source=COPY,
            **ACCURACY,
        ),
        Claim(
            dataset="MultiNLI, matched",
            variant="large",
            value=86.7,
            where="table 1, BERT-Large",
            source=COPY,
            **ACCURACY,
        ),
        Claim(
            dataset="SST-2, development set",
            value=92.6,
            where="table 5, No NSP: hidden words alone, as here",
            source=COPY,
            **ACCURACY,
        ),
        Claim(
            dataset="SST-2, development set",
            variant="left-to-right",
            value=92.1,
            where="table 5, LTR & No NSP",
            source=COPY,
            **ACCURACY,
        ),
    ),
    deviations=(
        "The books are not public; the net reads the reviews of its own training split, whose labels it does "
        "not see, or a made-up language.",
        "Texts stand alone. So there is no sentence to follow another and no such task in pre-training, "
        "which table 5 calls No NSP, no symbol between sentences, and no use of the second segment's vector.",
        "Symbols are the 10,000 most frequent words; the paper's are 30,000 pieces of words.",
        "A review is the last 200 words, padded in front; the symbol for the whole stands before that.",
        "The nets are small: four layers of 256 on reviews, two of 32 on the made-up language.",
        "Rates are higher than the paper's 1e-4 in pre-training and 2e-5 to 5e-5 in fine-tuning, as the nets "
        "are smaller, and they fall along a cosine instead of a line.",
        "Batches of pre-training hold 32 texts instead of 256, which are hidden anew each time; the authors' "
        "code repeats a text with few sets of hidden words.",
        "Weights start normal; the authors' start normal, cut off at two standard deviations. Adam's means "
        "are corrected for having started at 0, which the authors' code leaves out.",
    ),
    history=(
        Fact(
            "training_flop",
            2.85e20,
            "FLOP",
            "Epoch AI (epoch.ai/data), notable models: BERT-Large",
            "verified",
            "large",
        ),
        Fact("hours", 96, "h", "paper text, appendix A.2: 4 days", "verified"),
        Fact("hardware", "4 Cloud TPUs (16 chips)", "", "paper text, appendix A.2", "verified"),
    ),
)
