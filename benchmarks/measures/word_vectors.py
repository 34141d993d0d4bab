"""What vectors of words are scored by. Likeness is the cosine of the angle between two vectors."""

from benchmarks.spec import Measure

MEASURES = (
    Measure(
        "loss",
        "nats",
        "lower",
        "negative-sampling loss of a pair of neighbours, with fixed noise words, all words kept and whole "
        "windows; only comparable for the same number of noise words",
    ),
    Measure(
        "same_class",
        "%",
        "higher",
        "words whose most similar other word is of a class that they are of, among those that are not alone "
        "in theirs",
    ),
    Measure(
        "rand_index",
        "",
        "higher",
        "adjusted Rand index of a hierarchical clustering of the words of one class into as many clusters "
        "as there are classes: 1 if it finds the classes, 0 on average if it guesses",
    ),
    Measure(
        "analogies",
        "%",
        "higher",
        "questions a is to b as c is to d that are answered by d: the word most similar to b - a + c other "
        "than these three. Validation has the questions of even number, test those of odd number",
    ),
)
