"""The command line's words about a path: `sanderling path`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestrator.cli.shell import Json, ending, print_json
from vehicles.atmosphere import Atmosphere
from vehicles.clock import machine_now_s

_Files = Annotated[
    list[Path] | None, typer.Argument(help="Further zone files and tiles.", show_default=False)
]
_From = Annotated[str, typer.Option("--from", metavar="LAT,LON", help="Where from.")]
_To = Annotated[str, typer.Option("--to", metavar="LAT,LON", help="Where to.")]
_Zones = Annotated[list[Path] | None, typer.Option(metavar="FILE", help="Zone file; repeatable.")]
_Terrain = Annotated[list[Path] | None, typer.Option(metavar="FILE", help="Height tile (.hgt); repeatable.")]
_Ground = Annotated[float | None, typer.Option(help="Height of flat ground above the sea.")]
_Height = Annotated[float | None, typer.Option(help="Cruise height above ground; else the cheapest.")]
_At = Annotated[str | None, typer.Option(metavar="ISO8601", help="Departure; now if not said.")]
_Latest = Annotated[str | None, typer.Option(metavar="ISO8601", help="There by then; it may leave later.")]
_Profile = Annotated[str, typer.Option(help="The kind of vehicle.")]
_Headwind = Annotated[float, typer.Option(min=0, max=60, help="Headwind to reckon with.")]
_AboveIsa = Annotated[
    float, typer.Option("--above-isa-k", min=-60, max=60, help="How much warmer than standard the air is.")
]
_Wind = Annotated[
    list[str] | None,
    typer.Option(metavar="[HEIGHT:]MPS@DEG", help="Wind at a height, from where; repeatable."),
]
_Risk = Annotated[Path | None, typer.Option(metavar="FILE", help="People on the ground: a grid or areas.")]
_RiskWeight = Annotated[
    float | None, typer.Option(help="Wh to spend for a kilometre less over 1,000 people per km2.")
]
_Rally = Annotated[list[str] | None, typer.Option(metavar="LAT,LON", help="Where else to land; repeatable.")]
_Map = Annotated[Path | None, typer.Option("--map", metavar="FILE", help="Buildings, footpaths.")]


def path(
    more_files: _Files = None,
    *,
    start: _From,
    goal: _To,
    zones: _Zones = None,
    terrain: _Terrain = None,
    ground_m: _Ground = None,
    height_m: _Height = None,
    at: _At = None,
    latest: _Latest = None,
    profile: _Profile = "delivery-drone",
    wind_mps: _Headwind = 0.0,
    wind: _Wind = None,
    above_isa_k: _AboveIsa = 0.0,
    map_file: _Map = None,
    risk: _Risk = None,
    risk_weight: _RiskWeight = None,
    rally: _Rally = None,
    json: Json = False,
) -> None:
    """Plan the cheapest path around and over zones, buildings and hills, or say why there is none.

    Heights follow --terrain tiles, or --ground-m; without, limits above the sea hold from the ground up.

    Example: sanderling path --zones z.json --from 60.1699,24.9384 --to 60.1735,24.9410 --json
    """
    with ending():
        from orchestrator.commands import path as answering
        from orchestrator.commands import path_answer, words
        from orchestrator.commands import path_question as asking

        question = asking.Question(
            start=words.parse_point(start, "--from"),
            goal=words.parse_point(goal, "--to"),
            files=asking.sort_files(zones or (), terrain or (), more_files or ()),
            ground_amsl_m=asking.parse_ground_amsl_m(ground_m),
            profile=words.parse_profile(profile),
            height_agl_m=height_m,
            at_s=words.parse_instant_s(at, "--at") if at is not None else machine_now_s(),
            latest_s=words.parse_instant_s(latest, "--latest") if latest is not None else None,
            air=Atmosphere(asking.parse_wind(wind or (), wind_mps), above_isa_k=above_isa_k),
            map_file=map_file,
            risk=asking.parse_risk(risk, risk_weight),
            rally=tuple(words.parse_point(text, "--rally") for text in rally or ()),
        )
        answer = answering.answer(question)
        print_json(path_answer.document(answer)) if json else path_answer.print_answer(answer)
        if isinstance(answer, path_answer.NoWay):
            raise typer.Exit(1)
