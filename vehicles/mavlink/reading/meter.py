"""What a battery's own meter says was taken from it."""

from __future__ import annotations

from dataclasses import dataclass

from vehicles.mavlink.wire.frames import Message
from vehicles.mavlink.wire.quick import quick

_UNKNOWN_CA = (-1, -100)
"""-1 by the message's definition, and PX4's own -1 A, which it sends as -100."""
_HJ_PER_WH = 36.0


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a counter says, and what one more of its units is worth now."""

    counter: str
    count: int
    each_wh: float


_reading = quick(_Reading)


class Meter:
    """Follows the counters of one pack's BATTERY_STATUS from the first that is heard.

    The energy counter (hJ) where there is one, else the charge (mAh) by the voltage between two looks. One
    that stands at 0 without a current to count is no meter: PX4 sends that without a current sensor.
    """

    __slots__ = ("_last", "used_wh")

    def __init__(self) -> None:
        self.used_wh: float | None = None
        self._last: _Reading | None = None

    def hear(self, pack: Message, voltage_v: float | None) -> None:
        """The newest word; `voltage_v` of the pack, None where nobody tells it."""
        energy = _count(pack.energy_consumed, pack.current_battery)
        charge = _count(pack.current_consumed, pack.current_battery)
        if energy is not None:
            self._add(_reading("energy", energy, 1.0 / _HJ_PER_WH))
        elif charge is not None and voltage_v is not None:
            self._add(_reading("charge", charge, voltage_v / 1000.0))

    def _add(self, now: _Reading) -> None:
        before, self._last = self._last, now
        used_wh = self.used_wh or 0.0
        if before is not None and before.counter == now.counter:
            more = now.count - before.count if now.count >= before.count else now.count  # it began anew
            used_wh += more * 0.5 * (before.each_wh + now.each_wh)
        self.used_wh = used_wh


def _count(count: int, current_ca: int) -> int | None:
    known = count > 0 or (count == 0 and current_ca not in _UNKNOWN_CA)
    return count if known else None
