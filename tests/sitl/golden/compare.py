"""Compares two dialogues: the same entries in the same order, at about the same times; and the places."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import hypot, inf

from tests.sitl.golden.dialogue import BLINK_S, MAY_BLINK, Mark, Spoken


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far apart two entries may be: seconds, and a share of those since the client last asked.

    What follows from motion drifts; an answer does not.
    """

    base_s: float
    drift_frac: float = 0.0


def differences(
    real: Mapping[str, Sequence[Mark]],
    simulated: Mapping[str, Sequence[Mark]],
    asked_at_s: Sequence[float],
    within: Mapping[str, Tolerance],
) -> list[str]:
    """Every difference in words; empty when the two are the same within the tolerances, by track."""
    found: list[str] = []
    for track, tolerance in within.items():
        for mark, other in _pairs(track, real.get(track, ()), simulated.get(track, ())):
            if mark is None and other is not None:
                found.append(f"{track}: only simulated, {_say(other)}")
            elif other is None and mark is not None:
                found.append(f"{track}: only PX4, {_say(mark)}")
            elif mark is not None and other is not None:
                since_s = mark.at_s - asked_at_s[max(0, bisect_right(asked_at_s, mark.at_s) - 1)]
                if abs(mark.at_s - other.at_s) > tolerance.base_s + tolerance.drift_frac * since_s:
                    found.append(f"{track}: {_say(mark)}, simulated at {other.at_s:.2f} s")
    return found


def _pairs(
    track: str, real: Sequence[Mark], simulated: Sequence[Mark]
) -> list[tuple[Mark | None, Mark | None]]:
    """Entries that belong together; alone those of one side only, unless too short to count."""
    pairs: list[tuple[Mark | None, Mark | None]] = []
    whats, others = [mark.what for mark in real], [mark.what for mark in simulated]
    for tag, a0, a1, b0, b1 in SequenceMatcher(None, whats, others, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs += zip(real[a0:a1], simulated[b0:b1], strict=True)
        else:
            pairs += [(mark, None) for mark in real[a0:a1] if not _blinks(track, mark)]
            pairs += [(None, mark) for mark in simulated[b0:b1] if not _blinks(track, mark)]
    return pairs


def _blinks(track: str, mark: Mark) -> bool:
    return track in MAY_BLINK and mark.lasts_s < BLINK_S


def _say(mark: Mark) -> str:
    return f"{mark.what} at {mark.at_s:.2f} s for {mark.lasts_s:.1f} s"


def strayed(
    real: Sequence[Spoken], simulated: Sequence[Spoken], within_s: float, away_m: float, off_m: float
) -> list[str]:
    """Where, once a second, the simulated one is at no time nearly where PX4 was, in words.

    Nearly: within `away_m` over ground and `off_m` in height, at one instant within `within_s` of PX4's.
    """
    ours = _places(simulated)
    times = [at_s for at_s, *_ in ours]
    found: list[str] = []
    looked_s = -inf
    for at_s, north, east, height in _places(real):
        if at_s < looked_s + 1.0:
            continue
        looked_s = at_s
        near = ours[bisect_left(times, at_s - within_s) : bisect_right(times, at_s + within_s)]
        gaps = [(hypot(n - north, e - east), abs(h - height)) for _, n, e, h in near]
        if not any(gap <= away_m and high <= off_m for gap, high in gaps):
            gap, high = min(gaps, key=lambda one: one[0] / away_m + one[1] / off_m)
            found.append(f"{at_s:.1f} s: {gap:.1f} m away and {high:.1f} m in height")
    return found


def _places(spoken: Sequence[Spoken]) -> list[tuple[float, float, float, float]]:
    """Time, north, east and height of each LOCAL_POSITION_NED."""
    told = [one for one in spoken if one.message.get_type() == "LOCAL_POSITION_NED"]
    return [(one.at_s, one.message.x, one.message.y, -one.message.z) for one in told]
