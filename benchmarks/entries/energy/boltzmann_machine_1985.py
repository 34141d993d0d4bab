"""A rule by which hidden units learn what to stand for, from what can be seen at the two ends of a link.

The perceptron's rule says how to change units whose right answer is known. For units which are neither inputs
nor outputs it has nothing to say, and on that, the paper writes, perceptrons had foundered. Ackley, Hinton
and Sejnowski took Hopfield's net, gave it such hidden units, and shook it: each unit is on with a probability
that follows from what the others say, as in a body at some temperature. The temperature is lowered slowly, as
in annealing, until the net visits states of low energy more often than others. That noise was meant to free
the search from poor valleys, and turned out to hold the key to learning.
At equilibrium the derivative of the likelihood by a link is the difference of two numbers that can be seen at
its ends: how often both units are on while the world holds the visible units fast, and how often they are on
while the net runs freely. The net learns awake, and unlearns in its dreams.

The paper's test is the encoder. Two groups of units see the same thing and can talk to each other only
through a few hidden units between them, so they have to agree upon a code, and nobody tells them which. It
goes through three phases: units of a group learn to silence one another; hidden units take sides; and then,
for a long time, patterns that share a code push each other apart until every one has its own.

The rule is local and right, and very slow: each change of the weights needs many settlings, and each settling
many decisions. Back-propagation, a year later, needed one pass each way, and the field went there. Machines
whose hidden units are not linked among themselves made the idea quick enough for use, twenty years later.
"""

from benchmarks.spec import Claim, Entry, Paper, ParameterCount, Recipe, Stage

PAPER = Paper(
    title="A learning algorithm for Boltzmann machines",
    authors="D. H. Ackley, G. E. Hinton, T. J. Sejnowski",
    year=1985,
    venue="Cognitive Science 9:147-169",
    url="https://doi.org/10.1207/s15516709cog0901_7",
    confidence="verified",
)


def build(group=4, hidden=2, machines=1, temperature=10.0):
    """`machines` machines side by side, each with two visible groups and hidden units between them."""
    from benchmarks.layers.models.boltzmann_machine import BoltzmannMachines

    return BoltzmannMachines(group, hidden, machines, temperature)


def pictures(model, data, predict):
    """The links of the first machine, and how many machines have found their codes after how many cycles."""
    import numpy as np

    from benchmarks.pictures import AnyPicture, Axis, Curves, LabelledMap, Series, filters

    shown: dict[str, AnyPicture] = {}
    links = np.asarray(model.links.value)[0]
    first, second = links[: model.group], links[model.group : model.visible]
    hidden = slice(model.visible, model.units)
    shown["hidden"] = filters(
        np.concatenate([first[:, hidden], second[:, hidden]]).T,
        (2, model.group),
        1,
        "The links of each hidden unit of the first machine, to the first group above and to the second "
        "below: white excites, black inhibits.",
    )
    if model.units <= 20:
        names = [
            *(f"a{i + 1}" for i in range(model.group)),
            *(f"b{i + 1}" for i in range(model.group)),
            *(f"h{i + 1}" for i in range(model.hidden)),
            "bias",
        ]
        shown["links"] = LabelledMap(
            links.astype("float64"),
            names,
            names,
            "unit",
            "unit",
            "",
            "All links of the first machine: the groups a and b, the hidden units h and the biases.",
        )
    found = np.sort(np.asarray(model.found.value, "float64"))
    found = found[np.isfinite(found)]
    if len(found) > 1:
        share = 100.0 * np.arange(1, len(found) + 1) / model.machines
        shown["found"] = Curves(
            [Series("all patterns have codes of their own", found, share)],
            Axis("learning cycles", logarithmic=True),
            Axis("machines", "%"),
            "The share of the machines that have found a code for each pattern, by the learning cycle.",
        )
    return shown


# Section 4.1, the learning cycle and the annealing schedule: pairs of units of time and temperature.
CYCLE = {
    "weight_step": 2.0,
    "annealings": 2,
    "on_to_off": 0.15,
    "off_to_on": 0.05,
    "schedule": ((2, 20.0), (2, 15.0), (2, 12.0), (4, 10.0)),
    "collect": 10,
}
# Section 4.3: the same, but fewer units are on by mistake.
CYCLE_OF_EIGHT = CYCLE | {"off_to_on": 0.02}
# Section 4.4: "spent twice as long at each temperature and went down to half the final temperature".
GENTLE = ((4, 20.0), (4, 15.0), (4, 12.0), (8, 10.0), (8, 5.0))
EXACT = {"noise": (0.15, 0.05), "completions": 10, "schedule": GENTLE}

