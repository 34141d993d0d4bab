"""What a record says of its source, and the command that repeats its run."""

import hashlib
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import catalogue, environment, machine
from benchmarks.engine import __main__ as command_line
from benchmarks.engine import provenance
from benchmarks.engine.runs import Options, Run
from benchmarks.spec import TIERS

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture(autouse=True)
def unread() -> Iterator[None]:
    """Facts are read once a process; here, once a test."""
    provenance.facts.cache_clear()
    yield
    provenance.facts.cache_clear()


def git(folder: Path, *arguments: str) -> str:
    words = [
        "git",
        "-C",
        str(folder),
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@example.org",
        "-c",
        "init.defaultBranch=main",
        *arguments,
    ]
    variables = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return subprocess.run(words, capture_output=True, text=True, check=True, env=variables).stdout.strip()


def suite(folder: Path) -> Path:
    """Something that lies as the suite does."""
    (folder / "benchmarks" / "layers").mkdir(parents=True)
    (folder / "benchmarks" / "layers" / "one.py").write_text("x = 1\n")
    (folder / "requirements.lock").write_text("numpy==2.4.6\n")
    (folder / "README.md").write_text("read me\n")
    return folder


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository of it with one commit."""
    folder = suite(tmp_path / "clone")
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "one")
    return folder


LOCK = hashlib.sha256(b"numpy==2.4.6\n").hexdigest()


@needs_git
def test_a_clean_clone(clone: Path) -> None:
    assert provenance.facts(clone) == {
        "commit": git(clone, "rev-parse", "HEAD"),
        "dirty": False,
        "lock_sha256": LOCK,
    }


@needs_git
@pytest.mark.parametrize(
    ("file", "dirty"),
    [
        *(
            (file, True)
            for file in (
                "benchmarks/layers/one.py",
                "benchmarks/layers/new.py",
                "benchmarks/new/new.py",
                "requirements.lock",
            )
        ),
        *((file, False) for file in ("README.md", "notes.txt", "results/runs/x.json")),
    ],
)
@pytest.mark.parametrize("shown", ["all", "no"])
def test_a_tree_is_dirty_by_what_can_change_a_run(clone: Path, file: str, dirty: bool, shown: str) -> None:
    git(clone, "config", "status.showUntrackedFiles", shown)
    (clone / file).parent.mkdir(parents=True, exist_ok=True)
    (clone / file).write_text("changed\n")
    assert provenance.facts(clone)["dirty"] is dirty
    assert provenance.facts(clone)["commit"] == git(clone, "rev-parse", "HEAD")


@needs_git
def test_a_change_that_is_staged_is_a_change(clone: Path) -> None:
    (clone / "benchmarks" / "layers" / "one.py").write_text("x = 2\n")
    git(clone, "add", ".")
    assert provenance.facts(clone)["dirty"] is True


UNKNOWN = {"commit": "", "dirty": None, "lock_sha256": LOCK}


@needs_git
def test_no_repository(tmp_path: Path) -> None:
    assert provenance.facts(suite(tmp_path / "copy")) == UNKNOWN


@needs_git
def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    folder = suite(tmp_path / "copy")
    git(folder, "init", "--quiet")
    assert provenance.facts(folder) == UNKNOWN


@needs_git
def test_a_copy_within_another_repository_does_not_have_its_commit(clone: Path) -> None:
    assert provenance.facts(suite(clone / "vendor" / "suite")) == UNKNOWN


@needs_git
def test_a_repository_within_another_has_its_own(clone: Path) -> None:
    inner = suite(clone / "inner")
    git(inner, "init", "--quiet")
    git(inner, "add", ".")
    git(inner, "commit", "--quiet", "--message", "two")
    assert (
        provenance.facts(inner)["commit"]
        == git(inner, "rev-parse", "HEAD")
        != git(clone, "rev-parse", "HEAD")
    )


@needs_git
def test_a_further_work_tree_has_the_commit_that_is_checked_out_there(clone: Path, tmp_path: Path) -> None:
    git(clone, "worktree", "add", "--quiet", str(tmp_path / "beside"))
    assert provenance.facts(tmp_path / "beside") == {
        "commit": git(clone, "rev-parse", "HEAD"),
        "dirty": False,
        "lock_sha256": LOCK,
    }


def test_without_git(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(clone))
    assert provenance.facts(clone) == UNKNOWN


@needs_git
def test_what_git_sets_for_its_hooks_points_nowhere_else(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests and runs are started from hooks too, and these variables come before the folder."""
    other = suite(tmp_path / "other")
    git(other, "init", "--quiet")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    assert provenance.facts(clone) == {
        "commit": git(clone, "rev-parse", "HEAD"),
        "dirty": False,
        "lock_sha256": LOCK,
    }


