"""A net with a tape.

A recurrent net remembers in the activations of its units, so that more memory costs more weights, and what it
knows of a sequence is mixed up in one vector. A computer keeps program and memory apart. Alex Graves, Greg
Wayne and Ivo Danihelka at DeepMind gave a net a memory of its own: a table of numbers that a small
controller reads and writes through heads, as a Turing machine its tape. A head does not choose one row. It
spreads its attention over all rows, most of it on few, by what they hold or by a step to the next row; so
the whole machine has a gradient, and learns by backpropagation what to store, where, and when to look it up.

Copying shows what that is worth. A net reads up to twenty random vectors and repeats them. An LSTM with
eighty times as many weights learns it slowly, and fails on longer sequences. The machine learns a loop,
write and step on, then go back, read and step on, and the loop goes on working for sequences many times as
long. Training is delicate, each step touches every row, and a memory of learned addresses fills up. The
authors' differentiable neural computer of 2016 added bookkeeping; the attention of the Transformer kept the
look-up and dropped the writing.
"""

from benchmarks.spec import Claim, Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Neural Turing machines",
    authors="A. Graves, G. Wayne, I. Danihelka",
    year=2014,
    venue="arXiv 1410.5401",
    url="https://arxiv.org/abs/1410.5401",
    confidence="verified",
)


def build(inputs=9, outputs=8, controller="feedforward", units=100, slots=128, width=20):
    """The logits of the bits at each step; the controller "none" is the paper's net without a memory."""
    import keras

    from benchmarks.layers.recurrent.turing_machine import StackedLSTM, TuringMachine

    steps = keras.Input((None, inputs))
    if controller == "none":
        machine = StackedLSTM(outputs, units, layers=3)
    else:
        machine = TuringMachine(outputs, controller, units, slots, width, name="machine")
    return keras.Model(steps, machine(steps))


