"""`sanderling path`: heights, hills, winds and hours, and bad input refused by its own name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from orchestrator.__main__ import cli
from orchestrator.commands import path_question
from orchestrator.files import maps, terrain

FROM, TO = "60.1700,24.9000", "60.1700,24.9400"  # 2,222 m
AT = "2026-06-01T09:00:00Z"
WIDTH_DEG = 0.001


def sanderling(*words: object) -> Result:
    return CliRunner().invoke(cli, ["path", *[str(word) for word in words]])


def asked(*words: object) -> dict[str, Any]:
    ran = sanderling("--from", FROM, "--to", TO, "--at", AT, "--json", *words)
    assert ran.exit_code == 0, ran.output
    document: dict[str, Any] = json.loads(ran.stdout)["properties"]
    return document


def wall(folder: Path, name: str = "W", half_deg: float = 0.5, **properties: object) -> Path:
    """A wall of plain GeoJSON half way, so far to the north and south."""
    west, east = 24.92 - WIDTH_DEG, 24.92 + WIDTH_DEG
    south, north = 60.17 - half_deg, 60.17 + half_deg
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    given = {"id": name, "name": "Wall", "restriction": "PROHIBITED", "lower": 0, "upper": 60}
    given |= {"lower_datum": "AGL", "upper_datum": "AGL", "unit": "m"} | properties
    feature = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}, "properties": given}
    file = folder / f"{name}.json"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return file


def tile(folder: Path, rise_m: float = 0.0, void: slice | None = None, name: str = "N60E024.hgt") -> Path:
    """A tile 100 m above the sea in the west that rises evenly to the east."""
    posts = np.tile(np.linspace(100, 100 + rise_m, 1201).round(), (1201, 1)).astype(">i2")
    if void is not None:
        posts[:, void] = -32768
    file = folder / name
    file.write_bytes(posts.tobytes())
    return file


def test_a_low_wall_is_flown_over_at_the_lowest_height_that_clears_it(tmp_path: Path) -> None:
    found = asked("--zones", wall(tmp_path))
    assert max(found["heights_agl_m"]) == 75.0
    assert found["length_m"] < 2230.0
    assert found["ground"] == "unknown"
    assert found["alts_amsl_m"] == [None] * len(found["heights_agl_m"])
    assert asked()["heights_agl_m"] == [0.0, 45.0, 45.0, 0.0]


def test_where_the_wind_blows_high_up_only_the_wall_is_flown_over_high(tmp_path: Path) -> None:
    found = asked("--zones", wall(tmp_path), "--wind", "45:1@90", "--wind", "75:12@90")
    assert found["heights_agl_m"] == [0.0, 45.0, 45.0, 75.0, 75.0, 45.0, 45.0, 0.0]
    assert found["avoided"] == ["W 'Wall'"]
    assert (
        found["energy_wh"]
        < asked("--zones", wall(tmp_path), "--height-m", 75, "--wind", "12@90")["energy_wh"]
    )


def test_high_up_and_on_a_warm_day_the_same_way_takes_more_and_above_its_ceiling_there_is_none() -> None:
    at_sea_wh, high_wh = (asked("--ground-m", ground_m)["energy_wh"] for ground_m in (0, 4060))
    warm_wh = asked("--ground-m", 4060, "--above-isa-k", 20)["energy_wh"]
    assert at_sea_wh * 1.05 < high_wh < warm_wh
    ends = ("--from", "60.17,24.90", "--to", "60.17,24.94")
    found = sanderling(*ends, "--profile", "delivery-vtol", "--ground-m", 4060, "--json")
    assert found.exit_code == 1
    assert "a delivery-vtol flies up to 1,500 m" in json.loads(found.stdout)["no_path"][0]


def test_heights_follow_the_ground_in_both_datums(tmp_path: Path) -> None:
    found = asked("--terrain", tile(tmp_path, rise_m=1200.0))
    assert found["ground"] == "tiles"
    ground_m = [alt - agl for alt, agl in zip(found["alts_amsl_m"], found["heights_agl_m"], strict=True)]
    assert ground_m[0] == pytest.approx(100 + 1200 * 0.90, abs=1.5)
    assert ground_m[-1] == pytest.approx(100 + 1200 * 0.94, abs=1.5)
    assert all(45.0 <= height_m <= 60.0 for height_m in found["heights_agl_m"][1:-1])
    flat = asked("--ground-m", 12)
    assert flat["alts_amsl_m"] == [12.0, 57.0, 57.0, 12.0]


def test_a_limit_above_the_sea_is_held_against_the_ground(tmp_path: Path) -> None:
    """A top of 1,250 m above the sea is 46 m above the ground in the middle of the way."""
    file = wall(tmp_path, half_deg=0.1, upper=1250, upper_datum="AMSL")
    over = asked("--zones", file, "--terrain", tile(tmp_path, rise_m=1200.0))
    assert 60.0 <= max(over["heights_agl_m"]) < 90.0
    assert not over["notes"]
    low = asked("--zones", file, "--ground-m", 1230)
    assert max(low["heights_agl_m"]) == 45.0


def test_where_the_ground_is_not_known_a_limit_above_the_sea_closes_all_and_that_is_said(
    tmp_path: Path,
) -> None:
    file = wall(tmp_path, half_deg=0.01, upper=1150, upper_datum="AMSL")
    found = asked("--zones", file)
    assert found["length_m"] > 2500.0
    assert " ".join(found["notes"]) == (
        "the height of the ground is not known (--terrain, --ground-m): limits above the sea of W 'Wall'"
        " are taken from the ground up"
    )


def test_ground_without_heights_is_gone_around_and_a_goal_on_it_refused(tmp_path: Path) -> None:
    file = tile(tmp_path, void=slice(1104, 1106))  # all of a strip from north to south
    ran = sanderling("--from", FROM, "--to", TO, "--terrain", file)
    assert ran.exit_code == 1
    assert "walled in by ground whose height is not known" in ran.output
    assert sanderling("--from", FROM, "--to", FROM, "--terrain", file).exit_code == 0


def test_leaving_later_is_said(tmp_path: Path) -> None:
    file = wall(tmp_path, upper=500, until="2026-06-01T09:10:00Z")
    late = asked("--zones", file, "--latest", "2026-06-01T10:00:00Z")
    assert late["length_m"] < 2230.0
    assert 400.0 < late["delay_s"] < 600.0
    assert late["depart_at_s"] == pytest.approx(1780304400.0 + late["delay_s"])
    assert any(note.startswith("leaves") and "W 'Wall' (PROHIBITED" in note for note in late["notes"])
    at_once = sanderling("--from", FROM, "--to", TO, "--at", AT, "--zones", file)
    assert at_once.exit_code == 0
    assert "waits" in at_once.output
    assert "in the air at" in at_once.output


def test_no_path_names_the_zone_in_full(tmp_path: Path) -> None:
    far = wall(tmp_path, half_deg=0.02, upper=500)
    known = {"upper": 500, "restriction": "REQ_AUTHORISATION"}
    over_goal = tmp_path / "G.json"
    text = far.read_text().replace('"W"', '"G"')
    ring = json.loads(text)
    ring["features"][0]["properties"] |= known
    ring["features"][0]["geometry"]["coordinates"] = [
        [[24.93, 60.16], [24.95, 60.16], [24.95, 60.18], [24.93, 60.18], [24.93, 60.16]]
    ]
    over_goal.write_text(json.dumps(ring))
    ran = sanderling("--from", FROM, "--to", TO, "--zones", far, over_goal)
    assert ran.exit_code == 1
    assert "no path: the goal lies in G 'Wall' (REQ_AUTHORISATION, 0-500 m AGL, always)" in ran.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--terrain", "nowhere.hgt"), "--terrain nowhere.hgt: No such file"),
        (("--ground-m", "nan"), "--ground-m nan"),
        (("--ground-m", "1", "--terrain", "a.hgt"), "--ground-m, --terrain: choose one"),
        (("--height-m", "nan"), "--height-m nan"),
        (("--height-m", "500"), "--height-m 500"),
        (("--at", "garbage"), "--at 'garbage'"),
        (("--latest", "2020-01-01"), "--latest"),
        (("--latest", "soon"), "--latest 'soon'"),
        (("--profile", "zeppelin"), "--profile 'zeppelin'"),
        (("--wind", "fresh"), "--wind fresh"),
        (("--wind", "10:nan@90"), "--wind 10:nan@90"),
        (("--wind", "10:5@400"), "--wind 10:5@400"),
        (("--wind", "10:5@90", "--wind", "10:6@90"), "--wind 10:5@90 10:6@90: layers: heights must rise"),
        (("--wind", "5@90", "--wind-mps", "3"), "--wind, --wind-mps: choose one"),
        (("--wind-mps", "nan"), "--wind-mps"),
        (("--zones", "nowhere.json"), "nowhere.json: No such file"),
        (("--map", "nowhere.gz"), "--map nowhere.gz"),
    ],
)
def test_what_is_wrong_is_named(words: tuple[str, ...], said: str) -> None:
    ran = sanderling("--from", FROM, "--to", TO, *words)
    assert ran.exit_code == 2
    assert said in ran.output


@pytest.mark.parametrize("words", [("--map",), ("--terrain",), ("--risk-weight", "1", "--risk")], ids=str)
def test_a_device_is_read_no_further_than_a_file(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in (
        (maps, "_MOST_MIB"),
        (path_question, "_RISK_MIB"),
        (terrain, "_MOST_MIB"),
    ):
        monkeypatch.setattr(module, name, 2)
    ran = sanderling("--from", FROM, "--to", TO, *words, "/dev/zero")
    assert (ran.exit_code, "more than 2 MiB are not read" in ran.output) == (2, True)


def test_latitude_comes_first() -> None:
    for words in (("--from", "124.9,60.1", "--to", TO), ("--from", FROM, "--to", "24.94,60.17")):
        ran = sanderling(*words)
        assert ran.exit_code == 2
        assert "latitude comes first" in ran.output.lower()


def test_a_tile_that_is_missing_is_named(tmp_path: Path) -> None:
    ran = sanderling("--from", FROM, "--to", TO, "--terrain", tile(tmp_path, name="N60E025.hgt"))
    assert ran.exit_code == 2
    assert "--terrain: no tile has --from 60.170000,24.900000; N60E024.hgt is missing" in ran.output
    broken = tmp_path / "N60E024.hgt"
    broken.write_bytes(b"no tile")
    ran = sanderling("--from", FROM, "--to", TO, broken)
    assert ran.exit_code == 2
    assert "size: 7 bytes" in ran.output


def crowd(folder: Path) -> Path:
    """5,000 people per km2 over the middle of the way, a kilometre to the south and 200 m to the north."""
    ring = [[24.91, 60.161], [24.93, 60.161], [24.93, 60.1718], [24.91, 60.1718], [24.91, 60.161]]
    feature = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}}
    file = folder / "people.json"
    given = {"type": "FeatureCollection", "features": [feature | {"properties": {"people_per_km2": 5000}}]}
    file.write_text(json.dumps(given))
    return file


def test_risk_is_weighed_against_energy(tmp_path: Path) -> None:
    file = crowd(tmp_path)
    nobody, little, much = (asked("--risk", file, "--risk-weight", weight) for weight in (0, 0.2, 50))
    assert nobody["length_m"] == asked()["length_m"]
    assert nobody["risk_exposure"] == pytest.approx(5.0 * 1.11, rel=0.1)
    assert nobody["risk_exposure"] >= little["risk_exposure"] > much["risk_exposure"] == 0.0
    assert nobody["length_m"] <= little["length_m"] < much["length_m"] < 2400.0
    assert much["energy_wh"] < nobody["energy_wh"] + 50.0


def test_risk_is_kept_away_from_around_zones_and_over_hills(tmp_path: Path) -> None:
    """The zone closes the way north of the crowd, so the way is north of both."""
    zone = wall(tmp_path, half_deg=0.003, upper=500)
    words = ("--zones", zone, "--terrain", tile(tmp_path, rise_m=1200.0))
    found = asked("--risk", crowd(tmp_path), "--risk-weight", 50, *words)
    assert found["risk_exposure"] == 0.0
    assert all(45.0 <= height_m <= 60.0 for height_m in found["heights_agl_m"][1:-1])


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("{}", ("--risk-weight", "1"), "features: must be a list"),
        ("{}", (), "--risk, --risk-weight: one needs the other"),
        ("{}", ("--risk-weight", "nan"), "--risk-weight nan"),
        (
            "ncols 1\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 1\n5\n",
            ("--risk-weight", "1"),
            "says nothing about --from 60.170000,24.900000",
        ),
    ],
)
def test_wrong_words_about_risk_are_named(
    tmp_path: Path, text: str, words: tuple[str, ...], said: str
) -> None:
    file = tmp_path / "people"
    file.write_text(text)
    ran = sanderling("--from", FROM, "--to", TO, "--risk", file, *words)
    assert ran.exit_code == 2
    assert said in ran.output


def test_the_best_landings_along_the_way_are_told(tmp_path: Path) -> None:
    half_way, closed = "60.1705,24.9200", "60.1700,24.9320"
    file = wall(tmp_path, half_deg=0.001, upper=500)
    found = asked("--rally", half_way, "--rally", closed, "--zones", file)["alternates"]
    assert [one["name"] for one in found] == ["start", "rally 2"]
    asked_free = asked("--rally", half_way, "--rally", closed)["alternates"]
    assert [one["name"] for one in asked_free] == ["start", "rally 1", "rally 2"]
    start, first, last = asked_free
    assert start["after_s"] < first["after_s"] < last["after_s"]
    assert first["way"][-1] == [24.92, 60.1705, 0.0]
    assert first["energy_wh"] > 0.0
    ran = sanderling("--from", FROM, "--to", TO, "--rally", half_way)
    assert "best landed at rally 1" in ran.output
    assert sanderling("--from", FROM, "--to", TO, "--rally", "here").exit_code == 2


@pytest.mark.parametrize("wind", [("--wind-mps", 13), ("--wind", "20:13@0")])
def test_wind_above_what_the_vehicle_may_fly_in_is_no_path_and_said(wind: tuple[str, object]) -> None:
    ran = sanderling("--from", FROM, "--to", TO, "--at", AT, *wind)
    assert ran.exit_code == 1
    assert "Wind of 13 m/s is above the limit of a delivery-drone (12 m/s)" in " ".join(ran.output.split())


def test_heights_where_the_wind_is_too_strong_are_left_out(tmp_path: Path) -> None:
    low = wall(tmp_path, half_deg=0.005)
    assert max(asked("--zones", low, "--wind", "20:5@0", "--wind", "200:5@0")["heights_agl_m"]) == 75.0
    found = asked("--zones", low, "--wind", "20:5@0", "--wind", "60:5@0", "--wind", "70:30@0")
    assert max(found["heights_agl_m"]) < 70.0
