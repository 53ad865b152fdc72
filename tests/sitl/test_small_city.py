"""Fleets anywhere on Earth, and scenarios that nobody could fly: delivered, or refused with a reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from geofences.position import GeoPoint
from orchestrator.__main__ import cli
from tests.sitl.small_city import PADS, SmallCity

TWICE = """
[[pop_up_zones]]
name = "Fire"
from_s = 10
until_s = 60
lat_deg = -16.8
lon_deg = 20.0
radius_m = 30
[[pop_up_zones]]
name = "Fire"
from_s = 30
until_s = 90
lat_deg = -16.8
lon_deg = 20.0
radius_m = 30
[weather]"""
HERE = GeoPoint(-16.8, 20.0)
ANTIMERIDIAN = GeoPoint(-16.8, 180.0)


def sanderling(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


@pytest.mark.parametrize("centre", [HERE, ANTIMERIDIAN, GeoPoint(78.2, -179.9999)], ids=str)
def test_orders_are_delivered_anywhere_and_the_journal_replays(tmp_path: Path, centre: GeoPoint) -> None:
    city, journal = SmallCity(tmp_path, centre).write(), tmp_path / "small.journal"
    ran = sanderling("simulate", city.scenario(), "--journal", journal)
    assert ran.exit_code == 0, ran.output
    assert "3 of 3 delivered" in ran.output
    assert "equals the one at exit" in sanderling("replay", journal, "--verify").output


@pytest.mark.parametrize(
    ("pads", "said"),
    [
        ({**PADS, "p2": PADS["p1"]}, "hubs.0.pads.1: pad hub p2 of D2 and pad hub p1 of D1 are one and the"),
        ({**PADS, "p2": (31.1, 30.0)}, "are 1.1 m apart and need 5.6 m: D2 reaches 0.8 m and may be 2 m off"),
        ({**PADS, "p3": PADS["p1"]}, "hubs.0.pads.2: pad hub p3 and pad hub p1 of D1 are one and the same"),
        ({**PADS, "p1": (5.0, 30.0)}, "hubs.0.pads.3: pad hub d1 of R1 and pad hub p1 of D1 are 2.0 m apart"),
        ({**PADS, "p1": (-50.0, 50.0)}, "hubs.0.pads.0: pad hub p1 of D1 lies in the building at"),
    ],
)
def test_pads_where_no_vehicle_can_stand_are_refused_by_field(
    tmp_path: Path, pads: dict[str, tuple[float, float]], said: str
) -> None:
    ran = sanderling("simulate", SmallCity(tmp_path, HERE).write(pads).scenario())
    assert (ran.exit_code, said in ran.output) == (2, True), ran.output
    assert "places.json: hubs.0.pads." in ran.output


def test_no_terrain_is_reckoned_with_across_the_antimeridian(tmp_path: Path) -> None:
    names = ("S17E179.hgt", "S17W180.hgt")
    for name in names:
        (tmp_path / name).write_bytes(bytes(2 * 1201 * 1201))
    scenario = SmallCity(tmp_path, ANTIMERIDIAN).write().scenario()
    scenario.write_text(scenario.read_text().replace("ground_amsl_m = 10.0", f"terrain = {list(names)}"))
    ran = sanderling("simulate", scenario)
    assert (ran.exit_code, "lies across the antimeridian" in ran.output) == (2, True), ran.output


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("wind_mps = 4.0", "wind_mps = 60", "weather.wind_mps: Wind of 60 m/s is above the limit of a deli"),
        ('"places.json"', '"none.json"', "fleet: no place within reach that it can bring"),
        ('"places.json"', '"indoors.json"', "fleet: no place within reach that it can bring"),
        ("[weather]", TWICE, "small.toml: pop_up_zones[1].name: Fire stands there twice"),
    ],
)
def test_what_nobody_can_fly_is_bad_input(tmp_path: Path, old: str, new: str, said: str) -> None:
    scenario = SmallCity(tmp_path, HERE).write().scenario(robots=0)
    places = json.loads((tmp_path / "places.json").read_text())
    (tmp_path / "none.json").write_text(json.dumps({**places, "addresses": []}))
    indoors = {"label": "Hall", "kind": "doorstep", **SmallCity(tmp_path, HERE).degrees(-50.0, -50.0)}
    (tmp_path / "indoors.json").write_text(json.dumps({**places, "addresses": [indoors]}))
    assert old in scenario.read_text()
    scenario.write_text(scenario.read_text().replace(old, new))
    ran = sanderling("simulate", scenario)
    assert (ran.exit_code, said in ran.output) == (2, True), ran.output
    assert ran.output.count("\n") == 1


def test_a_dock_without_a_footpath_is_refused(tmp_path: Path) -> None:
    city = SmallCity(tmp_path, HERE).write(docks={"d1": (149.0, 50.0)})
    assert "delivered" in sanderling("simulate", city.scenario()).output
    far = SmallCity(tmp_path, HERE).write(docks={"d1": (149.0, 149.0)})
    ran = sanderling("simulate", far.scenario())
    assert ran.exit_code == 2
    assert "pad hub d1 of R1 is more than 60 m from any footpath" in ran.output
