"""The tracks: tasks on one data set on which architectures of different years are compared.

An entry is on a track if it has a recipe for the track's data set and task. Where the paper used other data,
the recipe is ours, and its source says so.
"""

from dataclasses import dataclass

#: How many settings are scored on the validation split to choose a recipe of a track, where it is ours.
TRIES = 6


@dataclass(frozen=True)
class Track:
    """One track: the task, the data set, and the measure by which architectures are ranked.

    `title` names it in a heading, `on` within a sentence ("on the 8x8 digits"); `score` is what a sentence
    calls the measure. `about` says what is asked and why it is hard. `year` is when the problem was posed,
    which is where the history tells of it. `also` names tasks that ask other models the same: the same
    measure of the same examples.
    """

    id: str
    title: str
    on: str
    task: str
    dataset: str
    measure: str
    score: str
    year: int
    about: str
    also: tuple[str, ...] = ()

    @property
    def tasks(self) -> tuple[str, ...]:
        """The tasks whose recipes are on the track."""
        return (self.task, *self.also)


TRACKS = (
    Track(
        id="xor",
        title="Exclusive or",
        on="exclusive or",
        task="classification",
        dataset="xor",
        measure="error",
        score="error",
        year=1969,
        about="Two inputs, four patterns, and no line that separates them. One layer of weights cannot learn "
        "it; with a hidden layer it can be learned, even one of fixed random units, as in Rosenblatt's "
        "perceptron.",
    ),
    Track(
        id="digits",
        title="Handwritten digits, 8×8 pixels",
        on="the 8×8 digits",
        task="classification",
        dataset="digits",
        measure="error",
        score="error",
        year=1998,
        about="1,797 digits of 13 writers, small enough for a laptop: every classifier of images meets here.",
    ),
    Track(
        id="usps",
        title="Handwritten digits from letters (USPS)",
        on="USPS",
        task="classification",
        dataset="usps",
        measure="error",
        score="error",
        year=1989,
        about="9,298 digits of 16×16 pixels, cut from the zip codes on envelopes.",
    ),
    Track(
        id="mnist",
        title="Handwritten digits, 28×28 pixels (MNIST)",
        on="MNIST",
        task="classification",
        dataset="mnist",
        measure="error",
        score="error",
        year=1998,
        about="70,000 digits of 28×28 pixels, written by high-school students and by "
        "employees of the Census Bureau.",
    ),
    Track(
        id="cifar10",
        title="Small photographs (CIFAR-10)",
        on="CIFAR-10",
        task="classification",
        dataset="cifar10",
        measure="error",
        score="error",
        year=2009,
        about="60,000 colour photographs of 32×32 pixels, in ten classes.",
    ),
    Track(
        id="imdb",
        title="Praise or blame in film reviews (IMDB)",
        on="IMDB",
        task="classification",
        dataset="imdb",
        measure="error",
        score="error",
        year=2011,
        about="50,000 reviews: whether the writer liked the film. Counting words goes far; the rest is in "
        "their order.",
    ),
    Track(
        id="embedded_reber",
        title="A grammar with a memory (embedded Reber)",
        on="the embedded Reber grammar",
        task="language_modelling",
        dataset="embedded_reber",
        measure="strings_correct",
        score="share of strings right",
        year=1989,
        about="The last symbol but one repeats the second, however long the string between them.",
    ),
    Track(
        id="adding",
        title="Adding two of thirty numbers",
        on="the adding problem",
        task="recall",
        dataset="adding_30",
        measure="wrong",
        score="share of sums wrong",
        year=1997,
        about="Two numbers in a sequence are marked; at its end their sum is asked for.",
    ),
    Track(
        id="oscillator",
        title="Tracking a linear oscillator through noise",
        on="the tracked oscillator",
        task="recall",
        dataset="tracked_oscillator",
        measure="mse",
        score="squared error",
        year=1960,
        about="Thirty noisy measurements of a displacement: what are displacement and velocity at the last? "
        "No method can do better on average than Kalman's filter that knows how the oscillator moves.",
    ),
    Track(
        id="pendulum",
        title="Tracking a pendulum of wide swings through noise",
        on="the tracked pendulum",
        task="recall",
        dataset="tracked_pendulum",
        measure="mse",
        score="squared error",
        year=1960,
        about="The same question of a pendulum, whose swings take the longer the wider they are. No linear "
        "filter fits all of them.",
    ),
    Track(
        id="reconstruction",
        title="Reconstruction of 8×8 digits",
        on="reconstructed digits",
        task="reconstruction",
        dataset="digits",
        measure="squared_error",
        score="squared error",
        year=2006,
        about="What is left of an image after a narrow or a noisy code.",
    ),
    Track(
        id="density",
        title="Likelihood of 8×8 digits",
        on="the likelihood of digits",
        task="density",
        dataset="digits",
        measure="log_likelihood",
        score="log-likelihood",
        year=1986,
        about="How probable the model finds digits that it has not seen.",
        also=("likelihood", "variational"),
    ),
    Track(
        id="samples",
        title="Samples of 8×8 digits",
        on="sampled digits",
        task="generation",
        dataset="digits",
        measure="frechet_distance",
        score="Fréchet distance",
        year=2014,
        about="How far drawn digits are from written ones, in the features of a classifier.",
    ),
    Track(
        id="scenes",
        title="Segmentation of scenes of digits",
        on="scenes of digits",
        task="segmentation",
        dataset="digit_scenes",
        measure="mean_iou",
        score="mean IoU",
        year=2014,
        about="Which pixel belongs to which digit, in scenes composed from written digits.",
    ),
    Track(
        id="fashion_scenes",
        title="Segmentation of scenes of clothes",
        on="scenes of clothes",
        task="segmentation",
        dataset="fashion_scenes",
        measure="mean_iou",
        score="mean IoU",
        year=2014,
        about="Which pixel belongs to which garment, in scenes composed from photographs.",
    ),
    Track(
        id="dates",
        title="Translation of dates",
        on="dates",
        task="translation",
        dataset="date_translation",
        measure="exact_match",
        score="share of exact matches",
        year=2014,
        about="Dates as people write them, into the form of ISO 8601.",
    ),
    Track(
        id="multi30k",
        title="Translation of captions (Multi30k)",
        on="Multi30k",
        task="translation",
        dataset="multi30k",
        measure="bleu",
        score="BLEU score",
        year=2016,
        about="31,014 captions of photographs, from German into English.",
    ),
    Track(
        id="shakespeare",
        title="Characters of Tiny Shakespeare",
        on="Tiny Shakespeare",
        task="language_modelling",
        dataset="tiny_shakespeare",
        measure="cross_entropy",
        score="cross-entropy",
        year=2015,
        about="A million characters of plays: the next one is to be predicted.",
    ),
    Track(
        id="cartpole",
        title="Balancing a pole",
        on="the cart and pole",
        task="control",
        dataset="cartpole",
        measure="return",
        score="total reward",
        year=1983,
        about="A pole stands on a cart that is pushed left or right: how long it stays up.",
    ),
)
