from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from orchestrator.dispatch.formats import mdrp
from orchestrator.dispatch.formats.family import BadInstance
from orchestrator.dispatch.meals.problem import Courier, Day, Order, Task
from tests.fuzz.lines import spoilt
from tests.orchestrator.dispatch.meals.streets import RULES, TEXTS

SHARED = Path(__file__).parents[5] / "shared/data/delivery/mdrp/0o50t100s1p100"


def folder(tmp_path: Path) -> Path:
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_the_four_files_are_read(tmp_path: Path) -> None:
    problem = mdrp.read(folder(tmp_path))
    assert problem.restaurants == {"r1": (0, 0), "r2": (3200, 0)}
    assert problem.orders[1] == Order("o2", (0, 640), 101, "r1", 112)
    assert problem.couriers[0] == Courier("c1", (0, 320), 60, 180)
    assert problem.rules == RULES
    assert mdrp.read(tmp_path / "orders.txt") == problem


@pytest.mark.skipif(not SHARED.exists(), reason="the shared benchmark files are not here")
def test_a_published_instance_is_what_its_authors_say() -> None:
    problem = mdrp.read(SHARED)
    hours = sum(courier.off - courier.on for courier in problem.couriers) / 60
    assert (len(problem.orders), len(problem.restaurants), len(problem.couriers)) == (252, 93, 61)
    assert hours == pytest.approx(151.48, abs=0.01)
    minutes = [problem.rules.travel(problem.restaurants[one.restaurant], one.at) for one in problem.orders]
    assert sum(minutes) / 252 == pytest.approx(7.73, abs=0.005)


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("orders.txt", "ready_time", "ready", "orders.txt: line 1: the columns order, x, y"),
        (
            "orders.txt",
            "\tr1\t112",
            "\tr9\t112",
            "orders.txt: line 3: restaurant: r9 is not in restaurants.txt",
        ),
        ("orders.txt", "112", "99", "orders.txt: line 3: ready_time: 99 is before placement_time 101"),
        ("orders.txt", "o2", "o1", "orders.txt: line 3: order: o1 is given twice"),
        ("orders.txt", "640", "x", "orders.txt: line 3: y: 'x' is no number"),
        (
            "couriers.txt",
            "60\t180\nc2",
            "60\t60\nc2",
            "couriers.txt: line 2: off_time: 60 is not after on_time 60",
        ),
        ("couriers.txt", "c2\t", "", "couriers.txt: line 3: 5 columns are wanted, not 4"),
        ("restaurants.txt", "3200", "inf", "restaurants.txt: line 3: x: inf is out of range"),
        ("instance_parameters.txt", "320\t4", "0\t4", "line 2: meters_per_minute: must be above 0"),
        (
            "instance_parameters.txt",
            "320\t4\t4\t40\t90\t10\t15\n",
            "",
            "one line of figures is wanted, not 0",
        ),
    ],
)
def test_bad_files_are_refused_by_file_and_line(file: str, old: str, new: str, reason: str) -> None:
    assert old in TEXTS[file]
    with pytest.raises(BadInstance) as refused:
        mdrp.parse({**TEXTS, file: TEXTS[file].replace(old, new)})
    assert reason in str(refused.value)


@pytest.mark.parametrize("count", [500, pytest.param(20_000, marks=pytest.mark.slow)], ids=["some", "many"])
@pytest.mark.parametrize("file", sorted(TEXTS))
def test_spoilt_files_are_read_or_refused(file: str, count: int) -> None:
    read = 0
    for text in spoilt(TEXTS[file], count, 5):
        with contextlib.suppress(BadInstance):
            mdrp.parse({**TEXTS, file: text})
            read += 1
    assert 0 < read < count


def test_assignments_are_written_as_the_evaluator_reads_them() -> None:
    problem = mdrp.parse(TEXTS)
    day = Day((Task(101, "c1", ("o1", "o2")),))
    assert mdrp.write(problem, day).splitlines()[1:] == ["101,112,c1,o1,o2"]
