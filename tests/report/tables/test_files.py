"""Tables as CSV and LaTeX."""

from pathlib import Path

import pandas as pd
import pytest

from report.tables.files import save_csv, tex


def test_csv_runs_no_formula(tmp_path: Path) -> None:
    import pandas as pd

    save_csv(pd.DataFrame({"a": ["=cmd()", "-1.5", "plain"], "b": [-1.0, 2.0, 3.0]}), tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text().splitlines() == ["a,b", "'=cmd(),-1.0", "-1.5,2.0", "plain,3.0"]


def test_latex_tables_escape_and_keep_their_columns(page_file: Path) -> None:
    for path in (page_file.parent / "tables").glob("*.tex"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith(r"\begin{longtable}{") and lines[-1] == r"\end{longtable}"
        columns = lines[0].count("l", len(r"\begin{longtable}{"))
        for line in lines[3:-2]:
            if line.endswith(r"\\") and "&" in line:
                assert line.replace(r"\&", "").count("&") == columns - 1, line
    assert (
        tex("50% of a_b & c #1 {x} \\y ~ ^ $")
        == r"50\% of a\_b \& c \#1 \textbraceleft{}x\textbraceright{} \textbackslash{}y \textasciitilde{}"
        r" \textasciicircum{} \$"
    )


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("  =1+1", "'  =1+1"),
        ("\u00a0@SUM(A1)", "'\u00a0@SUM(A1)"),
        ("'=1+1", "''=1+1"),
        ('"=1+1', "'\"=1+1"),
        ("\n-cmd", "'\n-cmd"),
        ("\tx", "'\tx"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("+49 30 1", "'+49 30 1"),
        ("-1.5e3", "-1.5e3"),
        ("-", "-"),
        ("a = b", "a = b"),
    ],
)
def test_no_cell_of_a_csv_runs_in_a_spreadsheet(tmp_path: Path, cell: str, written: str) -> None:
    save_csv(pd.DataFrame({"a": [cell], cell: [1.5]}), tmp_path / "x.csv")
    found = pd.read_csv(tmp_path / "x.csv", dtype=str, keep_default_na=False)
    assert found.iloc[0, 0] == written
    assert found.columns[1] == written and found.iloc[0, 1] == "1.5"
