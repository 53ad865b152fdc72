"""Random numbers of a search: its own, so that a seed gives the same plan on every machine."""

from __future__ import annotations

from orchestrator.dispatch.kernels import inlined
from orchestrator.dispatch.routing.search.kernels.board import RANDOM, Number, Plan

_TURN = 6364136223846793005
_STEP = 1442695040888963407
_MASK = (1 << 53) - 1
_UNIT = 1.0 / (1 << 53)


@inlined
def fraction(s: Plan) -> Number:
    """Evenly from [0, 1): a linear congruential generator of 64 bits (Knuth's), its upper bits."""
    drawn = s.state[RANDOM] * _TURN + _STEP
    s.state[RANDOM] = drawn
    return ((drawn >> 11) & _MASK) * _UNIT


@inlined
def below(s: Plan, count: int) -> int:
    """Evenly from 0 to `count` - 1."""
    return int(fraction(s) * count)
