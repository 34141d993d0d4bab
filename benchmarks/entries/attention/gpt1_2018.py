"""Read first, and be taught afterwards.

Text is plentiful, labels are dear. Word vectors had long been learned from raw text, and in early 2018 two
groups carried over whole recurrent language models. The authors of GPT do it with a Transformer, of which
they keep the decoder alone: twelve layers that learn to predict the next word of seven thousand unpublished
books. Then a single linear layer is put on top of the last state, and all weights are trained further on a
task with labels, for three passes. Meanwhile the net goes on predicting words as an auxiliary task. Whatever
the task is, its input is written as one sequence, so that the net need not change.

One net, little altered, beat nets built for the purpose on nine of twelve tasks. It also solved some tasks a
little without any labels, and got better at them the longer it read: a remark at the end of the paper that
became GPT-2. What it could not do is look ahead: each word sees only those before it, which suits a writer
more than a reader. BERT took that up within months.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe, Stage

PAPER = Paper(
    title="Improving language understanding by generative pre-training",
    authors="A. Radford, K. Narasimhan, T. Salimans, I. Sutskever",
    year=2018,
    venue="OpenAI report",
    url="https://cdn.openai.com/research-covers/language-unsupervised/language_understanding_paper.pdf",
    confidence="verified",
)


def build(
    vocabulary=40_478, context=512, width=768, heads=12, layers=12, dropout=0.1, classes=0, spread=0.02
):
    """A language model; with `classes`, one that reads texts of `context` - 1 words and classifies them."""
    import keras

    from benchmarks.layers.attention.blocks import Block, Positions, Tokens
    from benchmarks.layers.attention.language_model import LanguageModel
    from benchmarks.layers.attention.pretrained import NextWordReader

    inputs = keras.Input((None,), dtype="int32")
    present = keras.ops.not_equal(inputs, 0) if classes else None  # 0 is padding
    tokens = Tokens(vocabulary, width, spread, name="tokens")
    x = Positions(context, spread, name="positions")(tokens(inputs))
    x = keras.layers.Dropout(dropout)(x)
    for i in range(layers):
        x = Block(
            width,
            heads,
            hidden=4 * width,
            causal=True,
            first=False,
            dropout=dropout,
            attention_dropout=dropout,
            spread=spread,
            residual_spread=spread,  # section 4.1
            name=f"block_{i + 1}",
        )(x, present)
    model = LanguageModel(inputs=inputs, outputs=tokens(x, reverse=True))
    return NextWordReader(model, keras.Model(inputs, x), classes, dropout) if classes else model


def loss(model, batch, training):
    """Of text, the cross-entropy of the next words (equation 1).

    Of labelled texts, that of the labels, and in training half of that of the next words (equation 5).
    """
    from keras import ops

    from benchmarks.tasks.classification import cross_entropy

    logits, entropy = model.both(batch["x"], training=training)
    if "weight" in batch:
        return entropy
    error = ops.mean(cross_entropy(batch["y"], ops.cast(logits, "float32")))
    return error + 0.5 * entropy if training else error


def pictures(model, data, predict):
    """What the language model inside writes, after labels have had their say."""
    from benchmarks.layers.attention.language_model import reader
    from benchmarks.layers.attention.pretrained import step
    from benchmarks.layers.sampled_text import sampled_text

    symbols = list(data.info["vocabulary" if "vocabulary" in data.info else "symbols"])[: model.limit]
    read = reader(predict, model.language_model, step)
    return {"sample": sampled_text(predict, read, symbols, ["<start>"], 60, " ")}


#: Adam with the decay of Loshchilov and Hutter on all weights but biases and gains: section 4.1.
ADAM = {"name": "MatrixAdamW", "weight_decay": 0.01, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8}
#: Pre-training and fine-tuning of the small nets.
OPINIONS = {
    "vocabulary": 38,
    "context": 17,
    "width": 32,
    "heads": 2,
    "layers": 2,
    "dropout": 0.0,
    "classes": 2,
    "spread": 0.1,  # at width 32 what 0.02 is at width 768
}
FEW_LABELS = Stage(
    name="fine-tuning",
    optimizer=ADAM
    | {
        "learning_rate": {
            "name": "CosineDecay",
            "initial_learning_rate": 0.0,
            "warmup_target": 0.001,
            "warmup_steps": 4,
            "decay_steps": 36,
        }
    },
    batch_size=16,
    limit=32,
    epochs=20,
    evaluate_every=10,
    clip_norm=1.0,
)
REVIEWS = {
    "vocabulary": 10_000,
    "context": 201,
    "width": 256,
    "heads": 4,
    "layers": 4,
    "dropout": 0.1,
    "classes": 2,
}
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
            "decay_steps": 5650,  # of 10 passes of 625 steps
        }
    },
    batch_size=32,
    epochs=10,
    evaluate_every=None,
    clip_norm=1.0,
)
#: Section 4.1: batches of 32, three passes, a rise over 0.2% of the steps.
LABELS = Stage(
    name="fine-tuning",
    optimizer=ADAM
    | {
        "learning_rate": {
            "name": "CosineDecay",
            "initial_learning_rate": 0.0,
            "warmup_target": 0.0001,
            "warmup_steps": 4,
            "decay_steps": 1871,
        }
    },
    batch_size=32,
    epochs=3,
    clip_norm=1.0,
)
SOURCE = (
    "section 4.1: optimiser, schedules, dropout, weight of the auxiliary task, batches and passes of "
    "fine-tuning; sizes, rates and passes of pre-training ours, not searched"
)
BOOKS = "the books that the net was pre-trained on, and the task's data, are not among the data sets"
PRINTED = {"direction": "higher", "confidence": "verified", "not_comparable": BOOKS}

ENTRY = Entry(
    id="gpt1_2018",
    name="GPT",
    family="attention",
    task="classification",
    idea="A decoder learns to predict the next word of raw text, and is then trained further on few labels.",
    paper=PAPER,
    build=build,
    loss=loss,
    pictures=pictures,
    variants={
        "untaught": "no pre-training: the labels alone, with the auxiliary task",
        "2000-labels": "pre-trained on the words of 20,000 reviews, fine-tuned on the labels of 2,000",
    },
    parameters=(
        ParameterCount(
            trainable=116_534_784,
            where="the language model: section 4.1 and the 40,478 symbols of the authors' repository",
            published=117e6,
        ),
    ),
    recipes=(
        Recipe(
            dataset="opinions",
            tier="pocket",
            model=OPINIONS,
            stages=(
                Stage(
                    name="pre-training",
                    dataset="opinions_text",
                    optimizer=ADAM
                    | {
                        "learning_rate": {
                            "name": "CosineDecay",
                            "initial_learning_rate": 0.0,
                            "warmup_target": 0.005,
                            "warmup_steps": 62,
                            "decay_steps": 930,  # of 16 passes of 62 steps
                        }
                    },
                    batch_size=32,
                    epochs=16,
                    evaluate_every=None,
                    clip_norm=1.0,
                ),
                FEW_LABELS,
            ),
            floor=("error", 6.0),
            source="stages of section 4.1; sizes, rates and passes ours, chosen on the validation split",
        ),
        Recipe(
            dataset="opinions",
            tier="pocket",
            variant="untaught",
            model=OPINIONS,
            stages=(FEW_LABELS,),
            source="as with pre-training, without it",
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
                            "warmup_steps": 4,
                            "decay_steps": 616,
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
    ),
    claims=(
        Claim(
            dataset="Stories Cloze Test",
            metric="accuracy",
            value=86.5,
            unit="%",
            where="table 3",
            source="https://github.com/openai/finetune-transformer-lm, README",
            **PRINTED,
        ),
        Claim(
            dataset="Stories Cloze Test",
            metric="accuracy",
            value=85.8,
            unit="%",
            where="not the paper: README of the authors' code",
            source="https://github.com/openai/finetune-transformer-lm, README",
            statistic="median",
            of=10,
            **PRINTED,
        ),
        Claim(
            dataset="SST-2",
            metric="accuracy",
            value=91.3,
            unit="%",
            where="table 4",
            source="https://arxiv.org/abs/1810.04805, table 1, which repeats it",
            **PRINTED,
        ),
        Claim(
            dataset="MultiNLI, matched",
            metric="accuracy",
            value=82.1,
            unit="%",
            where="table 2",
            source="https://arxiv.org/abs/1810.04805, table 1, which repeats it",
            **PRINTED,
        ),
    ),
    deviations=(
        "The books are not public; the net reads the reviews of its own training split, whose labels it does "
        "not see, or a made-up language.",
        "Symbols are the 10,000 most frequent words; the paper's are 40,000 merged pairs of letters.",
        "A review is the last 200 words, padded in front; the start of the text is marked where it is among "
        "them, and a symbol for the whole stands behind it.",
        "The nets are small: four layers of 256 on reviews, two of 32 on the made-up language.",
        "The rate of fine-tuning is higher than the paper's 6.25e-5, as the nets are smaller, and it falls "
        "along a cosine instead of a line.",
    ),
    history=(
        Fact(
            "training_flop",
            1.757812e19,
            "FLOP",
            "Epoch AI (epoch.ai/data), notable models: GPT-1",
            "verified",
        ),
        Fact("hours", 720, "h", "Epoch AI (epoch.ai/data), notable models: GPT-1", "verified"),
    ),
)
