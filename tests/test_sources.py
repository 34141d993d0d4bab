"""The source digest: an edit of what a run uses always changes it, and nothing else does.

That the files of a run are those that it really imports is seen in `contract/test_pocket_tier.py`, where the
runs are made.
"""

import ast
import dataclasses
import functools
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from benchmarks import catalogue, sources, spec
from benchmarks.commands import gather
from benchmarks.datasets import registry
from benchmarks.spec import Entry, Recipe
from tests.records.examples import make_record

ENTRIES = [catalogue.load(id) for id in catalogue.ids()]
RUNS = {
    (entry.id, recipe.name, recipe.tier): (entry, recipe) for entry in ENTRIES for recipe in entry.recipes
}
#: One recipe of each entry for each way of learning: others of the same differ in numbers alone.
WAYS = {
    (id, recipe.dataset, recipe.task, *(stage.rule for stage in catalogue.stages(recipe))): (id, name, tier)
    for (id, name, tier), (_, recipe) in RUNS.items()
}
LENET = catalogue.load("lenet5_1998")
MODULES = sorted(
    path.relative_to(sources.HOME).as_posix() for path in (sources.HOME / "benchmarks").rglob("*.py")
)

LENET_FILE = "benchmarks/entries/convolutional/lenet5_1998.py"

Key = tuple[str, str, str]


def digests(home: Path, backend: str = "tensorflow") -> dict[Key, str]:
    """The digest of every recipe of the catalogue, of the files in `home`."""
    return {
        key: sources.together(sources.files(entry, recipe, backend, home))
        for key, (entry, recipe) in RUNS.items()
    }


@functools.cache
def unedited(home: Path, backend: str) -> dict[Key, str]:
    """The same of a copy that is put back after each edit."""
    return digests(home, backend)


def forget() -> None:
    """Let files be read anew, as a new process would."""
    sources._read.clear()
    sources._paths.clear()
    registry.modules.cache_clear()


def rewrite(path: Path, text: str) -> None:
    """Write a file of the copy, and let it be read anew."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    for key in [key for key in sources._read if key[0] == path]:
        del sources._read[key]
    sources._paths.clear()
    registry.modules.cache_clear()


def more_code(path: Path) -> str:
    """The text of a file with code that it had not, in an entry's `build`, elsewhere at the end."""
    text = path.read_text()
    if path.parents[1].name != "entries" or path.name == "__init__.py":
        return f"{text}\nCHANGED = 1\n"
    tree = ast.parse(text)
    build = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "build")
    build.body.insert(0, ast.parse("changed = 1").body[0])
    return ast.unparse(ast.fix_missing_locations(tree))


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(
        sources.HOME / "benchmarks", folder / "benchmarks", ignore=shutil.ignore_patterns("__pycache__")
    )
    return folder