HOW_FOUND = (
    "How the paper told that a code was found is not printed: with the likeliest states of the hidden units "
    "codes are found sooner, and stay different from median_lasting_cycles on, which is later."
)
HOW_NOISY = (
    "The last patterns find no codes of their own. How often noise is drawn for a clamped vector is not "
    "printed, but does not explain it: with one draw an annealing, tried outside the catalogue, fewer codes "
    "are left."
)
WHY_NOT_ALL = (
    "At the end of the run a few machines are not there; why all of the printed ones were is not known."
)
UNPRINTED = (
    "For 40-10-40 neither weight step nor schedule is printed, nor how long learning went on without noise; "
    "in that time the weights keep growing, and the test gets worse."
)

ENTRY = Entry(
    id="boltzmann_machine_1985",
    name="Boltzmann machine",
    family="energy",
    task="encoding",
    idea="Change each link by how much more often its ends are on together awake than in a dream.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={"three": "three hidden units for four patterns (4-3-4), so that codes can keep a distance"},
    parameters=(
        ParameterCount(
            trainable=38, where="4-2-4: 12 links within the groups, 16 to hidden units, 10 biases"
        ),
        ParameterCount(
            trainable=47,
            where="4-3-4: 12 links within the groups, 24 to hidden units, 11 biases",
            variant="three",
            arguments={"hidden": 3},
        ),
        ParameterCount(
            trainable=123,
            where="8-3-8: 56 links within the groups, 48 to hidden units, 19 biases",
            arguments={"group": 8, "hidden": 3},
        ),
        ParameterCount(
            trainable=2_450,
            where="40-10-40: 1,560 links within the groups, 800 to hidden units, 90 biases",
            arguments={"group": 40, "hidden": 10},
        ),
    ),
    recipes=(
        Recipe(
            dataset="encoder_4",
            tier="pocket",
            model={"group": 4, "hidden": 2, "machines": 20},
            rule="boltzmann_learning",
            rule_options=CYCLE,
            batch_size=4,
            epochs=600,
            evaluate_every=100,
            task_options=EXACT,
            shortened="600 learning cycles of 20 machines",
            floor=("solved", 55.0),
            source="section 4.1; the number of cycles is ours",
        ),
        Recipe(
            dataset="encoder_4",
            tier="pocket",
            variant="three",
            model={"group": 4, "hidden": 3, "machines": 20},
            rule="boltzmann_learning",
            rule_options=CYCLE,
            batch_size=4,
            epochs=300,
            evaluate_every=100,
            task_options=EXACT,
            shortened="300 learning cycles of 20 machines",
            floor=("solved", 90.0),
            source="section 4.2; the number of cycles is ours",
        ),
        Recipe(
            dataset="encoder_4",
            tier="standard",
            model={"group": 4, "hidden": 2, "machines": 250},
            rule="boltzmann_learning",
            rule_options=CYCLE,
            batch_size=4,
            epochs=2000,
            evaluate_every=100,
            task_options=EXACT,
            source="section 4.1: 250 tests, of which the longest took 1,810 cycles; 2,000 for each",
        ),
        Recipe(
            dataset="encoder_4",
            tier="standard",
            variant="three",
            model={"group": 4, "hidden": 3, "machines": 200},
            rule="boltzmann_learning",
            rule_options=CYCLE,
            batch_size=4,
            epochs=1200,
            evaluate_every=100,
            task_options=EXACT,
            source="section 4.2: 200 trials, of which the longest took 1,090 cycles; 1,200 for each",
        ),
        Recipe(
            dataset="encoder_8",
            tier="standard",
            model={"group": 8, "hidden": 3, "machines": 20},
            rule="boltzmann_learning",
            rule_options=CYCLE_OF_EIGHT,
            batch_size=8,
            epochs=4000,
            evaluate_every=250,
            task_options={"noise": (0.15, 0.02), "completions": 10, "schedule": GENTLE},
            source="section 4.3: 20 simulations of 4,000 cycles",
        ),
        Recipe(
            dataset="encoder_40",
            tier="standard",
            model={"group": 40, "hidden": 10, "machines": 1},
            evaluate_every=1,
            stages=(
                Stage(
                    name="lateral",
                    rule="boltzmann_learning",
                    rule_options=CYCLE
                    | {"annealings": 1, "on_to_off": 0.1, "off_to_on": 0.0025, "connected": False},
                    batch_size=40,
                    epochs=300,
                    evaluate_every=50,
                ),
                Stage(
                    name="noisy",
                    rule="boltzmann_learning",
                    rule_options=CYCLE | {"annealings": 1, "on_to_off": 0.1, "off_to_on": 0.0025},
                    batch_size=40,
                    epochs=500,
                    evaluate_every=50,
                ),
                Stage(
                    name="clean",
                    rule="boltzmann_learning",
                    rule_options=CYCLE | {"annealings": 1, "on_to_off": 0.0, "off_to_on": 0.0},
                    batch_size=40,
                    epochs=700,
                    evaluate_every=50,
                ),
            ),
            task_options={"completions": 10, "schedule": GENTLE},
            source="section 4.4 and figure 5; 700 cycles without noise; weight step and schedule of 4.1",
        ),
    ),
    claims=(
        Claim(
            dataset="encoder_4",
            metric="solved",
            value=100.0,
            unit="%",
            direction="higher",
            where="section 4.1: in 250 tests it always found one of the global minima, and remained there",
            test_size=250,
            confidence="verified",
            source="paper text",
            missed_because="not understood",
            evidence=WHY_NOT_ALL,
        ),
        Claim(
            dataset="encoder_4",
            metric="median_cycles",
            value=110,
            unit="cycles",
            direction="equal",
            where="section 4.1: median of 250 tests until four different codes are discovered",
            confidence="verified",
            source="paper text",
            missed_because="protocol unknown",
            evidence=HOW_FOUND,
        ),
        Claim(
            dataset="encoder_4",
            metric="longest_cycles",
            value=1810,
            unit="cycles",
            direction="lower",
            where="section 4.1: the longest of 250 tests",
            confidence="verified",
            source="paper text",
            missed_because="not understood",
            evidence=WHY_NOT_ALL,
        ),
        Claim(
            dataset="encoder_4",
            variant="three",
            metric="spaced",
            value=100.0,
            unit="%",
            direction="higher",
            where="section 4.2: it always goes on until no two codes differ in a single bit; 200 trials",
            test_size=200,
            confidence="verified",
            source="paper text",
            missed_because="not understood",
            evidence=WHY_NOT_ALL,
        ),
        Claim(
            dataset="encoder_4",
            variant="three",
            metric="median_spaced_cycles",
            value=270,
            unit="cycles",
            direction="equal",
            where="section 4.2: median of 200 trials until the four codes are well spaced",
            confidence="verified",
            source="paper text",
        ),
        Claim(
            dataset="encoder_4",
            variant="three",
            metric="longest_spaced_cycles",
            value=1090,
            unit="cycles",
            direction="lower",
            where="section 4.2: the longest of 200 trials",
            confidence="verified",
            source="paper text",
            missed_because="not understood",
            evidence=WHY_NOT_ALL,
        ),
        Claim(
            dataset="encoder_8",
            metric="solved",
            value=80,
            unit="%",
            direction="higher",
            where="section 4.3: all 8 codes in 16 of 20 simulations, 7 in the rest",
            test_size=20,
            confidence="verified",
            source="paper text",
            missed_because="not understood",
            evidence=HOW_NOISY,
        ),
        Claim(
            dataset="encoder_8",
            metric="median_cycles",
            value=1570,
            unit="cycles",
            direction="equal",
            where="section 4.3: median time to find all 8 codes",
            confidence="verified",
            source="paper text",
            missed_because="not understood",
            evidence=HOW_NOISY,
        ),
        Claim(
            dataset="encoder_8",
            metric="median_almost_cycles",
            value=210,
            unit="cycles",
            direction="equal",
            where="section 4.3: median time to find 7 codes",
            confidence="verified",
            source="paper text",
            missed_because="protocol unknown",
            evidence=HOW_FOUND,
        ),
        Claim(
            dataset="encoder_40",
            metric="completed",
            value=98.6,
            unit="%",
            direction="higher",
            where="section 4.4 and figure 5: the final performance, 10 tests of each of 40 patterns",
            test_size=400,
            confidence="verified",
            source="paper text",
            missed_because="protocol unknown",
            evidence=UNPRINTED,
        ),
    ),
    deviations=(
        "Many machines learn side by side, so that one run tells a share and a median; the number of "
        "parameters counts the links of them all.",
        "The paper does not say how often noise is drawn for a clamped vector. Here it is drawn anew in each "
        "unit of time: with one draw for a whole annealing the rule of fixed steps sees rare pairs in few "
        "cycles, and the weights grow without bound.",
        "The statistics are taken once at the end of each unit of time; the paper does not say how often.",
        "The code of a pattern is the likeliest state of the hidden units when it is clamped on both groups; "
        "how the paper told when a code was found is not printed. Early in learning codes may differ by "
        "chance, so the time until they stay different is measured too.",
        "For 40-10-40 the paper does not print the weight step, nor the annealing schedule: those of 4-2-4 "
        "are taken. Nor does it say how long learning went on without noise: 700 cycles here.",
        "The test with one group clamped follows the words of section 4.4: twice as long at each "
        "temperature, and down to half the final one.",
    ),
)
