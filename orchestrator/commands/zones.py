"""`sanderling zones check`: read zone files, show what they say, and what is wrong with them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich import box
from rich.markup import escape
from rich.table import Table

from geofences import when
from geofences.formats import ed318_write, geojson_write, qgc_plan_write
from geofences.formats.reading import Reading
from geofences.formats.writing import Written
from geofences.ground import limits
from geofences.wording import longer
from geofences.zone import Authority, Volume, Zone
from orchestrator.ending import BadInput
from orchestrator.files.whole import write_file
from orchestrator.terminal import err, out


def document(reading: Reading) -> dict[str, Any]:
    """The JSON document of `zones check --json`."""
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
    """One zone: its widest band, and each volume's own where it has several; and what it says for people."""
    bands = [_band(volume) for volume in zone.volumes]
    return {
        "id": zone.zone_id,
        "name": zone.name,
        "restriction": zone.restriction.value,
        **_widest(zone.volumes),
        **({"volumes": bands} if len(bands) > 1 else {}),
        "applies": when.describe(zone.applicability),
        "binds": sorted(medium.value for medium in zone.binds),
        "reason": zone.reason,
        "conditions": zone.conditions,
        "message": zone.message,
        "authorities": [_authority(authority) for authority in zone.authorities],
    }


def _authority(authority: Authority) -> dict[str, str]:
    """What is known of one: members that are empty are left out."""
    said = {**asdict(authority), "purpose": authority.purpose.value if authority.purpose else ""}
    return {name: text for name, text in said.items() if text}


def _widest(volumes: Sequence[Volume]) -> dict[str, Any]:
    """The band about all volumes where they have one datum, else the first volume's."""
    lowers, uppers = [v.lower for v in volumes], [v.upper for v in volumes]
    lower, upper = lowers[0], uppers[0]
    if len({limit.datum if limit else None for limit in lowers}) == 1 and lower is not None:
        lower = min((limit for limit in lowers if limit), key=lambda limit: limit.value_m)
    elif None in lowers:
        lower = None
    if len({limit.datum if limit else None for limit in uppers}) == 1 and upper is not None:
        upper = max((limit for limit in uppers if limit), key=lambda limit: limit.value_m)
    elif None in uppers:
        upper = None
    return _band(Volume(volumes[0].footprint, lower, upper))


def _band(volume: Volume) -> dict[str, Any]:
    return {
        "lower_m": volume.lower.value_m if volume.lower else None,
        "lower_datum": volume.lower.datum.value if volume.lower else None,
        "upper_m": volume.upper.value_m if volume.upper else None,
        "upper_datum": volume.upper.datum.value if volume.upper else None,
        "heights": limits.describe(volume),
    }


def print_zones(reading: Reading) -> None:
    """The same for people: a row for each zone, then what was odd, then what could not be read."""
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for column in ("zone", "name", "restriction", "heights", "applies"):
        table.add_column(column)
    for zone in reading.zones:
        for volume in zone.volumes:
            about = (zone.restriction.value, limits.describe(volume), when.describe(zone.applicability))
            table.add_row(escape(zone.zone_id), escape(zone.name), *about)
        for line in longer(zone):
            table.add_row("", f"  {escape(line)}", "", "", "")
    out.print(table)
    for item in reading.findings:
        out.print(
            f"odd: {item.zone_id}, {item.field}: found {item.found}, read as {item.read_as}", markup=False
        )
    for refused in reading.refused:
        out.print(f"not read: {refused.zone_id}, {refused.field}: {refused.reason}", markup=False)
    counts = (len(reading.zones), len(reading.findings), len(reading.refused))
    out.print("{} zones, {} findings, {} not read".format(*counts))


def convert(reading: Reading, to: str) -> Written:
    """The zones in another format. Raises `BadInput` for a format that is not written."""
    writers = {"ed318": ed318_write.write, "geojson": geojson_write.write, "plan": qgc_plan_write.write_zones}
    if to not in writers:
        raise BadInput(f"--to: {to!r} is none of {', '.join(writers)}")
    return writers[to](reading.zones)


def save(written: Written, output: Path | None) -> None:
    """Write the file, or print it where none is named. Raises `BadInput` where it cannot be written."""
    if output is None:
        sys.stdout.write(written.data.decode() + "\n")
        return
    write_file(written.data, output, "--output")


def converted(reading: Reading, written: Written) -> dict[str, Any]:
    """The JSON document of `zones convert --json`: that of `check`, and what was lost."""
    lost = [
        {"id": item.zone_id, "field": item.field, "found": item.found, "written_as": item.read_as}
        for item in written.findings
    ]
    return {**document(reading), "lost": lost}


def tell_lost(reading: Reading, written: Written) -> None:
    """Say what was odd or left out in reading, and what the new format could not hold."""
    for item in reading.findings:
        err.print(
            f"odd: {item.zone_id}, {item.field}: found {item.found}, read as {item.read_as}", markup=False
        )
    for refused in reading.refused:
        err.print(f"not read: {refused.zone_id}, {refused.field}: {refused.reason}", markup=False)
    for item in written.findings:
        err.print(
            f"lost: {item.zone_id}, {item.field}: {item.found}, written as {item.read_as}", markup=False
        )
