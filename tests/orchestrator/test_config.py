"""The configuration file: what is wrong is named by file and field, and nothing is guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestrator.config.reading import read_config
from orchestrator.ending import BadInput
from vehicles import profiles
from vehicles.cargo import Skill, Temperature
from vehicles.mavlink.identity import Identity
from vehicles.mission import VehicleId

GOOD = """
journal = "fleet.journal"
[area]
map = "map.geojson.gz"
zones = ["zones.json"]
[[hubs]]
id = "north"
name = "North"
lat_deg = 60.17
lon_deg = 24.94
pads = [{id = "p1", lat_deg = 60.17, lon_deg = 24.94}, {id = "p2", lat_deg = 60.1701, lon_deg = 24.94}]
[[vehicles]]
id = "D1"
profile = "delivery-drone"
url = "udpin:127.0.0.1:14601"
hub = "north"
pad = "p1"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "fleet.toml"
    path.write_text(text)
    return path


def test_what_a_vehicle_keeps_and_can_do_is_its_own_or_its_profiles(tmp_path: Path) -> None:
    own = GOOD.replace(
        'pad = "p1"\n', 'pad = "p1"\ntemperatures = ["ambient", "frozen"]\nskills = ["check_age"]\n'
    )
    courier = """[[vehicles]]
id = "C1"
profile = "courier-e-bike"
hub = "north"
pad = "p2"
skills = []
"""
    drone, rider = (one.kind for one in read_config(written(tmp_path, own + courier)).vehicles)
    assert drone.temperatures == (Temperature.AMBIENT, Temperature.FROZEN)
    assert (drone.skills, drone.largest) == ((Skill.CHECK_AGE,), profiles.DELIVERY_DRONE.largest)
    assert rider.skills == ()
    assert (rider.temperatures, rider.largest) == (profiles.COURIER.temperatures, profiles.COURIER.largest)
    names = {drone.name, rider.name, profiles.DELIVERY_DRONE.name, profiles.COURIER.name}
    assert len(names) == 4, "what is planned for as one kind can do the same"
    (plain,) = (one.kind for one in read_config(written(tmp_path, GOOD)).vehicles)
    assert plain == profiles.DELIVERY_DRONE


