"""The provenance pages: every result leads to them, and they say all that is on record."""

import dataclasses
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from benchmarks import records
from report.loading import from_bundle
from report.site.pages import provenance as provenance_pages
from tests.report import bundles
from tests.report.site import alone
from tests.report.variations import only

LINK = re.compile(r'href="(provenance[^"]*)"')


def anchors(html: str) -> set[str]:
    return set(re.findall(r'id="([^"]+)"', html))


def test_every_entry_has_its_page(results: Any, invented: Path) -> None:
    page = (invented / "provenance.html").read_text(encoding="utf-8")
    links = [link for link in LINK.findall(page) if link != "provenance.html"]
    assert links == [f"provenance/{id}.html" for id in results.entries]


def test_results_lead_to_their_runs(results: Any, invented: Path) -> None:
    """From the page of an entry: each result, each measure and each verdict with runs."""
    run = results.runs[results.runs["entry"] == "lenet5_1998"].iloc[0]
    address = f"provenance/lenet5_1998.html#q-{run['spec_hash']}-{run['machine_id']}"
    assert results.addresses[run["spec_hash"], run["machine"]] == address
    page = alone.read(invented, "lenet5_1998")
    questions = {
        f"../{results.addresses[key]}" for key in results.addresses if key[0] in spec_hashes(results)
    }
    linked = re.findall(r'href="(\.\./provenance/[^"]*#q-[^"]*)"', page)
    assert set(linked) == questions and len(questions) == 3
    claims = page[page.index('id="claims"') :].split("</section>")[0]
    assert claims.count("#q-") == 2, "the verdict and our value of the one claim"


def spec_hashes(results: Any) -> set[str]:
    return set(results.runs.loc[results.runs["entry"] == "lenet5_1998", "spec_hash"])


def test_each_execution_is_told_in_full(one: Path, invented: Path) -> None:
    bundle = records.read_bundle(one)
    for entry, runs in bundle.runs.groupby("entry"):
        html = unescape(alone.read(invented, str(entry), "provenance"))
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
    built = alone.build(from_bundle(started), tmp_path)
    told = alone.read(built, "lenet5_1998", "provenance")
    assert told.count("ab" * 32) == int(lenet.sum())
    assert "started from weights" in told
    assert "started from weights" not in alone.read(built, "lstm_1997", "provenance")


def test_questions_of_several_machines_are_told_apart_by_their_letters(tmp_path: Path) -> None:
    one = bundles.bundle(tiers=("standard",))
    alike = records.merge(one, bundles.again(one, 1, caches="L2 4 MiB"))
    html = alone.read(alone.build(from_bundle(alike), tmp_path), "lenet5_1998", "provenance")
    contents = re.findall(r"<li><a href=\"#q-.*?</li>", html)
    assert [re.findall("machine ([AB]): ", line) for line in contents] == [["A"], ["B"]]
    assert len(re.findall(r"<h2>.*, machine [AB]</h2>", html)) == 2
    assert len(re.findall(r"<h3>[AB]: ", html)) == 2


def test_anchors_depend_only_on_identities(invented: Path, installed: Path) -> None:
    """Addresses in a report of one machine are valid in a report of two, with other letters."""

    def found(built: Path) -> set[str]:
        return {
            f"{path.name}#{id}"
            for path in (built / "provenance").iterdir()
            for id in anchors(path.read_text(encoding="utf-8"))
            if id[:2] in ("q-", "x-")
        }

    first = found(invented)
    assert len(first) > 100
    assert first < found(installed)


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
    built = alone.build(from_bundle(bundle), tmp_path)
    for path in [built / "provenance.html", *(built / "provenance").iterdir()]:
        html = path.read_text(encoding="utf-8")
        assert "<img" not in html and html.count("<script") == 1
    told = alone.read(built, "lenet5_1998", "provenance")
    assert "&lt;img src=x onerror=alert(1)&gt;" in told and "{{ 7 * 7 }}" in told
    assert "3 recorded commands do not have the form that the suite writes" in told


def test_an_entry_of_many_executions_has_a_page_of_bounded_size(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(provenance_pages, "MOST_EXECUTIONS", 4)
    built = alone.build(from_bundle(only(bundles.bundle(), {"lenet5_1998"})), tmp_path)
    html = alone.read(built, "lenet5_1998", "provenance")  # three questions of three seeds
    assert html.count('<tr id="x-') == 3 and html.count("2 more executions of this question") == 3
