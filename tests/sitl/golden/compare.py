"""Compares two dialogues track by track: the same entries in the same order, at about the same times."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from tests.sitl.golden.dialogue import BLINK_S, MAY_BLINK, Mark


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
