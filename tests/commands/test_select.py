"""Which runs a configuration asks for, and how they are dealt into jobs."""

import itertools
from pathlib import Path
from typing import Any

import pytest

from benchmarks import catalogue, selection


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
    ],
)
def test_short_forms_and_defaults(given: dict[str, Any], key: str, wanted: object) -> None:
    assert selection.checked(given)[key] == wanted


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
        ({"seeds": "1,1"}, "configuration key 'seeds' is '1,1', but"),
        ({"seeds": "many"}, "configuration key 'seeds' is 'many', but"),
        ({"seeds": 2.5}, "configuration key 'seeds' is 2.5, but"),
        ({"seeds": True}, "configuration key 'seeds' is True, but"),
        ({"seeds": []}, "configuration key 'seeds' is [], but"),
        ({"threads": -1}, "configuration key 'threads' is -1, but has to be a number of processor threads"),
        ({"threads": "all"}, "configuration key 'threads' is 'all', but"),
        ({"time_limit": "1h"}, "configuration key 'time_limit' is '1h', but has to be a number of seconds"),
        (
            {"data_dir": "/no/such/folder"},
            "configuration key 'data_dir': there is no folder '/no/such/folder'",
        ),
        ({"price": 3}, "configuration key 'price' needs 'currency' beside it"),
        ({"currency": "EUR"}, "configuration key 'currency' needs 'price' beside it"),
        (
            {"executions": 0},
            "configuration key 'executions' is 0, but has to be a number from 1 to 20 of times that each run is measured",
        ),
        ({"executions": 21}, "configuration key 'executions' is 21, but"),
        ({"machine_name": 7}, "configuration key 'machine_name' is 7, but has to be a name for this machine"),
        ({"machine_name": "x" * 101}, "configuration key 'machine_name' is 'xxx"),
        ({"machine_name": "two\nlines"}, "configuration key 'machine_name' is 'two"),
        ({"price": 3, "currency": "euro"}, "configuration key 'currency' is 'euro', but has to be"),
        ({"entries": {"a": 1}}, "configuration key 'entries' is {'a': 1}, but"),
        ({"bundles": "nowhere"}, "configuration key 'bundles': 'nowhere' is no bundle"),
    ],
)
def test_refused_with_a_sentence(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError) as caught:
        selection.checked(given)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_is_a_bundle_by_its_manifest(tmp_path: Path) -> None:
    (tmp_path / "bundle.json").write_text("{}")
    assert selection.checked({"bundles": str(tmp_path)})["bundles"] == [str(tmp_path)]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"entries": "perceptron_1985"}, "unknown entry 'perceptron_1985': did you mean perceptron_1958"),
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
        selection.entries(selection.checked(given))
    assert sentence in str(caught.value)


def test_family_selects_its_entries() -> None:
    chosen = [entry.id for entry in selection.entries(selection.checked({"family": "threshold"}))]
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
    config = selection.checked({"tier": tier, "seeds": 2, "executions": 2})
    dealt = [tuple(run.values()) for runs in selection.jobs(config).values() for run in runs]
    assert len(dealt) == len(set(dealt))
    assert set(dealt) == asked_for(config)


def test_pocket_jobs_are_few_and_of_like_size() -> None:
    jobs = selection.jobs(selection.checked({}))
    sizes = [len({run["entry"] for run in runs}) for runs in jobs.values()]
    assert max(sizes) <= selection.ENTRIES_PER_JOB
    assert max(sizes) - min(sizes) <= 1
    assert len(sizes) % 2 == 0 or len(sizes) == sum(sizes)


def test_a_job_of_the_standard_tier_is_one_run() -> None:
    jobs = selection.jobs(
        selection.checked({"tier": "standard", "entries": "mlp_mnist_1998", "seeds": 2, "backend": "jax"})
    )
    assert all(len(runs) == 1 for runs in jobs.values())
    assert all("-standard-jax-float32-" in name and name.startswith("mlp_mnist_1998-") for name in jobs)


OTHERWISE = [
    {"seeds": 2},
    {"backend": "jax"},
    {"precision": "float64"},
    {"determinism": "seeded"},
    {"threads": 2},
    {"executions": 2},
    {"entries": "perceptron_1958,adaline_1960"},
]


@pytest.mark.parametrize("change", OTHERWISE, ids=str)
def test_what_is_asked_otherwise_is_another_job(change: dict[str, Any]) -> None:
    config = {"entries": "perceptron_1958", "seeds": 1, "threads": 1}
    before = selection.jobs(selection.checked(config))
    assert selection.jobs(selection.checked(config)) == before
    after = selection.jobs(selection.checked(config | change))
    # Of two entries the one that was asked before is asked in the same way, and its job is the same.
    assert set(before) & set(after) == (set(before) if "entries" in change else set())


def test_on_another_machine_it_is_another_job() -> None:
    config = selection.checked({"entries": "perceptron_1958"})
    assert set(selection.jobs(config, "one")).isdisjoint(selection.jobs(config, "other"))


def test_how_long_a_run_may_take_makes_no_other_job_of_it() -> None:
    """Nor does what only names or prices a machine."""
    config = {"entries": "perceptron_1958"}
    beside = {"time_limit": 5, "machine_name": "laptop", "price": 1, "currency": "EUR"}
    assert selection.jobs(selection.checked(config)) == selection.jobs(selection.checked(config | beside))


def test_a_newer_entry_leaves_other_jobs_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = catalogue.ids("threshold") + catalogue.ids("recurrent")
    monkeypatch.setattr(catalogue, "ids", lambda *_: ids[:-1])
    before = selection.jobs(selection.checked({}))
    monkeypatch.setattr(catalogue, "ids", lambda *_: ids)
    after = selection.jobs(selection.checked({}))
    assert len(before) == len(after)
    assert len(set(before) - set(after)) == 1


def test_every_run_is_measured_once_before_any_is_measured_again() -> None:
    for runs in selection.jobs(
        selection.checked({"family": "threshold", "seeds": 2, "executions": 3})
    ).values():
        turns = [run["execution"] for run in runs]
        assert turns == sorted(turns)
        assert {1, 2, 3} == set(turns)


def test_recurrent_nets_on_a_gpu_are_remarked_upon() -> None:
    jobs = selection.jobs(selection.checked({"entries": "elman_1990,perceptron_1958"}))
    assert selection.remark(jobs, "") == ""
    assert selection.remark(jobs, "NVIDIA H200").startswith(
        "elman_1990: small recurrent nets are slower on the NVIDIA H200 than on a processor"
    )
    assert (
        selection.remark(selection.jobs(selection.checked({"entries": "perceptron_1958"})), "NVIDIA H200")
        == ""
    )


def test_datasets_of_a_job() -> None:
    jobs = selection.jobs(selection.checked({"tier": "standard", "entries": "mlp_mnist_1998", "seeds": 1}))
    assert {dataset for runs in jobs.values() for dataset in selection.datasets(runs)} == {"mnist"}
