"""Where a simulated PX4 has its home, what counts from there, how it returns (HomePosition.cpp, rtl.cpp)."""

from __future__ import annotations

import asyncio
from math import nan

import pytest
from pymavlink.dialects.v20 import common

from geofences.position import GeoPoint, destination, distance_m
from sitl.aboard.flight import Flight
from sitl.aboard.homing import HOME as PAD
from sitl.aboard.onboard_mission import MissionState
from sitl.autopilot.items import Item, Part
from sitl.autopilot.server import Autopilot
from sitl.motion.body import Place
from sitl.motion.settings import ReturnKind, Settings
from sitl.motion.steps import GoTo, LandAt, TakeOff
from tests.sitl.bench import AWAY, Bench, drone, flying
from tests.sitl.station import HOME, Message, Station, on_the_wire, with_station
from vehicles.mavlink.links.link import MemoryLink
from vehicles.telemetry import Mode

SET_HOME, LAND = common.MAV_CMD_DO_SET_HOME, common.MAV_CMD_NAV_LAND
PAD_AMSL_M = 10.0
NUMBER_M = 0.5
"""What a degree in a COMMAND_LONG's 32 bits may be off."""
OTHER = destination(HOME, 90.0, 50.0)


class Beating(Station):
    """A station that is heard all the time."""

    def __init__(self, link: MemoryLink) -> None:
        super().__init__(link)
        self.beats_by_itself = True


def told(home: Message) -> GeoPoint:
    return GeoPoint(home.latitude / 1e7, home.longitude / 1e7)


def test_somebody_sets_home_and_heights_and_the_return_count_from_there() -> None:
    async def act(station: Station, autopilot: Autopilot) -> None:
        assert await station.command(SET_HOME, 0, 0, 0, 0, OTHER.lat_deg, OTHER.lon_deg, 14.0) == [0]
        home = await station.latest("HOME_POSITION")
        assert distance_m(told(home), OTHER) < NUMBER_M
        assert home.altitude == pytest.approx(14_000, abs=1)
        here = await station.latest("GLOBAL_POSITION_INT")
        assert here.relative_alt == pytest.approx(here.alt - 14_000, abs=1)
        await station.command(400, 1.0)
        await station.command(common.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, nan, nan, nan, 60.0, wait_s=40.0)
        home = await station.latest("HOME_POSITION")
        assert distance_m(told(home), OTHER) < NUMBER_M, "it stays, armed or not"
        await station.command(common.MAV_CMD_NAV_RETURN_TO_LAUNCH)
        said = "".join(station.texts())
        assert "Returning to launch\tRTL: start return at 60 m (46 m above" in said
        while autopilot.flight.armed:  # noqa: ASYNC110  # a flight has no event for it
            await asyncio.sleep(1.0)
        stands = await station.latest("GLOBAL_POSITION_INT")
        assert distance_m(GeoPoint(stands.lat / 1e7, stands.lon / 1e7), OTHER) < 1.0

    with_station(Beating, act)


@pytest.mark.parametrize(
    ("params", "result"),
    [
        ((1, 0, 0, 0, nan, nan, nan), common.MAV_RESULT_ACCEPTED),
        ((0, 0, 0, 0, nan, nan, nan), common.MAV_RESULT_DENIED),
        ((0, 0, 0, 0, HOME.lat_deg, HOME.lon_deg, nan), common.MAV_RESULT_DENIED),
    ],
    ids=["here", "nowhere", "at no height"],
)
def test_home_is_set_to_a_place_or_refused(params: tuple[float, ...], result: int) -> None:
    async def act(station: Station, _: Autopilot) -> list[int]:
        return await station.command(SET_HOME, *params)

    assert on_the_wire(act) == [result]


def test_nobody_sets_home_where_com_home_en_says_so() -> None:
    async def act(station: Station, autopilot: Autopilot) -> list[int]:
        autopilot.parameters.change("COM_HOME_EN", 0.0)
        return await station.command(SET_HOME, 1)

    assert on_the_wire(act) == [common.MAV_RESULT_DENIED]


def test_where_it_has_landed_is_home() -> None:
    bench = flying(drone())
    bench.flight.choose(Mode.LAND)
    bench.until(lambda flight: not flight.armed)
    bench.wait(2.0)
    assert bench.flight.homing.place == bench.flight.airframe.body.place != PAD


def test_it_sets_its_home_as_it_arms_but_not_for_a_mission() -> None:
    seen = Place(0.3, 0.2, 0.4)
    for steps, home in (((), seen), ((TakeOff(20.0), GoTo(AWAY)), PAD)):
        bench = drone()
        bench.flight.homing.seen = lambda: seen
        bench.wait(5.0)
        bench.flight.load(steps, 0)
        bench.wait(1.0)
        assert bench.flight.homing.place == PAD, "it does not move for so little"
        assert (bench.flight.start(0) if steps else bench.flight.arm()) == ()
        bench.wait(8.0)
        assert bench.flight.homing.place == home


