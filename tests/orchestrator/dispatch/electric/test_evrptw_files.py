from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from orchestrator.dispatch.electric.problem import Curve, Kind, Refill, Routes
from orchestrator.dispatch.formats import evrptw
from orchestrator.dispatch.formats.family import BadInstance
from tests.fuzz.lines import spoilt
from tests.orchestrator.dispatch.electric.towns import TEXT


def test_a_file_is_read_as_its_authors_say() -> None:
    problem = evrptw.parse(TEXT, "two")
    assert problem.depot.name == "D0"
    assert [place.name for place in problem.of_kind(Kind.STATION)] == ["S0", "S5"]
    last = problem.of_kind(Kind.CUSTOMER)[-1]
    assert (last.name, last.x, last.y, last.demand) == ("C12", 25.0, 85.0, 20.0)
    assert (last.ready, last.due, last.service) == (176.0, 228.0, 90.0)
    assert (problem.load_capacity, problem.consumption, problem.velocity) == (200.0, 1.0, 1.0)
    assert problem.curve == Curve.linear(77.75, 3.47)
    assert problem.refill is Refill.FULL


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("StringID   Type", "Type   StringID", "line 1: the columns"),
        ("C12        c", "C12        q", "line 6: Type: 'q' is none of d, f, c"),
        ("25.0       85.0", "25.0", "line 6: 8 columns are wanted, not 7"),
        ("25.0       85.0", "nan 85.0", "line 6: x: nan is out of range"),
        ("176.0      228.0", "229 228", "line 6: DueDate: 228 is before ReadyTime 229"),
        ("20.0       176.0", "-1 176.0", "line 6: demand: -1 is below 0"),
        ("20.0       176.0", "201 176.0", "line 6: demand: 201 is above the capacity 200"),
        ("C12        c", "C30        c", "line 6: StringID: C30 is given twice"),
        ("S5         f", "S5         d", "one depot is wanted, not 2"),
        ("/77.75/", "/0/", "line 8: Q: must be above 0"),
        ("/77.75/", "77.75", "line 8: 8 columns are wanted, not 6"),
        ("g inverse refueling rate /3.47/\n", "", "g (inverse refueling rate) is missing"),
    ],
)
def test_a_bad_file_is_refused_by_line(old: str, new: str, reason: str) -> None:
    assert old in TEXT
    with pytest.raises(BadInstance) as refused:
        evrptw.parse(TEXT.replace(old, new))
    assert reason in str(refused.value)


@pytest.mark.parametrize("count", [2_000, pytest.param(50_000, marks=pytest.mark.slow)], ids=["some", "many"])
def test_spoilt_files_are_read_or_refused(count: int) -> None:
    read = 0
    for text in spoilt(TEXT, count, 5):
        with contextlib.suppress(BadInstance):
            evrptw.parse(text)
            read += 1
    assert count // 20 < read < count


def test_a_solution_is_written_as_its_verifier_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "two.txt"
    path.write_text(TEXT)
    problem = evrptw.FULL.read(path)
    text = evrptw.write(problem, Routes((("C12",), ("S0", "C30")), ((), (77.75,))))
    assert text.splitlines()[1:] == ["D0, C12, D0", "D0, S0, C30, D0"]
    assert float(text.splitlines()[0]) == pytest.approx(117.39, abs=0.01)


def test_the_same_file_can_be_read_for_partial_charging(tmp_path: Path) -> None:
    path = tmp_path / "two.txt"
    path.write_text(TEXT)
    assert evrptw.PARTIAL.read(path).refill is Refill.PARTIAL
