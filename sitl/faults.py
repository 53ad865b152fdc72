"""Faults on a timetable, for both faces of a simulated vehicle. Times are seconds since it was started.

Written on the command line as `KIND@FROM`, `KIND@FROM-UNTIL` and, where a value belongs to it, `=VALUE`:
`silent@60-90`, `power-off@120`, `lossy@0=0.2`, `late@0=0.5`, `battery@100=0.2`, `stuck-gripper@0`,
`no-arm@0-30`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
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
    NO_ARM = "no-arm"
    """Arming checks fail."""


_VALUED = {Kind.LOSSY: 1.0, Kind.LATE: 60.0, Kind.BATTERY: 1.0}
"""Kinds that need a value, and the most it may be."""

_WRITTEN = re.compile(r"(?P<kind>[a-z-]+)@(?P<from>[0-9.]+)(?:-(?P<until>[0-9.]+))?(?:=(?P<value>[0-9.]+))?")


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
        if not (isfinite(self.from_s) and 0.0 <= self.from_s < self.until_s):
            raise ValueError(f"from_s: {self.from_s} is not within 0..{self.until_s}")
        most = _VALUED.get(self.kind)
        if most is None and self.value is not None:
            raise ValueError(f"value: {self.kind.value} takes none")
        if most is not None and (self.value is None or not 0.0 <= self.value <= most):
            raise ValueError(f"value: {self.kind.value} needs one within 0..{most}, not {self.value}")


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


class Faults:
    """All faults of one vehicle; asked with the seconds since its start."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._faults = tuple(faults)
        self._off_s = min(
            (fault.from_s for fault in self._faults if fault.kind is Kind.POWER_OFF), default=inf
        )

    def active(self, kind: Kind, age_s: float) -> bool:
        """Whether a fault of this kind is in force."""
        return bool(self._faults) and any(
            fault.kind is kind and fault.from_s <= age_s < fault.until_s for fault in self._faults
        )

    def value(self, kind: Kind, age_s: float) -> float:
        """The largest value in force of this kind, 0 without any."""
        if not self._faults:
            return 0.0
        values = [
            fault.value or 0.0
            for fault in self._faults
            if fault.kind is kind and fault.from_s <= age_s < fault.until_s
        ]
        return max(values, default=0.0)

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

    @property
    def off_s(self) -> float:
        """When the vehicle loses all power; infinite when never."""
        return self._off_s
