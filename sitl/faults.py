"""Faults on a timetable, for both faces of a simulated vehicle. Times are seconds since it was started.

Written on the command line as `KIND@FROM`, `KIND@FROM-UNTIL` and, where a value belongs to it, `=VALUE`:
`silent@60-90`, `power-off@120`, `lossy@0=0.2`, `late@0=0.5`, `battery@100=0.2`, `stuck-gripper@0`,
`stuck-winch@0`, `no-arm@0-30`, `reboot@80`, `no-gps@50-70`, `wind@30-60=9`. A simulated autopilot also
takes them by hand (MAVLink's DO_INJECT_FAILURE, `sitl.autopilot.injury`). `WIRE_ONLY` names those that need
a wire to be seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from math import inf, isfinite


class Kind(Enum):
    """What goes wrong."""

    SILENT = "silent"
    """Nothing is sent and nothing heard; the vehicle goes on by itself."""
    POWER_OFF = "power-off"
    """The vehicle stops existing for everybody: silent, and it does not move any more."""
    LOSSY = "lossy"
    """This share of all messages, in [0, 1], is lost in each direction."""
    LATE = "late"
    """Every message takes so many seconds longer."""
    BATTERY = "battery"
    """The battery drops to this share of full, at once."""
    STUCK_GRIPPER = "stuck-gripper"
    """The gripper does not move."""
    STUCK_WINCH = "stuck-winch"
    """The winch does not move."""
    NO_ARM = "no-arm"
    """Arming checks fail."""
    DEAF = "deaf"
    """What is sent to the vehicle is lost; it is heard."""
    MUTE = "mute"
    """What the vehicle sends is lost; it hears."""
    DOUBLED = "doubled"
    """This share of all messages, in [0, 1], arrives twice."""
    REORDERED = "reordered"
    """This share of all messages, in [0, 1], is overtaken by those sent up to a fifth of a second later."""
    CORRUPT = "corrupt"
    """This share of all messages, in [0, 1], arrives with a byte changed."""
    REBOOT = "reboot"
    """The autopilot starts anew, once; in the air its motors stop."""
    TIME_JUMP = "time-jump"
    """The autopilot's clock is so many seconds ahead (behind, when negative)."""
    NO_GPS = "no-gps"
    """No satellites are received."""
    MOTOR_LOSS = "motor-loss"
    """A motor stops."""
    WIND = "wind"
    """So many m/s more wind, towards the east."""


WIRE_ONLY = frozenset(
    {Kind.DEAF, Kind.MUTE, Kind.DOUBLED, Kind.REORDERED, Kind.CORRUPT, Kind.TIME_JUMP, Kind.REBOOT}
)
"""Kinds that only a vehicle behind MAVLink shows."""

_VALUED = {
    Kind.LOSSY: (0.0, 1.0),
    Kind.LATE: (0.0, 60.0),
    Kind.BATTERY: (0.0, 1.0),
    Kind.DOUBLED: (0.0, 1.0),
    Kind.REORDERED: (0.0, 1.0),
    Kind.CORRUPT: (0.0, 1.0),
    Kind.TIME_JUMP: (-86400.0, 86400.0),
    Kind.WIND: (0.0, 40.0),
}
"""Kinds that need a value, and the least and most it may be."""

