"""`sanderling keys`: the command line's part of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestrator.cli.fly import SystemId
from orchestrator.cli.shell import Json, ending, print_json

keys_cli = typer.Typer(
    no_args_is_help=True,
    help="Make and change the keys with which vehicles sign.\n\nExample: sanderling keys new d1 d2",
)

File = Annotated[Path, typer.Option("--file", metavar="FILE", help="The file of keys.")]
Vehicles = Annotated[list[str], typer.Argument(help="Vehicles' ids, as in the configuration.")]
_FILE = Path("keys.toml")


@keys_cli.command("new")
def _new(vehicles: Vehicles, file: File = _FILE) -> None:
    """Make a key for each vehicle that has none.

    Example: sanderling keys new d1 d2 --file keys.toml
    """
    with ending():
        from orchestrator.commands import keys

        keys.new(file, vehicles)


@keys_cli.command("show")
def _show(
    file: File = _FILE,
    secret: Annotated[str | None, typer.Option(metavar="VEHICLE", help="Print this one's key.")] = None,
    *,
    json: Json = False,
) -> None:
    """Tell which vehicles have a key, by its fingerprint.

    Example: sanderling keys show --file keys.toml
    """
    with ending():
        from orchestrator.commands import keys

        rows = keys.show(file, secret)
        print_json(rows) if json else keys.print_rows(rows)


@keys_cli.command("rotate")
def _rotate(
    vehicles: Vehicles,
    file: File = _FILE,
    grace_s: Annotated[float, typer.Option(min=0, max=2_592_000, help="How long the present key counts.")] = (
        86_400.0
    ),
) -> None:
    """Make a new key for each vehicle; what it signs with the present one counts for a while yet.

    Example: sanderling keys rotate d1 --grace-s 3600
    """
    with ending():
        from orchestrator.commands import keys

        keys.rotate(file, vehicles, grace_s)


@keys_cli.command("give")
def _give(
    vehicle: Annotated[str, typer.Argument(help="The vehicle's id in the file.")],
    url: Annotated[str, typer.Argument(help="Where it is now, over a cable: serial:/dev/ttyACM0:115200.")],
    file: File = _FILE,
    system_id: SystemId = None,
    for_s: Annotated[float, typer.Option(min=0.1, max=600, help="How long to try.")] = 10.0,
) -> None:
    """Give a vehicle its key (SETUP_SIGNING, in the clear) and see that it signs with it.

    Example: sanderling keys give d1 serial:/dev/ttyACM0:115200 --file keys.toml
    """
    with ending():
        from orchestrator.commands import keys

        keys.give(file, vehicle, url, for_s, system_id)
