"""What is kept as machine code carries a digest of all that was compiled into it: nothing is forgotten.

numba keeps machine code by the file of its entry alone. So each room's entries are named for a digest of
sources; a source that is missing there could be changed, and the old machine code would be run all the same.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from sitl.autopilot.singer import SOURCES
from sitl.motion import compiled as motion
from tests.architecture.conftest import tree_of
from vehicles.mavlink.wire import compiled as wire

ROOT = Path(__file__).parents[2]
ROOMS = ("geofences", "vehicles", "orchestrator", "sitl")
MARKS = frozenset({"njit", "compiled", "inlined", "allocating", "entry"})
MAKERS = MARKS | {"named", "machine_code"}
LISTED = {
    "vehicles/mavlink/wire/compiled.py": wire._BAKED_IN,
    "sitl/motion/compiled.py": motion._SOURCES,
}
"""Where the digest is of a list of files beside it."""
ELSEWHERE = {"sitl/motion/compiled.py": SOURCES}
"""And of these, for those that say so."""
WHOLE = {
    "geofences/compiled.py": ("geofences/compiled.py",),
    "orchestrator/dispatch/kernels.py": (
        "orchestrator/dispatch/kernels.py",
        "orchestrator/dispatch/draws.py",
        "geofences/compiled.py",
    ),
}
"""Where it is of the folder of the entry, and of these."""


def digested(file: Path) -> set[Path]:
    """What the machine code of a file's kernels is named for; numba itself looks at the file alone."""
    makers = [one for name, one in imports(file).items() if name in MAKERS]
    for source in (one.relative_to(ROOT).as_posix() for one in makers):
        if source in LISTED:
            beside = {(ROOT / source).parent / name for name in LISTED[source]}
            return beside if file.parent == (ROOT / source).parent else {*beside, *ELSEWHERE.get(source, ())}
        if source in WHOLE:
            return {*file.parent.glob("*.py"), *(ROOT / name for name in WHOLE[source])}
    return {file}


def marked(function: ast.FunctionDef) -> bool:
    """Whether it becomes machine code, by its decorators."""
    named = [one.func if isinstance(one, ast.Call) else one for one in function.decorator_list]
    return any(isinstance(one, ast.Name) and one.id in MARKS for one in named)


def kernels(file: Path) -> Iterator[ast.FunctionDef]:
    """Its functions that become machine code."""
    found = (node for node in tree_of(file).body if isinstance(node, ast.FunctionDef))
    return (function for function in found if marked(function))


@cache
def imports(file: Path) -> dict[str, Path]:
    """The names that a file has from other files of ours, and from which."""
    found = {}
    for node in tree_of(file).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in ROOMS:
            for alias in node.names:
                whole = ROOT / f"{node.module.replace('.', '/')}/{alias.name}.py"
                source = whole if whole.exists() else ROOT / f"{node.module.replace('.', '/')}.py"
                found[alias.asname or alias.name] = source
    return found


@cache
def assigned(file: Path) -> dict[str, list[ast.expr]]:
    """What a file's own names are made of, where they are no functions."""
    found: dict[str, list[ast.expr]] = {}
    for node in tree_of(file).body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            targets = [node.target]
        for name in (one.id for each in targets for one in ast.walk(each) if isinstance(one, ast.Name)):
            assert isinstance(node, ast.Assign | ast.AnnAssign)
            assert node.value is not None
            found.setdefault(name, []).append(node.value)
    return found


def names(nodes: list[ast.stmt] | list[ast.expr]) -> set[str]:
    return {each.id for node in nodes for each in ast.walk(node) if isinstance(each, ast.Name)}


def baked_in(file: Path) -> set[Path]:
    """Files of ours whose functions and numbers become part of a file's machine code, itself among them."""
    found, wanted, seen = {file}, set().union(*(names(one.body) for one in kernels(file))), set[str]()
    while wanted:
        name = wanted.pop()
        if name in seen:
            continue
        seen.add(name)
        if (source := imports(file).get(name)) is not None:
            found.add(source)
        wanted |= names(assigned(file).get(name, []))
    return found


FILES = sorted(
    file.relative_to(ROOT).as_posix()
    for room in ROOMS
    for file in (ROOT / room).rglob("*.py")
    if "node_modules" not in file.parts and any(kernels(file))
)


@pytest.mark.parametrize("path", FILES)
def test_whatever_is_compiled_is_in_the_digest_of_the_machine_code(path: str) -> None:
    file = ROOT / path
    missing = baked_in(file) - digested(file)
    assert not missing, sorted(one.relative_to(ROOT).as_posix() for one in missing)


def test_there_are_kernels_in_all_rooms() -> None:
    assert {path.split("/")[0] for path in FILES} == set(ROOMS)
