"""A machine that dreams, with its links pruned until learning took one step.

A Boltzmann machine gives every joint state of its units an energy, and visits low energies more
often. Learning is a comparison: links grow where two units are on together while the machine
watches the data, and shrink where they are on together while it runs freely. The rule is local and
exact, but the second half asks for samples of the machine's own equilibrium, and a net whose hidden
units are linked among themselves takes ages to reach it. Smolensky's Harmonium of 1986 has no links
within a layer: all hidden units can be sampled at once, given the visible ones, and the reverse.

Still the chain must run long. Hinton's contrastive divergence of 2002 starts it at the data and
stops it after a single step. That no longer follows the gradient of the likelihood, or of anything
else, and yet it learns good features; from 2006 on, stacks of such machines, trained one layer
after the other, made deep nets trainable and woke up the field. This entry is the machine of 1986
with the rule of 2002.

What one step cannot see is what the machine believes far from the data: it may give much of its
probability to images that no one has ever drawn, and its reconstruction error does not tell. So we
ask for the likelihood itself: summed exactly on the tiny world of bars and stripes, estimated by
annealed importance sampling on handwritten digits.
"""

from benchmarks.spec import Claim, Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Information processing in dynamical systems: foundations of harmony theory; "
    "Training products of experts by minimizing contrastive divergence",
    authors="P. Smolensky; G. E. Hinton",
    year=1986,
    venue="Parallel Distributed Processing, vol. 1, ch. 6, 194-281; Neural Computation 14:1771-1800 (2002)",
    url="https://doi.org/10.1162/089976602760128018",
)


def build(input_shape=(28, 28, 1), hidden=500, scale=255.0):
    """One visible layer, one hidden layer, binary units, a bias for each."""
    from benchmarks.layers.models.restricted_boltzmann_machine import RestrictedBoltzmannMachine

    return RestrictedBoltzmannMachine(input_shape, hidden, scale)


