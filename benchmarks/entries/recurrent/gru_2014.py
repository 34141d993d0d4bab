"""The LSTM, made simpler.

By 2014 translation by nets was in sight: one recurrent net reads the phrase, another writes it in the other
language. Kyunghyun Cho and his colleagues wanted units for it that remember as an LSTM does, but are easier
to compute. Theirs has two gates instead of three and no cell beside its output. The update gate says how
much of the old state stays: at one, the unit copies itself, and the error passes unchanged. The reset gate
says how much of the old state the new one may see: at zero, the unit begins again, as if it read the first
symbol. Every unit has gates of its own, so some learn to follow the last few symbols, and others to hold on
to something for a long time.

In the same year Junyoung Chung and others gave the unit its name and set it beside the LSTM and the plain
tanh unit, in nets of about equally many weights, on music and on speech. Both gated units did much better
than the plain one on speech; which of the two is better depended on the data. That has remained so in most
comparisons since.

What it cannot do is count without bound, which a cell that adds up can. And as with every recurrent net, all
that it knows of the past must fit into one state, which is where attention begins.
"""

from benchmarks.spec import Claim, Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Learning phrase representations using RNN encoder-decoder for statistical machine translation",
    authors="K. Cho, B. van Merriënboer, C. Gulcehre, D. Bahdanau, F. Bougares, H. Schwenk, Y. Bengio",
    year=2014,
    venue="EMNLP 2014",
    url="https://arxiv.org/abs/1406.1078",
    confidence="verified",
)


def build(cell="gru", units=128, inputs="symbols", symbols=65, answers=None, embedding=64, scale=1.0):
    """One layer of gated units, and a linear layer that sees all of them.

    `inputs`: "symbols" are one-hot; "words" have an `embedding` and begin behind the zeros; else the number
    of values a step, or the shape of an image, of which a row, divided by `scale`, is read at each step. With
    `answers` there are that many outputs after the last step alone, else one for each symbol at each step.
    `cell` is "gru", or "lstm" or "tanh" for the units that it was compared with.
    """
    import keras

    from benchmarks.layers.look_up import Embedding

    if inputs == "symbols":
        seen = keras.Input((None,), dtype="int32")
        x = keras.layers.CategoryEncoding(symbols, output_mode="one_hot")(seen)
    elif inputs == "words":
        seen = keras.Input((None,), dtype="int32")
        x = Embedding(symbols, embedding, mask_zero=True)(seen)
    elif isinstance(inputs, tuple):
        seen = keras.Input(inputs)
        x = keras.layers.Reshape((inputs[0], -1))(keras.layers.Rescaling(1 / scale)(seen))
    else:
        seen = x = keras.Input((None, inputs))
    # Steps are compiled by XLA on a GPU, which cannot call the fused kernels of the library.
    if cell == "gru":
        layer = keras.layers.GRU(units, reset_after=False, use_cudnn=False, return_sequences=True, name=cell)
    elif cell == "lstm":
        layer = keras.layers.LSTM(units, use_cudnn=False, return_sequences=True, name=cell)
    elif cell == "tanh":
        layer = keras.layers.SimpleRNN(units, return_sequences=True, name=cell)
    else:
        raise ValueError(f"cell {cell!r} is not one of 'gru', 'lstm', 'tanh'")
    x = layer(x)
    return keras.Model(seen, keras.layers.Dense(answers or symbols)(x[:, -1] if answers else x))


def loss(model, batch, training):
    """The squared error of sums; the cross-entropy of classes, and of symbols at steps that have a weight."""
    from keras import ops

    from benchmarks.tasks import classification, language_modelling

    if "weight" in batch:
        return language_modelling.loss(model, batch, training)
    if len(batch["y"].shape) == 1:
        return classification.loss(model, batch, training)
    return ops.mean(ops.square(ops.cast(model(batch["x"], training=training), "float32") - batch["y"]))


def watch(model, batch):
    """The units' states [n, T, units] and, of gated recurrent units, the two gates that led to them."""
    from keras import Model, ops

    layer = next(layer for layer in model.layers if layer.name in ("gru", "lstm", "tanh"))
    x, states = Model(model.input, [layer.input, layer.output])(batch["x"])
    if layer.name != "gru":
        return {"states": states}
    before = ops.pad(states[:, :-1], [[0, 0], [1, 0], [0, 0]])
    gates = 2 * layer.units
    net = (
        ops.matmul(x, layer.cell.kernel[:, :gates])
        + ops.matmul(before, layer.cell.recurrent_kernel[:, :gates])
        + layer.cell.bias[:gates]
    )
    update, reset = ops.split(ops.sigmoid(net), 2, axis=-1)
    return {"states": states, "update": update, "reset": reset}


