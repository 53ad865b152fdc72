"""Commands on the wire and their acknowledgements, as PX4 has them: believe the heartbeat, not the ACK."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from pymavlink.dialects.v20 import common

from sitl.autopilot.modes import exists, mode_of
from sitl.autopilot.outgoing import Message
from sitl.autopilot.transfers import Peer
from sitl.body import Place
from sitl.gripper import Jaws, Motion
from sitl.said import Said, Severity
from vehicles.telemetry import Mode

if TYPE_CHECKING:
    from sitl.autopilot.server import Autopilot

_ACCEPTED: int = common.MAV_RESULT_ACCEPTED
_REJECTED: int = common.MAV_RESULT_TEMPORARILY_REJECTED
_DENIED: int = common.MAV_RESULT_DENIED
_UNSUPPORTED: int = common.MAV_RESULT_UNSUPPORTED
_FAILED: int = common.MAV_RESULT_FAILED
_IN_PROGRESS: int = common.MAV_RESULT_IN_PROGRESS
_CANCELLED = 6  # MAV_RESULT_CANCELLED, younger than pymavlink's dialect
_PROGRESS_UNKNOWN = 255

_SECOND_ACK_S = 0.008
_BURST, _BURST_S = 4, 0.02
"""Observed on PX4: of 40 commands at once, 4 are answered."""

_FORCE = 21196.0
_SILENT = frozenset(
    {common.MAV_CMD_DO_WINCH, common.MAV_CMD_DO_TRIGGER_CONTROL, common.MAV_CMD_DO_VTOL_TRANSITION}
)


@dataclass(frozen=True, slots=True)
class Order:
    """One command: COMMAND_LONG's seven numbers, or COMMAND_INT's with `frame`, `x` and `y` as integers."""

    command: int
    params: tuple[float, ...]
    peer: Peer
    frame: int = 0
    x_e7: int | None = None
    y_e7: int | None = None

    @classmethod
    def of(cls, message: Message, peer: Peer) -> Order:
        """From either message."""
        first = (message.param1, message.param2, message.param3, message.param4)
        if message.get_type() == "COMMAND_INT":
            params = (*first, 0.0, 0.0, message.z)
            return cls(message.command, params, peer, message.frame, message.x, message.y)
        return cls(message.command, (*first, message.param5, message.param6, message.param7), peer)


class Commands:
    """Carries out commands for one autopilot and acknowledges them to whoever asked."""

    def __init__(self, autopilot: Autopilot) -> None:
        self._autopilot = autopilot
        self._flight = autopilot.flight
        self._recent_s: deque[float] = deque(maxlen=_BURST)
        self._gripping: Order | None = None
        self._known: dict[int, Callable[[Order], int | None]] = {
            common.MAV_CMD_DO_SET_MODE: self._set_mode,
            common.MAV_CMD_COMPONENT_ARM_DISARM: self._arm,
            common.MAV_CMD_MISSION_START: self._start,
            common.MAV_CMD_NAV_RETURN_TO_LAUNCH: lambda _: self._mode(Mode.RETURN),
            common.MAV_CMD_NAV_LAND: self._land,
            common.MAV_CMD_NAV_TAKEOFF: self._take_off,
            common.MAV_CMD_DO_REPOSITION: self._reposition,
            common.MAV_CMD_DO_CHANGE_ALTITUDE: self._change_altitude,
            common.MAV_CMD_DO_CHANGE_SPEED: self._change_speed,
            common.MAV_CMD_DO_GRIPPER: self._grip,
            common.MAV_CMD_SET_MESSAGE_INTERVAL: self._set_interval,
            common.MAV_CMD_GET_MESSAGE_INTERVAL: self._get_interval,
            common.MAV_CMD_REQUEST_MESSAGE: self._request_message,
            common.MAV_CMD_REQUEST_AUTOPILOT_CAPABILITIES: self._request_version,
            common.MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN: lambda _: _DENIED,
        }

    def hear(self, message: Message, peer: Peer, now_s: float) -> None:
        """A command meant for this vehicle. Of a burst, the later ones are lost."""
        if len(self._recent_s) == _BURST and now_s - self._recent_s[0] < _BURST_S:
            return
        self._recent_s.append(now_s)
        order = Order.of(message, peer)
        if order.command in _SILENT:
            return
        carry_out = self._known.get(order.command)
        result = _UNSUPPORTED if carry_out is None else carry_out(order)
        if result is not None:
            self._ack(order, result)

    def tick(self) -> None:
        """Acknowledge the gripper when it has moved, or failed to."""
        order, motion = self._gripping, self._flight.airframe.gripper.motion
        if order is not None and motion is not Motion.MOVING:
            self._gripping = None
            self._ack(order, _ACCEPTED if motion is Motion.AT_REST else _FAILED)

    def _ack(self, order: Order, result: int, progress: int = 0) -> None:
        peer = order.peer
        self._autopilot.out.send(
            common.MAVLink_command_ack_message(
                order.command, result, progress, 0, peer.system_id, peer.component_id
            )
        )

    # -- modes ---------------------------------------------------------------------------------

    def _set_mode(self, order: Order) -> int:
        """Acknowledged twice: ACCEPTED at once, whatever comes, and then the truth."""
        main, sub = int(order.params[1]), int(order.params[2])
        mode = mode_of(main, sub)
        untaken = _REJECTED if exists(main) else _ACCEPTED
        truth = untaken if mode is None else self._mode(mode)
        self._autopilot.later(_SECOND_ACK_S, lambda: self._ack(order, truth))
        return _ACCEPTED

    def _mode(self, mode: Mode) -> int:
        against = self._flight.choose(mode)
        if against:
            self._say(Severity.CRITICAL, against[0])
        return _REJECTED if against else _ACCEPTED

    def _land(self, _: Order) -> int:
        self._say(Severity.INFO, "Landing at current position")
        return self._mode(Mode.LAND)

    def _take_off(self, order: Order) -> int:
        alt_amsl_m = order.params[6]
        if isfinite(alt_amsl_m):
            self._flight.settings.take_off_height_m = alt_amsl_m - self._autopilot.home_amsl_m
        return self._mode(Mode.TAKE_OFF)

    def _start(self, order: Order) -> int:
        """Arms by itself. First parameter: 0 from the start, -1 from where it was left."""
        if not self._flight.mission.may_fly(self._flight.age_s):
            return _DENIED
        against = self._flight.start(int(order.params[0]) if order.params[0] >= 0.0 else None)
        if against:
            self._say(Severity.CRITICAL, f"Arming denied: {against[0]}")
        return _REJECTED if against else _ACCEPTED

    def _arm(self, order: Order) -> int | None:
        wanted, force = order.params[0], order.params[1] == _FORCE
        if wanted not in {0.0, 1.0}:
            return None
        if wanted == 1.0:
            was_armed, against = self._flight.armed, self._flight.arm()
            if against:
                self._say(Severity.CRITICAL, f"Arming denied: {against[0]}")
            elif not was_armed:
                self._say(Severity.INFO, "Armed by external command")
        else:
            against = self._flight.disarm(by="external command", force=force)
        return _REJECTED if against else _ACCEPTED

    # -- going somewhere -----------------------------------------------------------------------

    def _reposition(self, order: Order) -> int:
        """Outside the fence it is ACCEPTED all the same, and only a text tells of the refusal."""
        place = self._place(order)
        if place is None:
            return _DENIED
        if not self._flight.fence.allows(place):
            self._say(Severity.CRITICAL, "Reposition is outside geofence")
        else:
            self._flight.go_to(place)
        return _ACCEPTED

    def _place(self, order: Order) -> Place | None:
        body = self._flight.airframe.body
        x_e7, y_e7 = order.x_e7, order.y_e7
        if x_e7 is None or y_e7 is None:
            if not (isfinite(order.params[4]) and isfinite(order.params[5])):
                return body.place
            x_e7, y_e7 = round(order.params[4] * 1e7), round(order.params[5] * 1e7)
        z = order.params[6]
        if not isfinite(z):
            z = body.height_agl_m
            return self._autopilot.reader.place(x_e7, y_e7, z, common.MAV_FRAME_GLOBAL_RELATIVE_ALT)
        return self._autopilot.reader.place(x_e7, y_e7, z, order.frame)

    def _change_altitude(self, order: Order) -> int:
        body = self._flight.airframe.body
        height_m = order.params[0] - self._autopilot.home_amsl_m
        self._flight.go_to(Place(body.east_m, body.north_m, max(0.0, height_m)))
        return _ACCEPTED

    def _change_speed(self, order: Order) -> int:
        if order.params[1] > 0.0:
            self._flight.airframe.pilot.cruise_mps = min(order.params[1], self._flight.profile.cruise_mps)
        return _ACCEPTED

    def _grip(self, order: Order) -> int | None:
        """IN_PROGRESS, and about a second later the truth; a newer order cancels an older one."""
        if self._gripping is not None:
            self._ack(self._gripping, _CANCELLED)
            self._gripping = None
        airframe = self._flight.airframe
        jaws = Jaws.OPEN if order.params[1] == common.GRIPPER_ACTION_RELEASE else Jaws.CLOSED
        mass_kg = 0.0 if airframe.gripper.jaws is Jaws.CLOSED else self._autopilot.parcel_kg
        airframe.grip(jaws, mass_kg, self._flight.age_s)
        if airframe.gripper.motion is not Motion.MOVING:
            return _ACCEPTED
        self._gripping = order
        self._ack(order, _IN_PROGRESS, _PROGRESS_UNKNOWN)
        return None

    # -- messages ------------------------------------------------------------------------------

    def _set_interval(self, order: Order) -> int:
        known = self._autopilot.streams.set_interval(int(order.params[0]), order.params[1])
        return _ACCEPTED if known else _FAILED

    def _get_interval(self, order: Order) -> int:
        number = int(order.params[0])
        interval_us = self._autopilot.streams.interval_us(number)
        self._autopilot.out.send(common.MAVLink_message_interval_message(number, interval_us or 0))
        return _ACCEPTED if interval_us is not None else _FAILED

    def _request_message(self, order: Order) -> int:
        return _ACCEPTED if self._autopilot.streams.send_now(int(order.params[0])) else _DENIED

    def _request_version(self, _: Order) -> int:
        self._autopilot.streams.send_now(common.MAVLINK_MSG_ID_AUTOPILOT_VERSION)
        return _ACCEPTED

    def _say(self, severity: Severity, text: str) -> None:
        self._flight.say(Said(severity, text))
