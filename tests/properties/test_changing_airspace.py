"""Airspaces of which zones come, go and move: their paths are those of an airspace made anew."""

from __future__ import annotations

from dataclasses import replace
from math import cos, sin

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geofences.airspace import Airspace
from geofences.airways import level
from geofences.path import NoPath, Path
from geofences.position import LocalPoint
from geofences.zone import Medium, Polygon, Zone, ZoneId
from tests.geofences.field import FRAME, flown
from tests.properties.test_paths import MARGINS, Shape, as_zone, corners_m, length_m, places, plan, shapes

SAME_FRAC = 1e-9
moves = st.tuples(st.integers(-60, 60).map(float), st.integers(-60, 60).map(float))
# A zone that comes; one that goes; one that moves; one that comes beside another, touching or overlapping it.
steps = st.lists(
    st.one_of(
        st.tuples(st.just("come"), shapes),
        st.tuples(st.just("go"), st.integers(0, 40)),
        st.tuples(st.just("move"), st.integers(0, 40), moves),
        st.tuples(st.just("join"), st.integers(0, 40), st.sampled_from([0.0, 1.0, 10.0, 10.06, 11.0])),
        st.tuples(st.just("ring"), shapes),
    ),
    min_size=1,
    max_size=7,
)


def holed(name: str, shape: Shape) -> Zone:
    """A zone with a hole in it, a third as large."""
    whole = (*shape[:3], shape[3] or shape[2], shape[4])
    outer, inner = corners_m(whole), corners_m((*whole[:2], whole[2] / 3, whole[3] / 3, whole[4]))
    to_geo = [tuple(FRAME.to_geo(LocalPoint(*place)) for place in ring) for ring in (outer, inner)]
    zone = as_zone(0, whole, FRAME)
    volume = replace(zone.volumes[0], footprint=Polygon(to_geo[0], (to_geo[1],)))
    return replace(zone, zone_id=ZoneId(name), name=name, volumes=(volume,))


def beside(shape: Shape, gap_m: float) -> Shape:
    """The same shape again, along its own side, with such a gap (the margins of both are 10 m)."""
    far = 2 * shape[2] + gap_m
    return (shape[0] + far * cos(shape[4]), shape[1] + far * sin(shape[4]), *shape[2:])


def plan_anew(airspace: Airspace, start: tuple[float, float], goal: tuple[float, float]) -> Path | NoPath:
    """Nothing that is remembered takes part, and nothing of it is."""
    recent = list(level._RECENT)
    level._RECENT.clear()
    level.level_of.cache_clear()
    made = Airspace(airspace.frame, airspace.zones, airspace.obstacles, airspace.ground)
    path = plan(made, start, goal)
    level._RECENT.clear()
    level._RECENT.extend(recent)
    return path


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.lists(shapes, max_size=9), steps, places, places)
def test_paths_are_those_of_an_airspace_made_anew(
    world: list[Shape],
    changes: list[tuple],  # type: ignore[type-arg]
    start: tuple[float, float],
    goal: tuple[float, float],
) -> None:
    known = {f"Z{n}": shape for n, shape in enumerate(world)}
    airspace = Airspace(FRAME, [as_zone(n, shape, FRAME) for n, shape in enumerate(world)], (), 0.0)
    plan(airspace, start, goal)
    for n, (what, *about) in enumerate(changes, start=len(world)):
        airspace = changed(airspace, known, n, what, about)
        found, wanted = plan(airspace, start, goal), plan_anew(airspace, start, goal)
        if isinstance(found, Path):
            assert isinstance(wanted, Path)
            assert abs(length_m(found) - length_m(wanted)) <= SAME_FRAC * length_m(wanted)
            assert airspace.breaks(flown(found), Medium.AIR, MARGINS) == ()
        else:
            assert isinstance(wanted, NoPath)
            assert {r.text for r in found.reasons} == {r.text for r in wanted.reasons}


def changed(airspace: Airspace, known: dict[str, Shape], n: int, what: str, about: list) -> Airspace:  # type: ignore[type-arg]
    if what in ("come", "ring") or not known:
        shape = about[0] if what in ("come", "ring") else (0.0, 0.0, 50.0, 20.0, 0.5)
        known[f"Z{n}"] = shape
        return airspace.with_zone(holed(f"Z{n}", shape) if what == "ring" else as_zone(n, shape, FRAME))
    name = sorted(known)[about[0] % len(known)]
    if what == "join":
        known[f"Z{n}"] = beside(known[name], about[1])
        return airspace.with_zone(as_zone(n, known[f"Z{n}"], FRAME))
    shape = known.pop(name)
    left = airspace.without_zone(ZoneId(name))
    if what == "go":
        return left
    known[f"Z{n}"] = (shape[0] + about[1][0], shape[1] + about[1][1], *shape[2:])
    return left.with_zone(as_zone(n, known[f"Z{n}"], FRAME))
