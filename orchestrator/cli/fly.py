"""How `sanderling fly` is said on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.cli.shell import Json, ending, print_json
from orchestrator.ending import BadInput, Failed, Stopped
from orchestrator.files.whole import check_writable, write_json

if TYPE_CHECKING:
    from orchestrator.commands.fly import Options
    from orchestrator.flying.flown import Flown


Report = Annotated[Path | None, typer.Option(metavar="FILE", help="Write what became of it as JSON.")]
Plan = Annotated[Path | None, typer.Option(metavar="FILE", help="A .plan or waypoint file.")]
To = Annotated[str | None, typer.Option(metavar="LAT,LON", help="Deliver there and come back.")]
Driver = Annotated[str, typer.Option(help="mavlink or mavsdk.")]
Kind = Annotated[str | None, typer.Option("--profile", help="The kind of vehicle.")]
Handover = Annotated[str | None, typer.Option(help="hover, land, winch or place.")]
Mass = Annotated[float, typer.Option(min=0.01, max=100, help="Mass of the parcel.")]
Zones = Annotated[list[Path] | None, typer.Option(metavar="FILE", help="Zone file; may be repeated.")]
Map = Annotated[Path | None, typer.Option("--map", metavar="FILE", help="Buildings, footpaths.")]
Wind = Annotated[float, typer.Option(min=0, max=60, help="Headwind to reckon with.")]
AboveIsa = Annotated[
    float, typer.Option("--above-isa-k", min=-60, max=60, help="How much warmer than standard the air is.")
]
Ground = Annotated[
    float | None,
    typer.Option("--ground-m", min=-500, max=9000, help="Its home above the sea, as it is known to be."),
]
Low = Annotated[bool, typer.Option("--low", help="A plan's way-points under 5 m are meant.")]
SystemId = Annotated[
    int | None, typer.Option("--system-id", min=1, max=255, help="Which vehicle, where several speak.")
]
SetParameters = Annotated[bool, typer.Option("--set-parameters", help="Set failsafes as they must be.")]
AnyParameters = Annotated[bool, typer.Option("--any-parameters", help="Fly with its failsafes as they are.")]


def fly(
    vehicle: Annotated[str, typer.Option(metavar="URL", help="As udpin:127.0.0.1:14540.")],
    *,
    plan: Plan = None,
    to: To = None,
    system_id: SystemId = None,
    driver: Driver = "mavlink",
    report: Report = None,
    profile: Kind = None,
    handover: Handover = None,
    parcel_kg: Mass = 1.0,
    zones: Zones = None,
    map_file: Map = None,
    wind_mps: Wind = 0.0,
    above_isa_k: AboveIsa = 0.0,
    ground_m: Ground = None,
    low: Low = False,
    set_parameters: SetParameters = False,
    any_parameters: AnyParameters = False,
    json: Json = False,
) -> None:
    """Fly one vehicle: there and back with a parcel, or a plan file as it stands; verified first.

    Only given zones and maps are planned around. Ctrl-C calls it back; a second one leaves it to its plan.

    Example: sanderling fly --vehicle udpin:127.0.0.1:14540 --to 47.3990,8.5470 --report flight.json
    """
    with ending():
        from orchestrator.commands import fly as job
        from orchestrator.commands.words import parse_choice, parse_point, parse_profile
        from vehicles.handover import By

        options = job.Options(
            url=vehicle,
            plan=plan,
            to=parse_point(to, "--to") if to is not None else None,
            driver=parse_choice(job.Driver, driver, "--driver"),
            profile=parse_profile(profile) if profile is not None else None,
            by=parse_choice(By, handover, "--handover") if handover is not None else None,
            parcel_kg=parcel_kg,
            zones=zones or [],
            map_file=map_file,
            wind_mps=wind_mps,
            above_isa_k=above_isa_k,
            ground_amsl_m=ground_m,
            low=low,
            care=job.care(set_them=set_parameters, leave_them=any_parameters),
            system_id=system_id,
        )
        _fly(options, report, json=json)


def _fly(options: Options, report: Path | None, *, json: bool) -> None:
    from orchestrator.commands import fly as job
    from orchestrator.flying.flown import Unflown
    from orchestrator.flying.stopping import Left

    if report is not None:
        check_writable(report, "--report")
    try:
        flown = job.run(options, job.progress_line(), job.say)
    except Left as left:
        if left.flown is None:
            raise Stopped(str(left), left.number) from left
        _tell(left.flown, report, json=json)
        raise typer.Exit(128 + left.number) from left
    except Unflown as unflown:
        unwritten = _write(unflown.flown, report)
        raise Failed(f"{unflown}{unwritten and f'; and {unwritten}'}") from unflown
    _tell(flown, report, json=json)
    if not job.is_done(flown, options):
        raise typer.Exit(1)


def _tell(flown: Flown, report: Path | None, *, json: bool) -> None:
    from orchestrator.commands import fly as job

    print_json(job.document(flown)) if json else job.print_flown(flown)
    if unwritten := _write(flown, report):
        raise Failed(unwritten)


def _write(flown: Flown, report: Path | None) -> str:
    """Why the report could not be written: it could be when the flight began. How it ended is told first."""
    from orchestrator.commands import fly as job

    if report is None:
        return ""
    try:
        write_json(job.document(flown), report, "--report")
    except BadInput as unwritten:
        return str(unwritten)
    return ""
