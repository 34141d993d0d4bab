"""How an archive's results came about, as an RO-Crate of the profile Process Run Crate.

RO-Crate 1.1 and Process Run Crate 0.5 (https://w3id.org/ro/wfrun/process/0.5). There is one action for each
question, machine and state of the source, however many seeds and executions answered it, so that the crate
stays small.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
from rocrate.model import ContextEntity, File
from rocrate.rocrate import ROCrate

from benchmarks.records import clip, in_words
from benchmarks.records.identity import digest
from report.archive.about import CREATOR, FILES, KEYWORDS, LICENCE, LICENCE_ADDRESS, About
from report.citation import SUITE
from report.cleaning import web
from report.commands import written_by_the_suite
from report.formats import several
from report.machine_names import described
from report.results import Results

PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
#: What executions share that one action stands for.
ACTION = ["spec_hash", "machine_id", "software_id", "source_sha256", "commit", "dirty", "lock_sha256"]
#: the tables that every action added rows to
_LEFT = ("runs.csv", "epochs.csv", "measures.csv")

Entity = dict[str, Any]


def crate(results: Results, about: About, files: Mapping[str, bytes]) -> Entity:
    """The content of ro-crate-metadata.json, for the archive's `files`."""
    made = ROCrate(version="1.1")
    root = made.root_dataset
    for name, data in files.items():
        media, description = FILES[name]
        said = {
            "name": name,
            "description": description,
            "encodingFormat": media,
            "contentSize": str(len(data)),
        }
        made.add(File(made, dest_path=name, properties=said))
    for id, entity in _context(results, about.source).items():
        made.add(ContextEntity(made, id, entity))
    root["name"] = about.title
    root["description"] = about.description
    root["version"] = about.version
    root["datePublished"] = f"{about.ended:%Y-%m-%d}"
    if about.address:
        root["url"] = about.address
    root["keywords"] = ", ".join(KEYWORDS)
    root["license"] = {"@id": LICENCE_ADDRESS}
    root["author"] = {"@id": "#creator"}
    root["conformsTo"] = {"@id": PROFILE}
    actions = made.get_by_type("CreateAction")
    root["mentions"] = [{"@id": action.id} for action in actions]
    content: Entity = made.metadata.generate()
    return content


def _context(results: Results, source: str) -> dict[str, Entity]:
    """Everything that is no file, by id: licence, creator, software, machines, data sets and actions."""
    entities: dict[str, Entity] = {
        LICENCE_ADDRESS: {"@type": "CreativeWork", "name": f"{LICENCE} licence", "url": LICENCE_ADDRESS},
        PROFILE: {"@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"},
        "#creator": {"@type": "Organization", "name": CREATOR},
    }
    machines = {}
    for row in results.machines.to_dict("records"):
        machines[row["machine_id"], row["software_id"]] = row
        entities[_machine_id(row)] = _machine(row)
    by_action: dict[tuple[Any, ...], list[dict[Any, Any]]] = {}
    for row in results.in_order(results.runs).to_dict("records"):
        by_action.setdefault(tuple(_known(row[name]) for name in ACTION), []).append(row)
    for shared, rows in by_action.items():
        machine = machines[rows[0]["machine_id"], rows[0]["software_id"]]
        data = results.specs[rows[0]["spec_id"]]["dataset"]
        software = digest([machine["suite"], *(_known(rows[0][name]) for name in _CODE)])
        entities.setdefault(f"#software-{software}", _software(rows[0], machine, source))
        entities.setdefault(_data_id(data), _data(data))
        id = f"#runs-{digest(list(shared))}"
        used = [{"@id": f"#software-{software}"}, {"@id": _machine_id(machine)}]
        entities[id] = _action(results, rows) | {
            "instrument": used,
            "object": [{"@id": _data_id(data)}, {"@id": "specs.json"}],
            "result": [{"@id": name} for name in _LEFT],
        }
    return entities


#: what tells one state of the suite's code and software from another
_CODE = ("commit", "dirty", "lock_sha256")


