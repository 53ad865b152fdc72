"""`sanderling serve`: what is refused before anything is opened, and what its log says."""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from geofences.position import GeoPoint
from orchestrator.commands.serve import _site, run
from orchestrator.config.reading import read_config
from orchestrator.doors import bbox_of
from orchestrator.ending import BadInput
from orchestrator.operations.watching.grounding import over_ground
from orchestrator.record.sqlite import SqliteJournal
from orchestrator.terminal import log_to_stderr
from tests.orchestrator.operations.town import D1, ready_fleet, sample

ROOT = Path(__file__).parents[2]
FLEET = f"""
[area]
map = "{ROOT / "sitl/city/helsinki.geojson.gz"}"
[[hubs]]
id = "north"
name = "North"
lat_deg = 60.1712
lon_deg = 24.944
pads = [{{ id = "p1", lat_deg = 60.17097, lon_deg = 24.94384 }}]
[[lockers]]
id = "L1"
name = "Station"
lat_deg = 60.1713
lon_deg = 24.9394
[[vehicles]]
id = "D1"
profile = "delivery-drone"
url = "udpin:127.0.0.1:14601"
hub = "north"
pad = "p1"
"""


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("lat_deg = 60.1712\n", "lat_deg = 50.0\n", "hubs.0: "),
        ("lon_deg = 24.94384", "lon_deg = -24.94384", "hubs.0.pads.0: "),
        ("lat_deg = 60.1713\n", "lat_deg = -60.1713\n", "lockers.0: "),
        ("[area]", '[area]\nrally = [{ id = "r", lat_deg = 60.17, lon_deg = 25.9 }]', "area.rally.0: "),
    ],
)
def test_what_lies_beyond_the_map_is_named(tmp_path: Path, old: str, new: str, field: str) -> None:
    assert old in FLEET
    file = tmp_path / "fleet.toml"
    file.write_text(FLEET.replace(old, new, 1))
    with pytest.raises(BadInput, match=r"lies outside area\.map") as caught:
        run(file)
    assert str(caught.value).startswith(f"{file}: {field}")
    assert list(tmp_path.iterdir()) == [file]


SECOND = """
[[vehicles]]
id = "D2"
profile = "delivery-drone"
url = "udpin:127.0.0.1:14602"
hub = "north"
pad = "p2"
"""


@pytest.mark.parametrize(
    ("spot", "more", "says"),
    [
        ("lat_deg = 60.17097, lon_deg = 24.94384", "", "pad north p2 and pad north p1 of D1 are one and the"),
        ("lat_deg = 60.17098, lon_deg = 24.94384", SECOND, "p2 of D2 and pad north p1 of D1 are 1.1 m apart"),
        ("lat_deg = 60.1719, lon_deg = 24.9367", SECOND, "pad north p2 of D2 lies in "),
    ],
)
def test_pads_where_a_vehicle_cannot_stand_are_refused(
    tmp_path: Path, spot: str, more: str, says: str
) -> None:
    file = tmp_path / "fleet.toml"
    file.write_text(FLEET.replace(" }]", f' }}, {{ id = "p2", {spot} }}]') + more)
    with pytest.raises(BadInput) as caught:
        run(file)
    assert str(caught.value).startswith(f"{file}: hubs.0.pads.1: ")
    assert says in str(caught.value)
    assert list(tmp_path.iterdir()) == [file]


def test_the_box_of_a_map_across_the_antimeridian_goes_on_beyond_180() -> None:
    here, there = GeoPoint(-16.8, 179.5), GeoPoint(-16.7, -179.75)
    assert bbox_of([here, there]) == (179.5, -16.8, 180.25, -16.7)
    assert bbox_of([there]) == (-179.75, -16.7, -179.75, -16.7)


@pytest.mark.parametrize(("height", "ready"), [("", True), ("ground_amsl_m = 0.0", False)])
def test_homes_are_held_against_the_areas_height_only_where_it_is_named(
    tmp_path: Path,
    height: str,
    ready: bool,  # noqa: FBT001
) -> None:
    (tmp_path / "fleet.toml").write_text(
        f'journal = "fleet.journal"{FLEET}'.replace("[area]", f"[area]\n{height}")
    )
    around = _site(read_config(tmp_path / "fleet.toml")).surroundings
    in_zurich = replace(sample(), alt_amsl_m=408.0)
    assert over_ground(in_zurich, ready_fleet(D1).vehicles[D1], around).health.ready is ready


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


async def test_a_journal_that_somebody_holds_is_refused_before_anything_is_touched(tmp_path: Path) -> None:
    file = tmp_path / "fleet.toml"
    file.write_text(FLEET.replace("helsinki", "not-there"))
    async with SqliteJournal(tmp_path / "sanderling.journal"):
        before = names(tmp_path)
        with pytest.raises(BadInput) as caught:
            await asyncio.to_thread(run, file)
        assert str(caught.value).startswith(f"{file}: journal: {tmp_path / 'sanderling.journal'}: ")
        assert "in use by another process" in str(caught.value)
        assert names(tmp_path) == before
    with pytest.raises(BadInput) as caught:
        await asyncio.to_thread(run, file)
    assert str(caught.value).startswith(f"{file}: area: ")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('[signing]\nkeys = "no.keys"\n', "signing.keys: "),
        ('journal = "no/folder/fleet.journal"\n', "journal: "),
    ],
)
def test_what_cannot_be_used_is_said_with_file_and_key(tmp_path: Path, more: str, says: str) -> None:
    file = tmp_path / "fleet.toml"
    file.write_text(f"{more}{FLEET}" if more.startswith("journal") else f"{FLEET}{more}")
    with pytest.raises(BadInput) as caught:
        run(file)
    assert str(caught.value).startswith(f"{file}: {says}")


def test_a_log_line_begins_with_its_instant(capsys: pytest.CaptureFixture[str]) -> None:
    sink = log_to_stderr(logging.INFO)
    try:
        structlog.get_logger().info("fact", kind="LinkUp")
        assert sink.drain(20.0)
    finally:
        structlog.reset_defaults()
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \[info", capsys.readouterr().err)
