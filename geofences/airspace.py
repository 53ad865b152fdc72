"""Airspace: zones and buildings, indexed; and the verifier that says what a timed path breaks.

The verifier shares nothing with the planners but the projected outlines: it measures distances,
they build offset shapes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import pairwise
from math import inf

import numpy as np
import shapely
from numpy.typing import NDArray

from geofences import when
from geofences.blocks import Block, ObstacleBlock, ZoneBlock, obstacle_blocks, zone_blocks
from geofences.crossing import Motion, first_inside_frac
from geofences.limits import Band, band
from geofences.obstacles import Obstacle
from geofences.outline import area_known, as_polygon
from geofences.path import TimedPath, TimedPoint, Waypoint
from geofences.position import GeoPoint, LocalFrame, LocalPoint
from geofences.reason import Because, Reason
from geofences.zone import Circle, Medium, Polygon, Restriction, Zone, ZoneId

_EVER: when.Window = (-inf, inf)


@dataclass(frozen=True, slots=True)
class Margins:
    """How far to stay away, metres: to the side of every footprint, above and below every band."""

    lateral_m: float
    vertical_m: float

    def __post_init__(self) -> None:
        for name in ("lateral_m", "vertical_m"):
            if not 0.0 <= getattr(self, name) < float("inf"):
                raise ValueError(f"{name}: {getattr(self, name)} is not a finite number of 0 or more")


@dataclass(frozen=True, slots=True)
class Break:
    """A timed path comes into something it must keep out of: what, and where and when first."""

    reason: Reason
    position: GeoPoint
    height_agl_m: float
    at_s: float


class Airspace:
    """Zones and obstacles over flat ground, indexed in space. Immutable; compared by identity.

    `ground_amsl_m` is the height of the ground above mean sea level: zone limits given as AMSL
    are brought to metres above ground with it. `area` is where zones and obstacles are known: a
    path that leaves it is a break, since what lies beyond may be a wall. None: they are known
    everywhere. It may have any shape, and holes; raises `ValueError` when its rings cross.
    """

    def __init__(
        self,
        frame: LocalFrame,
        zones: Sequence[Zone],
        obstacles: Sequence[Obstacle],
        ground_amsl_m: float,
        area: Polygon | None = None,
    ) -> None:
        self.frame = frame
        self.zones = tuple(zones)
        self.obstacles = tuple(obstacles)
        self.ground_amsl_m = ground_amsl_m
        self.extent = None if area is None else area_known(area, frame)
        self._index(
            (*zone_blocks(zones, frame, ground_amsl_m), *obstacle_blocks(obstacles, frame)),
        )

    def _index(self, blocks: tuple[Block, ...]) -> None:
        self.blocks = blocks
        bands = [(block.band.lower_agl_m, block.band.upper_agl_m) for block in self.blocks]
        self._bands = np.array(bands, dtype=np.float64).reshape(-1, 2)
        self._always = np.array([_EVER in block.windows(0.0, 0.0) for block in self.blocks], dtype=np.bool_)
        self._binds = {
            medium: np.array([medium in block.binds for block in self.blocks], dtype=np.bool_)
            for medium in Medium
        }
        self._tree = shapely.STRtree([block.outline.area for block in self.blocks])

    def with_zone(self, zone: Zone) -> Airspace:
        """The same with one zone more, also where one of that id is known: adding never opens airspace.

        All other blocks are the same objects, so that what is remembered of them (outlines, offsets,
        levels) stays. To move a zone: `without_zone(zone.zone_id).with_zone(zone)`.
        """
        new = tuple(zone_blocks((zone,), self.frame, self.ground_amsl_m))
        zones = sum(isinstance(block, ZoneBlock) for block in self.blocks)
        return self._changed((*self.zones, zone), (*self.blocks[:zones], *new, *self.blocks[zones:]))

    def without_zone(self, zone_id: ZoneId) -> Airspace:
        """The same without all zones of that id. Raises `ValueError` where there is none."""
        left = tuple(zone for zone in self.zones if zone.zone_id != zone_id)
        if len(left) == len(self.zones):
            raise ValueError(f"zone_id: no zone is called {zone_id!r}")
        blocks = (b for b in self.blocks if not (isinstance(b, ZoneBlock) and b.zone.zone_id == zone_id))
        return self._changed(left, tuple(blocks))

    def _changed(self, zones: tuple[Zone, ...], blocks: tuple[Block, ...]) -> Airspace:
        other = copy(self)
        other.zones = zones
        other._index(blocks)  # noqa: SLF001 - a copy of its own
        return other

    def breaks(self, timed: TimedPath, medium: Medium, margins: Margins) -> tuple[Break, ...]:
        """What `timed` breaks, one entry for each zone or obstacle at its first instant, in time order.

        A break is an instant at which the path is within `lateral_m` of a footprint (exactly the
        margin counts), inside its heights widened by `vertical_m`, while it applies; or the first
        at which it is outside the area, where there is one. Empty means the path may be flown.
        """
        motions = _motions(timed, self.frame)
        first: dict[str, Break] = {}
        for motion, block in self._near(motions, medium, margins.lateral_m):
            found = self._break(motion, block, margins)
            if found is not None:
                known = first.get(block.label)
                if known is None or found.at_s < known.at_s:
                    first[block.label] = found
        found_all = [*self._leaving(motions), *first.values()]
        return tuple(sorted(found_all, key=lambda found: (found.at_s, found.reason.subject)))

    def forbids(
        self, at: Waypoint, medium: Medium, from_s: float, until_s: float, margins: Margins
    ) -> tuple[Reason, ...]:
        """Why a vehicle may not be at one place and height at some instant of the span; empty if it may."""
        wait = TimedPath((TimedPoint(at, from_s), TimedPoint(at, until_s)))
        return tuple(found.reason for found in self.breaks(wait, medium, margins))

    def column(
        self,
        at: GeoPoint,
        lower_agl_m: float,
        upper_agl_m: float,
        medium: Medium,
        *,
        from_s: float,
        until_s: float,
        margins: Margins,
        what: str,
    ) -> list[Reason]:
        """Why some height of a vertical column is closed at some instant of the span; empty if none is.

        `what` begins each sentence: "the start lies in ...".
        """
        local = self.frame.to_local(at)
        here = shapely.Point(local.east_m, local.north_m)
        if self.extent is not None and not shapely.covers(self.extent, here):
            return [_unknown(f"{what} lies outside")]
        reasons = []
        for j in sorted(self._tree.query(here, predicate="dwithin", distance=margins.lateral_m).tolist()):
            block = self.blocks[j]
            away_m = block.outline.distance_m(here)
            if (
                medium in block.binds
                and away_m <= margins.lateral_m
                and block.band.meets(lower_agl_m, upper_agl_m, margins.vertical_m)
                and block.windows(from_s, until_s)
            ):
                verb = "lies in" if away_m == 0.0 else f"lies within {margins.lateral_m:g} m of"
                reasons.append(block.reason(f"{what} {verb}"))
        return reasons

    def blocks_within(
        self,
        medium: Medium,
        *,
        from_s: float,
        until_s: float,
        lower_agl_m: float,
        upper_agl_m: float,
        vertical_m: float = 0.0,
    ) -> tuple[int, ...]:
        """Indices into `blocks` of all that bind `medium` at a height and an instant of the spans."""
        high = (self._bands[:, 0] - vertical_m <= upper_agl_m) & (
            lower_agl_m <= self._bands[:, 1] + vertical_m
        )
        found = np.flatnonzero(high & self._binds[medium])
        sometimes = found[~self._always[found]].tolist()
        idle = {i for i in sometimes if not self.blocks[i].windows(from_s, until_s)}
        return tuple(i for i in found.tolist() if i not in idle)

    def indoors_m(self, lines: NDArray[np.object_]) -> NDArray[np.float64]:
        """How much of each line (local frame) lies inside obstacles' footprints, metres."""
        length_m = np.zeros(len(lines))
        pairs = self._tree.query(lines, predicate="intersects")
        i, j = pairs[:, [isinstance(self.blocks[j], ObstacleBlock) for j in pairs[1]]]
        np.add.at(length_m, i, shapely.length(shapely.intersection(lines[i], self._tree.geometries[j])))
        return length_m

    def keep_outs(
        self, medium: Medium, from_s: float, until_s: float, lower_agl_m: float, upper_agl_m: float
    ) -> tuple[tuple[str, Polygon], ...]:
        """Zone id and footprint of every zone layer (no buildings) that binds in that window and band.

        Footprints are as published, without margin; circles become 64-gons that contain them.
        """
        found = self.footprints(medium, from_s, until_s, lower_agl_m, upper_agl_m)
        return tuple((zone_id, as_polygon(footprint)) for zone_id, footprint in found)

    def footprints(
        self, medium: Medium, from_s: float, until_s: float, lower_agl_m: float, upper_agl_m: float
    ) -> tuple[tuple[str, Polygon | Circle], ...]:
        """As `keep_outs`, but circles stay circles."""
        return tuple(
            (zone.zone_id, volume.footprint)
            for zone in self.zones
            if zone.restriction is not Restriction.NO_RESTRICTION
            and medium in zone.binds
            and when.applies(zone.applicability, from_s, until_s)
            for volume in zone.volumes
            if band(volume, self.ground_amsl_m).meets(lower_agl_m, upper_agl_m, 0.0)
        )

    def _near(
        self, motions: Sequence[Motion], medium: Medium, lateral_m: float
    ) -> Iterator[tuple[Motion, Block]]:
        lines = np.array([motion.line(0.0, 1.0) for motion in motions], dtype=object)
        found: NDArray[np.int64] = self._tree.query(lines, predicate="dwithin", distance=lateral_m)
        for i, j in found.T:
            block = self.blocks[j]
            if medium in block.binds:
                yield motions[i], block

    def _leaving(self, motions: Sequence[Motion]) -> Iterator[Break]:
        """The first instant outside the area; there every straight line counts, not only its ends."""
        for motion in motions if self.extent is not None else ():
            line = motion.line(0.0, 1.0)
            beyond = shapely.difference(line, self.extent)
            if shapely.is_empty(beyond):
                continue
            share_frac, verb = 0.0, "lies outside"
            if isinstance(line, shapely.LineString):
                ends = shapely.points(shapely.get_coordinates(beyond))
                share_frac = float(shapely.line_locate_point(line, ends, normalized=True).min())
                verb = "leaves"
            east_m, north_m, height_m, at_s = motion.at(share_frac)
            yield Break(_unknown(verb), self.frame.to_geo(LocalPoint(east_m, north_m)), height_m, at_s)
            return

    def _break(self, motion: Motion, block: Block, margins: Margins) -> Break | None:
        widened = Band(
            block.band.lower_agl_m - margins.vertical_m, block.band.upper_agl_m + margins.vertical_m
        )
        windows = block.windows(motion.from_s, motion.to_s)
        share_frac = first_inside_frac(motion, block.outline, widened, windows, margins.lateral_m)
        if share_frac is None:
            return None
        east_m, north_m, height_m, at_s = motion.at(share_frac)
        position = self.frame.to_geo(LocalPoint(east_m, north_m))
        crossed = block.outline.distance_m(motion.line(0.0, 1.0)) == 0.0
        verb = "crosses" if crossed else f"comes within {margins.lateral_m:g} m of"
        return Break(block.reason(verb), position, height_m, at_s)


def _unknown(verb: str) -> Reason:
    return Reason(Because.AREA, "area", f"{verb} the area whose buildings and zones are known")


def _motions(timed: TimedPath, frame: LocalFrame) -> list[Motion]:
    points = timed.points if len(timed.points) > 1 else (timed.points[0], timed.points[0])
    places = [point.waypoint for point in points]
    local = frame.to_local_array(np.array([(p.position.lon_deg, p.position.lat_deg) for p in places]))
    rows = [
        (float(east), float(north), point.waypoint.height_agl_m, point.at_s)
        for (east, north), point in zip(local, points, strict=True)
    ]
    return [Motion(*a, *b) for a, b in pairwise(rows)]
