"""The command line's words about benchmark instances: `sanderling solve`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestrator.cli.shell import Json, ending, print_json

FORMATS = "li-lim, solomon, vrplib, evrptw, evrptw-partial, mdrp, hashcode or vrpd-stations."

_Instance = Annotated[Path, typer.Argument(help="A file, or the folder that is one (mdrp).")]
_Family = Annotated[str, typer.Option("--format", metavar="NAME", help=FORMATS)]
_Limit = Annotated[float, typer.Option(min=0.1, max=86400, help="How long to search.")]
_Seed = Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Of the search's random numbers.")]
_Output = Annotated[Path | None, typer.Option(metavar="FILE", help="Write the standard solution.")]


def solve(
    instance: _Instance,
    *,
    family: _Family,
    time_limit_s: _Limit = 10.0,
    seed: _Seed = 1,
    output: _Output = None,
    json: Json = False,
) -> None:
    """Solve a benchmark instance of the field; the solution is checked by code that did not solve it.

    Example: sanderling solve lr112.txt --format li-lim --time-limit-s 10 --output lr112.sol
    """
    with ending():
        from orchestrator.commands import solve as solving

        found = solving.solve(instance, solving.family_of(family), time_limit_s, seed, output)
        print_json(found) if json else solving.print_outcome(found)
