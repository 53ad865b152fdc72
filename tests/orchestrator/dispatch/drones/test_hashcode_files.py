from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from orchestrator.dispatch.drones.problem import Act, Command
from orchestrator.dispatch.formats import hashcode
from orchestrator.dispatch.formats.family import BadInstance
from tests.fuzz.lines import spoilt
from tests.orchestrator.dispatch.drones.grids import EXAMPLE, SAMPLE


def commands(text: str) -> tuple[Command, ...]:
    found = []
    for line in text.splitlines()[1:]:
        drone, letter, *rest = line.split()
        found.append(Command(int(drone), Act(letter), *map(int, rest)))
    return tuple(found)


def test_the_contests_example_is_read() -> None:
    problem = hashcode.parse(EXAMPLE, "example")
    assert (problem.rows, problem.columns, problem.drones, problem.turns, problem.payload) == (
        100,
        100,
        3,
        50,
        500,
    )
    assert problem.weights == (100, 5, 450)
    assert [(site.at, site.stock) for site in problem.warehouses] == [
        ((0, 0), (5, 1, 0)),
        ((5, 5), (0, 10, 2)),
    ]
    assert [(order.at, order.wanted) for order in problem.orders] == [
        ((1, 1), ((0, 1), (2, 1))),
        ((3, 3), ((0, 1),)),
        ((5, 6), ((2, 1),)),
    ]


@pytest.mark.parametrize(
    ("line", "new", "reason"),
    [
        (1, "100 100 3 50", "line 1: rows, columns, drones, turns, payload: 5 numbers are wanted, not 4"),
        (1, "100 100 0 50 500", "line 1: rows, columns, drones, turns, payload: 0 is not from 1"),
        (1, "100 100 3 50 99999", "line 1: payload: 99999 is above 10000"),
        (3, "100 5 501", "line 3: weights: 501 is not from 1 to 500"),
        (3, "100 5", "line 3: weights: 3 numbers are wanted, not 2"),
        (5, "100 0", "line 5: row, column: (100, 0) is outside the grid"),
        (6, "5 -1 0", "line 6: stock: '-1' is no number"),
        (12, "2 3", "line 12: products: 3 is not from 0 to 2"),
        (11, "1", "line 12: products: 1 numbers are wanted, not 2"),
        (18, "2\n7", "line 19: the file should end here"),
    ],
)
def test_a_bad_file_is_refused_by_line(line: int, new: str, reason: str) -> None:
    lines = EXAMPLE.splitlines()
    lines[line - 1] = new
    with pytest.raises(BadInstance) as refused:
        hashcode.parse("\n".join(lines))
    assert reason in str(refused.value)


def test_any_blanks_part_numbers() -> None:
    assert hashcode.parse(EXAMPLE.replace(" ", "\t "), "example") == hashcode.parse(EXAMPLE, "example")


def test_a_file_that_ends_early_is_refused() -> None:
    with pytest.raises(BadInstance, match="line 17: items: the file ends before"):
        hashcode.parse("\n".join(EXAMPLE.splitlines()[:16]))


@pytest.mark.parametrize("count", [2_000, pytest.param(50_000, marks=pytest.mark.slow)], ids=["some", "many"])
def test_spoilt_files_are_read_or_refused(count: int) -> None:
    read = 0
    for text in spoilt(EXAMPLE, count, 5):
        with contextlib.suppress(BadInstance):
            hashcode.parse(text)
            read += 1
    assert 5 < read < count


def test_commands_are_written_as_the_contest_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "example.in"
    path.write_text(EXAMPLE)
    problem = hashcode.HASHCODE.read(path)
    assert hashcode.write(problem, commands(SAMPLE)) == SAMPLE
    assert (
        hashcode.write(problem, (Command(0, Act.WAIT, 3), Command(0, Act.UNLOAD, 1, 2, 1)))
        == "2\n0 W 3\n0 U 1 2 1\n"
    )
