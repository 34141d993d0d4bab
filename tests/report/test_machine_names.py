"""Letters and descriptions of machines."""

from pathlib import Path

from report.machine_names import differences, letters
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
