"""Dependencies point one way: spec <- entries, datasets, tasks, rules, layers <- engine -> records <-
report."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted(path for room in ("benchmarks", "report") for path in (ROOT / room).rglob("*.py"))

FRAMEWORKS = {"keras", "tensorflow", "jax", "torch", "ml_dtypes"}
#: Rooms that may import a framework at the top; entries only inside functions.
WITH_FRAMEWORK = {"tasks", "rules", "optimizers", "layers", "engine", "speed"}

#: What each room of `benchmarks` may import of the suite. `spec`, `catalogue` and the like are the ground
#: that all stand on.
GROUND = {"spec", "catalogue", "pictures"}
MAY_IMPORT = {
    "spec": set(),
    "catalogue": {"spec", "entries"},
    "pictures": {"spec"},
    "measures": {"spec", "catalogue", "measures"},
    "games": {"games"},
    "entries": GROUND | {"entries", "tasks", "rules", "layers"},
    "layers": GROUND | {"layers"},
    "optimizers": {"optimizers"},
    "rules": GROUND | {"rules", "optimizers", "layers", "games"},
    "tasks": GROUND | {"tasks", "layers", "measures", "games"},
    "datasets": GROUND | {"datasets", "games"},
    "tracks": set(),
    "records": {"spec", "records", "measures", "pictures"},
    "cores": set(),
    "disturbance": {"cores"},
    "power": {"cores"},
    "accelerators": set(),
    "processor": set(),
    "environment": set(),
    "machine": {"spec", "catalogue", "records", "cores", "environment", "accelerators", "processor"},
    "sources": {"spec", "catalogue", "records", "datasets"},
    # The ceilings are measured on what the engine brings up, as it does for a run.
    "commands": GROUND
    | {
        "commands",
        "tracks",
        "measures",
        "datasets",
        "records",
        "machine",
        "sources",
        "cores",
        "disturbance",
        "power",
        "engine",
    },
    "engine": GROUND
    | {
        "engine",
        "measures",
        "datasets",
        "tasks",
        "rules",
        "optimizers",
        "layers",
        "records",
        "accelerators",
        "machine",
        "sources",
        "cores",
        "disturbance",
        "power",
        "environment",
    },
    "speed": GROUND
    | {
        "speed",
        "commands",
        "engine",
        "datasets",
        "tasks",
        "rules",
        "optimizers",
        "layers",
        "entries",
        "records",
        "machine",
        "sources",
        "cores",
        "disturbance",
        "power",
        "environment",
    },
}
REPORT_MAY_IMPORT = {
    *("records", "spec", "catalogue", "machine", "measures", "pictures", "sources", "tracks"),
}


def room(path: Path) -> str:
    """The room that a file is in: `engine`, `entries`, ... or the module's own name."""
    parts = path.relative_to(ROOT).parts
    return "report" if parts[0] == "report" else parts[1].removesuffix(".py")


def imports(path: Path, inside_functions: bool = True) -> set[str]:
    """The full names of all that a file imports, `from a import b` as `a.b`; type-checking blocks left
    out."""
    found: set[str] = set()

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            return
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) and not inside_functions:
            return
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: a relative import hides where it points"
            found.update(f"{node.module}.{name.name}" for name in node.names)
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(ast.parse(path.read_text()))
    return found


def of_the_suite(path: Path) -> set[str]:
    """The rooms of `benchmarks` that a file imports from."""
    return {
        parts[1] for name in imports(path) if (parts := name.split("."))[0] == "benchmarks" and len(parts) > 1
    } - {"__version__"}


def show(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_parser_sees_what_it_should(tmp_path: Path) -> None:
    """The tests below are worth nothing if imports go unseen."""
    file = tmp_path / "file.py"
    file.write_text(
        "import keras.ops\nfrom benchmarks.engine import run\ndef build():\n    import jax\n"
        "if TYPE_CHECKING:\n    import torch\n"
    )
    assert imports(file) == {"keras.ops", "benchmarks.engine.run", "jax"}
    assert imports(file, inside_functions=False) == {"keras.ops", "benchmarks.engine.run"}
    assert of_the_suite(file) == {"engine"}
    assert {"entries", "engine", "report", "records"} <= {room(path) for path in FILES}


@pytest.mark.parametrize("path", [path for path in FILES if room(path) != "__init__"], ids=show)
def test_arrows_point_one_way(path: Path) -> None:
    allowed = REPORT_MAY_IMPORT if room(path) == "report" else MAY_IMPORT[room(path)]
    assert of_the_suite(path) <= allowed


@pytest.mark.parametrize("path", FILES, ids=show)
def test_frameworks_stay_in_their_rooms(path: Path) -> None:
    here = room(path)
    anywhere = {name.split(".")[0] for name in imports(path)} & FRAMEWORKS
    at_the_top = {name.split(".")[0] for name in imports(path, inside_functions=False)} & FRAMEWORKS
    if here in WITH_FRAMEWORK:
        return
    if here == "commands":  # the ceilings are measured in a process of their own
        assert not at_the_top and (path.stem == "ceilings" or not anywhere)
    elif here == "entries":
        assert anywhere <= {"keras"} and not at_the_top, (
            "entries import Keras inside functions, and no backend"
        )
    else:
        assert not anywhere


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if room(path) in ("entries", "tasks", "rules", "optimizers", "layers")],
    ids=show,
)
def test_only_the_drivers_know_a_backend(path: Path) -> None:
    assert not {name.split(".")[0] for name in imports(path)} & {"tensorflow", "jax", "torch"}


