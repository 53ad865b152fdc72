"""The families `sanderling solve` knows, by the name that `--format` takes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from orchestrator.dispatch.formats import evrptw
from orchestrator.dispatch.formats.family import Family
from orchestrator.dispatch.formats.hashcode import HASHCODE
from orchestrator.dispatch.formats.li_lim import LI_LIM
from orchestrator.dispatch.formats.mdrp import MDRP
from orchestrator.dispatch.formats.solomon import SOLOMON
from orchestrator.dispatch.formats.vrpd_stations import STATIONS
from orchestrator.dispatch.formats.vrplib import VRPLIB

_ALL: tuple[Family[Any, Any], ...] = (
    LI_LIM,
    SOLOMON,
    VRPLIB,
    evrptw.FULL,
    evrptw.PARTIAL,
    HASHCODE,
    MDRP,
    STATIONS,
)

FAMILIES: Mapping[str, Family[Any, Any]] = MappingProxyType({family.name: family for family in _ALL})
