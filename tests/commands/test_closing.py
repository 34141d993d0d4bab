"""What is said at the end of a call."""

import csv
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import catalogue, records
from benchmarks.commands import closing
from benchmarks.commands.closing import best_of, five_lines, learned_best, why
from benchmarks.commands.course import Call, Step
from tests.commands import pretended_workflow as pretended
from tests.commands.examples import record_of, written

RECIPES = catalogue.recipes(catalogue.load("lenet5_1998"), "pocket")


def call(results: Path) -> Call:
    return Call(results, "pocket", "jax", pretended.JOBS, pretended.TRAINS, at_once=2)


def summary(results: Path, job: str, *recorded: tuple[int, str, str]) -> None:
    """A job of which the runs of these seeds ended like that."""
    items = []
    for seed, status, reason in recorded:
        path = written(results, record_of(seed=seed, status=status, reason=reason))
        items.append(
            {
                **pretended.asked(seed),
                "status": status,
                "reason": reason,
                "record": str(path.relative_to(results)),
            }
        )
    told = {"job": job, "process_s": 10.0, "import_s": 5.0, "ended": "2026-01-02T00:00:00Z", "runs": items}
    records.write_json_atomic(told, results / "jobs" / f"{job}.json")


def said(results: Path, code: int = 0, stopped: bool = False, lost: tuple[Step, ...] = ()) -> dict[str, str]:
    """The five lines."""
    course: Any = SimpleNamespace(lost=list(lost), counts=lambda: (3, 5, 0))
    lines = five_lines(course, call(results), code, stopped, 75.0, 20.0, results / "logs" / "snakemake.log")
    assert len(lines) == 5
    return dict(lines)


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The results of a working folder, with a report."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results" / "report").mkdir(parents=True)
    (tmp_path / "results" / "report" / "index.html").touch()
    return tmp_path / "results"


def test_all_is_well(results: Path) -> None:
    for job, runs in pretended.JOBS.items():
        summary(results, job, *((run["seed"], "ok", "") for run in runs))
    lines = said(results)
    assert lines["done"] == "5 runs in 1 min 15 s: 5 ok"
    assert lines["failed"] == "nothing"
    assert lines["report"] == "results/report/index.html"
    assert lines["learned best"].startswith("digits: lenet5_1998 digits, error ")
    assert lines["time"].endswith("(results/logs/times.txt)")
    table = (results / "logs" / "times.txt").read_text()
    assert "set-up of the software" in table and "sum over processes" in table
    # The largest share is named first.
    shares = {
        line[:28].strip(): float(line[28:37]) for line in table.splitlines()[1:] if not line.startswith("sum")
    }
    assert lines["time"].startswith(max(shares, key=lambda name: shares[name]))


def test_failures_are_named_with_their_reasons(results: Path) -> None:
    summary(results, "job-a", (0, "ok", ""), (1, "oom", "memory ran out"))
    summary(results, "job-b", (2, "diverged", "loss is nan"), (3, "timeout", "the limit is 3 s"))
    step = Step("train", "job=job-c", "results/logs/train/job-c.log")
    lines = said(results, 1, lost=(step, step, Step("verdict", "", "results/logs/verdict.log")))
    assert lines["ended"] == "5 runs in 1 min 15 s: 1 ok, 1 oom, 1 diverged, 1 timeout, 1 missing"
    assert lines["failed"] == (
        "lenet5_1998 digits seed 1: oom, memory ran out; lenet5_1998 digits seed 2: diverged, loss is nan;"
        " lenet5_1998 digits seed 3: timeout, the limit is 3 s; and 1 more"
        " (results/logs/snakemake.log says more)"
    )


def test_a_lost_job_and_a_report_that_failed(results: Path) -> None:
    (results / "report" / "index.html").unlink()
    train = Step("train", "job=job-c", "results/logs/train/job-c.log")
    lines = said(results, 1, lost=(train, Step("page", "", "results/logs/page.log")))
    assert lines["failed"].startswith(
        "a job of 1 run did not finish; results/logs/train/job-c.log says why;"
        " page; results/logs/page.log says why"
    )
    assert lines["report"] == "none; results/logs/snakemake.log says why"
    assert lines["learned best"] == "nothing yet"


def test_an_end_that_nothing_explains(results: Path) -> None:
    summary(results, "job-a", (0, "ok", ""), (1, "ok", ""))
    assert (
        said(results, 137)["failed"] == "Snakemake, with exit code 137; results/logs/snakemake.log says why"
    )


def test_after_an_interruption_what_is_left_has_not_failed(results: Path) -> None:
    summary(results, "job-a", (0, "ok", ""), (1, "ok", ""))
    lines = said(results, 1, stopped=True, lost=(Step("train", "job=job-b"),))
    assert lines["ended"] == "stopped after 3 of 5 runs; the same command goes on from there"
    assert lines["failed"] == "nothing"


