"""The words of IMDB's film reviews, to learn vectors from, with questions of analogy about them."""

import dataclasses
import itertools
from pathlib import Path

from benchmarks.datasets.text import imdb
from benchmarks.spec import Data

#: Numbers below it are padding, starts, and words that are not among the 19,996 most frequent.
FIRST_WORD = 4
#: Pairs of one relation each, in the manner of the paper's question set: any two of a list make a question.
PAIRS = {
    "family": "man woman, boy girl, king queen, father mother, brother sister, son daughter, husband wife, "
    "uncle aunt, prince princess, actor actress",
    "nationality": "france french, germany german, italy italian, japan japanese, china chinese, russia "
    "russian, england english, america american, spain spanish, ireland irish",
    "plural": "film films, actor actors, scene scenes, character characters, woman women, man men, child "
    "children, story stories, director directors, effect effects",
    "comparative": "good better, bad worse, big bigger, long longer, old older, young younger, strong "
    "stronger, dark darker, funny funnier, scary scarier",
    "superlative": "good best, bad worst, big biggest, great greatest, old oldest, young youngest, strong "
    "strongest, dark darkest, funny funniest, weak weakest",
    "participle": "watch watching, see seeing, make making, play playing, write writing, take taking, go "
    "going, run running, give giving, tell telling",
    "past": "make made, see saw, go went, take took, write wrote, tell told, give gave, know knew, think "
    "thought, get got",
    "adverb": "complete completely, real really, actual actually, usual usually, sudden suddenly, slow "
    "slowly, clear clearly, easy easily, final finally, serious seriously",
}

CARDS = {
    "imdb_words": dataclasses.replace(
        imdb.CARDS["imdb"],
        id="imdb_words",
        title="Words of IMDB film reviews",
        task="word vectors",
        split="the reviews of `imdb` without their labels: 20,000 train / 5,000 validation / 25,000 test; "
        "720 questions of analogy in 8 relations, ours, of which every second one is asked in validation "
        "and the others in the test",
        classes=(),
    ),
}


def missing(id: str, data_dir: Path | None = None) -> str | None:
    """None if the files are there without a download, else which one is not."""
    return imdb.missing("imdb", data_dir)


def questions(number: dict[str, int]) -> list[list[int]]:
    """All questions a : b = c : d of two different pairs of one relation, as word numbers."""
    asked = []
    for pairs in PAIRS.values():
        numbers = [[number[word] for word in pair.split()] for pair in pairs.split(", ")]
        asked += [[*one, *other] for one, other in itertools.permutations(numbers, 2)]
    return asked


def load(id: str, data_dir: Path | None = None) -> Data:
    """x int32 [n,400] words, as in `imdb`.

    `info["vocabulary"]` lists the words by number, of which those below `info["first_word"]` are none;
    `info["analogies"]` are questions of four numbers each.
    """
    data = imdb.load("imdb", data_dir)
    names = data.info["vocabulary"]
    train, validation, test = ({"x": split["x"]} for split in (data.train, data.validation, data.test))
    info = {
        "vocabulary": names,
        "first_word": FIRST_WORD,
        "analogies": questions({name: i for i, name in enumerate(names)}),
    }
    return Data(train, validation, test, info)
