"""A flat field about one origin, in which tests place zones, buildings and flights in metres."""

from __future__ import annotations

from collections.abc import Sequence

from geofences.airspace import Airspace
from geofences.obstacles import Obstacle
from geofences.path import NoPath, Path, TimedPath, TimedPoint, Waypoint
from geofences.position import GeoPoint, LocalFrame, LocalPoint
from geofences.zone import (
    Always,
    Applicability,
    Circle,
    Datum,
    Limit,
    Medium,
    Polygon,
    Restriction,
    Volume,
    Zone,
    ZoneId,
)

FRAME = LocalFrame(GeoPoint(60.17, 24.94))
NOON_S = 1_780_315_200.0  # 2026-06-01 12:00 UTC, a Monday
GROUND_AMSL_M = 10.0
GROUND, HIGH = Limit(0.0, Datum.AGL), Limit(150.0, Datum.AGL)


def at(east_m: float, north_m: float) -> GeoPoint:
    return FRAME.to_geo(LocalPoint(east_m, north_m))


def way(east_m: float, north_m: float, height_agl_m: float = 0.0) -> Waypoint:
    return Waypoint(at(east_m, north_m), height_agl_m)


def local(point: GeoPoint) -> tuple[float, float]:
    placed = FRAME.to_local(point)
    return placed.east_m, placed.north_m


def box(west_m: float, south_m: float, east_m: float, north_m: float) -> Polygon:
    corners = [(west_m, south_m), (east_m, south_m), (east_m, north_m), (west_m, north_m)]
    return Polygon(tuple(at(*corner) for corner in corners))


def zone(
    name: str,
    footprint: Polygon | Circle,
    lower: Limit | None = GROUND,
    upper: Limit | None = HIGH,
    *,
    restriction: Restriction = Restriction.PROHIBITED,
    when: Sequence[Applicability] = (Always(),),
    binds: frozenset[Medium] = frozenset({Medium.AIR}),
) -> Zone:
    volume = Volume(footprint, lower, upper)
    return Zone(ZoneId(name), f"zone {name}", restriction, (volume,), tuple(when), binds)


def airspace(*things: Zone | Obstacle) -> Airspace:
    zones = [thing for thing in things if isinstance(thing, Zone)]
    obstacles = [thing for thing in things if isinstance(thing, Obstacle)]
    return Airspace(FRAME, zones, obstacles, GROUND_AMSL_M)


def timed(*points: tuple[float, float, float, float]) -> TimedPath:
    """Points of east, north, height in metres, seconds after noon."""
    return TimedPath(tuple(TimedPoint(way(e, n, h), NOON_S + t) for e, n, h, t in points))


def flown(path: Path, step_s: float = 30.0) -> TimedPath:
    """A path with times, one step for each leg."""
    points = (TimedPoint(waypoint, NOON_S + i * step_s) for i, waypoint in enumerate(path.waypoints))
    return TimedPath(tuple(points))


def found(result: Path | NoPath) -> Path:
    assert isinstance(result, Path), result
    return result


def refused(result: Path | NoPath) -> list[str]:
    assert isinstance(result, NoPath), result
    return [reason.text for reason in result.reasons]
