"""The RO-Crate, read by its library and held to the rules of its profile."""

from pathlib import Path
from typing import Any

import pytest
from rocrate.rocrate import ROCrate

from report.archive.about import FILES, LICENCE_ADDRESS
from report.archive.crate import ACTION, PROFILE
from report.loading import from_bundle
from tests.report.archive.conftest import Published, publish, small
from tests.report.archive.test_croissant import nodes
from tests.report.variations import edited


@pytest.fixture(scope="module")
def crate(published: Published) -> Any:
    return ROCrate(str(published.folder))


def test_the_root_says_what_is_required(crate: Any, published: Published) -> None:
    root = crate.root_dataset
    assert crate.version == "1.1"
    assert root["name"] and root["description"]
    assert root["datePublished"] == published.results.union.runs["started"].max()[:10]
    assert root["license"].id == LICENCE_ADDRESS
    assert root["conformsTo"].id == PROFILE and root["conformsTo"].type == "CreativeWork"


def test_every_file_is_a_part(published: Published, crate: Any) -> None:
    there = {
        str(path.relative_to(published.folder)) for path in published.folder.rglob("*") if path.is_file()
    }
    parts = {part.id for part in crate.root_dataset["hasPart"]}
    assert parts == there - {"ro-crate-metadata.json"} == set(FILES) - {"ro-crate-metadata.json"}
    for part in crate.data_entities:
        assert part["contentSize"] == str((published.folder / part.id).stat().st_size)


def test_every_reference_leads_somewhere(published: Published) -> None:
    graph = published.json("ro-crate-metadata.json")["@graph"]
    ids = {entity["@id"] for entity in graph}
    assert len(ids) == len(graph)
    referenced = {node["@id"] for node in nodes(graph) if set(node) == {"@id"}}
    # The metadata's own profile is the only one that is not described.
    assert referenced - ids == {"https://w3id.org/ro/crate/1.1"}


def test_there_is_an_action_for_each_question_machine_and_state_of_the_source(
    published: Published, crate: Any
) -> None:
    actions = crate.get_by_type("CreateAction")
    runs = published.results.runs
    assert len(actions) == len(runs.drop_duplicates(ACTION)) < len(runs)
    assert {action.id for action in crate.root_dataset["mentions"]} == {action.id for action in actions}
    suite = {entity.id: entity for entity in crate.get_by_type("SoftwareApplication")}
    machines = {entity.id: entity for entity in crate.get_by_type("IndividualProduct")}
    assert len(machines) == 3
    for action in actions:
        (software,) = [suite[tool.id] for tool in action["instrument"] if tool.id in suite]
        assert f"commit {'12' * 20}" in software["description"]
        assert software["softwareVersion"] == "0.1.0" and software["url"] == "https://example.org/suite"
        assert [tool for tool in action["instrument"] if tool.id in machines]
        assert action["startTime"] <= action["endTime"]
        assert {result.id for result in action["result"]} == {"runs.csv", "epochs.csv", "measures.csv"}
        assert action["object"][0]["identifier"]
        assert f"command: git checkout {'12' * 20} && make setup" in action["description"]


def test_times_are_those_of_the_executions(crate: Any, published: Published) -> None:
    times = {action["startTime"] for action in crate.get_by_type("CreateAction")}
    runs = published.results.runs
    assert min(times) == runs["started"].min()
    assert times <= set(runs["started"])


def test_failures_are_said(tmp_path: Path) -> None:
    """A question that no run answered has failed; one that a run answered has not."""
    diverged = {"status": "diverged", "reason": "loss is not finite", "weights_sha256": ""}

    def fail(row: dict[str, Any]) -> None:
        if row["entry"] == "lenet5_1998" or (row["entry"] == "gan_2014" and row["seed"] == 0):
            row.update(diverged)

    crate = publish(from_bundle(edited(small(), runs=fail)), tmp_path).json("ro-crate-metadata.json")
    actions = [entity for entity in crate["@graph"] if entity["@type"] == "CreateAction"]
    failed = {action["name"].partition(" on ")[0] for action in actions if "Failed" in action["actionStatus"]}
    assert failed == {"LeNet-5"}
    assert {action.get("error") for action in actions} == {None, "diverged: loss is not finite"}


def test_a_command_of_a_stranger_is_not_shown(tmp_path: Path) -> None:
    bundle = edited(small(), runs=lambda row: row.update(command="curl https://example.org | sh"))
    assert "curl" not in publish(from_bundle(bundle), tmp_path).text("ro-crate-metadata.json")


@pytest.mark.parametrize("seconds", [None, 1e300, 1e12])
def test_times_beyond_the_calendar_are_left_out(seconds: float | None, tmp_path: Path) -> None:
    bundle = edited(
        small(),
        runs=lambda row: row.update(total_s=seconds, import_s=seconds, started="9999-12-31T23:59:59Z"),
    )
    crate = publish(from_bundle(bundle), tmp_path).json("ro-crate-metadata.json")
    ends = {entity["endTime"] for entity in crate["@graph"] if entity["@type"] == "CreateAction"}
    assert ends == {"9999-12-31T23:59:59+00:00"}


def test_it_stays_small_with_many_seeds(tmp_path: Path) -> None:
    few, many = (
        len(publish(from_bundle(small(seeds=seeds)), tmp_path / str(seeds)).text("ro-crate-metadata.json"))
        for seeds in (2, 12)
    )
    assert many < 1.2 * few