def pictures(model, data, predict):
    """What units and gates do while four test sequences go by."""
    import numpy as np

    from benchmarks.pictures import grid

    inside = predict(watch, {"x": data.test["x"][:4]})
    inside["states"] = 0.5 + 0.5 * inside["states"]
    rows = np.concatenate([inside[name][..., :16] for name in inside], axis=-1).swapaxes(1, 2)[..., -128:]
    shown = min(inside["states"].shape[-1], 16)
    caption = f"Four test sequences in time. From the top: the states of {shown} units (black -1, white 1)"
    if "update" in inside:
        caption += (
            ", their update gates (white: the state stays) and their reset gates (black: it is not seen)"
        )
    tiles = rows.repeat(4, axis=2) if rows.shape[2] < 64 else rows
    return {"units": grid(tiles.reshape(len(tiles), -1), tiles.shape[1:], 1, caption + ".")}


PAIRS = {"inputs": 2, "answers": 1, "units": 16}
GRAMMAR = {"symbols": 7, "units": 15}
ORDER = {"inputs": 8, "answers": 4, "units": 12}
#: As many weights, or nearly, as 12 gated recurrent units with their outputs.
ORDER_LSTM, ORDER_TANH = ORDER | {"cell": "lstm", "units": 10}, ORDER | {"cell": "tanh", "units": 23}
LSTM, TANH = {"cell": "lstm", "units": 108}, {"cell": "tanh", "units": 230}
#: Chung et al. (2014): RMSProp, and gradients clipped to the norm 1.
MUSIC = "Chung et al. 2014: RMSProp, gradients clipped to the norm 1, nets of about equally many weights"
TEXT = {"name": "RMSprop", "learning_rate": 0.002}
ORDERS = {"name": "RMSprop", "learning_rate": 0.005}
NO_WMT = "a translation system whose phrases the net only scores, and WMT 2014, which this suite lacks"
BLEU = {
    "dataset": "WMT 2014 English-French",
    "metric": "bleu",
    "unit": "BLEU",
    "direction": "higher",
    "confidence": "verified",
    "source": "paper text, table 1",
    "not_comparable": NO_WMT,
}
MUSIC_CLAIM = {
    "metric": "negative log-likelihood",
    "unit": "nat/step",
    "direction": "lower",
    "source": "Chung et al., arXiv 1412.3555",
    "not_comparable": "polyphonic music, which this suite lacks",
}

