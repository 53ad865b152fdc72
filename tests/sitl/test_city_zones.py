"""Our own zones: valid ED-318, read without a finding, and making the difference they are drawn for."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from geofences.airspace import Airspace, Margins
from geofences.formats import city, ed318
from geofences.free_space import find_path
from geofences.path import NoPath, Waypoint
from geofences.path import Path as Way
from geofences.position import GeoPoint, LocalFrame
from geofences.sidewalk import Footpaths
from geofences.zone import Medium, Restriction, Weekly
from orchestrator.orders.order import HubId
from sitl.city.places import Places, read_places

CITY = Path(__file__).parents[2] / "sitl" / "city"
FILE = CITY / "zones.ed318.json"
SCHEMA = Path(__file__).parents[3] / "shared" / "data" / "geozones" / "ed318-official" / "schema"
MARGINS = Margins(lateral_m=4.8, vertical_m=5.0)
NOON_S = datetime.fromisoformat("2026-06-01T09:00:00Z").timestamp()
HOUR_S = 3600.0


@pytest.fixture(scope="module")
def places() -> Places:
    return read_places(CITY / "places.json")


@pytest.fixture(scope="module")
def map_() -> city.CityMap:
    return city.read((CITY / "helsinki.geojson.gz").read_bytes())


@pytest.fixture(scope="module")
def airspace(map_: city.CityMap) -> Airspace:
    zones = ed318.read(FILE.read_bytes()).zones
    return Airspace(LocalFrame(map_.centre), zones, map_.buildings, ground=10.0)


def test_the_file_is_valid_by_the_official_schema() -> None:
    if not SCHEMA.is_dir():
        pytest.skip("the official ED-318 schema is not beside the project")
    validation = pytest.importorskip("jsonschema_rs", reason="needs jsonschema-rs")

    def retrieve(uri: str) -> object:
        return json.loads((SCHEMA / uri.rsplit("/", maxsplit=1)[-1]).read_text())

    schema = json.loads((SCHEMA / "Schema_GeoZones.json").read_text())
    validator = validation.Draft7Validator(
        schema, validate_formats=True, retriever=retrieve, base_uri="https://ed318.test/Schema_GeoZones.json"
    )
    document = json.loads(FILE.read_text())
    assert [str(error) for error in validator.iter_errors(document)] == []
    del document["features"][0]["properties"]["variant"]
    assert not validator.is_valid(document), "the schema is really applied"


def test_it_is_read_without_a_finding() -> None:
    reading = ed318.read(FILE.read_bytes())
    assert reading.findings == ()
    assert reading.refused == ()
    assert 6 <= len(reading.zones) <= 10
    assert all(
        zone.name and zone.message and zone.authority and zone.country == "FIN" for zone in reading.zones
    )


def test_every_kind_of_zone_is_there() -> None:
    zones = ed318.read(FILE.read_bytes()).zones
    assert {zone.restriction for zone in zones} >= {Restriction.PROHIBITED, Restriction.REQ_AUTHORISATION}
    assert any(isinstance(entry, Weekly) for zone in zones for entry in zone.applicability)
    assert any(len(zone.volumes) > 1 for zone in zones)
    assert [zone.name for zone in zones if Medium.SIDEWALK in zone.binds] != []
    assert any(v.upper is not None and v.upper.value_m <= 35.0 for zone in zones for v in zone.volumes)


def subjects(airspace: Airspace, at: GeoPoint, height_m: float, from_s: float) -> set[str]:
    reasons = airspace.forbids(Waypoint(at, height_m), Medium.AIR, from_s, from_s + HOUR_S, MARGINS)
    return {reason.subject for reason in reasons}


@pytest.mark.parametrize(
    ("lat_deg", "lon_deg", "height_m", "when", "closed_by"),
    [
        (60.1725, 24.9360, 60.0, "2026-06-01T09:00:00Z", {"SDL0001"}),  # before Parliament
        (60.1740, 24.9465, 60.0, "2026-06-01T09:00:00Z", set()),  # the field at noon on a Monday
        (60.1740, 24.9465, 60.0, "2026-06-01T15:00:00Z", {"SDL0005"}),  # and in the evening
        (60.1740, 24.9465, 60.0, "2026-06-06T09:00:00Z", {"SDL0005"}),  # and on a Saturday
        (60.1732, 24.9480, 60.0, "2026-06-01T09:00:00Z", {"SDL0006"}),  # the school in school hours
        (60.1732, 24.9480, 60.0, "2026-06-01T14:00:00Z", set()),
        (60.1745, 24.9412, 20.0, "2026-06-01T09:00:00Z", {"SDL0009"}),  # low over the tracks
        (60.1745, 24.9412, 60.0, "2026-06-01T09:00:00Z", set()),  # and over the wires
        (60.1650, 24.9450, 60.0, "2026-06-01T09:00:00Z", set()),  # under the helicopters' approach
        (60.1650, 24.9450, 100.0, "2026-06-01T09:00:00Z", {"SDL0004"}),
    ],
)
def test_zones_bind_where_and_when_they_should(
    airspace: Airspace, *, lat_deg: float, lon_deg: float, height_m: float, when: str, closed_by: set[str]
) -> None:
    at_s = datetime.fromisoformat(when).timestamp()
    assert subjects(airspace, GeoPoint(lat_deg, lon_deg), height_m, at_s) == closed_by


def test_no_pad_lies_under_a_zone_or_beside_a_wall(airspace: Airspace, places: Places) -> None:
    for hub in places.hubs:
        for pad in places.pads(hub.hub_id, Medium.AIR):
            for height_m in (0.0, 30.0, 60.0, 105.0):
                assert subjects(airspace, pad.at.position, height_m, NOON_S) == set(), pad


def test_some_addresses_are_for_robots_alone_but_most_are_not(airspace: Airspace, places: Places) -> None:
    closed = [place for place in places.addresses if subjects(airspace, place.position, 8.0, NOON_S)]
    assert 8 <= len(closed) <= 40
    assert not any(subjects(airspace, locker.position, 8.0, NOON_S) for locker in places.lockers)


def test_the_school_bends_a_flight_to_the_north_east(airspace: Airspace, places: Places) -> None:
    pad = places.pads(HubId("rautatientori"), Medium.AIR)[0].at
    there = Waypoint(GeoPoint(60.17400, 24.95020), 8.0)
    ends = {"from_s": NOON_S, "until_s": NOON_S + 600.0}
    bent = find_path(airspace, pad, there, cruise_height_agl_m=60.0, **ends, margins=MARGINS)
    assert isinstance(bent, Way)
    straight = find_path(
        Airspace(airspace.frame, (), airspace.obstacles, 10.0),
        pad,
        there,
        cruise_height_agl_m=60.0,
        **ends,
        margins=MARGINS,
    )
    assert isinstance(straight, Way)
    assert any("SDL0006" in name for name in bent.avoided)
    assert bent.length_m > straight.length_m + 5.0


def test_the_concert_sends_a_robot_around_the_park(
    airspace: Airspace, map_: city.CityMap, places: Places
) -> None:
    footpaths = Footpaths(airspace.frame, map_.footways)
    park_side = GeoPoint(60.16700, 24.94560), GeoPoint(60.16795, 24.94600)
    concert = footpaths.route(*park_side, airspace, NOON_S, NOON_S + HOUR_S)
    night = footpaths.route(*park_side, airspace, NOON_S - 6 * HOUR_S, NOON_S - 5 * HOUR_S)
    assert isinstance(concert, Way)
    assert isinstance(night, Way)
    assert any("SDL0010" in name for name in concert.avoided)
    assert concert.length_m > night.length_m + 50.0
    assert places.hubs


def test_robots_reach_every_address_from_some_hub(
    airspace: Airspace, map_: city.CityMap, places: Places
) -> None:
    footpaths = Footpaths(airspace.frame, map_.footways)
    docks = [places.pads(hub.hub_id, Medium.SIDEWALK)[0].at.position for hub in places.hubs]
    for place in places.addresses:
        routes = [footpaths.route(dock, place.position, airspace, NOON_S, NOON_S + HOUR_S) for dock in docks]
        assert not any(isinstance(route, NoPath) for route in routes), place
        assert min(route.length_m for route in routes if isinstance(route, Way)) <= 1600.0, place
