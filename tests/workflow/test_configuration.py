"""Refused configurations, through Snakemake as a user calls it (commands/test_select.py has every form)."""

import re
from pathlib import Path

import pytest
import yaml

from benchmarks.spec import BACKENDS, PRECISIONS, TIERS
from tests.workflow.workflow_runs import ROOT, snakemake


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--config", "tier=pocet"), "configuration key 'tier': unknown value 'pocet': did you mean pocket?"),
        (
            ("--config", "entries=perceptron_1985,xor"),
            "unknown entry 'perceptron_1985': did you mean perceptron_1958",
        ),
        (("compare",), "compare needs two bundles or more: snakemake compare --config bundles=FOLDER,FOLDER"),
    ],
)
def test_refused_in_one_sentence_before_anything_runs(
    tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    done = snakemake(tmp_path, *arguments)
    assert done.returncode != 0
    assert sentence in done.stdout
    assert "Traceback (most recent call last)" not in done.stdout
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("dangling", [True, False])
def test_results_that_are_no_folder_are_refused_in_one_sentence(tmp_path: Path, dangling: bool) -> None:
    results = tmp_path / "results"
    if dangling:
        results.symlink_to(tmp_path / "gone")
    else:
        results.touch()
    done = snakemake(tmp_path, "--config", "entries=adaline_1960", "seeds=1")
    assert done.returncode != 0
    assert f"{results} is neither a folder nor a link to one that is there: remove it" in done.stdout
    assert "FileExistsError" not in done.stdout
    assert "NotADirectoryError" not in done.stdout


def test_every_key_is_documented() -> None:
    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())
    example = (ROOT / "config/config.yaml").read_text()
    table = (ROOT / "config/README.md").read_text()
    for key, rule in schema["properties"].items():
        assert rule["description"]
        assert re.search(rf"^(# )?{key}:", example, re.MULTILINE), f"config/config.yaml does not show {key}"
        assert f"| `{key}` |" in table, f"config/README.md does not describe {key}"
    assert set(yaml.safe_load(example)) <= set(schema["properties"])


def test_the_schema_offers_what_the_suite_has() -> None:
    rules = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())["properties"]
    assert {key: tuple(rules[key]["enum"]) for key in ("tier", "backend", "precision")} == {
        "tier": TIERS,
        "backend": BACKENDS,
        "precision": PRECISIONS,
    }