def entry(id: str, seed: int, value: float, direction: str = "lower", dataset: str = "digits") -> Any:
    """A record of a made-up entry with this final value."""
    return {
        "run": {
            "entry": id,
            "recipe": dataset,
            "seed": seed,
            "status": "ok",
            "task": "t",
            "dataset": dataset,
        },
        "spec": {
            "asked": {"recipe": {"floor": None}},
            "measures": [
                {"name": "train_loss", "unit": "", "direction": "lower"},
                {"name": "score", "unit": "%", "direction": direction},
            ],
        },
        "measures": [{"measure": "score", "value": value, "split": "test", "epoch": None, "unit": "%"}],
    }


@pytest.mark.parametrize(("direction", "best"), [("lower", "b_1990"), ("higher", "c_2000")])
def test_the_best_is_that_of_the_median_seed(direction: str, best: str) -> None:
    values = {"a_1980": (0.0, 6.0, 9.0), "b_1990": (3.0, 4.0, 5.0), "c_2000": (7.0, 7.0, 8.0)}
    found = [
        entry(id, seed, value, direction) for id, seeds in values.items() for seed, value in enumerate(seeds)
    ]
    median = {"b_1990": 4, "c_2000": 7}[best]
    assert (
        best_of("digits", found)
        == f"digits of 3 entries: {best} digits, score {median} % (median of 3 seeds)"
    )


def test_the_data_set_is_the_one_that_most_entries_learned(tmp_path: Path) -> None:
    found = [entry("a_1980", seed, 1.0, dataset="xor") for seed in range(9)]
    found += [entry("a_1980", 0, 2.0), entry("b_1990", 0, 1.0), {"run": {"status": "ok"}}, {}]
    assert learned_best(found, call(tmp_path)) == "digits of 2 entries: b_1990 digits, score 1 %"
    failed = entry("a_1980", 0, 1.0)
    failed["run"]["status"] = "diverged"
    assert learned_best([failed], call(tmp_path)) == "nothing yet"


def test_the_verdicts_of_the_report_on_these_entries(results: Path) -> None:
    (results / "report" / "tables").mkdir()
    with open(results / "report" / "tables" / "claims.csv", "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["entry", "verdict"])
        for entry_, verdict, count in (
            ("lenet5_1998", "reproduced", 2),
            ("lenet5_1998", "missed", 1),
            ("lenet5_1998", "not comparable", 3),
            ("another_2000", "reproduced", 5),
        ):
            table.writerows([[entry_, verdict]] * count)
    assert closing.verdicts(call(results)) == "papers' numbers: 2 reproduced, 1 missed"
    best = learned_best([entry("a_1980", 0, 1.0)], call(results))
    assert best == "digits: a_1980 digits, score 1 %; papers' numbers: 2 reproduced, 1 missed"


#: What Snakemake 9 prints, and the sentence in it.
REFUSALS = {
    "configuration": (
        """Using workflow specific profile profiles/default for setting default command line arguments.
Config file config/config.yaml is extended by additional config specified via the command line.
WorkflowError in file "/a/workflow/rules/common.smk", line 61:
configuration key 'tier': unknown value 'pocet': did you mean pocket?
  File "/a/workflow/rules/common.smk", line 61, in <module>
""",
        "configuration key 'tier': unknown value 'pocet': did you mean pocket?",
    ),
    "Snakefile": (
        """Using workflow specific profile profiles/default for setting default command line arguments.
SyntaxError in file "/a/Snakefile", line 7:
Colon expected after keyword output.:
None
""",
        "SyntaxError: Colon expected after keyword output. (Snakefile, line 7)",
    ),
    "entry": (
        """RuntimeError in file "/a/workflow/rules/common.smk", line 54:
boo
  File "/a/workflow/rules/common.smk", line 54, in <module>
  File "<frozen importlib._bootstrap_external>", line 940, in exec_module
  File "/a/benchmarks/entries/threshold/perceptron_1958.py", line 244, in <module>
""",
        "RuntimeError: boo (benchmarks/entries/threshold/perceptron_1958.py, line 244)",
    ),
    "target": (
        "Building DAG of jobs...\nMissingRuleException:\nNo rule to produce x (if you use functions).\n",
        "No rule to produce x (if you use functions).",
    ),
    "option": (
        "usage: snakemake [-h]\n  [targets ...]\nsnakemake: error: unrecognized arguments: --nonsense\n",
        "unrecognized arguments: --nonsense",
    ),
    "command": (
        "localrule report:\nerror: results/runs has no records: train something first\nRuleException:\n"
        'CalledProcessError in file "/a/report.smk", line 42:\nCommand x returned non-zero exit status 2.\n'
        "WorkflowError:\nAt least one job did not complete successfully.\n",
        "results/runs has no records: train something first",
    ),
    "value": (
        'Traceback (most recent call last):\n\n  File "cli.py", line 81, in parse\n    raise E(x)\n\n'
        "ValueError: Invalid config definition: Config entries have to be name=value pairs.\n\n",
        "Invalid config definition: Config entries have to be name=value pairs.",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_why_nothing_began(case: str) -> None:
    output, sentence = REFUSALS[case]
    assert why(output, Path("/a")) == sentence


@pytest.mark.parametrize(
    "output", ["", "Building DAG of jobs...\n", "Nothing to be done.\n", "Error in rule page:\n"]
)
def test_where_no_sentence_is_known_none_is_made_up(output: str) -> None:
    assert why(output, Path("/a")) is None
