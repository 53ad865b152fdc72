"""Commands on the wire and their acknowledgements, as PX4 has them: believe the heartbeat, not the ACK."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite, nan

from pymavlink.dialects.v20 import common

from sitl.aboard import words
from sitl.autopilot import answers, shapes
from sitl.autopilot.acks import ACCEPTED, DENIED, FAILED, REJECTED, UNSUPPORTED, acknowledge, tell
from sitl.autopilot.channel import Peer
from sitl.autopilot.deeds import Deeds
from sitl.autopilot.grip import Grip
from sitl.autopilot.idle_commands import ACCEPTED_IDLY, LOOKED_UP, PASSED_OVER
from sitl.autopilot.injury import inject
from sitl.autopilot.modes import AUTO, mode_of, named_mode
from sitl.autopilot.onboard import Onboard
from sitl.autopilot.outgoing import AUTOPILOT_COMPONENT, Message
from sitl.autopilot.parameters import Parameters
from sitl.autopilot.winch import COMPONENT as WINCH_COMPONENT
from sitl.autopilot.winch import Winch
from vehicles.telemetry import Mode

_BURST, _BURST_S = 4, 0.02
"""Observed on PX4: of 40 commands at once, 4 are answered."""

_WINCH = common.MAV_CMD_DO_WINCH
_SHUT_DOWN, _HALF = 2, 0.5
_MODE_CHANGE_ASKED = 1
"""MAV_DO_REPOSITION_FLAGS_CHANGE_MODE: the only flag that PX4 knows."""
_PRECISION_LAND = common.MAV_CMD_NAV_LAND_LOCAL  # PX4 calls that number NAV_PRECLAND
_SET_STANDARD_MODE = 262
_FIXED_MAG_CAL_YAW = common.MAV_CMD_FIXED_MAG_CAL_YAW
_WIND_ESTIMATE = 43004
_UAVCAN_NUMBERS = 310
_NOWHERE = 2**31 - 1
"""Of both coordinates of a COMMAND_INT: they are to be passed over."""
_NOBODYS = frozenset({0, 1})
"""FAILURE_UNIT of gyros and accelerometers: nothing in PX4's simulation listens for those."""


@dataclass(frozen=True, slots=True)
class Order:
    """One command: COMMAND_LONG's seven numbers, or COMMAND_INT's with `frame`, `x` and `y` as integers."""

    command: int
    params: tuple[float, ...]
    peer: Peer
    component: int
    frame: int = 0
    x_e7: int | None = None
    y_e7: int | None = None

    @classmethod
    def of(cls, message: Message, peer: Peer) -> Order:
        """From either message."""
        first = (message.param1, message.param2, message.param3, message.param4)
        component = message.target_component
        if message.get_type() == "COMMAND_INT":
            params = (*first, 0.0, 0.0, message.z)
            return cls(message.command, params, peer, component, message.frame, message.x, message.y)
        last = (message.param5, message.param6, message.param7)
        return cls(message.command, (*first, *last), peer, component)

    @property
    def place_deg(self) -> tuple[float, float]:
        """Where it is about; not a number where it says no place."""
        if self.x_e7 is None or self.y_e7 is None:
            return self.params[4], self.params[5]
        nowhere = self.x_e7 == self.y_e7 == _NOWHERE
        return (nan, nan) if nowhere else (self.x_e7 / 1e7, self.y_e7 / 1e7)


_ON_GROUND_ONLY = frozenset(
    {common.MAV_CMD_PREFLIGHT_CALIBRATION, common.MAV_CMD_PREFLIGHT_STORAGE, _FIXED_MAG_CAL_YAW}
)


