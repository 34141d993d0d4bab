"""Machine facts and ceilings, against what the system's own tools say."""

import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import __version__, machine, processor, records
from benchmarks.records.validation import table_defects
from tests import nvml

ROOT = Path(__file__).parent.parent

# The two forms of output as NVIDIA's documentation of nvidia-smi and of MIG shows them.
QUERY = """\
NVIDIA H200, GPU-aaaa1111-0000-0000-0000-000000000000, 143771, 570.86.15
NVIDIA A100-SXM4-40GB, GPU-bbbb2222-0000-0000-0000-000000000000, 40960, 570.86.15
NVIDIA GB10, GPU-cccc3333-0000-0000-0000-000000000000, [N/A], 570.86.15
"""
LISTING = """\
GPU 0: NVIDIA H200 (UUID: GPU-aaaa1111-0000-0000-0000-000000000000)
GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-bbbb2222-0000-0000-0000-000000000000)
  MIG 3g.20gb     Device  0: (UUID: MIG-dddd4444-0000-0000-0000-000000000000)
  MIG 1g.5gb      Device  1: (UUID: MIG-eeee5555-0000-0000-0000-000000000000)
GPU 2: NVIDIA GB10 (UUID: GPU-cccc3333-0000-0000-0000-000000000000)
"""


def names(gpus: list[machine.Accelerator]) -> list[str]:
    return [gpu.name for gpu in gpus]


def test_the_facts_are_a_valid_row_of_machines():
    row = machine.facts("jax")
    assert list(row) == [column.name for column in records.MACHINES]
    assert table_defects("machines", [row], "facts") == []
    assert (row["python"], row["numpy"], row["suite"]) == (
        platform.python_version(),
        np.__version__,
        __version__,
    )
    assert row["cores"] == os.cpu_count()


@pytest.mark.skipif(not Path("/proc/meminfo").exists(), reason="needs Linux's /proc")
def test_processor_and_memory_are_those_that_the_kernel_names():
    row = machine.facts("jax")
    kib = int(Path("/proc/meminfo").read_text().split()[1])
    assert abs(row["memory_bytes"] - kib * 1024) <= 2**29 and row["memory_bytes"] % 2**30 == 0
    assert (
        row["processor"] in " ".join(Path("/proc/cpuinfo").read_text().split())
        or row["processor"] == platform.machine()
    )


@pytest.mark.skipif(shutil.which("lscpu") is None, reason="needs lscpu")
def test_the_processor_is_the_one_that_lscpu_tells_of():
    row = machine.facts("jax")
    fields = subprocess.run(
        ["lscpu", "--json"], capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"}
    ).stdout
    told = {field["field"].rstrip(":"): field["data"] for field in json.loads(fields)["lscpu"]}
    if platform.machine() != "x86_64":
        pytest.skip("Arm's parts are named otherwise by lscpu")
    names = ("Vendor ID", "CPU family", "Model", "Stepping")
    columns = ("processor_vendor", "processor_family", "processor_model", "processor_stepping")
    assert [row[column] for column in columns] == [told[name] for name in names]
    assert set(row["instruction_sets"].split()) == set(processor.INSTRUCTION_SETS) & set(
        told["Flags"].split()
    )


def test_facts_import_no_framework_and_do_not_depend_on_pinning_or_the_host_name():
    code = """
import os, socket, sys
from benchmarks import machine
before = machine.facts("tensorflow")
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
socket.gethostname = lambda: "elsewhere"
assert machine.facts("tensorflow") == before
print(before["machine_id"])
assert not {"keras", "tensorflow", "jax", "torch", "pandas"} & set(sys.modules)
"""
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("this system cannot pin processes")
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == machine.facts("jax")["machine_id"]


