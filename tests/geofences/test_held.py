"""What is held is changed piece by piece, and always answers as comparing each pair would."""

from __future__ import annotations

from itertools import count

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geofences.corridor import Volume4D, first_meeting
from geofences.position import GeoPoint, LocalFrame, LocalPoint
from geofences.spacetime.held import Held
from geofences.spacetime.nearness import rows

FRAME = LocalFrame(GeoPoint(60.0, 25.0))
NOON_S = 1_780_315_200.0


@st.composite
def pieces(draw: st.DrawFn) -> Volume4D:
    """Some larger than any cell, some before the epoch, some that wait for a day."""
    start = LocalPoint(draw(st.integers(-9, 9)) * 100.0, draw(st.integers(-9, 9)) * 100.0)
    far_m = draw(st.sampled_from((0.0, 50.0, 300.0, 90_000.0)))
    end = LocalPoint(start.east_m + far_m, start.north_m - far_m * draw(st.sampled_from((0.0, 0.5))))
    from_s = draw(st.sampled_from((0.0, NOON_S))) + 15.0 * draw(st.integers(-20, 20))
    until_s = from_s + draw(st.sampled_from((0.0, 25.0, 86_400.0)))
    return Volume4D(FRAME, start, end, draw(st.sampled_from((0.0, 50.0))), 0.0, 10.0, from_s, until_s)


corridors = st.lists(pieces(), min_size=1, max_size=4)


@given(st.lists(st.tuples(corridors, st.booleans()), max_size=14), corridors)
def test_after_any_changes_it_meets_what_is_left(
    changes: list[tuple[list[Volume4D], bool]], mine: list[Volume4D]
) -> None:
    held, left, numbers = Held(), {}, count()
    for corridor, goes in changes:
        number = next(numbers)
        held.put(number, rows(corridor))
        left[number] = corridor
        if goes:
            gone = min(left)
            held.take(gone)
            del left[gone]
    found, whose, theirs = held.met(rows(mine))
    expected = sorted(
        (i, number, *rows([other])[0].tolist())
        for i, one in enumerate(mine)
        for number, corridor in left.items()
        for other in corridor
        if first_meeting((one,), (other,)) is not None
    )
    assert (
        sorted((i, n, *r) for i, n, r in zip(found.tolist(), whose, theirs.tolist(), strict=True)) == expected
    )


def test_it_grows_far_beyond_its_first_room() -> None:
    held, dice = Held(), np.random.default_rng(2)
    places = dice.uniform(0.0, 500.0, (3000, 2)).tolist()
    for number, (east_m, north_m) in enumerate(places):
        place = LocalPoint(east_m, north_m)
        held.put(number, rows([Volume4D(FRAME, place, place, 1.0, 0.0, 1.0, 0.0, 1.0)]))
    everywhere = Volume4D(FRAME, LocalPoint(0.0, 0.0), LocalPoint(500.0, 500.0), 400.0, 0.0, 1.0, 0.0, 1.0)
    assert len(held.met(rows([everywhere]))[1]) == 3000
    for number in range(3000):
        held.take(number)
    assert held.met(rows([everywhere]))[1] == []


def test_one_number_holds_one_corridor() -> None:
    held, place = Held(), LocalPoint(0.0, 0.0)
    one = rows([Volume4D(FRAME, place, place, 1.0, 0.0, 1.0, 0.0, 1.0)])
    held.put(1, one)
    with pytest.raises(ValueError, match="1 is held already"):
        held.put(1, one)
    with pytest.raises(KeyError):
        held.take(2)
    assert 1 in held
