"""`sanderling zones check` and `convert`: levels, exit codes, documents."""

from __future__ import annotations

import json
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner, Result

from geofences.formats import any_zones
from orchestrator.__main__ import cli
from tests.fuzz.zone_seeds import SEEDS
from tests.geofences.formats.test_ed269 import ZONE


def sanderling(*words: object) -> Result:
    return CliRunner().invoke(cli, ["zones", *(str(word) for word in words)])


def saved(folder: Path, document: object, name: str = "zones.json") -> Path:
    file = folder / name
    file.write_bytes(document if isinstance(document, bytes) else orjson.dumps(document))
    return file


SOUND = {"UASZoneList": [ZONE]}
DEVIATING = {"UASZoneList": [{**ZONE, "reason": "EMERGENCY"}]}
PARTLY = {"UASZoneList": [ZONE, {**ZONE, "identifier": "BAD", "geometry": []}]}
NO_ZONES = {"some": "thing"}


@pytest.mark.parametrize(
    ("document", "level", "exit_code", "counts"),
    [
        (SOUND, (), 0, [1, 0, 0]),
        (SOUND, ("--strict",), 0, [1, 0, 0]),
        (DEVIATING, (), 0, [1, 1, 0]),
        (DEVIATING, ("--strict",), 2, [0, 1, 1]),
        (DEVIATING, ("--lenient",), 0, [1, 1, 0]),
        (PARTLY, (), 2, [0, 0, 1]),
        (PARTLY, ("--lenient",), 0, [1, 0, 1]),
        (NO_ZONES, (), 2, [0, 0, 1]),
        (NO_ZONES, ("--lenient",), 2, [0, 0, 1]),
        (b"\xff" * 40, (), 2, [0, 0, 1]),
    ],
)
def test_levels_and_exit_codes(
    tmp_path: Path, document: object, level: tuple[str, ...], exit_code: int, counts: list[int]
) -> None:
    file = saved(tmp_path, document)
    ran = sanderling("check", file, *level, "--json")
    told = json.loads(ran.stdout)
    assert ran.exit_code == exit_code
    assert [len(told[name]) for name in ("zones", "findings", "refused")] == counts
    assert set(told) == {"format", "zones", "findings", "refused"}
    for_people = sanderling("check", file, *level)
    assert for_people.exit_code == exit_code
    if exit_code:
        assert str(file) in for_people.stderr.replace("\n", "")


def test_a_zone_tells_all_that_it_says(tmp_path: Path) -> None:
    ran = sanderling("check", saved(tmp_path, SOUND))
    for text in ("0-120 m AGL", "always", "conditions: Call first", "message: Ask", "ask: Traficom, 1"):
        assert text in ran.stdout
    (zone,) = json.loads(sanderling("check", saved(tmp_path, SOUND), "--json").stdout)["zones"]
    assert (zone["lower_m"], zone["lower_datum"], zone["upper_m"], zone["upper_datum"]) == (
        0,
        "AGL",
        120,
        "AGL",
    )
    assert (zone["conditions"], zone["authorities"][0]["interval_before"]) == ("Call first", "P1D")


def test_markup_in_a_name_is_only_text(tmp_path: Path) -> None:
    file = saved(tmp_path, {"UASZoneList": [{**ZONE, "name": "[/red] [bold", "message": "[/]"}]})
    ran = sanderling("check", file)
    assert ran.exit_code == 0
    assert "[/red] [bold" in ran.stdout


def test_files_of_several_formats_at_once(tmp_path: Path) -> None:
    names = [name for name in SEEDS if name != "geojson"]
    files = [saved(tmp_path, SEEDS[name][0], name) for name in names]
    told = json.loads(sanderling("check", *files, "--json").stdout)
    assert told["format"] == ", ".join(names)
    ids = [zone["id"] for zone in told["zones"]]
    assert len(ids) == len(set(ids)) == 13


@pytest.mark.parametrize("to", ["ed318", "geojson", "plan"])
@pytest.mark.parametrize("name", sorted(SEEDS))
def test_any_format_is_converted_to_any_that_is_written(tmp_path: Path, name: str, to: str) -> None:
    source, output = saved(tmp_path, SEEDS[name][0], "source"), tmp_path / "out"
    ran = sanderling("convert", source, "--to", to, "--output", output, "--json")
    assert ran.exit_code == 0, ran.stderr
    told = json.loads(ran.stdout)
    back = any_zones.read(output.read_bytes())
    assert back.refused == ()
    assert len(back.zones) >= len(told["zones"])
    printed = sanderling("convert", source, "--to", to)
    assert any_zones.read(printed.stdout.encode()) == back
    assert printed.stderr.count("lost: ") >= bool(told["lost"])


def test_what_is_refused_is_not_converted(tmp_path: Path) -> None:
    file = saved(tmp_path, PARTLY)
    assert sanderling("convert", file).exit_code == 2
    assert len(any_zones.read(sanderling("convert", file, "--lenient").stdout.encode()).zones) == 1
    assert sanderling("convert", file, "--lenient", "--to", "shapefile").exit_code == 2
    assert sanderling("convert", saved(tmp_path, SOUND), "--output", tmp_path).exit_code == 2
    assert sanderling("check", tmp_path / "none.json").exit_code == 2


def test_what_was_published_is_not_written_over(tmp_path: Path) -> None:
    file = saved(tmp_path, SOUND)
    before = file.read_bytes()
    ran = sanderling("convert", file, "--output", tmp_path / "." / file.name)
    assert (ran.exit_code, file.read_bytes()) == (2, before)
    assert "--output" in ran.stderr


def test_a_zone_that_exempts_light_vehicles_does_not_bind_one_on_a_path(tmp_path: Path) -> None:
    exits = {}
    for below_kg in (0.0, 100.0):
        zone = {**ZONE, "extendedProperties": {"sanderling": {"exemptBelowKg": below_kg}}}
        file = saved(tmp_path, {"UASZoneList": [zone]})
        words = ("path", "--zones", str(file), "--from", "60.1,24.8", "--to", "60.12,24.98", "--json")
        exits[below_kg] = CliRunner().invoke(cli, words).exit_code
    assert exits == {0.0: 1, 100.0: 0}
