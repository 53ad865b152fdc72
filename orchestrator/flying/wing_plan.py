"""What of a VTOL's plan file cannot be verified, where its wing carries it: circles, and turns not flown."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from geofences.formats.plan_items import PlanItem
from geofences.formats.reading import FormatError
from geofences.path import Waypoint
from orchestrator.flying.plan_commands import DELAY, LAND, LOITER_TIME, PLACE, RETURN, WAYPOINT, WINCH
from vehicles.mission import Leg, Travel
from vehicles.profile import VehicleProfile
from vehicles.wing import LINE_SHARE, is_flown_through, lead_m, on_wing


def shortest_m(profile: VehicleProfile) -> float:
    """How long a line on the wing must be for a turn at each of its ends."""
    return lead_m(profile.cruise_mps) / LINE_SHARE


def check(profile: VehicleProfile, item: PlanItem, *, on_wing: bool) -> None:
    """Raises `FormatError` for an item that a VTOL on its wing answers with a circle, or a drop at speed."""
    if not on_wing:
        return
    first = item.params[0]
    stays = item.command in {WAYPOINT, LOITER_TIME} and isfinite(first) and first > 0.0
    if stays or item.command == DELAY:
        raise FormatError(
            item.field, f"has a {profile.name} wait on its wing: its circles cannot be verified"
        )
    if item.releases or item.command in {PLACE, WINCH}:
        raise FormatError(
            item.field, f"has a {profile.name} hand over on its wing: a transition must come first"
        )
    if item.command == RETURN:
        raise FormatError(item.field, "is a VTOL's own return on its wing, whose way cannot be verified")
    if item.command == LAND:
        raise FormatError(item.field, "lands on the wing: NAV_VTOL_LAND lands on the rotors")


def check_end(profile: VehicleProfile, end: Waypoint, items: int) -> None:
    """Raises `FormatError` where the plan leaves it in the air: its own return flies on the wing."""
    if end.height_agl_m > 0.0:
        text = f"leaves a {profile.name} in the air: the way of its own return cannot be verified"
        raise FormatError(f"mission.items[{items - 1}]", text)


def check_turns(profile: VehicleProfile, legs: Sequence[Leg]) -> None:
    """Raises `FormatError` for a corner on the wing that is too sharp, or too near the next, to be flown."""
    for leg in legs:
        if not (isinstance(leg, Travel) and leg.wing):
            continue
        way = leg.path.waypoints
        carried = on_wing(profile, way, wing=leg.wing)
        for number in range(1, len(way) - 1):
            corner = way[number - 1 : number + 2]
            if carried[number - 1] and carried[number] and not is_flown_through(profile, *corner):
                at = way[number].position
                text = (
                    f"turns at {at.lat_deg:.5f},{at.lon_deg:.5f} too sharply, or within"
                    f" {shortest_m(profile):.0f} m of another turn: no {profile.name} flies that"
                )
                raise FormatError("mission.items", text)
