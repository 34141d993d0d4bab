"""A neurophysiologist and a young logician ask what a net of nerve cells could compute.

McCulloch and Pitts strip the nerve cell down to one decision: it fires if enough of its excitatory
inputs fire at the same moment, and if no inhibitory input does. Such units are the connectives of
propositional logic: a threshold of two makes AND, a threshold of one makes OR, an inhibitory input
makes NOT, of a unit that else would fire. Whatever can be said in logic can be wired, and with loops
the nets can do what finite automata do. Von Neumann's design for a stored-program computer cites this
paper and no other.

What is missing is learning. Every weight here was chosen by a person. XOR, which will play a part in
this history for half a century, needs no invention either: two layers do it, if somebody wires them.
"""

from benchmarks.spec import Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="A logical calculus of the ideas immanent in nervous activity",
    authors="W. S. McCulloch, W. Pitts",
    year=1943,
    venue="Bulletin of Mathematical Biophysics 5:115-133",
    url="https://doi.org/10.1007/BF02478259",
    confidence="recalled",
)
# Units of the first layer:  a and b, a or b, not a, not b, neither, a but not b, b but not a.
EXCITED_BY_A = (1, 1, 0, 0, 0, 1, 0)
EXCITED_BY_B = (1, 1, 0, 0, 0, 0, 1)
INHIBITED_BY_A = (0, 0, 1, 0, 1, 0, 1)
INHIBITED_BY_B = (0, 0, 0, 1, 1, 1, 0)
THRESHOLDS = (2, 1, 0, 0, 0, 1, 1)
# Which of them excite the outputs AND, OR, NOT a, NAND, NOR, XOR, each with a threshold of one.
OUTPUTS = (
    (1, 0, 0, 0, 0, 0),
    (0, 1, 0, 0, 0, 0),
    (0, 0, 1, 1, 0, 0),
    (0, 0, 0, 1, 0, 0),
    (0, 0, 0, 0, 1, 0),
    (0, 0, 0, 0, 0, 1),
    (0, 0, 0, 0, 0, 1),
)


def build():
    """Two bits in, six gates out, through one layer of units; outputs are 0.0 or 1.0."""
    import keras

    from benchmarks.layers.units.threshold import McCullochPittsUnits

    inputs = keras.Input((2,))
    first = McCullochPittsUnits(
        (EXCITED_BY_A, EXCITED_BY_B), (INHIBITED_BY_A, INHIBITED_BY_B), THRESHOLDS, name="first_layer"
    )(inputs)
    nothing = [[0] * 6] * 7
    outputs = McCullochPittsUnits(OUTPUTS, nothing, (1,) * 6, name="gates")(first)
    return keras.Model(inputs, outputs)


ENTRY = Entry(
    id="mcculloch_pitts_1943",
    name="McCulloch-Pitts neuron",
    family="threshold",
    task="classification",
    idea="A threshold on the number of active inputs computes a logic gate.",
    paper=PAPER,
    build=build,
    parameters=(
        ParameterCount(trainable=0, where="nothing is trained: thresholds and connections are set by hand"),
    ),
    recipes=(
        Recipe(
            dataset="logic_gates",
            tier="pocket",
            rule="none",
            batch_size=32,
            epochs=0,
            task_options={"threshold": 0.5},
            floor=("error", 0.0),
            source="wired by hand after the paper's figure 1 (disjunction, conjunction, negation)",
        ),
        Recipe(
            dataset="logic_gates",
            tier="standard",
            rule="none",
            batch_size=32,
            epochs=0,
            task_options={"threshold": 0.5},
            floor=("error", 0.0),
            source="wired by hand after the paper's figure 1 (disjunction, conjunction, negation)",
        ),
    ),
    deviations=(
        "The unit delay between layers is left out: the gates have no loops, so time plays no part.",
        (
            "NOT, NAND and NOR come from units with a threshold of 0, which fire when no input does; "
            "theorem III of the paper needs an input that is always active."
        ),
    ),
)
