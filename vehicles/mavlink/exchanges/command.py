"""Commands as pure state machines: one command, its identity, its expiry, and what shows that it was done.

An ACK is not the deed. A command is `Accepted` when the vehicle's state, heard after it was sent,
shows its effect; an ACK decides alone only where there is no state to see. Silence is `Unanswered`,
and whether a command may be sent again is a property of the command: `policy`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from pymavlink.dialects.v20 import common

from geofences.reason import Because, Reason
from vehicles.mavlink.exchanges.messages import Answer, Heard, Sample, Text
from vehicles.mavlink.exchanges.policy import Aim, GivenUp, Policy, Repeat, policy_of
from vehicles.mavlink.exchanges.sayings import Place, SayCancel, SayCommand, SayCommandInt, Saying
from vehicles.telemetry import Telemetry
from vehicles.vehicle import Accepted, Outcome, Refused, Unanswered

SETTLE_S = 0.3
"""PX4 says why in a text that may come just after its refusal."""
LOOKS_AFTER_S = (0.0, 0.04, 0.1, 0.25, 0.6)
"""After an ACK the heartbeat that shows the deed is asked for: it comes by itself once a second only."""
_LOOK_AGAIN_S = 0.5
_LOOK = SayCommand(common.MAV_CMD_REQUEST_MESSAGE, (float(common.MAVLINK_MSG_ID_HEARTBEAT),) + (0.0,) * 6)
_TEXTS_TOLD = 3

_CANCELLED = 6  # MAV_RESULT_CANCELLED: the dialect that pymavlink ships has no name for it
_UNSUPPORTED_FRAME = 9  # MAV_RESULT_COMMAND_UNSUPPORTED_MAV_FRAME, likewise
_NOT_IN_CONTROL = 10  # MAV_RESULT_NOT_IN_CONTROL, likewise

RESULTS = {
    common.MAV_RESULT_TEMPORARILY_REJECTED: "temporarily rejected",
    common.MAV_RESULT_DENIED: "denied",
    common.MAV_RESULT_UNSUPPORTED: "not supported",
    common.MAV_RESULT_FAILED: "failed",
    _CANCELLED: "cancelled",
    common.MAV_RESULT_COMMAND_LONG_ONLY: "only as COMMAND_LONG",
    common.MAV_RESULT_COMMAND_INT_ONLY: "only as COMMAND_INT",
    _UNSUPPORTED_FRAME: "not in this frame",
    _NOT_IN_CONTROL: "not from here: somebody else is in control",
}


class Form(Enum):
    """The message that carries a command."""

    INT = "COMMAND_INT"
    LONG = "COMMAND_LONG"


_ASKS_FOR = {
    common.MAV_RESULT_COMMAND_LONG_ONLY: frozenset({Form.LONG}),
    common.MAV_RESULT_COMMAND_INT_ONLY: frozenset({Form.INT}),
    common.MAV_RESULT_UNSUPPORTED: frozenset(Form),  # older autopilots have no other word for it
}


@dataclass(frozen=True, slots=True)
class OtherForm:
    """The autopilot does not take this form: to be said in the other, as a command of its own."""

    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """One command. `shown_by` tells from a sample whether it is done; None where only the ACK tells."""

    name: str
    command: int
    params: tuple[float, ...] = ()
    shown_by: Callable[[Telemetry], bool] | None = None
    aim: Aim = Aim.CALM
    place: Place | None = None

    @property
    def policy(self) -> Policy:
        """How it may be said."""
        return policy_of(self.command, self.aim)


class Ask:
    """Drives one `Request` to its outcome. `look` is the newest sample when it starts.

    `forms` are the messages it may be said in: the first of them is, the others are left for `OtherForm`.
    """

    def __init__(
        self, request: Request, look: Telemetry | None, forms: tuple[Form, ...] = (Form.LONG,)
    ) -> None:
        self.outcome: Outcome | OtherForm | None = None
        self.wake_at_s = 0.0
        self._request = request
        self._policy = request.policy
        self._forms = forms
        self._before = look
        self._newest = look
        self._mode_heard_at_s = 0.0
        self._sent_at_s = 0.0
        self._first_sent_at_s = 0.0
        self._expires_at_s = 0.0
        self._sends = 0
        self._acknowledged = False
        self._under_way = False
        self._looks_at_s: list[float] = []
        self._refusal: int | None = None
        self._texts: list[str] = []

    def start(self, at_s: float) -> tuple[Saying, ...]:
        """Send it for the first time."""
        self._first_sent_at_s = at_s
        self._expires_at_s = at_s + self._policy.expires_after_s
        return self._send(at_s)

    def receive(self, heard: Heard, at_s: float) -> tuple[Saying, ...]:
        """Take an answer, a sample or a text; anything else changes nothing."""
        if self.outcome is not None:
            return ()
        match heard:
            case Answer(command=self._request.command, result=result):
                return self._answered(result, at_s)
            case Sample():
                self._look(heard)
            case Text(severity=severity, text=text) if severity <= common.MAV_SEVERITY_WARNING:
                if text not in self._texts:
                    self._texts.append(text)
        return ()

    def tick(self, at_s: float) -> tuple[Saying, ...]:
        """Time has passed: refuse, look, repeat where that is safe, or give up."""
        if self.outcome is not None or at_s < self.wake_at_s:
            return ()
        if self._refusal is not None:
            self.outcome = self._refused(self._refusal)
            return ()
        if at_s >= self._expires_at_s:
            self.outcome = Unanswered(self._seen(at_s))
            return ()
        if self._acknowledged:
            return self._look_out(at_s)
        return self._send(at_s) if self._may_repeat() else self._wait_on(at_s)

    def cancel(self) -> tuple[Saying, ...]:
        """The caller gave up: what can be called off while it goes on, is."""
        if self._under_way and self.outcome is None and self._policy.given_up is GivenUp.CALLED_OFF:
            return (SayCancel(self._request.command),)
        return ()

    def _wait_on(self, at_s: float) -> tuple[Saying, ...]:
        """Look, where a look could allow to say it again; else wait for its end."""
        if self._policy.repeat is Repeat.WHILE_UNCHANGED and self._sends < self._policy.sends:
            self.wake_at_s = min(at_s + _LOOK_AGAIN_S, self._expires_at_s)
            return (_LOOK,)
        self.wake_at_s = self._expires_at_s
        return ()

    def _send(self, at_s: float) -> tuple[Saying, ...]:
        request = self._request
        self._sent_at_s = at_s
        self.wake_at_s = min(at_s + self._policy.reply_within_s, self._expires_at_s)
        self._sends += 1
        if request.place is None:
            return (SayCommand(request.command, _padded(request.params, 7), self._sends - 1),)
        first = _padded(request.params, 4)
        if self._forms[0] is Form.INT:
            return (SayCommandInt(request.command, first, request.place),)
        place = (request.place.lat_e7 / 1e7, request.place.lon_e7 / 1e7, request.place.alt_amsl_m)
        return (SayCommand(request.command, (*first, *place), self._sends - 1),)

    def _answered(self, result: int, at_s: float) -> tuple[Saying, ...]:
        if self._refusal is not None:
            return ()  # whatever overtook it on the way
        if result == common.MAV_RESULT_IN_PROGRESS:
            self._acknowledged = self._under_way = True
            latest_s = self._first_sent_at_s + self._policy.at_most_s
            self._expires_at_s = self.wake_at_s = min(at_s + self._policy.progress_extends_s, latest_s)
            return ()
        self._under_way = False
        if result == common.MAV_RESULT_ACCEPTED:
            self._acknowledged = True
            if self._request.shown_by is None:
                self.outcome = Accepted()
                return ()
            self._looks_at_s = [at_s + after_s for after_s in LOOKS_AFTER_S]
            return self._look_out(at_s)
        if _ASKS_FOR.get(result, frozenset()) & set(self._forms[1:]):
            self.outcome = OtherForm(self._forms[1:])
            return ()
        # PX4 acknowledges a change of mode twice: accepted, always, and then what it really thinks.
        self._refusal = result
        self.wake_at_s = at_s + SETTLE_S
        return ()

    def _look_out(self, at_s: float) -> tuple[Saying, ...]:
        """Ask for the heartbeat that shows the deed, where it is time to."""
        due = [look_at_s for look_at_s in self._looks_at_s if look_at_s <= at_s]
        self._looks_at_s = self._looks_at_s[len(due) :]
        self.wake_at_s = min([*self._looks_at_s[:1], self._expires_at_s])
        return (_LOOK,) if due else ()

    def _look(self, sample: Sample) -> None:
        self._newest = sample.telemetry
        self._mode_heard_at_s = sample.mode_heard_at_s
        shown_by = self._request.shown_by
        fresh = sample.mode_heard_at_s > self._first_sent_at_s
        if fresh and shown_by is not None and shown_by(sample.telemetry):
            self.outcome = Accepted()

    def _may_repeat(self) -> bool:
        if self._sends >= self._policy.sends:
            return False
        match self._policy.repeat:
            case Repeat.IDEMPOTENT:
                return True
            case Repeat.NEVER:
                return False
            case Repeat.WHILE_UNCHANGED:
                looked = self._mode_heard_at_s > self._sent_at_s
                return looked and _state(self._newest) == _state(self._before)

    def _refused(self, result: int) -> Refused:
        said = RESULTS.get(result, f"MAV_RESULT {result}")
        text = f"The autopilot answered {said} to {self._request.name}.{self._said()}"
        return Refused((Reason(Because.AUTOPILOT, self._request.name, text),))

    def _seen(self, at_s: float) -> str:
        heard = "no answer"
        if self._under_way:
            heard = "it was being carried out and no end of it was told"
        elif self._acknowledged:
            heard = "acknowledged, but its effect was not seen"
        return f"{self._request.name}: {heard}; {describe(self._newest, at_s)}.{self._said()}"

    def _said(self) -> str:
        texts = "; ".join(f'"{text}"' for text in self._texts[-_TEXTS_TOLD:])
        return f" It says: {texts}." if texts else ""


def describe(telemetry: Telemetry | None, now_s: float) -> str:
    """What a sample tells, in words for people."""
    if telemetry is None:
        return "nothing was ever heard of its state"
    armed = "armed" if telemetry.armed else "disarmed"
    age_s = max(0.0, now_s - telemetry.heard_at_s)
    mode = telemetry.mode.value.replace("_", " ")
    landed = telemetry.landed.value.replace("_", " ")
    height = f"{telemetry.height_agl_m:.0f} m above home"
    vtol = "" if telemetry.vtol is None else f", {telemetry.vtol.value.replace('_', ' ')}"
    return f"{age_s:.1f} s ago it was in mode {mode}, {armed}, {landed}, {height}{vtol}"


def _padded(params: tuple[float, ...], count: int) -> tuple[float, ...]:
    return (*params, *([0.0] * count))[:count]


def _state(telemetry: Telemetry | None) -> tuple[object, ...] | None:
    if telemetry is None:
        return None
    return (telemetry.mode, telemetry.armed, telemetry.landed, telemetry.health.failsafe)