ENTRY = Entry(
    id="gru_2014",
    name="Gated recurrent unit (GRU)",
    family="recurrent",
    task="language_modelling",
    idea="Two gates, one for what stays and one for what the new state may see, do the work of an LSTM.",
    paper=PAPER,
    build=build,
    loss=loss,
    pictures=pictures,
    variants={
        "lstm": "LSTM units with forget gates, in a net of about as many weights",
        "tanh": "plain tanh units without gates, in a net of about as many weights",
    },
    parameters=(
        ParameterCount(
            trainable=82_881,
            where="65 characters, 128 units, counted: 3 x 128 x (65 + 128 + 1) + 65 x 129; the size is ours",
        ),
        ParameterCount(
            trainable=82_253,
            where="4 x 108 x (65 + 108 + 1) + 65 x 109",
            variant="lstm",
            arguments=LSTM,
        ),
        ParameterCount(
            trainable=83_095,
            where="230 x (65 + 230 + 1) + 65 x 231",
            variant="tanh",
            arguments=TANH,
        ),
        ParameterCount(
            trainable=69_914,
            where="adding problem: 3 x 151 x (2 + 151 + 1) + 152; Bai et al. 2018, table 1, print 70K",
            arguments={"inputs": 2, "answers": 1, "units": 151},
            published=70_000,
        ),
    ),
    recipes=(
        Recipe(
            dataset="embedded_reber",
            tier="pocket",
            model=GRAMMAR,
            optimizer={"name": "RMSprop", "learning_rate": 0.01},
            clip_norm=1.0,
            batch_size=16,
            epochs=60,
            evaluate_every=20,
            task_options={"strings": True},
            criterion=("solved", 100.0),
            floor=("strings_correct", 70.0),
            source=f"ours, 15 units; {MUSIC}; the larger of two rates that were tried",
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            task="classification",
            model={"inputs": (8, 8, 1), "scale": 16.0, "answers": 10, "units": 32},
            optimizer={"name": "RMSprop", "learning_rate": 0.03},
            clip_norm=1.0,
            batch_size=32,
            epochs=20,
            evaluate_every=5,
            floor=("error", 13.4),
            source=f"ours, eight rows of eight grey values, 32 units; {MUSIC}; rate chosen on validation",
            tries=6,
        ),
        Recipe(
            dataset="adding_30",
            tier="standard",
            task="recall",
            model=PAIRS,
            optimizer={"name": "Adam", "learning_rate": 0.01},
            clip_norm=1.0,
            batch_size=50,
            epochs=100,
            evaluate_every=5,
            source=(
                "ours, 16 units, gradients clipped to the norm 1; three rates and rules were tried for ten "
                "passes, too few for any of them"
            ),
        ),
        Recipe(
            dataset="temporal_order",
            tier="standard",
            task="classification",
            model=ORDER,
            optimizer=ORDERS,
            clip_norm=1.0,
            batch_size=32,
            epochs=10,
            source=f"ours, not searched: 12 units; {MUSIC}",
        ),
        Recipe(
            dataset="temporal_order",
            tier="standard",
            variant="lstm",
            task="classification",
            model=ORDER_LSTM,
            optimizer=ORDERS,
            clip_norm=1.0,
            batch_size=32,
            epochs=10,
            source=f"ours, not searched: 10 units; {MUSIC}",
        ),
        Recipe(
            dataset="temporal_order",
            tier="standard",
            variant="tanh",
            task="classification",
            model=ORDER_TANH,
            optimizer=ORDERS,
            clip_norm=1.0,
            batch_size=32,
            epochs=10,
            source=f"ours, not searched: 23 units; {MUSIC}",
        ),
        Recipe(
            dataset="tiny_shakespeare",
            tier="standard",
            optimizer=TEXT,
            clip_norm=1.0,
            batch_size=32,
            epochs=10,
            source=f"ours, not searched: 128 units, windows of 128 characters; {MUSIC}",
        ),
        Recipe(
            dataset="tiny_shakespeare",
            tier="standard",
            variant="lstm",
            model=LSTM,
            optimizer=TEXT,
            clip_norm=1.0,
            batch_size=32,
            epochs=10,
            source=f"ours, not searched: 108 units, windows of 128 characters; {MUSIC}",
        ),
        Recipe(
            dataset="tiny_shakespeare",
            tier="standard",
            variant="tanh",
            model=TANH,
            optimizer=TEXT,
            clip_norm=1.0,
            batch_size=32,
            epochs=10,
            source=f"ours, not searched: 230 units, windows of 128 characters; {MUSIC}",
        ),
        Recipe(
            dataset="imdb",
            tier="standard",
            task="classification",
            model={"inputs": "words", "symbols": 20_000, "answers": 2, "units": 64},
            optimizer={"name": "RMSprop", "learning_rate": 0.001},
            clip_norm=1.0,
            batch_size=50,
            epochs=3,
            source=f"ours, not searched: 64 units, as many values a word; {MUSIC}",
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            task="classification",
            model={"inputs": (28, 28, 1), "scale": 255.0, "answers": 10, "units": 64},
            optimizer={"name": "RMSprop", "learning_rate": 0.002},
            clip_norm=1.0,
            batch_size=32,
            epochs=5,
            source=f"ours, not searched: 28 rows, 64 units; {MUSIC}",
        ),
        Recipe(
            dataset="adding_600",
            tier="standard",
            task="recall",
            model={"inputs": 2, "answers": 1, "units": 151},
            optimizer={"name": "Adam", "learning_rate": 0.002},
            clip_norm=1.0,
            batch_size=32,
            epochs=12,
            source=(
                "Bai et al. 2018: 70K weights; rate, batch and 7,500 steps as for their convolutional net; "
                "clipping ours, not searched"
            ),
        ),
    ),
    claims=(
        Claim(
            dataset="adding_600",
            metric="mse",
            value=5.3e-05,
            unit="",
            direction="lower",
            where="not the paper: Bai et al. 2018, table 1, adding problem T = 600 (loss), GRU",
            confidence="verified",
            source="arXiv 1803.01271",
        ),
        Claim(value=33.30, where="table 1, test, phrase-based system without a net", **BLEU),
        Claim(value=33.87, where="table 1, test, with scores of the encoder-decoder", **BLEU),
        Claim(
            value=34.64,
            where="table 1, test, with scores of the encoder-decoder and of another net's language model",
            **BLEU,
        ),
        Claim(
            dataset="mnist",
            metric="accuracy",
            value=96.2,
            unit="%",
            direction="higher",
            where="not the paper: Bai et al. 2018, table 1, sequential MNIST, GRU of 70K weights",
            confidence="verified",
            source="arXiv 1803.01271",
            not_comparable="pixel by pixel, 784 steps; ours reads 28 rows",
        ),
        Claim(
            dataset="Nottingham",
            value=3.23,
            where="not the paper: Chung et al. 2014, table 2, test, GRU",
            **MUSIC_CLAIM,
        ),
        Claim(
            dataset="Nottingham",
            variant="lstm",
            value=3.20,
            where="not the paper: Chung et al. 2014, table 2, test, LSTM",
            **MUSIC_CLAIM,
        ),
        Claim(
            dataset="Nottingham",
            variant="tanh",
            value=3.13,
            where="not the paper: Chung et al. 2014, table 2, test, tanh",
            **MUSIC_CLAIM,
        ),
    ),
    deviations=(
        "The unit is the paper's; its encoder and decoder, which score pairs of phrases, are not here.",
        "Weights begin as Keras has them: orthogonal between units as in the paper, uniform elsewhere.",
        (
            "Gates and candidate have biases, and the net learns by RMSProp as in the comparison of Chung et "
            "al.; the paper uses Adadelta."
        ),
        "The LSTM of the comparison has peepholes; the variant has none, and its forget biases begin at 1.",
        (
            "Sequences, images and text are not in the paper: they are here so that the net can be compared "
            "with others, with sizes and rates of ours."
        ),
    ),
)
