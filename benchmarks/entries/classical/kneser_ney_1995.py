"""Count what came next, and count with care.

How likely is a word after those before it? Since Markov, who counted vowels in Pushkin, and Shannon, who drew
letters from tables in 1948, the answer has been to count. Look at the last few symbols, find all places in a
long text where they stood, and see what followed. The more symbols one looks at, the better one knows, and
the fewer the places: soon there are none. So one needs to fall back on shorter histories, and everything is
in how that is done.

Reinhard Kneser and Hermann Ney saw what is wrong with the obvious way. In a newspaper "Francisco" is a
frequent word, so a model that falls back on frequencies will expect it anywhere; yet it stands after "San"
and hardly ever after anything else. What matters for a word in a new place is not how often it occurred, but
in how many different places. With that, and a discount from every count that pays for what was never seen,
n-grams became so good that for two decades nets were measured by how far they got below them, and mostly
mixed with them.

What counting cannot do is see that two words are alike. A phrase with "cat" teaches it nothing of phrases
with "dog", and nothing that lies more than a few symbols back exists for it. In 2003 a net began to learn
both.
"""

from benchmarks.spec import Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Improved backing-off for m-gram language modeling",
    authors="R. Kneser, H. Ney",
    year=1995,
    venue="International Conference on Acoustics, Speech and Signal Processing 1:181-184",
    url="https://doi.org/10.1109/ICASSP.1995.479394",
    confidence="recalled",
)


def build(order=6, symbols=65):
    """A table of what followed the last 0, 1, ... `order` - 1 symbols."""
    from benchmarks.layers.models.kneser_ney import KneserNey

    return KneserNey(order, symbols)


def pictures(model, data, predict):
    """Text that is drawn from the table."""
    from benchmarks.layers.sampled_text import sampled_text, windowed

    symbols = data.info["symbols"]
    read = windowed(predict, model.order - 1)
    if "\n" in symbols:
        return {"text": sampled_text(predict, read, symbols)}
    return {"text": sampled_text(predict, read, symbols, prompt=symbols[:1], length=60, between=" ")}


ENTRY = Entry(
    id="kneser_ney_1995",
    name="n-grams (Kneser-Ney)",
    family="classical",
    task="language_modelling",
    idea="Count what followed, and fall back on how many different places a symbol was seen in.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    parameters=(ParameterCount(trainable=6, where="six discounts; what is counted comes with the text"),),
    recipes=(
        Recipe(
            dataset="sentences",
            tier="pocket",
            rule="fit",
            model={"order": 4, "symbols": 29},
            floor=("perplexity", 13.5),
            source="ours: four words, as a sentence has two or three; nothing was searched",
        ),
        Recipe(
            dataset="tiny_shakespeare",
            tier="standard",
            rule="fit",
            source="ours: six characters; nothing was searched",
        ),
    ),
    deviations=(
        "The paper's own tables could not be looked up, so nothing is claimed; the neural language model of "
        "2003 prints what such n-grams reach.",
        "Orders are interpolated, as Chen and Goodman recommended in 1999; the paper falls back only where a "
        "count is missing.",
        "A row of text begins anew: what stood before it is not known, as for the nets.",
        "The last row is padded with the text's first symbol: about a hundred symbols of a million, at most.",
    ),
)
