"""Scenarios are read strictly: each wrong word is named by its dotted key, with what is allowed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from orchestrator.ending import BadInput
from sitl.fields import FieldError
from sitl.scenario import Demand, read_scenario, shipped

DEMO = (Path(__file__).parents[2] / "sitl" / "scenarios" / "demo.toml").read_text()


def changed(tmp_path: Path, old: str, new: str) -> Path:
    assert old in DEMO
    file = tmp_path / "mine.toml"
    file.write_text(DEMO.replace(old, new))
    return file


def test_the_demo_is_what_the_readme_says() -> None:
    demo = read_scenario("demo")
    assert demo.name == "demo"
    assert demo.start_utc_s == datetime.fromisoformat("2026-06-01T09:00:00Z").timestamp()
    assert (demo.drones, demo.robots, demo.seed) == (6, 4, 7)
    assert demo.demand == Demand(orders=20, over_s=300.0)
    for file in (demo.city.map_file, demo.city.places_file, *demo.city.zone_files):
        assert file.is_file()


def test_every_shipped_scenario_can_be_read() -> None:
    assert "demo" in shipped()
    for name in shipped():
        assert read_scenario(name).name == name


@pytest.mark.parametrize("text", [f"x = {'9' * 5000}", f"x = {'[' * 5000}", "x = ", "\udcff"], ids=len)
def test_what_is_no_toml_is_said_to_be_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text, errors="surrogateescape")
    with pytest.raises(FieldError, match="is not TOML"):
        read_scenario(file)


def test_files_are_found_beside_the_scenario_first(tmp_path: Path) -> None:
    file = changed(tmp_path, "places.json", "own.json")
    (tmp_path / "own.json").write_text("{}")
    scenario = read_scenario(file)
    assert scenario.city.places_file == tmp_path / "own.json"
    assert scenario.city.map_file.name == "helsinki.geojson.gz"
    assert scenario.name == "mine"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("drones = 6", "drnes = 6", "mine.toml: fleet.drnes: unknown key (known: drones, robots, "),
        ("drones = 6\n", "", "mine.toml: fleet.drones: is missing"),
        ("[weather]", "[wether]\nx = 1\n[weather]", "mine.toml: wether: unknown key (known: "),
        ("drones = 6", "drones = 6.0", "mine.toml: fleet.drones: must be a whole number, not 6.0"),
        ("drones = 6", "drones = true", "mine.toml: fleet.drones: must be a whole number, not true"),
        (
            "drones = 6",
            'drones = "six"',
            "mine.toml: fleet.drones: must be a whole number, not the text",
        ),
        ("drones = 6", "drones = -1", "mine.toml: fleet.drones: -1 is not within 0..10000"),
        ("over_s = 300.0", "over_s = nan", "mine.toml: demand.over_s: nan is not within 10..604800"),
        ("wind_mps = 4.0", "wind_mps = false", "mine.toml: weather.wind_mps: must be a number, not false"),
        ("2026-06-01", "1970-01-01", "mine.toml: start: the year 1970 is not within 1971..8999"),
        ("2026-06-01", "9999-06-01", "mine.toml: start: the year 9999 is not within 1971..8999"),
        ("T09:00:00Z", "T09:00:00", "mine.toml: start: needs its offset from UTC"),
        ("2026-06-01T09:00:00Z", '"noon"', "mine.toml: start: must be a date and time such as"),
        ('["zones.ed318.json"]', '"zones.ed318.json"', "mine.toml: city.zones: must be a list of texts"),
        ('["zones.ed318.json"]', '["none.json"]', "mine.toml: city.zones: there is no file none.json"),
        ('map = "helsinki.geojson.gz"', 'map = ""', "mine.toml: city.map: must be a text"),
        ("[fleet]\ndrones = 6\nrobots = 4", "", "mine.toml: fleet: is missing"),
        ("[weather]\nwind_mps = 4.0", "[[weather]]\nwind_mps = 4.0", "mine.toml: weather: must be a table"),
        ("drones = 6\nrobots = 4", "drones = 0\nrobots = 0", "mine.toml: fleet.drones: a fleet needs"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(FieldError) as caught:
        read_scenario(changed(tmp_path, old, new))
    assert str(caught.value).startswith(message)


def test_files_that_are_no_scenario_at_all(tmp_path: Path) -> None:
    with pytest.raises(
        FieldError, match=r"nosuch: is neither a \.toml file nor a scenario \(known: city-day"
    ):
        read_scenario("nosuch")
    with pytest.raises(BadInput, match=r"nosuch\.toml: No such file"):
        read_scenario(tmp_path / "nosuch.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("= 3")
    with pytest.raises(FieldError, match=r"broken\.toml: is not TOML"):
        read_scenario(broken)
    broken.write_bytes(b"\xff\xfe")
    with pytest.raises(FieldError, match=r"broken\.toml: is not TOML"):
        read_scenario(broken)


def test_a_wrong_field_is_bad_input_to_every_command() -> None:
    assert issubclass(FieldError, BadInput)
