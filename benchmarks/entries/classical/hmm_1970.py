"""What we see is a shadow: behind it something moves that nobody sees.

In the sixties Leonard Baum worked at the Institute for Defense Analyses in Princeton, where codes were
broken. Suppose that a machine has a few hidden states and goes from one to the next by chance, and that all
we have is the symbol that each state happens to show. Which machine was it? With Ted Petrie, George Soules
and Norman Weiss he found a way to climb: guess any machine; ask, under that guess, how often each move and
each symbol is to be expected, given what was seen; take these expectations for the new machine. Each round
makes what was seen more probable, or leaves it as it is, without a rate, a derivative or a step that could be
too long. Lloyd Welch asked the question with him, and the method has both names.

It became the ear of the computer. From the seventies to 2012 nearly every recogniser of speech was a hidden
Markov model, and still the ancestor of the recurrent net is easy to see in it: a state is carried from step
to step, changed by what is read, and speaks for what comes next. The net's state is a point in a space, this
one a belief about which of a few boxes it is in. So the model needs as many boxes as there are things to
remember. To carry one bit through a grammar it must learn the grammar twice, once for each value of the bit,
where a net keeps one unit for it. In 1990 it was shown that the model is itself a recurrent net, a linear
one, and that it learns the Reber grammar from a few hundred strings in about fourteen rounds.

In return nothing vanishes: the bit is as safe after thirty steps as after one, if the climb has found the two
copies. It climbs to the nearest hill, though, and where that lies depends on the guess with which it began.
"""

from benchmarks.spec import Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="A maximization technique occurring in the statistical analysis of probabilistic functions of "
    "Markov chains",
    authors="L. E. Baum, T. Petrie, G. Soules, N. Weiss",
    year=1970,
    venue="Annals of Mathematical Statistics 41(1):164-171",
    url="https://doi.org/10.1214/aoms/1177697196",
    confidence="verified",
)


def build(states=40, symbols=7, iterations=100, starts=2, smoothing=1e-3, padded=True):
    """Hidden states that show symbols; the next symbol is predicted from what is believed of the state."""
    from benchmarks.layers.models.hidden_markov_model import HiddenMarkovModel

    return HiddenMarkovModel(states, symbols, iterations, starts, smoothing, padded)


def pictures(model, data, predict):
    """Which symbols each state shows, and which state follows it."""
    import numpy as np

    from benchmarks.pictures import LabelledMap

    if len(model.shows) > 60:
        return {}
    symbols = list(data.info["symbols"])
    # States that show the same stand together.
    order = np.lexsort((-model.shows.max(axis=1), model.shows.argmax(axis=1)))
    names = [f"{symbols[model.shows[state].argmax()]} {number + 1}" for number, state in enumerate(order)]
    return {
        "shows": LabelledMap(
            100.0 * model.shows[order],
            names,
            symbols,
            "hidden state, named for what it shows most",
            "symbol",
            "%",
            "How often each hidden state shows each symbol.",
        ),
        "moves": LabelledMap(
            100.0 * model.moves[np.ix_(order, order)],
            names,
            names,
            "hidden state",
            "next hidden state",
            "%",
            "How often each hidden state is followed by each other.",
        ),
    }


STRINGS = {"strings": True}
OURS = (
    "ours, since the paper proves that the method climbs and has no data: passes, starts and smoothing set "
    "by hand, the number of states chosen on the validation split"
)

ENTRY = Entry(
    id="hmm_1970",
    name="Hidden Markov model (Baum-Welch)",
    family="classical",
    task="language_modelling",
    idea="A hidden state moves by chance and shows symbols; expected counts become probabilities, in rounds.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    parameters=(ParameterCount(trainable=1_839, where="40 states, 7 symbols, counted; the size is ours"),),
    recipes=(
        Recipe(
            dataset="embedded_reber",
            tier="pocket",
            rule="fit",
            model={"states": 40, "iterations": 50},
            task_options=STRINGS,
            floor=("legal", 90.0),
            source=OURS,
            tries=6,
        ),
        Recipe(
            dataset="reber",
            tier="pocket",
            rule="fit",
            model={"states": 15, "iterations": 50},
            task_options=STRINGS,
            floor=("strings_correct", 90.0),
            source="ours, fewer states than for the grammar that embeds this one; nothing was searched",
        ),
        Recipe(
            dataset="embedded_reber",
            tier="standard",
            rule="fit",
            model={"states": 40, "starts": 20, "iterations": 200},
            task_options=STRINGS,
            source=OURS + "; ten times the starts and four times the passes of the pocket tier",
        ),
        Recipe(
            dataset="tiny_shakespeare",
            tier="standard",
            rule="fit",
            model={"states": 100, "symbols": 65, "iterations": 30, "starts": 1, "padded": False},
            source="ours, not searched",
        ),
    ),
    deviations=(
        "The paper proves a theorem and has no data. The grammars are those on which recurrent nets were "
        "tried twenty years later; what the story says of 1990 is in the abstract of Recurrent neural "
        "networks, hidden Markov models and stochastic grammars (IJCNN 1990).",
        "To each expected count a thousandth is added, so that no event is impossible; where learning begins "
        "is random, and the start is kept under which the training strings are most probable.",
        "The numbers of states, passes and starts are ours.",
    ),
)
