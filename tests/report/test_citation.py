"""How results are cited, read by another library."""

import dataclasses
import math
from pathlib import Path
from typing import Any

import bibtexparser
import pytest
import yaml
from bibtexparser.middlewares import LatexDecodingMiddleware, SeparateCoAuthors

from benchmarks import records
from report import citation
from report.loading import from_bundle
from report.results import Results
from tests.report import bundles
from tests.report.variations import edited, few

ROOT = Path(__file__).resolve().parents[2]


def read(text: str) -> dict[str, dict[str, Any]]:
    """Key -> fields without LaTeX, as another library reads BibTeX; nothing may be left over."""
    library = bibtexparser.parse_string(
        text, append_middleware=[LatexDecodingMiddleware(), SeparateCoAuthors()]
    )
    assert not library.failed_blocks and len(library.blocks) == len(library.entries)
    return {
        entry.key: {key: field.value for key, field in entry.fields_dict.items()} for entry in library.entries
    }


def group(results: Results, entry: str, **values: Any) -> dict[Any, Any]:
    """The first group of seeds of an entry with these values."""
    rows = results.groups[results.groups["entry"] == entry]
    for name, value in values.items():
        rows = rows[rows[name] == value]
    row: dict[Any, Any] = rows.iloc[0].to_dict()
    return row


def measures(results: Results, group: dict[Any, Any]) -> list[str]:
    """The final measures of a group of seeds."""
    final = results.final_measures
    return sorted(final.loc[final["spec_hash"] == group["spec_hash"], "measure"].unique())


def with_values(results: Results, entry: str, values: list[float]) -> Results:
    """The results with these values of every final measure of an entry, seed by seed."""
    final = results.final_measures
    chosen = final["entry"] == entry
    final.loc[chosen, "value"] = [values[seed] for seed in final.loc[chosen, "seed"]]
    return results


def titled(values: list[float]) -> str:
    """The title of LeNet-5's error on MNIST with these values."""
    results = with_values(
        from_bundle(bundles.bundle(tiers=("standard",), seeds=len(values))), "lenet5_1998", values
    )
    lenet = group(results, "lenet5_1998", dataset="mnist")
    ((_, fields),) = read(citation.of_result(results, lenet, "error")).items()
    title: str = fields["title"]
    return title.partition(": ")[2]


def test_a_result_says_what_it_is_and_what_identifies_it(results: Results) -> None:
    lenet = group(results, "lenet5_1998", tier="standard")
    ((key, fields),) = read(citation.of_result(results, lenet, "error")).items()
    assert key.startswith("lenet5_1998-mnist-error-")
    assert fields["title"].startswith("LeNet-5 on ") and ": test error " in fields["title"]
    machine = results.machines.iloc[0]
    runs = results.runs[results.runs["spec_hash"] == lenet["spec_hash"]]
    for identity in (
        *(machine["machine_id"], machine["software_id"], lenet["spec_hash"], lenet["source_sha256"]),
        *(runs["commit"].iloc[0], results.fingerprint, "standard tier"),
    ):
        assert identity in fields["note"]
    assert fields["howpublished"] == f"{citation.SUITE}, version {machine['suite']}"
    assert fields["year"] == "2026"


@pytest.mark.parametrize(
    "values, title",
    [
        ([0.92], "test error 0.920% (one seed)"),
        ([0.92, 1.5, 0.88], "test error 0.920% (median of 3 seeds, range 0.880 to 1.50)"),
        ([3.0, 3.0], "test error 3% (each of 2 seeds)"),
        # The interval of the median of six values lies between the least and the greatest.
        (
            [0.9, 0.94, 0.88, 0.97, 0.93, 0.91],
            "test error 0.920% (median of 6 seeds, 95% interval 0.880 to 0.970)",
        ),
        ([1.0, 2.0, math.inf], "test error 2% (median of 3 seeds, 1 of them without a finite value)"),
        ([1.0, math.inf, math.inf], "test error without a finite value in 2 of 3 seeds"),
    ],
)
def test_a_number_is_cited_with_its_spread(values: list[float], title: str) -> None:
    assert titled(values) == title


def test_keys_stay_when_seeds_are_added_and_tell_measures_and_machines_apart() -> None:
    one, more = (from_bundle(few(machines=2, seeds=seeds)) for seeds in (1, 2))

    def keys(results: Results) -> list[str]:
        return [
            next(iter(read(citation.of_result(results, row, measure))))
            for row in results.groups.to_dict("records")
            for measure in measures(results, row)
        ]

    assert keys(one) == keys(more)
    assert len(set(keys(one))) == len(keys(one)) > 8


def test_a_measure_that_no_run_has_is_an_error(results: Results) -> None:
    with pytest.raises(ValueError, match="no run of lenet5_1998 on mnist ended with the measure beauty"):
        citation.of_result(results, group(results, "lenet5_1998", dataset="mnist"), "beauty")


