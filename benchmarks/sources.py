"""The files of the suite that a run depends on, found by following imports, and their digest.

Comments, docstrings and layout do not count. A process reads each file once, since it runs what it has
imported, whatever becomes of the file later.
"""

import ast
import dataclasses
import functools
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks import catalogue, records
from benchmarks.datasets import registry
from benchmarks.spec import Entry, Recipe

#: The folder that holds the package.
HOME = Path(__file__).resolve().parents[1]

#: What a run imports that cannot change its numbers, and why not; their imports are not followed. A package
#: stands for its modules.
APART = {
    "benchmarks.spec": "the words of the suite, without behaviour; recipes are hashed with their entries",
    "benchmarks.catalogue": "finds entries and recipes, which are hashed themselves",
    "benchmarks.datasets.registry": "finds data sets, whose modules are hashed themselves",
    "benchmarks.datasets.protocol": "says what a module of data sets offers, and does nothing",
    "benchmarks.engine.driver": "says what a driver does; each driver is hashed itself",
    "benchmarks.records": "writes down what was measured",
    "benchmarks.machine": "says what the machine is, which identifies the run",
    "benchmarks.accelerators": "says what accelerators the machine has, which identify it",
    "benchmarks.processor": "says what the processor is, which identifies the machine",
    "benchmarks.sources": "computes this digest",
    "benchmarks.cores": "says how many cores there are, which identifies the machine",
    "benchmarks.disturbance": "says what disturbed the run",
    "benchmarks.power": "says what the device drew, and what held it back",
    "benchmarks.engine.provenance": "says where a run came from",
    "benchmarks.engine.memory": "says how much memory it took",
    "benchmarks.engine.lease": "makes a run wait for cores and a GPU, whose number and kind identify the run",
}
#: The package of optimisers and schedules. A recipe depends only on modules of it whose classes it names.
OPTIMIZERS = "benchmarks.optimizers"
#: What an entry says of itself, on which no number depends. A run depends on its own recipe only.
SAID = {
    "name",
    "family",
    "idea",
    "paper",
    "recipes",
    "parameters",
    "claims",
    "deviations",
    "variants",
    "history",
    "story",
}


@dataclasses.dataclass(frozen=True)
class Source:
    """A file: the digest of its code ("" where it holds none), the modules it may import, the names it binds
    at its top, and the strings in it that may name a data set."""

    digest: str
    imports: tuple[str, ...]
    names: frozenset[str]
    strings: frozenset[str]


def source_sha256(entry: Entry, recipe: Recipe, backend: str) -> str:
    """SHA-256 over the source that the runs of this recipe on this backend depend on."""
    return together(files(entry, recipe, backend))


def together(digests: Mapping[str, str]) -> str:
    """One SHA-256 for several files, given by their paths with the digest of each."""
    return hashlib.sha256(
        "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items())).encode()
    ).hexdigest()


def files(entry: Entry, recipe: Recipe, backend: str, home: Path = HOME) -> dict[str, str]:
    """The files that the runs of this recipe on this backend depend on, and the SHA-256 of the code of each.

    The entry's own counts with this recipe and without the others, nor with what it says of paper, claims and
    the like; a module of data sets with the cards of those that the run uses, and without the others.
    """
    own = f"benchmarks.entries.{entry.family}.{entry.id}"
    plain = catalogue.plain(recipe)
    given = set(_strings(plain))
    digests: dict[str, str] = {}
    cards = data_sets(catalogue.datasets(recipe), home)
    roots = [
        own,
        "benchmarks.engine.jobs",
        # What is imported by a name that is put together.
        f"benchmarks.engine.{backend}_driver",
        *(f"benchmarks.rules.{stage.rule}" for stage in catalogue.stages(recipe)),
        *(f"benchmarks.tasks.{task}" for task in catalogue.tasks(entry, recipe)),
        *(".".join(path.relative_to(home).with_suffix("").parts) for path in cards),
    ]
    open_modules = list(dict.fromkeys(_with_packages(roots)))
    seen = set(open_modules)
    while open_modules:
        name = open_modules.pop()
        path = _file(name, home)
        if path is None:
            continue
        source = read(path, is_entry=name == own, cards=cards.get(path))
        if source.digest:
            digests[path.relative_to(home).as_posix()] = source.digest
        for imported in source.imports:
            if imported in seen or is_apart(imported):
                continue
            if (
                name == OPTIMIZERS
                and imported.startswith(f"{OPTIMIZERS}.")
                and not _binds(imported, given, home)
            ):
                continue
            seen.add(imported)
            open_modules.append(imported)
    file = f"{own.replace('.', '/')}.py"
    # The part of a recipe that identifies a run, as the record has it.
    parts = {file: digests[file], "recipe": records.spec_hash({"recipe": plain})}
    for parent, start in catalogue.ancestors(entry, recipe)[-1:]:
        parts["starts_from"] = together(files(parent, start, backend, home))
    digests[file] = together(parts)
    return digests


