"""DO_GRIPPER as PX4 has it: IN_PROGRESS, the truth a second later; what a second order does to the first."""

from __future__ import annotations

from math import isfinite

from pymavlink.dialects.v20 import common

from sitl.aboard.flight import Flight
from sitl.aboard.gripper import Jaws, Motion
from sitl.autopilot.acks import (
    ACCEPTED,
    CANCELLED,
    DENIED,
    FAILED,
    IN_PROGRESS,
    PROGRESS_UNKNOWN,
    REJECTED,
    acknowledge,
)
from sitl.autopilot.channel import Peer

_ACTIONS = {
    common.GRIPPER_ACTION_RELEASE: Jaws.OPEN,
    common.GRIPPER_ACTION_GRAB: Jaws.CLOSED,
}
_COMMAND = common.MAV_CMD_DO_GRIPPER


class Grip:
    """One gripper's commands. `parcel_kg` is what the wire cannot tell: how much mass a grab takes aboard."""

    def __init__(self, flight: Flight, parcel_kg: float) -> None:
        self._flight = flight
        self._parcel_kg = parcel_kg
        self._wanted: tuple[Jaws, Peer] | None = None

    def ask(self, number: float, peer: Peer) -> None:
        """Open or close. The same again while moving is rejected; the contrary cancels the first."""
        jaws = _ACTIONS.get(round(number)) if isfinite(number) else None
        if jaws is None:
            acknowledge(peer, _COMMAND, DENIED)
            return
        if self._wanted is not None:
            if self._wanted[0] is jaws:
                acknowledge(peer, _COMMAND, REJECTED)
                return
            acknowledge(self._wanted[1], _COMMAND, CANCELLED)
            self._wanted = None
        airframe = self._flight.airframe
        mass_kg = 0.0 if airframe.gripper.jaws is Jaws.CLOSED else self._parcel_kg
        airframe.grip(jaws, mass_kg, self._flight.age_s)
        if airframe.gripper.motion is not Motion.MOVING:
            acknowledge(peer, _COMMAND, ACCEPTED)
            return
        self._wanted = (jaws, peer)
        acknowledge(peer, _COMMAND, IN_PROGRESS, PROGRESS_UNKNOWN)

    @property
    def busy(self) -> bool:
        """Whether somebody waits for what it does."""
        return self._wanted is not None

    def tick(self) -> None:
        """Acknowledge when it has moved, or failed to."""
        motion = self._flight.airframe.gripper.motion
        if self._wanted is not None and motion is not Motion.MOVING:
            _, peer = self._wanted
            self._wanted = None
            acknowledge(peer, _COMMAND, ACCEPTED if motion is Motion.AT_REST else FAILED)
