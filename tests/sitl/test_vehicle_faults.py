"""Faults of a run: named in a scenario or on the command line, each reaching the vehicle it is meant for."""

from __future__ import annotations

import contextlib
import json
from itertools import pairwise
from pathlib import Path

import pytest

from orchestrator.ending import BadInput, Failed
from sitl import simulate
from sitl.faults import Fault, Kind, parse, written
from sitl.muster import Berth
from sitl.processes.simulators import Simulators
from sitl.scenario import SHIPPED, read_scenario
from sitl.setting import set_up
from sitl.vehicle_faults import VehicleFault, faults_of, parse_option, parse_vehicle_fault
from vehicles.mission import VehicleId

D1, D2 = VehicleId("D1"), VehicleId("D2")
ORDERS = "orders = 20"


def scenario_file(folder: Path, faults: str) -> Path:
    file = folder / "mine.toml"
    text = (SHIPPED / "demo.toml").read_text().replace(ORDERS, "orders = 4")
    file.write_text(f"faults = {faults}\n{text}")
    return file


def test_a_fault_is_of_the_vehicle_before_its_colon_or_of_all() -> None:
    faults = parse_option(["D2:silent@60-90", "wind@30=9"])
    assert faults[0] == VehicleFault(D2, Fault(Kind.SILENT, 60.0, 90.0))
    assert faults_of(D1, faults) == (Fault(Kind.WIND, 30.0, value=9.0),)
    assert faults_of(D2, faults) == (Fault(Kind.SILENT, 60.0, 90.0), Fault(Kind.WIND, 30.0, value=9.0))


@pytest.mark.parametrize("text", [":silent@60", "D2:gremlins@5", "D2:", "D2:lossy@5"])
def test_what_cannot_be_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=r"no vehicle|gremlins|KIND@FROM|value"):
        parse_vehicle_fault(text)
    with pytest.raises(BadInput, match="--fault: "):
        parse_option([text])


@pytest.mark.parametrize("text", ["silent@60-90", "late@0.25=0.5", "time-jump@3=-0.125", "reboot@7"])
def test_a_fault_is_written_as_it_is_read(text: str) -> None:
    assert parse(written(parse(text))) == parse(text)


def test_a_scenario_names_faults_in_the_same_words(tmp_path: Path) -> None:
    scenario = read_scenario(scenario_file(tmp_path, '["D2:silent@60-90", "no-gps@5"]'))
    assert scenario.faults == parse_option(["D2:silent@60-90", "no-gps@5"])
    assert read_scenario("demo").faults == ()


@pytest.mark.parametrize(
    ("faults", "message"),
    [
        ('["D2:gremlins@5"]', r"mine.toml: faults: 'gremlins' is not one of"),
        ('"D2:silent@5"', r"mine.toml: faults: must be a list of texts"),
        ('["D77:silent@5"]', r"faults: there is no vehicle 'D77' \(there are: D1, "),
        ('["D2:reboot@5"]', r"faults: reboot shows only on MAVLink"),
    ],
)
def test_faults_that_could_not_happen_end_the_run_before_it_begins(
    tmp_path: Path, faults: str, message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        simulate.run(str(scenario_file(tmp_path, faults)), None, None, None)


def test_simulators_are_started_with_the_faults_that_are_theirs() -> None:
    berths: tuple[Berth, ...] = set_up(read_scenario("demo")).berths
    faults = parse_option(["D2:deaf@8", "late@3-4=0.5"])
    simulators = Simulators(berths, range(1, 11), seed=1, speed=1.0, faults=faults)
    commands = [simulators.words(number) for number in (0, 1)]
    texts = [[b for a, b in pairwise(words) if a == "--fault"] for words in commands]
    assert [[parse(text) for text in of] for of in texts] == [
        [Fault(Kind.LATE, 3.0, 4.0, 0.5)],
        [Fault(Kind.DEAF, 8.0), Fault(Kind.LATE, 3.0, 4.0, 0.5)],
    ]


@pytest.mark.slow
def test_a_vehicle_that_is_gone_serves_nobody_in_a_simulated_run(tmp_path: Path) -> None:
    report = tmp_path / "r.json"
    faults = parse_option([f"D{number}:power-off@1" for number in range(1, 7)])
    with contextlib.suppress(Failed):  # what only a drone can carry stays open
        simulate.run(str(scenario_file(tmp_path, "[]")), None, report, None, faults)
    orders = json.loads(report.read_bytes())["orders"]
    assert len(orders) == 4
    assert all((order["vehicle_id"] or "R").startswith("R") for order in orders)
