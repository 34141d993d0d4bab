"""Speech, one sample at a time.

Speaking machines used to glue recorded snippets together, or to drive a model of the voice; nobody modelled
sound itself, of which one second has 16,000 samples that all hang together. Aäron van den Oord and his
colleagues at DeepMind did just that. Their net predicts the next sample from those before it, as a choice
among 256 levels. Convolutions that see the past only make it possible to train on all samples at once, and
taps that lie 1, 2, 4 up to 512 samples apart, over and over, let it see thousands of samples with a few
dozen layers. Gated units, and paths that skip layers, come from their PixelCNN of the same year.

Trained on hours of speech and led by a text, it sounded more natural to listeners than the best systems of
the day; led by nothing, it babbled, and on piano music it improvised. Its weakness was time. Training sees
all samples in parallel, speaking draws them one after the other, a pass through the net for each, and the
first version took minutes for a second. Keeping what earlier samples left in each layer, as here, saves most
of the work; later nets were taught to draw all samples at once.
"""

from benchmarks.spec import Claim, Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="WaveNet: a generative model for raw audio",
    authors=(
        "A. van den Oord, S. Dieleman, H. Zen, K. Simonyan, O. Vinyals, A. Graves, N. Kalchbrenner, A. "
        "Senior, K. Kavukcuoglu"
    ),
    year=2016,
    venue="arXiv 1609.03499",
    url="https://arxiv.org/abs/1609.03499",
    confidence="verified",
)


def build(cycles=3, doublings=10, residual=32, skip=512):
    """Blocks whose taps lie 1, 2, 4, ... apart, `doublings` of them, `cycles` times over."""
    from benchmarks.layers.models.wavenet import WaveNet

    return WaveNet(tuple(2**level for level in range(doublings)) * cycles, residual, skip)


def pictures(model, data, predict):
    """Two seconds of sampled sound, two of the organ, and how both look."""
    import numpy as np

    from benchmarks.layers.models.wavenet import expanded, sample
    from benchmarks.pictures import Axis, Curves, Series, sound

    rate = data.info["rate"]
    uniform = np.random.default_rng(1).random((1, 2 * rate), "float32")
    wave = expanded(predict(sample, {"uniform": uniform})["levels"][0])
    real = expanded(data.test["x"].ravel()[: 2 * rate])
    shown = min(len(wave), rate // 10)
    time = 1000.0 * np.arange(shown) / rate
    return {
        "sampled": sound(
            wave, rate, "Two seconds that the net draws sample by sample, from silence; not chosen."
        ),
        "real": sound(real, rate, "The organ that it learned from."),
        "waves": Curves(
            [Series("drawn", time, wave[-shown:]), Series("organ", time, real[-shown:])],
            Axis("time", "ms"),
            Axis("sound pressure"),
            "The last tenth of a second of both.",
        ),
    }


NO_SPEECH = (
    "the recordings are not public; the net here learns the sound of a generated organ, without a text"
)
OPINION = {
    "metric": "mean_opinion_score",
    "unit": "points",
    "direction": "higher",
    "confidence": "verified",
    "source": "paper text, table 1, in public notes on it",
    "not_comparable": NO_SPEECH,
}

ENTRY = Entry(
    id="wavenet_2016",
    name="WaveNet",
    family="generative",
    task="language_modelling",
    idea="Causal convolutions whose taps lie ever further apart predict sound, sample by sample.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    parameters=(
        ParameterCount(
            trainable=1_064_480,
            where=(
                "three times the distances 1 to 512 of section 2.1; 32 channels, 512 to the outputs, as in "
                "public re-implementations; the paper prints neither channels nor a count"
            ),
        ),
    ),
    recipes=(
        Recipe(
            dataset="organ_notes",
            tier="pocket",
            model={"cycles": 2, "doublings": 6, "residual": 16, "skip": 32},
            optimizer={"name": "Adam", "learning_rate": 0.01},
            batch_size=8,
            epochs=2,
            evaluate_every=2,
            floor=("cross_entropy", 3.0),
            source="ours, not searched: 12 blocks that see 127 samples, Adam",
        ),
        Recipe(
            dataset="organ_notes_16000",
            tier="standard",
            model={"cycles": 2, "doublings": 9, "residual": 32, "skip": 64},
            optimizer={"name": "Adam", "learning_rate": 0.001},
            batch_size=8,
            epochs=20,
            evaluate_every=5,
            source=(
                "ours, not searched: 18 blocks that see 1,023 samples, 64 ms, of the paper's 240 (section "
                "3.1), Adam"
            ),
        ),
    ),
    claims=(
        Claim(
            dataset="North American English speech",
            value=4.21,
            where="table 1, WaveNet with linguistic features and pitch",
            tolerance=0.081,
            tolerance_why="printed interval",
            **OPINION,
        ),
        Claim(
            dataset="Mandarin Chinese speech",
            value=4.08,
            where="table 1, WaveNet with linguistic features and pitch",
            **OPINION,
        ),
        Claim(
            dataset="TIMIT",
            metric="phone_error",
            value=18.8,
            unit="%",
            direction="lower",
            where="section 3.4",
            confidence="verified",
            source="paper text, section 3.4, in public notes on it",
            not_comparable="TIMIT is not public; the net here predicts sound and recognises nothing",
        ),
    ),
    deviations=(
        "The sound is generated: an organ of three harmonics that plays notes at random; nothing leads "
        "the net.",
        "Windows are learned by themselves: the net sees silence before each.",
        "The first convolution has one tap, a table of levels; the paper's has two.",
        "Adam, rates, channels and lengths are ours, since the paper prints none for sound.",
    ),
)
