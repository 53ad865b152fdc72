"""What a battery's own meter says was taken from it."""

from __future__ import annotations

_UNKNOWN_CA = (-1, -100)
"""-1 by the message's definition, and PX4's own -1 A, which it sends as -100."""
_HJ_PER_WH = 36.0


_Reading = tuple[str, int, float]
"""Which counter, what it says, and what one more of its units is worth now, Wh."""


class Meter:
    """Follows the counters of one pack's BATTERY_STATUS from the first that is heard.

    The energy counter (hJ) where there is one, else the charge (mAh) by the voltage between two looks. One
    that stands at 0 without a current to count is no meter: PX4 sends that without a current sensor.
    """

    __slots__ = ("_last", "used_wh")

    def __init__(self) -> None:
        self.used_wh: float | None = None
        self._last: _Reading | None = None

    def hear(self, used_mah: int, used_hj: int, current_ca: int, voltage_v: float | None) -> None:
        """Its two counters and the current now; `voltage_v` of the pack, None where nobody tells it."""
        if _counts(used_hj, current_ca):
            self._add(("energy", used_hj, 1.0 / _HJ_PER_WH))
        elif voltage_v is not None and _counts(used_mah, current_ca):
            self._add(("charge", used_mah, voltage_v / 1000.0))

    def _add(self, now: _Reading) -> None:
        before, self._last = self._last, now
        used_wh = self.used_wh or 0.0
        if before is not None and before[0] == now[0]:
            more = now[1] - before[1] if now[1] >= before[1] else now[1]  # it began anew
            used_wh += more * 0.5 * (before[2] + now[2])
        self.used_wh = used_wh


def _counts(count: int, current_ca: int) -> bool:
    return count > 0 or (count == 0 and current_ca not in _UNKNOWN_CA)
