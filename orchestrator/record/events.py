"""Events: facts that changed the fleet. A closed union; only these are journaled.

Every event is frozen and holds only values, so that a journal replays to the same state. The
instant is on the `Entry`, not in the event. The facts live by topic in `order_facts`,
`mission_facts` and `vehicle_facts`; everybody else imports them from here.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestrator.record.clock_facts import ClockDiffers, ClockFact
from orchestrator.record.courier_facts import CourierReported, HandOverProved, Proof, SignInGiven
from orchestrator.record.locker_facts import (
    CollectionExpired,
    LockerClosed,
    LockerFact,
    LockerOpened,
    ParcelCollected,
    ParcelRecovered,
)
from orchestrator.record.mission_facts import (
    BackOnPath,
    DeparturePostponed,
    Diversion,
    EnergyFrom,
    LegDone,
    LowEnergy,
    MissionChanged,
    MissionEnded,
    MissionFact,
    MissionFailed,
    MissionPlanned,
    MissionStarted,
    MissionWithdrawn,
    OfferDeclined,
    OffPath,
    ParcelHandedOver,
    ParcelKept,
    ParcelLoaded,
    PlanLoaded,
    Quote,
    WayClosed,
)
from orchestrator.record.order_facts import (
    DispatchOverridden,
    HubClosed,
    HubOpened,
    OrderCancelled,
    OrderFact,
    OrderPlaced,
    ParcelDeferred,
    ParcelExpected,
    ParcelReturned,
    Wish,
)
from orchestrator.record.vehicle_facts import (
    AlertAcknowledged,
    Ask,
    AskAnswered,
    LinkLost,
    LinkUp,
    OperatorAsked,
    VehicleFact,
    VehicleFaulted,
    VehicleJoined,
    VehicleLeft,
    VehicleMissing,
    VehicleNoticed,
    VehicleReady,
    VehicleTakenOver,
)
from orchestrator.record.zone_facts import ZoneAdded, ZoneFact, ZoneRemoved

__all__ = [
    "AlertAcknowledged",
    "Ask",
    "AskAnswered",
    "BackOnPath",
    "ClockDiffers",
    "ClockFact",
    "CollectionExpired",
    "CourierReported",
    "DeparturePostponed",
    "DispatchOverridden",
    "Diversion",
    "EnergyFrom",
    "Entry",
    "Event",
    "HandOverProved",
    "HubClosed",
    "HubOpened",
    "LegDone",
    "LinkLost",
    "LinkUp",
    "LockerClosed",
    "LockerFact",
    "LockerOpened",
    "LowEnergy",
    "MissionChanged",
    "MissionEnded",
    "MissionFact",
    "MissionFailed",
    "MissionPlanned",
    "MissionStarted",
    "MissionWithdrawn",
    "OffPath",
    "OfferDeclined",
    "OperatorAsked",
    "OrderCancelled",
    "OrderFact",
    "OrderPlaced",
    "ParcelCollected",
    "ParcelDeferred",
    "ParcelExpected",
    "ParcelHandedOver",
    "ParcelKept",
    "ParcelLoaded",
    "ParcelRecovered",
    "ParcelReturned",
    "PlanLoaded",
    "Proof",
    "Quote",
    "SignInGiven",
    "VehicleFact",
    "VehicleFaulted",
    "VehicleJoined",
    "VehicleLeft",
    "VehicleMissing",
    "VehicleNoticed",
    "VehicleReady",
    "VehicleTakenOver",
    "WayClosed",
    "Wish",
    "ZoneAdded",
    "ZoneFact",
    "ZoneRemoved",
]

Event = OrderFact | MissionFact | VehicleFact | ZoneFact | ClockFact | LockerFact


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal: `seq` from 1 without gaps, fleet time (UTC seconds), the fact."""

    seq: int
    at_s: float
    event: Event
