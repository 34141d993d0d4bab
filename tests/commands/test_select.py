"""Which runs a configuration asks for, and how they are dealt into jobs."""

import dataclasses
import itertools
import json
import math
from pathlib import Path
from typing import Any

import pytest

from benchmarks import catalogue
from benchmarks.commands import needs, select
from benchmarks.spec import Entry
from tests.commands.examples import published


@pytest.mark.parametrize(
    ("given", "key", "wanted"),
    [
        ({}, "seeds", [0, 1, 2]),
        ({"seeds": 5}, "seeds", [0, 1, 2, 3, 4]),
        ({"seeds": "3"}, "seeds", [0, 1, 2]),  # quoted in YAML, it means what it means on the command line
        ({"seeds": "0,7"}, "seeds", [0, 7]),
        ({"seeds": ["3", "1"]}, "seeds", [3, 1]),  # what Snakemake makes of seeds=[3,1]
        ({"entries": "perceptron_1958, adaline_1960"}, "entries", ["perceptron_1958", "adaline_1960"]),
        ({"entries": ["perceptron_1958"]}, "entries", ["perceptron_1958"]),
        ({"entries": None}, "entries", []),  # what Snakemake makes of entries=
        ({"family": "threshold"}, "family", ["threshold"]),
        ({"price": 2, "currency": "EUR"}, "price", 2),
        ({}, "tier", "pocket"),
        ({}, "executions", 1),
        ({"executions": 20}, "executions", 20),
        ({"machine_name": "my laptop"}, "machine_name", "my laptop"),
        # Snakemake takes what looks like a number for one.
        ({"machine_name": 123}, "machine_name", "123"),
        ({"bundles": []}, "bundles", []),
        ({"entries": " , adaline_1960,"}, "entries", ["adaline_1960"]),
        # A whole number is one, however it is written.
        ({"seeds": 2.0}, "seeds", [0, 1]),
        ({"seeds": [0.0, 7]}, "seeds", [0, 7]),
        ({"threads": 2.0}, "threads", 2),
        ({"executions": 2.0}, "executions", 2),
        ({"backend": "jax", "devices": 2.0}, "devices", 2),
    ],
)
def test_short_forms_and_defaults(given: dict[str, Any], key: str, wanted: object) -> None:
    found = select.checked(given)[key]
    assert repr(found) == repr(wanted)  # 2.0 == 2, and the engine takes only the latter


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"seed": 3}, "unknown configuration key 'seed': did you mean seeds?"),
        ({"tier": "pocet"}, "configuration key 'tier': unknown value 'pocet': did you mean pocket?"),
        ({"tier": 3}, "configuration key 'tier' is 3, but has to be one of pocket, standard, paper"),
        ({"backend": "jaxx"}, "configuration key 'backend': unknown value 'jaxx': did you mean jax?"),
        ({"precision": "float8"}, "unknown value 'float8': did you mean"),
        ({"seeds": 0}, "configuration key 'seeds' is 0, but has to be a number of seeds from 1 to 100"),
        ({"seeds": 101}, "configuration key 'seeds' is 101, but"),
        ({"seeds": 10**9}, "configuration key 'seeds' is 1000000000, but has to be a number of seeds from 1"),
        ({"seeds": math.inf}, "configuration key 'seeds' is inf, but"),
        ({"seeds": "1,1"}, "configuration key 'seeds' is '1,1', but has 1 twice; give it once"),
        ({"seeds": [1.0, 1]}, "configuration key 'seeds' is [1.0, 1], but has 1 twice; give it once"),
        ({"seeds": "many"}, "configuration key 'seeds' is 'many', but"),
        ({"seeds": 2.5}, "configuration key 'seeds' is 2.5, but"),
        ({"seeds": True}, "configuration key 'seeds' is True, but"),
        ({"seeds": []}, "configuration key 'seeds' is [], but"),
        ({"threads": -1}, "configuration key 'threads' is -1, but has to be a number of processor threads"),
        ({"threads": "all"}, "configuration key 'threads' is 'all', but"),
        ({"devices": 0}, "configuration key 'devices' is 0, but has to be a number of devices of one node"),
        (
            {"devices": 2},
            "configuration key 'devices' is 2, but tensorflow trains on one device here; choose backend=jax",
        ),
        ({"time_limit": "1h"}, "configuration key 'time_limit' is '1h', but has to be a number of seconds"),
        (
            {"data_dir": "/no/such/folder"},
            "configuration key 'data_dir': there is no folder '/no/such/folder'",
        ),
        ({"price": 3}, "configuration key 'price' needs 'currency' as well"),
        ({"currency": "EUR"}, "configuration key 'currency' needs 'price' as well"),
        (
            {"executions": 0},
            "configuration key 'executions' is 0, but has to be a number from 1 to 20 of times that each run"
            " is measured",
        ),
        ({"executions": 21}, "configuration key 'executions' is 21, but"),
        ({"machine_name": True}, "configuration key 'machine_name' is True, but has to be a name for"),
        ({"machine_name": "x" * 101}, "configuration key 'machine_name' is 'xxx"),
        ({"machine_name": "two\nlines"}, "configuration key 'machine_name' is 'two"),
        ({"machine_name": "a line\n"}, "configuration key 'machine_name' is 'a line"),
        ({"machine_name": "\udcff"}, "configuration key 'machine_name' is '\\udcff', but"),
        ({"price": 3, "currency": "euro"}, "configuration key 'currency' is 'euro', but has to be"),
        ({"price": 3, "currency": "EUR\n"}, "configuration key 'currency' is 'EUR\\n', but has to be"),
        *(
            ({"price": price, "currency": "EUR"}, f"configuration key 'price' is {price}, but has to be the")
            for price in (math.inf, math.nan, -1, 0, True, 10**400)
        ),
        *(
            ({"time_limit": limit}, f"configuration key 'time_limit' is {limit}, but has to be a number of")
            for limit in (math.inf, math.nan, -1, True, 10**400)
        ),
        *(
            ({key: value}, f"configuration key {key!r} is {value!r}, but has to be a number")
            for key in ("threads", "devices", "executions")
            for value in (math.inf, math.nan, 1.5, True, "")
        ),
        ({"budget": 0}, "configuration key 'budget': '0' is not a duration"),
        ({"budget": 0.0}, "configuration key 'budget': '0.0' is not a duration"),
        ({"budget": math.nan}, "configuration key 'budget' is nan, but has to be the time that"),
        ({"budget": "9" * 400 + "h"}, "is not a duration"),
        ({"budget": False}, "configuration key 'budget' is False, but has to be the time"),
        (
            {"entries": "adaline_1960,adaline_1960"},
            "configuration key 'entries' is 'adaline_1960,adaline_1960', but has 'adaline_1960' twice",
        ),
        ({"family": ["threshold", "threshold"]}, "but has 'threshold' twice; give it once"),
        ({"entries": ","}, "configuration key 'entries' is ',', but has to be ids of entries"),
        ({7: 1}, "unknown configuration key 7: valid are: backend"),
        ({"entries": {"a": 1}}, "configuration key 'entries' is {'a': 1}, but"),
        ({"bundles": "nowhere"}, "configuration key 'bundles': 'nowhere' is not a bundle"),
    ],
)
def test_refused_with_a_sentence(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError) as caught:
        select.checked(given)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_is_a_bundle_by_its_manifest(tmp_path: Path) -> None:
    (tmp_path / "bundle.json").write_text("{}")
    assert select.checked({"bundles": str(tmp_path)})["bundles"] == [str(tmp_path)]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"entries": "perceptron_1985"}, "unknown entry 'perceptron_1985': did you mean perceptron_1958"),
        ({"entries": 7}, "unknown entry '7': valid are: adadelta_2012"),
        ({"family": "treshold"}, "unknown family 'treshold': did you mean threshold?"),
        (
            {"entries": "perceptron_1958", "family": "attention"},
            "nothing to run: no entry matches tier pocket, family attention, entries perceptron_1958",
        ),
        (
            {"entries": "mcculloch_pitts_1943", "tier": "paper"},
            "entry 'mcculloch_pitts_1943' has no recipe in tier 'paper'",
        ),
    ],
)
def test_entries_are_refused_with_a_sentence(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError) as caught:
        select.entries(select.checked(given))
    assert sentence in str(caught.value)


