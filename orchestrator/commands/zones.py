"""`sanderling zones check`: read zone files, show what they say, and what is wrong with them."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.table import Table

from geofences.formats.reading import Reading
from geofences.zone import Limit, Volume, Zone
from orchestrator.terminal import out


def document(reading: Reading) -> dict[str, Any]:
    """The JSON document of `zones check --json` (DESIGN.md section 10)."""
    return {
        "format": reading.format,
        "zones": [row(zone) for zone in reading.zones],
        "findings": [
            {"id": item.zone_id, "field": item.field, "found": item.found, "read_as": item.read_as}
            for item in reading.findings
        ],
        "refused": [
            {"id": item.zone_id, "field": item.field, "reason": item.reason} for item in reading.refused
        ],
    }


def row(zone: Zone) -> dict[str, Any]:
    """One zone: its widest band, and each volume's own where it has several."""
    bands = [_band(volume) for volume in zone.volumes]
    return {
        "id": zone.zone_id,
        "name": zone.name,
        "restriction": zone.restriction.value,
        **bands[0],
        **({"volumes": bands} if len(bands) > 1 else {}),
    }


def _band(volume: Volume) -> dict[str, Any]:
    def limit(name: str, value: Limit | None) -> dict[str, Any]:
        return {
            f"{name}_m": value.value_m if value else None,
            f"{name}_datum": value.datum.value if value else None,
        }

    return {**limit("lower", volume.lower), **limit("upper", volume.upper)}


def print_zones(reading: Reading) -> None:
    """The same for people: a row for each zone, then what was odd, then what could not be read."""
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for column in ("zone", "name", "restriction", "from", "to"):
        table.add_column(column)
    for zone in reading.zones:
        for volume in zone.volumes:
            limits = (_words(volume.lower, "ground"), _words(volume.upper, "unlimited"))
            table.add_row(zone.zone_id, zone.name, zone.restriction.value, *limits)
    out.print(table)
    for item in reading.findings:
        out.print(
            f"odd: {item.zone_id}, {item.field}: found {item.found}, read as {item.read_as}", markup=False
        )
    for refused in reading.refused:
        out.print(f"not read: {refused.zone_id}, {refused.field}: {refused.reason}", markup=False)
    counts = (len(reading.zones), len(reading.findings), len(reading.refused))
    out.print("{} zones, {} findings, {} not read".format(*counts))


def _words(limit: Limit | None, unbounded: str) -> str:
    return f"{limit.value_m:g} m {limit.datum.value}" if limit else unbounded
