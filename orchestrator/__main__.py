"""The command line: `sanderling COMMAND --help` shows an example of each.

A composition root: the only file of this room that may reach up into `sitl`, and only inside the
function of the subcommand that needs it.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

from orchestrator.cli.fly import fly
from orchestrator.cli.keys import keys_cli
from orchestrator.cli.path import path
from orchestrator.cli.shell import Commands, Json
from orchestrator.cli.shell import ending as _ending
from orchestrator.cli.shell import print_json as _print_json
from orchestrator.cli.solve import solve
from orchestrator.cli.vehicle import command, params, probe
from orchestrator.cli.zones import zones_cli

cli = typer.Typer(
    name="sanderling",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    help=__doc__.splitlines()[0],
)
cli.add_typer(zones_cli, name="zones")
cli.add_typer(keys_cli, name="keys")
sitl_cli = typer.Typer(
    no_args_is_help=True, help="Run real autopilots in simulation.\n\nExample: sanderling sitl px4 --demo"
)
cli.add_typer(sitl_cli, name="sitl")

Report = Annotated[Path | None, typer.Option(metavar="FILE", help="Write what became of it all as JSON.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="The console's port; 0 takes any.")]
Data = Annotated[Path, typer.Option(metavar="FOLDER", help="Where the journal goes.")]
Headless = Annotated[bool, typer.Option("--headless", help="Serve no page; exit when all is done.")]
Faults = Annotated[list[str] | None, typer.Option(metavar="D2:silent@60-90", help="A fault; repeatable.")]

# What every `sanderling sitl` command takes. Without --binary SANDERLING_PX4 or SANDERLING_ARDUPILOT tells.
Binary = Annotated[Path | None, typer.Option(metavar="FILE", help="Its program, built or installed.")]
Count = Annotated[int, typer.Option(min=1, max=10, help="How many vehicles.")]
Home = Annotated[str, typer.Option(metavar="LAT,LON", help="Where the first stands, without --demo.")]
First = Annotated[int, typer.Option(min=0, max=9, help="Number of the first instance.")]
Speed = Annotated[float, typer.Option(min=0.1, max=10, help="Fleet seconds to a second.")]
Logs = Annotated[Path, typer.Option(metavar="FOLDER", help="Consoles and flight logs.")]
ConfigOut = Annotated[Path | None, typer.Option(metavar="FILE", help="Write a configuration for serve.")]
Parcels = Annotated[int, typer.Option(min=1, max=1000, help="With --demo: how many orders.")]
_BENCHES = (
    "Which: conflicts, dispatch, dispatch-day, dispatch-drones, dispatch-electric, dispatch-first,"
    " dispatch-meals, fleet, link, paths, virtual."
)
OnDemo = Annotated[bool, typer.Option("--demo", help="Have them fly the demonstration.")]


@cli.command("demo")
def _demo(
    drones: Annotated[int | None, typer.Option(min=0, max=100, help="How many drones.")] = None,
    robots: Annotated[int | None, typer.Option(min=0, max=100, help="How many robots.")] = None,
    parcels: Annotated[int | None, typer.Option(min=1, max=1000, help="How many orders.")] = None,
    speed: Annotated[float, typer.Option(min=0.1, max=20, help="Fleet seconds to a second.")] = 1.0,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of the demand.")] = None,
    port: Port = 8765,
    data: Data = Path("sanderling-data"),
    report: Report = None,
    fault: Faults = None,
    *,
    headless: Headless = False,
) -> None:
    """Fly the main job: simulated drones and robots deliver real addresses in Helsinki.

    Example: sanderling demo --drones 6 --robots 4 --parcels 20 --speed 10 --report r.json
    """
    with _ending():
        from sitl import demo
        from sitl.vehicle_faults import parse_option

        faults, page = parse_option(fault or ()), None if headless else port
        demo.run(demo.Options(drones, robots, parcels, speed, seed, page, data, report, faults))


@sitl_cli.command("px4")
def _sitl_px4(
    context: typer.Context,
    count: Count = 1,
    binary: Binary = None,
    image: Annotated[str | None, typer.Option(help="A container image, as px4io/px4-sitl:latest.")] = None,
    model: Annotated[str, typer.Option(help="quad, vtol or rover.")] = "quad",
    home: Home = "60.1699,24.9384",
    first: First = 0,
    speed: Speed = 1.0,
    logs: Logs = Path("sanderling-data/px4"),
    config_out: ConfigOut = None,
    parcels: Parcels = 8,
    port: Port = 8765,
    data: Data = Path("sanderling-data"),
    report: Report = None,
    *,
    demo: OnDemo = False,
    headless: Headless = False,
) -> None:
    """Start real PX4 instances with PX4's own physics, for the demonstration, for serve or for anything.

    Example: sanderling sitl px4 --count 4 --binary build/px4_sitl_default/bin/px4 --demo
    """
    with _ending():
        from orchestrator.commands.words import parse_point
        from sitl import px4, real_fleet

        real_fleet.check_options(_given(context), demo=demo)
        starter = px4.Px4(px4.source(binary, image), px4.model(model), speed, first)
        fleet = real_fleet.RealFleet(starter, starter.model.profile, count, speed, logs)
        flown = real_fleet.Flown(parcels, None if headless else port, data, report) if demo else None
        real_fleet.run(fleet, parse_point(home, "--home"), config_out, flown)


@sitl_cli.command("ardupilot")
def _sitl_ardupilot(
    context: typer.Context,
    count: Count = 1,
    binary: Binary = None,
    model: Annotated[str | None, typer.Option(help="quad or rover; else as the program says.")] = None,
    home: Home = "60.1699,24.9384",
    first: First = 0,
    speed: Speed = 1.0,
    logs: Logs = Path("sanderling-data/ardupilot"),
    config_out: ConfigOut = None,
    parcels: Parcels = 8,
    port: Port = 8765,
    data: Data = Path("sanderling-data"),
    report: Report = None,
    *,
    demo: OnDemo = False,
    headless: Headless = False,
) -> None:
    """Start real ArduPilot instances with ArduPilot's own physics, as `sitl px4` does PX4.

    Example: sanderling sitl ardupilot --count 4 --binary build/sitl/bin/arducopter --demo
    """
    with _ending():
        from orchestrator.commands.words import parse_point
        from sitl import ardupilot, real_fleet

        real_fleet.check_options(_given(context), demo=demo)
        program = ardupilot.source(binary)
        starter = ardupilot.ArduPilot(program, ardupilot.model(model, program), speed, first)
        fleet = real_fleet.RealFleet(starter, starter.model.profile, count, speed, logs)
        flown = real_fleet.Flown(parcels, None if headless else port, data, report) if demo else None
        real_fleet.run(fleet, parse_point(home, "--home"), config_out, flown)


def _given(context: typer.Context) -> frozenset[str]:
    """The options that were said, and are not there by default."""
    sources = {one.name: context.get_parameter_source(one.name) for one in context.command.params if one.name}
    return frozenset(name for name, source in sources.items() if source and source.name == "COMMANDLINE")


@cli.command("simulate")
def _simulate(
    scenario: Annotated[str, typer.Argument(help="A scenario's name, or its TOML file.")],
    seed: Annotated[int | None, typer.Option(min=0, help="Instead of the scenario's own.")] = None,
    report: Report = None,
    journal: Annotated[Path | None, typer.Option(metavar="FILE", help="Keep the journal here.")] = None,
    fault: Faults = None,
) -> None:
    """Run a scenario on virtual time: the same code, no sockets, the same twice.

    Example: sanderling simulate demo --seed 7 --journal day.journal
    """
    with _ending():
        from sitl import simulate
        from sitl.vehicle_faults import parse_option

        simulate.run(scenario, seed, report, journal, parse_option(fault or ()))


@cli.command("serve")
def _serve(config: Annotated[Path, typer.Option(metavar="FILE", help="The TOML file.")]) -> None:
    """Run a fleet: connect its vehicles, take orders, serve the console, until stopped.

    Example: sanderling serve --config fleet.toml
    """
    with _ending(logging.INFO):
        from orchestrator.commands import serve

        serve.run(config)


@cli.command("replay")
def _replay(
    journal: Annotated[Path, typer.Argument(help="A journal that nobody has open, or a recording (.tlog).")],
    *,
    verify: Annotated[bool, typer.Option("--verify", help="Compare with the state kept at exit.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Of a recording: one JSON document.")] = False,
) -> None:
    """Tell what happened, from a journal or a recording alone; or check that a journal is sound.

    Example: sanderling replay sanderling-data/demo.journal --verify
    """
    with _ending():
        from orchestrator.commands import replay

        kind = replay.kind_of(journal, verify=verify, json=json)
        if json:
            _print_json(replay.recording_document(journal))
        elif kind is replay.Kind.RECORDING:
            replay.tell_recording(journal)
        else:
            (replay.check if verify else replay.tell)(journal)


cli.command("path")(path)
cli.command("solve")(solve)


@cli.command("bench")
def _bench(
    name: Annotated[str, typer.Argument(help=_BENCHES)],
    *,
    budget_s: Annotated[
        float | None,
        typer.Option(help="Of dispatch: about how long all its searches take; 1,200 by default."),
    ] = None,
    json: Json = False,
) -> None:
    """Measure the project's own figures, each beside its peer in one run.

    Example: sanderling bench link
    """
    with _ending():
        from benchmarks import BENCHES
        from orchestrator.commands import bench

        figures = bench.run(name, BENCHES, bench.note_progress if json else bench.print_figure, budget_s)
        if json:
            _print_json(figures)


cli.command("probe")(probe)
cli.command("params")(params)
cli.command("command")(command)
cli.command("fly")(fly)


def main() -> None:
    """Run the command line."""
    cli()


if __name__ == "__main__":
    main()