@needs_git
@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file to another user")
def test_a_repository_of_another_user(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container that mounts its user's clone. Git itself refuses: "detected dubious ownership"."""
    commit = git(clone, "rev-parse", "HEAD")
    for path in (clone, *clone.rglob("*")):
        os.chown(path, 12345, 12345)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    refused = subprocess.run(
        ["git", "-C", str(clone), "rev-parse", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "HOME": str(clone)},
    )
    if refused.returncode == 0:
        pytest.skip("git trusts every folder here")
    assert "dubious ownership" in refused.stderr
    assert provenance.facts(clone) == {"commit": commit, "dirty": False, "lock_sha256": LOCK}


@needs_git
def test_a_repositorys_settings_start_nothing(clone: Path, tmp_path: Path) -> None:
    monitor = tmp_path / "monitor"
    monitor.write_text(f"#!/bin/sh\ntouch {shlex.quote(str(tmp_path / 'started'))}\n")
    monitor.chmod(0o755)
    git(clone, "config", "core.fsmonitor", str(monitor))
    provenance.facts(clone)
    assert not (tmp_path / "started").exists()


# The command

PERCEPTRON = catalogue.load("perceptron_1958")
XOR = catalogue.recipe(PERCEPTRON, "pocket", "xor")


def last_step(command: str) -> tuple[dict[str, str], list[str]]:
    """The variables and words with which a shell starts the command's last step; bash accepts all of it."""
    subprocess.run(["bash", "-n", "-c", command], check=True)
    lexer = shlex.shlex(command, posix=True, punctuation_chars="&")
    lexer.whitespace_split = True
    words = list(lexer)
    while "&&" in words:
        words = words[words.index("&&") + 1 :]
    variables = {}
    while "=" in words[0]:
        name, _, variables[name] = words.pop(0).partition("=")
    return variables, words


@pytest.mark.parametrize("tier", TIERS)
def test_the_command_of_every_recipe_asks_for_that_recipe_alone(
    tier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = Options(backend="jax", precision="bfloat16", threads=2, devices=4)
    tried = 0
    for id in catalogue.ids():
        entry = catalogue.load(id)
        for recipe in catalogue.recipes(entry, tier):  # type: ignore[arg-type]
            command = provenance.command(Run(entry, recipe, 7), options)
            words = shlex.split(command.rpartition(" && ")[2])
            words = words[words.index("python") :]
            assert words[:3] == ["python", "-m", "benchmarks.engine"]
            given = command_line.parser().parse_args(words[3:])
            assert command_line.wanted(given) == [Run(entry, recipe, 7)]
            assert (given.backend, given.precision) == ("jax", "bfloat16")
            assert (given.threads, given.devices) == (2, 4)
            tried += 1
    assert tried > 30


def test_the_command_sets_up_the_software_of_the_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provenance, "facts", lambda: {"commit": "12" * 20})
    monkeypatch.setattr(environment, "set_by_user", dict)
    whole = (
        f"git checkout {'12' * 20} && make setup && . .venv/bin/activate"
        " && python -m benchmarks.engine perceptron_1958 --tier pocket"
        " --dataset xor --variant '' --seeds 3 --backend tensorflow --precision float32 --threads 1"
    )
    assert provenance.command(Run(PERCEPTRON, XOR, 3), Options()) == whole
    monkeypatch.setattr(provenance, "facts", lambda: {"commit": ""})
    assert provenance.command(Run(PERCEPTRON, XOR, 3), Options()).startswith("make setup && ")


def test_on_a_gpu_the_backend_is_installed_with_its_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = {**machine.facts("jax"), "accelerators": "NVIDIA H100", "backend_version": "0.10.2"}
    monkeypatch.setattr(machine, "facts", lambda backend: facts)
    assert " && pip install 'jax[cuda12]==0.10.2' && " in provenance.command(
        Run(PERCEPTRON, XOR, 0), Options(backend="jax")
    )


HOSTILE = {
    "XLA_FLAGS": "--xla_a=1 --xla_b='two words'",
    "TF_A": "; TF_B=1",
    "TF_C": "$(touch planted) `touch planted` && touch planted",
    "TF_D": "double \" single ' back\\slash",
    "TF_E": "!! * ? ~ # {a,b}",
    "MKL_CBWR": "ünïcode",
    "TF_LONG": "x" * 2000,
}


def test_the_command_sets_the_variables_that_changed_numbers_exactly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "_SET_BY_USER", environment.recorded(HOSTILE))
    command = provenance.command(Run(PERCEPTRON, XOR, 0), Options())
    variables, words = last_step(command)
    assert variables == HOSTILE
    assert words[:4] == ["python", "-m", "benchmarks.engine", "perceptron_1958"]
    # What a shell makes of it, with a program of that name that says what it is given.
    (tmp_path / "python").write_text(
        f"#!/bin/sh\nexec {shlex.quote(shutil.which('python3') or '')}"
        " -c 'import os; print(dict(os.environ))'\n"
    )
    (tmp_path / "python").chmod(0o755)
    run = command.partition(". .venv/bin/activate && ")[2]
    done = subprocess.run(
        [shutil.which("bash") or "", "-c", run],
        cwd=tmp_path,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    seen = eval(done.stdout, {"__builtins__": {}})
    assert {name: seen[name] for name in HOSTILE} == HOSTILE
    assert [path.name for path in tmp_path.iterdir()] == ["python"]


@pytest.mark.parametrize("value", ["\x1b[2J", "\udcff", "x" * 200_000], ids=["control", "no text", "long"])
def test_a_command_that_no_record_can_hold_is_not_given(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "_SET_BY_USER", {"TF_X": value})
    assert provenance.command(Run(PERCEPTRON, XOR, 0), Options()) == ""