@pytest.mark.parametrize("path", [path for path in FILES if room(path) in ("entries", "datasets")], ids=show)
def test_cards_are_read_without_what_is_slow_to_import(path: Path) -> None:
    slow = {"pandas", "sklearn", "scipy", "seaborn", "matplotlib", "gymnasium", "sacrebleu", "pooch"}
    assert not {name.split(".")[0] for name in imports(path, inside_functions=False)} & slow
    if room(path) == "entries":
        assert not of_the_suite_at_the_top(path) - GROUND, (
            "what an entry needs of a room with Keras, it imports inside functions"
        )


def of_the_suite_at_the_top(path: Path) -> set[str]:
    names = imports(path, inside_functions=False)
    return {parts[1] for name in names if (parts := name.split("."))[0] == "benchmarks" and len(parts) > 1}


#: What a GPU cannot compile or repeat once it is differentiated, and where a form of it is that it can.
NOT_ON_A_GPU = {
    "MaxPooling1D": "layers/resampling/max_pooling.py",
    "MaxPooling2D": "layers/resampling/max_pooling.py",
    "MaxPooling3D": "layers/resampling/max_pooling.py",
    "Embedding": "layers/look_up.py",
}


@pytest.mark.parametrize("path", [path for path in FILES if room(path) in ("entries", "layers")], ids=show)
def test_nets_are_made_of_what_a_gpu_can_compile_and_repeat(path: Path) -> None:
    """Also where no pocket recipe shows it: stems for large images, tables of words."""
    of_keras = {
        node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)
    }
    assert not [name for name in of_keras & set(NOT_ON_A_GPU) if not str(path).endswith(NOT_ON_A_GPU[name])]


# Tests mirror the code.

#: Modules whose tests are elsewhere in `tests/`, and where; a folder stands for its modules.
TESTED_IN = {
    # The drivers are told to do the same, and one suite holds them to it.
    "benchmarks/engine/jax_driver.py": "engine/test_drivers.py",
    "benchmarks/engine/tensorflow_driver.py": "engine/test_drivers.py",
    "benchmarks/engine/jax_work.py": "engine/test_work.py",
    "benchmarks/engine/tensorflow_work.py": "engine/test_work.py",
    "benchmarks/engine/__main__.py": "engine/test_command_line.py",
    "benchmarks/engine/child.py": "engine/test_other_systems.py",
    # Parts of one run, which is tested as a whole.
    "benchmarks/engine/compiled.py": "engine/test_scenarios.py",
    "benchmarks/engine/host_driven.py": "engine/test_scenarios.py",
    "benchmarks/engine/runs.py": "engine/test_jobs.py",
    "benchmarks/engine/memory.py": "engine/test_scenarios.py",
    "benchmarks/engine/outcome.py": "engine/test_scenarios.py",
    "benchmarks/engine/predict.py": "engine/test_streaming.py",
    "benchmarks/engine/run.py": "engine/test_scenarios.py",
    "benchmarks/engine/workbench.py": "engine/test_scenarios.py",
    "benchmarks/processor.py": "test_machine.py",
    "benchmarks/records/csv_tables.py": "records/test_bundle.py",
    # Layers and rules that only one entry or rule has, by which they are tested.
    "benchmarks/layers/device.py": "contract/test_gpu_programs.py",
    "benchmarks/layers/models/adversarial_pair.py": "rules/test_adversarial.py",
    "benchmarks/layers/models/autoencoder.py": "contract/test_models.py",
    "benchmarks/rules/none.py": "entries/test_mcculloch_pitts_1943.py",
    "benchmarks/rules/protocol.py": "engine/test_stages.py",
    "benchmarks/rules/targets.py": "rules/test_perceptron.py",
    "benchmarks/tasks/_decoding.py": "tasks/test_translation.py",
    "benchmarks/tasks/style_transfer.py": "rules/test_style_transfer.py",
    # Measurements for developers; the check that a GPU's first minutes rest on is tested.
    "benchmarks/speed": "speed/test_gpu_check.py",
    # Drawings and pages are read as a whole, from the bundles of a test.
    "report/addresses.py": "report/test_build.py",
    "report/drawings": "report/test_build.py",
    "report/figures": "report/test_build.py",
    "report/site": "report/test_build.py",
    "report/tables": "report/test_build.py",
}


def behaves(path: Path) -> bool:
    """Whether a module does anything: it has functions or methods, apart from protocols and properties of
    data."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            return True
        if isinstance(node, ast.ClassDef) and not any("Protocol" in ast.unparse(base) for base in node.bases):
            methods = [part for part in node.body if isinstance(part, ast.FunctionDef)]
            if any("property" not in map(ast.unparse, method.decorator_list) for method in methods):
                return True
    return False


def mirrored(path: Path) -> Path:
    """Where the tests of a module are expected."""
    parts = path.relative_to(ROOT).parts
    folders = parts[1:-1] if parts[0] == "benchmarks" else parts[:-1]
    return ROOT.joinpath("tests", *folders, f"test_{path.stem.strip('_')}.py")


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if path.name != "__init__.py" and room(path) != "entries" and behaves(path)],
    ids=show,
)
def test_every_module_has_its_tests(path: Path) -> None:
    if mirrored(path).is_file():
        return
    named = [module for module in TESTED_IN if f"{show(path)}/".startswith(f"{module}/")]
    assert named, (
        f"{show(path)} has no tests: write {show(mirrored(path))}, or say in TESTED_IN where they are"
    )


@pytest.mark.parametrize("module", TESTED_IN)
def test_what_is_tested_elsewhere_is_there_and_is_tested(module: str) -> None:
    assert (ROOT / module).exists() and (ROOT / "tests" / TESTED_IN[module]).is_file()
    assert not (ROOT / module).is_file() or not mirrored(ROOT / module).is_file(), "it has tests of its own"
