"""Airspace: zones and buildings, indexed; and the verifier that says what a timed path breaks.

The verifier shares nothing with the planners but the projected outlines: it measures distances,
they build offset shapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from math import inf

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geofences import when
from geofences.ground.limits import Band, band
from geofences.ground.terrain import FlatGround, SrtmTiles, Terrain
from geofences.obstacles import Obstacle
from geofences.outline import area_known, as_polygon
from geofences.path import TimedPath, TimedPoint, Waypoint
from geofences.position import GeoPoint, LocalFrame
from geofences.reason import Reason
from geofences.verifying.blocks import (
    Block,
    ObstacleBlock,
    UnknownGround,
    ZoneBlock,
    obstacle_blocks,
    zone_blocks,
)
from geofences.verifying.crossing import Motion
from geofences.verifying.heights import Heights, is_uneven
from geofences.verifying.indexed import Indexed
from geofences.verifying.unknown_ground import unknown_ground
from geofences.verifying.verdict import Break, Margins
from geofences.verifying.verifier import Verifier, motions_of, unknown_area
from geofences.zone import Circle, Medium, Polygon, Restriction, Volume, Zone, ZoneId

__all__ = ["Airspace", "Break", "Margins"]

_EVER: when.Window = (-inf, inf)


class Airspace:
    """Zones and obstacles over the ground, indexed in space. Immutable; compared by identity.

    `ground` tells how high it is above mean sea level: a figure for flat ground, a height model, or None
    where nobody knows. Limits above the sea are held against it at each place; unknown ground is taken to
    be whatever makes a zone larger, and beside known uneven ground it is closed. `area` is where zones and
    obstacles are known: a path that leaves it is a break, since what lies beyond may be a wall. None: they
    are known everywhere. It may have any shape, and holes; raises `ValueError` when its rings cross.
    """

    def __init__(
        self,
        frame: LocalFrame,
        zones: Sequence[Zone],
        obstacles: Sequence[Obstacle],
        ground: Terrain | float | None,
        area: Polygon | None = None,
    ) -> None:
        self.frame = frame
        self.zones = tuple(zones)
        self.obstacles = tuple(obstacles)
        self.ground = FlatGround(ground) if isinstance(ground, int | float) else ground
        self.extent = None if area is None else area_known(area, frame)
        blocks: tuple[Block, ...] = (
            *zone_blocks(zones, frame, self.ground),
            *obstacle_blocks(obstacles, frame),
            *(unknown_ground(self.ground, frame) if isinstance(self.ground, SrtmTiles) else ()),
        )
        self._keep(blocks, _table(blocks), _outlines(blocks), _areas(blocks))

    def _keep(
        self,
        blocks: tuple[Block, ...],
        table: NDArray[np.float64],
        outlines: NDArray[np.int64],
        areas: Indexed,
    ) -> None:
        self.blocks: tuple[Block, ...] = blocks
        self.outlines = outlines
        self._areas, self._table = areas, table
        self._bands, self._always = table[:, :2], table[:, 2] > 0.0
        self._binds = {medium: table[:, 4 + i] > 0.0 for i, medium in enumerate(Medium)}

    def with_zone(self, zone: Zone) -> Airspace:
        """The same with one zone more, also where one of that id is known: adding never opens airspace.

        All other blocks are the same objects, so that what is remembered of them (outlines, offsets,
        levels) stays. To move a zone: `without_zone(zone.zone_id).with_zone(zone)`.
        """
        return self._changed((*self.zones, zone), (), tuple(zone_blocks((zone,), self.frame, self.ground)))

    def without_zone(self, zone_id: ZoneId) -> Airspace:
        """The same without all zones of that id. Raises `ValueError` where there is none."""
        left = tuple(zone for zone in self.zones if zone.zone_id != zone_id)
        if len(left) == len(self.zones):
            raise ValueError(f"zone_id: no zone is called {zone_id!r}")
        gone = [
            i for i, b in enumerate(self.blocks) if isinstance(b, ZoneBlock) and b.zone.zone_id == zone_id
        ]
        return self._changed(left, gone, ())

    def _changed(self, zones: tuple[Zone, ...], gone: Sequence[int], come: tuple[Block, ...]) -> Airspace:
        """Without some of its blocks, with others after those of zones; what is known of the rest stays."""
        left = list(self.blocks)
        for i in sorted(gone, reverse=True):
            del left[i]
        table, outlines = np.delete(self._table, list(gone), axis=0), np.delete(self.outlines, list(gone))
        at = int(np.count_nonzero(table[:, 3]))
        other = copy(self)
        other.zones = zones
        other._keep(  # noqa: SLF001 - a copy of its own
            (*left[:at], *come, *left[at:]),
            np.concatenate((table[:at], _table(come), table[at:])),
            np.concatenate((outlines[:at], _outlines(come), outlines[at:])),
            self._areas.changed(gone, [block.outline.area for block in come], at),
        )
        return other

    def only(self, keep: Sequence[int]) -> Airspace:
        """The same with only these of its blocks, in this order; its zones are all told still."""
        return self.with_blocks([self.blocks[i] for i in keep])

    def lasting(self) -> Airspace:
        """The same with only those of its blocks that apply at all times."""
        return self.only(np.flatnonzero(self._always).tolist())

    def without_obstacles(self) -> Airspace:
        """The same with its zones alone."""
        return self.only([i for i, block in enumerate(self.blocks) if isinstance(block, ZoneBlock)])

    def with_blocks(self, blocks: Sequence[Block]) -> Airspace:
        """The same with these blocks instead of its own; its zones are all told still."""
        known = {id(block): i for i, block in enumerate(self.blocks)}
        rows = np.array([known.get(id(block), -1) for block in blocks], dtype=np.int64)
        table = np.zeros((len(blocks), self._table.shape[1]))
        table[rows >= 0] = self._table[rows[rows >= 0]]
        table[rows < 0] = _table([blocks[i] for i in np.flatnonzero(rows < 0).tolist()])
        other = copy(self)
        other._keep(  # noqa: SLF001 - a copy of its own
            tuple(blocks), table, _outlines(blocks), _areas(blocks)
        )
        return other

    def breaks(self, timed: TimedPath, medium: Medium, margins: Margins) -> tuple[Break, ...]:
        """What `timed` breaks, one entry for each zone or obstacle at its first instant, in time order.

        A break is an instant at which the path is within `lateral_m` of a footprint (exactly the
        margin counts), inside its heights widened by `vertical_m`, while it applies; or the first
        at which it is outside the area, where there is one; for aircraft over uneven ground also the first
        at which it is too near the ground, or over ground that nobody knows. Empty means it may be flown.
        """
        return self.any_breaks((timed,), medium, margins)

    def any_breaks(self, paths: Iterable[TimedPath], medium: Medium, margins: Margins) -> tuple[Break, ...]:
        """The same of one path or more at once, each in its own time: what any of them breaks."""
        motions = [motion for timed in paths for motion in motions_of(timed, self.frame)]
        verifier = Verifier(self.frame, self.extent, Heights(self.ground, self.frame, medium), margins)
        near = self._near(motions, medium, margins.lateral_m)
        return verifier.breaks(motions, near, flies=medium is Medium.AIR)

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
            return [unknown_area(f"{what} lies outside")]
        reasons = []
        for j in sorted(self._areas.near(here, margins.lateral_m).tolist()):
            block = self.blocks[j]
            away_m = block.outline.distance_m(here)
            if (
                medium in block.binds
                and away_m <= margins.lateral_m
                and self._band_at(at, block).meets(lower_agl_m, upper_agl_m, margins.vertical_m)
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

    def near(self, lines: Sequence[BaseGeometry], lateral_m: float) -> NDArray[np.int64]:
        """Indices into `blocks` of all within `lateral_m` of any of the lines (local frame)."""
        found = self._areas.near(np.array(lines, dtype=object), lateral_m)
        return np.unique(found[1])

    def indoors_m(self, lines: NDArray[np.object_]) -> NDArray[np.float64]:
        """How much of each line (local frame) lies inside obstacles' footprints, metres."""
        length_m = np.zeros(len(lines))
        pairs = self._areas.met(lines)
        i, j = pairs[:, [isinstance(self.blocks[j], ObstacleBlock) for j in pairs[1]]]
        np.add.at(length_m, i, shapely.length(shapely.intersection(lines[i], self._areas.shapes[j])))
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
            if self._band(volume).meets(lower_agl_m, upper_agl_m, 0.0)
        )

    def _band(self, volume: Volume) -> Band:
        return band(volume, None if self.ground is None else self.ground.span(volume.footprint))

    def _band_at(self, at: GeoPoint, block: Block) -> Band:
        """A block's heights over the ground at one place."""
        if not is_uneven(self.ground) or not isinstance(block, ZoneBlock) or self.ground is None:
            return block.band
        return band(block.volume, self.ground.height_amsl_m(at))

    def _near(
        self, motions: Sequence[Motion], medium: Medium, lateral_m: float
    ) -> Iterator[tuple[Motion, Block]]:
        lines = np.array([motion.line(0.0, 1.0) for motion in motions], dtype=object)
        found: NDArray[np.int64] = self._areas.near(lines, lateral_m)
        for i, j in found.T:
            block = self.blocks[j]
            if medium in block.binds and not isinstance(block, UnknownGround):  # that the heights tell
                yield motions[i], block


def _outlines(blocks: Sequence[Block]) -> NDArray[np.int64]:
    return np.array([id(block.outline) for block in blocks], dtype=np.int64)


def _areas(blocks: Sequence[Block]) -> Indexed:
    return Indexed.of([block.outline.area for block in blocks])


def _table(blocks: Sequence[Block]) -> NDArray[np.float64]:
    """A row for each: its band, whether it always applies, whether it is a zone's, whom it binds."""
    table = np.zeros((len(blocks), 4 + len(Medium)))
    for row, block in zip(table, blocks, strict=True):
        always = _EVER in block.windows(0.0, 0.0)
        row[:4] = block.band.lower_agl_m, block.band.upper_agl_m, always, isinstance(block, ZoneBlock)
        row[4:] = [one in block.binds for one in Medium]
    return table
