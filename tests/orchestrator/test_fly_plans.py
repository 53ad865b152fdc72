"""Awkward plan files: each is flown as the autopilot would, or refused by its item."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from geofences.formats.reading import FormatError
from geofences.path import Waypoint
from orchestrator.ending import BadInput
from orchestrator.flying.from_file import from_file
from orchestrator.flying.given import read_given
from orchestrator.flying.trip import Start, Trip
from sitl.autopilot.server import Autopilot
from sitl.loop import run_virtual
from tests.contracts import stands
from tests.orchestrator.test_fly import HOME, RELEASE, RETURN, Item, of_file, plan_file, waypoint
from vehicles.mavlink.connect import over
from vehicles.mavlink.links.link import memory_pair
from vehicles.mission import VehicleId
from vehicles.profiles import DELIVERY_DRONE, SIDEWALK_ROBOT
from vehicles.vehicle import Accepted, Outcome, Refused

UP, LAND = waypoint(0.0, 20.0, command=22), waypoint(0.0, 0.0, command=21)
OUT = waypoint(50.0, 20.0)


def loaded(trip: Trip) -> Outcome:
    """What a simulated PX4 that stands at home says to it."""

    async def main() -> Outcome:
        ours, theirs = memory_pair()
        autopilot = Autopilot(theirs, DELIVERY_DRONE, Waypoint(HOME), 3, 5)
        async with stands.living(autopilot.run()), over(ours, VehicleId("d1"), DELIVERY_DRONE) as drone:

            async def attend() -> None:
                while True:
                    drone.attend()
                    await asyncio.sleep(0.5)

            async with stands.living(attend()):
                await stands.ready(drone)
                return await drone.load(trip.plan)

    return run_virtual(main(), 1_790_000_000.0)


@pytest.mark.parametrize(
    ("items", "item", "word"),
    [
        ((LAND, OUT), 0, "stands on the ground"),
        ((UP, OUT, LAND, LAND), 3, "stands on the ground"),
        ((UP, OUT, RETURN, waypoint(80.0, 20.0)), 3, "after the return of mission.items[2]"),
        ((RETURN, UP, OUT), 1, "after the return"),
    ],
    ids=["lands first", "lands twice", "goes on after a return", "returns first"],
)
def test_what_would_not_be_flown_as_it_reads_is_refused_by_its_item(
    items: tuple[Item, ...], item: int, word: str, tmp_path: Path
) -> None:
    with pytest.raises((BadInput, FormatError)) as refused:
        of_file(tmp_path, *items)
    assert f"mission.items[{item}]: " in str(refused.value)
    assert word in str(refused.value)


@pytest.mark.parametrize(("last", "refused"), [(False, True), (True, False)])
def test_an_item_at_which_it_would_wait_for_ever_is_refused(
    *, last: bool, refused: bool, tmp_path: Path
) -> None:
    """A PX4 stays there; it used to be sent as if it went on by itself."""
    file = plan_file(tmp_path, UP, OUT, LAND)
    before, at, after = file.read_text().rpartition('"autoContinue": true') if last else _second(file)
    file.write_text(before + at.replace("true", "false") + after)
    if not refused:
        assert read_given(file, None, 1.0, (), None, 0.0).plan is not None
        return
    with pytest.raises(BadInput, match=r"mission\.items\[1\].*autocontinue"):
        read_given(file, None, 1.0, (), None, 0.0)


def _second(file: Path) -> tuple[str, str, str]:
    first, at, rest = file.read_text().partition('"autoContinue": true')
    middle, _, end = rest.partition(at)
    return first + at + middle, at, end


@pytest.mark.parametrize(
    ("items", "says"),
    [
        ((UP, OUT, waypoint(50.0, 40.0, command=22), LAND), "Item 2: PX4 takes a take-off as the first"),
        ((UP, waypoint(50.0, 0.0, command=21), UP, LAND), "Item 2: PX4 takes a take-off as the first"),
        ((UP, waypoint(50.0, 20.0, command=82), LAND), "Item 1: PX4's missions know no NAV_SPLINE"),
        ((UP, (181, 2, [0.0] * 7), OUT, LAND), "Item 1: PX4's missions know no DO_SET_RELAY"),
        ((UP, (183, 2, [5.0, 1500.0, *[0.0] * 5]), OUT, LAND), "Item 1: PX4's missions know no DO_SET_SERVO"),
    ],
    ids=["takes off in the air", "takes off again", "spline", "relay", "servo"],
)
def test_what_px4_does_not_fly_is_refused_by_its_item(
    items: tuple[Item, ...], says: str, tmp_path: Path
) -> None:
    outcome = loaded(of_file(tmp_path, *items))
    assert isinstance(outcome, Refused)
    assert outcome.reasons[0].text.startswith(says)


def test_what_has_no_place_is_taken_in_any_frame(tmp_path: Path) -> None:
    """Mission Planner writes frame 3 everywhere; PX4 takes those in frame 2 alone."""
    speed: Item = (178, 3, [1.0, 5.0, -1.0, 0.0, 0.0, 0.0, 0.0])
    release: Item = (211, 3, RELEASE[2])
    back: Item = (20, 3, RETURN[2])
    assert loaded(of_file(tmp_path, UP, speed, OUT, release, back)) == Accepted()


@pytest.mark.parametrize("command", [22, 21, 84, 85])
def test_a_vehicle_that_rolls_gets_no_aircrafts_plan(command: int, tmp_path: Path) -> None:
    file = read_given(
        plan_file(tmp_path, OUT, waypoint(10.0, 0.0, command=command)), None, 1.0, (), None, 0.0
    )
    assert file.plan is not None
    with pytest.raises(FormatError, match=r"mission\.items\[1\].*stays on the ground"):
        from_file(file.plan, SIDEWALK_ROBOT, Start(HOME, 10.0, 1.0, 0.0))


def test_a_plan_for_another_kind_of_vehicle_says_so(tmp_path: Path) -> None:
    file = plan_file(tmp_path, UP, OUT, LAND)
    file.write_text(file.read_text().replace('"mission": {', '"mission": {"vehicleType": 20, '))
    plan = read_given(file, None, 1.0, (), None, 0.0).plan
    assert plan is not None
    (note,) = from_file(plan, DELIVERY_DRONE, Start(HOME, 10.0, 1.0, 0.0)).notes
    assert "another kind of vehicle" in note
