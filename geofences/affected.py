"""Which of many flights a new zone breaks, where and when: the verifier asked of all of them at once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geofences.airspace import Airspace, Break, Margins
from geofences.ground.terrain import Terrain
from geofences.path import TimedPath
from geofences.position import LocalFrame
from geofences.zone import Medium, Zone

_Name = TypeVar("_Name", bound=Hashable)


def broken_by(
    zone: Zone,
    flights: Mapping[_Name, TimedPath],
    frame: LocalFrame,
    ground: Terrain | float | None,
    *,
    medium: Medium,
    margins: Margins,
) -> dict[_Name, tuple[Break, ...]]:
    """What each of the flights breaks that the zone breaks, in time order; the others are left out.

    As `Airspace.breaks` of an airspace with this zone alone over that ground; the
    flights that come nowhere near are told apart in one sweep over all of them.
    """
    alone = Airspace(frame, (zone,), (), ground)
    if not alone.blocks or not flights:
        return {}
    names = list(flights)
    tracks = shapely.STRtree(_tracks([flights[name] for name in names], frame))
    areas = [block.outline.area for block in alone.blocks]
    near = np.unique(tracks.query(areas, predicate="dwithin", distance=margins.lateral_m)[1])
    found = ((names[i], alone.breaks(flights[names[i]], medium, margins)) for i in near.tolist())
    return {name: breaks for name, breaks in found if breaks}


def _tracks(flights: list[TimedPath], frame: LocalFrame) -> list[BaseGeometry]:
    """Each flight's line over the ground; a point where it stays at one place."""
    places = [[point.waypoint.position for point in flight.points] for flight in flights]
    degrees = np.array([(place.lon_deg, place.lat_deg) for track in places for place in track])
    local = frame.to_local_array(degrees)
    ends = np.cumsum([len(track) for track in places])[:-1]
    return [
        shapely.Point(line[0]) if (line == line[0]).all() else shapely.LineString(line)
        for line in np.split(local, ends)
    ]
