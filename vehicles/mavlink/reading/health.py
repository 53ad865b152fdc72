"""Whether a vehicle may start, by what it tells of itself and what is held against it."""

from __future__ import annotations

from collections.abc import Iterator

from geofences.reason import Reason
from vehicles.mavlink.reading.beat import Beat
from vehicles.mavlink.reading.decode_power import Charge
from vehicles.mavlink.wire.quick import quick
from vehicles.telemetry import Health

POSITION_STALE_S = 3.0
"""An autopilot that still beats but no longer knows where it is must not start."""

_WORDS = (
    "It does not know its battery's charge",
    "Its own checks before arming do not pass",
    "Its estimate of where it is cannot be trusted",
)
_health_of = quick(Health)


class Fitness:
    """Its health by its newest words: the same value until something about it changes."""

    __slots__ = ("_by", "_health")

    def __init__(self) -> None:
        self._by: tuple[object, ...] = ()
        self._health = _health_of(ready=False, failsafe=False)

    def now(
        self,
        beat: Beat,
        charge: Charge,
        position_age_s: float,
        *,
        off_earth: int,
        unsure: bool,
        findings: tuple[Reason, ...],
        notices: tuple[str, ...],
    ) -> Health:
        """`unsure`: it does not trust its own estimate of where it is.

        `off_earth` positions were told since the last that can be. `notices` is what an operator should
        read besides: it may start all the same.
        """
        stale_s = round(position_age_s) if position_age_s > POSITION_STALE_S else 0
        left_frac, checks_fail, unhealthy = charge
        uncharged = left_frac is None
        by = (beat, uncharged, checks_fail, unhealthy, unsure, stale_s, off_earth, findings, notices)
        if by != self._by:
            self._by = by
            troubles = (*beat.warnings, *_troubles(stale_s, off_earth, uncharged, checks_fail, unsure))
            ready = beat.can_start and not troubles and not findings
            words = (*troubles, *notices)
            self._health = _health_of(ready, beat.failsafe, words, unhealthy, findings, not unsure)
        return self._health


def _troubles(stale_s: int, off_earth: int, *so: bool) -> Iterator[str]:
    if off_earth:
        yield f"Where it is is not known: its last {off_earth} positions lie beyond 90 or 180 degrees"
    if stale_s:
        yield f"Its position is {stale_s} s old"
    yield from (words for is_so, words in zip(so, _WORDS, strict=True) if is_so)
