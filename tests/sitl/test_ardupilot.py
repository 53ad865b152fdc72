"""Starting real ArduPilot: what an instance is told, and what a user gets wrong. No ArduPilot needed."""

from __future__ import annotations

import json
from math import radians, sqrt, tan
from pathlib import Path

import pytest

from geofences.path import Waypoint
from geofences.position import GeoPoint
from orchestrator.ending import BadInput
from sitl.ardupilot import HIGHEST_INSTANCE, ArduPilot, Model, model, source
from vehicles.mavlink.wire.addresses import GCS_SYSTEM
from vehicles.profiles import DELIVERY_DRONE, SIDEWALK_ROBOT

HOME = Waypoint(GeoPoint(60.1699, 24.9384))


def test_each_instance_has_its_own_folder_port_and_system_id(tmp_path: Path) -> None:
    starter = ArduPilot(Path("/opt/arducopter"), Model.QUAD, speed=5.0, first=2)
    launch = starter.launch(1, HOME, tmp_path / "1", 10.0)
    words = " ".join(launch.command)
    assert launch.url == "udpin:127.0.0.1:14643"
    assert launch.system_id == 4
    assert words.startswith("/opt/arducopter ")
    for said in (
        "--instance 3",
        "--speedup 5",
        "--home 60.1699000,24.9384000,10.0,0",
        "--serial0 udpclient:127.0.0.1:14643",
        "--serial1 none:0 --serial2 none:0",
    ):
        assert said in words
    settings = dict(line.split() for line in (tmp_path / "1" / "sanderling.parm").read_text().splitlines())
    assert settings["MAV_SYSID"] == settings["SYSID_THISMAV"] == "4"
    assert settings["MAV_GCS_SYSID"] == str(GCS_SYSTEM)
    assert settings["GRIP_ENABLE"] == "1"
    pack_wh = float(settings["BATT_CAPACITY"]) * 12.6 / 1000.0
    assert pack_wh == pytest.approx(DELIVERY_DRONE.battery_wh, rel=0.01)
    frame = words.partition("--model +:")[2].split()[0]
    drag = json.loads((tmp_path / "1" / frame).read_text())
    slope = tan(radians(30.0)) / tan(radians(drag["refAngle"]))  # it may lean by 30 degrees
    assert drag["refSpd"] * sqrt(slope) > 1.2 * DELIVERY_DRONE.cruise_mps, "else it never keeps its pace"


def test_more_instances_than_ports_are_refused(tmp_path: Path) -> None:
    starter = ArduPilot(Path("/opt/arducopter"), Model.QUAD, first=HIGHEST_INSTANCE)
    with pytest.raises(BadInput, match="instance 100"):
        starter.launch(1, HOME, tmp_path, 0.0)


def test_a_program_tells_by_its_name_which_vehicle_it_is() -> None:
    assert model(None, Path("/x/arducopter")) is Model.QUAD
    assert model(None, Path("/x/ardurover-4.6.2")) is Model.ROVER
    assert model("quad", Path("/x/mine")) is Model.QUAD
    assert Model.ROVER.profile is SIDEWALK_ROBOT
    assert Model.QUAD.profile is DELIVERY_DRONE


@pytest.mark.parametrize(
    ("name", "binary", "said"),
    [
        ("boat", "arducopter", "'boat' is not one of quad, rover"),
        ("rover", "arducopter", "arducopter is no rover; that is ardurover"),
        (None, "mine", "mine does not say which vehicle it is"),
    ],
)
def test_a_model_that_does_not_fit_is_refused(name: str | None, binary: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        model(name, Path(binary))


def test_the_program_comes_from_the_option_or_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "arducopter"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("SANDERLING_ARDUPILOT", str(program))
    assert source(None) == program
    monkeypatch.delenv("SANDERLING_ARDUPILOT")
    with pytest.raises(BadInput, match="which ArduPilot"):
        source(None)
    with pytest.raises(BadInput, match="there is no file"):
        source(tmp_path / "nothing")
