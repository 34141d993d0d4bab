"""The lists of software say the same thing."""

import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def requirements(lines: list[str]) -> dict[str, str]:
    """Versions by name, of requirements without extras and markers."""
    parts = [re.fullmatch(r"([A-Za-z0-9._-]+)(.*)", line.replace(" ", "")) for line in lines]
    return {part[1].lower(): part[2] for part in parts if part}


def test_environment_yml_is_pyproject() -> None:
    """conda-forge uses PyPI's names for everything that the suite needs, so the two lists have to be equal."""
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())
    listed = requirements(conda["dependencies"])
    assert listed.pop("python") == PROJECT["requires-python"]
    assert listed == requirements(PROJECT["dependencies"])


def test_the_lock_covers_the_dependencies() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    locked = {name.lower() for name in re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)}
    extras = [line for extra in ("jax", "slurm", "dev") for line in PROJECT["optional-dependencies"][extra]]
    assert set(requirements(PROJECT["dependencies"] + extras)) <= locked


def test_the_lock_names_hashes_but_no_registry() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    pinned = re.findall(r"^\S+==\S+.*?(?=^\S|\Z)", lock, re.MULTILINE | re.DOTALL)
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