def pictures(model, data, predict):
    """What the hidden units look for, and what the machine dreams."""
    import numpy as np

    from benchmarks.layers.models.restricted_boltzmann_machine import gibbs_samples
    from benchmarks.pictures import filters, grid

    side = int(np.sqrt(model.visible))
    count = min(64, model.hidden // 8 * 8)
    weights = np.asarray(model.kernel.value)[:, :count].T
    dreams = gibbs_samples(predict, model, chains=40, steps=1000, seed=0)
    return {
        "filters": filters(
            weights,
            (side, side),
            8,
            f"The weights of {count} hidden units to the pixels: white excites, black inhibits.",
        ),
        "samples": grid(
            dreams,
            (side, side),
            10,
            "What 40 Markov chains see after 1,000 alternations between the layers, started from noise.",
        ),
    }


#: All 30 images in every step.
TINY_NET = {"input_shape": (16,), "hidden": 16, "scale": 1.0}
TINY_SOURCE = "all 30 images in every step; size and rate chosen by the exact likelihood"
HINTON_2006 = "momentum and weight decay of Hinton and Salakhutdinov 2006 (supporting online material)"

ENTRY = Entry(
    id="rbm_1986",
    name="Restricted Boltzmann machine (Harmonium)",
    family="energy",
    task="density",
    idea=(
        "No links within a layer, so that sampling a layer is one step; learn by how far one step leads "
        "away from the data."
    ),
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={
        "no-decay": (
            "without weight decay, so that the likelihood falls while the reconstruction keeps "
            "improving (Fischer and Igel 2010, recalled)"
        ),
        "persistent": "chains that are never started again, as in Tieleman (2008)",
        "25-steps": "25 alternations between the layers instead of one",
    },
    parameters=(
        ParameterCount(trainable=393_284, where="784-500 with both biases, counted"),
        ParameterCount(
            trainable=804_624, where="784-1024 with both biases, counted", arguments={"hidden": 1024}
        ),
    ),
    recipes=(
        Recipe(
            dataset="bars_and_stripes",
            tier="pocket",
            model=TINY_NET,
            rule="contrastive_divergence",
            rule_options={"steps": 1, "weight_decay": 0.001},
            optimizer={"name": "SGD", "learning_rate": 0.05, "momentum": 0.5},
            batch_size=30,
            epochs=12_000,
            evaluate_every=1500,
            task_options={"partition": "exact"},
            floor=("log_likelihood", -5.0),
            source=f"{TINY_SOURCE}, decay too",
        ),
        Recipe(
            dataset="bars_and_stripes",
            tier="pocket",
            variant="no-decay",
            model=TINY_NET,
            rule="contrastive_divergence",
            rule_options={"steps": 1, "weight_decay": 0.0},
            optimizer={"name": "SGD", "learning_rate": 0.05, "momentum": 0.5},
            batch_size=30,
            epochs=12_000,
            evaluate_every=1500,
            task_options={"partition": "exact"},
            floor=("log_likelihood", -9.0),
            source=TINY_SOURCE,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            model={"input_shape": (8, 8, 1), "hidden": 64, "scale": 16.0},
            rule="contrastive_divergence",
            rule_options={"steps": 1, "weight_decay": 0.0002},
            optimizer={
                "name": "RampedMomentum",
                "learning_rate": 0.02,
                "momentum": 0.5,
                "final_momentum": 0.9,
                "ramp_start": 265,  # after 5 passes of 53 steps
                "ramp_end": 266,
            },
            batch_size=20,
            epochs=70,
            evaluate_every=35,
            task_options={"partition": "annealed", "chains": 100, "temperatures": 1000},
            further_tasks={
                "reconstruction": {"corruption": "blankout", "amount": 0.25},
                "generation": {"samples": 1000},
            },
            floor=("log_likelihood", -24.5),
            source=f"{HINTON_2006}; rate, batch size and epochs chosen on validation",
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="persistent",
            model={"input_shape": (8, 8, 1), "hidden": 64, "scale": 16.0},
            rule="persistent_contrastive_divergence",
            rule_options={"chains": 100, "steps": 1, "weight_decay": 0.0002},
            optimizer={
                "name": "SGD",
                "learning_rate": {
                    "name": "PolynomialDecay",
                    "initial_learning_rate": 0.8,
                    "decay_steps": 3710,  # 70 passes of 53 steps
                    "end_learning_rate": 0.0,
                },
            },
            batch_size=20,
            epochs=70,
            evaluate_every=35,
            task_options={"partition": "annealed", "chains": 100, "temperatures": 1000},
            floor=("log_likelihood", -24.5),
            source="as with one step; the rate, which falls to zero, was chosen on validation",
            tries=6,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            rule="contrastive_divergence",
            rule_options={"steps": 1, "weight_decay": 0.0002},
            optimizer={
                "name": "RampedMomentum",
                "learning_rate": 0.1,
                "momentum": 0.5,
                "final_momentum": 0.9,
                "ramp_start": 2500,  # after 5 passes of 500 steps
                "ramp_end": 2501,
            },
            batch_size=100,
            epochs=50,
            evaluate_every=25,
            task_options={"partition": "annealed", "chains": 100, "temperatures": 14_500},
            source=(
                f"{HINTON_2006}, learning rate 0.1; annealing of Salakhutdinov and Murray 2008; epochs are "
                "ours"
            ),
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="persistent",
            rule="persistent_contrastive_divergence",
            rule_options={"chains": 100, "steps": 1, "weight_decay": 0.0002},
            optimizer={
                "name": "SGD",
                "learning_rate": {
                    "name": "PolynomialDecay",
                    "initial_learning_rate": 0.05,
                    "decay_steps": 25_000,  # 50 passes of 500 steps
                    "end_learning_rate": 0.0,
                },
            },
            batch_size=100,
            epochs=50,
            evaluate_every=25,
            task_options={"partition": "annealed", "chains": 100, "temperatures": 14_500},
            source="as many passes as with one step; chains and rate are ours, not searched",
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="25-steps",
            rule="contrastive_divergence",
            rule_options={"steps": 25, "weight_decay": 0.0002},
            optimizer={
                "name": "SGD",
                "learning_rate": {
                    "name": "PolynomialDecay",
                    "initial_learning_rate": 0.05,
                    "decay_steps": 25_000,
                    "end_learning_rate": 0.0,
                },
            },
            batch_size=100,
            epochs=50,
            evaluate_every=25,
            task_options={"partition": "annealed", "chains": 100, "temperatures": 14_500},
            shortened="50 passes, where github alexhunterlang/natural_bm takes 250 for as much",
            source="as many passes as with one step; the rate is ours, not searched",
        ),
    ),
    claims=(
        Claim(
            dataset="mnist",
            metric="log_likelihood",
            value=-125.53,
            unit="nats",
            direction="higher",
            where=(
                "Salakhutdinov and Murray 2008, table of machines with 500 hidden units, CD-1, mean over "
                "the test images"
            ),
            source="Salakhutdinov, Murray: On the quantitative analysis of deep belief networks, ICML 2008",
        ),
        Claim(
            dataset="mnist",
            metric="log_likelihood",
            value=-86.34,
            unit="nats",
            direction="higher",
            variant="25-steps",
            where=(
                "Salakhutdinov and Murray 2008: machine with 500 hidden units, CD-25, mean over test images"
            ),
            confidence="verified",
            source="quoted in the long demo of github alexhunterlang/natural_bm",
        ),
        Claim(
            dataset="cifar10",
            metric="accuracy",
            value=64.84,
            unit="%",
            direction="higher",
            where="Krizhevsky 2009 (technical report), 10,000 features of such machines under a classifier",
            test_size=10_000,
            confidence="verified",
            source="README of github yell/boltzmann-machines",
            not_comparable=(
                "this entry scores the machine as a model of the data, not its features under a classifier"
            ),
        ),
    ),
    deviations=(
        (
            "The rule is the contrastive divergence of 2002; the rule of 1986 compares with the "
            "machine's own equilibrium, found by simulated annealing."
        ),
        (
            "Units are 0 or 1, as in the papers of 2002 and later; the Harmonium's visible units are -1 or "
            "+1 (recalled)."
        ),
        (
            "A grey pixel is the probability of a binary one: it is drawn anew in every training step, "
            "and once, from a fixed seed, for scoring."
        ),
        (
            "Visible biases start from the log-odds of each pixel in the training data (Hinton's practical "
            "guide, 2010)."
        ),
        (
            "Digits of which a quarter of the pixels is blank are restored by mean fields, and samples are "
            "drawn by 200 alternations from noise, as tried for comparison with other entries: the machine "
            "was trained and chosen for neither."
        ),
        (
            "On MNIST the last 10,000 training images are kept for validation; the recalled likelihood of "
            "2008 may come from all 60,000."
        ),
    ),
)
