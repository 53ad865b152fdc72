"""The returns that a plan file leaves to the autopilot: held against zones at every height they may have."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from geofences.position import destination
from orchestrator.ending import Failed
from orchestrator.flying.flown import Unflown
from orchestrator.flying.given import read_given, trip
from orchestrator.flying.trip import Trip
from tests.orchestrator.operations.town import sample
from tests.orchestrator.test_fly import HOME, RETURN, Item, at, flown, plan_file, waypoint
from vehicles.clock import now_s
from vehicles.own_return import OwnReturn
from vehicles.profiles import DELIVERY_DRONE


def zone_file(folder: Path, away_m: float, lower_m: float, upper_m: float) -> Path:
    """A file with one prohibited circle of 10 m, between two heights above ground."""
    place = destination(HOME, 60.0, away_m)
    layer: dict[str, object] = {"lower": lower_m, "upper": upper_m, "uom": "m"}
    layer |= {"lowerReference": "AGL", "upperReference": "AGL"}
    centre = [place.lon_deg, place.lat_deg]
    shape = {"type": "Point", "coordinates": centre, "extent": {"subType": "Circle", "radius": 10.0}}
    known: dict[str, object] = {
        "identifier": "BAND1",
        "country": "FIN",
        "type": "PROHIBITED",
        "variant": "COMMON",
    }
    known |= {
        "name": [{"text": "A band"}],
        "zoneAuthority": [{"purpose": "INFORMATION"}],
        "reason": ["OTHER"],
    }
    zone = {"type": "Feature", "id": "BAND1", "properties": known, "geometry": shape | {"layer": layer}}
    file = folder / "zones.json"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [zone]}))
    return file


def made(
    folder: Path,
    zone: Path,
    *items: Item,
    rally: Rally = (),
    own: OwnReturn | None = None,
    as_it_is: bool = False,
) -> Trip:
    """A plan file's trip. Raises `Failed` where it is refused."""
    given = read_given(plan_file(folder, *items, rally=rally), None, 1.0, (zone,), None, 0.0)

    async def ask() -> Trip:
        return trip(given, DELIVERY_DRONE, sample(at_s=now_s(), position=HOME), own, as_it_is=as_it_is)

    return asyncio.run(ask())


def tried(folder: Path, zone: Path, *items: Item, **wish: Any) -> str:  # noqa: ANN401
    """Why a plan file's trip is refused; empty when it is not."""
    try:
        made(folder, zone, *items, **wish)
    except Failed as refused:
        return str(refused)
    return ""


Rally = Sequence[Sequence[float]]
OUT: tuple[Item, ...] = (waypoint(0.0, 30.0, command=22), waypoint(120.0, 30.0))


@pytest.mark.parametrize("end", [(), (RETURN,)], ids=["in the air", "return item"])
@pytest.mark.parametrize(
    ("lower_m", "upper_m", "refused"),
    [(55.0, 150.0, True), (72.0, 73.0, True), (108.0, 150.0, True), (115.0, 150.0, False)],
    ids=["as it is set", "thin", "above the highest", "clear of it"],
)
def test_a_return_left_to_the_autopilot_is_held_against_every_height_it_may_be_flown_at(
    end: tuple[Item, ...], lower_m: float, upper_m: float, *, refused: bool, tmp_path: Path
) -> None:
    why = tried(tmp_path, zone_file(tmp_path, 60.0, lower_m, upper_m), *OUT, *end)
    assert ("BAND1" in why and "own return" in why) is refused


def test_a_return_that_a_plan_does_not_ask_for_is_told_with_the_heights_at_which_it_is_free(
    tmp_path: Path,
) -> None:
    """As an empty battery, or a pilot, may ask for it on the way to where the plan lands."""
    land = waypoint(120.0, 0.0, command=21)
    assert made(tmp_path, zone_file(tmp_path, 60.0, 115.0, 150.0), *OUT, land).notes == ()
    (note,) = made(tmp_path, zone_file(tmp_path, 60.0, 55.0, 150.0), *OUT, land).notes
    assert "free only at a height of 45 m" in note
    assert "BAND1" in note


def test_home_is_where_it_returns_to_from_a_plan_that_lands_elsewhere(tmp_path: Path) -> None:
    """A zone between home and the second corner, beside all that lies between the way and where it ends."""

    def to(bearing_deg: float, away_m: float, command: int = 16) -> Item:
        place = destination(HOME, bearing_deg, away_m)
        height_m = 0.0 if command == 21 else 30.0
        return (command, 3, [0.0, 0.0, 0.0, None, place.lat_deg, place.lon_deg, height_m])

    items = (to(15.0, 150.0, command=22), to(60.0, 212.0), to(41.6, 335.0), to(41.6, 335.0, command=21))
    (note,) = made(tmp_path, zone_file(tmp_path, 106.0, 55.0, 150.0), *items).notes
    assert "BAND1" in note