def test_a_mission_and_its_rally_points_follow_home() -> None:
    async def act(station: Station, autopilot: Autopilot) -> list[float]:
        lat, lon = round(HOME.lat_deg * 1e7), round(HOME.lon_deg * 1e7)
        for part, command in ((Part.MISSION, 16), (Part.RALLY, 5100)):
            autopilot.transfers.lists[part] = (Item(command, 3, (0.0, 0.0, 0.0, 0.0), lat, lon, 20.0, 1, 1),)
        await station.command(SET_HOME, 0, 0, 0, 0, HOME.lat_deg, HOME.lon_deg, PAD_AMSL_M + 7.0)
        (step,), (point,) = autopilot.flight.mission.steps, autopilot.flight.rally
        assert isinstance(step, GoTo)
        return [step.place.height_agl_m, point.height_agl_m]

    assert on_the_wire(act) == pytest.approx([27.0, 27.0])


def returned(settings: Settings, *, rally: tuple[Place, ...] = (), height_m: float = 20.0) -> Bench:
    """It flew 223 m out and was told to return."""
    steps = (TakeOff(height_m), GoTo(Place(60.0, 0.0, height_m)), GoTo(AWAY), LandAt(Place(150.0, 0.0, 0.0)))
    bench = flying(drone(settings=settings), steps)
    bench.flight.mission.landing, bench.flight.rally = 3, rally
    bench.until(lambda flight: flight.mission.index == 2)
    bench.flight.choose(Mode.RETURN)
    return bench


def test_it_waits_before_it_lands_at_the_height_that_its_parameters_say() -> None:
    bench = returned(Settings(return_waits_s=7.0, return_descends_to_m=12.0))
    bench.until(lambda flight: abs(flight.airframe.body.height_agl_m - 12.0) < 0.3 and _at(flight, PAD))
    assert "RTL: land at destination" not in bench.said
    bench.wait(4.0)
    assert bench.flight.airframe.body.height_agl_m == pytest.approx(12.0, abs=0.5)
    bench.until(lambda flight: not flight.armed)
    assert "RTL: land at destination" in bench.said


def test_with_a_wait_below_zero_it_never_lands() -> None:
    bench = returned(Settings(return_waits_s=-1.0, return_descends_to_m=12.0))
    bench.wait(400.0)
    assert bench.said[-1] == "RTL: completed, loitering"
    assert bench.flight.armed
    assert bench.flight.airframe.body.height_agl_m == pytest.approx(12.0, abs=0.5)


def test_its_cone_has_the_angle_that_its_parameter_says() -> None:
    heights = []
    for cone_deg in (65, 0):
        bench = drone(settings=Settings(return_cone_deg=cone_deg, return_near_m=50.0))
        flying(bench, (TakeOff(5.0), GoTo(Place(40.0, 0.0, 5.0), hold_s=60.0)))
        bench.until(lambda flight: flight.airframe.body.east_m > 39.0)
        bench.flight.choose(Mode.RETURN)
        heights.append(bench.said[-1])
    assert heights == [
        "RTL: start return at 19 m (19 m above destination)",
        "RTL: start return at 30 m (30 m above destination)",
    ]


@pytest.mark.parametrize(
    ("kind", "rally", "ends"),
    [
        (ReturnKind.HOME_OR_RALLY, (), PAD),
        (ReturnKind.HOME_OR_RALLY, (Place(7.0, 0.0, 0.0),), PAD),
        (ReturnKind.HOME_OR_RALLY, (Place(90.0, 5.0, 0.0),), Place(90.0, 5.0, 0.0)),
        (ReturnKind.NOT_HOME, (), Place(150.0, 0.0, 0.0)),
        (ReturnKind.NEAREST, (), PAD),
        (ReturnKind.ALONG_MISSION, (), Place(150.0, 0.0, 0.0)),
    ],
    ids=["home", "a rally point beside home", "a rally point", "the mission's landing", "nearest", "along"],
)
def test_where_it_returns_to(kind: ReturnKind, rally: tuple[Place, ...], ends: Place) -> None:
    bench = returned(Settings(return_kind=kind), rally=rally)
    bench.until(lambda flight: not flight.armed)
    assert _at(bench.flight, ends)
    by_mission = ends == Place(150.0, 0.0, 0.0)
    assert ("Mission finished, landed" in bench.said) is by_mission
    assert (bench.mission_state() is MissionState.COMPLETE) is by_mission


def _at(flight: Flight, place: Place) -> bool:
    body = flight.airframe.body
    return Place(place.east_m, place.north_m, body.height_agl_m).away_m(body) < 1.0
