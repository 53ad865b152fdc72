"""The verifier against a planner that errs: each fault that a plan may have, or a planner.

A sound flight is spoiled in one respect, or planned by a planner that is broken in one; the verifier has to
refuse it, for that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from geofences.airspace import Airspace
from geofences.path import Path, Waypoint
from geofences.position import GeoPoint
from geofences.reason import Because, Reason
from geofences.zone import Always, Circle, Datum, Interval, Limit, Polygon, Volume, Zone
from orchestrator.operations.planning import alternates, draft, fence
from orchestrator.operations.planning import plan as planning
from orchestrator.operations.planning.surroundings import OwnReturnRule, Surroundings
from orchestrator.operations.verifying import preflight
from orchestrator.operations.verifying.preflight import verify
from orchestrator.record.events import MissionPlanned
from orchestrator.record.state import VehicleState
from tests.orchestrator.operations.town import (
    D1,
    D2,
    DOOR,
    FRAME,
    H1,
    NO_FLY,
    OTHER_DOOR,
    PADS,
    START_S,
    at,
    binds_both,
    job,
    square,
    surroundings,
)
from vehicles.mission import (
    Alternate,
    Dock,
    DropOff,
    KeepIn,
    KeepOut,
    LandingPlace,
    Leg,
    MissionId,
    PickUp,
    Travel,
    VehiclePlan,
)
from vehicles.own_return import OwnReturn
from vehicles.profiles import DELIVERY_DRONE
from vehicles.schedule import schedule

VEHICLE = VehicleState(D1, DELIVERY_DRONE, H1, PADS[D1])
OTHER = VehicleState(D2, DELIVERY_DRONE, H1, PADS[D2])
PARK = LandingPlace("park", Waypoint(at(420.0, -40.0)))
AT_60 = OwnReturn("RTL_RETURN_ALT", 60.0, slope_frac=1.0, cone_m=10.0, least_m=4.0)
CLOSED_BESIDE = binds_both("BESIDE", square(400.0, 60.0, 15.0))
"""Beside the way out and back: it has to be in the fence."""
AROUND = replace(surroundings(CLOSED_BESIDE, own_return=OwnReturnRule.CLEAR), rally=(PARK,))


def planned(around: Surroundings = AROUND, door: GeoPoint = DOOR) -> MissionPlanned:
    found = planning.plan(job(door=door), MissionId(1), around, (), now_s=START_S)
    assert isinstance(found, MissionPlanned), found
    return found


GOOD = planned()


def why(
    mission: MissionPlanned,
    around: Surroundings = AROUND,
    battery_frac: float = 1.0,
    own: OwnReturn | None = AT_60,
    other: VehicleState = OTHER,
) -> tuple[Reason, ...]:
    fresh = replace(around)  # nothing remembered of another case
    vehicles = {D1: VEHICLE, D2: other}
    return verify(mission, VEHICLE, vehicles, battery_frac, fresh, orders={}, own=own)


def with_legs(mission: MissionPlanned, legs: tuple[Leg, ...]) -> MissionPlanned:
    """The same plan with other legs, its reservation made to fit them, nowhere else to land."""
    timed = schedule(DELIVERY_DRONE, legs, mission.depart_at_s).timed
    assert mission.intent is not None
    return replace(
        mission,
        mission=replace(mission.mission, legs=legs),
        intent=replace(mission.intent, timed=timed),
        alternates=(),
    )


def through(*places: tuple[float, float], height_m: float = 45.0, back: bool = False) -> MissionPlanned:
    """Out, or back, by way of these places."""
    pick_up, out, drop_off, home, dock = GOOD.mission.legs
    ends = [PADS[D1].at, Waypoint(DOOR, DELIVERY_DRONE.handover_height_agl_m)]
    if back:
        ends.reverse()
    level = [replace(ends[0], height_agl_m=height_m), replace(ends[1], height_agl_m=height_m)]
    middle = [Waypoint(at(*place), height_m) for place in places]
    way = Travel(Path((ends[0], level[0], *middle, level[1], ends[1])), DELIVERY_DRONE.cruise_mps)
    legs = (pick_up, out, drop_off, way, dock) if back else (pick_up, way, drop_off, home, dock)
    return with_legs(GOOD, legs)


def zone(footprint: Polygon | Circle, lower_m: float = 0.0, *when: Interval) -> Zone:
    volume = Volume(footprint, Limit(lower_m, Datum.AGL), None)
    return replace(
        binds_both("NEW", square(0.0, 0.0, 1.0)), volumes=(volume,), applicability=when or (Always(),)
    )


def also(*zones: Zone) -> Surroundings:
    sky = AROUND.airspace
    return replace(AROUND, airspace=Airspace(FRAME, (*sky.zones, *zones), sky.obstacles, sky.ground))


def known(half_m: float) -> Surroundings:
    sky = AROUND.airspace
    area = square(250.0, 0.0, half_m)
    return replace(AROUND, airspace=Airspace(FRAME, sky.zones, sky.obstacles, sky.ground, area))


def test_the_flight_that_is_spoiled_below_is_sound() -> None:
    assert why(GOOD) == why(GOOD, own=None) == ()
    assert any(one.given for one in GOOD.alternates)
    assert GOOD.intent is not None


_PARK: Alternate = GOOD.alternates[0]
_IN_TIME = GOOD.handover_at_s
_HEAVY = tuple(
    replace(leg, mass_kg=2.4) if isinstance(leg, PickUp | DropOff) else leg for leg in GOOD.mission.legs
)
_BARE = DELIVERY_DRONE.reserve_frac + GOOD.energy_wh / DELIVERY_DRONE.battery_wh
_SLOW = replace(AT_60, hovers_s=3600.0)


def alternate(**changed: Any) -> MissionPlanned:  # noqa: ANN401
    return replace(GOOD, alternates=(replace(_PARK, **changed),))


def by_way_of(place: GeoPoint) -> Path:
    return Path((_PARK.path.waypoints[0], Waypoint(place, 45.0), PARK.at))


SPOILED: dict[str, tuple[Callable[[], tuple[Reason, ...]], Because, str]] = {
    "out through the tower": (lambda: why(through()), Because.OBSTACLE, "Tower"),
    "back through the tower": (lambda: why(through(back=True)), Because.OBSTACLE, "Tower"),
    "out through a zone": (lambda: why(through((250.0, 120.0))), Because.ZONE, "EFX1"),
    "back through a zone": (lambda: why(through((250.0, 120.0), back=True)), Because.ZONE, "EFX1"),
    "within the margin of a zone": (lambda: why(through((250.0, 77.0))), Because.ZONE, "EFX1"),
    "a roof above the door": (
        lambda: why(GOOD, also(zone(square(500.0, 0.0, 9.0), 20.0))),
        Because.ZONE,
        "NEW",
    ),
    "a zone that begins while it may be late": (
        lambda: why(GOOD, also(zone(Circle(DOOR, 20.0), 0.0, Interval(_IN_TIME + 20.0, None)))),
        Because.ZONE,
        "NEW",
    ),
    "a zone that ends before it, were it not early": (
        lambda: why(GOOD, also(zone(square(0.0, 0.0, 9.0), 0.0, Interval(None, GOOD.depart_at_s - 5.0)))),
        Because.ZONE,
        "NEW",
    ),
    "out of the area that is known": (lambda: why(GOOD, known(245.0)), Because.AREA, "area"),
    "a landing on another's pad": (
        lambda: why(with_legs(GOOD, (*GOOD.mission.legs[:-1], Dock(PADS[D2].at)))),
        Because.PAD,
        "P1",
    ),
    "a landing beside its pad": (
        lambda: why(with_legs(GOOD, (*GOOD.mission.legs[:-1], Dock(Waypoint(at(1.0, 0.0)))))),
        Because.PAD,
        "P1",
    ),
    "a pad that another keeps too": (
        lambda: why(GOOD, other=replace(OTHER, pad=PADS[D1])),
        Because.PAD,
        "P1",
    ),
    "a battery that holds less": (lambda: why(GOOD, battery_frac=_BARE - 0.001), Because.ENERGY, "reserve"),
    "a heavier parcel": (lambda: why(with_legs(GOOD, _HEAVY), battery_frac=_BARE), Because.ENERGY, "reserve"),
    "more wind": (lambda: why(GOOD, replace(AROUND, wind_mps=9.0), _BARE), Because.ENERGY, "reserve"),
    "no reservation": (lambda: why(replace(GOOD, intent=None)), Because.TRAFFIC, "reservation"),
    "a reservation for another time": (
        lambda: why(replace(GOOD, depart_at_s=GOOD.depart_at_s + 1.0)),
        Because.TRAFFIC,
        "reservation",
    ),
    "a reservation for another way": (
        lambda: why(replace(GOOD, intent=through((300.0, -60.0)).intent)),
        Because.TRAFFIC,
        "reservation",
    ),
    "a return through a zone at its height": (
        lambda: why(GOOD, also(zone(square(250.0, 0.0, 8.0), 58.0))),
        Because.ZONE,
        "NEW",
    ),
    "a return by a mast that stands between two samples of 50 m": (
        lambda: why(GOOD, also(zone(Circle(at(200.0, 24.0), 0.5), 50.0))),
        Because.ZONE,
        "NEW",
    ),
    "a return into a zone above its pad": (
        lambda: why(GOOD, also(zone(square(0.0, 0.0, 9.0), 55.0))),
        Because.ZONE,
        "NEW",
    ),
    "a return that hovers until a zone begins": (
        lambda: why(
            GOOD, also(zone(square(0.0, 0.0, 9.0), 4.0, Interval(GOOD.end_at_s + 900.0, None))), own=_SLOW
        ),
        Because.ZONE,
        "NEW",
    ),
    "a return that nobody can reckon": (
        lambda: why(GOOD, own=replace(AT_60, unreckoned="RTL_TYPE is 1")),
        Because.HEALTH,
        "RTL_TYPE is 1",
    ),
    "a return whose height is not known and that no height lets through": (
        lambda: why(GOOD, also(zone(square(250.0, 0.0, 8.0), 30.0)), own=None),
        Because.ZONE,
        "NEW",
    ),
    "a return through a zone to where it may land besides": (
        lambda: why(GOOD, also(zone(square(450.0, -25.0, 5.0), 52.0))),
        Because.ZONE,
        "NEW",
    ),
    "a landing place that is closed": (
        lambda: why(GOOD, also(zone(square(420.0, -40.0, 4.0), 0.0, Interval(GOOD.end_at_s, None)))),
        Because.ZONE,
        "NEW",
    ),
    "a landing place that nobody keeps": (
        lambda: why(GOOD, replace(AROUND, rally=())),
        Because.ZONE,
        "nobody keeps a place to land free",
    ),
    "a way to it from where the flight is not": (
        lambda: why(alternate(dearest_after_s=_PARK.dearest_after_s + 20.0)),
        Because.ZONE,
        "does not begin where the flight is then",
    ),
    "a way to it through the tower": (
        lambda: why(alternate(path=by_way_of(at(250.0, 0.0)))),
        Because.ZONE,
        "Tower",
    ),
    "a way to it that takes too much": (
        lambda: why(alternate(path=by_way_of(at(60_000.0, 0.0)))),
        Because.ZONE,
        "takes more than the battery holds then",
    ),
}


@pytest.mark.parametrize("what", SPOILED)
def test_a_plan_that_is_spoiled_is_refused_for_that(what: str) -> None:
    judged, because, about = SPOILED[what]
    reasons = judged()
    assert any(
        reason.because is because and about in f"{reason.subject} {reason.text}" for reason in reasons
    ), reasons


def keep_out(name: str, footprint: Polygon) -> KeepOut:
    return KeepOut(name, footprint.corners)


def area(east_m: float, north_m: float, half_m: float) -> KeepIn:
    return KeepIn("area", square(east_m, north_m, half_m).corners)


def _smaller(sent: VehiclePlan) -> VehiclePlan:
    return replace(sent, keep_outs=(keep_out("BESIDE", square(400.0, 60.0, 12.0)),))


FENCES: dict[str, tuple[Callable[[VehiclePlan], VehiclePlan], str]] = {
    "across the way": (
        lambda p: replace(p, keep_outs=(*p.keep_outs, keep_out("X", square(350.0, 0.0, 60.0)))),
        "X",
    ),
    "within a metre of the way": (
        lambda p: replace(p, keep_outs=(*p.keep_outs, keep_out("X", square(500.0, 11.0, 10.0)))),
        "X",
    ),
    "over the door": (
        lambda p: replace(p, circles=(*p.circles, replace(p.circles[0], zone_id="X", centre=DOOR))),
        "X",
    ),
    "without a zone beside the way": (lambda p: replace(p, keep_outs=()), "BESIDE"),
    "with less of a zone than there is": (_smaller, "BESIDE"),
    "with another place than a zone's": (
        lambda p: replace(p, keep_outs=(keep_out("BESIDE", square(400.0, -60.0, 15.0)),)),
        "BESIDE",
    ),
    "that ends before the door": (lambda p: replace(p, keep_ins=(area(200.0, 0.0, 290.0),)), "area"),
    "that ends at the door": (lambda p: replace(p, keep_ins=(area(200.0, 0.0, 300.5),)), "area"),
    "of too many corners": (
        lambda p: replace(
            p, keep_outs=(*p.keep_outs, *(keep_out(f"{n}", square(0.0, -300.0 - n, 9.0)) for n in range(16)))
        ),
        "holds 64",
    ),
    "that a landing place lies in": (
        lambda p: replace(p, keep_outs=(*p.keep_outs, keep_out("X", square(420.0, -40.0, 4.0)))),
        "Rally point 1",
    ),
}


@pytest.mark.parametrize("what", FENCES)
def test_a_fence_that_is_not_the_flights_is_refused_for_that(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil, about = FENCES[what]
    monkeypatch.setattr(preflight, "vehicle_plan", lambda *of: spoil(fence.vehicle_plan(*of)))
    reasons = why(GOOD)
    assert any(about in f"{reason.subject} {reason.text}" for reason in reasons), reasons


def _straight(*_of: object, **_also: object) -> Path:
    start, goal, height_m = _of[2], _of[3], _also["height_m"]
    assert isinstance(start, Waypoint)
    assert isinstance(goal, Waypoint)
    assert isinstance(height_m, float)
    return Path((start, replace(start, height_agl_m=height_m), replace(goal, height_agl_m=height_m), goal))


PLANNERS: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], Surroundings, GeoPoint, str]] = {
    "sees no zones and buildings": (lambda m: m.setattr(draft, "find_way", _straight), AROUND, DOOR, "Tower"),
    "sees no own return": (
        lambda m: m.setattr(draft, "zones_on_return", lambda *_, **__: (None,)),
        AROUND,
        OTHER_DOOR,
        NO_FLY.zone_id,
    ),
    "takes every landing for one that an autopilot may go to": (
        lambda m: m.setattr(planning, "may_be_given", lambda *_: True),
        replace(
            also(zone(square(430.0, -70.0, 15.0))), rally=(LandingPlace("park", Waypoint(at(430.0, -110.0))),)
        ),
        DOOR,
        "NEW",
    ),
    "takes the longest way to a landing for the cheapest": (
        lambda m: m.setattr(alternates.Abroad, "way_wh", lambda _, path: -path.length_m),
        replace(AROUND, rally=(LandingPlace("far", Waypoint(at(420.0, -40_000.0))),)),
        DOOR,
        "takes more than the battery holds then",
    ),
    "fences nothing": (lambda m: m.setattr(fence, "_zones", lambda *_: []), AROUND, DOOR, "BESIDE"),
    "believes every battery": (
        lambda m: m.setattr(draft, "usable_wh", lambda _: 1e9),
        replace(AROUND, wind_mps=9.0),
        at(9_000.0, 0.0),
        "reserve",
    ),
}


@pytest.mark.parametrize("what", PLANNERS)
def test_a_planner_that_is_broken_is_found_out(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, around, door, about = PLANNERS[what]
    fresh = replace(around)
    with monkeypatch.context() as patched:
        broken(patched)
        mission = planned(fresh, door)
        reasons = why(mission, fresh)
    assert any(about in f"{reason.subject} {reason.text}" for reason in reasons), reasons
