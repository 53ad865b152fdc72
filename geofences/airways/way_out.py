"""The way out of a zone that closed around a vehicle: the zone with a lane through it, the shortest there is.

Planner and verifier need to know nothing of it: for them the zone has a notch, as wide as the vehicle's
margins ask for, from where it is to the nearest edge that it can reach, and is closed everywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import cos, pi, sin

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geofences.airspace import Airspace, Margins
from geofences.outline import outline, polygon_about
from geofences.path import TimedPath, TimedPoint, Waypoint
from geofences.position import GeoPoint, LocalFrame, LocalPoint
from geofences.zone import Circle, Medium, Polygon, Volume, Zone

_DIRECTIONS = 72
_CORNERS = 16
_ROOM_M = 2.0
"""How far beyond its margin the lane ends, and how much wider than that it is to each side."""


def with_way_out(
    zone: Zone, here: Waypoint, others: Airspace, margins: Margins, *, from_s: float, until_s: float
) -> Zone:
    """The zone with a straight lane for an aircraft that is in it; as it is where `others` bar every one.

    `others` is the airspace without the zone, asked at the aircraft's height for the span (UTC seconds). The
    lane ends `lateral_m` and a little more away from the footprint. A zone that the aircraft is not in stays
    as it is, too.
    """
    frame = others.frame
    at = frame.to_local(here.position)
    start = shapely.Point(at.east_m, at.north_m)
    areas = [(volume, _area(volume.footprint, frame)) for volume in zone.volumes]
    grown = shapely.buffer(shapely.union_all([area for _, area in areas]), margins.lateral_m + _ROOM_M)
    if not shapely.intersects(grown, start):
        return zone
    for ray in _outward(grown, start):
        end = shapely.get_point(ray, -1)
        leaves = replace(here, position=frame.to_geo(LocalPoint(shapely.get_x(end), shapely.get_y(end))))
        timed = TimedPath((TimedPoint(here, from_s), TimedPoint(leaves, until_s)))
        if not others.breaks(timed, Medium.AIR, margins):
            lane = shapely.buffer(ray, margins.lateral_m + 2.0 * _ROOM_M, cap_style="square")
            cut = [(volume, shapely.difference(area, lane)) for volume, area in areas]
            return replace(zone, volumes=tuple(_layers(cut, frame)))
    return zone


def comes_back(zone: Zone, way: Sequence[GeoPoint], frame: LocalFrame) -> bool:
    """Whether a way over the ground that begins in the zone's footprint, or not, enters it later."""
    line = shapely.LineString(frame.to_local_array(np.array([(at.lon_deg, at.lat_deg) for at in way])))
    area = shapely.union_all([outline(volume.footprint, frame).area for volume in zone.volumes])
    inside = shapely.get_parts(shapely.intersection(line, area))
    return bool((shapely.distance(inside, shapely.get_point(line, 0)) > 0.0).any())


def _area(footprint: Polygon | Circle, frame: LocalFrame) -> BaseGeometry:
    """A circle by few corners, from outside: what is left of it has to go into an autopilot's fence."""
    if isinstance(footprint, Circle):
        footprint = polygon_about(footprint, _CORNERS)
    return outline(footprint, frame).area


def _outward(grown: BaseGeometry, start: shapely.Point) -> Iterator[BaseGeometry]:
    """Straight lines from the start to where each first leaves the area, the shortest first."""
    reach_m = 2.0 * shapely.minimum_bounding_radius(grown) + _ROOM_M
    found: list[tuple[float, float]] = []
    for i in range(_DIRECTIONS):
        turn_rad = 2.0 * pi * i / _DIRECTIONS
        parts = shapely.get_parts(shapely.intersection(_line(start, turn_rad, reach_m), grown))
        found += [(part.length, turn_rad) for part in parts if shapely.distance(part, start) < _ROOM_M]
    return (_line(start, turn_rad, length_m) for length_m, turn_rad in sorted(found))


def _line(start: shapely.Point, turn_rad: float, length_m: float) -> BaseGeometry:
    """A straight line of that length; `turn_rad` clockwise from north."""
    end = start.x + length_m * sin(turn_rad), start.y + length_m * cos(turn_rad)
    return shapely.LineString([(start.x, start.y), end])


def _layers(cut: Sequence[tuple[Volume, BaseGeometry]], frame: LocalFrame) -> Iterator[Volume]:
    for volume, left in cut:
        for part in shapely.get_parts(left):
            if isinstance(part, shapely.Polygon):
                holes = tuple(_corners(hole, frame) for hole in part.interiors)
                yield replace(volume, footprint=Polygon(_corners(part.exterior, frame), holes))


def _corners(ring: BaseGeometry, frame: LocalFrame) -> tuple[GeoPoint, ...]:
    geo = frame.to_geo_array(shapely.get_coordinates(ring)[:-1])
    return tuple(GeoPoint(float(lat_deg), float(lon_deg)) for lon_deg, lat_deg in geo)
