"""The command line: a stable contract of words, exit codes and JSON."""

from __future__ import annotations

import json
import socket
import sqlite3
import struct
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from benchmarks import BENCHES
from orchestrator.__main__ import cli
from tests.contracts.stands import free_port
from tests.vehicles.mavlink import wire

CITY = Path(__file__).parents[2] / "sitl" / "city"
ZONES, MAP = CITY / "zones.ed318.json", CITY / "helsinki.geojson.gz"
HERE, THERE = "60.17097,24.94384", "60.16498,24.94874"
INSIDE_A_ZONE = "60.1725,24.9331"  # the parliament


def sanderling(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def scenario(folder: Path, **changes: str) -> Path:
    text = (CITY.parent / "scenarios" / "demo.toml").read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    file = folder / "day.toml"
    file.write_text(text)
    return file


PROMISED = (
    "demo",
    "serve",
    "simulate",
    "replay",
    "path",
    "solve",
    "fly",
    "probe",
    "bench",
    "params",
    "keys",
    "sitl",
)


@pytest.mark.parametrize("command", [*PROMISED, "zones check", "zones convert"])
def test_every_command_that_is_promised_is_there_and_shows_an_example(command: str) -> None:
    shown = sanderling(*command.split(), "--help")
    assert shown.exit_code == 0
    assert f"Example: sanderling {command}" in shown.output


def test_an_unknown_command_is_bad_input() -> None:
    assert sanderling("bench").exit_code == 2


def test_a_small_day_is_delivered_reported_and_replayed(tmp_path: Path) -> None:
    day = scenario(tmp_path, **{"orders = 20": "orders = 3", "over_s = 300.0": "over_s = 60.0"})
    report, journal = tmp_path / "r.json", tmp_path / "day.journal"
    ran = sanderling("simulate", day, "--seed", 7, "--report", report, "--journal", journal)
    assert ran.exit_code == 0, ran.output
    document = json.loads(report.read_bytes())
    assert {"orders", "vehicles", "invariants", "seed", "wall_s", "fleet_s"} <= document.keys()
    assert [order["state"] for order in document["orders"]] == ["delivered"] * 3
    assert document["seed"] == 7
    assert document["invariants"] == {"broken": []}
    assert "3 of 3 delivered" in ran.output

    assert "equals the one at exit" in sanderling("replay", journal, "--verify").output
    told = sanderling("replay", journal)
    assert told.exit_code == 0
    assert "handed O001-1 over" in told.output

    again = sanderling("simulate", day, "--journal", journal)
    assert again.exit_code == 2
    assert "is there already" in again.output


def test_a_journal_that_was_changed_does_not_verify(tmp_path: Path) -> None:
    day = scenario(tmp_path, **{"orders = 20": "orders = 1"})
    journal = tmp_path / "day.journal"
    assert sanderling("simulate", day, "--journal", journal).exit_code == 0
    with sqlite3.connect(journal) as connection:
        connection.execute("DELETE FROM entries WHERE seq = (SELECT max(seq) FROM entries)")
    connection.close()
    checked = sanderling("replay", journal, "--verify")
    assert checked.exit_code == 1
    assert "differs" in checked.output


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("drones = 6", "drnes = 6", "fleet.drnes: unknown key"),
        ("drones = 6", 'drones = "six"', "fleet.drones"),
        ("drones = 6", "drones = 500", "drones: 500 asked for, but the hubs have"),
        ('map = "helsinki.geojson.gz"', 'map = "paris.geojson.gz"', "paris.geojson.gz"),
    ],
)
def test_a_wrong_scenario_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    ran = sanderling("simulate", scenario(tmp_path, **{old: new}))
    assert ran.exit_code == 2
    assert said in ran.output


@pytest.mark.parametrize("command", [["demo", "--headless"], ["simulate", "demo"]])
def test_a_report_that_cannot_be_written_is_refused_before_the_day_is_flown(command: list[str]) -> None:
    ran = sanderling(*command, "--report", "/nonexistent/r.json")
    assert (ran.exit_code, "--report /nonexistent/r.json" in ran.output) == (2, True)
    assert "delivered" not in ran.output


def test_what_is_no_journal_is_bad_input(tmp_path: Path) -> None:
    file = tmp_path / "letter.journal"
    file.write_text("Dear fleet,")
    for words in (("replay", file), ("replay", file, "--verify"), ("replay", tmp_path / "none.journal")):
        assert sanderling(*words).exit_code == 2


