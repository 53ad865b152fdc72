"""Small rooms: no file over 300 lines, no function of 50 or more, nothing left for later, no catch-all."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.conftest import parsed

ROOT = Path(__file__).parents[2]
ROOMS = ("geofences", "vehicles", "orchestrator", "sitl")
LATER = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
MISNAMED = re.compile(r"(^|_)(utils?|helpers?|common|core|base|manager)(_|\.|$)")
MAY_CATCH_ALL = ("orchestrator/operations/fleet.py", "sitl/loop.py")


def sources(root: Path) -> list[Path]:
    files = [
        file
        for room in ROOMS
        for ending in ("py", "ts", "tsx")
        for file in sorted((root / room).rglob(f"*.{ending}"))
        if not {"node_modules", "dist"} & set(file.parts) and not file.name.endswith(".gen.ts")
    ]
    return [file for file in files if file.name != "api.ts"]  # generated from the OpenAPI document


def violations(root: Path) -> list[str]:
    found = []
    for file in sources(root):
        path, text = file.relative_to(root).as_posix(), file.read_text()
        if (lines := text.count("\n")) > 300:
            found.append(f"{path}: {lines} lines")
        if MISNAMED.search(file.name):
            found.append(f"{path}: a name that says nothing")
        found += [f"{path}: {mark}" for mark in LATER.findall(text)]
        if file.suffix == ".py":
            found += python_violations(path, text)
    return found


def python_violations(path: str, text: str) -> list[str]:
    found = []
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > 50:  # 40 without the docstring
                found.append(f"{path}:{node.lineno} {node.name}: {lines} lines")
        elif isinstance(node, ast.ExceptHandler) and path not in MAY_CATCH_ALL:
            caught = ast.unparse(node.type) if node.type else "everything"
            if caught in {"Exception", "BaseException", "everything"}:
                found.append(f"{path}:{node.lineno} catches {caught}")
    return found


def test_rooms_stay_small() -> None:
    assert violations(ROOT) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("long.py", "x = 1\n" * 301),
        ("later.py", "# TODO: more\n"),
        ("path_utils.py", ""),
        ("greedy.py", "try:\n    pass\nexcept Exception:\n    pass\n"),
        ("endless.py", "def f():\n" + "    x = 1\n" * 60),
    ],
)
def test_a_planted_violation_is_found(tmp_path: Path, name: str, source: str) -> None:
    (tmp_path / "vehicles").mkdir()
    (tmp_path / "vehicles" / name).write_text(source)
    assert len(violations(tmp_path)) == 1