def test_the_suite_is_cited_as_its_citation_file_says(results: Results) -> None:
    said = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert (said["title"], said["authors"]) == (citation.SUITE, [{"name": citation.AUTHORS}])
    ((key, fields),) = read(citation.of_suite(results)).items()
    assert (fields["title"], fields["author"]) == (citation.SUITE, [citation.AUTHORS])
    assert results.fingerprint in key and results.fingerprint in fields["note"]
    assert f"{results.runs['run_id'].nunique()} runs" in fields["note"]


def test_many_commits_are_counted() -> None:
    commits = iter(f"{i:040x}" for i in range(10_000))
    bundle = edited(few(), runs=lambda row: row.update(commit=next(commits)))
    assert (
        f"; {len(bundle.runs)} commits" in read(citation.of_suite(from_bundle(bundle))).popitem()[1]["note"]
    )


def test_the_bibliography_has_the_suite_and_every_paper(results: Results) -> None:
    entries = read(citation.bibliography(results))
    assert list(entries) == [f"deep-learning-history-{results.fingerprint}", *results.entries]
    for id, card in results.entries.items():
        assert entries[id]["title"] == card["paper"]["title"]
        assert entries[id]["year"] == str(card["paper"]["year"] or card["year"]).removesuffix(".0")


def paper(**values: Any) -> dict[str, Any]:
    said = {"title": "A title", "authors": "A. Author", "venue": "", "url": "", "year": 1998.0}
    return read(citation.of_paper({"id": "name_1998", "name": "Name", "year": 1998, "paper": said | values}))[
        "name_1998"
    ]


@pytest.mark.parametrize(
    "text, names",
    [
        ("Y. LeCun, L. Bottou, P. Haffner", ["Y. LeCun", "L. Bottou", "P. Haffner"]),
        ("P. Smolensky; G. E. Hinton", ["P. Smolensky", "G. E. Hinton"]),
        ("U. Müller and J. Ferdinand", ["U. Müller", "J. Ferdinand"]),
        ("A. Krizhevsky et al.", ["A. Krizhevsky", "others"]),
        ("L. van der Maaten, P.-A. Manzagol", ["L. van der Maaten", "P.-A. Manzagol"]),
    ],
)
def test_authors_are_separated(text: str, names: list[str]) -> None:
    assert paper(authors=text)["author"] == names


@pytest.mark.parametrize(
    "title",
    [
        "100% of $5 & more #1 under_score ~ C:\\dir",
        "On − and ×, Ödön's naïve ï",
        "@article(key, title = 1)",
        'Say "quoted" now',
    ],
)
def test_titles_mean_the_same_to_latex(title: str) -> None:
    expected = title.replace("−", "$-$").replace("×", "$\\times$")
    assert paper(title=title)["title"] == expected


@pytest.mark.parametrize("field", ["title", "authors", "venue"])
@pytest.mark.parametrize(
    "attack", ["}}\n@misc{other, title = {x}", "{", "\\input{/etc/passwd}", "\\", "a\n\nb"]
)
def test_no_text_ends_its_field(field: str, attack: str) -> None:
    said = {"title": "A title", "authors": "A. Author", "venue": "V", "url": "", "year": 1998.0}
    text = citation.of_paper(
        {"id": "name_1998", "name": "Name", "year": 1998, "paper": said | {field: attack}}
    )
    assert list(read(text)) == ["name_1998"]
    assert text.count("{") == text.count("}")
    assert "\\input" not in text


def test_an_address_is_written_as_it_is() -> None:
    """Where LaTeX shows an address it reads no markup in it."""

    def written(url: str) -> str:
        card = {"title": "A", "authors": "", "venue": "", "url": url, "year": 1998.0}
        text = citation.of_paper({"id": "name_1998", "name": "Name", "year": 1998, "paper": card})
        fields = bibtexparser.parse_string(text).entries[0].fields_dict
        return str(fields["url"].value) if "url" in fields else ""

    address = "https://example.org/a_b?c=1%20d&e#f{g}"
    assert written(address) == address.replace("{", "%7B").replace("}", "%7D")
    assert written("javascript:alert(1)") == ""


def test_what_a_card_lacks_is_left_out() -> None:
    fields = paper(title="", year=None, authors="", venue="")
    assert fields == {"title": "Name", "year": "1998"}


def test_hostile_names_are_cited() -> None:
    """In every text that a citation shows, also in the version of the suite."""
    attack = "}},\n@misc{x, \\input{y} % $"
    bundle = few()
    bundle.machines["suite"] = attack
    bundle.measures["unit"] = attack
    for spec in bundle.specs.values():
        spec["card"]["name"] = spec["dataset"]["title"] = attack
    results = from_bundle(bundle)
    for row in results.groups.to_dict("records"):
        assert len(read(citation.of_result(results, row, measures(results, row)[0]))) == 1
    assert len(read(citation.bibliography(results))) == 1 + len(results.entries)


def test_reading_again_gives_the_same_fingerprint(one: Path) -> None:
    first, again = (from_bundle(records.read_bundle(one)) for _ in range(2))
    assert first.fingerprint == again.fingerprint
    assert len(first.fingerprint) == 16
    changed = dataclasses.replace(first, runs=first.runs.assign(status="error"))
    assert changed.fingerprint != first.fingerprint
