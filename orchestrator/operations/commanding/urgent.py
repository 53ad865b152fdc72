"""An operator's word about safety while the journal cannot keep it: told at once, journaled later.

Facts come first wherever that can wait. HOLD and LAND cannot: a full disk must not stand between a person
and a vehicle that is about to do harm. What was told is owed to the journal, and kept when there is room.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import structlog

from geofences.reason import Because, Reason, sentences
from orchestrator.record.events import Ask, AskAnswered, Event, MissionFailed, OperatorAsked
from orchestrator.record.illegal import IllegalEvent
from orchestrator.record.state import MOVING, FleetState
from orchestrator.record.writer import Writer
from vehicles.clock import iso, now_s
from vehicles.mission import VehicleId
from vehicles.vehicle import Accepted, Command, Hold, Land, Refused, Vehicle

URGENT: Mapping[Ask, Command] = MappingProxyType({Ask.HOLD: Hold(), Ask.LAND: Land()})
"""What is told without a journal. To return is planned first, and to go on is no safety."""

_log = structlog.get_logger("fleet")


@dataclass(frozen=True, slots=True)
class _Told:
    """What was told to a vehicle, by whom, and what came of it."""

    vehicle_id: VehicleId
    ask: Ask
    by: str
    done: bool
    text: str


class Urgent:
    """Tells vehicles, and owes the journal what was told."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._owed: list[_Told] = []

    async def tell(self, vehicle: Vehicle, ask: Ask, by: str) -> str:
        """Command the vehicle now; in words, what came of it. Raises `KeyError` for what can wait."""
        at_s = now_s()
        outcome = await vehicle.command(URGENT[ask])
        what = "Done" if isinstance(outcome, Accepted) else "No answer"
        if isinstance(outcome, Refused):
            what = f"Refused: {sentences(outcome.reasons)}".rstrip(".")
        text = f"{what} at {iso(at_s)[11:19]} UTC, while the journal could not be kept."
        self._owed.append(_Told(vehicle.vehicle_id, ask, by, isinstance(outcome, Accepted), text))
        return text

    async def settle(self) -> None:
        """Journal what is owed. Raises `JournalError` while that cannot be: it stays owed."""
        while self._owed:
            told = self._owed[0]
            try:
                await self._writer.write(lambda state, told=told: _facts(state, told))  # type: ignore[misc]
            except IllegalEvent as error:
                _log.error("urgent word cannot follow", vehicle_id=told.vehicle_id, error=str(error))
            self._owed.pop(0)


def _facts(state: FleetState, told: _Told) -> Sequence[Event]:
    vehicle = state.vehicles.get(told.vehicle_id)
    if vehicle is None:
        return ()
    asked = (
        OperatorAsked(told.vehicle_id, told.ask, told.by),
        AskAnswered(told.vehicle_id, told.ask, told.done, told.text),
    )
    mission = None if vehicle.mission_id is None else state.missions[vehicle.mission_id]
    if told.ask is not Ask.LAND or not told.done or mission is None or mission.phase not in MOVING:
        return asked
    reason = Reason(Because.OPERATOR, told.vehicle_id, f"Landed where it was by {told.by}.")
    return (*asked, MissionFailed(told.vehicle_id, mission.plan.mission.mission_id, (reason,)))