def test_family_selects_its_entries() -> None:
    chosen = [entry.id for entry in select.entries(select.checked({"family": "threshold"}))]
    assert chosen
    assert chosen == [
        id for id in catalogue.ids("threshold") if catalogue.recipes(catalogue.load(id), "pocket")
    ]


def asked_for(config: dict[str, Any]) -> set[tuple[Any, ...]]:
    every = itertools.chain.from_iterable(
        ((entry.id, recipe.name, recipe.tier, seed) for recipe in entry.recipes for seed in config["seeds"])
        for entry in map(catalogue.load, catalogue.ids())
    )
    return {
        (*run, execution)
        for run in every
        if run[2] == config["tier"]
        for execution in range(1, config["executions"] + 1)
    }


@pytest.mark.parametrize("tier", ["pocket", "standard"])
def test_every_run_is_in_exactly_one_job(tier: str) -> None:
    config = select.checked({"tier": tier, "seeds": 2, "executions": 2})
    dealt = [tuple(run.values()) for runs in select.jobs(config).values() for run in runs]
    assert len(dealt) == len(set(dealt))
    assert set(dealt) == asked_for(config)


def test_pocket_jobs_are_few_and_of_like_size() -> None:
    jobs = select.jobs(select.checked({}))
    sizes = [len({run["entry"] for run in runs}) for runs in jobs.values()]
    assert max(sizes) <= select.ENTRIES_PER_JOB
    assert max(sizes) - min(sizes) <= 1
    assert len(sizes) % 2 == 0 or len(sizes) == sum(sizes)


