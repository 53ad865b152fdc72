"""Parcels fetched on the way, whatever is tapped, cancelled or broken in whatever order.

As `test_custody`, of whose claims only those are drawn that are about the courier and what they carry, so
that trips come about of which a part is missing, late or taken back. A parcel has one keeper at every
instant, is fetched once, before it is handed over, and delivered at most once.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from orchestrator.record.events import (
    Event,
    LegDone,
    LinkLost,
    LinkUp,
    MissionEnded,
    MissionFailed,
    MissionPlanned,
    MissionStarted,
    MissionWithdrawn,
    OrderCancelled,
    OrderPlaced,
    ParcelCollected,
    ParcelFetched,
    ParcelHandedOver,
    ParcelKept,
    ParcelLoaded,
    ParcelNotFetched,
    ParcelReturned,
    ParcelTakenOff,
    PlanLoaded,
    VehicleMissing,
    VehicleReady,
)
from orchestrator.record.state import LinkState
from tests.orchestrator.record.story import C1
from tests.properties.test_custody import ORDERS, Fleet, claims

OF_A_TRIP = (
    LegDone
    | MissionEnded
    | MissionStarted
    | ParcelFetched
    | ParcelHandedOver
    | ParcelKept
    | ParcelLoaded
    | ParcelNotFetched
    | ParcelTakenOff
    | PlanLoaded
)


class Rounds(Fleet):
    step_s = 400.0

    def __init__(self) -> None:
        super().__init__()
        for order in ORDERS[1:]:
            self.tell(OrderPlaced(order), 1.0)

    def claims(self) -> list[Event]:
        """A courier who waits is given something; one under way is heard as a rule."""
        return [claim for claim in claims(self.state, (C1,)) if self._is_of_a_trip(claim)]

    def _is_of_a_trip(self, claim: Event) -> bool:  # noqa: PLR0911 - one answer a sort
        courier, seq = self.state.vehicles[C1], self.state.seq
        match claim:
            case MissionPlanned(mission):
                return mission.vehicle_id == C1
            case LinkLost(vehicle_id):
                return vehicle_id == C1 and seq % 11 == 0
            case LinkUp(vehicle_id) | VehicleMissing(vehicle_id):
                return vehicle_id == C1 and courier.link is not LinkState.UP
            case VehicleReady(vehicle_id):
                return vehicle_id == C1 and not courier.ready
            case OrderCancelled():
                return seq % 23 == 0
            case MissionWithdrawn(vehicle_id) | MissionFailed(vehicle_id):
                return vehicle_id == C1 and seq % 5 == 0
            case ParcelCollected() | ParcelReturned():
                return True
            case _:
                return isinstance(claim, OF_A_TRIP) and claim.vehicle_id == C1


TestRounds = Rounds.TestCase
TestRounds.settings = settings(
    max_examples=25, stateful_step_count=60, deadline=None, suppress_health_check=list(HealthCheck)
)
