"""Generations of processors, by vendor, family and model."""

import pytest

from report.processors import generation

AMD, INTEL = "AuthenticAMD", "GenuineIntel"


@pytest.mark.parametrize(
    ("vendor", "family", "model", "expected"),
    [
        (AMD, "25", "1", "Zen 3"),  # EPYC 7003, Milan
        (AMD, "25", "33", "Zen 3"),  # Ryzen 5000, Vermeer
        (AMD, "25", "17", "Zen 4"),  # EPYC 9004, Genoa
        (AMD, "25", "97", "Zen 4"),  # Ryzen 7000, Raphael
        (AMD, "23", "1", "Zen"),  # EPYC 7001, Naples
        (AMD, "23", "49", "Zen 2"),  # EPYC 7002, Rome
        (AMD, "26", "2", "Zen 5"),  # EPYC 9005, Turin
        (INTEL, "6", "143", "Sapphire Rapids"),
        (INTEL, "6", "207", "Emerald Rapids"),
        (INTEL, "6", "9999", ""),
        (AMD, "6", "207", ""),
        ("", "", "", ""),
        (AMD, "²", "x", ""),
    ],
)
def test_family_and_model_say_the_generation(vendor: str, family: str, model: str, expected: str) -> None:
    machine = {"processor_vendor": vendor, "processor_family": family, "processor_model": model}
    assert generation(machine) == expected
