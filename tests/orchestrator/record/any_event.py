"""Hypothesis strategies for every event of the closed union, made from the types themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from types import NoneType, UnionType
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from geofences.path import Path, TimedPath, TimedPoint
from geofences.position import GeoPoint
from orchestrator.orders.order import DropOffKind, DropOffPlace, Order, Parcel, PickUpKind, PickUpPlace
from orchestrator.record.events import Event
from vehicles.mission import Dock, Mission
from vehicles.profile import VehicleProfile
from vehicles.profiles import DELIVERY_DRONE, SIDEWALK_ROBOT
from vehicles.telemetry import Break

_NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    float: _NUMBERS,
    int: st.integers(min_value=1, max_value=2**32 - 1),
    str: st.text(max_size=8),
    bool: st.booleans(),
    NoneType: st.none(),
}


def any_of(kind: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401, PLR0911 - types as values, one case each
    """Values of `kind`: a class, union, tuple or NewType as they occur in the fields of events."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind in _SPECIAL:
        return _SPECIAL[kind]()
    if isinstance(kind, NewType):
        return any_of(kind.__supertype__)
    if isinstance(kind, UnionType) or get_origin(kind) is Union:
        return st.one_of([any_of(member) for member in get_args(kind)])
    if get_origin(kind) is tuple:
        return st.lists(any_of(get_args(kind)[0]), max_size=2).map(tuple)
    if issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    assert isinstance(kind, type)
    assert is_dataclass(kind), kind
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: _field(field.name, hints[field.name]) for field in fields(kind)})


def _field(name: str, kind: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 - types as values
    instant = name.endswith(("at_s", "from_s", "until_s")) and kind in {float, float | None}
    return st.floats(0.0, 2.5e11) if instant else any_of(kind)


def _points() -> st.SearchStrategy[Any]:
    return st.builds(GeoPoint, st.floats(-90.0, 90.0), st.floats(-180.0, 180.0))


def _paths() -> st.SearchStrategy[Any]:
    waypoints = st.lists(any_of(get_type_hints(TimedPoint)["waypoint"]), min_size=2, max_size=3)
    return st.builds(Path, waypoints.map(tuple), st.lists(st.text(max_size=3), max_size=2).map(tuple))


def _timed() -> st.SearchStrategy[Any]:
    points = st.lists(any_of(TimedPoint), min_size=1, max_size=3)
    return points.map(lambda found: TimedPath(tuple(sorted(found, key=lambda point: point.at_s))))


def _missions() -> st.SearchStrategy[Any]:
    hints = get_type_hints(Mission)
    legs = st.tuples(any_of(hints["legs"]), any_of(Dock)).map(lambda both: (*both[0], both[1]))
    return st.builds(Mission, any_of(int), st.text(max_size=3), legs)


def _orders() -> st.SearchStrategy[Any]:
    parcels = st.lists(any_of(Parcel), min_size=1, max_size=2).map(tuple)
    placed = st.floats(0.0, 1e9)
    return st.builds(
        Order,
        *[st.text(max_size=3)] * 2,
        parcels,
        any_of(DropOffPlace),
        placed,
        st.floats(2e9, 3e9),
        st.text(),
        pick_up=st.one_of(st.none(), _senders()),
    )


def _senders() -> st.SearchStrategy[Any]:
    doors = st.sampled_from([PickUpKind.SHOP, PickUpKind.DOORSTEP])
    return st.one_of(
        st.builds(PickUpPlace, _points(), doors, st.text(max_size=5)),
        st.builds(PickUpPlace, _points(), st.just(PickUpKind.LOCKER), st.text(max_size=5), st.text()),
    )


def _places() -> st.SearchStrategy[Any]:
    others = (DropOffKind.LOCKER, DropOffKind.HUB)
    doors = st.sampled_from([kind for kind in DropOffKind if kind not in others])
    hubs = st.text().map(lambda name: f"hub {name}")  # longer than those that orders lie at
    return st.one_of(
        st.builds(DropOffPlace, _points(), doors, st.text(max_size=5)),
        st.builds(DropOffPlace, _points(), st.just(DropOffKind.LOCKER), st.text(max_size=5), st.text()),
        st.builds(DropOffPlace, _points(), st.just(DropOffKind.HUB), st.text(max_size=5), hub_id=hubs),
    )


def _profiles() -> st.SearchStrategy[Any]:
    known = st.sampled_from([DELIVERY_DRONE, SIDEWALK_ROBOT])
    return st.builds(lambda profile, mass: replace(profile, mass_kg=mass), known, st.floats(0.1, 1e3))


_SPECIAL: dict[Any, Callable[[], st.SearchStrategy[Any]]] = {
    Break: lambda: st.builds(
        lambda at_s, s: Break(at_s, at_s + 2 * s, s), st.floats(0, 1e9), st.floats(1, 1e4)
    ),
    GeoPoint: _points,
    Path: _paths,
    TimedPath: _timed,
    Mission: _missions,
    Parcel: lambda: st.builds(Parcel, st.text(max_size=3), st.floats(1e-3, 1e3)),
    Order: _orders,
    DropOffPlace: _places,
    VehicleProfile: _profiles,
}

EVENT_KINDS: tuple[type, ...] = get_args(Event)
