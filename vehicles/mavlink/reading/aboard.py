"""Which parcels a vehicle carries, by what it was told, what it did and what it complained of."""

from __future__ import annotations

from vehicles.mission import ParcelId
from vehicles.telemetry import GripState


class Aboard:
    """Parcels taken aboard and not handed over yet; nobody knows of any before the first command.

    `grip` is what the gripper last did or failed to do.
    """

    __slots__ = ("_parcels", "grip")

    def __init__(self) -> None:
        self.grip: GripState | None = None
        self._parcels: frozenset[ParcelId] | None = None

    def without(self, handed_over: frozenset[ParcelId]) -> None:
        """These are gone for good: the mission that handed them over is not followed any more."""
        if self._parcels is not None:
            self._parcels -= handed_over

    def gripped(self, parcel_id: ParcelId, handed_over: frozenset[ParcelId]) -> None:
        """It took a parcel aboard just now."""
        self._parcels = ((self._parcels or frozenset()) - handed_over) | {parcel_id}
        self.grip = GripState.HOLDING

    def let_go(self) -> None:
        """It opened on the ground just now: nothing is aboard."""
        self._parcels = frozenset()
        self.grip = GripState.RELEASED

    def restarted(self) -> None:
        """It began anew, as after a loss of power: nobody knows what it holds, or what its gripper did."""
        self._parcels = self.grip = None

    def release_failed(self) -> None:
        """It was told to release and said that it did not."""
        self.grip = GripState.FAILED

    def carrying(self, handed_over: frozenset[ParcelId]) -> bool | None:
        """Whether anything is aboard but what the present mission has handed over; None: nobody knows."""
        return None if self._parcels is None else bool(self._parcels - handed_over)
