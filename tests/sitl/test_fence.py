"""The autopilot's fence against an independent judge: the winding number of a ring about a point."""

from __future__ import annotations

import math
import random

from sitl.aboard.fence import Disc, Fence, Ring, Side
from sitl.motion.body import Place


def _winds_about(corners: list[tuple[float, float]], east_m: float, north_m: float) -> bool:
    """Whether a ring winds about a point: the angles to its corners add up to a full turn."""
    turn_rad = 0.0
    for (ax, ay), (bx, by) in zip(corners, [*corners[1:], corners[0]], strict=True):
        change = math.atan2(by - north_m, bx - east_m) - math.atan2(ay - north_m, ax - east_m)
        turn_rad += (change + math.pi) % (2.0 * math.pi) - math.pi
    return abs(turn_rad) > math.pi


def test_a_ring_holds_what_it_winds_about() -> None:
    dice = random.Random(5)  # noqa: S311  # a test's dice
    seen = set()
    for _ in range(200):
        angles = sorted(dice.uniform(0.0, 2.0 * math.pi) for _ in range(dice.randint(3, 9)))
        corners = [(math.cos(a) * dice.uniform(5, 50), math.sin(a) * dice.uniform(5, 50)) for a in angles]
        for _ in range(20):
            east_m, north_m = dice.uniform(-60, 60), dice.uniform(-60, 60)
            inside = _winds_about(corners, east_m, north_m)
            seen.add(inside)
            assert Ring(Side.INSIDE, tuple(corners)).holds(east_m, north_m) is inside
            assert Ring(Side.OUTSIDE, tuple(corners)).holds(east_m, north_m) is not inside
    assert seen == {True, False}


def test_all_inclusions_must_hold_and_no_exclusion_may() -> None:
    here = Place(5.0, 0.0, 30.0)
    near, far = Disc(Side.INSIDE, 0.0, 0.0, 10.0), Disc(Side.INSIDE, 100.0, 0.0, 10.0)
    assert Fence().allows(here)
    assert Fence((near,)).allows(here)
    assert not Fence((near, far)).allows(here)
    assert not Fence((near, Disc(Side.OUTSIDE, 5.0, 0.0, 1.0))).allows(here)