def test_a_return_below_the_height_that_was_checked_is_reckoned_with_where_nothing_was_checked(
    tmp_path: Path,
) -> None:
    """A vehicle whose RTL_RETURN_ALT is anything returns at least as high as it is: 15 m here."""
    low = waypoint(0.0, 15.0, command=22), waypoint(120.0, 15.0, command=16)
    zone = zone_file(tmp_path, 60.0, 25.0, 35.0)
    around = waypoint(60.0, 15.0)
    assert tried(tmp_path, zone, low[0], around, low[1]) == ""
    assert "BAND1" in tried(tmp_path, zone, low[0], around, low[1], as_it_is=True)


def test_a_return_is_held_against_the_zones_on_its_way_to_the_nearest_rally_point(tmp_path: Path) -> None:
    rally = [[*at(200.0), 0.0]]
    zone = zone_file(tmp_path, 160.0, 55.0, 150.0)
    assert tried(tmp_path, zone, *OUT) == ""
    assert "BAND1" in tried(tmp_path, zone, *OUT, rally=rally)


AT_60 = OwnReturn("RTL_RETURN_ALT", 60.0, slope_frac=1.0, cone_m=10.0, least_m=4.0)
LAND: Item = waypoint(120.0, 0.0, command=21)


@pytest.mark.parametrize(
    ("lower_m", "upper_m", "refused"),
    [(70.0, 150.0, False), (50.0, 150.0, True), (36.0, 52.0, False), (36.0, 58.0, True)],
    ids=["above it", "at its height", "below it", "with the margin"],
)
def test_a_return_whose_height_is_told_is_held_against_zones_at_that_height_alone(
    lower_m: float, upper_m: float, *, refused: bool, tmp_path: Path
) -> None:
    """Without being told, all heights that it may have count, and each of these is refused."""
    why = tried(tmp_path, zone_file(tmp_path, 60.0, lower_m, upper_m), *OUT, own=AT_60)
    assert ("BAND1" in why and "60 m (RTL_RETURN_ALT)" in why) is refused
    assert "BAND1" in tried(tmp_path, zone_file(tmp_path, 60.0, lower_m, upper_m), *OUT)


def test_what_a_return_at_its_own_height_would_meet_is_told_with_the_parameter_and_with_what_would_do(
    tmp_path: Path,
) -> None:
    zone = zone_file(tmp_path, 60.0, 55.0, 70.0)
    (note,) = made(tmp_path, zone, *OUT, LAND, own=AT_60).notes
    assert "60 m (RTL_RETURN_ALT)" in note
    assert "BAND1" in note
    assert "free only at a height of 45 m" in note  # higher, it would meet it as it climbs
    assert made(tmp_path, zone, *OUT, LAND, own=replace(AT_60, height_m=45.0)).notes == ()


def test_it_returns_to_the_rally_point_that_is_nearest_where_it_turns_round(tmp_path: Path) -> None:
    """Straight home is free; on the way to a rally point beyond lies a zone, if that counts."""
    zone, rally = zone_file(tmp_path, 160.0, 50.0, 70.0), [[*at(200.0), 0.0]]
    assert made(tmp_path, zone, *OUT, LAND, own=AT_60).notes == ()
    (note,) = made(tmp_path, zone, *OUT, LAND, own=AT_60, rally=rally).notes
    assert "BAND1" in note
    limited = replace(AT_60, rally_m=50.0)
    assert made(tmp_path, zone, *OUT, LAND, own=limited, rally=rally).notes == ()


def test_a_return_that_nobody_can_reckon_or_that_never_lands_is_not_left_to_it(tmp_path: Path) -> None:
    zone = zone_file(tmp_path, 300.0, 55.0, 70.0)
    hovers = replace(AT_60, unreckoned="RTL_LAND_DELAY is -1: it does not land")
    assert "RTL_LAND_DELAY is -1" in tried(tmp_path, zone, *OUT, own=hovers)
    (note,) = made(tmp_path, zone, *OUT, LAND, own=hovers).notes
    assert "RTL_LAND_DELAY is -1" in note


def test_the_vehicle_is_asked_how_it_returns_before_it_is_sent_out(tmp_path: Path) -> None:
    """A stock PX4 in simulation: 30 m, which is lower than what a fleet would have."""
    low = waypoint(0.0, 15.0, command=22), waypoint(120.0, 15.0)
    with pytest.raises(Unflown, match=r"30 m \(RTL_RETURN_ALT\)"):
        flown(plan=plan_file(tmp_path, *low, rally=()), zones=(zone_file(tmp_path, 60.0, 28.0, 60.0),))
