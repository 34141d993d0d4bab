"""A neurophysiologist and a young logician ask what a net of nerve cells could compute.

McCulloch and Pitts strip the nerve cell down to one decision: it fires if enough of its excitatory
inputs fire at the same moment, and if no inhibitory input does. Such units are the connectives of
propositional logic: a threshold of two makes AND, a threshold of one makes OR, an inhibitory input
makes NOT. But what does a unit negate in the dark? A net at rest cannot say "not a" when nothing at all
happens, for something must excite the unit that "a" is to silence. So the paper's theorem III gives
such nets one more fibre, which is always active: a clock before there were computers. With it, whatever
can be said in logic can be wired, and with loops the nets can do what finite automata do. Von Neumann's
design for a stored-program computer cites this paper and no other.

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
EXCITED_ALWAYS = (0, 0, 1, 1, 1, 0, 0)  # by the fibre that is always active (theorem III)
INHIBITED_BY_A = (0, 0, 1, 0, 1, 0, 1)
INHIBITED_BY_B = (0, 0, 0, 1, 1, 1, 0)
THRESHOLDS = (2, 1, 1, 1, 1, 1, 1)
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
    """Two bits in, six gates out, through one layer of units; outputs are 0.0 or 1.0.

    Every unit has a threshold of at least one, so that a net without any active fibre stays silent.
    """
    import keras
    from keras import ops

    from benchmarks.layers.units.threshold import McCullochPittsUnits

    inputs = keras.Input((2,))
    always_active = ops.ones_like(inputs[:, :1])
    first = McCullochPittsUnits(
        (EXCITED_BY_A, EXCITED_BY_B, EXCITED_ALWAYS),
        (INHIBITED_BY_A, INHIBITED_BY_B, (0,) * 7),
        THRESHOLDS,
        name="first_layer",
    )(keras.layers.Concatenate()([inputs, always_active]))
    nothing = [[0] * 6] * 7
    outputs = McCullochPittsUnits(OUTPUTS, nothing, (1,) * 6, name="gates")(first)
    return keras.Model(inputs, outputs)


WIRED = "wired by hand after the paper's figure 1; the fibre that is always active after its theorem III"

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
            source=WIRED,
        ),
        Recipe(
            dataset="logic_gates",
            tier="standard",
            rule="none",
            batch_size=32,
            epochs=0,
            task_options={"threshold": 0.5},
            floor=("error", 0.0),
            source=WIRED,
        ),
    ),
    deviations=(
        "The unit delay between layers is left out: the gates have no loops, so time plays no part.",
    ),
)
