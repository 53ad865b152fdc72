"""Vehicles that cannot be worked with while nothing can be kept: told as soon as something can."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from geofences.reason import Reason
from orchestrator.record.events import Event, VehicleFaulted
from orchestrator.record.illegal import IllegalEvent
from orchestrator.record.state import FleetState
from orchestrator.record.writer import Writer
from vehicles.mission import VehicleId

_log = structlog.get_logger("fleet")


class Faults:
    """Journals vehicles' faults, each once; what cannot be kept is owed."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._owed: dict[VehicleId, Reason] = {}

    async def tell(self, vehicle_id: VehicleId, reason: Reason) -> None:
        """That a vehicle cannot be worked with. Raises `JournalError` where it is owed."""
        self._owed[vehicle_id] = reason
        await self._keep(vehicle_id, reason)

    async def settle(self) -> None:
        """Journal what is owed. Raises `JournalError` while that cannot be: it stays owed."""
        for vehicle_id, reason in tuple(self._owed.items()):
            await self._keep(vehicle_id, reason)

    async def _keep(self, vehicle_id: VehicleId, reason: Reason) -> None:
        def news(state: FleetState) -> Sequence[Event]:
            known = state.vehicles[vehicle_id].fault
            return () if known == (reason,) else (VehicleFaulted(vehicle_id, (reason,)),)

        try:
            await self._writer.write(news)
        except IllegalEvent as error:
            _log.error("fault cannot follow", vehicle_id=vehicle_id, error=str(error))
        if self._owed.get(vehicle_id) == reason:
            del self._owed[vehicle_id]
