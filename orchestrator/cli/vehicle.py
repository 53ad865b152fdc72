"""Commands of the command line about one vehicle, without a fleet."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestrator.cli.fly import SystemId
from orchestrator.cli.shell import Json, ending, print_json
from orchestrator.ending import Failed
from orchestrator.terminal import err, out

Url = Annotated[str, typer.Argument(help="As udpin:127.0.0.1:14540.")]
Kind = Annotated[str, typer.Option("--profile", help="The kind of vehicle.")]
Within = Annotated[float, typer.Option("--for-s", min=0.1, max=600, help="How long to wait for it.")]


def probe(
    url: Annotated[str, typer.Argument(help="udpin:, udpout:, tcpin:, tcpout:, serial:, mqtt:// or tlog:")],
    for_s: Annotated[float, typer.Option(min=0.1, max=600, help="How long to listen.")] = 3.0,
    *,
    json: Json = False,
) -> None:
    """Listen who speaks MAVLink there, and what they are.

    Example: sanderling probe udpin:127.0.0.1:14550 --json
    """
    with ending():
        from orchestrator.commands import probe as job

        seen, warnings, why_nobody = job.listen(url, for_s)
        print_json(seen) if json else job.print_seen(seen)
        for text in warnings:
            err.print(f"warning: {text}", markup=False, highlight=False, soft_wrap=True)
        if not seen:
            raise Failed(why_nobody)


def params(
    url: Url,
    names: Annotated[list[str] | None, typer.Argument(help="Which to read; none: all a fleet needs.")] = None,
    changes: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Set it.")] = None,
    profile: Kind = "delivery-drone",
    for_s: Within = 10.0,
    system_id: SystemId = None,
    *,
    json: Json = False,
) -> None:
    """Hold a vehicle's parameters against what a fleet needs, read some, or set them on the ground.

    Example: sanderling params udpin:127.0.0.1:14540 --set NAV_DLL_ACT=2
    """
    with ending():
        from orchestrator.commands import params as job
        from orchestrator.commands.one_vehicle import Address
        from orchestrator.commands.words import parse_profile

        wanted = job.parse_changes(changes or ())
        wish = job.Wish(Address(url, for_s, system_id), parse_profile(profile), tuple(names or ()), wanted)
        rows = job.carry_out(wish)
        print_json(rows) if json else job.print_rows(rows)
        found = [row for row in rows if row.get("finding")]
        if untold := [str(row["name"]) for row in found if row["value"] is None and (names or changes)]:
            raise Failed(f"not told: {', '.join(untold)}")
        if found:
            raise Failed(f"not as a fleet needs them: {', '.join(str(row['name']) for row in found)}")


def command(
    url: Url,
    what: Annotated[
        list[str], typer.Argument(help="hold, return, land, disarm, grip, release, or goto PLACE.")
    ],
    profile: Kind = "delivery-drone",
    for_s: Within = 10.0,
    system_id: SystemId = None,
    *,
    json: Json = False,
) -> None:
    """Have one vehicle do one thing where no orchestrator does; a place is LAT,LON,HEIGHT above home.

    Afterwards its own link-loss action follows, unless another ground station is there.

    Example: sanderling command udpin:127.0.0.1:14540 return
    """
    with ending():
        from orchestrator.commands import command as job
        from orchestrator.commands.one_vehicle import Address
        from orchestrator.commands.words import parse_profile

        order = job.Order(Address(url, for_s, system_id), parse_profile(profile), job.parse(what))
        done = job.carry_out(order)
        print_json(done) if json else out.print(job.in_words(done), markup=False)
