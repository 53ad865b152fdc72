"""Hubs, lockers and addresses lie where vehicles can really stand, and the file is read strictly."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from geofences.position import GeoPoint, distance_m
from geofences.zone import Medium
from orchestrator.orders.order import DropOffKind, HubId
from sitl.city.ground import Ground
from sitl.city.places import Places, read_places
from sitl.fields import FieldError

CITY = Path(__file__).parents[2] / "sitl" / "city"


@pytest.fixture(scope="module")
def places() -> Places:
    return read_places(CITY / "places.json")


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground(CITY / "helsinki.geojson.gz")


def test_two_hubs_with_room_for_a_fleet(places: Places) -> None:
    assert len(places.hubs) == 2
    for hub in places.hubs:
        assert len(places.pads(hub.hub_id, Medium.AIR)) >= 8
        assert len(places.pads(hub.hub_id, Medium.SIDEWALK)) >= 6
        assert all(distance_m(hub.position, pad.at.position) < 80.0 for pad in hub.pads)
        assert {pad.at.height_agl_m for pad in hub.pads} == {0.0}


def test_two_drones_can_use_neighbouring_pads_at_once(places: Places) -> None:
    for hub in places.hubs:
        pads = places.pads(hub.hub_id, Medium.AIR)
        assert min(distance_m(a.at.position, b.at.position) for a, b in combinations(pads, 2)) >= 14.0


def test_pads_are_on_open_ground_and_docks_beside_footpaths(places: Places, ground: Ground) -> None:
    for hub in places.hubs:
        for pad in places.pads(hub.hub_id, Medium.AIR):
            assert ground.clearance_m(pad.at.position) >= 7.0, pad
            assert ground.footpath_m(pad.at.position) >= 2.0, "people walk there"
        for dock in places.pads(hub.hub_id, Medium.SIDEWALK):
            assert ground.clearance_m(dock.at.position) >= 1.0, dock
            assert ground.footpath_m(dock.at.position) <= 3.0, dock


def test_addresses_are_real_doors_with_ground_before_them(places: Places, ground: Ground) -> None:
    assert len(places.addresses) == 150
    for place in places.addresses:
        street, _, number = place.label.rpartition(" ")
        assert street, place
        assert number[0].isdigit(), place
        assert ground.footpath_m(place.position) <= 15.5, place
        room_m = 5.2 if place.kind is DropOffKind.DOORSTEP else 1.0
        assert ground.clearance_m(place.position) >= room_m, place
    assert {place.kind for place in places.addresses} == {DropOffKind.DOORSTEP, DropOffKind.KERB}


def test_lockers_have_room_for_drones_and_robots(places: Places, ground: Ground) -> None:
    assert len(places.lockers) >= 6
    for locker in places.lockers:
        assert ground.clearance_m(locker.position) >= 4.9, locker
        assert ground.footpath_m(locker.position) <= 15.5, locker
        assert locker.drop_off.locker_id == locker.locker_id


def test_ground_inside_walls_and_on_water_has_no_room(ground: Ground) -> None:
    closed = {"Stockmann": GeoPoint(60.1683, 24.9422), "the sea": GeoPoint(60.1775, 24.9440)}
    for name, at in closed.items():
        assert ground.clearance_m(at) == 0.0, name


def test_pads_of_an_unknown_hub_are_a_key_error(places: Places) -> None:
    with pytest.raises(KeyError):
        places.pads(HubId("nowhere"), Medium.AIR)


def small() -> dict[str, Any]:
    at = {"lat_deg": 60.17, "lon_deg": 24.94}
    return {
        "hubs": [{"id": "h", "name": "Hub", **at, "pads": [{"id": "p", "for": "air", **at}]}],
        "lockers": [{"id": "l", "name": "Locker", **at}],
        "addresses": [{"label": "Street 1", "kind": "kerb", **at}],
    }


def written(tmp_path: Path, document: object) -> Path:
    file = tmp_path / "places.json"
    file.write_text(json.dumps(document))
    return file


def test_a_small_file_is_read(tmp_path: Path) -> None:
    read = read_places(written(tmp_path, small()))
    assert [hub.hub_id for hub in read.hubs] == ["h"]
    assert read.addresses[0].label == "Street 1"


@pytest.mark.parametrize(
    ("key", "index", "change", "field", "reason"),
    [
        ("hubs", 0, {"pdas": []}, "hubs[0].pdas", "unknown key (known: id, name, lat_deg, lon_deg, pads)"),
        ("hubs", 0, {"lat_deg": 91}, "hubs[0].lat_deg", "91 is not within -90..90"),
        ("hubs", 0, {"pads": "none"}, "hubs[0].pads", "must be a list, not the text 'none'"),
        ("hubs", 0, {"pads": [3]}, "hubs[0].pads[0]", "must be a table, not 3"),
        ("lockers", 0, {"name": ""}, "lockers[0].name", "must be a text"),
        ("lockers", 0, {"lon_deg": True}, "lockers[0].lon_deg", "must be a number, not true"),
        ("addresses", 0, {"kind": "roof"}, "addresses[0].kind", "'roof' is not a valid DropOffKind"),
        ("addresses", 0, {"kind": "locker"}, "addresses[0].kind", "a locker belongs in lockers"),
    ],
)
def test_what_is_wrong_is_named(  # noqa: PLR0917 - one column each
    tmp_path: Path, key: str, index: int, change: dict[str, Any], field: str, reason: str
) -> None:
    document = small()
    document[key][index] |= change
    with pytest.raises(FieldError) as caught:
        read_places(written(tmp_path, document))
    assert caught.value.field == field
    assert reason in caught.value.reason
    assert str(caught.value).startswith(f"places.json: {field}: ")


def test_ids_may_not_stand_twice(tmp_path: Path) -> None:
    for key in ("hubs", "lockers", "addresses"):
        document = small()
        document[key] *= 2
        with pytest.raises(FieldError, match=rf"{key}: .+ stands there twice"):
            read_places(written(tmp_path, document))


def test_files_that_are_no_places_at_all(tmp_path: Path) -> None:
    with pytest.raises(FieldError, match=r"absent\.json: cannot be read: No such file"):
        read_places(tmp_path / "absent.json")
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    with pytest.raises(FieldError, match=r"broken\.json: is not JSON"):
        read_places(broken)
    with pytest.raises(FieldError, match="hubs: is missing"):
        read_places(written(tmp_path, {}))
    with pytest.raises(FieldError, match="hubs: needs at least one"):
        read_places(written(tmp_path, small() | {"hubs": []}))
