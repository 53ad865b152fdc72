"""Room for the turns of a VTOL: ways whose corners are flown as arcs on the wing, and that stay clear so.

The shortest way hugs what it goes around, so that an arc within its corner would cut through that. Such a
corner is moved outwards until the arc passes where the corner was; where there is no room for that, a way
further from everything is looked for. The arcs themselves are `vehicles.wing`'s, which the timed path has
too, so the independent check sees what is flown.
"""

from __future__ import annotations

from collections.abc import Callable
from math import radians, tan

from geofences.airspace import Airspace, Margins
from geofences.airways.relief import as_flown, levelled
from geofences.path import NoPath, Path
from geofences.reason import Because, Reason
from geofences.zone import Medium
from vehicles.mission import Travel
from vehicles.profile import Airframe, VehicleProfile
from vehicles.schedule import schedule
from vehicles.wing import lead_m, pushed_out

_DEEPEST = tan(radians(25.0))
"""Of its lead, how far the arc of the sharpest corner (100 degrees) stays inside it."""


def with_room_to_turn(
    find: Callable[[Margins], Path | NoPath],
    profile: VehicleProfile,
    airspace: Airspace,
    margins: Margins,
    from_s: float,
) -> Path | NoPath:
    """What `find` finds with `margins`, changed where a VTOL needs room to turn; others fly it as it is."""
    found = find(margins)
    if profile.airframe is not Airframe.VTOL or isinstance(found, NoPath):
        return found
    wider_m = margins.lateral_m + _DEEPEST * lead_m(profile.cruise_mps)
    for way in (found, _pushed_out(profile, found, airspace), find(Margins(wider_m, margins.vertical_m))):
        if isinstance(way, Path) and _is_clear(profile, way, airspace, margins, from_s):
            return way
    text = (
        f"A {profile.name} has no room for its turns: they cut {_DEEPEST * lead_m(profile.cruise_mps):.0f} m."
    )
    return NoPath((Reason(Because.ZONE, profile.name, text),))


def _pushed_out(profile: VehicleProfile, path: Path, airspace: Airspace) -> Path:
    return levelled(
        Path(pushed_out(profile, path.waypoints, profile.cruise_mps), path.avoided), airspace.ground
    )


def _is_clear(
    profile: VehicleProfile, path: Path, airspace: Airspace, margins: Margins, from_s: float
) -> bool:
    timed = schedule(profile, (Travel(path, profile.cruise_mps),), from_s).timed
    return not airspace.breaks(as_flown(timed, airspace.ground), Medium.AIR, margins)
