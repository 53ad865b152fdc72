"""A vehicle's plan as the three lists of items that an autopilot stores.

`leg_of_item` says to which leg of the mission each item belongs: while item i is current, exactly the
legs before `leg_of_item[i]` are done. How legs are said: `encode_flight`, `encode_drive`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from pymavlink.dialects.v20 import common

from geofences.fences.bounds import broken
from geofences.formats.plan_items import PLACED, PlanItem
from geofences.position import GeoPoint
from geofences.reason import Because, Reason
from geofences.zone import Medium
from vehicles.handover import LandAndRelease, WinchDown
from vehicles.mavlink.autopilots.autopilot import Winching
from vehicles.mavlink.exchanges.lists import Item, PlanPart
from vehicles.mavlink.plans.encode_bounds import encode_fence, encode_rally
from vehicles.mavlink.plans.encode_drive import drive
from vehicles.mavlink.plans.encode_flight import Flight
from vehicles.mavlink.plans.items import CannotSayError, Datum, Draft, e7
from vehicles.mission import DropOff, Mission, MissionId, ParcelId, VehiclePlan
from vehicles.profile import VehicleProfile
from vehicles.vehicle import Refused

__all__ = ["EncodedMission", "EncodedPlan", "encode_fence", "encode_mission", "encode_plan", "encode_rally"]

_LANDINGS = frozenset({common.MAV_CMD_NAV_LAND, common.MAV_CMD_NAV_VTOL_LAND})


@dataclass(frozen=True, slots=True)
class EncodedMission:
    """A mission as items, and the way back from an item to the leg it is part of."""

    mission_id: MissionId
    items: tuple[Item, ...]
    leg_of_item: tuple[int, ...]
    leg_count: int
    drop_offs: tuple[tuple[int, ParcelId], ...]
    lowered: tuple[tuple[int, float], ...] = ()
    """Drop-offs by winch: the leg, and the metres of line it takes to the ground."""

    @property
    def last_seq(self) -> int:
        """Sequence number of the last item."""
        return len(self.items) - 1

    @property
    def lands(self) -> bool:
        """Whether its last item is a landing, after which the autopilot disarms by itself."""
        return self.items[-1].command in _LANDINGS

    @property
    def returns(self) -> bool:
        """Whether its last item is the autopilot's own return, which leaves mission mode."""
        return bool(self.items[-1].command == common.MAV_CMD_NAV_RETURN_TO_LAUNCH)


@dataclass(frozen=True, slots=True)
class EncodedPlan:
    """The three lists of a plan as items."""

    mission: EncodedMission
    fence: tuple[Item, ...]
    rally: tuple[Item, ...]

    def items(self, part: PlanPart) -> tuple[Item, ...]:
        """One of its lists."""
        lists = {PlanPart.FENCE: self.fence, PlanPart.RALLY: self.rally, PlanPart.MISSION: self.mission.items}
        return lists[part]


def encode_plan(
    plan: VehiclePlan,
    profile: VehicleProfile,
    here: GeoPoint | None,
    winching: Winching = Winching.DELIVERS,
) -> EncodedPlan | Refused:
    """The lists of a plan for a vehicle that is at `here`, or why it cannot be said in items."""
    mission = (
        encode_script(plan.mission, plan.script)
        if plan.script
        else encode_mission(plan.mission, profile, here, winching, datum_of(plan))
    )
    if isinstance(mission, Refused):
        return mission
    fence = encode_fence((*plan.keep_outs, *plan.keep_ins, *plan.circles))
    if isinstance(fence, Refused):
        return fence
    if here is not None and (bound := broken((here,), plan.bounds())) is not None:
        text = (
            f"It stands on the wrong side of its fence ({bound.field}): an autopilot takes that, unenforced."
        )
        return Refused((Reason(Because.AUTOPILOT, bound.field, text),))
    return EncodedPlan(mission, fence, encode_rally(plan.rally_points, plan.home_amsl_m or 0.0))


def datum_of(plan: VehiclePlan) -> Datum:
    """From what the heights of a plan's mission are told."""
    if plan.home_amsl_m is None:
        return Datum()
    lands = (
        isinstance(leg, DropOff) and isinstance(leg.handover, LandAndRelease) for leg in plan.mission.legs
    )
    return Datum(common.MAV_FRAME_GLOBAL_INT) if any(lands) else Datum(less_m=plan.home_amsl_m)


def encode_mission(
    mission: Mission,
    profile: VehicleProfile,
    here: GeoPoint | None,
    winching: Winching = Winching.DELIVERS,
    datum: Datum = Datum(),  # noqa: B008 - a frozen value
) -> EncodedMission | Refused:
    """The items of a mission for a drone or a rover that is at `here`, or why it cannot be said in items.

    `PickUp` legs before the first `Travel` make no items: they happen on the pad.
    """
    draft = Draft(datum)
    flight = Flight(draft, profile, winching)
    try:
        for leg, _ in enumerate(mission.legs):
            draft.leg = leg
            if profile.medium is Medium.AIR:
                flight.leg(mission, leg)
            else:
                drive(draft, mission, leg, here)
        if not draft.items:
            raise CannotSayError("it has no leg that moves")  # noqa: TRY301 - told as any other
    except CannotSayError as error:
        text = f"Mission {mission.mission_id} cannot be flown by this vehicle: {error}."
        return Refused((Reason(Because.INPUT, f"legs[{draft.leg}]", text),))
    drops = [(n, leg) for n, leg in enumerate(mission.legs) if isinstance(leg, DropOff)]
    return EncodedMission(
        mission.mission_id,
        tuple(draft.items),
        tuple(draft.leg_of_item),
        len(mission.legs),
        tuple((n, leg.parcel_id) for n, leg in drops),
        tuple((n, leg.handover.length_m) for n, leg in drops if isinstance(leg.handover, WinchDown)),
    )


def encode_script(mission: Mission, script: Sequence[PlanItem]) -> EncodedMission:
    """The items of a plan file as they stand there: each of them counts as a leg.

    The parcels that the mission's legs drop off are handed over by the releasing items, in order.
    """
    parcels = (leg.parcel_id for leg in mission.legs if isinstance(leg, DropOff))
    releasing = [n for n, item in enumerate(script) if item.releases]
    return EncodedMission(
        mission.mission_id,
        tuple(_as_it_stands(item) for item in script),
        tuple(range(len(script))),
        len(script),
        tuple(zip(releasing, parcels, strict=False)),
    )


def _as_it_stands(item: PlanItem) -> Item:
    first, second, third, fourth, fifth, sixth, seventh = item.params
    position = item.position
    if position is not None:
        x, y = e7(position.lat_deg), e7(position.lon_deg)
    else:
        x, y = (int(value) if isfinite(value) else 0 for value in (fifth, sixth))
    params = (first, second, third, fourth)
    # PX4 takes what has no place in this frame alone; Mission Planner writes any
    frame = item.frame if item.command in PLACED else common.MAV_FRAME_MISSION
    return Item(item.command, frame, params, x, y, seventh if isfinite(seventh) else 0.0)
