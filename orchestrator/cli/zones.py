"""The command line's words about zone files: `sanderling zones check` and `convert`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestrator.cli.shell import Json, ending, print_json
from orchestrator.ending import BadInput

zones_cli = typer.Typer(
    no_args_is_help=True, help="Read and convert the zone files that authorities publish."
)


@zones_cli.command("check")
def _zones_check(
    files: Annotated[list[Path], typer.Argument(help="Zone files of any format that is known.")],
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Only what the official schema accepts.")] = False,
    lenient: Annotated[bool, typer.Option("--lenient", help="List unreadable zones and go on.")] = False,
    json: Json = False,
) -> None:
    """Read zone files: what they say, what was odd and how it was read, what cannot be read.

    ED-318, ED-269, GeoJSON, KML, KMZ, OpenAir, QGroundControl plans, waypoint and fence files.

    Example: sanderling zones check helsinki.ed318.json --json
    """
    with ending():
        from orchestrator.commands import zones
        from orchestrator.files.zones import Strictness, look_at_zones

        look = look_at_zones(files, Strictness.of(strict=strict, lenient=lenient))
        if json:
            print_json(zones.document(look.reading))
        else:
            zones.print_zones(look.reading)
        if look.why_not is not None:
            raise BadInput(look.why_not)


@zones_cli.command("convert")
def _zones_convert(
    files: Annotated[list[Path], typer.Argument(help="Zone files of any format that is known.")],
    *,
    to: Annotated[str, typer.Option(help="ed318, geojson or plan.")] = "ed318",
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to; else printed.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Only what the official schema accepts.")] = False,
    lenient: Annotated[bool, typer.Option("--lenient", help="List unreadable zones and go on.")] = False,
    json: Json = False,
) -> None:
    """Write zones in another format. What that cannot hold is written larger, and told.

    Example: sanderling zones convert airspace.txt --to ed318 --output airspace.json
    """
    with ending():
        from orchestrator.commands import zones
        from orchestrator.files.zones import Strictness, read_zones

        if output is not None and output.resolve() in {file.resolve() for file in files}:
            raise BadInput(f"--output {output}: is the file that is read; what was published stays as it is")
        reading = read_zones(files, Strictness.of(strict=strict, lenient=lenient))
        written = zones.convert(reading, to)
        zones.save(written, output)
        if json and output is not None:
            print_json(zones.converted(reading, written))
        elif not json:
            zones.tell_lost(reading, written)
