"""An index of shapes that come and go, against one made anew."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geofences.verifying.indexed import Indexed, as_array

spots = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(
    lambda at: shapely.box(*at, at[0] + 3, at[1] + 2)
)
changes = st.tuples(
    st.lists(st.integers(0, 200), max_size=5), st.lists(spots, max_size=40), st.integers(0, 200)
)


@settings(max_examples=150, deadline=None)
@given(st.lists(spots, max_size=20), st.lists(changes, max_size=5), spots)
def test_it_finds_what_one_made_anew_finds(
    first: list[shapely.Polygon],
    steps: list[tuple[list[int], list[shapely.Polygon], int]],
    place: shapely.Polygon,
) -> None:
    index, shapes = Indexed.of(first), list(first)
    for gone, come, at in steps:
        out = {i % len(shapes) for i in gone} if shapes else set()
        left = [shape for i, shape in enumerate(shapes) if i not in out]
        spot = at % (len(left) + 1)
        shapes = [*left[:spot], *come, *left[spot:]]
        index = index.changed(sorted(out), come, spot)
        assert index.shapes.tolist() == shapes
    anew = Indexed.of(shapes)
    both = as_array([place, shapely.Point(1, 1)])
    for one, other in (
        (index.near(place, 2.0), anew.near(place, 2.0)),
        (index.met(place), anew.met(place)),
        (index.boxed(place), anew.boxed(place)),
    ):
        assert sorted(one.tolist()) == sorted(other.tolist())
    for one, other in ((index.near(both, 2.0), anew.near(both, 2.0)), (index.met(both), anew.met(both))):
        assert sorted(one.T.tolist()) == sorted(other.T.tolist())


def test_the_one_it_was_made_of_stays_as_it_was() -> None:
    boxes = [shapely.box(i, 0, i + 0.5, 1) for i in range(10)]
    first = Indexed.of(boxes)
    second = first.changed([0, 4], [shapely.box(50, 0, 51, 1)], 2)
    assert sorted(first.boxed(shapely.box(0, 0, 9, 1)).tolist()) == list(range(10))
    assert second.boxed(shapely.Point(50, 0)).tolist() == [2]
    assert np.unique(second.boxed(shapely.box(0, 0, 9, 1))).tolist() == [0, 1, 3, 4, 5, 6, 7, 8]
