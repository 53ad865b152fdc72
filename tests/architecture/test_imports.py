"""One import direction, and third-party libraries behind their walls."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.conftest import tree_of

ROOT = Path(__file__).parents[2]
ROOMS = ("geofences", "vehicles", "orchestrator", "sitl", "benchmarks")
FLOORS = (
    "orders",
    "traffic",
    "record",
    "dispatch",
    "operations",
    "customers",
    "gateway",
    "files",
    "flying",
)
"""Rooms of the orchestrator, each of which may import only itself and those before it."""

WITHIN = {
    "orchestrator.operations": (
        *("planning", "verifying", "watching", "dispatching", "commanding"),
        *("decide", "fleet"),
    ),
    "orchestrator.gateway": (
        *("contract", "door", "showing", "acts", "routes"),
        *("http", "server", "openapi"),
    ),
    "sitl": ("motion", "aboard", "autopilot", "direct", "processes"),
}
"""Rooms within rooms, in the same way; what is not named stands beside them."""

COMPOSITION_ROOTS = ("orchestrator/__main__.py", "sitl/__main__.py")
"""May import upward, but only inside a function."""

WALLS = {
    "shapely": ("geofences/", "benchmarks/"),
    "pyproj": ("geofences/", "benchmarks/"),
    "pymavlink": ("vehicles/mavlink/", "sitl/autopilot", "benchmarks/"),
    "mavsdk": ("vehicles/mavsdk.py", "benchmarks/"),
    "aiomqtt": ("vehicles/", "orchestrator/gateway/", "sitl/"),
    "fastapi": ("orchestrator/gateway/",),
    "starlette": ("orchestrator/gateway/",),
    "uvicorn": ("orchestrator/gateway/",),
    "scipy.optimize": ("orchestrator/dispatch/", "benchmarks/"),
    "pyvrp": ("orchestrator/dispatch/", "benchmarks/"),
    "commiv": ("benchmarks/",),
    "ortools": ("benchmarks/",),
}


def imported(tree: ast.AST) -> Iterator[tuple[str, int, bool]]:
    """Every imported module, its line, and whether it stands inside a function."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = {id(child) for function in functions for child in ast.walk(function)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno, id(node) in inside
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno, id(node) in inside
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno, id(node) in inside


def upward(path: str, module: str, *, inside_function: bool) -> bool:
    """Whether a file at `path` (relative to the root) may not import `module`, by direction."""
    room, target = path.split("/", maxsplit=1)[0], module.split(".", maxsplit=1)[0]
    if target in ROOMS and ROOMS.index(target) > ROOMS.index(room):
        return not (path in COMPOSITION_ROOTS and inside_function)
    if any(upward_within(house, rooms, path, module) for house, rooms in WITHIN.items()):
        return True
    if room == target == "orchestrator" and path.count("/") > 1:
        floor, other = path.split("/")[1], module.split(".")[1] if "." in module else ""
        if floor in FLOORS:
            return other in {"app", "commands", "config", "__main__"} or (
                other in FLOORS and FLOORS.index(other) > FLOORS.index(floor)
            )
    return False


def upward_within(house: str, rooms: tuple[str, ...], path: str, module: str) -> bool:
    """Whether a file in one of the rooms of `house` imports a later one."""
    names = path.removesuffix(".py").replace("/", ".")
    if not (names.startswith(f"{house}.") and module.startswith(f"{house}.")):
        return False
    mine, other = (one.removeprefix(f"{house}.").split(".")[0] for one in (names, module))
    return mine in rooms and other in rooms and rooms.index(other) > rooms.index(mine)


def walled(path: str, module: str) -> bool:
    """Whether a third-party `module` may not be imported at `path`."""
    for library, homes in WALLS.items():
        if module == library or module.startswith(f"{library}."):
            return not path.startswith(homes)
    return False


def violations(root: Path) -> list[str]:
    found: set[str] = set()
    for room in ROOMS:
        for file in sorted((root / room).rglob("*.py")):
            if "node_modules" in file.parts:
                continue
            path = file.relative_to(root).as_posix()
            for module, line, inside_function in imported(tree_of(file)):
                if upward(path, module, inside_function=inside_function) or walled(path, module):
                    found.add(f"{path}:{line} imports {module}")
    return sorted(found)


def test_imports_point_one_way_and_stay_behind_their_walls() -> None:
    assert violations(ROOT) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("geofences/planted.py", "import vehicles.mission"),
        ("vehicles/planted.py", "def f() -> None:\n    from orchestrator import app"),
        ("orchestrator/orders/planted.py", "if TYPE_CHECKING:\n    from orchestrator.record import state"),
        ("orchestrator/record/planted.py", "from orchestrator import app"),
        ("orchestrator/__main__.py", "import sitl.run"),
        ("orchestrator/operations/planted.py", "import shapely.geometry"),
        ("orchestrator/operations/planted.py", "from pymavlink.dialects.v20 import common"),
        ("orchestrator/operations/planning/p.py", "from orchestrator.operations.watching import sight"),
        ("orchestrator/operations/commanding/p.py", "from orchestrator.operations.decide import decide"),
        ("geofences/planted.py", "from scipy import optimize"),
        ("sitl/planted.py", "from fastapi import FastAPI"),
        ("orchestrator/gateway/door/p.py", "from orchestrator.gateway.showing import gallery"),
        ("sitl/motion/planted.py", "from sitl.aboard import flight"),
    ],
)
def test_a_planted_violation_is_found(tmp_path: Path, path: str, source: str) -> None:
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text(source)
    assert violations(tmp_path) != []


def test_a_composition_root_may_import_upward_inside_a_function(tmp_path: Path) -> None:
    file = tmp_path / "orchestrator/__main__.py"
    file.parent.mkdir()
    file.write_text("def demo() -> None:\n    import sitl.run\n")
    assert violations(tmp_path) == []
