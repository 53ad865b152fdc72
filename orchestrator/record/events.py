"""Events: facts that changed the fleet. A closed union; only these are journaled.

Every event is frozen and holds only values, so that a journal replays to the same state. The
instant is on the `Entry`, not in the event. The facts live by topic in `facts`; everybody else imports
them from here.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestrator.record.facts.clock import ClockDiffers, ClockFact
from orchestrator.record.facts.control import ControlFact, DecidingFailed
from orchestrator.record.facts.couriers import (
    BagTold,
    CourierFact,
    CourierReported,
    HandCodeMistaken,
    HandOverProved,
    Proof,
    ShiftTold,
    SignInGiven,
)
from orchestrator.record.facts.custody import CustodyDoubted, CustodyFact, CustodyTold, Found
from orchestrator.record.facts.fetches import FetchFact, ParcelFetched, ParcelNotFetched, ParcelTakenOff
from orchestrator.record.facts.lockers import (
    CollectionExpired,
    CompartmentEmpty,
    LockerClosed,
    LockerCodeMistaken,
    LockerFact,
    LockerOpened,
    ParcelCollected,
    ParcelRecovered,
)
from orchestrator.record.facts.missions import (
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
)
from orchestrator.record.facts.orders import (
    DispatchOverridden,
    HubBehind,
    HubClosed,
    HubOpened,
    OrderCancelled,
    OrderFact,
    OrderPlaced,
    OrderSourced,
    ParcelDeferred,
    ParcelExpected,
    ParcelReturned,
    PlaceChosen,
    Wish,
)
from orchestrator.record.facts.vehicles import (
    AlertAcknowledged,
    Ask,
    AskAnswered,
    LandingMissed,
    LinkLost,
    LinkUp,
    OperatorAsked,
    PlaceFound,
    PlaceLost,
    VehicleFact,
    VehicleFaulted,
    VehicleJoined,
    VehicleLanded,
    VehicleLeft,
    VehicleMissing,
    VehicleNoticed,
    VehicleReady,
    VehicleTakenOver,
    VehicleWentOn,
)
from orchestrator.record.facts.ways import AirTaken, MayMeet, WayClosed
from orchestrator.record.facts.zones import AirspaceRead, ZoneAdded, ZoneFact, ZoneRemoved

__all__ = [
    "AirTaken",
    "AirspaceRead",
    "AlertAcknowledged",
    "Ask",
    "AskAnswered",
    "BackOnPath",
    "BagTold",
    "ClockDiffers",
    "ClockFact",
    "CollectionExpired",
    "CompartmentEmpty",
    "ControlFact",
    "CourierFact",
    "CourierReported",
    "CustodyDoubted",
    "CustodyFact",
    "CustodyTold",
    "DecidingFailed",
    "DeparturePostponed",
    "DispatchOverridden",
    "Diversion",
    "EnergyFrom",
    "Entry",
    "Event",
    "FetchFact",
    "Found",
    "HandCodeMistaken",
    "HandOverProved",
    "HubBehind",
    "HubClosed",
    "HubOpened",
    "LandingMissed",
    "LegDone",
    "LinkLost",
    "LinkUp",
    "LockerClosed",
    "LockerCodeMistaken",
    "LockerFact",
    "LockerOpened",
    "LowEnergy",
    "MayMeet",
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
    "OrderSourced",
    "ParcelCollected",
    "ParcelDeferred",
    "ParcelExpected",
    "ParcelFetched",
    "ParcelHandedOver",
    "ParcelKept",
    "ParcelLoaded",
    "ParcelNotFetched",
    "ParcelRecovered",
    "ParcelReturned",
    "ParcelTakenOff",
    "PlaceChosen",
    "PlaceFound",
    "PlaceLost",
    "PlanLoaded",
    "Proof",
    "Quote",
    "ShiftTold",
    "SignInGiven",
    "VehicleFact",
    "VehicleFaulted",
    "VehicleJoined",
    "VehicleLanded",
    "VehicleLeft",
    "VehicleMissing",
    "VehicleNoticed",
    "VehicleReady",
    "VehicleTakenOver",
    "VehicleWentOn",
    "WayClosed",
    "Wish",
    "ZoneAdded",
    "ZoneFact",
    "ZoneRemoved",
]

Event = (
    OrderFact
    | MissionFact
    | VehicleFact
    | CourierFact
    | ZoneFact
    | ClockFact
    | LockerFact
    | ControlFact
    | CustodyFact
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal: `seq` from 1 without gaps, fleet time (UTC seconds), the fact."""

    seq: int
    at_s: float
    event: Event
