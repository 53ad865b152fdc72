"""A demonstration of many vehicles: one swarm in place of a process each, and a city with room for them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from geofences.zone import Medium
from orchestrator.ending import BadInput
from sitl.city.places import read_places
from sitl.muster import Berth, muster, with_room
from sitl.processes.simulators import MOST_PROCESSES, Simulators, free_ports
from sitl.scenario import CityFiles, read_scenario
from sitl.vehicle_faults import parse_option
from vehicles.mavlink.connect import connect
from vehicles.vehicle import Vehicle

CITY = read_scenario("demo").city


def berths(drones: int, robots: int) -> tuple[Berth, ...]:
    return muster(read_places(CITY.places_file), drones=drones, robots=robots)


def running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


async def _heard(vehicle: Vehicle) -> None:
    async with vehicle:
        while vehicle.telemetry is None:  # noqa: ASYNC110 - a sample has no event
            await asyncio.sleep(0.05)


async def test_more_than_a_few_vehicles_are_one_process_and_each_is_heard_as_itself() -> None:
    crew = berths(drones=15, robots=MOST_PROCESSES - 14)
    ports = free_ports(len(crew))
    faults = parse_option(["D2:silent@0"])
    async with (
        Simulators(crew, ports, seed=1, speed=4.0, faults=faults) as simulators,
        asyncio.timeout(120.0),
    ):
        assert len(set(simulators.process_ids.values())) == 1
        assert list(simulators.process_ids) == [berth.vehicle_id for berth in crew]
        pairs = [pair for pair in zip(crew, ports, strict=True) if pair[0].vehicle_id != "D2"]
        vehicles = [
            connect(f"udpin:127.0.0.1:{port}", berth.vehicle_id, berth.profile) for berth, port in pairs
        ]
        await asyncio.gather(*map(_heard, vehicles))
        for (berth, _), vehicle in zip(pairs, vehicles, strict=True):
            seen = vehicle.telemetry
            assert seen is not None
            at = berth.pad.at.position
            assert (seen.position.lat_deg, seen.position.lon_deg) == pytest.approx(
                (at.lat_deg, at.lon_deg), abs=1e-4
            ), "each on its own pad"
        process_ids = simulators.process_ids.values()
    assert not any(map(running, process_ids)), "it ends with the demonstration"


async def test_a_few_are_a_process_each_and_one_that_is_killed_is_one_that_falls_silent() -> None:
    crew = berths(drones=2, robots=1)
    ports = free_ports(len(crew))
    async with Simulators(crew, ports, seed=1, speed=4.0) as simulators, asyncio.timeout(60.0):
        process_ids = simulators.process_ids
        assert list(process_ids) == [berth.vehicle_id for berth in crew]
        assert len(set(process_ids.values())) == len(crew)
        os.kill(process_ids[crew[0].vehicle_id], signal.SIGKILL)
        pairs = zip(crew[1:], ports[1:], strict=True)
        await asyncio.gather(
            *(_heard(connect(f"udpin:127.0.0.1:{port}", one.vehicle_id, one.profile)) for one, port in pairs)
        )
        while running(process_ids[crew[0].vehicle_id]):  # noqa: ASYNC110  # until it is buried
            await asyncio.sleep(0.05)
    assert not any(map(running, process_ids.values()))


def run_vehicles(roster: Path, *lines: str) -> subprocess.CompletedProcess[str]:
    roster.write_text("".join(f"{line}\n" for line in lines))
    command = [sys.executable, "-m", "sitl", "vehicles", "--roster", str(roster)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_a_roster_that_cannot_be_is_refused(tmp_path: Path) -> None:
    empty = run_vehicles(tmp_path / "r.txt", "# nobody")
    assert (empty.returncode, empty.stdout) == (2, "")
    assert "holds no vehicle" in empty.stderr
    wrong = run_vehicles(
        tmp_path / "r.txt", "--url udpout:127.0.0.1:9 --profile bus --system-id 1 --home 1,2"
    )
    assert wrong.returncode == 2
    assert "'bus' is not one of" in wrong.stderr


def roomy(folder: Path, name: str, pads: int) -> None:
    """Places of the demonstration with a hub of so many pads and docks more."""
    document = json.loads(CITY.places_file.read_bytes())
    stands = [
        {"id": f"{word}{n}", "for": medium, "lat_deg": 60.17, "lon_deg": 24.94}
        for word, medium in (("a", "air"), ("s", "sidewalk"))
        for n in range(pads)
    ]
    document["hubs"].append(
        {"id": "more", "name": "More", "lat_deg": 60.17, "lon_deg": 24.94, "pads": stands}
    )
    (folder / name).write_text(json.dumps(document))


def test_places_with_the_least_room_that_is_enough_are_taken(tmp_path: Path) -> None:
    own = tmp_path / "places.json"
    own.write_bytes(CITY.places_file.read_bytes())
    roomy(tmp_path, "places-huge.json", 300)
    roomy(tmp_path, "places-large.json", 40)
    files = replace(CITY, places_file=own)

    def chosen(drones: int, robots: int) -> str:
        return with_room(files, drones=drones, robots=robots).places_file.name

    assert chosen(6, 4) == "places.json"
    assert chosen(30, 4) == chosen(6, 40) == "places-large.json"
    assert chosen(200, 200) == "places-huge.json"
    assert chosen(2000, 4) == "places.json"


def test_more_than_any_city_has_room_for_is_refused_with_the_number_it_has() -> None:
    files: CityFiles = with_room(CITY, drones=5000, robots=1)
    places = read_places(files.places_file)
    room = sum(len(places.pads(hub.hub_id, Medium.AIR)) for hub in places.hubs)
    with pytest.raises(BadInput, match=f"drones: 5000 asked for, but the hubs have {room} pads"):
        muster(places, drones=5000, robots=1)
