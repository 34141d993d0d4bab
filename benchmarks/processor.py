"""The facts of the processor that decide numbers and speed.

Its model, its caches, and the instruction sets by which libraries choose their code distinguish processors of
the same name ("AMD EPYC", in many virtual machines). Read from Linux's /proc/cpuinfo and /sys; elsewhere
only the name is known.
"""

import platform
import re
import subprocess
from pathlib import Path

#: TensorFlow, XLA, oneDNN and OpenBLAS choose their kernels by these. Linux's names: x86 first, then Arm.
INSTRUCTION_SETS = (
    "sse4_1",
    "sse4_2",
    "avx",
    "f16c",
    "fma",
    "avx2",
    "avx_vnni",
    "avx512f",
    "avx512dq",
    "avx512cd",
    "avx512bw",
    "avx512vl",
    "avx512ifma",
    "avx512vbmi",
    "avx512_vbmi2",
    "avx512_vnni",
    "avx512_bitalg",
    "avx512_vpopcntdq",
    "avx512_bf16",
    "avx512_fp16",
    "amx_tile",
    "amx_int8",
    "amx_bf16",
    "amx_fp16",
    "asimd",
    "asimdhp",
    "asimddp",
    "asimdfhm",
    "bf16",
    "i8mm",
    "sve",
    "sve2",
    "svebf16",
    "svei8mm",
    "sme",
    "sme2",
)


def facts(root: Path = Path("/")) -> dict[str, str]:
    """The columns `processor*`, `instruction_sets` and `caches` of a row of machines; empty where unknown."""
    path = root / "proc/cpuinfo"
    cpuinfo = path.read_text(errors="replace") if path.exists() else ""

    def field(*names: str) -> str:
        match = re.search(rf"^(?:{'|'.join(names)})[ \t]*:[ \t]*(.+)$", cpuinfo, re.MULTILINE)
        return " ".join(match[1].split()) if match else ""

    # Arm numbers its parts: maker, architecture, part, variant and revision.
    arm_stepping = " ".join(filter(None, [field("CPU variant"), field("CPU revision")]))
    flags = set(field("flags", "Features").split())
    return {
        "processor": field("model name", "Model", "cpu model", "Hardware")
        or _of_a_mac()
        or platform.processor()
        or platform.machine(),
        "processor_vendor": field("vendor_id", "CPU implementer"),
        "processor_family": field("cpu family", "CPU architecture"),
        "processor_model": field("model", "CPU part"),
        "processor_stepping": field("stepping") or arm_stepping,
        "instruction_sets": " ".join(name for name in INSTRUCTION_SETS if name in flags),
        "caches": caches(root / "sys/devices/system/cpu/cpu0/cache"),
    }


def _of_a_mac() -> str:
    """The name of a Mac's processor, such as "Apple M3 Pro"; empty on other systems."""
    if platform.system() != "Darwin":
        return ""
    words = ["sysctl", "-n", "machdep.cpu.brand_string"]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return " ".join(done.stdout.split())


def caches(folder: Path) -> str:
    """The caches of one core, as "L1 Data 48 KiB; L2 Unified 1 MiB"; empty if unknown."""
    described = []
    for index in sorted(folder.glob("index*")):
        try:
            level, kind, size = ((index / name).read_text().strip() for name in ("level", "type", "size"))
        except OSError:
            continue
        described.append(f"L{level} {kind} {_size(size)}")
    return "; ".join(described)


def _size(text: str) -> str:
    """1024K as 1 MiB."""
    if not re.fullmatch(r"\d+K", text):
        return text
    kib = int(text[:-1])
    return f"{kib // 1024} MiB" if kib % 1024 == 0 else f"{kib} KiB"
