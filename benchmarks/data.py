"""Where the instances of the benchmarks are: folders that people name, or those beside this project."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from orchestrator.terminal import err

_SHARED = Path(__file__).parents[2] / "shared" / "data"
_FOLDERS: Mapping[str, Path] = MappingProxyType(
    {"SANDERLING_INSTANCES": _SHARED / "vrp", "SANDERLING_DELIVERY": _SHARED / "delivery"}
)
"""By the variable of the environment that names another."""


def instances(family: str) -> Path:
    """The folder of a routing family: under `SANDERLING_INSTANCES`, or else `../shared/data/vrp`."""
    return _folder("SANDERLING_INSTANCES", family)


def deliveries(family: str) -> Path:
    """The folder of a delivery family: under `SANDERLING_DELIVERY`, or else `../shared/data/delivery`."""
    return _folder("SANDERLING_DELIVERY", family)


def _folder(variable: str, family: str) -> Path:
    """Where it is missing that is said, and how another is named: what there is is measured."""
    root = Path(os.environ.get(variable, _FOLDERS[variable]))
    folder = root / family
    if not folder.is_dir():
        say_once(f"{folder}: there is no such folder; {variable}=FOLDER names another that holds {family}")
    return folder


@cache
def say_once(text: str) -> None:
    """Tell people what is missing, on standard error."""
    err.print(text, markup=False, highlight=False, soft_wrap=True)