def test_other_hardware_is_another_machine_and_other_software_is_not():
    row = machine.facts("jax")
    for column, value in {
        "accelerators": "NVIDIA H200",
        "instruction_sets": "avx2 fma",
        "processor_stepping": "9",
        "caches": "L2 Unified 3 MiB",
        "cores": 3,
        "available_cores": 0.3,
        "memory_bytes": 2**40,
        "processor": "x",
        "accelerator_memory_bytes": 2**37,
    }.items():
        other = row | {column: value}
        assert (
            records.machine_id(other) != row["machine_id"]
            and records.software_id(other) == row["software_id"]
        )
    for column in ("keras", "python", "backend_version", "driver", "suite", "system", "environment"):
        other = row | {column: "0"}
        assert (
            records.machine_id(other) == row["machine_id"]
            and records.software_id(other) != row["software_id"]
        )


def test_an_unknown_backend_is_refused_with_the_nearest_name():
    with pytest.raises(ValueError, match=r"unknown backend 'tensorflw': did you mean tensorflow\?"):
        machine.facts("tensorflw")


@pytest.mark.parametrize(
    ("cpuinfo", "name"),
    [
        (
            "processor\t: 0\nvendor_id\t: AuthenticAMD\nmodel\t\t: 1\n"
            "model name\t: AMD EPYC   9554 64-Core Processor\n",
            "AMD EPYC 9554 64-Core Processor",
        ),
        (
            "processor\t: 0\nBogoMIPS\t: 108.00\n\nRevision\t: c03111\n"
            "Model\t\t: Raspberry Pi 4 Model B Rev 1.1\n",
            "Raspberry Pi 4 Model B Rev 1.1",
        ),
    ],
)
def test_the_processor_is_read_from_cpuinfo(cpuinfo, name, tmp_path):
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/cpuinfo").write_text(cpuinfo)
    assert processor.facts(tmp_path)["processor"] == name


def test_a_mac_names_its_processor_by_sysctl(monkeypatch, tmp_path):
    def run(words, **named):
        assert words == ["sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.CompletedProcess(words, 0, "Apple M3 Pro\n", "")

    monkeypatch.setattr(processor.platform, "system", lambda: "Darwin")
    monkeypatch.setattr(processor.subprocess, "run", run)
    facts = processor.facts(tmp_path)
    assert facts.pop("processor") == "Apple M3 Pro"
    assert set(facts.values()) == {""}, "what is not known is empty"


def test_an_arm_processor_is_told_by_the_numbers_of_its_parts(tmp_path):
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/cpuinfo").write_text(
        "processor\t: 0\nBogoMIPS\t: 2000.00\nFeatures\t: fp asimd asimddp sve bf16\n"
        "CPU implementer\t: 0x41\n"
        "CPU architecture: 8\nCPU variant\t: 0x0\nCPU part\t: 0xd4f\nCPU revision\t: 1\n"
    )
    cache = tmp_path / "sys/devices/system/cpu/cpu0/cache/index0"
    cache.mkdir(parents=True)
    for name, text in {"level": "2", "type": "Unified", "size": "1024K"}.items():
        (cache / name).write_text(f"{text}\n")
    row = processor.facts(tmp_path)
    assert [
        row[name]
        for name in ("processor_vendor", "processor_family", "processor_model", "processor_stepping")
    ] == [
        "0x41",
        "8",
        "0xd4f",
        "0x0 1",
    ]
    assert (row["instruction_sets"], row["caches"]) == ("asimd asimddp bf16 sve", "L2 Unified 1 MiB")


def test_gpus_are_read_from_what_nvidia_smi_prints():
    gpus = machine.installed(QUERY, LISTING)
    assert names(gpus) == [
        "NVIDIA H200",
        "NVIDIA A100-SXM4-40GB MIG 3g.20gb",
        "NVIDIA A100-SXM4-40GB MIG 1g.5gb",
        "NVIDIA GB10",
    ]
    assert [gpu.memory_bytes for gpu in gpus] == [140 << 30, None, None, None]
    assert {gpu.driver for gpu in gpus} == {"570.86.15"}
    assert (
        machine.installed(
            "NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.\n", ""
        )
        == []
    )