def data_sets(ids: Iterable[str], home: Path = HOME) -> dict[Path, frozenset[str]]:
    """These data sets and those that they are made of, by the modules that hold them.

    A module whose data sets are made of others names those, by their ids, in its code.
    """
    by_id = registry.modules(home / "benchmarks" / "datasets")
    cards: dict[Path, frozenset[str]] = {}
    waiting = set(ids) & set(by_id)
    while waiting:
        next_id = waiting.pop()
        path = by_id[next_id]
        cards[path] = cards.get(path, frozenset()) | {next_id}
        named = read(path, cards=cards[path]).strings & set(by_id)
        waiting |= {other for other in named if other not in cards.get(by_id[other], ())}
    return cards


def changes(summary: Mapping[str, Any], runs: Iterable[Mapping[str, Any]], backend: str) -> list[str]:
    """What makes a job train again: a line for each entry with runs from other source than the present,
    naming the files that changed.

    `summary` is the job's, as the engine left it; `runs` are those that the job has now, {"entry", "recipe",
    "tier", "seed"}.
    """
    known = {
        tuple(item[key] for key in ("entry", "recipe", "tier", "seed")): item.get("source_sha256", "")
        for item in summary["runs"]
    }
    recipes: dict[tuple[str, str, str], list[str]] = {}
    present: dict[tuple[str, str, str], dict[str, str]] = {}
    for run in runs:
        before = known.get((run["entry"], run["recipe"], run["tier"], run["seed"]))
        key = (run["entry"], run["recipe"], run["tier"])
        if key not in present:
            entry = catalogue.load(run["entry"])
            present[key] = files(entry, catalogue.recipe(entry, run["tier"], run["recipe"]), backend)
        now = present[key]
        if before not in (None, together(now)):
            differing = _differing(summary.get("sources", {}).get(before), now)
            names = recipes.setdefault((run["entry"], run["tier"], differing), [])
            if run["recipe"] not in names:
                names.append(run["recipe"])
    return [
        f"{entry} ({', '.join(names)}, {tier}): {differing}"
        for (entry, tier, differing), names in recipes.items()
    ]


def _differing(before: Mapping[str, str] | None, now: Mapping[str, str]) -> str:
    if before is None:
        return "the source changed, in files that are not on record"
    paths = sorted(path for path in {*before, *now} if before.get(path) != now.get(path))
    return f"{', '.join(paths[:3])}{f' and {len(paths) - 3} more' if len(paths) > 3 else ''} changed"


@functools.cache
def is_apart(module: str) -> bool:
    """Whether a module is among those that cannot change a run's numbers."""
    return any(module == name or module.startswith(f"{name}.") for name in APART)


def _with_packages(imports: Iterable[str]) -> Iterator[str]:
    """These names, and of each those before its dots: importing a module imports its packages."""
    for name in imports:
        parts = name.split(".")
        for length in range(1, len(parts) + 1):
            yield ".".join(parts[:length])


