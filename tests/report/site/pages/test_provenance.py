"""The provenance pages: every result leads to them, and they say all that is on record."""

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from benchmarks import records
from report.loading import from_bundle, load
from report.site import provenance as provenance_pages
from report.site.build import build
from tests.report import bundles

LINK = re.compile(r'href="(provenance[^"]*)"')


def anchors(html: str) -> set[str]:
    return set(re.findall(r'id="([^"]+)"', html))


def test_every_address_of_the_page_is_there(page_file: Path) -> None:
    links = set(LINK.findall(page_file.read_text(encoding="utf-8")))
    with_anchor = {link for link in links if "#q-" in link}
    assert len(with_anchor) > 30 and "provenance.html" in links
    for link in links:
        name, _, anchor = link.partition("#")
        assert not anchor or anchor in anchors((page_file.parent / name).read_text(encoding="utf-8")), link


def test_links_between_provenance_pages_lead_somewhere(page_file: Path) -> None:
    index = anchors(page_file.read_text(encoding="utf-8"))
    for path in (page_file.parent / "provenance").iterdir():
        html = path.read_text(encoding="utf-8")
        ids = re.findall(r' id="([^"]+)"', html)
        assert len(ids) == len(set(ids))
        for link in re.findall(r'href="([^"]+)"', html):
            name, _, anchor = link.partition("#")
            if link.startswith("data:"):
                continue
            if not name:
                assert anchor in ids, link
            else:
                assert (path.parent / name).is_file(), link
                assert not anchor or anchor in index, link


def test_verdicts_values_and_statuses_lead_to_their_runs(results: Any, page_file: Path) -> None:
    html = page_file.read_text(encoding="utf-8")
    claims = html[html.index('id="claims"') : html.index("</figure>", html.index('id="claims"'))]
    answered = int((results.claims["n"] > 0).sum())
    assert 0 < answered < len(results.claims)
    assert len(LINK.findall(claims)) == 2 * answered, (
        "the verdict and the value; a claim without runs has neither"
    )
    run = results.runs[results.runs["entry"] == "lenet5_1998"].iloc[0]
    assert (
        results.addresses[run["spec_hash"], run["machine"]]
        == f"provenance/lenet5_1998.html#q-{run['spec_hash']}-{run['machine_id']}"
    )
    card = html[
        html.index('id="entry-lenet5_1998"') : html.index("</details>", html.index('id="entry-lenet5_1998"'))
    ]
    assert len(LINK.findall(card)) > 5


def test_each_execution_is_told_in_full(one: Path, page_file: Path) -> None:
    bundle = records.read_bundle(one)
    for entry, runs in bundle.runs.groupby("entry"):
        html = (
            (page_file.parent / "provenance" / f"{entry}.html")
            .read_text(encoding="utf-8")
            .replace("&#39;", "'")
            .replace("&amp;", "&")
        )
        for run in runs.to_dict("records"):
            assert f'id="x-{run["execution_id"]}"' in html
            for name in (
                "run_id",
                "execution_id",
                "weights_sha256",
                "commit",
                "lock_sha256",
                "source_sha256",
                "spec_hash",
                "machine_id",
                "software_id",
            ):
                assert run[name] in html, name
            assert run["command"] in html and run["started"] in html
        for machine in bundle.machines.to_dict("records"):
            for name in ("processor", "system", "python", "backend_version", "keras", "numpy", "suite"):
                assert machine[name] in html, name


def test_a_run_says_which_weights_it_started_from(tmp_path: Path) -> None:
    bundle = bundles.bundle(tiers=("standard",))
    lenet = bundle.runs["entry"] == "lenet5_1998"
    started = changed(bundle, start_sha256=bundle.runs["start_sha256"].mask(lenet, "ab" * 32))
    built = build(from_bundle(started), tmp_path).parent / "provenance"
    told = (built / "lenet5_1998.html").read_text(encoding="utf-8")
    assert told.count("ab" * 32) == int(lenet.sum())
    assert "started from weights" in told
    assert "started from weights" not in (built / "lstm_1997.html").read_text(encoding="utf-8")


def test_anchors_depend_only_on_identities(one: Path, two: Path, tmp_path: Path) -> None:
    """Addresses in a report of one machine are valid in a report of two, with other letters."""

    def found(bundle: Path, out: Path) -> set[str]:
        built = build(load([bundle]), out).parent / "provenance"
        return {
            f"{path.name}#{id}"
            for path in built.iterdir()
            for id in anchors(path.read_text(encoding="utf-8"))
            if id[:2] in ("q-", "x-")
        }

    first = found(one, tmp_path / "one")
    assert len(first) > 100
    assert first < found(two, tmp_path / "two")


def changed(bundle: records.Bundle, **values: Any) -> records.Bundle:
    """The bundle with columns of runs and machines set; building a page does not check their ids."""
    runs, machines = bundle.runs.copy(), bundle.machines.copy()
    for name, value in values.items():
        frame = runs if name in runs else machines
        frame[name] = value
    return dataclasses.replace(bundle, runs=runs, machines=machines)


HOSTILE = "<img src=x onerror=alert(1)>\"'</dd></pre><script>alert(2)</script>{{ 7 * 7 }}"


def test_nothing_of_a_bundle_is_markup(tmp_path: Path) -> None:
    texts = (
        "machine_name",
        "device",
        "reason",
        "command",
        "processor",
        "caches",
        "instruction_sets",
        "environment",
        "system",
        "driver",
    )
    bundle = changed(bundles.bundle(tiers=("standard",)), **dict.fromkeys(texts, HOSTILE))
    built = build(from_bundle(bundle), tmp_path).parent
    pages = [built / "provenance.html", *(built / "provenance").iterdir()]
    for path in pages:
        html = path.read_text(encoding="utf-8")
        assert "<img" not in html and "<script" not in html
        assert (
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:; "
            "base-uri 'none'; form-action "
            "'none'" in html
        )
    told = (built / "provenance" / "lenet5_1998.html").read_text(encoding="utf-8")
    assert "&lt;img src=x onerror=alert(1)&gt;" in told
    assert "3 recorded commands do not have the form that the suite writes" in told


def test_an_entry_of_many_executions_has_a_page_of_bounded_size(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(provenance_pages, "MOST_EXECUTIONS", 4)
    built = build(from_bundle(bundles.bundle()), tmp_path)
    html = (tmp_path / "provenance" / "lenet5_1998.html").read_text(
        encoding="utf-8"
    )  # three questions of three seeds
    assert html.count('<tr id="x-') == 3 and html.count("2 more executions of this question") == 3
    assert set(LINK.findall(built.read_text(encoding="utf-8")))
