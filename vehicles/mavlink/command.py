"""Commands as pure state machines: one command, its identity, its expiry, and what shows that it was done.

An ACK is not the deed. A command is `Accepted` when the vehicle's state, heard after it was sent,
shows its effect; an ACK decides alone only where there is no state to see. Silence is `Unanswered`,
and whether a command may be sent again is a property of the command, not of the caller's patience.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from pymavlink.dialects.v20 import common

from geofences.reason import Because, Reason
from vehicles.mavlink.messages import Answer, Heard, Sample, SayCommand, Saying, Text
from vehicles.telemetry import Telemetry
from vehicles.vehicle import Accepted, Outcome, Refused, Unanswered

PROGRESS_EXTENDS_S = 10.0
SETTLE_S = 0.3
"""PX4 says why in a text that may come just after its refusal."""

_CANCELLED = 6  # MAV_RESULT_CANCELLED: the dialect that pymavlink ships has no name for it

RESULTS = {
    common.MAV_RESULT_TEMPORARILY_REJECTED: "temporarily rejected",
    common.MAV_RESULT_DENIED: "denied",
    common.MAV_RESULT_UNSUPPORTED: "not supported",
    common.MAV_RESULT_FAILED: "failed",
    _CANCELLED: "cancelled",
}


class Repeat(Enum):
    """Whether a command may be sent again when nothing was heard of it."""

    IDEMPOTENT = "idempotent"
    """Twice is once: streams, requests for messages."""
    WHILE_UNCHANGED = "while unchanged"
    """Only after looking: a fresh sample shows mode, arming and failsafe as before it was sent."""
    NEVER = "never"
    """A copy that a slow link delivers late would do harm: whatever arms or sets off."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How long to wait for what, and how often to say it."""

    repeat: Repeat
    sends: int
    reply_within_s: float
    expires_after_s: float


STREAM = Policy(Repeat.IDEMPOTENT, sends=1, reply_within_s=1.0, expires_after_s=1.0)
QUERY = Policy(Repeat.IDEMPOTENT, sends=3, reply_within_s=1.0, expires_after_s=3.0)
SAFE_MODE = Policy(Repeat.WHILE_UNCHANGED, sends=3, reply_within_s=1.2, expires_after_s=6.0)
SET_OFF = Policy(Repeat.NEVER, sends=1, reply_within_s=2.0, expires_after_s=6.0)
GRIPPER = Policy(Repeat.WHILE_UNCHANGED, sends=2, reply_within_s=1.5, expires_after_s=5.0)
DISARM = Policy(Repeat.WHILE_UNCHANGED, sends=3, reply_within_s=1.2, expires_after_s=6.0)


@dataclass(frozen=True, slots=True)
class Request:
    """One command. `shown_by` tells from a sample whether it is done; None where only the ACK tells."""

    name: str
    command: int
    params: tuple[float, ...]
    policy: Policy
    shown_by: Callable[[Telemetry], bool] | None = None


