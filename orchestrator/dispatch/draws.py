"""Random numbers inside kernels: one stream an array, seeded and passed in, the same on every machine.

xorshift64* (S. Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled", ACM
Transactions on Mathematical Software 42(4), 2016).
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from orchestrator.dispatch.kernels import compiled

Stream = NDArray[np.uint64]
Share: TypeAlias = float
"""From 0 inclusive to 1 exclusive."""


def stream(seed: int) -> Stream:
    """The stream of a seed; equal seeds give equal streams."""
    mixed = (seed * 0x9E3779B97F4A7C15 + 0x2545F4914F6CDD1D) % 2**64
    return np.array([mixed or 1], np.uint64)


@compiled
def draw(state: Stream) -> Share:
    """The next number of the stream."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled
def below(state: Stream, count: int) -> int:
    """One of the numbers 0 to `count` - 1."""
    return int(draw(state) * count)