def pictures(model, data, predict):
    """How many bits are wrong in longer sequences; where the heads are while one goes by."""
    import numpy as np

    from benchmarks.layers.recurrent.turing_machine import TuringMachine, watch
    from benchmarks.pictures import AnyPicture, Axis, Curves, Series, grid
    from benchmarks.tasks.copying import episodes, errors

    longest, bits = data.test["y"].shape[1] // 2, data.test["y"].shape[2]
    lengths = [longest // 2, longest, *(times * longest for times in (2, 3, 4))]
    wrong = 100.0 * errors(predict, lengths, bits)
    shown: dict[str, AnyPicture] = {
        "longer": Curves(
            [Series("bits wrong", np.array(lengths, "float64"), wrong)],
            Axis("length of the sequence", "vectors"),
            Axis("bits wrong", "%"),
            f"Copying beyond the trained length of {longest} vectors; guessing gets half of the bits wrong.",
        )
    }
    if any(isinstance(layer, TuringMachine) for layer in model.layers):
        heads = predict(watch, {"x": episodes([longest], bits)["x"][0, :1]})
        tiles = (
            np.stack([heads["write"][0].T, heads["read"][0].T])[:, :64].repeat(4, axis=1).repeat(4, axis=2)
        )
        caption = (
            f"Where the heads are while {longest} vectors are read and repeated: above the head that "
            "writes, below the one that reads; a row a slot of the memory, the first 64 at most, time from "
            "left to right, white is all of the attention."
        )
        shown["heads"] = grid(tiles.reshape(2, -1), tiles.shape[1:], 1, caption)
    return shown


#: Section 4 and table 1: RMSProp in the form of Graves (2013), which has these constants; gradients are
#: clipped one by one.
RMSPROP = {
    "name": "RMSprop",
    "learning_rate": 1e-4,
    "rho": 0.95,
    "momentum": 0.9,
    "centered": True,
    "epsilon": 1e-4,
    "clipvalue": 10.0,
}
SHORT = {"inputs": 5, "outputs": 4, "units": 32, "slots": 24, "width": 8}
SHORT_TASK = {"longer": (5, 10, 15, 20)}
TASK = {"longer": (10, 20, 30, 50, 120)}
IN_BATCHES = "batches of 16, and the rate, tenfold, are ours, not searched"

ENTRY = Entry(
    id="ntm_2014",
    name="Neural Turing machine",
    family="attention",
    task="copying",
    idea=(
        "A controller writes to a table and reads from it by attention to contents and to neighbouring "
        "places."
    ),
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={
        "lstm-controller": "the controller is an LSTM layer",
        "lstm": "three LSTM layers and no memory",
    },
    parameters=(
        ParameterCount(
            trainable=16_096,
            where=(
                "feed-forward controller: 3,000 in it, 9,292 in the heads, 968 to the outputs, 2,836 where "
                "memory, reading and addresses begin; table 1 prints 17,162, and its settings do not say of "
                "what: none of the printed settings that were tried gives that number"
            ),
            published=17_162,
            confidence="verified",
        ),
        ParameterCount(
            trainable=65_296,
            where="LSTM controller: 52,000 in it, the rest as above and 200 where its state begins; table 2",
            variant="lstm-controller",
            arguments={"controller": "lstm"},
            published=67_561,
            confidence="verified",
        ),
        ParameterCount(
            trainable=1_352_969,
            where=(
                "three LSTM layers of 256 that all see the inputs, 10 of them, and start at learned states; "
                "9 outputs that see all layers: met exactly; table 3"
            ),
            variant="lstm",
            arguments={"controller": "none", "units": 256, "inputs": 10, "outputs": 9},
            published=1_352_969,
            confidence="verified",
        ),
    ),
    recipes=(
        Recipe(
            dataset="vector_copying_short",
            tier="pocket",
            model=SHORT,
            optimizer={"name": "Adam", "learning_rate": 0.01, "clipvalue": 10.0},
            task_options=SHORT_TASK,
            batch_size=16,
            epochs=3,
            evaluate_every=3,
            floor=("bit_error", 0.4),
            source="ours: short vectors, a small memory, Adam; not searched",
        ),
        Recipe(
            dataset="vector_copying_short",
            tier="pocket",
            variant="lstm",
            model={"inputs": 5, "outputs": 4, "units": 32, "controller": "none"},
            optimizer={"name": "Adam", "learning_rate": 0.01, "clipvalue": 10.0},
            task_options=SHORT_TASK,
            batch_size=32,
            epochs=2,
            evaluate_every=2,
            floor=("bit_error", 0.4),
            source="ours: three layers of 32, trained as the machine is; not searched",
        ),
        Recipe(
            dataset="vector_copying",
            tier="standard",
            optimizer=RMSPROP | {"learning_rate": 1e-3},
            task_options=TASK,
            batch_size=16,
            epochs=4,
            shortened="400,000 sequences in 25,000 steps; the paper's curves reach a million, one a step",
            source=f"sizes, optimiser and clipping of section 4 and table 1; {IN_BATCHES}",
        ),
        Recipe(
            dataset="vector_copying",
            tier="standard",
            variant="lstm-controller",
            model={"controller": "lstm"},
            optimizer=RMSPROP | {"learning_rate": 1e-3},
            task_options=TASK,
            batch_size=16,
            epochs=4,
            shortened="400,000 sequences in 25,000 steps; the paper's curves reach a million, one a step",
            source=f"sizes, optimiser and clipping of section 4 and table 2; {IN_BATCHES}",
        ),
        Recipe(
            dataset="vector_copying",
            tier="standard",
            variant="lstm",
            model={"controller": "none", "units": 256},
            optimizer=RMSPROP | {"learning_rate": 3e-4},
            task_options=TASK,
            batch_size=16,
            epochs=4,
            shortened="400,000 sequences in 25,000 steps; the paper's curves reach a million, one a step",
            source=f"sizes, optimiser and clipping of section 4 and table 3; {IN_BATCHES}",
        ),
    ),
    claims=(
        Claim(
            dataset="vector_copying",
            metric="longest_copied",
            value=120,
            unit="steps",
            direction="higher",
            where="section 4.1 and figure 4: trained on 1 to 20 vectors, copies of 120 with few errors",
            resolution=1,
            confidence="verified",
            source="paper text, section 4.1, in public notes on it",
        ),
    ),
    deviations=(
        "The pocket tier learns by Adam instead of RMSProp.",
        "Sequences come from a fixed set and are seen in batches, four times each; the paper draws each "
        "one anew.",
        (
            "Keys and what is added pass through a hyperbolic tangent, addresses begin at the first slot and "
            "are learned; the paper does not say how it bounds the former and starts the latter."
        ),
        "The input has one mark, which ends the sequence; the paper's net seems to have had two.",
        (
            "The write head acts before the read head of the same step, and the outputs see what was read; "
            "the order is not printed."
        ),
        "A length counts as copied if no more than a tenth of its bits are wrong; the paper shows examples.",
    ),
)
