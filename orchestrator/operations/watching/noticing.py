"""What is amiss with how a vehicle is reached or recorded, as facts: once when it begins, once when over.

Frames refused by their signatures, stamps or recordings that cannot be written. Nothing the vehicle does
depends on it, so what cannot be journaled is logged, and tried again at the next look.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from orchestrator.record.events import Event, VehicleNoticed
from orchestrator.record.journal import JournalError
from orchestrator.record.state import FleetState
from orchestrator.record.writer import Writer
from vehicles.mission import VehicleId
from vehicles.vehicle import Wired

_log = structlog.get_logger(__name__)


def noticed(state: FleetState, vehicle_id: VehicleId, wired: Wired) -> tuple[Event, ...]:
    """The fact that other things are amiss than the state knows; their details may change unsaid."""
    known, now = state.vehicles[vehicle_id].notices, wired.notices
    same = known == now or _subjects(known) == _subjects(now)
    return () if same else (VehicleNoticed(vehicle_id, now),)


async def note(writer: Writer, vehicle_id: VehicleId, wired: Wired) -> None:
    """Journal it where there is news."""
    if not noticed(writer.state, vehicle_id, wired):
        return
    try:
        await writer.write(lambda state: noticed(state, vehicle_id, wired))
    except JournalError as error:
        _log.warning("notice not kept", vehicle_id=vehicle_id, error=str(error))


def _subjects(notices: Sequence[str]) -> set[str]:
    return {notice.partition(":")[0] for notice in notices}