@pytest.mark.parametrize(
    ("setting", "left"),
    [
        (None, [0, 1, 2, 3]),
        ("", []),
        ("-1", []),
        ("0", [0]),
        ("3, 0", [3, 0]),
        ("GPU-cccc", [3]),
        ("MIG-eeee5555-0000-0000-0000-000000000000", [2]),
        ("0,9,3", [0]),
        ("0,0", [0]),
        ("GPU-,0", []),
        ("NoDevFiles", []),
    ],
)
def test_cuda_visible_devices_chooses_among_the_gpus(setting, left):
    gpus = machine.installed(QUERY, LISTING)
    assert machine.visible(gpus, setting) == [gpus[i] for i in left]


#: The GPUs of the two texts as NVML tells of them: memory in bytes, which GB10 shares with its processor.
GPUS = [
    nvml.Gpu("NVIDIA H200", "GPU-aaaa1111-0000-0000-0000-000000000000", 143771 << 20),
    nvml.Gpu(
        "NVIDIA A100-SXM4-40GB",
        "GPU-bbbb2222-0000-0000-0000-000000000000",
        40960 << 20,
        slices={
            0: ("NVIDIA A100-SXM4-40GB MIG 3g.20gb", "MIG-dddd4444-0000-0000-0000-000000000000"),
            4: ("NVIDIA A100-SXM4-40GB MIG 1g.5gb", "MIG-eeee5555-0000-0000-0000-000000000000"),
        },
    ),
    nvml.Gpu("NVIDIA GB10", "GPU-cccc3333-0000-0000-0000-000000000000", None),
]


def test_nvml_and_nvidia_smi_tell_of_the_same_gpus(monkeypatch):
    library = nvml.pretend(monkeypatch, GPUS)
    assert machine.by_nvml() == machine.installed(QUERY, LISTING)
    assert library.opened == 0, "what was opened is closed"
    library.has_v2 = False  # as drivers before 510
    assert machine.by_nvml() == machine.installed(QUERY, LISTING)


def test_a_gpu_of_another_job_is_left_out_and_does_not_count(monkeypatch):
    """NVML counts it, and refuses to tell of it. CUDA numbers the others from 0."""
    nvml.pretend(monkeypatch, [nvml.Gpu("NVIDIA H200", "GPU-ffff", 143771 << 20, permitted=False), *GPUS])
    assert machine.by_nvml() == machine.installed(QUERY, LISTING)


@pytest.mark.usefixtures("fake_nvidia_smi")
def test_without_nvml_nvidia_smi_is_asked():
    assert machine._installed_gpus() == machine.installed(QUERY, LISTING)


def test_without_either_there_are_no_gpus(monkeypatch):
    nvml.pretend(monkeypatch, None)
    monkeypatch.setenv("PATH", "")
    machine._installed_gpus.cache_clear()
    assert machine._installed_gpus() == []
    machine._installed_gpus.cache_clear()


@pytest.fixture
def fake_nvidia_smi(tmp_path, monkeypatch):
    """A program of that name that prints what the real one printed: the real one needs the hardware."""
    (tmp_path / "query").write_text(QUERY)
    (tmp_path / "listing").write_text(LISTING)
    tool = tmp_path / "nvidia-smi"
    cases = (
        f"-L) cat {tmp_path}/listing ;;"
        f" --query-gpu=name,uuid,memory.total,driver_version) cat {tmp_path}/query ;;"
        " *) exit 2 ;;"
    )
    tool.write_text(f'#!/bin/sh\ncase "$1" in {cases} esac\n')
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    nvml.pretend(monkeypatch, None)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    caches = (machine._installed_gpus.cache_clear, machine.has_cuda.cache_clear)
    for clear in caches:
        clear()
    yield
    for clear in caches:
        clear()


