"""What comes of reading a file of zones: the zones, and everything about it that was not as it should be."""

from __future__ import annotations

from dataclasses import dataclass

from geofences.zone import Zone


class FormatError(Exception):
    """The data is not of the format at all. `field` says where (a JSON path), `reason` what is wrong."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Finding:
    """A deviation from the standard that was read safely: what stood there, and as what it was read."""

    zone_id: str
    field: str
    found: str
    read_as: str


@dataclass(frozen=True, slots=True)
class RefusedZone:
    """A feature that could not be read. Its airspace is unknown: going on without needs a human's word."""

    zone_id: str
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a file holds. Every feature is in `zones` or in `refused`; none is dropped in silence.

    A caller refuses the whole file while `refused` is not empty, unless told to be lenient.
    """

    format: str
    zones: tuple[Zone, ...]
    findings: tuple[Finding, ...] = ()
    refused: tuple[RefusedZone, ...] = ()
    features_count: int = 0
    """How many features the file has: as many as zones and refused ones together."""
