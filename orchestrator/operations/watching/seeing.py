"""What is seen of a fleet now: each vehicle's sample, taken only when somebody asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.watching.grounding import over_ground
from orchestrator.record.state import VehicleState
from vehicles.mission import VehicleId
from vehicles.telemetry import Telemetry
from vehicles.vehicle import Vehicle


class Seeing(Mapping[VehicleId, Telemetry]):
    """The latest sample of every vehicle that was heard at all, its height above the ground below it.

    Of most vehicles at work nobody asks while there is nothing to decide. What was asked stays as it was.
    """

    def __init__(
        self,
        vehicles: Mapping[VehicleId, Vehicle],
        members: Mapping[VehicleId, VehicleState],
        surroundings: Surroundings,
    ) -> None:
        self._vehicles = vehicles
        self._members = members
        self._surroundings = surroundings
        self._seen: dict[VehicleId, Telemetry | None] = {}

    def __getitem__(self, vehicle_id: VehicleId) -> Telemetry:
        """Its sample. Raises `KeyError` for one that was never heard, or is no member."""
        if vehicle_id not in self._seen:
            told = self._vehicles[vehicle_id].telemetry
            member = self._members.get(vehicle_id)
            if told is not None and member is not None:
                told = over_ground(told, member, self._surroundings)
            self._seen[vehicle_id] = None if member is None else told
        found = self._seen[vehicle_id]
        if found is None:
            raise KeyError(vehicle_id)
        return found

    def __iter__(self) -> Iterator[VehicleId]:
        """Those that were heard."""
        return (vehicle_id for vehicle_id in self._vehicles if vehicle_id in self)

    def __len__(self) -> int:
        """How many were heard."""
        return sum(1 for _ in self)
