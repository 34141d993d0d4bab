"""Where is it now? The best guess is the last guess, moved on, and pulled towards what is measured.

In the war Norbert Wiener had asked how to aim at an aeroplane that is seen badly and goes on flying while
the shell does, and had answered with an integral equation: how much each past measurement should count. To
solve it one needs everything that was ever measured, and a motion that never changes its ways. In 1960
Rudolf Kalman, at a small institute in Baltimore, put the question differently. Keep a state, such as place
and velocity, that says all there is to say of the past. Move it on as the laws of motion demand, be less
sure of it, and when a measurement comes in, correct the state by a part of the surprise. How large a part
follows from how sure one is, by an equation that needs no measurement and can be solved beforehand. Nothing
that was measured has to be remembered, so that a small computer can do it. One flew to the moon with Apollo.

One more thing about it is remarkable. If state and measurements are linear and all chances Gaussian, no other
method has a smaller squared error on average, whatever it computes. So a net can only come up to it there.

Seen from here it is a recurrent net of linear units: a state is carried along, multiplied by a matrix, and
changed by what is read. The weights are not learned; they follow from the model, which one has to know.
Where it is not known, it can be found in the measurements, with the method by which Baum found hidden Markov
models: guess a model, estimate the states under it, take the model that fits these best, and begin again.

What swings widely is not linear. The farther a pendulum swings, the longer it takes, and no matrix says so.
Engineers draw a new tangent at every step. A recurrent net of units that are not linear can learn the curve.
"""

from benchmarks.spec import Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="A new approach to linear filtering and prediction problems",
    authors="R. E. Kalman",
    year=1960,
    venue="Journal of Basic Engineering 82:35-45",
    url="https://doi.org/10.1115/1.3662552",
    confidence="verified",
)


def build(states=2, rounds=200, starts=3, oscillator=None, spread=()):
    """A filter whose model is fitted to the measurements, or that of a known `oscillator`."""
    from benchmarks.layers.models import kalman_filter

    model = kalman_filter.oscillator(**oscillator) if oscillator else None
    return kalman_filter.KalmanFilter(
        states=states, targets=2, rounds=rounds, starts=starts, model=model, spread=spread
    )


def pictures(model, data, predict):
    """What is measured and what the filter makes of it, in one sequence; and how far it trusts either."""
    import numpy as np

    from benchmarks.layers.models.kalman_filter import estimates, steps
    from benchmarks.pictures import Axis, Curves, Series

    x = np.asarray(data.test["x"][:1], float)
    at = np.arange(1, x.shape[1] + 1)
    shown = (estimates(model.model, x) @ model.model.shows.T)[0, :, 0]
    known = steps(model.model, x.shape[1])
    errors = [np.sqrt((model.model.shows @ step.left @ model.model.shows.T).item()) for step in known]
    pulls = [(model.model.shows @ step.gain).item() for step in known]
    return {
        "sequence": Curves(
            [Series("measured", at, x[0, :, 0]), Series("estimated", at, shown)],
            Axis("step"),
            Axis("displacement"),
            "The first test sequence, and the filter's estimate after each measurement.",
        ),
        "gains": Curves(
            [
                Series("part of the surprise that is believed", at, pulls),
                Series("expected error of the estimate", at, errors),
            ],
            Axis("step"),
            Axis("part, and displacement"),
            "Both follow from the model alone, and soon change no more.",
        ),
    }


#: The oscillator as the data set makes it: what Kalman's filter is told.
TOLD = {
    "oscillator": {"frequency": 1.0, "damping": 0.05, "step": 0.5, "kick": 0.15, "noise": 0.5},
    "spread": (8.0, 8.0),
}
KNOWN = "the model is that of the data, as in the paper: nothing to choose"
FITTED = "ours: rounds and starts set by hand, the number of states chosen on the validation split"

ENTRY = Entry(
    id="kalman_filter_1960",
    name="Kalman filter",
    family="classical",
    task="recall",
    idea="Carry the best estimate of a state along, and correct it by a part of each surprise.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={
        "fitted": "the model is not told, but found in the measurements by expectation and maximisation"
    },
    parameters=(
        ParameterCount(
            trainable=19,
            variant="fitted",
            where="2 states, 1 measurement, 2 targets, counted; the size is ours",
        ),
    ),
    recipes=(
        Recipe(
            dataset="tracked_oscillator",
            tier="pocket",
            rule="fit",
            model=TOLD,
            floor=("mse", 0.0016),
            source=KNOWN,
        ),
        Recipe(
            dataset="tracked_oscillator",
            tier="pocket",
            variant="fitted",
            rule="fit",
            model={"states": 3},
            floor=("mse", 0.0016),
            source=FITTED,
            tries=6,
        ),
        Recipe(
            dataset="tracked_pendulum",
            tier="pocket",
            variant="fitted",
            rule="fit",
            model={"states": 8},
            floor=("mse", 0.0056),
            source=FITTED,
            tries=6,
        ),
        Recipe(
            dataset="tracked_oscillator",
            tier="standard",
            rule="fit",
            model=TOLD,
            source=KNOWN,
        ),
    ),
    deviations=(
        "The paper has worked examples and no data: what swings here is ours.",
        "In the paper the noise of a measurement is part of the state; here it stands beside it, as in most "
        "later accounts. The estimates are the same.",
        "How a model is found in measurements is not in the paper. It is the method of Shumway and Stoffer "
        "(1982), Baum's for states that are numbers; places and velocities at the end of the training "
        "sequences serve only to read them off the state that was found.",
    ),
)
