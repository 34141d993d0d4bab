"""Which generation a processor is of: clouds hide its name ("AMD EPYC"), but not its family and model."""

from typing import Any


def generation(machine: Any) -> str:
    """The generation of a machine's processor; empty if its vendor, family and model do not say it.

    Sources: Linux, arch/x86/kernel/cpu/amd.c (generations of Zen), arch/x86/include/asm/intel-family.h.
    """
    family, model = str(machine["processor_family"]), str(machine["processor_model"])
    if not (family.isdecimal() and model.isdecimal()):
        return ""
    which = (machine["processor_vendor"], int(family))
    if which == ("AuthenticAMD", 0x17):
        return _zen_1_or_2(int(model))
    if which == ("AuthenticAMD", 0x19):
        return _zen_3_or_4(int(model))
    if which == ("AuthenticAMD", 0x1A) and int(model) <= 0x2F:
        return "Zen 5"
    if which == ("GenuineIntel", 6):
        return _xeon(int(model))
    return ""


def _zen_1_or_2(model: int) -> str:
    if model <= 0x2F or 0x50 <= model <= 0x5F:
        return "Zen"
    if model <= 0x4F or 0x60 <= model <= 0x7F or 0xA0 <= model <= 0xAF:
        return "Zen 2"
    return ""


def _zen_3_or_4(model: int) -> str:
    if model <= 0x0F or 0x20 <= model <= 0x5F:
        return "Zen 3"
    if model <= 0x1F or 0x60 <= model <= 0xAF:
        return "Zen 4"
    return ""


def _xeon(model: int) -> str:
    if model == 0x6A:
        return "Ice Lake"
    if model == 0x8F:
        return "Sapphire Rapids"
    if model == 0xCF:
        return "Emerald Rapids"
    if model == 0xAD:
        return "Granite Rapids"
    return ""
