"""The lists of software, the image and the contributors' forms agree with each other and the code."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from benchmarks import catalogue
from benchmarks.commands import select

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT = PYPROJECT["project"]
LOCK = (ROOT / "requirements.lock").read_text()
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
#: What the markers of the lock ask about Python 3.12 on each system.
SYSTEMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64"},
    "macos": {"sys_platform": "darwin", "platform_system": "Darwin", "platform_machine": "arm64"},
}


def canonical(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def direct(*extras: str) -> set[str]:
    """The names of the direct dependencies, and of those of these extras."""
    lines = [
        *PROJECT["dependencies"],
        *(line for extra in extras for line in PROJECT["optional-dependencies"][extra]),
    ]
    return {canonical(Requirement(line).name) for line in lines}


def locked() -> list[Requirement]:
    """The pins of the lock file, with their markers."""
    return [Requirement(line.rstrip("\\ ")) for line in re.findall(r"^\S+==.*$", LOCK, re.MULTILINE)]


def pins(requirements: list[Requirement], system: str, python: str = "3.12") -> dict[str, str]:
    """Versions by name, of what is installed on this system."""
    markers = SYSTEMS[system] | {"python_version": python, "python_full_version": f"{python}.0"}
    return {
        canonical(requirement.name): str(requirement.specifier)
        for requirement in requirements
        if requirement.marker is None or requirement.marker.evaluate(markers)
    }


def conda_pins() -> list[Requirement]:
    """The pins of environment.yml."""
    return [Requirement(line) for line in CONDA["dependencies"][-1]["pip"]]


def required_by() -> dict[str, set[str]]:
    """Who asks for each package, as the lock file notes under "via"."""
    asked = {}
    for entry in re.split(r"\n(?=\S)", LOCK):
        via = entry.partition("# via")[2]
        asked[canonical(entry.partition("==")[0])] = {
            canonical(name) for name in re.findall(r"[A-Za-z][\w.-]*", via)
        }
    return asked


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_conda_environment_has_the_versions_of_the_lock(system: str) -> None:
    lock = pins(locked(), system)
    listed = pins(conda_pins(), system)
    assert listed == {name: version for name, version in lock.items() if name in listed}


def test_the_conda_environment_lacks_nothing() -> None:
    """Dependencies of dependencies are pinned too, so that every installation is the same."""
    needed, asked = direct("jax", "slurm"), required_by()
    while more := {name for name, by in asked.items() if by & needed} - needed:
        needed |= more
    assert {canonical(pin.name) for pin in conda_pins()} == needed


def test_the_conda_environment_has_a_python_that_the_suite_runs_on() -> None:
    versions = [line.partition("=")[2] for line in CONDA["dependencies"] if str(line).startswith("python=")]
    assert len(versions) == 1
    assert SpecifierSet(PROJECT["requires-python"]).contains(versions[0])


def test_the_lock_covers_the_dependencies() -> None:
    assert direct("jax", "slurm", "dev") <= {canonical(requirement.name) for requirement in locked()}


def test_the_lock_names_hashes_but_no_registry() -> None:
    assert "://" not in LOCK
    pinned = re.findall(r"^\S+==\S+.*?(?=^\S|\Z)", LOCK, re.MULTILINE | re.DOTALL)
    assert pinned
    assert all("--hash=sha256:" in requirement for requirement in pinned)


def test_extras_for_accelerators_and_frameworks() -> None:
    assert {"jax", "torch", "tensorflow-gpu", "jax-gpu", "slurm", "dev"} <= set(
        PROJECT["optional-dependencies"]
    )


def test_versions_agree() -> None:
    from benchmarks import __version__

    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == PROJECT["version"] == __version__
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text()


def test_hooks_and_image_use_the_locked_tools() -> None:
    """A hook of another version would format what the tests then refuse."""
    versions = {canonical(requirement.name): str(requirement.specifier)[2:] for requirement in locked()}
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    revisions = {repository["repo"].rpartition("/")[2]: repository["rev"] for repository in hooks}
    assert revisions["ruff-pre-commit"] == f"v{versions['ruff']}"
    assert revisions["snakefmt"] == f"v{versions['snakefmt']}"
    assert revisions["codespell"] == f"v{versions['codespell']}"
    uv = re.search(r"^UV_VERSION := (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert uv and f"uv=={uv[1]}" in DOCKERFILE


def test_the_image_has_a_python_that_the_suite_runs_on() -> None:
    version = re.search(r"^FROM python:(\d+\.\d+)-", DOCKERFILE, re.MULTILINE)
    assert version
    assert SpecifierSet(PROJECT["requires-python"]).contains(version[1])


def test_the_image_copies_what_exists_and_runs_as_an_ordinary_user() -> None:
    copied = re.findall(r"^COPY (\S+) \S+$", DOCKERFILE, re.MULTILINE)
    assert copied
    assert all((ROOT / source).exists() for source in copied)
    users = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert users and users[-1] not in ("0", "root")
    snakefile = re.search(r'"/suite/(\S+)"\]$', DOCKERFILE, re.MULTILINE)
    assert snakefile and (ROOT / snakefile[1]).is_file()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_to_a_commit(path: Path) -> None:
    """A tag can be moved to other code; a commit cannot."""
    used = re.findall(r"uses: (\S+)", path.read_text())
    assert used
    assert all(re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", action) for action in used)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_may_only_read(path: Path) -> None:
    """A pull request's code runs there."""
    assert yaml.safe_load(path.read_text())["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in path.read_text()


def test_what_make_is_asked_for_is_there() -> None:
    """The commands that the documents name."""
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    texts = [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/*.md"),
        *WORKFLOWS,
        *ROOT.glob(".github/*.md"),
        ROOT / ".ci/run",
    ]
    named = {
        name
        for path in texts
        for name in re.findall(r"(?:`|^|run: )make ([a-z][a-z-]*)", path.read_text(), re.M)
    }
    assert {"test", "test-system", "setup"} <= named <= targets


@pytest.mark.parametrize("command", ["missing", "install"])
def test_system_packages_fail_nobody(command: str, tmp_path: Path) -> None:
    """Where there is neither a browser nor a package manager, one line says what is skipped."""
    done = subprocess.run(
        ["/bin/bash", ROOT / "tests/system_packages.sh", command],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r".*the tests that need chromium slurm-wlm.* will be skipped.*\n", done.stdout)


def test_the_miniature_is_a_valid_configuration() -> None:
    """`snakemake --directory .test` runs it; here it is only read."""
    miniature = select.checked(yaml.safe_load((ROOT / ".test/config/config.yaml").read_text()))
    assert set(miniature["entries"]) <= set(catalogue.ids())
    assert miniature["tier"] == "pocket"


def links(text: str) -> list[str]:
    """The files of the repository that a Markdown text links to."""
    addresses = re.findall(r"\]\(([^)\s#]+)[^)\s]*\)", text)
    return [address for address in addresses if "://" not in address]


@pytest.mark.parametrize(
    "path",
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("*/README.md"),
        *ROOT.glob("docs/*.md"),
        ROOT / "workflow/profiles/README.md",
    ],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    missing = [link for link in links(path.read_text()) if not (path.parent / link).exists()]
    assert not missing
