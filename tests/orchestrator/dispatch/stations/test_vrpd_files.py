from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest

from orchestrator.dispatch.formats import vrpd_stations
from orchestrator.dispatch.formats.family import BadInstance
from orchestrator.dispatch.stations.problem import Sortie, Tour, Tours
from tests.fuzz.lines import spoilt
from tests.orchestrator.dispatch.stations.blocks import TEXT

SHARED = Path(__file__).parents[5] / "shared/data/delivery/vrpd-robot-stations"


def test_a_file_is_read_section_by_section() -> None:
    problem = vrpd_stations.parse(TEXT, "two")
    assert (problem.customers, len(problem.nodes), problem.trucks, problem.robots) == (2, 4, 1, 1)
    assert (problem.truck_kg, problem.drone_mps, problem.battery_j, problem.robot_s) == (
        600,
        10,
        600_000,
        3600,
    )
    assert set(problem.no_fly) == {3}
    assert problem.nodes[1].address == "B 2, 1017"
    assert (problem.nodes[2].ready_s, problem.nodes[2].due_s, problem.nodes[2].parcel_kg) == (500, 2000, 1)
    assert list(problem.truck_s[0]) == [0, 100, 200, 150]
    assert list(problem.truck_m[3]) == [1500, 500, 500, 0]


def test_flights_follow_the_great_circle_not_the_files_matrix() -> None:
    problem = vrpd_stations.parse(TEXT)
    assert problem.flight_m(0, 1) == pytest.approx(1111.95, abs=0.01)
    assert problem.flight_s(0, 1) == pytest.approx(111.195, abs=0.001)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared benchmark files are not here")
def test_the_published_files_are_read() -> None:
    files = sorted(SHARED.glob("*customer*.txt"))
    assert len(files) == 9
    for file in files:
        problem = vrpd_stations.read(file)
        assert str(problem.customers) in file.stem
        assert len(problem.truck_s) == len(problem.nodes) == problem.customers + 2


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("Number of Trucks", "Trucks", "line 7: 'Number of Trucks' is wanted, not 'Trucks'"),
        ("Number of Customers\n2", "Number of Customers\n0", "0 is not from 1 to 1000"),
        ("Number of Trucks\n1", "Number of Trucks\n1.5", "Number of Trucks: 1.5 is not whole"),
        ("zones:\n3 ", "zones:\n3 1", "2 nodes in no-fly zones, not 1"),
        ("zones:\n3 ", "zones:\n4 ", "no-fly node: 4 is not from 0 to 3"),
        ("speed [m/s]\n10", "speed [m/s]\n0", "Drone speed [m/s]: 0 is not from 0.001"),
        ("1\t2\n2\t1", "1\t2\n1\t1", "line 26: node 2 is wanted, not '1'"),
        ("1\t2\n2\t1", "1\t-2\n2\t1", "node 1: its parcel weighs -2 kg"),
        ("52.32\t4.80\t500", "152.32\t4.80\t500", "(152.32, 4.8) is no place"),
        ("500\t2000", "5000\t2000", "t-stop 2000 is before t-start 5000"),
        ("0 100 200 150", "0 100 200", "4 columns are wanted, not 3"),
        ("0 100 200 150", "0 100 nan 150", "Truck driving time matrix [s]: nan is not from 0"),
    ],
)
def test_a_bad_file_is_refused_by_line(old: str, new: str, reason: str) -> None:
    assert old in TEXT
    with pytest.raises(BadInstance) as refused:
        vrpd_stations.parse(TEXT.replace(old, new, 1))
    assert reason in str(refused.value)


def test_a_file_that_ends_early_or_late_is_refused() -> None:
    with pytest.raises(BadInstance, match="the file ends before"):
        vrpd_stations.parse("\n".join(TEXT.splitlines()[:-1]))
    with pytest.raises(BadInstance, match="the file should end here"):
        vrpd_stations.parse(TEXT + "1\n")


@pytest.mark.parametrize("count", [2_000, pytest.param(50_000, marks=pytest.mark.slow)], ids=["some", "many"])
def test_spoilt_files_are_read_or_refused(count: int) -> None:
    read = 0
    for text in spoilt(TEXT, count, 5):
        with contextlib.suppress(BadInstance):
            vrpd_stations.parse(text)
            read += 1
    assert count // 50 < read < count


def test_tours_are_written_one_a_line() -> None:
    problem = vrpd_stations.parse(TEXT)
    text = vrpd_stations.write(problem, Tours((Tour((1,), (Sortie(0, 2, 1),), {}),)))
    assert json.loads(text) == {"stops": [1], "sorties": [[0, 2, 1]], "robots": {}}
