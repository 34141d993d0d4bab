"""The words of the suite as data: entries, papers, claims, recipes, data sets, pictures.

Frozen dataclasses without behaviour and without Keras, so that the whole catalogue can be read
by the workflow, the tests and the report in a fraction of a second.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

FAMILIES = (
    "classical",
    "threshold",
    "feedforward",
    "convolutional",
    "recurrent",
    "attention",
    "energy",
    "autoencoder",
    "generative",
    "reinforcement",
)
BACKENDS = ("tensorflow", "jax")
#: tf32: float32 whose products' factors a GPU rounds to ten bits of mantissa.
PRECISIONS = ("float32", "tf32", "bfloat16", "float64")
#: bitwise: a repeated run gives the same bits. seeded: seeds are fixed, but a GPU may add up in any order,
#: which is faster.
DETERMINISMS = ("bitwise", "seeded")
STATUSES = ("ok", "diverged", "oom", "timeout", "error")

Tier = Literal["pocket", "standard", "paper"]
TIERS: tuple[Tier, ...] = ("pocket", "standard", "paper")
#: verified: seen in the named source; computed: arithmetic; recalled: from memory, not yet checked.
Confidence = Literal["verified", "computed", "recalled"]


@dataclass(frozen=True)
class Paper:
    """The publication that an entry re-runs."""

    title: str
    authors: str
    year: int
    venue: str
    url: str = ""
    confidence: Confidence = "recalled"


#: What kind of number a paper prints: that of one run, of the best of several, their mean or median, the
#: share of them that succeed, or a bound.
Statistic = Literal["single", "best", "mean", "median", "share", "bound"]
STATISTICS: tuple[Statistic, ...] = ("single", "best", "mean", "median", "share", "bound")
#: Why runs miss a claim: too few passes, nets or examples; other data; another rule or net; a procedure that
#: the paper leaves open; too few seeds to tell; a fault of ours; or nobody knows yet.
Cause = Literal["budget", "data", "rule", "protocol unknown", "seeds", "defect", "not understood"]
CAUSES: tuple[Cause, ...] = (
    "budget",
    "data",
    "rule",
    "protocol unknown",
    "seeds",
    "defect",
    "not understood",
)


@dataclass(frozen=True)
class Claim:
    """A number printed in the entry's paper (or, with `source`, in a copy or a later account of it).

    `metric` is the name of a measure that the entry's task reports, so that a run can be held
    against it; `unit` is the unit of both. `direction` says which way is better; "equal" where
    neither is, as for a capacity, or for a net that is expected to fail. `variant` and
    `dataset` name the recipe that answers the claim. A claim that no run can answer (other data,
    other protocol) says why in `not_comparable`.

    `statistic` is the kind of number, `of` the number of runs behind it (None where not printed); most old
    papers print a single run. A "share" is the % of `of` runs that end perfect. For a "bound", `direction` is
    the side on which every run must lie.

    How far the printed number can be trusted follows from what is known: `spread`, the printed standard
    deviation of the `of` runs; `test_size`, the number of items that a percentage was counted on;
    `resolution`, the unit of the last printed digit, which is that of `value` as it is written here (5.0 has
    tenths, 26 has units) unless given. Where the paper states its error in another way, `tolerance` is that
    error in the claim's unit, and `tolerance_why` says what it is. `report.verdicts.tolerance` combines them.

    A claim that the published reference runs miss says why in `missed_because`; `evidence` is one sentence on
    what shows it.
    """

    dataset: str
    metric: str
    value: float
    unit: str
    where: str
    direction: Literal["lower", "higher", "equal"]
    variant: str = ""
    confidence: Confidence = "recalled"
    source: str = ""
    statistic: Statistic = "single"
    of: int | None = None
    spread: float | None = None
    test_size: int | None = None
    resolution: float | None = None
    tolerance: float | None = None
    tolerance_why: str = ""
    missed_because: Cause | Literal[""] = ""
    evidence: str = ""
    not_comparable: str = ""


@dataclass(frozen=True)
class ParameterCount:
    """The number of parameters of one published size of the model.

    `arguments` are given to the entry's `build()`; what it returns must have exactly `trainable`
    trainable parameters. `published` is the number as the paper or its authors print it
    (rounded, perhaps), None where they print none.
    """

    trainable: int
    where: str
    variant: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    published: float | None = None
    confidence: Confidence = "computed"


@dataclass(frozen=True)
class Stage:
    """One step of a recipe's learning: pre-training, fine-tuning, a round of pruning.

    `name` is unique within the recipe. `rule` names a module of `benchmarks.rules`, `rule_options`
    its hyperparameters; `optimizer` is as in a recipe. `epochs` counts passes over the stage's
    training examples. The validation split is scored, by the recipe's task, every `evaluate_every`
    epochs, and not at all in this stage if that is None. `limit` bounds the number of training
    examples. `dataset` names other data to train on (pre-training), `task` another task whose loss
    is descended; both are the recipe's own if empty. `trains` names the layer, or the model inside
    the model, that learns; all of the model does if it is empty. With `test_at_end` the test split
    is scored when the stage ends, too: results per round.
    """

    name: str
    rule: str = "backpropagation"
    rule_options: Mapping[str, Any] = field(default_factory=dict)
    optimizer: Mapping[str, Any] = field(default_factory=dict)
    epochs: int = 1
    batch_size: int = 32
    steps_per_epoch: int | None = None
    evaluate_every: int | None = 1
    limit: int | None = None
    clip_norm: float | None = None
    dataset: str = ""
    task: str = ""
    trains: str = ""
    test_at_end: bool = False


@dataclass(frozen=True)
class Recipe:
    """The literal hyperparameters of one entry on one data set in one tier.

    `model` holds the keyword arguments of the entry's `build()`. `rule` names a module of `benchmarks.rules`,
    `rule_options` its hyperparameters. `optimizer` is the keyword arguments of a Keras optimiser, its class
    under "name"; a schedule is a nested mapping of the same form. `epochs` counts passes over the training
    split (for control: legs of `steps_per_epoch` environment steps); the validation split is scored every
    `evaluate_every` epochs. `task` is empty where it is the entry's own; an entry that is also tried on
    another task names it. `limit` bounds the number of training examples. `shortened` says what a recipe
    leaves out of the paper's procedure, where that is enough to explain a miss: whatever it reaches, it
    answers a claim only in part. `train_on` "train+validation" repeats a paper's protocol that had no
    validation split: choices were made before, on the validation split, and only training measures are taken
    on the way. `criterion` (measure, value) is when the problem counts as solved: the first epoch whose
    validation score reaches it becomes the measure `epochs_to_criterion`, which is null if none does; with
    `stops_at_criterion` training ends there, as in papers whose nets stop learning at success. `floor` is
    what a run must reach to count as having learned: measure name and value, in the measure's own
    direction; the tests hold it. `starts_from` names another recipe of the same tier, as "entry/recipe": the
    model starts from the weights with which the run of that recipe and of the same seed ended, wherever the
    two have a layer of the same name and shape. `source` says where the hyperparameters come from; where they
    are ours, `tries` says from how many settings, scored on the validation split, they were chosen (None: not
    counted), and docs/tries.csv lists those.

    A recipe that learns in one go is its own single stage. One that learns in several lists them in
    `stages`, and leaves the fields that a stage has (`rule` to `clip_norm`) at their defaults.
    `further_tasks` maps tasks by which the trained model is scored once, at the end, to their
    options: measures that cost too much to be taken on the way.
    """

    dataset: str
    tier: Tier
    source: str
    variant: str = ""
    task: str = ""
    rule: str = "backpropagation"
    rule_options: Mapping[str, Any] = field(default_factory=dict)
    model: Mapping[str, Any] = field(default_factory=dict)
    optimizer: Mapping[str, Any] = field(default_factory=dict)
    task_options: Mapping[str, Any] = field(default_factory=dict)
    epochs: int = 1
    batch_size: int = 32
    steps_per_epoch: int | None = None
    evaluate_every: int = 1
    limit: int | None = None
    shortened: str = ""
    train_on: Literal["train", "train+validation"] = "train"
    clip_norm: float | None = None
    criterion: tuple[str, float] | None = None
    stops_at_criterion: bool = False
    floor: tuple[str, float] | None = None
    stages: tuple[Stage, ...] = ()
    starts_from: str = ""
    further_tasks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    tries: int | None = None

    @property
    def name(self) -> str:
        """`dataset` or `dataset-variant`: unique within an entry and tier."""
        return f"{self.dataset}-{self.variant}" if self.variant else self.dataset


@dataclass(frozen=True)
class Entry:
    """One catalogued architecture of one paper.

    `build(**recipe.model)` returns a built Keras model (or layer) and is the only part that
    imports Keras. `loss(model, batch, training)` replaces the task's loss; it returns a scalar
    tensor. `pictures(model, data, predict)` returns a dict of name to
    `Picture`. `variants` maps a variant's name to one sentence on what differs.
    `history` holds facts for the figures of the report: training compute, hardware and time then.
    """

    id: str
    name: str
    family: str
    task: str
    idea: str
    paper: Paper
    build: Callable[..., Any]
    recipes: tuple[Recipe, ...]
    parameters: tuple[ParameterCount, ...]
    claims: tuple[Claim, ...] = ()
    deviations: tuple[str, ...] = ()
    variants: Mapping[str, str] = field(default_factory=dict)
    history: tuple["Fact", ...] = ()
    loss: Callable[..., Any] | None = None
    pictures: Callable[..., Any] | None = None
    story: str = ""


@dataclass(frozen=True)
class Fact:
    """A number of the time.

    `what` is one of training_flop, parameters, examples, hours, hardware, record_seconds, record_flop.
    The last two say in what time and with how many operations the entry's first claim was reached;
    those of one record share their `source`. Hours of training hold for `variant`, the paper's own
    model unless it is named.
    """

    what: str
    value: float | str
    unit: str
    source: str
    confidence: Confidence = "recalled"
    variant: str = ""


@dataclass(frozen=True)
class DataFile:
    """One canonical file of a data set, by its published name, size in bytes and SHA-256.

    `urls` are tried in order. `packed` names other packings of the same bytes that are accepted
    in a local mirror (an .xz of it, say), each with its own SHA-256.
    """

    name: str
    sha256: str
    urls: tuple[str, ...] = ()
    packed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DatasetCard:
    """What a data set is: shown in the report, and part of every run's identity.

    `checksum` identifies the content: of the files together, or of the generated arrays. `parameters` are
    what distinguishes it from others that the same function makes: plain values. `artefacts` is the SHA-256
    of whatever is fitted to the training split, by name: a vocabulary, a tokeniser.
    """

    id: str
    title: str
    task: str
    licence: str
    source: str
    citation: str
    split: str
    checksum: str
    shape: str
    classes: tuple[str, ...] = ()
    files: tuple[DataFile, ...] = ()
    procedural: bool = False
    parameters: Mapping[str, Any] = field(default_factory=dict)
    artefacts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Data:
    """A loaded data set: for each split a dict of arrays with one leading axis of examples.

    `validation` is what choices are made on; `test` is reported on, once. `info` carries what a
    task needs beyond arrays: a vocabulary, reference sentences, a successor table.
    """

    train: Mapping[str, Any]
    validation: Mapping[str, Any]
    test: Mapping[str, Any]
    info: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    """Small grey or RGB images in a grid: uint8 [rows, columns, height, width(, 3)], and a caption."""

    tiles: Any
    caption: str


@dataclass(frozen=True)
class Measure:
    """A measure that a task reports: its unit, which way is better ("equal": neither), and what it is."""

    name: str
    unit: str
    direction: Literal["lower", "higher", "equal"]
    meaning: str