def _known(value: Any) -> Any:
    """The value, None if it is missing."""
    return None if value is pd.NA else value


def _software(run: Mapping[Any, Any], machine: Mapping[Any, Any], source: str) -> Entity:
    """The suite in the state in which it ran."""
    state = [
        f"commit {run['commit']}" if run["commit"] else "commit unknown",
        *(["modified"] if _known(run["dirty"]) else []),
        *([f"lock file {run['lock_sha256']}"] if run["lock_sha256"] else []),
    ]
    address = {"url": source} if source else {}
    version = clip(machine["suite"], 80)
    return {
        "@type": "SoftwareApplication",
        "name": SUITE,
        "softwareVersion": version,
        "description": "; ".join(state),
        **address,
    }


def _machine_id(row: Mapping[Any, Any]) -> str:
    return f"#machine-{row['machine_id']}-{row['software_id']}"


def _machine(row: Mapping[Any, Any]) -> Entity:
    """A machine with its software."""
    names = ("system", "python", "keras", "numpy", "driver")
    facts = [f"{in_words(name)} {row[name]}" for name in names if row[name]]
    return {
        "@type": "IndividualProduct",
        "name": clip(described(row), 300),
        "description": clip("; ".join(facts), 1000),
        "identifier": row["machine_id"],
    }


def _data_id(data: Mapping[str, Any]) -> str:
    return f"#data-{digest([data['id'], data['checksum']])}"


def _data(data: Mapping[str, Any]) -> Entity:
    """A data set that runs learned from; it is not part of the archive."""
    said = {"license": data["licence"], "citation": data["citation"], "identifier": data["checksum"]}
    address = web(data["source"])
    return {
        "@type": "CreativeWork",
        "name": clip(data["title"], 300),
        **{name: clip(text, 1000) for name, text in said.items() if text},
        **({"url": address} if address else {}),
    }


def _action(results: Results, rows: list[dict[Any, Any]]) -> Entity:
    """The executions of one question on one machine: what was asked, by which command, when, how it ended."""
    first = rows[0]
    data = results.specs[first["spec_id"]]["dataset"]
    seeds = sorted({row["seed"] for row in rows})
    listed_seeds = ", ".join(map(str, seeds))
    details = [
        f"{several(len(rows), 'execution')} of {several(len(seeds), 'seed')}: {clip(listed_seeds, 300)}",
        f"spec hash {first['spec_hash']}",
        *([f"source digest {first['source_sha256']}"] if first["source_sha256"] else []),
        # Any other command in a bundle could be a trap for those who paste it.
        *([f"command: {first['command']}"] if first["command"] and written_by_the_suite(first) else []),
    ]
    name = f"{results.entries[first['entry']]['name']} on {data['title']}"
    variant = f", {in_words(first['variant'])}" if first["variant"] else ""
    asked = f"{first['tier']} tier, {first['backend']}, {first['precision']}"
    starts = [datetime.fromisoformat(row["started"]).astimezone(UTC) for row in rows]
    ends = [_end(start, row["total_s"]) for start, row in zip(starts, rows, strict=True)]
    ended_well = any(row["status"] == "ok" for row in rows)
    failure = {} if ended_well else {"error": clip(f"{first['status']}: {first['reason']}", 300)}
    return {
        "@type": "CreateAction",
        "name": clip(f"{name}{variant} ({asked})", 400),
        "description": clip("\n".join(details), 4000),
        "startTime": min(starts).isoformat(timespec="seconds"),
        "endTime": max(ends).isoformat(timespec="seconds"),
        "actionStatus": f"http://schema.org/{'Completed' if ended_well else 'Failed'}ActionStatus",
        **failure,
    }


def _end(start: datetime, seconds: float) -> datetime:
    """When an execution ended; its start if that is unknown, or beyond what a date can say."""
    try:
        return start if pd.isna(seconds) else start + timedelta(seconds=seconds)
    except OverflowError:
        return start