def test_files_are_found_beside_the_configuration(tmp_path: Path) -> None:
    config = read_config(written(tmp_path, GOOD))
    assert config.area.map == tmp_path / "map.geojson.gz"
    assert config.area.zones == (tmp_path / "zones.json",)
    assert config.journal == tmp_path / "fleet.journal"
    assert config.hubs[0].hub().pads[1].pad_id == "p2"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('url = "udpin', 'colour = "red"\nurl = "udpin', "vehicles.0.colour: unknown key"),
        ("lat_deg = 60.17\n", "lat_deg = 97.0\n", "hubs.0.lat_deg"),
        ('profile = "delivery-drone"', 'profile = "dragon"', "vehicles.0.profile: unknown profile 'dragon'"),
        ('pad = "p1"', 'pad = "p9"', "vehicle D1: hub 'north' has no pad 'p9'"),
        ('hub = "north"', 'hub = "south"', "vehicle D1: hub 'south' has no pad"),
        ("[area]", "[area", "not TOML"),
        ("[area]", '[area]\nterrain = ["N60E024.hgt"]\nground_amsl_m = 10', "area: terrain, ground_amsl_m"),
        ("[area]", "[area]\nhome_tolerance_m = 0", "area.home_tolerance_m"),
        ('map = "map.geojson.gz"\n', "", "area.map: is missing"),
        ('url = "udpin:127.0.0.1:14601"\n', "", "vehicles.0: either url or urls"),
        (
            'url = "udpin:127',
            'urls = ["tcpin:a:1"]\nurl = "udpin:127',
            "vehicles.0: either url or urls",
        ),
        ('url = "udpin:127.0.0.1:14601"', 'url = "tcp:a:1"', "vehicles.0.url: tcp:a:1: a link starts with"),
        (
            'url = "udpin:127.0.0.1:14601"',
            'urls = ["tcp:a:1"]',
            "vehicles.0.urls: tcp:a:1: a link",
        ),
        ('url = "udpin:127.0.0.1:14601"', "urls = []", "vehicles.0.urls: one link is needed at least"),
        ('pad = "p1"', 'pad = "p1"\nsystem_id = 0', "vehicles.0.system_id: "),
        ('pad = "p1"', 'pad = "p1"\ncomponent_id = 300', "vehicles.0.component_id: "),
        ('pad = "p1"', 'pad = "p1"\nuid = "no"', "vehicles.0.uid: "),
        ('pad = "p1"', 'pad = "p1"\ndriver = "dronekit"', "vehicles.0.driver: "),
        ('pad = "p1"', 'pad = "p1"\nautopilot = "inav"', "vehicles.0.autopilot: "),
        ('pad = "p1"', 'pad = "p1"\ntemperatures = []', "vehicles.0.temperatures: must have 1 at least"),
        ('pad = "p1"', 'pad = "p1"\ntemperatures = ["cold"]', "vehicles.0.temperatures.0: "),
        ('pad = "p1"', 'pad = "p1"\ntemperatures = "hot"', "vehicles.0.temperatures: must be a list"),
        ('pad = "p1"', 'pad = "p1"\ntemperatures = ["hot", "hot"]', "vehicles.0.temperatures: the same one"),
        ('pad = "p1"', 'pad = "p1"\nskills = ["sing"]', "vehicles.0.skills.0: "),
        ('pad = "p1"', 'pad = "p1"\nlargest = "huge"', "vehicles.0.largest: "),
        ("[area]", "[recording]\nfile_mb = 1\n[area]", "recording.folder: is missing"),
        ("[area]", '[recording]\nfolder = "t"\nfiles = 0\n[area]', "recording.files: "),
        ("lon_deg = 24.94\npads", "lon_deg = nan\npads", "hubs.0.lon_deg"),
        ("lon_deg = 24.94\npads", "lon_deg = true\npads", "hubs.0.lon_deg: Input should be a valid number"),
        (
            "lon_deg = 24.94\npads",
            'lon_deg = "24.94"\npads',
            "hubs.0.lon_deg: Input should be a valid number",
        ),
        ("[area]", "[gateway]\nport = true\n[area]", "gateway.port: Input should be a valid integer"),
        ("[area]", '[gateway]\nport = "80"\n[area]', "gateway.port: Input should be a valid integer"),
        ('["zones.json"]', '"zones.json"', "area.zones: must be a list, in square brackets"),
        ('"map.geojson.gz"', "7", "area.map: must be text, the name of a file"),
        ('name = "North"', 'name = "No\\u001brth"', "hubs.0.name: "),
        ('{id = "p2"', '{id = "p1"', "hubs.0.pads: two pads have the id 'p1'"),
        ("127.0.0.1:14601", "127.0.0.1:0", "vehicles.0.url: udpin:127.0.0.1:0: port 0 takes any"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in GOOD
    path = written(tmp_path, GOOD.replace(old, new))
    with pytest.raises(BadInput) as caught:
        read_config(path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_pad_belongs_to_one_vehicle(tmp_path: Path) -> None:
    second = GOOD[GOOD.index("[[vehicles]]") :].replace('"D1"', '"D2"')
    with pytest.raises(BadInput, match="vehicle D2: pad 'p1' already belongs"):
        read_config(written(tmp_path, GOOD + second))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No such file"):
        read_config(tmp_path / "missing.toml")


LOCKER = """
[[lockers]]
id = "L1"
name = "Station"
lat_deg = 60.17
lon_deg = 24.941
"""


def test_lockers_are_read_and_named_once(tmp_path: Path) -> None:
    (locker,) = read_config(written(tmp_path, GOOD + LOCKER)).lockers
    assert locker.locker().drop_off.locker_id == "L1"
    assert locker.locker().temperatures == (), "none is told to be kept but ambient"
    cooled = LOCKER + 'temperatures = ["hot", "ambient", "chilled"]\n'
    (cooler,) = read_config(written(tmp_path, GOOD + cooled)).lockers
    assert cooler.locker().temperatures == (Temperature.CHILLED, Temperature.HOT)
    with pytest.raises(BadInput, match=r"lockers\.0\.temperatures\.0"):
        read_config(written(tmp_path, GOOD + LOCKER + 'temperatures = ["cold"]\n'))
    with pytest.raises(BadInput, match="lockers: two lockers have the id 'L1'"):
        read_config(written(tmp_path, GOOD + LOCKER + LOCKER))


def test_a_vehicles_links_and_identity_are_read(tmp_path: Path) -> None:
    more = """system_id = 70000
uid = "00ABCDEF00112233"
autopilot = "ardupilot"
[recording]
folder = "tlogs"
file_mb = 2
files = 3
"""
    urls = 'urls = ["serial:/dev/ttyUSB0:57600", "mqtts://anna:secret@broker/fleet/d1"]'
    text = GOOD.replace('url = "udpin:127.0.0.1:14601"', urls) + more
    config = read_config(written(tmp_path, text))
    (vehicle,) = config.vehicles
    assert vehicle.links == ("serial:/dev/ttyUSB0:57600", "mqtts://anna:secret@broker/fleet/d1")
    assert vehicle.identity == Identity(70_000, 1, "00abcdef00112233")
    assert config.recording is not None
    assert config.recording.folder == tmp_path / "tlogs"
    assert config.recording.recorder(VehicleId("D1")).trouble == ""


def test_no_two_vehicles_are_the_same_system_on_a_link(tmp_path: Path) -> None:
    first = GOOD.replace('pad = "p1"', 'pad = "p1"\nsystem_id = 7')
    second = first[first.index("[[vehicles]]") :].replace('"D1"', '"D2"').replace('"p1"', '"p2"')
    with pytest.raises(BadInput, match=r"vehicle D2: system_id: D1 is 7 at udpin:127\.0\.0\.1:14601 too"):
        read_config(written(tmp_path, first + second))
    assert read_config(written(tmp_path, first + second.replace("= 7", "= 8"))).vehicles[1].system_id == 8


PEOPLE = """
[gateway]
loopback_operator = "desk"
[[gateway.people]]
name = "anna"
role = "operator"
key = "0123456789abcdef"
[[gateway.people]]
name = "shop"
role = "integrator"
key = "fedcba9876543210"
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"shop"', '"anna"', "gateway.people.1.role: anna is operator and integrator"),
        ('"shop"', '"desk"', "gateway.people.1.role: desk is operator and integrator"),
        ("fedcba9876543210", "0123456789abcdef", "gateway.people.1.key: anna has the same key"),
        ("fedcba9876543210", "fedcba9876543210 ", "gateway.people.1.key: must be printable ASCII"),
        ("fedcba9876543210", "пароль-для-магазина", "gateway.people.1.key: must be printable ASCII"),
    ],
)
def test_nobody_acts_in_anothers_name(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert len(read_config(written(tmp_path, GOOD + PEOPLE)).gateway.people) == 2
    with pytest.raises(BadInput) as caught:
        read_config(written(tmp_path, GOOD + PEOPLE.replace(old, new)))
    assert words in str(caught.value)


COURIER = """
[[vehicles]]
id = "C1"
profile = "courier-e-bike"
hub = "north"
pad = "p2"
[[gateway.people]]
name = "rita"
role = "courier"
rides = "C1"
key = "ritas-own-key-of-some-length"
"""


REST = "{{ minutes = {}, after_min = 120, before_min = 210 }}"


def test_a_courier_is_a_vehicle_without_a_link_and_a_person_who_rides_it(tmp_path: Path) -> None:
    config = read_config(written(tmp_path, GOOD + COURIER))
    assert config.vehicles[-1].ridden
    assert config.gateway.people[-1].rides == "C1"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            'profile = "courier-e-bike"',
            'profile = "delivery-drone"',
            "vehicles.1: either url or urls is needed",
        ),
        ('pad = "p2"', 'pad = "p2"\nurl = "udpin:127.0.0.1:14609"', "vehicles.1: url: a courier's phone"),
        ('pad = "p2"', 'pad = "p2"\nautopilot = "px4"', "vehicles.1: autopilot: a courier's phone"),
        (
            'pad = "p2"',
            f'pad = "p2"\nrest = {REST.format(200)}',
            "vehicles.1.rest: minutes: more than there are",
        ),
        (
            'profile = "courier-e-bike"',
            f'profile = "delivery-drone"\nurl = "udpin:127.0.0.1:14609"\nrest = {REST.format(30)}',
            "vehicles.1: rest: only who rides a vehicle",
        ),
        ('rides = "C1"\n', "", "gateway.people.0: rides: needed for a courier"),
        ('role = "courier"', 'role = "operator"', "gateway.people.0: rides: needed for a courier, and only"),
        ('rides = "C1"', 'rides = "D1"', "gateway.people.0.rides: no courier's vehicle has the id 'D1'"),
    ],
)
def test_a_courier_that_cannot_be_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in COURIER
    with pytest.raises(BadInput) as caught:
        read_config(written(tmp_path, GOOD + COURIER.replace(old, new)))
    assert words in str(caught.value)


def test_a_name_may_have_two_keys_while_one_is_changed_for_the_other(tmp_path: Path) -> None:
    again = PEOPLE[PEOPLE.index("[[gateway.people]]") :].replace("cd", "xy")
    people = read_config(written(tmp_path, GOOD + PEOPLE + again)).gateway.people
    assert [person.name for person in people] == ["anna", "shop", "anna", "shop"]


def test_a_list_whose_members_are_refused_is_not_called_empty(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        read_config(written(tmp_path, GOOD.replace("lat_deg = 60.17\n", "lat_deg = 97.0\n")))
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("text", [f"x = {'9' * 5000}", f"x = {'[' * 5000}", f"x = {'{a=' * 5000}"], ids=len)
def test_a_number_without_end_and_tables_too_deep_are_no_toml(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInput, match="not TOML"):
        read_config(written(tmp_path, text))


def test_a_device_is_read_no_further_than_a_file() -> None:
    with pytest.raises(BadInput, match="more than 4 MiB are not read"):
        read_config(Path("/dev/zero"))


def test_the_wind_aloft_is_read_with_heights_that_rise(tmp_path: Path) -> None:
    table = "[weather]\naloft = [{height_agl_m = 20, wind_mps = 3, from_deg = 270}, "
    good = f"{table}{{height_agl_m = 100, wind_mps = 9.5, from_deg = 290}}]\n{GOOD}"
    wind = read_config(written(tmp_path, good.replace('journal = "fleet.journal"\n', ""))).weather.wind()
    assert wind is not None
    assert [one.speed_mps for one in wind.layers] == [3.0, 9.5]
    assert read_config(written(tmp_path, GOOD)).weather.wind() is None
    for worse, words in (
        ("{height_agl_m = 20, wind_mps = 9, from_deg = 290}]", "weather: aloft: layers: heights must rise"),
        ("{height_agl_m = 90, wind_mps = 99, from_deg = 290}]", "weather.aloft.1.wind_mps"),
    ):
        bad = f"{table}{worse}\n{GOOD}".replace('journal = "fleet.journal"\n', "")
        with pytest.raises(BadInput, match=words):
            read_config(written(tmp_path, bad))
