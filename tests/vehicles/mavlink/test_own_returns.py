"""How an autopilot returns by itself, from its parameters: PX4 against the simulated one, ArduPilot."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from math import inf
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from geofences.path import Waypoint
from geofences.position import GeoPoint, destination, distance_m
from sitl.aboard.homing import HOME as ORIGIN
from sitl.aboard.way_home import Haven, way_home
from sitl.autopilot.server import Autopilot
from sitl.loop import run_virtual
from sitl.motion.body import Place
from tests.contracts import stands
from vehicles.mavlink.autopilots.own_returns import ardupilot_return, px4_return
from vehicles.mavlink.connect import over
from vehicles.mavlink.links.link import memory_pair
from vehicles.mission import VehicleId
from vehicles.own_return import OwnReturn
from vehicles.profile import Airframe as Kind
from vehicles.profiles import DELIVERY_DRONE

if TYPE_CHECKING:
    from sitl.aboard.airframe import Airframe

COPTER = Kind.MULTICOPTER
HOME = Waypoint(stands.HOME)


def east(away_m: float, height_m: float = 0.0) -> Waypoint:
    return Waypoint(destination(stands.HOME, 90.0, away_m), height_m)


def told(changed: Mapping[str, float]) -> tuple[OwnReturn | None, Autopilot]:
    """What a simulated PX4 with those parameters tells over the wire."""

    async def main() -> tuple[OwnReturn | None, Autopilot]:
        ours, theirs = memory_pair()
        autopilot = Autopilot(theirs, DELIVERY_DRONE, Waypoint(stands.HOME), 3, 5, parameters=changed)
        async with (
            stands.living(autopilot.run()),
            over(ours, VehicleId("d1"), DELIVERY_DRONE) as vehicle,
        ):
            while vehicle.telemetry is None:  # noqa: ASYNC110 - a driver has no event for it
                await asyncio.sleep(0.1)
            return await vehicle.own_return(), autopilot

    return run_virtual(main(), 1_790_000_000.0)


@pytest.mark.parametrize("away_m", [3.0, 8.0, 30.0, 400.0])
@pytest.mark.parametrize("height_m", [0.0, 5.0, 80.0])
def test_it_is_the_way_that_px4_takes(away_m: float, height_m: float) -> None:
    own, autopilot = told({"RTL_RETURN_ALT": 47.0, "RTL_MIN_DIST": 12.0})
    assert own is not None
    assert (own.name, own.unreckoned) == ("RTL_RETURN_ALT", "")
    pilot = SimpleNamespace(helm=SimpleNamespace(lift=None))
    aloft = SimpleNamespace(flies=True, body=Place(away_m, 0.0, height_m), pilot=pilot)
    haven = Haven(ORIGIN, (Place(300.0, 0.0, 10.0),))
    theirs = way_home(cast("Airframe", aloft), haven, autopilot.flight.settings)
    here, rallies = east(away_m, height_m), (east(300.0, 10.0),)
    (goal,) = own.goals(here, HOME, rallies)
    assert goal == (rallies[0] if away_m == 400.0 else HOME)
    assert own.level_m(here, goal, HOME) == pytest.approx(theirs.height_m, abs=0.01)


def test_places_that_are_as_near_as_each_other_both_count() -> None:
    own = OwnReturn("RTL_RETURN_ALT", 60.0)
    assert set(own.goals(east(100.0), HOME, (east(203.0), east(900.0)))) == {HOME, east(203.0)}


PX4: dict[str, float | None] = {
    "RTL_RETURN_ALT": 60.0,
    "RTL_TYPE": 0.0,
    "RTL_MIN_DIST": 10.0,
    "RTL_CONE_ANG": 45.0,
    "RTL_LAND_DELAY": 0.0,
    "RTL_DESCEND_ALT": 10.0,
    "NAV_ACC_RAD": 2.0,
}


def test_px4s_cone_is_as_steep_and_as_wide_as_its_parameters() -> None:
    wide = px4_return(PX4 | {"RTL_MIN_DIST": 100.0, "RTL_CONE_ANG": 65.0}, COPTER)
    none = px4_return(PX4 | {"RTL_MIN_DIST": 100.0, "RTL_CONE_ANG": 0.0}, COPTER)
    assert wide is not None
    assert none is not None
    assert wide.level_m(east(90.0), HOME, HOME) == pytest.approx(90.0 * 0.4663, abs=0.1)
    assert wide.level_m(east(101.0), HOME, HOME) == none.level_m(east(90.0), HOME, HOME) == 60.0


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"RTL_TYPE": 2.0}, "RTL_TYPE is 2"),
        ({"RTL_LAND_DELAY": -1.0}, "hovers 10 m above its goal"),
        ({"RTL_LAND_DELAY": 20.0}, ""),
    ],
)
def test_px4s_other_ends_of_a_return(changed: dict[str, float | None], says: str) -> None:
    own = px4_return(PX4 | changed, COPTER)
    assert own is not None
    assert bool(own.unreckoned) is bool(says)
    assert says in own.unreckoned
    assert own.hovers_s == (20.0 if changed == {"RTL_LAND_DELAY": 20.0} else 0.0)


def test_who_does_not_tell_or_rolls_has_no_return_that_is_known() -> None:
    assert px4_return({}, COPTER) is None
    assert px4_return(PX4, Kind.ROVER) is None
    assert ardupilot_return({}, COPTER) is None


ARDUPILOT: dict[str, float | None] = {
    "RTL_ALT": 1500.0,
    "RTL_CONE_SLOPE": 3.0,
    "RTL_LOIT_TIME": 5000.0,
    "RALLY_LIMIT_KM": 0.3,
    "RALLY_INCL_HOME": 1.0,
}


def test_ardupilots_height_is_in_centimetres_above_home_or_by_its_later_name_in_metres() -> None:
    former = ardupilot_return(ARDUPILOT, COPTER)
    later = ardupilot_return(ARDUPILOT | {"RTL_ALT": None, "RTL_ALT_M": 15.0}, COPTER)
    for own, name in ((former, "RTL_ALT"), (later, "RTL_ALT_M")):
        assert own is not None
        assert (own.name, own.hovers_s) == (name, 5.0)
        hill = east(200.0, 8.0)
        assert own.level_m(east(250.0, 4.0), hill, HOME) == 15.0  # PX4: 15 m above the hill
        assert own.level_m(east(203.0, 4.0), hill, HOME) == pytest.approx(9.0, abs=0.1)  # three up for one
        assert own.level_m(east(250.0, 90.0), hill, HOME) == 90.0


def test_ardupilot_goes_to_no_rally_point_beyond_its_limit() -> None:
    near, far = east(500.0), east(1400.0)
    own = ardupilot_return(ARDUPILOT, COPTER)
    assert own is not None
    assert own.goals(east(700.0), HOME, (near, far)) == (near,)
    assert own.goals(east(950.0), HOME, (near, far)) == (HOME,)  # both are nearer than home
    rally_only = ardupilot_return(ARDUPILOT | {"RALLY_INCL_HOME": 0.0, "RALLY_LIMIT_KM": 0.0}, COPTER)
    assert rally_only is not None
    assert rally_only.rally_m == inf
    assert rally_only.goals(east(20.0), HOME, (near, far)) == (near,)


def test_an_ardupilot_that_never_lands_says_so() -> None:
    own = ardupilot_return(ARDUPILOT | {"RTL_ALT_FINAL": 500.0}, COPTER)
    assert own is not None
    assert "RTL_ALT_FINAL" in own.unreckoned
    assert "5 m above" in own.unreckoned


def test_a_return_ends_on_the_ground_at_its_goal() -> None:
    own = OwnReturn("RTL_RETURN_ALT", 60.0)
    place = GeoPoint(60.1705, 24.9384)
    up, above, down = own.way(Waypoint(place, 10.0), HOME, HOME)
    assert (up.position, up.height_agl_m) == (place, 60.0)
    assert (above.position, above.height_agl_m) == (HOME.position, 60.0)
    assert (down.height_agl_m, distance_m(down.position, HOME.position)) == (0.0, 0.0)
