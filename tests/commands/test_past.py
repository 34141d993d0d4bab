"""What past runs took."""

from pathlib import Path

import pytest

from benchmarks.commands import past
from benchmarks.commands.past import earlier

HEADER = "entry,recipe,tier,backend,status,import_s,total_s\n"


def bundle(folder: Path, *rows: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "runs.csv").write_text(HEADER + "".join(f"{row}\n" for row in rows))
    return folder


def test_earlier_times_are_medians_without_imports_and_the_first_bundle_counts(tmp_path: Path) -> None:
    own = bundle(
        tmp_path / "own",
        "a,digits,pocket,jax,ok,10.0,12.0",
        "a,digits,pocket,jax,ok,0.0,3.0",
        "a,digits,pocket,jax,ok,0.001,9.001",
        "a,digits,standard,jax,ok,0.0,90.0",
        "a,digits,pocket,tensorflow,ok,0.0,90.0",
        "b,digits,pocket,jax,diverged,0.0,90.0",
    )
    published = bundle(
        tmp_path / "published", "a,digits,pocket,jax,ok,4.0,50.0", "b,digits,pocket,jax,ok,,7.0"
    )
    assert earlier([own, published], "pocket", "jax") == ({("a", "digits"): 3.0, ("b", "digits"): 7.0}, 10.0)
    assert earlier([published], "pocket", "jax") == ({("a", "digits"): 46.0, ("b", "digits"): 7.0}, 4.0)


@pytest.mark.parametrize(
    "text", ["", "entry,status\na,ok\n", HEADER + "a,digits,pocket,jax,ok,x,y\n", "\0\n\0"]
)
def test_a_bundle_that_cannot_be_read_knows_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "runs.csv").write_text(text)
    assert earlier([tmp_path, tmp_path / "absent"], "pocket", "jax") == ({}, 0.0)


def test_the_published_bundles_know_the_pocket_tier() -> None:
    seconds, import_s = earlier(past.bundles(Path("/nowhere")), "pocket", "tensorflow")
    assert len(seconds) > 50
    assert import_s > 0