class Ask:
    """Drives one `Request` to its outcome. `look` is the newest sample when it starts."""

    def __init__(self, request: Request, look: Telemetry | None) -> None:
        self.outcome: Outcome | None = None
        self.wake_at_s = 0.0
        self._request = request
        self._before = look
        self._newest = look
        self._sent_at_s = 0.0
        self._first_sent_at_s = 0.0
        self._expires_at_s = 0.0
        self._sends = 0
        self._acknowledged = False
        self._refusal: int | None = None
        self._texts: list[str] = []

    def start(self, at_s: float) -> tuple[Saying, ...]:
        """Send it for the first time."""
        self._first_sent_at_s = at_s
        self._expires_at_s = at_s + self._request.policy.expires_after_s
        return self._send(at_s)

    def receive(self, heard: Heard, at_s: float) -> tuple[Saying, ...]:
        """Take an answer, a sample or a text; anything else changes nothing."""
        if self.outcome is not None:
            return ()
        match heard:
            case Answer(command=self._request.command, result=result):
                self._answered(result, at_s)
            case Sample():
                self._look(heard)
            case Text(severity=severity, text=text) if severity <= common.MAV_SEVERITY_WARNING:
                self._texts.append(text)
        return ()

    def tick(self, at_s: float) -> tuple[Saying, ...]:
        """Time has passed: refuse, repeat where that is safe, or give up."""
        if self.outcome is not None or at_s < self.wake_at_s:
            return ()
        if self._refusal is not None:
            self.outcome = self._refused(self._refusal)
            return ()
        if at_s >= self._expires_at_s:
            self.outcome = Unanswered(self._seen(at_s))
            return ()
        if not self._acknowledged and self._may_repeat():
            return self._send(at_s)
        self.wake_at_s = self._expires_at_s
        return ()

    def cancel(self) -> tuple[Saying, ...]:
        """Nothing calls a command back."""
        return ()

    def _send(self, at_s: float) -> tuple[Saying, ...]:
        request = self._request
        self._sent_at_s = at_s
        self.wake_at_s = min(at_s + request.policy.reply_within_s, self._expires_at_s)
        params = (*request.params, *([0.0] * 7))[:7]
        self._sends += 1
        return (SayCommand(request.command, params, self._sends - 1),)

    def _answered(self, result: int, at_s: float) -> None:
        if result == common.MAV_RESULT_IN_PROGRESS:
            self._acknowledged = True
            self._expires_at_s = self.wake_at_s = at_s + PROGRESS_EXTENDS_S
        elif result == common.MAV_RESULT_ACCEPTED:
            self._acknowledged = True
            self.wake_at_s = self._expires_at_s
            if self._request.shown_by is None:
                self.outcome = Accepted()
        else:
            # PX4 acknowledges a change of mode twice: accepted, always, and then what it really thinks.
            self._refusal = result
            self.wake_at_s = at_s + SETTLE_S

    def _look(self, sample: Sample) -> None:
        self._newest = sample.telemetry
        shown_by = self._request.shown_by
        fresh = sample.mode_heard_at_s > self._first_sent_at_s
        if fresh and shown_by is not None and shown_by(sample.telemetry):
            self.outcome = Accepted()

    def _may_repeat(self) -> bool:
        policy = self._request.policy
        if self._sends >= policy.sends:
            return False
        match policy.repeat:
            case Repeat.IDEMPOTENT:
                return True
            case Repeat.NEVER:
                return False
            case Repeat.WHILE_UNCHANGED:
                newest = self._newest
                heard_since = newest is not None and newest.heard_at_s > self._sent_at_s
                return heard_since and _state(newest) == _state(self._before)

    def _refused(self, result: int) -> Refused:
        said = RESULTS.get(result, f"MAV_RESULT {result}")
        because = f' It says: "{self._texts[-1]}".' if self._texts else ""
        text = f"The autopilot answered {said} to {self._request.name}.{because}"
        return Refused((Reason(Because.AUTOPILOT, self._request.name, text),))

    def _seen(self, at_s: float) -> str:
        heard = "acknowledged, but its effect was not seen" if self._acknowledged else "no answer"
        return f"{self._request.name}: {heard}; {describe(self._newest, at_s)}"


def describe(telemetry: Telemetry | None, now_s: float) -> str:
    """What a sample tells, in words for people."""
    if telemetry is None:
        return "nothing was ever heard of its state"
    armed = "armed" if telemetry.armed else "disarmed"
    age_s = max(0.0, now_s - telemetry.heard_at_s)
    mode = telemetry.mode.value.replace("_", " ")
    landed = telemetry.landed.value.replace("_", " ")
    height = f"{telemetry.height_agl_m:.0f} m above home"
    return f"{age_s:.1f} s ago it was in mode {mode}, {armed}, {landed}, {height}"


def _state(telemetry: Telemetry | None) -> tuple[object, ...] | None:
    if telemetry is None:
        return None
    return (telemetry.mode, telemetry.armed, telemetry.landed, telemetry.health.failsafe)