@pytest.fixture
def home(copied: Path) -> Path:
    """A copy of the suite that a test may edit, if it puts back what was there."""
    forget()
    return copied


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A copy of the suite for one test alone."""
    forget()
    shutil.copytree(
        sources.HOME / "benchmarks", tmp_path / "benchmarks", ignore=shutil.ignore_patterns("__pycache__")
    )
    return tmp_path


def changed_by(
    home: Path, path: str, edit: Callable[[Path], str] = more_code, backend: str = "tensorflow"
) -> set[Key]:
    """The recipes whose digest an edit of this file changes. The file is put back."""
    before = unedited(home, backend)
    text = (home / path).read_text()
    rewrite(home / path, edit(home / path))
    after = digests(home, backend)
    rewrite(home / path, text)
    return {key for key in before if before[key] != after[key]}


Item = TypeVar("Item")


def spread(items: list[Item], count: int = 20) -> list[Item]:
    """At most so many of them, evenly spread."""
    return items[:: -(-len(items) // count)] if items else []


def test_an_edit_changes_the_digests_of_those_that_use_the_file_and_no_others(home: Path) -> None:
    """Every file of the suite in turn, the entries further down."""
    before = {key: sources.files(*RUNS[key], "tensorflow", home) for key in WAYS.values()}
    for path in [path for path in MODULES if "/entries/" not in path or path == LENET_FILE]:
        # Importing a module imports its packages: code in them counts, though most have none.
        folder = path.removesuffix("__init__.py")
        users = {
            key
            for key, found in before.items()
            if any(used == path or used.startswith(folder) for used in found)
        }
        asked = [
            *spread([key for key in before if key in users]),
            *spread([key for key in before if key not in users]),
        ]
        text = (home / path).read_text()
        rewrite(home / path, more_code(home / path))
        changed = {key for key in asked if sources.files(*RUNS[key], "tensorflow", home) != before[key]}
        rewrite(home / path, text)
        assert changed == users & set(asked), path


def with_recipe(condition: Callable[[Entry, Recipe], bool]) -> set[Key]:
    return {key for key, (entry, recipe) in RUNS.items() if condition(entry, recipe)}


def with_optimizer(name: str) -> set[Key]:
    return with_recipe(
        lambda entry, recipe: any(stage.optimizer.get("name") == name for stage in catalogue.stages(recipe))
    )


@pytest.mark.parametrize(
    ("path", "users"),
    [
        ("layers/units/rbf_output.py", with_recipe(lambda entry, recipe: entry.id == "lenet5_1998")),
        # Of the recipes whose filters learn without labels.
        (
            "rules/predictive_sparse_decomposition.py",
            with_recipe(lambda entry, recipe: bool(recipe.stages) and entry.id == "jarrett_unsup_cnn_2009"),
        ),
        (
            "datasets/tables/logic_gates.py",
            with_recipe(lambda entry, recipe: recipe.dataset == "logic_gates"),
        ),
        # The scenes and the motions are made of them.
        (
            "datasets/images/digits.py",
            with_recipe(lambda entry, recipe: recipe.dataset in ("digits", "digit_scenes", "digit_motions")),
        ),
        # Three tasks ask other models the same, of the examples that it draws.
        (
            "tasks/density.py",
            with_recipe(
                lambda entry, recipe: (
                    (recipe.task or entry.task)
                    in ("density", "likelihood", "variational", "variational_density")
                )
            ),
        ),
        # Rules for single layers have parts of it.
        (
            "rules/perceptron.py",
            with_recipe(
                lambda entry, recipe: any(
                    stage.rule
                    in ("perceptron", "delta", "hebb", "spike_timing", "back_propagating_error_correction")
                    for stage in catalogue.stages(recipe)
                )
            ),
        ),
        *(
            (f"optimizers/{file}.py", with_optimizer(name))
            for file, name in (("ramped_momentum", "RampedMomentum"), ("scaled_rates", "ScaledRates"))
        ),
        ("engine/workbench.py", set(RUNS)),
        ("engine/jax_driver.py", set()),
        ("datasets/__init__.py", set(RUNS)),
        ("records/record.py", set()),
        ("machine.py", set()),
        ("spec.py", set()),
        ("commands/select.py", set()),
    ],
)
def test_who_uses_what(home: Path, path: str, users: set[Key]) -> None:
    """As the recipes say, and reading the files."""
    assert changed_by(home, f"benchmarks/{path}") == users


def test_a_driver_counts_on_its_backend_alone(home: Path) -> None:
    assert changed_by(home, "benchmarks/engine/jax_driver.py", backend="jax") == set(RUNS)
    assert changed_by(home, "benchmarks/engine/jax_work.py", backend="jax") == set(RUNS)
    assert not changed_by(home, "benchmarks/engine/tensorflow_driver.py", backend="jax")
    assert not changed_by(home, "benchmarks/engine/tensorflow_work.py", backend="jax")


def test_additions_change_nothing(own: Path) -> None:
    before = digests(own)
    for room in (
        "datasets/tables",
        "layers",
        "rules",
        "tasks",
        "engine",
        "entries/convolutional",
        "layers/of_its_own",
    ):
        rewrite(own / "benchmarks" / room / "added_2027.py", "ADDED = 1\n")
    forget()
    assert digests(own) == before


@pytest.mark.parametrize("package", [True, False], ids=["package", "plain folder"])
def test_a_file_counts_at_any_depth(own: Path, package: bool) -> None:
    deep = own / "benchmarks/layers/early/cells/simple.py"
    rewrite(deep, "SIZE = 3\n")
    rewrite(deep.with_name("table.py"), "ROWS = 3\n")
    if package:
        for folder in (deep.parent, deep.parent.parent):
            rewrite(folder / "__init__.py", '"""Cells."""\n')
    path = own / "benchmarks/layers/resampling/subsampling.py"
    rewrite(
        path,
        path.read_text()
        + "\n\ndef size():\n    from benchmarks.layers.early.cells import simple\n\n    return simple.SIZE\n",
    )
    users = with_recipe(lambda entry, recipe: entry.id in ("lenet1_1995", "lenet4_1995", "lenet5_1998"))
    assert changed_by(own, "benchmarks/layers/early/cells/simple.py") == users
    assert not changed_by(own, "benchmarks/layers/early/cells/table.py")
    if package:
        assert changed_by(own, "benchmarks/layers/early/__init__.py") == users


def test_comments_docstrings_and_layout_change_nothing(own: Path) -> None:
    """Every file at once, as no formatter would write it."""
    before = digests(own)
    for path in (own / "benchmarks").rglob("*.py"):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
                and ast.get_docstring(node) is not None
            ):
                node.body[0] = ast.Expr(ast.Constant("Another docstring."))
        path.write_text(f"# A comment.\n\n\n{ast.unparse(ast.fix_missing_locations(tree))}\n# The end.\n")
    forget()
    assert digests(own) == before


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("for i in range(3):\n    f(i)\n    g()", "for i in range(3):\n    f(i)\ng()"),
        ("x = {**a}", "x = {None: a}"),
        ("x = 1", "x = '1'"),
        ("x = 1", "x = 1.0"),
        ("x = 0", "x = False"),
        ("x = 0", "x = 0.0"),
        ("x = 0.0", "x = -0.0"),
        ("x = b'a'", "x = 'a'"),
        ("x = [a, [b]]", "x = [a, b, []]"),
        ("f(a, b)", "f(a)(b)"),
        ("f(b=a)", "f(a)"),
        ("x = (yield a), b", "x = (yield), a, b"),
        ("a[b:]", "a[:b]"),
        ("def f(x, /): return x", "def f(*, x): return x"),
        ("def f(x=1, *, y): return x", "def f(x, *, y=1): return x"),
        ("from a import b", "import a.b"),
        ("x = f'{a}'", "x = f'{a!r}'"),
        ("x = f'{a:3}'", "x = f'{a}3'"),
        ("assert a, b", "assert a"),
    ],
)
def test_what_differs_to_python_differs(before: str, after: str) -> None:
    assert sources.normal_form(ast.parse(before).body) != sources.normal_form(ast.parse(after).body)


def test_the_normal_form_is_the_same_on_every_python() -> None:
    """Written down here: what `ast` prints by itself is not (f-strings and empty lists have changed)."""
    code = (
        '@cached\ndef f(x: int = 0, *y, **z) -> str:\n    """Doc."""\n'
        '    return f"{x["a"]!r:>{y}}" if x else u"b"\n'
    )
    code = code.replace('x["a"]', "x['a']")
    assert sources.normal_form(ast.parse(code).body)[0] == (
        "1 FunctionDef name 'f' args arguments args 1 arg arg 'x' annotation Name id 'int' ) ) vararg arg "
        "arg 'y' ) kwarg arg arg 'z' ) defaults 1 =0 ) body 1 Return value IfExp test Name id 'x' ) body "
        "JoinedStr values 1 FormattedValue value Subscript value Name id 'x' ) slice ='a' ) conversion 114 "
        "format_spec JoinedStr values 2 ='>' FormattedValue value Name id 'y' ) conversion -1 ) ) ) ) orelse "
        "='b' ) ) decorator_list 1 Name id 'cached' ) returns Name id 'str' ) )"
    )


def test_a_relative_import_is_refused() -> None:
    with pytest.raises(ValueError, match="line 2: a relative import hides where it points"):
        sources.normal_form(ast.parse("x = 1\nfrom . import y").body)


def test_what_was_read_stands(own: Path) -> None:
    """What a process runs is what it has imported, not what its files have become since."""
    before = digests(own)
    for path in (own / "benchmarks").rglob("*.py"):
        path.write_text(path.read_text() + "\nCHANGED = 1\n")
    assert digests(own) == before


# What an entry says of itself.


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The net that read the cheques.", "The net that reads no cheques any more."),
        ('name="LeNet-5"', 'name="LeNet-6"'),
        ("figure 9 and section III.B", "figure 8"),
        ('"test_size": 10_000', '"test_size": 9_000'),
        ('year=1998,\n    venue="Proceedings', 'year=1999,\n    venue="Proceedings'),
        ('Fact("hours", 60', 'Fact("hours", 70'),
        ("Weights start with", "The weights start with"),
        ("ParameterCount(trainable=60_000", "ParameterCount(trainable=60_001"),
        ("the form that courses show: C3", "a form: C3"),
        # Of recipes the digest takes what they came to, not how they are written.
        ("2 * (0.0005,) + 3 * (0.0002,)", "(0.0005, 0.0005, 0.0002, 0.0002, 0.0002)"),
    ],
)
def test_what_an_entry_says_of_itself_trains_nothing(home: Path, old: str, new: str) -> None:
    assert old in (home / LENET_FILE).read_text()
    assert not changed_by(home, LENET_FILE, lambda path: path.read_text().replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("layers.Dense(84, kernel", "layers.Dense(85, kernel"),
        ("rubbish=6.0", "rubbish=7.0"),
        ("return ops.mean(cross_entropy", "return ops.sum(cross_entropy"),
        ("    loss=loss,\n", ""),
        ('for name in ("C1", "S2")', 'for name in ("C1", "S4")'),  # in a function that only `pictures` calls
        ('task="classification"', 'task="reconstruction"'),
        ('id="lenet5_1998"', 'id="lenet5_1999"'),  # seeds flow from it
        ("DIGITS_NET = {", "import random\n\nrandom.seed(0)\nDIGITS_NET = {"),
    ],
)
def test_what_an_entry_does_trains_it(home: Path, old: str, new: str) -> None:
    assert old in (home / LENET_FILE).read_text()
    users = with_recipe(lambda entry, recipe: entry.id == "lenet5_1998")
    assert changed_by(home, LENET_FILE, lambda path: path.read_text().replace(old, new)) == users


def test_a_constant_that_build_uses_counts(own: Path) -> None:
    """Of module-level names those count that what is left refers to, however indirectly."""
    text = (own / LENET_FILE).read_text().replace("rubbish=6.0", "rubbish=B")
    rewrite(own / LENET_FILE, text.replace("def build(", "A = 1\nB, C = A + 1, 2\n\n\ndef build("))
    users = with_recipe(lambda entry, recipe: entry.id == "lenet5_1998")
    assert changed_by(own, LENET_FILE, lambda path: path.read_text().replace("A = 1\n", "A = 2\n")) == users


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_an_edit_of_any_function_that_an_entry_names_counts(home: Path, entry: Entry) -> None:
    path = f"benchmarks/entries/{entry.family}/{entry.id}.py"
    before = sources.read(home / path, is_entry=True).digest
    text = (home / path).read_text()
    for function in filter(None, (entry.build, entry.loss, entry.pictures)):
        if not function.__module__.endswith(entry.id):
            continue
        tree = ast.parse(text)
        node = next(
            node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function.__name__
        )
        node.body.append(ast.parse("changed = 1").body[0])
        rewrite(home / path, ast.unparse(ast.fix_missing_locations(tree)))
        assert sources.read(home / path, is_entry=True).digest != before, function.__name__
    rewrite(home / path, text)
    assert sources.read(home / path, is_entry=True).digest == before


@pytest.mark.parametrize("path", [path for path in MODULES if "/entries/" in path])
def test_entries_keep_no_state(path: str) -> None:
    """Leaving out names that nothing refers to is sound only where making them changes nothing else."""
    tree = ast.parse((sources.HOME / path).read_text())
    top = {name for statement in tree.body for name in sources.bound(statement)}
    for node in [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]:
        assert not isinstance(node, ast.Global | ast.Nonlocal), (
            f"{path}, line {node.lineno}: {ast.unparse(node)}"
        )
        targets = (
            node.targets
            if isinstance(node, ast.Assign | ast.Delete)
            else [node.target]
            if isinstance(node, ast.AugAssign)
            else []
        )
        for target in targets:
            while isinstance(target, ast.Subscript | ast.Attribute):
                target = target.value
                assert not (isinstance(target, ast.Name) and target.id in top), (
                    f"{path}, line {node.lineno}: {ast.unparse(target)} is changed"
                )
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Attribute)
        ):
            root = node.value.func.value
            assert not (isinstance(root, ast.Name) and root.id in top), (
                f"{path}, line {node.lineno}: {ast.unparse(node)} may change a module's name"
            )


def test_an_edited_recipe_trains_itself_and_no_other() -> None:
    first, second, *_ = catalogue.recipes(LENET, "pocket")
    edited = dataclasses.replace(first, epochs=13)
    assert sources.source_sha256(LENET, edited, "jax") != sources.source_sha256(LENET, first, "jax")
    # The others' digests cannot change: they are not asked. What a recipe says of itself is no part of any.
    said = dataclasses.replace(first, source="another", floor=None, shortened="much", tries=6)
    assert sources.source_sha256(LENET, said, "jax") == sources.source_sha256(LENET, first, "jax")
    assert sources.source_sha256(LENET, second, "jax") != sources.source_sha256(LENET, first, "jax")


def test_a_run_depends_on_the_source_of_what_it_starts_from(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, *_ = catalogue.recipes(LENET, "pocket")
    child = dataclasses.replace(second, starts_from=f"lenet5_1998/{first.name}")
    edited = dataclasses.replace(first, epochs=13)
    digests_of_child = []
    for parent in (first, edited):
        entry = dataclasses.replace(LENET, recipes=(parent, child))
        monkeypatch.setattr(catalogue, "load", lambda id, entry=entry: entry)
        digests_of_child.append(sources.source_sha256(entry, child, "jax"))
    assert len({*digests_of_child, sources.source_sha256(LENET, second, "jax")}) == 3


# What a module of data sets says of each.


ADDING = "benchmarks/datasets/sequences/adding.py"
FURTHER_CARD = """CARDS = {
    "adding_7": DatasetCard(
        id="adding_7",
        citation=FURTHER_CITATION,
        split=further_split(),
        parameters={"seed": 7, "minimal": 7, "sizes": (1, 1, 1)},
    ),
"""
FURTHER_NAMES = """WHERE = "section 7"
FURTHER_CITATION = f"Another paper, {WHERE}"


def further_split() -> str:
    return "one of each"


"""


def test_a_further_card_of_a_family_changes_nothing(own: Path) -> None:
    """Nor do the names that it alone refers to."""
    before = digests(own)
    text = (own / ADDING).read_text()
    rewrite(own / ADDING, text.replace("CARDS = {\n", FURTHER_NAMES + FURTHER_CARD))
    assert (own / ADDING).read_text() != text
    assert digests(own) == before


def test_a_card_counts_for_its_own_data_set_alone(own: Path) -> None:
    users = with_recipe(lambda entry, recipe: recipe.dataset == "adding_30")
    assert users

    def longer(path: Path) -> str:
        return path.read_text().replace('"minimal": 30', '"minimal": 31')

    assert changed_by(own, ADDING, longer) == users


def test_the_code_of_a_family_counts_for_all_of_it(own: Path) -> None:
    users = with_recipe(
        lambda entry, recipe: recipe.dataset in ("adding_30", "adding_100", "adding_100_narrow")
    )

    def other_tolerance(path: Path) -> str:
        return path.read_text().replace("TOLERANCE = 0.04", "TOLERANCE = 0.05")

    assert changed_by(own, ADDING, other_tolerance) == users


def test_a_card_counts_for_the_data_sets_that_are_made_of_it(own: Path) -> None:
    path = "benchmarks/datasets/images/digits.py"
    users = with_recipe(lambda entry, recipe: recipe.dataset in ("digits", "digit_scenes", "digit_motions"))
    assert (
        changed_by(own, path, lambda file: file.read_text().replace('"8x8x1 uint8', '"8x8x1 int8')) == users
    )
    before = digests(own)
    text = (own / path).read_text()
    rewrite(
        own / path, text.replace("CARDS = {\n", 'CARDS = {\n    "digits_9": DatasetCard(id="digits_9"),\n')
    )
    assert (own / path).read_text() != text
    assert digests(own) == before


def test_a_data_set_with_the_name_of_a_task_counts_only_where_it_is_used() -> None:
    found = sources.data_sets(["vector_copying"], sources.HOME)
    assert [path.name for path in found] == ["vector_copying.py"]


# What the digest rests on.


def test_every_import_of_a_computed_name_is_known() -> None:
    """`files` starts from what these name. One that is not in the list would go unseen."""
    found = set()
    for path in MODULES:
        if path.startswith("benchmarks/speed/"):
            continue
        for node in ast.walk(ast.parse((sources.HOME / path).read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in (
                "import_module",
                "__import__",
                "run_module",
                "exec",
                "eval",
            ):
                found.add((path, ast.unparse(node.args[0])))
    assert found == {
        ("benchmarks/accelerators.py", "sys.argv[1]"),  # in a process that trains nothing
        ("benchmarks/catalogue.py", "f'benchmarks.entries.{family}.{id}'"),
        ("benchmarks/datasets/__init__.py", "f'benchmarks.datasets.{name}'"),
        ("benchmarks/engine/backend.py", "backend"),
        ("benchmarks/engine/backend.py", "f'benchmarks.engine.{backend}_driver'"),
        ("benchmarks/measures/__init__.py", "f'benchmarks.measures.{task}'"),
        ("benchmarks/engine/workbench.py", "f'benchmarks.rules.{stage.rule}'"),
        ("benchmarks/engine/workbench.py", "f'benchmarks.tasks.{task}'"),
    }


def test_the_suite_is_code_alone() -> None:
    """A table that a run read from the package would have to count too."""
    others = {
        path.suffix
        for path in (sources.HOME / "benchmarks").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert others == {".py"}


def test_the_words_of_the_suite_do_nothing() -> None:
    """Else `spec` could not stand apart."""
    classes = [
        value
        for value in vars(spec).values()
        if isinstance(value, type) and value.__module__ == spec.__name__
    ]
    assert all(dataclasses.is_dataclass(kind) for kind in classes)
    tree = ast.parse(Path(spec.__file__).read_text())
    assert [
        getattr(node, "name", "lambda")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.Lambda)
    ] == ["name"]


def test_what_stands_apart_exists_and_has_a_reason() -> None:
    for name, reason in sources.APART.items():
        assert sources._file(name, sources.HOME), name
        assert reason


# What is said of it.


def runs(entry: str, *recipes: str, seeds: int = 2) -> list[dict[str, object]]:
    return [
        {"entry": entry, "recipe": recipe, "tier": "pocket", "seed": seed}
        for recipe in recipes
        for seed in range(seeds)
    ]


def job_summary(asked: list[dict[str, object]], stale: dict[str, str]) -> dict[str, object]:
    """As the engine leaves it, had the files in `stale` had other content: path -> entry."""
    items, known = [], {}
    for run in asked:
        entry, recipe = RUNS[run["entry"], run["recipe"], "pocket"]  # type: ignore[index]
        found = sources.files(entry, recipe, "tensorflow")
        found |= {path: "0" * 64 for path, id in stale.items() if id == entry.id}
        known[sources.together(found)] = found
        items.append({**run, "source_sha256": sources.together(found)})
    return {"runs": items, "sources": known}


def test_what_trains_again_is_said_with_the_file_that_changed() -> None:
    asked = runs("lenet5_1998", "digits", "digits-relu") + runs("backprop_1986", "xor")
    assert sources.changes(job_summary(asked, {}), asked, "tensorflow") == []
    summary = job_summary(asked, {"benchmarks/layers/resampling/subsampling.py": "lenet5_1998"})
    line = "lenet5_1998 (digits, digits-relu, pocket): benchmarks/layers/resampling/subsampling.py changed"
    assert sources.changes(summary, asked, "tensorflow") == [line]


def test_many_files_are_counted_and_unknown_ones_admitted() -> None:
    asked = runs("backprop_1986", "xor")
    stale = {
        f"benchmarks/engine/{name}.py": "backprop_1986"
        for name in ("backend", "clock", "jobs", "run", "seeds")
    }
    listed = (
        "benchmarks/engine/backend.py, benchmarks/engine/clock.py, benchmarks/engine/jobs.py"
        " and 2 more changed"
    )
    assert sources.changes(job_summary(asked, stale), asked, "tensorflow") == [
        f"backprop_1986 (xor, pocket): {listed}"
    ]
    before = {"runs": runs("backprop_1986", "xor")}  # a summary of an earlier version
    assert sources.changes(before, asked, "tensorflow") == [
        "backprop_1986 (xor, pocket): the source changed, in files that are not on record"
    ]


def test_a_run_that_is_new_to_a_job_is_none_that_trains_again() -> None:
    asked = runs("backprop_1986", "xor")
    assert (
        sources.changes(job_summary(asked, {}), asked + runs("backprop_1986", "xor-shortcuts"), "tensorflow")
        == []
    )


def test_a_collected_record_carries_the_card_of_now() -> None:
    """Claims may be edited without a run being made again; but a record of other source keeps what it was
    made with."""
    entry, recipe = RUNS["lenet5_1998", "digits", "pocket"]
    old = make_record()
    old["spec"]["card"] = {"claims": "of before"}
    old["run"] |= {"entry": entry.id, "recipe": recipe.name, "tier": "pocket", "backend": "tensorflow"}
    assert gather.with_present_card(old) == old
    old["run"]["source_sha256"] = sources.source_sha256(entry, recipe, "tensorflow")
    now = gather.with_present_card(old)
    assert now["spec"]["card"] == catalogue.card(entry)
    assert now["run"]["spec_id"] != old["run"].get("spec_id")
    assert gather.with_present_card(now) == now
    assert (
        gather.with_present_card({**now, "run": {**now["run"], "entry": "gone_1900"}})["spec"] == now["spec"]
    )
