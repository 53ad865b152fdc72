"""Unit and datum in every numeric name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.conftest import tree_of

ROOT = Path(__file__).parents[2]
ROOMS = ("geofences", "vehicles", "orchestrator", "sitl")
UNITS = re.compile(
    r"_(m|mps|mps2|mps3|m2|m3|s|ms|us|hz|min|deg|deg_c|k|degps|rad|radps|kg|per_km2|kgpm3|kg_per_m3|wh|ah|ws|w|n|j|v|a|pa|frac|eur)$"
)
SPOKEN_FOR = {
    # without a dimension
    "speed": "the command line's word for how many fleet seconds pass in a second",
    "cost": "costs are compared only with each other",
    "fixed_cost": "as `cost`",
    "price": "as `cost`",
    "late_cost": "as `cost`",
    "score": "as a benchmark family counts",
    "unit_east": "part of a unit vector",
    "unit_north": "part of a unit vector",
    "unit_up": "part of a unit vector",
    "turn_cos": "a cosine",
    "east": "part of a vector, in its own unit",
    "north": "part of a vector, in its own unit",
    "exposure": "people per square kilometre, times kilometres",
    "weight": "what one figure counts against another",
    "ours": "a figure in its `unit`",
    "peer": "a figure in its `unit`",
    "ratio": "how many times",
    "hdop": "dilution of precision",
    # the unit is the name
    "seconds": "",
    "degrees": "",
    # any number: the unit is the caller's
    "value": "",
    "number": "",
    "low": "a bound of `number`",
    "high": "a bound of `number`",
    "default": "instead of `number`",
    "read_float": "",
    "write_float": "",
    # named by others
    "time": "asyncio",
    "call_at": "asyncio",
    "when": "asyncio",
    "timeout": "selectors",
    "params": "MAVLink's param1 to param4",
    "z": "MAVLink's mission item",
}


def named_floats(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Fields, variables, parameters and functions whose annotation is a float, with their lines."""

    def is_float(annotation: ast.expr | None) -> bool:
        return annotation is not None and ast.unparse(annotation) in {"float", "float | None", "None | float"}

    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and is_float(node.annotation):
            yield ast.unparse(node.target).split(".")[-1], node.lineno
        elif isinstance(node, ast.arg) and is_float(node.annotation):
            yield node.arg, node.lineno
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and is_float(node.returns):
            yield node.name, node.lineno


def has_unit(name: str) -> bool:
    bare = name.strip("_").lower()
    return bare in SPOKEN_FOR or UNITS.search(f"_{bare}") is not None


def violations(root: Path) -> list[str]:
    found = []
    for room in ROOMS:
        for file in sorted((root / room).rglob("*.py")):
            if "node_modules" in file.parts:
                continue
            path = file.relative_to(root).as_posix()
            found += [
                f"{path}:{line} {name}" for name, line in named_floats(tree_of(file)) if not has_unit(name)
            ]
    return found


def test_every_float_says_its_unit() -> None:
    assert violations(ROOT) == []


@pytest.mark.parametrize(
    "source",
    [
        "height: float = 1.0",
        "def f(distance: float) -> None: ...",
        "def length() -> float: ...",
        "x: float | None",
    ],
)
def test_a_planted_violation_is_found(tmp_path: Path, source: str) -> None:
    (tmp_path / "vehicles").mkdir()
    (tmp_path / "vehicles/planted.py").write_text(source)
    assert len(violations(tmp_path)) == 1
