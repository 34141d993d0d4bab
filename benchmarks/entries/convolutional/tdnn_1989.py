"""A net that listens for an event, whenever it comes.

The consonants b, d and g differ for a few hundredths of a second: a short burst, and the way in which
the resonances of the mouth glide into the vowel. A net with a weight for each point of the spectrogram
has to learn that glide anew for every moment at which it may begin. Alexander Waibel, with Geoffrey
Hinton and Kevin Lang, gave each unit of the first layer a window of three frames and slid it along:
the weights are the same at all times, and what is learned about one moment holds for every other. A
second layer does likewise with five steps of the first, and the outputs add up the evidence over the
whole token. Training needs no label that says when the event was.

It is a convolutional net in one dimension, of the same years as LeCun's first ones for digits. On three
Japanese speakers it made a quarter of the errors of the best hidden Markov model that the authors could
build, the method of the day. Its 15 frames were cut out around the vowel's onset by hand. It could not say
where one sound ends and the next begins, nor absorb that people speak faster and slower; for that came
hybrids with Markov models, and recurrent nets.

The recordings were never published, so our tokens are synthetic: stops and vowels from moving formants.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Phoneme recognition using time-delay neural networks",
    authors="A. Waibel, T. Hanazawa, G. Hinton, K. Shikano, K. J. Lang",
    year=1989,
    venue="IEEE Transactions on Acoustics, Speech, and Signal Processing 37(3):328-339",
    url="https://doi.org/10.1109/29.21701",
    confidence="verified",
)


def build(frames=15, coefficients=16, units=8, classes=3, first=3, second=5):
    """Figure 2 of the paper.

    16 coefficients in 15 frames; 8 units over 3 frames; 3 units over 5 of their steps; outputs that sum over
    time.
    """
    from keras import Input, Sequential

    from benchmarks.layers.convolution.time_delay import Integration, TimeDelay, TokenScaling

    return Sequential(
        [
            Input((frames, coefficients)),
            TokenScaling(name="input"),
            TimeDelay(units, first, name="hidden_1"),
            TimeDelay(classes, second, name="hidden_2"),
            Integration(name="output"),
        ]
    )


def loss(model, batch, training):
    """Half the squared error of the logistic outputs.

    The target is 1 for the phoneme that was said and 0 for the others.
    """
    from keras import ops

    outputs = ops.cast(model(batch["x"], training=training), "float32")
    targets = ops.one_hot(batch["y"], outputs.shape[-1], dtype="float32")
    return 0.5 * ops.mean(ops.sum(ops.square(outputs - targets), axis=-1))


def firings(model, batch):
    """Input [n,15,16] and the units' activations in time: hidden_1 [n,13,8], hidden_2 [n,9,3]."""
    x = batch["x"]
    outputs = {}
    for layer in model.layers:
        x = outputs[layer.name] = layer(x)
    return outputs


def pictures(model, data, predict):
    """A b, a d and a g: the spectrogram, and what the two hidden layers make of it."""
    import numpy as np

    from benchmarks.pictures import grid

    chosen = [int(np.flatnonzero(data.test["y"] == k)[0]) for k in range(3)]
    activations = predict(firings, {"x": data.test["x"][chosen]})

    def tile(maps):  # time to the right, the first row below, 48 x 45 pixels
        rows = np.repeat(maps.transpose(0, 2, 1)[:, ::-1], 48 // maps.shape[2], axis=1)
        return np.pad(np.repeat(rows, 3, axis=2), ((0, 0), (0, 0), (0, 45 - 3 * rows.shape[2])))

    tiles = np.stack(
        [
            tile(0.5 + 0.5 * activations["input"]),
            tile(activations["hidden_1"]),
            tile(activations["hidden_2"]),
        ],
        axis=1,
    )
    caption = (
        "A b, a d and a g, one a row, time to the right: spectrogram, low frequencies below; 8 units; 3 "
        "units, from below those of b, d, g."
    )
    return {"tokens": grid(tiles.reshape(9, -1), (48, 45), 3, caption)}


ENTRY = Entry(
    id="tdnn_1989",
    name="Time-delay neural network (TDNN)",
    family="convolutional",
    task="classification",
    idea="Units with short windows slide along time, and the outputs add up what they find.",
    paper=PAPER,
    build=build,
    loss=loss,
    pictures=pictures,
    parameters=(
        ParameterCount(
            trainable=521,
            where="figure 2, counted: (3x16+1)x8 + (5x8+1)x3 + a weight and a bias for each of 3 outputs",
        ),
    ),
    recipes=(
        Recipe(
            dataset="stop_consonants",
            tier="pocket",
            optimizer={"name": "SGD", "learning_rate": 0.2, "momentum": 0.9},
            batch_size=20,
            epochs=40,
            evaluate_every=20,
            floor=("error", 8.0),
            source=(
                "rule and net as in the paper; batch, rate and epochs ours, chosen on the validation split"
            ),
        ),
        Recipe(
            dataset="stop_consonants",
            tier="standard",
            optimizer={"name": "SGD", "learning_rate": 0.1, "momentum": 0.9},
            batch_size=20,
            epochs=200,
            evaluate_every=20,
            source=(
                "rule and net as in the paper; batch, rate and epochs ours, chosen on the validation split"
            ),
        ),
    ),
    claims=(
        Claim(
            dataset="stop_consonants",
            metric="accuracy",
            value=98.5,
            unit="%",
            direction="higher",
            where="abstract: 1,946 test tokens of three speakers",
            test_size=1946,
            confidence="verified",
            source="paper's abstract",
            not_comparable="the recordings (three Japanese speakers) were not published; ours are synthetic",
        ),
        Claim(
            dataset="stop_consonants",
            metric="accuracy",
            value=93.7,
            unit="%",
            direction="higher",
            where="abstract: the best of the hidden Markov models",
            test_size=1946,
            confidence="verified",
            source="paper's abstract",
            not_comparable="the recordings (three Japanese speakers) were not published; ours are synthetic",
        ),
    ),
    deviations=(
        (
            "The tokens are synthesised from formant transitions, five vowels and three voices; the paper's "
            "were cut from Japanese words."
        ),
        "One net learns all three voices; the paper trains one for each speaker.",
        (
            "The consonant's release moves by up to 30 ms in the window; the paper cuts its tokens at the "
            "vowel's onset."
        ),
        (
            "The paper calls the outputs' weights over time equal and fixed; here each output has one "
            "trained weight and a bias."
        ),
        (
            "Layer sizes are recalled from the paper's figure; the 16 coefficients were confirmed in "
            "another simulator's example."
        ),
        (
            "The whole training set is used from the start; the paper begins with a few tokens and adds "
            "more in stages."
        ),
    ),
    history=(Fact("examples", 1946, "test tokens", "paper's abstract", "verified"),),
)
