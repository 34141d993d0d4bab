"""The eras of the history: how the front page tells it, and how speed-ups are summed up."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Era:
    """A stretch of years: what changed in it, in two or three sentences."""

    start: int
    end: int
    title: str
    about: str


ERAS = (
    Era(
        0,
        1979,
        "Units that learn",
        "A threshold unit adds up its inputs and fires, or does not. McCulloch and Pitts wired such units by "
        "hand; from 1958 on, errors set their weights. One layer draws one line between two classes, and "
        "exclusive or needs two.",
    ),
    Era(
        1980,
        2005,
        "Hidden layers",
        "Back-propagation tells every hidden unit its share of an error. Weights that are shared across an "
        "image, or across time, made nets for pictures and for sequences, and gates made them remember.",
    ),
    Era(
        2006,
        2011,
        "Depth, one layer at a time",
        "Layers that learn to describe their input before they learn a task, rectified units and graphics "
        "processors brought nets with many layers within reach.",
    ),
    Era(
        2012,
        9999,
        "Depth by design",
        "Deep nets learn in one go: with more data, faster machines, and paths on which the gradient arrives "
        "undiminished. Nets come to mark every pixel, to translate, to draw, and to play.",
    ),
)


def era_of(year: int) -> Era:
    """The era of a year."""
    return next(era for era in ERAS if era.start <= year <= era.end)
