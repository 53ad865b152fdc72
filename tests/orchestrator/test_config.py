"""The configuration file: what is wrong is named by file and field, and nothing is guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestrator.config import ConfigError, read_config

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
        ('profile = "delivery-drone"', 'profile = "dragon"', "vehicle D1: unknown profile 'dragon'"),
        ('pad = "p1"', 'pad = "p9"', "vehicle D1: hub 'north' has no pad 'p9'"),
        ('hub = "north"', 'hub = "south"', "vehicle D1: hub 'south' has no pad"),
        ("[area]", "[area", "not TOML"),
        ('map = "map.geojson.gz"\n', "", "area.map: Field required"),
        ("lon_deg = 24.94\npads", "lon_deg = nan\npads", "hubs.0.lon_deg"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in GOOD
    path = written(tmp_path, GOOD.replace(old, new))
    with pytest.raises(ConfigError) as caught:
        read_config(path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_pad_belongs_to_one_vehicle(tmp_path: Path) -> None:
    second = GOOD[GOOD.index("[[vehicles]]") :].replace('"D1"', '"D2"')
    with pytest.raises(ConfigError, match="vehicle D2: pad 'p1' already belongs"):
        read_config(written(tmp_path, GOOD + second))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
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
    with pytest.raises(ConfigError, match="lockers: two lockers have the same id"):
        read_config(written(tmp_path, GOOD + LOCKER + LOCKER))
