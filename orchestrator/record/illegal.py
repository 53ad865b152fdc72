"""Events that cannot follow from the state, and the look-ups that find them."""

from __future__ import annotations

from typing import Protocol

from orchestrator.record.state import FleetState, MissionPhase, MissionState, ParcelState, VehicleState
from vehicles.mission import MissionId, ParcelId, VehicleId

_YEAR_10000_S = 253_402_300_800.0


class IllegalEvent(Exception):
    """An event that cannot follow from the state. Nothing was changed.

    `field` names event and field ("MissionPlanned.vehicle_id"), `reason` says what stands against it.
    """

    def __init__(self, event: object, field: str, reason: str) -> None:
        super().__init__(f"{type(event).__name__}.{field}: {reason}")
        self.field = f"{type(event).__name__}.{field}"
        self.reason = reason


class OfVehicle(Protocol):
    """Any event about one vehicle."""

    @property
    def vehicle_id(self) -> VehicleId:
        """Whom it is about."""


class OfMission(OfVehicle, Protocol):
    """Any event about one mission of one vehicle."""

    @property
    def mission_id(self) -> MissionId:
        """What it is about."""


class OfParcel(Protocol):
    """Any event about one parcel."""

    @property
    def parcel_id(self) -> ParcelId:
        """What it is about."""


def check_instant(event: object, field: str, at_s: float) -> None:
    """Raise `IllegalEvent` unless `at_s` is a point in time: UTC seconds from 1970 until the year 10000."""
    if not 0.0 <= at_s < _YEAR_10000_S:  # also refuses nan
        raise IllegalEvent(event, field, f"{at_s} is not a point in time")


def known_vehicle(state: FleetState, event: OfVehicle) -> VehicleState:
    """The vehicle that `event` is about. Raises `IllegalEvent` when nobody knows it."""
    vehicle = state.vehicles.get(event.vehicle_id)
    if vehicle is None:
        raise IllegalEvent(event, "vehicle_id", f"no vehicle {event.vehicle_id} has joined")
    return vehicle


def known_parcel(state: FleetState, event: OfParcel) -> ParcelState:
    """The parcel that `event` is about. Raises `IllegalEvent` when nobody knows it."""
    parcel = state.parcels.get(event.parcel_id)
    if parcel is None:
        raise IllegalEvent(event, "parcel_id", f"no order holds a parcel {event.parcel_id}")
    return parcel


def bound_mission(
    state: FleetState, event: OfMission, *phases: MissionPhase
) -> tuple[VehicleState, MissionState]:
    """The vehicle and mission that `event` is about, bound to each other and in one of `phases`.

    Raises `IllegalEvent` when either is unknown, when the vehicle is not bound to this mission, or
    when the mission has not come, or is already past, where the event could happen.
    """
    vehicle = known_vehicle(state, event)
    mission = state.missions.get(event.mission_id)
    if mission is None:
        raise IllegalEvent(event, "mission_id", f"no mission {event.mission_id} was planned")
    if vehicle.mission_id != event.mission_id:
        bound = "no mission" if vehicle.mission_id is None else f"mission {vehicle.mission_id}"
        raise IllegalEvent(event, "mission_id", f"{vehicle.vehicle_id} is bound to {bound}")
    if mission.phase not in phases:
        raise IllegalEvent(event, "mission_id", f"mission {event.mission_id} is {mission.phase.value}")
    return vehicle, mission
