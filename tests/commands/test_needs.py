"""What jobs ask for."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks.commands import needs, past


def run(entry: str, recipe: str, tier: str = "standard", seed: int = 0) -> dict[str, Any]:
    return {"entry": entry, "recipe": recipe, "tier": tier, "seed": seed, "execution": 1}


LENET = run("lenet5_1998", "mnist")
KNOWN = {("lenet5_1998", "mnist"): 400.0}


def test_minutes_follow_from_what_runs_took() -> None:
    # Three times 800 s are 40 minutes.
    assert needs.minutes([LENET, LENET], KNOWN) == 40 + needs.START_MINUTES
    assert needs.minutes([LENET], {}) == 3 * 80 + needs.START_MINUTES


def test_memory_is_that_of_the_largest_run() -> None:
    other = run("mlp_mnist_1998", "mnist")
    peaks = {("lenet5_1998", "mnist"): 1e9, ("mlp_mnist_1998", "mnist"): 4.1e9}
    assert needs.memory_mb([LENET], peaks, gpu=False) == 2000
    assert needs.memory_mb([LENET, other], peaks, gpu=False) == 7000
    assert needs.memory_mb([LENET, other], peaks, gpu=True) == 11000
    assert needs.memory_mb([LENET], {}, gpu=False) == 16000


@pytest.mark.parametrize(
    ("asked", "known", "wants"),
    [
        (LENET, KNOWN, True),
        (LENET, {("lenet5_1998", "mnist"): 20.0}, False),
        (LENET, {}, True),
        (run("lenet5_1998", "digits", "pocket"), {}, False),
        (run("naive_bayes_1998", "mnist"), {}, False),  # a library's solver
    ],
)
def test_who_wants_a_gpu(asked: dict[str, Any], known: dict[past.Recipe, float], wants: bool) -> None:
    assert needs.wants_gpu(asked, known) == wants


def test_own_times_count_and_gpus_are_judged_by_the_published_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = "entry,recipe,tier,backend,status,import_s,total_s,peak_memory_bytes\n"
    for folder, row in (
        ("bundle", "a,digits,standard,jax,ok,0,9,2e9\n"),
        ("published/one", "a,digits,standard,jax,ok,0,900,1e9\nb,digits,standard,tensorflow,ok,0,7,\n"),
    ):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "runs.csv").write_text(header + row)
    monkeypatch.setattr(past, "PUBLISHED", tmp_path / "published")
    expected = needs.Expected(tmp_path, "standard", "jax")
    assert expected.seconds == {("a", "digits"): 9.0, ("b", "digits"): 7.0}
    assert expected.published == {("a", "digits"): 900.0, ("b", "digits"): 7.0}
    assert expected.peaks == {("a", "digits"): 2e9}
