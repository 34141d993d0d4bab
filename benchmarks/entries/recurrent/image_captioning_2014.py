"""Say what you see.

In 2014 convolutional nets named what is in a photograph, and LSTMs translated sentences by reading one into
a vector and writing another out of it. Oriol Vinyals and his colleagues at Google joined the two: let the
vector come from an image. A convolutional net trained on ImageNet takes the place of the reader, its last
layer is the first thing that an LSTM is given, and the LSTM writes the caption word by word; the whole is
trained on photographs with captions, to make them likely. Andrej Karpathy and Li Fei-Fei, and three or four
other groups, found the same idea in the same months.

The captions read as if somebody had looked, and the measures of translation came close to those of people
who were measured against each other. A closer look sobered: most sentences, or their like, stand in the
training set; objects that often go together are named together, whether they are there or not; and counting
and left from right went wrong. One vector has to hold all of the image. Half a year later attention let the
writer look at another part of it for each word.
"""

from benchmarks.spec import Claim, Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Show and tell: a neural image caption generator",
    authors="O. Vinyals, A. Toshev, S. Bengio, D. Erhan",
    year=2014,
    venue="arXiv 1411.4555; CVPR 2015",
    url="https://arxiv.org/abs/1411.4555",
    confidence="verified",
)


def build(input_shape=(24, 24, 3), vocabulary=17, filters=(32, 64, 128), units=512, dropout=0.5):
    """A convolutional encoder whose outputs are as many as the LSTM has units, and the LSTM that writes."""
    import keras

    from benchmarks.layers.models.captioner import Captioner

    image = keras.Input(input_shape)
    x = keras.layers.Rescaling(1 / 127.5, offset=-1.0)(image)
    for number in filters:
        x = keras.layers.Conv2D(number, 3, 2, "same", use_bias=False, kernel_initializer="he_normal")(x)
        x = keras.layers.ReLU()(keras.layers.BatchNormalization()(x))
    encoder = keras.Model(image, keras.layers.Dense(units)(keras.layers.Flatten()(x)), name="encoder")
    return Captioner(encoder, vocabulary, units, dropout)


def pictures(model, data, predict):
    """Eight test images, and what the net says of them."""
    import numpy as np

    from benchmarks.pictures import Texts, thumbnails
    from benchmarks.spec import Picture
    from benchmarks.tasks.translation import decode, text

    source, target = (np.asarray(data.test[key][:8], "int32") for key in ("source", "target"))
    longest = target.shape[1] - 1
    written = predict(decode, {"source": source}, longest=longest, beam=1, alpha=0.0)["sequence"]
    words = data.info["target_vocabulary"]
    told = [
        f"{number}. {text(says, words, ' ')}. (The caption: {text(truth[1:], words, ' ')}.)"
        for number, (says, truth) in enumerate(zip(written, target, strict=True), start=1)
    ]
    return {
        "images": Picture(thumbnails(source)[None], "The first eight test images, 1 to 8."),
        "captions": Texts(told, "What the net says of them, taking the likeliest word each time."),
    }


NO_PHOTOGRAPHS = (
    "the photographs and their captions are not among the data sets; the images here are drawn shapes"
)
ABSTRACT = {
    "unit": "BLEU",
    "direction": "higher",
    "confidence": "verified",
    "source": "abstract of the paper",
    "not_comparable": NO_PHOTOGRAPHS,
}

ENTRY = Entry(
    id="image_captioning_2014",
    name="Image captioning (Show and tell)",
    family="recurrent",
    task="translation",
    idea="A convolutional net sees an image, and an LSTM that is given what it saw writes a sentence.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    parameters=(
        ParameterCount(
            trainable=2_800_433,
            where=(
                "512 units and 512 numbers a word as in section 4.3; vocabulary and encoder, without "
                "ImageNet, are ours; the paper prints no count"
            ),
        ),
    ),
    recipes=(
        Recipe(
            dataset="captioned_shapes",
            tier="pocket",
            model={"filters": (16, 32), "units": 64, "dropout": 0.0},
            optimizer={"name": "Adam", "learning_rate": 0.006},
            task_options={"beam": 3},
            batch_size=32,
            epochs=5,
            evaluate_every=5,
            floor=("token_accuracy", 62.0),
            source="ours, not searched: two convolutions, 64 units, Adam; beams of 3",
        ),
        Recipe(
            dataset="captioned_shapes",
            tier="standard",
            optimizer={"name": "Adam", "learning_rate": 0.001},
            task_options={"beam": 20, "alpha": 0.0},
            batch_size=32,
            epochs=20,
            evaluate_every=5,
            source=(
                "section 4.3: 512 units, dropout (its rate is ours), beams of 20; Adam and passes are ours"
            ),
        ),
    ),
    claims=(
        Claim(dataset="COCO", metric="bleu", value=27.7, where="abstract: BLEU-4", **ABSTRACT),
        Claim(
            dataset="Flickr30k", metric="bleu", value=66, where="abstract: BLEU-1, from 56 before", **ABSTRACT
        ),
    ),
    deviations=(
        "Images are drawn shapes with sentences that a rule writes, one for each; the paper's are "
        "photographs.",
        "The encoder is small and learns with the rest; the paper's is a GoogLeNet trained on ImageNet.",
        "The weights are those of one net, trained by Adam; the paper averages several, trained by plain "
        "descent.",
    ),
)