def standard(**asked: Any) -> dict[str, list[select.Run]]:
    return select.jobs(select.checked({"tier": "standard", "backend": "jax", **asked}))


def test_long_runs_and_those_of_which_nothing_is_known_have_a_job_each(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    published(monkeypatch, tmp_path, {"mlp_mnist_1998": 600.0}, "standard")
    jobs = standard(entries="mlp_mnist_1998,lenet5_1998", seeds=2)
    assert all(len(runs) == 1 for runs in jobs.values())
    ((name, (run,)), *_) = jobs.items()
    assert name.startswith(f"{run['entry']}-{run['recipe']}-seed{run['seed']}-standard-jax-float32-")


def test_short_runs_share_jobs_of_ten_to_thirty_minutes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    published(monkeypatch, tmp_path, {"mlp_mnist_1998": 70.0, "lenet5_1998": 100.0}, "standard")
    jobs = list(standard(entries="mlp_mnist_1998,lenet5_1998", seeds=20).values())
    took = [
        sum({"mlp_mnist_1998": 70.0, "lenet5_1998": 100.0}[run["entry"]] for run in runs) for runs in jobs
    ]
    assert len(jobs) > 2
    assert all(600 <= seconds <= 1800 for seconds in took[:-1])
    assert took[-1] <= 1800
    # Runs of one recipe follow one another: they share a compilation.
    assert [list(dict.fromkeys(map(needs.of, runs))) for runs in jobs] == [
        [key for key, _ in itertools.groupby(map(needs.of, runs))] for runs in jobs
    ]


def test_runs_that_want_a_gpu_and_runs_that_do_not_share_no_job(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seconds = {"mlp_mnist_1998": needs.SHORT_S - 1, "lenet5_1998": needs.SHORT_S}
    published(monkeypatch, tmp_path, seconds, "standard")
    jobs = standard(entries="mlp_mnist_1998,lenet5_1998", seeds=3).values()
    assert {frozenset(run["entry"] for run in runs) for runs in jobs} == {
        frozenset({"mlp_mnist_1998"}),
        frozenset({"lenet5_1998"}),
    }


def test_a_hundred_thousand_runs_are_at_most_so_many_jobs() -> None:
    for tier in ("pocket", "standard"):
        jobs = select.jobs(select.checked({"tier": tier, "seeds": 100, "executions": 4}))
        assert sum(map(len, jobs.values())) > 80_000
        assert len(jobs) <= select.MOST_JOBS + 100


def test_a_pocket_job_of_many_seeds_is_cut(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    published(monkeypatch, tmp_path, {"perceptron_1958": 60.0}, "pocket")
    (one,) = select.jobs(
        select.checked({"entries": "perceptron_1958", "seeds": 1, "backend": "jax"})
    ).values()
    jobs = select.jobs(select.checked({"entries": "perceptron_1958", "seeds": 100, "backend": "jax"}))
    assert [60 * len(runs) for runs in jobs.values()][:-1] == [1800] * (
        100 * len(one) // 30 - (100 * len(one) % 30 == 0)
    )


OTHERWISE = [
    {"seeds": 2},
    {"backend": "jax"},
    {"precision": "float64"},
    {"determinism": "seeded"},
    {"threads": 2},
    {"backend": "jax", "devices": 2},
    {"executions": 2},
    {"entries": "perceptron_1958,adaline_1960"},
]


@pytest.mark.parametrize("change", OTHERWISE, ids=str)
def test_what_is_asked_otherwise_is_another_job(change: dict[str, Any]) -> None:
    config = {"entries": "perceptron_1958", "seeds": 1, "threads": 1}
    before = select.jobs(select.checked(config))
    assert select.jobs(select.checked(config)) == before
    after = select.jobs(select.checked(config | change))
    # Of two entries the one that was asked before is asked in the same way, and its job is the same.
    assert set(before) & set(after) == (set(before) if "entries" in change else set())


def test_devices_that_share_batches_are_in_the_names_of_jobs() -> None:
    asked = {"entries": "perceptron_1958", "seeds": 1, "backend": "jax"}
    (alone,) = select.jobs(select.checked(asked))
    (together,) = select.jobs(select.checked(asked | {"devices": 4}))
    assert alone.startswith("pocket-jax-float32-")
    assert together.startswith("pocket-jax-float32-4-devices-")


def test_on_another_machine_it_is_another_job() -> None:
    config = select.checked({"entries": "perceptron_1958"})
    assert set(select.jobs(config, "one")).isdisjoint(select.jobs(config, "other"))


def test_how_long_a_run_may_take_makes_no_other_job_of_it() -> None:
    """Nor does what only names or prices a machine."""
    config = {"entries": "perceptron_1958"}
    beside = {"time_limit": 5, "machine_name": "laptop", "price": 1, "currency": "EUR"}
    assert select.jobs(select.checked(config)) == select.jobs(select.checked(config | beside))


def test_a_newer_entry_leaves_other_jobs_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = catalogue.ids("threshold") + catalogue.ids("recurrent")
    monkeypatch.setattr(catalogue, "ids", lambda *_: ids[:-1])
    before = select.jobs(select.checked({}))
    monkeypatch.setattr(catalogue, "ids", lambda *_: ids)
    after = select.jobs(select.checked({}))
    assert len(before) == len(after)
    assert len(set(before) - set(after)) == 1


def test_every_run_is_measured_once_before_any_is_measured_again() -> None:
    for runs in select.jobs(select.checked({"family": "threshold", "seeds": 2, "executions": 3})).values():
        turns = [run["execution"] for run in runs]
        assert turns == sorted(turns)
        assert {1, 2, 3} == set(turns)


def test_recurrent_nets_on_a_gpu_are_remarked_upon() -> None:
    jobs = select.jobs(select.checked({"entries": "elman_1990,perceptron_1958"}))
    assert select.remark(jobs, "") == ""
    assert select.remark(jobs, "NVIDIA H200").startswith(
        "elman_1990: small recurrent nets are slower on the NVIDIA H200 than on a processor"
    )
    assert select.remark(select.jobs(select.checked({"entries": "perceptron_1958"})), "NVIDIA H200") == ""


def test_datasets_of_a_job() -> None:
    jobs = select.jobs(select.checked({"tier": "standard", "entries": "mlp_mnist_1998", "seeds": 1}))
    assert {dataset for runs in jobs.values() for dataset in select.datasets(runs)} == {"mnist"}


def family_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    """LeNet-5's relu variant starts from its plain one, and the perceptron's last recipe from that
    variant."""
    load = catalogue.load

    def with_starts(id: str) -> Entry:
        entry = load(id)
        start = {"lenet5_1998": "lenet5_1998/digits", "perceptron_1958": "lenet5_1998/digits-relu"}.get(id)
        if start is None:
            return entry
        name = "digits-relu" if id == "lenet5_1998" else catalogue.recipes(entry, "pocket")[-1].name
        changed = tuple(
            dataclasses.replace(recipe, starts_from=start)
            if (recipe.tier, recipe.name) == ("pocket", name)
            else recipe
            for recipe in entry.recipes
        )
        return dataclasses.replace(entry, recipes=changed)

    monkeypatch.setattr(catalogue, "load", with_starts)


def place_of(jobs: dict[str, Any], entry: str, recipe: str, seed: int) -> str:
    (job,) = [
        job
        for job, runs in jobs.items()
        for run in runs
        if (run["entry"], run["recipe"], run["seed"]) == (entry, recipe, seed)
    ]
    return job


@pytest.mark.parametrize("asked", [["perceptron_1958"], ["perceptron_1958", "lenet5_1998", "adaline_1960"]])
def test_runs_that_start_from_others_wait_for_them(monkeypatch: pytest.MonkeyPatch, asked: list[str]) -> None:
    """Those that they start from are trained even if they are not among the entries asked for."""
    family_of_three(monkeypatch)
    last = catalogue.recipes(catalogue.load("perceptron_1958"), "pocket")[-1].name
    jobs = select.jobs(select.checked({"seeds": 2, "entries": asked}))
    waits = select.waits_for(jobs)
    assert set(waits) == set(jobs)
    for seed in (0, 1):
        first = place_of(jobs, "lenet5_1998", "digits", seed)
        second = place_of(jobs, "lenet5_1998", "digits-relu", seed)
        third = place_of(jobs, "perceptron_1958", last, seed)
        assert (waits[first], waits[second], waits[third]) == ([], [first], [second])


def test_where_nothing_starts_from_another_no_job_waits() -> None:
    jobs = select.jobs(select.checked({}))
    assert set(map(tuple, select.waits_for(jobs).values())) == {()}


def test_each_seed_waits_for_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where each run is a job."""
    published(monkeypatch, tmp_path, {"lenet5_1998": 3600.0}, "standard")
    entry = catalogue.load("lenet5_1998")
    by_name = {recipe.name: recipe for recipe in catalogue.recipes(entry, "standard")}
    child = dataclasses.replace(by_name["mnist-relu"], starts_from="lenet5_1998/mnist")
    changed = dataclasses.replace(
        entry, recipes=tuple(child if recipe is by_name["mnist-relu"] else recipe for recipe in entry.recipes)
    )
    monkeypatch.setattr(catalogue, "load", lambda id: changed)
    jobs = select.jobs(
        select.checked({"tier": "standard", "entries": "lenet5_1998", "seeds": 2, "executions": 2})
    )
    waits = select.waits_for(jobs)
    for job, runs in jobs.items():
        wanted = [
            other
            for other, (run,) in jobs.items()
            if runs[0]["recipe"] == "mnist-relu"
            and (run["recipe"], run["seed"], run["execution"]) == ("mnist", runs[0]["seed"], 1)
        ]
        assert waits[job] == wanted


def test_the_command_prints_the_jobs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["select", "tier=pocket", "seeds=2", "entries=lenet5_1998"])
    assert select.main() == 0
    assert json.loads(capsys.readouterr().out) == select.jobs(
        select.checked({"seeds": 2, "entries": "lenet5_1998"})
    )
    monkeypatch.setattr("sys.argv", ["select", "teir=pocket"])
    assert select.main() == 2
    assert "did you mean tier" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["entries=[a"], "error: unknown entry '[a'"),  # no YAML, and read as `snakemake --config` reads it
        (["entries=adaline_1960,adaline_1960"], "has 'adaline_1960' twice"),
        (["tier"], "name=value"),
        (["price=nan", "currency=EUR"], "configuration key 'price' is nan, but has to be the price"),
    ],
)
def test_the_command_refuses_in_a_sentence(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["select", *words])
    assert select.main() == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