def test_the_shipped_zones_read_without_a_finding() -> None:
    document = json.loads(sanderling("zones", "check", ZONES, "--json").output)
    assert document["format"] == "ed318"
    assert len(document["zones"]) >= 6
    assert document["findings"] == document["refused"] == []
    fields = {"id", "name", "restriction", "lower_m", "lower_datum", "upper_m", "upper_datum"}
    assert fields <= document["zones"][0].keys()
    assert sanderling("zones", "check", ZONES, "--strict").exit_code == 0
    assert "Parliament" in sanderling("zones", "check", ZONES).output


def test_an_unreadable_zone_refuses_its_file_unless_told_otherwise(tmp_path: Path) -> None:
    document = json.loads(ZONES.read_bytes())
    document["features"][0]["geometry"] = {"type": "Polygon", "coordinates": []}
    file = tmp_path / "broken.json"
    file.write_text(json.dumps(document))
    refused = sanderling("zones", "check", file)
    assert refused.exit_code == 2
    assert document["features"][0]["properties"]["identifier"] in refused.output
    lenient = json.loads(sanderling("zones", "check", file, "--lenient", "--json").output)
    assert len(lenient["refused"]) == 1
    assert len(lenient["zones"]) == len(document["features"]) - 1
    assert sanderling("zones", "check", file, "--lenient", "--strict").exit_code == 2


def test_a_path_is_a_feature_with_heights_and_what_it_costs() -> None:
    ran = sanderling("path", "--zones", ZONES, "--map", MAP, "--from", HERE, "--to", THERE, "--json")
    assert ran.exit_code == 0, ran.output
    feature = json.loads(ran.stdout)
    assert feature["geometry"]["type"] == "LineString"
    assert max(height_m for _, _, height_m in feature["geometry"]["coordinates"]) >= 45
    assert {"length_m", "duration_s", "energy_wh", "avoided"} <= feature["properties"].keys()
    assert feature["properties"]["length_m"] > 600


def test_zone_files_may_follow_one_another(tmp_path: Path) -> None:
    document = json.loads(ZONES.read_bytes())
    parliament, others = document["features"][:1], document["features"][1:]
    files = [tmp_path / "others.json", tmp_path / "parliament.json"]
    for file, features in zip(files, (others, parliament), strict=True):
        file.write_text(json.dumps({**document, "features": features}))
    words = ("--from", HERE, "--to", INSIDE_A_ZONE, "--json", "--zones")
    assert sanderling("path", *words, files[0]).exit_code == 0
    assert sanderling("path", *words, *files).exit_code == 1, "the second file counts as well"


def test_a_robot_takes_the_footpaths() -> None:
    words = ("--profile", "sidewalk-robot", "--from", HERE, "--to", THERE, "--json")
    without = sanderling("path", *words)
    assert without.exit_code == 2
    assert "--map" in without.output
    feature = json.loads(sanderling("path", "--map", MAP, *words).stdout)
    assert len(feature["geometry"]["coordinates"]) > 10
    assert {height_m for _, _, height_m in feature["geometry"]["coordinates"]} == {0.0}


def test_no_path_says_why_and_fails() -> None:
    ran = sanderling("path", "--zones", ZONES, "--from", HERE, "--to", INSIDE_A_ZONE, "--json")
    assert ran.exit_code == 1
    assert any("Parliament" in reason for reason in json.loads(ran.stdout)["no_path"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "sixty,24", "--to", THERE), "--from"),
        (("--from", HERE, "--to", "95,24"), "--to"),
        (("--from", HERE, "--to", THERE, "--at", "noon"), "--at"),
        (("--from", HERE, "--to", THERE, "--at", ""), "--at"),
        (("--from", HERE, "--to", THERE, "--at", "9999-12-31T23:59:59-23:59"), "--at"),
        (("--from", HERE, "--to", THERE, "--profile", "dragon"), "--profile"),
        (("--from", HERE, "--to", THERE, "--height-m", "900"), "--height-m"),
        (("--from", HERE, "--to", THERE, "--zones", "none.json"), "none.json"),
    ],
)
def test_wrong_words_for_a_path_are_named(words: tuple[str, ...], said: str) -> None:
    ran = sanderling("path", *words)
    assert ran.exit_code == 2
    assert said in ran.output


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = sanderling("demo", "--port", port, "--data", tmp_path, "--drones", 1, "--robots", 0)
    assert ran.exit_code == 2
    assert f"{port} is in use" in ran.output


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    ran = sanderling("demo", "--headless", "--data", file / "folder")
    assert ran.exit_code == 2
    assert "--data" in ran.output


