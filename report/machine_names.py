"""What a machine is called: in one phrase, by a letter, and by what tells it from similar machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from benchmarks.records import UNNAMED, clip, in_words
from benchmarks.records.schema import HARDWARE, SOFTWARE

if TYPE_CHECKING:
    from report.results import Results

#: columns of machines that decide which numbers come out, in words
_FACTS = {name: in_words(name) for name in (*HARDWARE, *SOFTWARE)} | {
    "numpy": "NumPy",
    "keras": "Keras",
    "python": "Python",
}


def letters(n: int) -> list[str]:
    """The letters of n machines: A, B, ..., Z, AA, AB, ..., ZZ, AAA, ..."""

    def letter(i: int) -> str:
        return (letter(i // 26 - 1) if i >= 26 else "") + chr(65 + i % 26)

    return [letter(i) for i in range(n)]


def hardware(machine: Any) -> str:
    """What a machine is in one phrase: its accelerator, otherwise its processor."""
    if machine["accelerators"]:
        return str(machine["accelerators"])
    return f"{machine['processor'] or UNNAMED}, {machine['cores']} core{'' if machine['cores'] == 1 else 's'}"


def described(machine: Any) -> str:
    """What a machine is in a few words: hardware and backend."""
    return f"{hardware(machine)}, {machine['backend']} {machine['backend_version']}"


def differences(results: Results) -> list[str]:
    """For each machine, the facts that tell it from machines of the same description; empty if unique."""
    machines = results.machines.to_dict("records")
    alike: dict[str, list[dict[Any, Any]]] = {}
    for machine in machines:
        alike.setdefault(described(machine), []).append(machine)
    texts = []
    for machine in machines:
        others = alike[described(machine)]
        facts = []
        for key, name in _FACTS.items():
            if len({repr(other[key]) for other in others}) == 1:
                continue
            value = "" if pd.isna(machine[key]) else str(machine[key])
            if key == "instruction_sets":
                common = set.intersection(*(set(str(other[key]).split()) for other in others))
                value = " ".join(word for word in value.split() if word not in common)
            facts.append(f"{name} {clip(value, 60) or ('unknown' if key in HARDWARE else 'none')}")
        texts.append("; ".join(facts))
    return texts
