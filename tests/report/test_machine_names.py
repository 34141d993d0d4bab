"""Letters and descriptions of machines."""

from pathlib import Path
from typing import Any

from report.loading import load
from report.machine_names import described, differences, letters, with_backend
from report.site.build import build
from tests.report import bundles
from tests.report.variations import few, loaded


def test_letters_of_any_number_of_machines() -> None:
    names = letters(20_000)
    assert names[:3] == ["A", "B", "C"] and names[25:28] == ["Z", "AA", "AB"]
    assert names[700:704] == ["ZY", "ZZ", "AAA", "AAB"]
    assert len(set(names)) == 20_000


def test_machines_that_read_alike_are_told_apart(tmp_path: Path) -> None:
    one = few()
    results = loaded(tmp_path, one, bundles.again(one, 1, numpy="2.3.1", suite="0.2.0"))
    assert differences(results) == ["NumPy 2.4.0; suite 0.1.0", "NumPy 2.3.1; suite 0.2.0"]
    build(results, tmp_path / "page", compare=True)
    html = (tmp_path / "page" / "machines.html").read_text(encoding="utf-8")
    assert all(text in html for text in ("2.4.0", "2.3.1", "0.1.0", "0.2.0"))
    assert differences(loaded(tmp_path / "one", one)) == [""]


def test_machines_of_one_name_are_described_by_generation_and_share_of_the_cores(tmp_path: Path) -> None:
    """As clouds name them: the processors of three generations are all called "AMD EPYC"."""
    one = few()
    amd: dict[str, Any] = {"processor": "AMD EPYC", "processor_family": "25"}
    amd["processor_vendor"] = "AuthenticAMD"
    facts: list[dict[str, Any]] = [
        {"processor_model": "1", "available_cores": 1.0},
        {"processor_model": "1", "available_cores": 2.0},
        {"processor_model": "17", "available_cores": 2.0},
    ]
    results = loaded(tmp_path, *(bundles.again(one, i, **amd, **some) for i, some in enumerate(facts)))
    assert [described(machine) for machine in results.machines.to_dict("records")] == [
        "AMD EPYC (Zen 3), 1 of 2 cores, tensorflow 2.21.0",
        "AMD EPYC (Zen 3), 2 cores, tensorflow 2.21.0",
        "AMD EPYC (Zen 4), 2 cores, tensorflow 2.21.0",
    ]


def test_what_tells_machines_apart_in_a_few_letters_comes_before_long_lists(tmp_path: Path) -> None:
    one = few()
    sets = " ".join(f"avx512_{i}" for i in range(40))
    results = loaded(tmp_path, one, bundles.again(one, 1, instruction_sets=sets, numpy="2.3.1"))
    assert differences(results)[1].startswith("NumPy 2.3.1; instruction sets ")
    build(results, tmp_path / "page", compare=True)
    html = (tmp_path / "page" / "machines.html").read_text(encoding="utf-8")
    assert f"; {differences(results)[1]}</li>" in html


def test_the_backend_is_named_where_machines_have_several(two: Path, one: Path) -> None:
    assert with_backend(load([two])) == {"A": "A (tensorflow)", "B": "B (jax)"}
    assert with_backend(load([one])) == {"A": "A"}
