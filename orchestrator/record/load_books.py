"""Which missions are not ready to set out yet: the independent check's own books of what they take along."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from vehicles.mission import MissionId, ParcelId


@dataclass(slots=True)
class LoadBooks:
    """A mission is ready with all that it takes along from its hub; where that is nothing, with its plan."""

    _to_load: dict[MissionId, set[ParcelId]] = field(default_factory=dict)
    _with_plan: set[MissionId] = field(default_factory=set)

    def plan(self, mission_id: MissionId, loads: Collection[ParcelId]) -> None:
        """It is to take `loads` along."""
        self._to_load[mission_id] = set(loads)

    def plan_loaded(self, mission_id: MissionId) -> None:
        """Its vehicle has its plan."""
        self._with_plan.add(mission_id)
        if not self._to_load.get(mission_id, True):
            self.set_out(mission_id)

    def take(self, mission_id: MissionId, aboard: Collection[ParcelId]) -> None:
        """`aboard` is what its vehicle holds by now."""
        if self._to_load.get(mission_id, set()) <= set(aboard):
            self.set_out(mission_id)

    def leave(self, mission_id: MissionId, parcel_id: ParcelId, aboard: Collection[ParcelId]) -> None:
        """It goes without a parcel, and `aboard` is what its vehicle still holds."""
        left = self._to_load.get(mission_id, set())
        left.discard(parcel_id)
        if left or mission_id in self._with_plan:
            self.take(mission_id, aboard)

    def set_out(self, mission_id: MissionId) -> None:
        """It is ready, or under way."""
        self._to_load.pop(mission_id, None)

    def is_ready(self, mission_id: MissionId) -> bool:
        """Whether it may have set out."""
        return mission_id not in self._to_load
