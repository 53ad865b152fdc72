"""What comes of writing zones: the file, and all that its format could not hold and how it stands instead."""

from __future__ import annotations

from dataclasses import dataclass

from geofences.formats.reading import Finding


@dataclass(frozen=True, slots=True)
class Written:
    """A file, and a finding for everything in it that is larger, longer or missing against the zones."""

    data: bytes
    findings: tuple[Finding, ...]