def _strings(value: Any) -> Iterator[str]:
    """Every string in plain data, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _strings(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _strings(item)


def _binds(module: str, given: set[str], home: Path) -> bool:
    path = _file(module, home)
    return path is not None and not given.isdisjoint(read(path).names)


_paths: dict[tuple[str, Path], Path | None] = {}


def _file(module: str, home: Path) -> Path | None:
    """The file of a module or package of the suite; None for a folder without code, a name inside a module,
    and other software."""
    key = (module, home)
    if key not in _paths:
        stem = home.joinpath(*module.split("."))
        _paths[key] = next(
            (path for path in (stem / "__init__.py", stem.with_suffix(".py")) if path.is_file()), None
        )
    return _paths[key]


_read: dict[tuple[Path, bool, frozenset[str] | None], Source] = {}


def read(path: Path, is_entry: bool = False, cards: frozenset[str] | None = None) -> Source:
    """The content of a file when this process first read it.

    Of an entry's file that is without what it says of itself; of a module of data sets, where `cards` names
    some, without the cards of all others.
    """
    key = (path, is_entry, cards)
    if key not in _read:
        tree = ast.parse(path.read_bytes(), str(path))
        code = spoken(tree) if is_entry else tree.body
        if cards is not None:
            code = with_cards(tree, cards)
        text, imports = normal_form(code)
        names = frozenset(name for statement in tree.body for name in bound(statement))
        nodes = [node for statement in code for node in ast.walk(statement)]
        # A data set may have the name of a task, and the task of a card names no data set.
        tasks = {id(node.value) for node in nodes if isinstance(node, ast.keyword) and node.arg == "task"}
        strings = frozenset(
            node.value
            for node in nodes
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in tasks
        )
        _read[key] = Source(
            hashlib.sha256(text.encode()).hexdigest() if text else "", imports, names, strings
        )
    return _read[key]


def normal_form(code: list[ast.stmt]) -> tuple[str, tuple[str, ...]]:
    """Statements as text, and the modules of the suite that they may import.

    No comment, docstring or layout changes the text, and it is the same on every Python.

    `from a import b` may import the module `a.b`. `ast.unparse` and `ast.dump` differ between Python 3.11 and
    3.13. Raises ValueError for a relative import.
    """
    parts: list[str] = []
    imports: list[str] = []

    def write(node: Any) -> None:
        if isinstance(node, ast.Constant):
            parts.append(f"={node.value!r}")
        elif isinstance(node, ast.AST):
            parts.append(type(node).__name__)
            for field in node._fields:
                # Whether a name is read or set is seen from its place; what is empty is absent on some
                # Pythons.
                if field != "ctx" and (value := getattr(node, field, None)):
                    parts.append(field)
                    write(value)
            parts.append(")")
            if isinstance(node, ast.Import):
                imports.extend(name.name for name in node.names)
            elif isinstance(node, ast.ImportFrom):
                if node.level or node.module is None:
                    raise ValueError(
                        f"line {node.lineno}: a relative import hides where it points; "
                        "name the module in full"
                    )
                imports.extend(f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, list):
            # A constant that stands alone does nothing. The suite's version is part of every run's software.
            counted = [
                item
                for item in node
                if not (isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant))
                and not _is_version(item)
            ]
            parts.append(str(len(counted)))
            for item in counted:
                write(item)
        else:
            parts.append(repr(node))

    write(code)
    own = [name for name in dict.fromkeys(imports) if name.split(".")[0] == "benchmarks"]
    return "" if parts == ["0"] else " ".join(parts), tuple(dict.fromkeys(_with_packages(own)))


def _is_version(node: Any) -> bool:
    return isinstance(node, ast.Assign) and [
        target.id for target in node.targets if isinstance(target, ast.Name)
    ] == ["__version__"]


def bound(statement: ast.stmt) -> list[str]:
    """The names that a statement binds, if it does nothing else: a function, an import, an assignment to
    names."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [] if statement.decorator_list else [statement.name]
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return [(name.asname or name.name).split(".")[0] for name in statement.names]
    if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        targets = [
            item
            for target in targets
            for item in (target.elts if isinstance(target, ast.Tuple) else [target])
        ]
        return (
            [target.id for target in targets if isinstance(target, ast.Name)]
            if all(isinstance(t, ast.Name) for t in targets)
            else []
        )
    return []


def spoken(tree: ast.Module) -> list[ast.stmt]:
    """An entry's module without what it says of itself, and without the names that nothing else refers to.

    What is left is what builds, trains and draws. A statement that does more than bind names is always kept.
    """
    wanted: list[ast.stmt] = []
    for statement in tree.body:
        names = bound(statement)
        if names == ["ENTRY"] and isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
            statement.value.keywords = [
                keyword for keyword in statement.value.keywords if keyword.arg not in SAID
            ]
        if not names or "ENTRY" in names:
            wanted.append(statement)
    kept = reached(tree, wanted)
    return [statement for statement in tree.body if id(statement) in kept]


def with_cards(tree: ast.Module, ids: frozenset[str]) -> list[ast.stmt]:
    """A module of data sets with these cards alone, and without the names that only the cards of others refer
    to."""
    others: list[ast.AST] = []
    for statement in tree.body:
        if (
            bound(statement) == ["CARDS"]
            and isinstance(statement, ast.Assign | ast.AnnAssign)
            and isinstance(statement.value, ast.Dict)
        ):
            table = statement.value
            items = list(zip(table.keys, table.values, strict=True))
            mine = [
                (key, value) for key, value in items if not isinstance(key, ast.Constant) or key.value in ids
            ]
            others += [value for item in items if item not in mine for value in item[1:]]
            table.keys, table.values = [key for key, _ in mine], [value for _, value in mine]
    of_others = reached(tree, others)
    kept = reached(tree, [statement for statement in tree.body if id(statement) not in of_others])
    return [statement for statement in tree.body if id(statement) in kept]


def reached(tree: ast.Module, roots: Iterable[ast.AST]) -> set[int]:
    """The identities of `roots` and of all statements of a module whose names they refer to, however
    indirectly."""
    binding: dict[str, list[ast.stmt]] = {}
    for statement in tree.body:
        for name in bound(statement):
            binding.setdefault(name, []).append(statement)
    seen: set[int] = set()
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            waiting += [
                statement
                for part in ast.walk(node)
                if isinstance(part, ast.Name)
                for statement in binding.get(part.id, [])
            ]
    return seen
