"""The parameter protocol as pure state machines: read some by name, set one and see that it took.

mavlink.io/en/services/parameter.html. PARAM_VALUE answers nobody in particular, so what identifies an
answer is the parameter's name; another ground station's questions are answered for us too, and a value
counts whoever asked. PX4 is silent about a parameter that it does not know, and about a value of
another type than the parameter's: hence a parameter is read before it is set.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isclose, isfinite, nan

from pymavlink.dialects.v20 import common

from geofences.reason import Because, Reason
from vehicles.mavlink.autopilots.autopilot import Values
from vehicles.mavlink.exchanges.messages import Heard, NotValued, Valued
from vehicles.mavlink.exchanges.sayings import Saying, SayParameter, SayReadParameter
from vehicles.vehicle import Accepted, Outcome, Refused, Unanswered

REPLY_WITHIN_S = 0.7
SENDS = 3
AT_ONCE = 6
"""Questions under way at the same time: an autopilot's queue holds more, a radio's buffer may not."""

_REAL32 = common.MAV_PARAM_TYPE_REAL32
_REAL64 = common.MAV_PARAM_TYPE_REAL64
_FORMATS = {
    common.MAV_PARAM_TYPE_UINT8: "<Bxxx",
    common.MAV_PARAM_TYPE_INT8: "<bxxx",
    common.MAV_PARAM_TYPE_UINT16: "<Hxx",
    common.MAV_PARAM_TYPE_INT16: "<hxx",
    common.MAV_PARAM_TYPE_UINT32: "<I",
    common.MAV_PARAM_TYPE_INT32: "<i",
}
_ERRORS = {
    value: name.removeprefix("MAV_PARAM_ERROR_").lower().replace("_", " ")
    for name, value in vars(common).items()
    if name.startswith("MAV_PARAM_ERROR_") and isinstance(value, int)
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as the vehicle told it. `kind` is its MAV_PARAM_TYPE."""

    name: str
    value: float
    kind: int


def decode(valued: Valued, values: Values) -> Parameter:
    """What a PARAM_VALUE says; a kind that no float can carry gives NaN."""
    value = valued.value
    if valued.kind == _REAL64:
        value = nan
    elif values is Values.BYTEWISE and valued.kind in _FORMATS:
        (value,) = struct.unpack(_FORMATS[valued.kind], struct.pack("<f", value))
    return Parameter(valued.name, float(value), valued.kind)


def encode(parameter: Parameter, values: Values) -> SayParameter:
    """The PARAM_SET that sets it so. Raises `ValueError` for a number that its kind cannot hold."""
    value, kind = parameter.value, parameter.kind
    if not isfinite(value):
        raise ValueError(f"{parameter.name}: {value} is not a finite number")
    if kind != _REAL32 and not float(value).is_integer():
        raise ValueError(f"{parameter.name}: {value:g} is not a whole number")
    try:
        if values is Values.BYTEWISE and kind in _FORMATS:
            (value,) = struct.unpack("<f", struct.pack(_FORMATS[kind], int(value)))
        else:
            struct.pack("<f", value)
    except (struct.error, OverflowError) as error:
        raise ValueError(f"{parameter.name}: {parameter.value:g} does not fit its kind of number") from error
    return SayParameter(parameter.name, value, kind)


def same(value: float, number: float) -> bool:
    """Whether two values are the same one, after a journey as 32-bit floats."""
    return isclose(value, number, rel_tol=1e-6, abs_tol=1e-9)


class ReadParameters:
    """Reads parameters by name, a few at a time; the outcome has None for each that was not told."""

    def __init__(self, names: Sequence[str], values: Values) -> None:
        self.outcome: Mapping[str, Parameter | None] | None = None
        self.wake_at_s = 0.0
        self._values = values
        self._sends = dict.fromkeys(names, 0)
        self._told: dict[str, Parameter | None] = {}
        self._asked: set[str] = set()

    def start(self, at_s: float) -> tuple[Saying, ...]:
        """Ask for the first few."""
        return self._next(at_s)

    def receive(self, heard: Heard, at_s: float) -> tuple[Saying, ...]:
        """Take a value or an error about one that is wanted."""
        if self.outcome is not None:
            return ()
        match heard:
            case Valued(name=name) if name in self._sends and self._told.get(name) is None:
                self._told[name] = decode(heard, self._values)
            case NotValued(name=name) if name in self._asked:
                self._told.setdefault(name, None)
            case _:
                return ()
        self._asked.discard(heard.name)
        return self._next(at_s)

    def tick(self, at_s: float) -> tuple[Saying, ...]:
        """What was not answered is asked for again, or given up."""
        if self.outcome is not None or at_s < self.wake_at_s:
            return ()
        for name in sorted(self._asked):
            if self._sends[name] >= SENDS:
                self._told[name] = None
        self._asked.clear()
        return self._next(at_s)

    def cancel(self) -> tuple[Saying, ...]:
        """Reading leaves nothing behind."""
        return ()

    def _next(self, at_s: float) -> tuple[Saying, ...]:
        waiting = [name for name in self._sends if name not in self._told and name not in self._asked]
        if not waiting and not self._asked:
            self.outcome = {name: self._told[name] for name in self._sends}
            return ()
        names = waiting[: AT_ONCE - len(self._asked)]
        for name in names:
            self._sends[name] += 1
        if names:
            self._asked.update(names)
            self.wake_at_s = at_s + REPLY_WITHIN_S
        return tuple(SayReadParameter(name) for name in names)


class SetParameter:
    """Sets one parameter; `Accepted` when the vehicle tells the new value. `parameter.kind` is as read."""

    def __init__(self, parameter: Parameter, values: Values) -> None:
        self.outcome: Outcome | None = None
        self.wake_at_s = 0.0
        self._wanted = parameter
        self._values = values
        self._say = encode(parameter, values)
        self._sends = 0
        self._newest: Parameter | None = None

    def start(self, at_s: float) -> tuple[Saying, ...]:
        """Set it."""
        return self._send(at_s)

    def receive(self, heard: Heard, at_s: float) -> tuple[Saying, ...]:  # noqa: ARG002 - a machine's shape
        """Take its value, or the error about it."""
        name = self._wanted.name
        match heard:
            case Valued(name=told) if told == name:
                self._newest = decode(heard, self._values)
                if same(self._newest.value, self._wanted.value):
                    self.outcome = Accepted()
            case NotValued(name=told, error=error) if told == name and self.outcome is None:
                self.outcome = self._refused(_ERRORS.get(error, f"MAV_PARAM_ERROR {error}"))
        return ()

    def tick(self, at_s: float) -> tuple[Saying, ...]:
        """Set it again: twice is once. A value that stays another is a refusal, silence is none."""
        if self.outcome is not None or at_s < self.wake_at_s:
            return ()
        if self._sends < SENDS:
            return self._send(at_s)
        if self._newest is None:
            self.outcome = Unanswered(f"{self._wanted.name}: nothing was heard of it after it was set")
        else:
            self.outcome = self._refused(f"it stays {self._newest.value:g}")
        return ()

    def cancel(self) -> tuple[Saying, ...]:
        """Nothing calls a parameter back."""
        return ()

    def _send(self, at_s: float) -> tuple[Saying, ...]:
        self._sends += 1
        self.wake_at_s = at_s + REPLY_WITHIN_S
        return (self._say,)

    def _refused(self, why: str) -> Refused:
        name = self._wanted.name
        text = f"{name} could not be set to {self._wanted.value:g}: {why}."
        return Refused((Reason(Because.AUTOPILOT, name, text),))