@pytest.mark.parametrize("url", ["udpin:127.0.0.1:notaport", "smoke:signals", "udpin:999.0.0.1:14550"])
def test_an_address_that_cannot_be_is_named(url: str) -> None:
    ran = sanderling("probe", url, "--for-s", "0.2")
    assert ran.exit_code == 2
    assert url in ran.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("probe", "udpin:127.0.0.1"), "the port is missing"),
        (("probe", "udpin:14550"), "the host is missing"),
        (("probe", ""), "url: a link starts with"),
        (("replay", CITY, "--json"), "Is a directory"),
        (("replay", "x" * 300), "File name too long"),
        (("replay", "x" * 300, "--verify"), "File name too long"),
        (("simulate", "demo", "--journal", "x" * 300), "File name too long"),
        (("simulate", "demo", "--report", "x" * 300), "File name too long"),
        (("probe", "tlog:/dev/zero"), "no MAVLink frame is in it"),
    ],
)
def test_what_is_wrong_with_an_argument_is_said(words: tuple[str | Path, ...], said: str) -> None:
    ran = sanderling(*words)
    assert (ran.exit_code, said in ran.output) == (2, True)


def test_every_benchmark_is_named_where_help_is_asked() -> None:
    shown = sanderling("bench", "--help").output
    assert all(name in shown.split("Options")[0].split("Which:")[1] for name in BENCHES)


def test_nobody_heard_is_a_failure() -> None:
    ran = sanderling("probe", f"udpin:127.0.0.1:{free_port()}", "--for-s", "0.2")
    assert ran.exit_code == 1
    assert "nobody was heard" in ran.output


def test_a_recording_is_told_as_sentences_or_as_json(tmp_path: Path) -> None:
    file = tmp_path / "flight.tlog"
    drone = wire.Sender(7)
    beats = (wire.heartbeat(), wire.heartbeat(armed=True))
    frames = [
        struct.pack(">Q", 1_790_000_000_000_000 + 500_000 * n) + drone.frame(beat)
        for n, beat in enumerate(beats)
    ]
    file.write_bytes(b"".join(frames))
    told = sanderling("replay", file)
    assert told.exit_code == 0
    assert "2026-09-21T14:13:20.500Z     7/1 armed" in told.output
    document = json.loads(sanderling("replay", file, "--json").output)
    assert (document["skipped_bytes"], document["skips"]) == (0, 0)
    assert document["facts"][-1] == {
        "at_s": 1_790_000_000.5,
        "system_id": 7,
        "component_id": 1,
        "kind": "heartbeat",
        "text": "armed",
    }
    file.write_bytes(frames[0] + b"dirt" + frames[1])
    assert "damaged: 4 bytes in one place are no frames" in sanderling("replay", file).stderr
    assert json.loads(sanderling("replay", file, "--json").stdout)["skipped_bytes"] == 4
    refused = sanderling("replay", file, "--verify")
    assert (refused.exit_code, "only a journal can be verified" in refused.output) == (2, True)
    file.write_bytes(b"nothing")
    assert sanderling("replay", file).exit_code == 2


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("probe", "nonsense"), 2, "nonsense: a link starts with"),
        (("params", "udpin:127.0.0.1:{port}", "--for-s", "0.3"), 1, "no autopilot was heard"),
        (("fly",), 2, "--vehicle"),
        (("fly", "--vehicle", "udpin:127.0.0.1:{port}", "--plan", "/dev/zero"), 2, "more than 16 MiB"),
        (("command", "udpin:127.0.0.1:{port}", "hold", "--for-s", "x"), 2, "--for-s"),
        (("zones", "check", "nowhere.json"), 2, "nowhere.json"),
        (("nosuch",), 2, "nosuch"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_with_json_standard_output_is_a_document_however_a_command_ends(
    words: tuple[str, ...], code: int, says: str
) -> None:
    port = free_port()
    ended = sanderling(*(word.format(port=port) for word in words), "--json")
    assert ended.exit_code == code
    told = json.loads(ended.stdout)
    assert told["exit_code"] == code
    assert says in told["error"]
    assert sanderling(*(word.format(port=port) for word in words)).stdout == "", "without it, words alone"


def test_a_command_that_has_printed_its_document_prints_no_other() -> None:
    ended = sanderling("probe", f"udpin:127.0.0.1:{free_port()}", "--for-s", "0.2", "--json")
    assert (ended.exit_code, json.loads(ended.stdout)) == (1, [])
