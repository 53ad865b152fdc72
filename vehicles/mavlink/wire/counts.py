"""What became of everything that arrived: counted, for whoever looks for what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import assert_never

from vehicles.mavlink.wire.signing import Forged, Genuine, Late, Replayed, Unsigned, Verdict


@dataclass(slots=True)
class Counts:
    """What became of everything that arrived until now. `unwanted` is by message id.

    `unsigned`, `forged` and `replayed` frames were refused: the vehicle has a key.
    """

    parsed: int = 0
    garbage_bytes: int = 0
    broken: int = 0
    foreign: int = 0
    unsigned: int = 0
    forged: int = 0
    replayed: int = 0
    foreign_autopilots: set[int] = field(default_factory=set)
    unwanted: Counter[int] = field(default_factory=Counter)

    @property
    def refused(self) -> int:
        """Frames that the signature ruled out."""
        return self.unsigned + self.forged + self.replayed

    def believes(self, verdict: Verdict) -> bool:
        """Whether a frame that was judged so counts; one that is suspect is counted as refused."""
        match verdict:
            case Genuine():
                return True
            case Late():
                return False
            case Unsigned():
                self.unsigned += 1
            case Forged():
                self.forged += 1
            case Replayed():
                self.replayed += 1
            case _:
                assert_never(verdict)
        return False


def added(several: Sequence[Counts]) -> Counts:
    """All counts together."""
    return Counts(
        parsed=sum(counts.parsed for counts in several),
        garbage_bytes=sum(counts.garbage_bytes for counts in several),
        broken=sum(counts.broken for counts in several),
        foreign=sum(counts.foreign for counts in several),
        unsigned=sum(counts.unsigned for counts in several),
        forged=sum(counts.forged for counts in several),
        replayed=sum(counts.replayed for counts in several),
        foreign_autopilots=set().union(*(counts.foreign_autopilots for counts in several)),
        unwanted=sum((counts.unwanted for counts in several), Counter()),
    )