class Commands:
    """Carries out commands for one autopilot and acknowledges them to whoever asked, where it asked."""

    def __init__(
        self, onboard: Onboard, deeds: Deeds, grip: Grip, winch: Winch, parameters: Parameters
    ) -> None:
        self._onboard = onboard
        self._flight = onboard.flight
        self._deeds = deeds
        self._grip = grip
        self._winch = winch
        self._parameters = parameters
        self._recent_s: deque[float] = deque(maxlen=_BURST)
        self._known: dict[int, Callable[[Order], int | None]] = {
            common.MAV_CMD_DO_SET_MODE: self._set_mode,
            common.MAV_CMD_COMPONENT_ARM_DISARM: lambda o: deeds.arm(o.params),
            common.MAV_CMD_MISSION_START: lambda o: deeds.start(o.params[0]),
            common.MAV_CMD_NAV_RETURN_TO_LAUNCH: lambda _: deeds.home(),
            common.MAV_CMD_NAV_LAND: lambda _: deeds.land(),
            _PRECISION_LAND: lambda _: deeds.land(words.LANDING_PRECISELY),
            common.MAV_CMD_DO_LAND_START: lambda _: deeds.start_landing(),
            common.MAV_CMD_DO_FLIGHTTERMINATION: self._terminate,
            common.MAV_CMD_RUN_PREARM_CHECKS: lambda _: deeds.check(),
            _SET_STANDARD_MODE: lambda o: deeds.standard_mode(o.params[0]),
            common.MAV_CMD_NAV_TAKEOFF: lambda o: deeds.take_off(o.params[6]),
            common.MAV_CMD_DO_REPOSITION: self._reposition,
            common.MAV_CMD_DO_CHANGE_ALTITUDE: lambda o: deeds.change_altitude(o.params[0]),
            common.MAV_CMD_DO_CHANGE_SPEED: lambda o: deeds.change_speed(o.params[1]),
            common.MAV_CMD_DO_VTOL_TRANSITION: lambda o: deeds.change(o.params[0]),
            common.MAV_CMD_DO_SET_HOME: lambda o: deeds.set_home(o.params[0], *o.place_deg, o.params[6]),
            common.MAV_CMD_SET_MESSAGE_INTERVAL: self._set_interval,
            common.MAV_CMD_GET_MESSAGE_INTERVAL: self._get_interval,
            common.MAV_CMD_REQUEST_MESSAGE: self._request_message,
            common.MAV_CMD_REQUEST_AUTOPILOT_CAPABILITIES: self._request_version,
            common.MAV_CMD_REQUEST_PROTOCOL_VERSION: self._request_protocol,
            common.MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN: self._reboot,
            common.MAV_CMD_INJECT_FAILURE: self._inject,
            _UAVCAN_NUMBERS: self._number_nodes,
            common.MAV_CMD_CONTROL_HIGH_LATENCY: self._control_high_latency,
            _WIND_ESTIMATE: self._estimate_wind,
            **dict.fromkeys(ACCEPTED_IDLY, lambda _: ACCEPTED),
            **dict.fromkeys(PASSED_OVER, lambda _: None),
            **dict.fromkeys(_ON_GROUND_ONLY, self._on_ground),
            **dict.fromkeys(LOOKED_UP, self._look_up),
        }

    def hear(self, message: Message, peer: Peer, now_s: float) -> None:
        """A command meant for this vehicle. Of a burst, the later ones are lost."""
        if len(self._recent_s) == _BURST and now_s - self._recent_s[0] < _BURST_S:
            return
        self._recent_s.append(now_s)
        order = Order.of(message, peer)
        if order.command == common.MAV_CMD_DO_GRIPPER:
            self._grip.ask(order.params[1], peer)
        elif order.command == _WINCH:
            self._winch.ask(order.params, peer)
        elif order.component != WINCH_COMPONENT:
            carry_out = self._known.get(order.command)
            result = UNSUPPORTED if carry_out is None else carry_out(order)
            if result is not None:
                self._ack(order, result)

    def hears(self, component: int) -> bool:
        """Whether something on board goes by that component id."""
        return component in {0, AUTOPILOT_COMPONENT} or (
            component == WINCH_COMPONENT and self._onboard.has_winch
        )

    def _ack(self, order: Order, result: int) -> None:
        acknowledge(order.peer, order.command, result)

    def set_mode(self, message: Message, peer: Peer) -> None:
        """SET_MODE, the message that DO_SET_MODE took the place of: the same, acknowledged once as that."""
        mode = message.custom_mode
        params = (float(message.base_mode), float(mode >> 16 & 0xFF), float(mode >> 24))
        order = Order(common.MAV_CMD_DO_SET_MODE, params, peer, AUTOPILOT_COMPONENT)
        self._ack(order, self._choose(order))

    def _set_mode(self, order: Order) -> int:
        """Acknowledged twice: ACCEPTED at once, whatever comes, and then the truth."""
        truth = self._choose(order)
        tell(order.peer, order.command, ACCEPTED)
        return truth

    def _choose(self, order: Order) -> int:
        main, sub = int(order.params[1]), int(order.params[2])
        mode = mode_of(main, sub)
        tells = order.peer.component_id == common.MAV_COMP_ID_MISSIONPLANNER
        if mode is None and main == AUTO:
            self._flight.tell(words.NO_SUCH_AUTO_MODE)
        truth = REJECTED if main == AUTO else ACCEPTED  # what PX4 has no such main mode of it passes over
        if mode is not None:
            truth = self._deeds.mode(mode, tells=tells)
        if mode is Mode.MANUAL and truth == ACCEPTED:
            self._onboard.named_mode = named_mode(main, sub)
        return truth

    def _reposition(self, order: Order) -> int:
        x_e7, y_e7 = order.x_e7, order.y_e7
        if x_e7 is None and isfinite(order.params[4]) and isfinite(order.params[5]):
            x_e7, y_e7 = round(order.params[4] * 1e7), round(order.params[5] * 1e7)
        if int(order.params[1]) != _MODE_CHANGE_ASKED:
            if self._flight.mode is Mode.HOLD:  # navigator flies what commander does not support
                self._deeds.reposition(x_e7, y_e7, order.params[6], order.frame)
            return UNSUPPORTED
        return self._deeds.reposition(x_e7, y_e7, order.params[6], order.frame)

    def _reboot(self, order: Order) -> int:
        """PX4 in simulation is not started anew by command, nor shut down while armed; 0 asks for nothing."""
        wanted = int(order.params[0]) if isfinite(order.params[0]) else None
        granted = wanted == 0 or (wanted == _SHUT_DOWN and not self._flight.armed)
        return ACCEPTED if granted else DENIED

    def _inject(self, order: Order) -> int | None:
        if not self._parameters.value("SYS_FAILURE_EN"):
            return DENIED
        unit, kind = int(order.params[0]), int(order.params[1])
        if unit in _NOBODYS:
            return None
        return ACCEPTED if inject(unit, kind, self._flight.faults, self._flight.age_s) else UNSUPPORTED

    def _set_interval(self, order: Order) -> int:
        """FAILED for the heartbeat, whose rate nobody chooses, and where it should go elsewhere."""
        number = int(order.params[0] + 0.5)
        elsewhere = any(
            isfinite(value) and int(value + 0.5) for value in (*order.params[2:4], order.params[6])
        )
        if number == common.MAVLINK_MSG_ID_HEARTBEAT or elsewhere:
            return FAILED
        known = order.peer.channel.streams.set_interval(number, order.params[1])
        return ACCEPTED if known else FAILED

    def _get_interval(self, order: Order) -> int:
        number = int(order.params[0])
        order.peer.out.send(
            shapes.MESSAGE_INTERVAL, order.peer.channel.streams.interval_us(number), number & 0xFFFF
        )
        return ACCEPTED

    def _request_message(self, order: Order) -> int:
        number = int(order.params[0])
        index = int(order.params[1]) if isfinite(order.params[1]) else 0
        streams, out = order.peer.channel.streams, order.peer.out
        return ACCEPTED if answers.answer(number, index, self._onboard, streams, out) else DENIED

    def _request_version(self, order: Order) -> int:
        answers.autopilot_version(self._onboard, order.peer.out)
        return ACCEPTED

    def _request_protocol(self, order: Order) -> int:
        answers.protocol_version(order.peer.out)
        return ACCEPTED

    def _look_up(self, order: Order) -> int:
        number = LOOKED_UP[order.command]
        streams, out = order.peer.channel.streams, order.peer.out
        return ACCEPTED if answers.answer(number, 0, self._onboard, streams, out) else DENIED

    def _on_ground(self, _: Order) -> int:
        """Calibration and storage: not while armed. On the ground there is nothing to be calibrated."""
        return REJECTED if self._flight.armed else ACCEPTED

    def _number_nodes(self, _: Order) -> int | None:
        return DENIED if self._flight.armed else None

    def _terminate(self, order: Order) -> int:
        """Refused unless armed and truly asked for; then PX4 stops its motors, which ours does not offer."""
        return UNSUPPORTED if order.params[0] > _HALF and self._flight.armed else DENIED

    def _control_high_latency(self, _: Order) -> int:
        self._flight.tell(words.NO_HIGH_LATENCY)
        return FAILED

    def _estimate_wind(self, order: Order) -> int:
        """Acknowledged twice: the estimator takes it, commander knows no such command."""
        tell(order.peer, order.command, ACCEPTED)
        return UNSUPPORTED
