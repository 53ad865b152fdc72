"""Where vehicles stand: each pad clear of the others, and open at some time to the vehicle that is on it.

The same question for every fleet, whether it is served, simulated or demonstrated. What is refused here was
two vehicles at one place, or one that showed as ready and never left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import floor

from geofences.position import LocalFrame, distance_m
from geofences.sidewalk import ACCESS_M
from geofences.zone import Medium
from orchestrator.ending import BadInput
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.orders.order import Hub, HubId, Pad, PadId
from vehicles.mission import VehicleId
from vehicles.profile import VehicleProfile

_SAME_M = 0.01


@dataclass(frozen=True, slots=True)
class Stands:
    """A vehicle, as far as it takes room on its pad."""

    vehicle_id: VehicleId
    profile: VehicleProfile

    @property
    def reach_m(self) -> float:
        """How far from the pad's middle some part of it may be: half its size, and its error."""
        return self.profile.radius_m + self.profile.nav_error_m


@dataclass(frozen=True, slots=True)
class _Place:
    field: str
    hub_id: HubId
    pad: Pad
    stands: Stands | None

    def __str__(self) -> str:
        who = "" if self.stands is None else f" of {self.stands.vehicle_id}"
        return f"pad {self.hub_id} {self.pad.pad_id}{who}"


def check_pads(
    hubs: Sequence[Hub], standing: Mapping[tuple[HubId, PadId], Stands], surroundings: Surroundings
) -> None:
    """Raises `BadInput` naming the field (`hubs.0.pads.1`) of the first pad where its vehicle cannot be.

    Two pads are apart by what their two vehicles reach (`Stands.reach_m`), and no two are at one place. No
    zone or building closes a pad for good, and one whose vehicle goes on the ground has a footpath beside it.
    """
    places = [
        _Place(f"hubs.{n}.pads.{k}", hub.hub_id, pad, standing.get((hub.hub_id, pad.pad_id)))
        for n, hub in enumerate(hubs)
        for k, pad in enumerate(hub.pads)
    ]
    _check_apart(places, surroundings.airspace.frame)
    for place in places:
        if place.stands is not None:
            _check_open(place, place.stands.profile, surroundings)


def _check_apart(places: Sequence[_Place], frame: LocalFrame) -> None:
    for one, other in _pairs(places, frame):
        away_m = distance_m(one.pad.at.position, other.pad.at.position)
        if away_m < _SAME_M:
            raise BadInput(f"{one.field}: {one} and {other} are one and the same place")
        if one.stands is None or other.stands is None:
            continue
        needed_m = one.stands.reach_m + other.stands.reach_m
        if away_m < needed_m:
            size = f"{_reach(one.stands)} and {_reach(other.stands)}"
            text = f"{one} and {other} are {away_m:.1f} m apart and need {needed_m:.1f} m: {size}"
            raise BadInput(f"{one.field}: {text}")


def _reach(stands: Stands) -> str:
    profile = stands.profile
    return f"{stands.vehicle_id} reaches {profile.radius_m:g} m and may be {profile.nav_error_m:g} m off"


def _pairs(places: Sequence[_Place], frame: LocalFrame) -> Iterator[tuple[_Place, _Place]]:
    """Each place with those before it in its own cell and the eight about it: all that may be too near."""
    cell_m = 2.0 * max((one.stands.reach_m for one in places if one.stands is not None), default=0.0)
    cell_m = max(cell_m, _SAME_M)
    cells: dict[tuple[int, int], list[_Place]] = defaultdict(list)
    for place in places:
        local = frame.to_local(place.pad.at.position)
        column, row = floor(local.east_m / cell_m), floor(local.north_m / cell_m)
        for east, north in product((-1, 0, 1), repeat=2):
            yield from ((place, other) for other in cells.get((column + east, row + north), ()))
        cells[column, row].append(place)


def _check_open(place: _Place, profile: VehicleProfile, surroundings: Surroundings) -> None:
    """As the planner asks of the start of a way, of what lasts for ever only: it waits for other zones."""
    at, airspace = place.pad.at.position, surroundings.airspace
    top_m = profile.min_cruise_height_agl_m if profile.medium is Medium.AIR else 0.0
    closed = airspace.lasting().column(
        at,
        0.0,
        top_m,
        profile.medium,
        from_s=0.0,
        until_s=0.0,
        margins=surroundings.margins_for(profile),
        what=str(place),
    )
    if closed:
        raise BadInput(f"{place.field}: {closed[0].text}, so it would never leave")
    if profile.medium is Medium.SIDEWALK and not surroundings.footpaths.reaches(at):
        text = f"{place} is more than {ACCESS_M:g} m from any footpath, so it would never leave"
        raise BadInput(f"{place.field}: {text}")
