"""What stands in the way, in one form: a zone's layer or a building, in the local frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from geofences import when
from geofences.ground import limits
from geofences.ground.limits import Band
from geofences.ground.terrain import Terrain
from geofences.obstacles import Obstacle
from geofences.outline import Outline, outline
from geofences.position import LocalFrame
from geofences.reason import Because, Reason
from geofences.zone import Datum, Limit, Medium, Restriction, Volume, Zone

_ALL_HEIGHTS = Band(float("-inf"), float("inf"))


@dataclass(frozen=True, slots=True)
class ZoneBlock:
    """One layer of a zone that binds."""

    zone: Zone
    volume: Volume
    outline: Outline
    band: Band

    @property
    def binds(self) -> frozenset[Medium]:
        """The media whose vehicles must keep out."""
        return self.zone.binds

    @property
    def lower(self) -> Limit | None:
        """The floor as published."""
        return self.volume.lower

    @property
    def upper(self) -> Limit | None:
        """The top as published."""
        return self.volume.upper

    @property
    def needs_ground(self) -> bool:
        """Whether its heights above ground depend on how high that is."""
        return limits.needs_ground(self.volume)

    @property
    def label(self) -> str:
        """How people call it: "EFHE-12 'Meilahti helipad'"."""
        return zone_label(self.zone)

    def windows(self, from_s: float, until_s: float) -> tuple[when.Window, ...]:
        """The windows in which it applies that overlap the span, sorted."""
        return when.windows(self.zone.applicability, from_s, until_s)

    def reason(self, verb: str) -> Reason:
        """A sentence: "crosses EFHE-12 'Meilahti helipad' (PROHIBITED, 0-150 m AGL, always)"."""
        return Reason(Because.ZONE, self.zone.zone_id, f"{verb} {describe(self.zone, self.volume)}")


@dataclass(frozen=True, slots=True)
class ObstacleBlock:
    """A building or the like; binds aircraft at all times."""

    obstacle: Obstacle
    outline: Outline
    band: Band

    @property
    def binds(self) -> frozenset[Medium]:
        """The media whose vehicles must keep out."""
        return frozenset({Medium.AIR})

    @property
    def lower(self) -> Limit | None:
        """It stands on the ground."""
        return None

    @property
    def upper(self) -> Limit | None:
        """Its top."""
        return Limit(self.obstacle.height_agl_m, Datum.AGL)

    @property
    def needs_ground(self) -> bool:
        """It stands on it."""
        return False

    @property
    def label(self) -> str:
        """How people call it."""
        return self.obstacle.name

    def windows(self, from_s: float, until_s: float) -> tuple[when.Window, ...]:  # noqa: ARG002 - as a zone's
        """All the time."""
        return ((float("-inf"), float("inf")),)

    def reason(self, verb: str) -> Reason:
        """A sentence: "crosses Kiasma (21 m high)"."""
        text = f"{verb} {self.label} ({self.obstacle.height_agl_m:g} m high)"
        return Reason(Because.OBSTACLE, self.obstacle.name, text)


@dataclass(frozen=True, slots=True)
class UnknownGround:
    """Ground whose height is not known, where heights above it are: closed to aircraft at all times."""

    outline: Outline
    band: Band = _ALL_HEIGHTS
    lower: Limit | None = None
    upper: Limit | None = None
    needs_ground: bool = False

    @property
    def binds(self) -> frozenset[Medium]:
        """The media whose vehicles must keep out."""
        return frozenset({Medium.AIR})

    @property
    def label(self) -> str:
        """How people call it."""
        return "ground whose height is not known"

    def windows(self, from_s: float, until_s: float) -> tuple[when.Window, ...]:  # noqa: ARG002 - as a zone's
        """All the time."""
        return ((float("-inf"), float("inf")),)

    def reason(self, verb: str) -> Reason:
        """A sentence: "crosses ground whose height is not known"."""
        return Reason(Because.TERRAIN, "terrain", f"{verb} {self.label}")


Block = ZoneBlock | ObstacleBlock | UnknownGround


def zone_label(zone: Zone) -> str:
    """How people call a zone: "EFHE-12 'Meilahti helipad'", or the id alone where it has no name."""
    return f"{zone.zone_id} '{zone.name}'" if zone.name and zone.name != zone.zone_id else str(zone.zone_id)


def describe(zone: Zone, volume: Volume) -> str:
    """A zone's layer in words: "EFHE-12 'Meilahti helipad' (PROHIBITED, 0-150 m AGL, always)"."""
    about = (zone.restriction.value, limits.describe(volume), when.describe(zone.applicability))
    return f"{zone_label(zone)} ({', '.join(about)})"


def zone_blocks(zones: Iterable[Zone], frame: LocalFrame, ground: Terrain | None) -> Iterator[ZoneBlock]:
    """The layers of all zones that bind, each with the heights that it has anywhere over this ground.

    PROHIBITED, REQ_AUTHORISATION and CONDITIONAL bind: no authorisation is held. NO_RESTRICTION
    does not.
    """
    for zone in zones:
        if zone.restriction is Restriction.NO_RESTRICTION:
            continue
        for volume in zone.volumes:
            known = limits.needs_ground(volume) and ground is not None
            span = ground.span(volume.footprint) if known and ground is not None else None
            yield ZoneBlock(zone, volume, outline(volume.footprint, frame), limits.band(volume, span))


def obstacle_blocks(obstacles: Iterable[Obstacle], frame: LocalFrame) -> Iterator[ObstacleBlock]:
    """Every obstacle as a block from below the ground to its top."""
    for obstacle in obstacles:
        band = Band(float("-inf"), obstacle.height_agl_m)
        yield ObstacleBlock(obstacle, outline(obstacle.footprint, frame), band)
