"""The fleet at work: one contained session for each vehicle, and the loop that decides."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Self

from orchestrator.operations.surroundings import Surroundings
from orchestrator.record.writer import Writer
from vehicles.mission import VehicleId
from vehicles.vehicle import Vehicle


class Fleet:
    """Runs everything that commands vehicles, from entering to leaving."""

    def __init__(
        self, writer: Writer, vehicles: Mapping[VehicleId, Vehicle], surroundings: Surroundings
    ) -> None:
        self._writer = writer
        self._vehicles = vehicles
        self._surroundings = surroundings

    async def __aenter__(self) -> Self:
        """Open the links and begin."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop deciding, close the links; the vehicles go on by their own plans."""
