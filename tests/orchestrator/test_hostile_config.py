"""A hundred configurations that must not start a fleet: each is refused, naming file, field and reason.

Every one is the good file below with one thing changed. What is looked for is the dotted field and a word of
the reason: a refusal that names another field sends an operator to the wrong line.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestrator.config.reading import read_config
from orchestrator.ending import BadInput

GOOD = """
journal = "fleet.journal"
[area]
map = "map.geojson.gz"
zones = ["zones.json"]
rally = [{ id = "field", lat_deg = 60.17, lon_deg = 24.94 }]
[weather]
wind_mps = 5.0
[[hubs]]
id = "north"
name = "North"
lat_deg = 60.17
lon_deg = 24.94
pads = [{ id = "p1", lat_deg = 60.17, lon_deg = 24.94 }, { id = "p2", lat_deg = 60.1701, lon_deg = 24.94 },
        { id = "p3", lat_deg = 60.1702, lon_deg = 24.94 }]
[[lockers]]
id = "L1"
name = "Station"
lat_deg = 60.17
lon_deg = 24.94
compartments = { small = 4, medium = 2 }
[[vehicles]]
id = "D1"
profile = "delivery-drone"
url = "udpin:127.0.0.1:14601"
system_id = 1
hub = "north"
pad = "p1"
[[vehicles]]
id = "R1"
profile = "sidewalk-robot"
urls = ["udpin:127.0.0.1:14602", "serial:/dev/ttyUSB0:57600"]
hub = "north"
pad = "p2"
[[vehicles]]
id = "C1"
profile = "courier-e-bike"
hub = "north"
pad = "p3"
[recording]
folder = "tlogs"
[signing]
keys = "fleet.keys"
[gateway]
host = "127.0.0.1"
port = 8765
tracking_key = "0123456789abcdef"
[[gateway.people]]
name = "anna"
role = "operator"
key = "annas-key-of-some-length"
[[gateway.people]]
name = "rita"
role = "courier"
rides = "C1"
key = "ritas-key-of-some-length"
"""

HUB, DRONE, ROBOT, RIDER = "hubs.0", "vehicles.0", "vehicles.1", "vehicles.2"
CASES = [
    ('host = "127.0.0.1"', f'host = "{"a" * 64}"', "gateway.host: 'aaa"),
    # the file
    ("[area]", "[area", "not TOML"),
    ("[area]", "[area]\n[area]", "not TOML"),
    ('journal = "fleet.journal"', "journal = 7", "journal: must be text"),
    ('journal = "fleet.journal"', 'journal = "a\\u0000b"', "journal: no file's name has a zero byte"),
    ('map = "map.geojson.gz"', 'map = "a\\u0000b"', "area.map: no file's name has a zero byte"),
    ('zones = ["zones.json"]', 'zones = ["a\\u0000b"]', "area.zones.0: no file's name has a zero byte"),
    (
        'rally = [{ id = "field", lat_deg = 60.17',
        'rally = [{ id = "field", lat_deg = nan',
        "area.rally.0.lat_deg",
    ),
    ('"udpin:127.0.0.1:14601"', '"tlog:a\\u0000b"', f"{DRONE}.url: 'tlog:a\\x00b': no link's URL has such"),
    ('journal = "fleet.journal"', 'journal = ["a"]', "journal: must be text"),
    ('journal = "fleet.journal"', 'jurnal = "a"', "jurnal: unknown key"),
    ("[weather]", "[wether]", "wether: unknown key"),
    # the area
    ('map = "map.geojson.gz"\n', "", "area.map: is missing"),
    ('map = "map.geojson.gz"', "map = true", "area.map: must be text"),
    ('zones = ["zones.json"]', 'zones = "zones.json"', "area.zones: must be a list"),
    ('zones = ["zones.json"]', "zones = [1]", "area.zones.0: must be text"),
    ("[area]", "[area]\nground_amsl_m = 9001", "area.ground_amsl_m"),
    ("[area]", "[area]\nground_amsl_m = nan", "area.ground_amsl_m"),
    ("[area]", '[area]\nground_amsl_m = "10"', "area.ground_amsl_m"),
    ("[area]", "[area]\nground_amsl_m = true", "area.ground_amsl_m"),
    ("[area]", '[area]\nground_amsl_m = 5\nterrain = ["N60.hgt"]', "terrain, ground_amsl_m"),
    ("[area]", '[area]\nterrain = "N60.hgt"', "area.terrain: must be a list"),
    ("[area]", "[area]\nhome_tolerance_m = 0", "area.home_tolerance_m"),
    ("[area]", "[area]\nhome_tolerance_m = inf", "area.home_tolerance_m"),
    ("[area]", "[area]\nreturn_height_m = 5", "area.return_height_m"),
    ("[area]", "[area]\nreturn_height_m = 30000", "area.return_height_m"),
    ("[area]", '[area]\nown_return = "maybe"', "area.own_return"),
    ('id = "field", lat_deg = 60.17', 'id = "field", lat_deg = 91', "area.rally.0.lat_deg"),
    ('id = "field", lat_deg = 60.17', 'id = "field", lat_deg = nan', "area.rally.0.lat_deg"),
    ('{ id = "field",', '{ id = "a b",', "area.rally.0.id"),
    (
        "rally = [{",
        'rally = [{ id = "field", lat_deg = 1.0, lon_deg = 2.0 }, {',
        "area.rally: two places have",
    ),
    # the weather
    ("wind_mps = 5.0", "wind_mps = -1", "weather.wind_mps"),
    ("wind_mps = 5.0", "wind_mps = inf", "weather.wind_mps"),
    ("wind_mps = 5.0", 'wind_mps = "5"', "weather.wind_mps"),
    ("wind_mps = 5.0", "gust_mps = 5.0", "weather.gust_mps: unknown key"),
    (
        "wind_mps = 5.0",
        (
            "aloft = [{ height_agl_m = 50, wind_mps = 3, from_deg = 0 },"
            " { height_agl_m = 20, wind_mps = 3, from_deg = 0 }]"
        ),
        "weather: aloft",
    ),
    (
        "wind_mps = 5.0",
        "aloft = [{ height_agl_m = 50, wind_mps = 3, from_deg = 361 }]",
        "weather.aloft.0.from_deg",
    ),
    (
        "wind_mps = 5.0",
        "aloft = [{ height_agl_m = 50, wind_mps = 3 }]",
        "weather.aloft.0.from_deg: is missing",
    ),
    # hubs
    ('name = "North"\n', "", f"{HUB}.name: is missing"),
    ('name = "North"', 'name = ""', f"{HUB}.name"),
    ('name = "North"', 'name = "a\\nb"', f"{HUB}.name"),
    ('id = "north"', 'id = "north/../x"', f"{HUB}.id"),
    ('id = "north"', 'id = ""', f"{HUB}.id"),
    ('id = "north"', f'id = "{"n" * 65}"', f"{HUB}.id"),
    ("lat_deg = 60.17\nlon_deg = 24.94\npads", "lat_deg = 97.0\nlon_deg = 24.94\npads", f"{HUB}.lat_deg"),
    ("lat_deg = 60.17\nlon_deg = 24.94\npads", "lat_deg = nan\nlon_deg = 24.94\npads", f"{HUB}.lat_deg"),
    ("lat_deg = 60.17\nlon_deg = 24.94\npads", 'lat_deg = "60"\nlon_deg = 24.94\npads', f"{HUB}.lat_deg"),
    ("lat_deg = 60.17\nlon_deg = 24.94\npads", "lat_deg = 60.17\nlon_deg = 181\npads", f"{HUB}.lon_deg"),
    ("lat_deg = 60.17\nlon_deg = 24.94\npads", "lat_deg = 60.17\npads", f"{HUB}.lon_deg: is missing"),
    ('{ id = "p2", lat_deg = 60.1701', '{ id = "p1", lat_deg = 60.1701', "hubs.0.pads: two pads have the id"),
    ('{ id = "p2", lat_deg = 60.1701', '{ id = "p 2", lat_deg = 60.1701', f"{HUB}.pads.1.id"),
    (
        '{ id = "p2", lat_deg = 60.1701',
        '{ id = "p2", kind = 1, lat_deg = 60.1701',
        f"{HUB}.pads.1.kind: unknown",
    ),
    ('{ id = "p2", lat_deg = 60.1701', '{ id = "p2", lat_deg = false', f"{HUB}.pads.1.lat_deg"),
    # lockers
    ("compartments = { small = 4, medium = 2 }", "compartments = {}", "lockers.0.compartments"),
    ("compartments = { small = 4, medium = 2 }", "compartments = 6", "lockers.0.compartments"),
    ("{ small = 4, medium = 2 }", "{ small = -1, medium = 2 }", "lockers.0.compartments.small"),
    ("{ small = 4, medium = 2 }", "{ small = 1.5, medium = 2 }", "lockers.0.compartments.small"),
    ("{ small = 4, medium = 2 }", "{ small = true, medium = 2 }", "lockers.0.compartments.small"),
    ("{ small = 4, medium = 2 }", "{ tiny = 4 }", "lockers.0.compartments.tiny: unknown key"),
    ("{ small = 4, medium = 2 }", "{ small = 1001 }", "lockers.0.compartments.small"),
    ('id = "L1"', 'id = "L 1"', "lockers.0.id"),
    ('name = "Station"', "name = 5", "lockers.0.name"),
    ("[[lockers]]", "[lockers]", "lockers: must be a list"),
    # vehicles
    ('id = "R1"', 'id = "D1"', "vehicle D1: this id is used twice"),
    ('id = "D1"', 'id = "D1;"', f"{DRONE}.id"),
    ('profile = "delivery-drone"\n', "", f"{DRONE}.profile: is missing"),
    ('profile = "delivery-drone"', 'profile = "dragon"', f"{DRONE}.profile: unknown profile"),
    ('profile = "delivery-drone"', "profile = 1", f"{DRONE}.profile"),
    ('profile = "delivery-drone"', 'profile = "courier-e-bike"', f"{DRONE}: system_id: a courier"),
    ('profile = "courier-e-bike"', 'profile = "sidewalk-robot"', f"{RIDER}: either url or urls"),
    (
        'profile = "courier-e-bike"',
        'profile = "courier-e-bike"\ndriver = "mavsdk"',
        f"{RIDER}: driver: a courier",
    ),
    (
        'profile = "courier-e-bike"',
        'profile = "courier-e-bike"\nhandover = "hover"',
        f"{RIDER}: handover: a courier",
    ),
    ('url = "udpin:127.0.0.1:14601"\n', "", f"{DRONE}: either url or urls"),
    ('url = "udpin:127.0.0.1:14601"', 'url = "udpin:127.0.0.1"', f"{DRONE}.url"),
    ('url = "udpin:127.0.0.1:14601"', 'url = "udpin:127.0.0.1:99999"', f"{DRONE}.url"),
    ('url = "udpin:127.0.0.1:14601"', 'url = "udpin:127.0.0.1:0"', f"{DRONE}.url"),
    ('url = "udpin:127.0.0.1:14601"', 'url = "http://127.0.0.1:80"', f"{DRONE}.url"),
    ('url = "udpin:127.0.0.1:14601"', 'url = ""', f"{DRONE}.url"),
    ('url = "udpin:127.0.0.1:14601"', 'url = ["udpin:127.0.0.1:14601"]', f"{DRONE}.url"),
    ('url = "udpin:127.0.0.1:14601"', 'url = "serial:/dev/ttyUSB0:fast"', f"{DRONE}.url"),
    (
        'url = "udpin:127.0.0.1:14601"',
        'url = "udpin:127.0.0.1:14601"\nurls = ["tcpout:h:1"]',
        f"{DRONE}: either url or",
    ),
    ('urls = ["udpin:127.0.0.1:14602", "serial:/dev/ttyUSB0:57600"]', "urls = []", f"{ROBOT}.urls"),
    (
        'urls = ["udpin:127.0.0.1:14602", "serial:/dev/ttyUSB0:57600"]',
        'urls = ["udpin:127.0.0.1:14602", "udpin:127.0.0.1:14602"]',
        f"{ROBOT}.urls: the same link twice",
    ),
    (
        'urls = ["udpin:127.0.0.1:14602"',
        'system_id = 1\nurls = ["udpin:127.0.0.1:14601"',
        "vehicle R1: system_id: D1 is 1",
    ),
    ("system_id = 1", "system_id = 0", f"{DRONE}.system_id"),
    ("system_id = 1", "system_id = 4294967296", f"{DRONE}.system_id"),
    ("system_id = 1", "system_id = 1.0", f"{DRONE}.system_id"),
    ("system_id = 1", 'system_id = "1"', f"{DRONE}.system_id"),
    ("system_id = 1", "component_id = 256", f"{DRONE}.component_id"),
    ("system_id = 1", 'uid = "xyz"', f"{DRONE}.uid"),
    ("system_id = 1", 'driver = "magic"', f"{DRONE}.driver"),
    ("system_id = 1", 'driver = "mavsdk"', "vehicle D1: driver"),
    ("system_id = 1", 'autopilot = "inav"', f"{DRONE}.autopilot"),
    ("system_id = 1", 'parameters = "force"', f"{DRONE}.parameters"),
    ("system_id = 1", 'handover = "throw"', f"{DRONE}.handover"),
    ('pad = "p2"', 'pad = "p1"', "vehicle R1: pad 'p1' already belongs"),
    ('pad = "p2"', 'pad = "p9"', "vehicle R1: hub 'north' has no pad 'p9'"),
    ('pad = "p2"', 'pad = "p2"\nhandover = "winch"', f"{ROBOT}: handover: a robot opens its lid"),
    ('pad = "p2"', 'pad = "p2"\nspeed_mps = 3', f"{ROBOT}.speed_mps: unknown key"),
    # recording and signing
    ('folder = "tlogs"', "", "recording.folder: is missing"),
    ('folder = "tlogs"', 'folder = "tlogs"\nfile_mb = 0', "recording.file_mb"),
    ('folder = "tlogs"', 'folder = "tlogs"\nfiles = 1001', "recording.files"),
    ('keys = "fleet.keys"', "", "signing.keys: is missing"),
    ('keys = "fleet.keys"', 'keys = "fleet.keys"\nsecret = "x"', "signing.secret: unknown key"),
    # the gateway and its people
    ("port = 8765", "port = 65536", "gateway.port"),
    ("port = 8765", "port = true", "gateway.port"),
    ("port = 8765", 'port = "8765"', "gateway.port"),
    ('host = "127.0.0.1"', "host = 127", "gateway.host"),
    ('tracking_key = "0123456789abcdef"', 'tracking_key = "short"', "gateway.tracking_key"),
    ('tracking_key = "0123456789abcdef"', 'loopback_operator = "a b"', "gateway.loopback_operator"),
    ('role = "operator"', 'role = "root"', "gateway.people.0.role"),
    ('role = "operator"', 'role = "courier"', "gateway.people.0: rides: needed"),
    ('key = "annas-key-of-some-length"', 'key = "short"', "gateway.people.0.key"),
    ('key = "annas-key-of-some-length"', 'key = "ritas-key-of-some-length"', "gateway.people.1.key"),
    ('key = "annas-key-of-some-length"', 'key = " blanks at the ends "', "gateway.people.0.key"),
    ('name = "rita"', 'name = "anna"', "gateway.people.1.role: anna is operator and courier"),
    ('rides = "C1"', 'rides = "D1"', "gateway.people.1.rides"),
    ('rides = "C1"\n', "", "gateway.people.1: rides: needed"),
]


def written(folder: Path, text: str) -> Path:
    path = folder / "fleet.toml"
    path.write_text(text)
    return path


def test_the_good_one_is_read(tmp_path: Path) -> None:
    assert len(read_config(written(tmp_path, GOOD)).vehicles) == 3
    assert len(CASES) >= 100


@pytest.mark.parametrize(("old", "new", "words"), CASES, ids=range(len(CASES)))
def test_a_bad_one_is_refused_by_field_and_reason(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in GOOD
    path = written(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(BadInput) as caught:
        read_config(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert words in str(caught.value)
    assert "Traceback" not in str(caught.value)
