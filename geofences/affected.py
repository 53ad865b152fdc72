"""Which of many flights something new in the airspace breaks: the verifier asked of all of them at once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geofences.airspace import Airspace, Break, Margins
from geofences.path import TimedPath
from geofences.position import LocalFrame
from geofences.verifying.blocks import Block
from geofences.zone import Medium

_Name = TypeVar("_Name", bound=Hashable)


def broken_by(
    new: Airspace, flights: Mapping[_Name, TimedPath], *, medium: Medium, margins: Margins
) -> dict[_Name, tuple[Break, ...]]:
    """What each of the flights breaks of an airspace, in time order; the others are left out.

    As `Airspace.breaks`; the flights that come nowhere near any of its blocks are told apart in one sweep
    over all of them.
    """
    if not new.blocks or not flights:
        return {}
    names = list(flights)
    tracks = shapely.STRtree(_tracks([flights[name] for name in names], new.frame))
    areas = [block.outline.area for block in new.blocks]
    near = np.unique(tracks.query(areas, predicate="dwithin", distance=margins.lateral_m)[1])
    found = ((names[i], new.breaks(flights[names[i]], medium, margins)) for i in near.tolist())
    return {name: breaks for name, breaks in found if breaks}


def near(new: Airspace, flight: TimedPath, within_m: float) -> tuple[Block, ...]:
    """The blocks that come within so many metres of a flight, or of a straight line between its places.

    At whatever height and time.
    """
    (track,) = _tracks([flight], new.frame)
    around = track.convex_hull
    return tuple(block for block in new.blocks if shapely.dwithin(block.outline.area, around, within_m))


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