_WRITTEN = re.compile(
    r"(?P<kind>[a-z-]+)@(?P<from>[0-9.]+)(?:-(?P<until>[0-9.]+))?(?:=(?P<value>-?[0-9.]+))?"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: in force from `from_s` to before `until_s`, seconds since the vehicle was started.

    Raises `ValueError` naming the field when the times are not in order or the value does not fit the kind.
    """

    kind: Kind
    from_s: float
    until_s: float = inf
    value: float | None = None

    def __post_init__(self) -> None:
        if not (isfinite(self.from_s) and self.from_s >= 0.0):
            raise ValueError(f"from_s: {self.from_s:g} is not a number of 0 or more")
        if not self.from_s < self.until_s:
            raise ValueError(f"until_s: {self.until_s:g} is not after from_s, {self.from_s:g}")
        if self.kind not in _VALUED:
            if self.value is not None:
                raise ValueError(f"value: {self.kind.value} takes none")
            return
        least, most = _VALUED[self.kind]
        if self.value is None or not least <= self.value <= most:
            raise ValueError(
                f"value: {self.kind.value} needs one within {least:g}..{most:g}, not {self.value}"
            )


def parse(text: str) -> Fault:
    """A fault as written on the command line. Raises `ValueError` saying what is wrong with it."""
    written = _WRITTEN.fullmatch(text)
    if written is None:
        raise ValueError(f"{text!r} is not KIND@FROM[-UNTIL][=VALUE]")
    kinds = {kind.value: kind for kind in Kind}
    kind = kinds.get(written["kind"])
    if kind is None:
        raise ValueError(f"{written['kind']!r} is not one of {', '.join(kinds)}")
    until_s = float(written["until"]) if written["until"] else inf
    value = float(written["value"]) if written["value"] else None
    return Fault(kind, float(written["from"]), until_s, value)


def written(fault: Fault) -> str:
    """A fault as `parse` reads it."""
    until = "" if fault.until_s == inf else f"-{fault.until_s:f}"
    value = "" if fault.value is None else f"={fault.value:f}"
    return f"{fault.kind.value}@{fault.from_s:f}{until}{value}"


class Faults:
    """All faults of one vehicle; asked with the seconds since its start. More may come by hand."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._faults: tuple[Fault, ...] = ()
        self._off_s = inf
        self._set(tuple(faults))

    def begin(self, fault: Fault) -> None:
        """One more, by hand."""
        self._set((*self._faults, fault))

    def end(self, kind: Kind, age_s: float) -> None:
        """Whatever of this kind is in force ends now; what is still to come stays."""
        over = [
            fault for fault in self._faults if fault.kind is kind and fault.from_s < age_s < fault.until_s
        ]
        rest = tuple(fault for fault in self._faults if fault not in over)
        self._set((*rest, *(replace(fault, until_s=age_s) for fault in over)))

    def _set(self, faults: tuple[Fault, ...]) -> None:
        self._faults = faults
        self._off_s = min((fault.from_s for fault in faults if fault.kind is Kind.POWER_OFF), default=inf)

    def began(self, kind: Kind, from_age_s: float, until_age_s: float) -> bool:
        """Whether one of this kind began in that time (from exclusive, until inclusive)."""
        return bool(self._faults) and any(
            fault.kind is kind and from_age_s < fault.from_s <= until_age_s for fault in self._faults
        )

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._faults)

    def active(self, kind: Kind, age_s: float) -> bool:
        """Whether a fault of this kind is in force."""
        return bool(self._faults) and any(
            fault.kind is kind and fault.from_s <= age_s < fault.until_s for fault in self._faults
        )

    def value(self, kind: Kind, age_s: float) -> float:
        """The value in force of this kind that is furthest from 0; 0 without any."""
        if not self._faults:
            return 0.0
        values = [
            fault.value or 0.0
            for fault in self._faults
            if fault.kind is kind and fault.from_s <= age_s < fault.until_s
        ]
        return max(values, default=0.0, key=abs)

    def drop_frac(self, from_age_s: float, until_age_s: float) -> float | None:
        """To what share the battery drops in that time (from exclusive, until inclusive), if it does."""
        if not self._faults:
            return None
        values = [
            fault.value
            for fault in self._faults
            if fault.kind is Kind.BATTERY and from_age_s < fault.from_s <= until_age_s
        ]
        return min((value for value in values if value is not None), default=None)

    def silent_since_s(self, age_s: float) -> float:
        """When the silence began that is in force, infinite when it is heard."""
        if not self._faults:
            return inf
        silences = [
            fault.from_s
            for fault in self._faults
            if (fault.kind is Kind.SILENT and fault.from_s <= age_s < fault.until_s)
            or (fault.kind is Kind.POWER_OFF and fault.from_s <= age_s)
        ]
        return min(silences, default=inf)

    def silences(self) -> tuple[tuple[float, float], ...]:
        """From when until when it is not heard, seconds since its start."""
        return tuple((f.from_s, f.until_s) for f in self._faults if f.kind is Kind.SILENT)

    @property
    def off_s(self) -> float:
        """When the vehicle loses all power; infinite when never."""
        return self._off_s
