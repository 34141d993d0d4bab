"""Nothing of a hostile bundle runs in a browser."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks import records
from benchmarks.records.bundle import from_tables
from report.loading import from_bundle
from report.site import data_tables
from report.site.build import build
from tests.report import bundles
from tests.report.site.seen import Seen

HOSTILE = (
    "<script>document.title='owned'</script>",
    '"><img src=x onerror="document.title=\'owned\'">',
    "'><svg/onload=document.title='owned'>",
    "</script><script>document.title='owned'</script>",
    "javascript:document.title='owned'",
    "{{ 7 * 7 }}{% for %}",
    "$\\frac{1}{0}$ \\input{/etc/passwd}",
    "&lt;script&gt;\t\u202eright to left\u2028 x\ufffe",
    "https://example.org/\" onclick=\"document.title='owned'",
    "w" * 20_000,
    '=HYPERLINK("http://example.org")',
)


def hostile_bundle(attack: str) -> records.Bundle:
    """A bundle that keeps the schema, with the attack in every string that the schema leaves free."""
    clean = bundles.bundle(tiers=("pocket",), seeds=1)
    long = attack[:2000]  # repeated tens of thousands of times, the longest would only test the memory

    def attacked(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {
                (long if key in ("variants", "model") else name): attacked(item, name)
                for name, item in value.items()
            }
        if isinstance(value, list):
            return [attacked(item, key) for item in value]
        return (
            attack
            if isinstance(value, str)
            and key
            not in (
                "id",
                "family",
                "task",
                "dataset",
                "variant",
                "tier",
                "rule",
                "checksum",
                "direction",
                "what",
                "confidence",
                "metric",
            )
            else value
        )

    tables: dict[str, list[dict[str, Any]]] = {
        name: getattr(clean, name).astype(object).where(getattr(clean, name).notna(), None).to_dict("records")
        for name in records.TABLES
    }
    machine = tables["machines"][0]
    for name in (
        "processor",
        "accelerators",
        "system",
        "python",
        "backend_version",
        "keras",
        "numpy",
        "driver",
        "suite",
    ):
        machine[name] = long
    machine |= {"machine_id": records.machine_id(machine), "software_id": records.software_id(machine)}
    specs, moved = {}, {}
    for id, spec in clean.specs.items():
        asked = {**spec["asked"], "recipe": attacked(spec["asked"]["recipe"])}
        changed = {
            "asked": asked,
            "card": attacked(spec["card"]),
            "dataset": attacked(spec["dataset"]),
            "layers": attacked(spec["layers"]),
        }
        changed["measures"] = [{**one, "unit": long, "meaning": attack} for one in spec["measures"]]
        moved[id] = records.spec_id(changed)
        specs[moved[id]] = changed
    ids = {}
    for run in tables["runs"]:
        old = run["execution_id"]
        run |= {
            "spec_id": moved[run["spec_id"]],
            "device": long,
            "machine_id": machine["machine_id"],
            "software_id": machine["software_id"],
            "status": "ok",
            "reason": "",
        }
        run["spec_hash"] = records.spec_hash(specs[run["spec_id"]]["asked"])
        run["run_id"] = records.run_id(run["spec_hash"], run["seed"], run["machine_id"], run["software_id"])
        if run is tables["runs"][0]:
            run |= {"status": "error", "reason": long}
        run |= {"machine_name": long, "command": long}
        run["execution_id"] = ids[old] = records.execution_id(run)
    for row in tables["ceilings"]:
        row |= {name: machine[name] for name in ("machine_id", "software_id")}
        row["ceiling_id"] = records.ceiling_id(row)
    for name in ("epochs", "measures"):
        for row in tables[name]:
            row["execution_id"] = ids[row["execution_id"]]
    for row in tables["measures"]:
        row["unit"] = long
    pictures = {
        ids[id]: {name: {**one, "caption": long} for name, one in named.items()}
        for id, named in clean.pictures.items()
    }
    bundle = from_tables(tables, specs, pictures, "hostile")
    records.validate_bundle(bundle)
    return bundle


@pytest.fixture(scope="session")
def hostile_pages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Pages of hostile bundles, whose tables hold most rows as data.

    Most attacks share one text, so that a few builds try them all; the others need a field of their own.
    """
    together = " ".join(attack for attack in HOSTILE if not attack.startswith(("javascript", "https", "w")))
    alone = [attack for attack in HOSTILE if attack.startswith(("javascript", "https", "w"))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data_tables, "PAGE_ROWS", 5)
        return [
            build(from_bundle(hostile_bundle(attack)), tmp_path_factory.mktemp("hostile"))
            for attack in (together, *alone)
        ]


#: one page of each kind; an entry with a claim, and one with pictures
KINDS = (
    *("index.html", "entries.html", "entries/lenet5_1998.html", "entries/rbm_1986.html", "claims.html"),
    *("machines.html", "runs.html", "data.html", "methods.html", "tracks.html"),
    *("provenance.html", "provenance/lenet5_1998.html"),
)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_a_hostile_bundle_runs(browser: Any, hostile_pages: list[Path], kind: str) -> None:
    """With the page's content security policy switched off, so that escaping alone is tried."""
    for index in hostile_pages:
        look_for_attacks(browser, index.parent / kind)


def look_for_attacks(browser: Any, file: Path) -> None:
    """Nothing of the bundle has become markup, a script or an address, and nothing is wider than the page."""
    context = browser.new_context(bypass_csp=True, viewport={"width": 390, "height": 844})
    tab = context.new_page()
    seen = Seen(tab, file)
    tab.goto(file.as_uri())
    tab.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    tab.evaluate("for (const last of document.querySelectorAll('.pager button:last-child')) last.click()")
    assert tab.title().endswith("The history of deep learning, re-run")
    assert tab.locator("script:not([type])").count() == 1
    names = "[...document.querySelectorAll('*')].flatMap((e) => e.getAttributeNames())"
    assert tab.evaluate(f"{names}.filter((name) => name.startsWith('on'))") == []
    schemes = set(
        tab.evaluate(
            "[...document.querySelectorAll('main a[href]')].map((a) => new URL(a.getAttribute('href'), "
            "a.baseURI).protocol)"
        )
    )
    assert schemes <= {"file:", "https:", "http:"}
    for link in tab.evaluate("[...document.querySelectorAll('a[href]')].map((a) => a.getAttribute('href'))"):
        assert not link.startswith("javascript")
    assert tab.evaluate(
        "[...document.querySelectorAll('img')].every((img) => img.src.startsWith('data:image/png;base64,'))"
    )
    assert tab.evaluate("document.documentElement.scrollWidth") == 390
    assert "49" not in tab.locator("h1").inner_text()
    assert seen.messages == [] and seen.foreign() == []
    context.close()


@pytest.mark.slow
def test_the_policy_alone_stops_scripts(browser: Any, page_file: Path, tmp_path: Path) -> None:
    """Should escaping ever fail, the page's policy still holds."""
    attack = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    (tmp_path / "index.html").write_text(
        page_file.read_text(encoding="utf-8").replace("<h1>", attack + "<h1>", 1), encoding="utf-8"
    )
    context = browser.new_context()
    tab = context.new_page()
    tab.goto((tmp_path / "index.html").as_uri())
    tab.wait_for_timeout(200)
    assert tab.title() == "The history of deep learning, re-run"
    assert tab.locator("html.js").count() == 1
    context.close()
