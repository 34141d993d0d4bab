"""The whole workflow on a few small runs: from nothing to the report, and what may come between."""

import csv
import html
import re
import shlex
import shutil
import signal
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from benchmarks import catalogue, records
from tests.workflow.workflow_runs import copy_checkout, end, snakemake, start

pytestmark = pytest.mark.slow

#: On JAX, which takes half of TensorFlow's time to import; the tests on a cluster run the default.
CONFIG = ("--config", "backend=jax")
SELECTION = (*CONFIG, "entries=mcculloch_pitts_1943,perceptron_1958", "seeds=1")


@pytest.fixture(scope="module")
def finished(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the workflow has run to its end on two entries, one of which is not trained."""
    folder = tmp_path_factory.mktemp("finished")
    done = snakemake(folder, *SELECTION, root=checkout)
    assert done.returncode == 0, done.stdout
    return folder


@pytest.fixture
def measured(finished: Path, tmp_path: Path) -> Path:
    """A folder in which nothing has run, but the machine is measured already."""
    shutil.copytree(finished / "results/machines", tmp_path / "results/machines")
    return tmp_path


def statuses(folder: Path) -> dict[str, set[str]]:
    """The statuses of each entry's runs, as the bundle has them."""
    with open(folder / "results/bundle/runs.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        entry: {row["status"] for row in rows if row["entry"] == entry}
        for entry in {row["entry"] for row in rows}
    }


def test_ends_with_bundle_report_and_verdict(finished: Path) -> None:
    assert statuses(finished) == {"mcculloch_pitts_1943": {"ok"}, "perceptron_1958": {"ok"}}
    page = (finished / "results/report/index.html").read_text()
    assert '<aside id="missing"' not in page
    assert "mcculloch_pitts_1943" in page
    assert "perceptron_1958" in page
    runs = len(list((finished / "results/runs").glob("*/*.json")))
    assert (finished / "results/verdict.txt").read_text() == f"{runs} runs: {runs} ok\n"


def test_the_machine_is_measured_and_its_ceilings_are_in_the_bundle(finished: Path) -> None:
    bundle = records.read_bundle(finished / "results/bundle")
    assert (
        bundle.ceilings["machine_id"].tolist()
        == bundle.machines["machine_id"].tolist()
        == bundle.runs["machine_id"].unique().tolist()
    )
    assert bundle.ceilings["matmul_flops"][0] > 0 and bundle.ceilings["bandwidth"][0] > 0


def test_called_again_there_is_nothing_to_do(checkout: Path, finished: Path) -> None:
    done = snakemake(finished, *SELECTION, root=checkout)
    assert done.returncode == 0, done.stdout
    assert "Nothing to be done" in done.stdout


def planned(output: str) -> list[str]:
    """The rules that a call ran, or would run."""
    return re.findall(r"^(?:local)?rule (\w+):", output, re.MULTILINE)


@pytest.mark.parametrize(
    "change", [("threads=2",), ("precision=float64",), ("executions=2",)], ids=lambda change: change[0]
)
def test_what_is_asked_otherwise_is_run(checkout: Path, finished: Path, change: tuple[str, ...]) -> None:
    done = snakemake(finished, "--dry-run", *SELECTION, *change, root=checkout)
    assert done.returncode == 0, done.stdout
    assert planned(done.stdout).count("train") == 2


def test_on_another_machine_everything_is_measured(checkout: Path, finished: Path, tmp_path: Path) -> None:
    """Results copied with their times and Snakemake's notes; one variable makes it another software."""
    shutil.copytree(finished, tmp_path / "copied")
    assert (
        "Nothing to be done" in snakemake(tmp_path / "copied", "--dry-run", *SELECTION, root=checkout).stdout
    )
    done = snakemake(
        tmp_path / "copied",
        "--dry-run",
        *SELECTION,
        root=checkout,
        XLA_FLAGS="--xla_cpu_enable_fast_math=true",
    )
    assert planned(done.stdout).count("train") == 2
    assert planned(done.stdout).count("machine") == 1


def test_a_record_that_is_gone_is_made_again(checkout: Path, finished: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copied"
    shutil.copytree(finished, folder)
    gone = next((folder / "results/runs/perceptron_1958").glob("or_2-simple-*.json"))
    gone.unlink()
    done = snakemake(folder, *SELECTION, root=checkout)
    assert done.returncode == 0, done.stdout
    assert planned(done.stdout).count("train") == 1
    assert gone.exists()
    runs = len(list((folder / "results/runs").glob("*/*.json")))
    assert (folder / "results/verdict.txt").read_text() == f"{runs} runs: {runs} ok\n"
    with open(folder / "results/bundle/runs.csv", newline="") as file:
        assert len(list(csv.DictReader(file))) == runs
    assert "Nothing to be done" in snakemake(folder, *SELECTION, root=checkout).stdout


def test_report_needs_no_framework_and_no_sources_of_runs(
    checkout: Path, finished: Path, tmp_path: Path
) -> None:
    """`snakemake report` from the records alone, where no framework can be imported."""
    shutil.copytree(finished / "results/runs", tmp_path / "results/runs")
    shutil.copytree(finished / "results/machines", tmp_path / "results/machines")
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    for name in ("tensorflow", "keras", "jax", "torch"):
        (blocked / f"{name}.py").write_text(f"raise ImportError('{name} is not there')\n")
    done = snakemake(tmp_path, "report", root=checkout, PYTHONPATH=str(blocked))
    assert done.returncode == 0, done.stdout
    assert "rule train" not in done.stdout
    # The same records give the same page, byte for byte.
    assert (tmp_path / "results/report/index.html").read_bytes() == (
        finished / "results/report/index.html"
    ).read_bytes()
    assert (tmp_path / "results/bundle/runs.csv").read_bytes() == (
        finished / "results/bundle/runs.csv"
    ).read_bytes()


def test_report_without_records_says_what_to_do(tmp_path: Path) -> None:
    done = snakemake(tmp_path, "report")
    assert done.returncode != 0
    assert "has no records: train something first" in done.stdout


def test_snakemake_report_has_captions_and_categories(checkout: Path, finished: Path, tmp_path: Path) -> None:
    archive = tmp_path / "report.zip"
    done = snakemake(finished, *SELECTION, "--report", str(archive), root=checkout)
    assert done.returncode == 0, done.stdout
    with zipfile.ZipFile(archive) as opened:
        names = opened.namelist()
        overview = opened.read(next(name for name in names if name.endswith("report.html"))).decode()
    for page in ("/index.html", "/entries/perceptron_1958.html", "/figures/share.png"):
        assert any(name.endswith(page) for name in names), "the site is there as a whole"
    assert any(name.endswith("runs.csv") for name in names)
    for text in ("Report", "Results", "One row for each run", "what each paper claimed"):
        assert text in overview


def on_another_machine(bundle: Path, folder: Path) -> Path:
    """The bundle of `bundle` as another processor would have left it: same runs, another machine."""
    old = records.read_bundle(bundle)
    machine = {str(name): value for name, value in old.machines.to_dict("records")[0].items()}
    facts = machine | {"processor": "Another processor", "cores": machine["cores"] * 2}
    new = records.machine_id(facts)
    runs = [
        {str(name): value for name, value in row.items()}
        for row in old.runs.astype(object).where(old.runs.notna(), None).to_dict("records")
    ]
    renamed = {}
    for row in runs:
        row |= {
            "machine_id": new,
            "run_id": records.run_id(row["spec_hash"], row["seed"], new, row["software_id"]),
        }
        renamed[row["execution_id"]] = records.execution_id(row)
    executions = {row["execution_id"]: row["run_id"] for row in runs}
    other = records.Bundle(
        runs=old.runs.assign(
            machine_id=new,
            run_id=old.runs["execution_id"].map(executions),
            execution_id=old.runs["execution_id"].map(renamed),
        ),
        epochs=old.epochs.assign(execution_id=old.epochs["execution_id"].map(renamed)),
        measures=old.measures.assign(execution_id=old.measures["execution_id"].map(renamed)),
        machines=old.machines.assign(machine_id=new, processor=facts["processor"], cores=facts["cores"]),
        ceilings=old.ceilings.iloc[:0],
        speeds=old.speeds.iloc[:0],
        specs=old.specs,
        pictures={renamed[execution]: pictures for execution, pictures in old.pictures.items()},
        source="another machine",
    )
    records.write_bundle(other, folder)
    return folder


def test_compare_takes_the_bundles_that_are_there(checkout: Path, finished: Path, tmp_path: Path) -> None:
    """The folder's bundle after another selection, and one with blanks, braces and umlauts in its name."""
    folder = tmp_path / "copied"
    shutil.copytree(finished, folder)
    other = on_another_machine(folder / "results/bundle", tmp_path / "grün {x} & 'y' z")
    done = snakemake(folder, "compare", "--config", f"bundles=results/bundle/,{other}", root=checkout)
    assert done.returncode == 0, done.stdout
    assert planned(done.stdout) == ["compare"]
    assert "Another processor" in (folder / "results/comparison/machines.html").read_text()


BROKEN = '''"""An entry whose model cannot be built."""

import dataclasses

from benchmarks import catalogue


def build(**arguments):
    raise RuntimeError("this model cannot be built")


ADALINE = catalogue.load("adaline_1960")
ENTRY = dataclasses.replace(ADALINE, id="broken_2099", family="feedforward", build=build)
'''


def test_an_entry_that_fails_stops_no_other_and_shows_in_the_exit_code(
    measured: Path, tmp_path: Path
) -> None:
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    copy_checkout(checkout)
    (checkout / "benchmarks/entries/feedforward/broken_2099.py").write_text(BROKEN)
    done = snakemake(measured, *CONFIG, "entries=mcculloch_pitts_1943,broken_2099", "seeds=1", root=checkout)
    assert done.returncode == 1, done.stdout
    assert "this model cannot be built" in done.stdout
    assert statuses(measured) == {"mcculloch_pitts_1943": {"ok"}, "broken_2099": {"error"}}
    assert "this model cannot be built" in (measured / "results/report/runs.html").read_text()
    # Called again the failure is still said, and nothing is trained.
    again = snakemake(measured, *CONFIG, "entries=mcculloch_pitts_1943,broken_2099", "seeds=1", root=checkout)
    assert again.returncode == 1
    assert "rule train" not in again.stdout


FATAL = """

def build(**arguments):
    import os, signal
    os.kill(os.getppid(), signal.SIGKILL)
    raise SystemExit
"""


def test_a_job_that_is_lost_costs_no_report(measured: Path, tmp_path: Path) -> None:
    """An entry that ends its whole job, as a lost node would: the report shows the others, and says so."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    copy_checkout(checkout)
    before, _, after = BROKEN.partition("def build")
    fatal = before + FATAL.strip() + "\n\n\n" + after[after.index("ADALINE = ") :]
    (checkout / "benchmarks/entries/feedforward/fatal_2099.py").write_text(
        fatal.replace("broken_2099", "fatal_2099")
    )
    selection = (*CONFIG, "entries=mcculloch_pitts_1943,fatal_2099", "seeds=1")
    done = snakemake(measured, *selection, root=checkout)
    assert done.returncode == 1, done.stdout
    assert statuses(measured) == {"mcculloch_pitts_1943": {"ok"}}
    assert "mcculloch_pitts_1943" in (measured / "results/report/index.html").read_text()
    assert re.search(
        r"^missing: fatal_2099 .*: its job did not finish; results/logs/train/pocket-\S+\.log says why$",
        done.stdout,
        re.MULTILINE,
    )
    # The command that tries again is this one.
    again = next(line for line in done.stdout.splitlines() if line.startswith("To repeat"))
    assert "--forcerun=train" in again
    assert "entries=mcculloch_pitts_1943,fatal_2099" in again
    assert not (measured / "results/verdict.txt").exists()
    # The report's first page says so too, and so does one that is made later from the records.
    for call in ((), ("report",)):
        if call:
            (measured / "results/missing.json").unlink()
            assert snakemake(measured, *call, root=checkout).returncode == 0
        page = (measured / "results/report/index.html").read_text()
        notice = page[page.index('<aside id="missing"') : page.index("</aside>")]
        assert re.search(r"\d+ runs? (is|are) missing</b> of the \d+ that", notice)
        assert "fatal_2099 (" in notice and "mcculloch_pitts_1943" not in notice.partition("<pre>")[0]
        command = html.unescape(notice[notice.index("<code>") + 6 : notice.index("</code>")])
        assert shlex.split(command)[0] == "snakemake" and "--forcerun=train" not in command
        assert shlex.split(command)[-3:] == list(selection[-3:])
        listed = (measured / "results/report/runs.html").read_text()
        assert re.search(r"did not finish; results/logs/train/pocket-\S+\.log says why", listed)
    # A smaller call that is complete has none.
    done = snakemake(measured, *CONFIG, "entries=mcculloch_pitts_1943", "seeds=1", root=checkout)
    assert done.returncode == 0, done.stdout
    assert '<aside id="missing"' not in (measured / "results/report/index.html").read_text()


CHILD = '''"""An entry that starts from the weights of another, and trains them in no pass."""

import dataclasses

from benchmarks import catalogue

PARENT = catalogue.load("backprop_1986")
RECIPE = dataclasses.replace(
    catalogue.recipe(PARENT, "pocket", "xor"), epochs=0, criterion=None, starts_from="backprop_1986/xor"
)
ENTRY = dataclasses.replace(PARENT, id="child_2099", recipes=(RECIPE,), claims=(), history=())
'''


def test_an_entry_starts_from_the_weights_of_another(measured: Path, tmp_path: Path) -> None:
    """The other is trained first, in an earlier job, though nobody asked for it.

    Without its weights the run fails.
    """
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    copy_checkout(checkout)
    family = catalogue.source_file("backprop_1986").parent.name
    (checkout / "benchmarks/entries" / family / "child_2099.py").write_text(CHILD)
    selection = (*CONFIG, "entries=child_2099", "seeds=2")

    def call(*more: str) -> tuple[str, int, dict[str, dict[int, dict[str, Any]]]]:
        """What a call printed, its exit code, and the latest row of each entry and seed."""
        done = snakemake(measured, *selection, *more, root=checkout)
        rows: dict[str, dict[int, dict[str, Any]]] = {}
        for row in records.read_bundle(measured / "results/bundle").runs.to_dict("records"):
            rows.setdefault(row["entry"], {})[row["seed"]] = {str(key): value for key, value in row.items()}
        return done.stdout, done.returncode, rows

    output, code, rows = call()
    assert code == 0, output
    assert planned(output).count("train") == 2
    parents, children = rows["backprop_1986"], rows["child_2099"]
    assert {row["recipe"] for row in parents.values()} == {"xor"}
    assert parents[0]["weights_sha256"] != parents[1]["weights_sha256"]
    for seed in (0, 1):
        assert children[seed]["start_sha256"] == parents[seed]["weights_sha256"]
        assert children[seed]["weights_sha256"] == parents[seed]["weights_sha256"]
        assert parents[seed]["start_sha256"] == ""
    page = (measured / "results/report/provenance/child_2099.html").read_text()
    assert page.count(parents[0]["weights_sha256"]) == 2
    assert "Nothing to be done" in snakemake(measured, *selection, root=checkout).stdout

    shutil.rmtree(measured / "results/weights")
    shutil.rmtree(measured / "results/runs/child_2099")
    output, code, rows = call()
    assert code == 1, output
    assert planned(output).count("train") == 1
    assert {row["status"] for row in rows["backprop_1986"].values()} == {"ok"}
    for seed in (0, 1):
        row = rows["child_2099"][seed]
        assert row["status"] == "error"
        assert f"it starts from backprop_1986/xor, seed {seed}, which has left no weights" in row["reason"]
        assert row["start_sha256"] == ""
    assert "which has left no weights" in (measured / "results/report/runs.html").read_text()

    output, code, rows = call("--forcerun=train")  # as the verdict says
    assert code == 0, output
    assert {row["start_sha256"] for row in rows["child_2099"].values()} == {
        row["weights_sha256"] for row in parents.values()
    }


def test_a_corrupt_data_set_is_the_status_of_the_runs_that_need_it(
    measured: Path, tmp_path: Path, data_dir: Path
) -> None:
    """With a truncated MNIST in the mirror, the run names the file and the pipeline still makes a report."""
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    shutil.copytree(data_dir / "mnist", mirror / "mnist", symlinks=False)
    for file in (mirror / "mnist").iterdir():
        file.chmod(0o644)
        file.write_bytes(file.read_bytes()[:1000])
    done = snakemake(measured, *CONFIG, "tier=standard", "entries=rbm_1986", "seeds=1", f"data_dir={mirror}")
    assert done.returncode == 1, done.stdout
    assert statuses(measured) == {"rbm_1986": {"error"}}
    record = records.read_record(next((measured / "results/runs").glob("*/*.json")))
    assert "mnist" in record["run"]["reason"]
    assert "SHA-256" in record["run"]["reason"]
    assert (measured / "results/report/index.html").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=lambda number: number.name)
def test_interrupted_and_called_again_it_goes_on(
    checkout: Path, measured: Path, number: signal.Signals
) -> None:
    seeds = 40 if number == signal.SIGKILL else 10  # enough to last through the calls below
    selection = (*CONFIG, "entries=tdnn_1989", f"seeds={seeds}")  # one recipe, half a second a run
    process = start(measured, *selection, root=checkout)
    runs = measured / "results/runs/tdnn_1989"
    deadline = time.monotonic() + 300
    while not (early := sorted(runs.glob("*.json"))):
        assert process.poll() is None, (measured / "output.txt").read_text()
        assert time.monotonic() < deadline, (measured / "output.txt").read_text()
        time.sleep(0.05)
    if number == signal.SIGKILL:
        # Two calls do not go side by side; what only reads does.
        second = snakemake(measured, *selection, root=checkout)
        assert second.returncode != 0
        assert (
            f"another call of Snakemake is running in {measured / 'results'}: wait for it, or end it first"
            in second.stdout
        )
        assert snakemake(measured, *selection, "--dry-run", root=checkout).returncode == 0
    before = {path: path.read_bytes() for path in early}
    if number == signal.SIGKILL:
        process.kill()  # alone: nobody tells the engine
        process.wait(timeout=60)
    else:
        assert end(process, number) != 0
    assert len(list(runs.glob("*.json"))) < seeds, "interrupted too late to show anything"
    done = snakemake(measured, *selection, root=checkout)
    assert done.returncode == 0, done.stdout
    assert len(list(runs.glob("*.json"))) == seeds
    assert all(path.read_bytes() == content for path, content in before.items())
    assert (measured / "results/verdict.txt").exists()
    assert "runs are already recorded" in done.stdout
