"""One clock: the machine's is read in two files and nowhere else."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.conftest import tree_of

ROOT = Path(__file__).parents[2]
ROOMS = ("geofences", "vehicles", "orchestrator", "sitl")
MAY_READ = ("vehicles/clock.py", "sitl/loop.py")
BANNED = {
    "time": {"time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "sleep"},
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
}


def violations(root: Path) -> list[str]:
    found = []
    for room in ROOMS:
        for file in sorted((root / room).rglob("*.py")):
            path = file.relative_to(root).as_posix()
            if path in MAY_READ or "node_modules" in file.parts:
                continue
            for node in ast.walk(tree_of(file)):
                match node:
                    case ast.ImportFrom(module="time"):
                        names = {alias.name for alias in node.names} & BANNED["time"]
                    case (
                        ast.Attribute(value=ast.Name(id=owner), attr=attr)
                        | ast.Attribute(value=ast.Attribute(attr=owner), attr=attr)
                    ):
                        names = {attr} & BANNED.get(owner, set())
                    case _:
                        continue
                found += [f"{path}:{node.lineno} {name}" for name in sorted(names)]
    return found


def test_only_two_files_read_the_machines_clock() -> None:
    assert violations(ROOT) == []


@pytest.mark.parametrize(
    "source",
    [
        "import time\ntime.time()",
        "from time import monotonic",
        "import datetime\ndatetime.datetime.now()",
        "import time\nclock = time.perf_counter",
    ],
)
def test_a_planted_violation_is_found(tmp_path: Path, source: str) -> None:
    (tmp_path / "orchestrator").mkdir()
    (tmp_path / "orchestrator/planted.py").write_text(source)
    assert len(violations(tmp_path)) == 1
