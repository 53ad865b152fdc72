"""All pairs at once find what comparing each pair finds, whatever the sizes of the pieces."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.encounters import encounters
from geofences.corridor import Volume4D, first_meeting
from geofences.position import GeoPoint, LocalFrame, LocalPoint
from geofences.spacetime.nearness import rows

FRAME = LocalFrame(GeoPoint(60.0, 25.0))
ROUND_M = st.integers(-30, 30).map(lambda n: 20.0 * n)


@st.composite
def pieces(draw: st.DrawFn) -> Volume4D:
    """Short and long, waiting and moving, on round numbers so that some touch exactly."""
    start = LocalPoint(draw(ROUND_M), draw(ROUND_M))
    end = LocalPoint(start.east_m + draw(ROUND_M) / 10.0, start.north_m + draw(ROUND_M) / 10.0)
    lower_m, from_s = draw(st.sampled_from((0.0, 30.0, 40.0))), 10.0 * draw(st.integers(0, 40))
    lasts_s = draw(st.sampled_from((0.0, 10.0, 20.0, 4000.0)))
    radius_m = draw(st.sampled_from((5.0, 20.0)))
    return Volume4D(FRAME, start, end, radius_m, lower_m, lower_m + 10.0, from_s, from_s + lasts_s)


@given(st.lists(st.tuples(st.integers(0, 5), pieces()), max_size=40))
def test_a_sky_checked_at_once_is_a_sky_checked_pair_by_pair(sky: list[tuple[int, Volume4D]]) -> None:
    one_by_one = [
        (i, j)
        for i, (mine, a) in enumerate(sky)
        for j, (theirs, b) in enumerate(sky)
        if i < j and mine != theirs and first_meeting((a,), (b,)) is not None
    ]
    owners = np.array([owner for owner, _ in sky], dtype=np.intp)
    assert [tuple(pair) for pair in encounters(rows([a for _, a in sky]), owners).tolist()] == one_by_one


@pytest.mark.parametrize("speck_m", [0.0, 1e-9])
def test_pieces_without_size_or_time_still_meet(speck_m: float) -> None:
    def speck(east_m: float) -> Volume4D:
        return Volume4D(FRAME, LocalPoint(east_m, 0.0), LocalPoint(east_m, 0.0), 0.0, 5.0, 5.0, 7.0, 7.0)

    found = encounters(rows([speck(0.0), speck(speck_m), speck(50.0)]), np.arange(3))
    assert found.tolist() == ([[0, 1]] if speck_m == 0.0 else [])
