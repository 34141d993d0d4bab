"""What a machine is called: in one phrase, by a letter, and by what tells it from similar machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from benchmarks.records import UNNAMED, clip, in_words
from benchmarks.records.schema import HARDWARE, SOFTWARE
from report.formats import several
from report.processors import generation

if TYPE_CHECKING:
    from report.results import Results

#: facts with long texts, which come after the others
_LONG = ("instruction_sets", "caches", "environment")
#: columns of machines that decide which numbers come out, in words
_FACTS = {name: in_words(name) for name in (*HARDWARE, *SOFTWARE) if name not in _LONG} | {
    "numpy": "NumPy",
    "keras": "Keras",
    "python": "Python",
    **{name: in_words(name) for name in _LONG},
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


def hardware_in_full(machine: Any) -> str:
    """`hardware` with the generation and the share of the cores: AMD EPYC (Zen 3), 1 of 2 cores."""
    if machine["accelerators"]:
        return hardware(machine)
    cores, available = machine["cores"], machine["available_cores"]
    made = generation(machine)
    limited = not pd.isna(available) and available != cores
    return (
        f"{machine['processor'] or UNNAMED}{f' ({made})' if made else ''}, "
        f"{f'{available:g} of ' if limited else ''}{several(cores, 'core')}"
    )


def described(machine: Any) -> str:
    """What a machine is in a few words: hardware and backend."""
    return f"{hardware_in_full(machine)}, {machine['backend']} {machine['backend_version']}"


def with_backend(results: Results) -> dict[str, str]:
    """Letter -> what a machine is called beside a speed, which is that of hardware and backend together.

    It is "C (jax)", or the letter alone if all machines have the same backend.
    """
    rows = results.machines.to_dict("records")
    several_backends = len({row["backend"] for row in rows}) > 1
    return {
        row["machine"]: f"{row['machine']} ({row['backend']})" if several_backends else row["machine"]
        for row in rows
    }


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
            value = "" if pd.isna(machine[key]) else _text(machine[key])
            if key == "instruction_sets":
                common = set.intersection(*(set(str(other[key]).split()) for other in others))
                value = " ".join(word for word in value.split() if word not in common)
            facts.append(f"{name} {clip(value, 60) or ('unknown' if key in HARDWARE else 'none')}")
        texts.append("; ".join(facts))
    return texts


def _text(value: Any) -> str:
    return f"{value:,.10g}" if isinstance(value, float) else str(value)