def install(folder, distribution, *wanted, number="9.1"):
    """What pip leaves of a distribution that wants others, as far as its metadata go."""
    metadata = folder / f"{distribution.replace('-', '_')}-{number}.dist-info" / "METADATA"
    metadata.parent.mkdir()
    lines = (f"Name: {distribution}", f"Version: {number}", *(f"Requires-Dist: {name}" for name in wanted))
    metadata.write_text("\n".join(("Metadata-Version: 2.1", *lines, "")))


def test_tensorflow_needs_the_cudnn_of_its_own_cuda(tmp_path, monkeypatch, fake_nvidia_smi):
    """JAX and PyTorch put cuDNN for CUDA 13 into the same folder; TensorFlow for CUDA 12 cannot use it."""
    monkeypatch.setattr(machine.ctypes.util, "find_library", lambda name: None)
    monkeypatch.setattr(
        machine.importlib.metadata,
        "requires",
        lambda name: ["numpy>=1.26", 'nvidia-cudnn-cu12<10.0,>=9.3; extra == "and-cuda"'],
    )
    if machine.has_cuda("tensorflow"):
        pytest.skip("tensorflow has CUDA here")
    (tmp_path / "nvidia" / "cudnn").mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path)
    for distribution, suffices in (("nvidia-cudnn-cu13", False), ("nvidia-cudnn-cu12", True)):
        install(tmp_path, distribution)
        machine.has_cuda.cache_clear()
        assert machine.has_cuda("tensorflow") == suffices


def test_a_gpu_counts_where_the_backend_has_cuda(tmp_path, monkeypatch, fake_nvidia_smi):
    backend, package, part = "jax", "jax_plugins", "xla_cuda13"
    if machine.has_cuda(backend):
        pytest.skip(f"{backend} has CUDA here")
    assert machine.visible_gpus(backend) == [] and len(machine.allowed_gpus()) == 4
    assert machine.facts(backend)["accelerators"] == machine.facts(backend)["driver"] == "", (
        "what computes is the processor"
    )
    (tmp_path / package / part).mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path)
    machine.has_cuda.cache_clear()
    assert machine.visible_gpus(backend) == machine.allowed_gpus()
    row = machine.facts(backend)
    assert (row["accelerators"], row["cuda"]) == ("NVIDIA H200", ""), "CUDA is the system's"
    install(
        tmp_path,
        "jax-cuda13-plugin",
        'nvidia-cuda-nvcc; extra == "with-cuda"',
        'nvidia-cuda-runtime>=13.0; extra == "with-cuda"',
        'nvidia-cudnn-cu13<10.0,>=9.12; extra == "with-cuda"',
    )
    install(tmp_path, "nvidia-cuda-runtime", number="13.5.37")
    install(tmp_path, "nvidia-cudnn-cu13", number="9.28.1.4")
    install(tmp_path, "nvidia-cudnn-cu12", number="9.3")  # another backend's
    told = machine.facts(backend)
    assert told["cuda"] == "CUDA 13.5.37, cuDNN 9.28.1.4"
    assert told["machine_id"] == row["machine_id"] and told["software_id"] != row["software_id"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert machine.facts(backend)["cuda"] == "", "what computes is the processor"


@pytest.mark.usefixtures("fake_nvidia_smi")
def test_a_node_of_gpus_and_a_job_that_was_given_one_of_them_are_the_same_machine(monkeypatch):
    monkeypatch.setattr(machine, "has_cuda", lambda backend: True)
    node = machine.facts("jax")
    assert len(machine.visible_gpus("jax")) == 4
    assert (node["accelerators"], node["accelerator_memory_bytes"], node["driver"]) == (
        "NVIDIA H200",
        140 << 30,
        "570.86.15",
    )
    assert machine.facts("jax", count=None)["accelerators"].count("; ") == 3
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    assert machine.facts("jax") == node
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    assert machine.facts("jax")["machine_id"] != node["machine_id"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert (machine.facts("jax")["accelerators"], machine.facts("jax")["driver"]) == ("", "")
