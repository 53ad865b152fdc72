"""`sanderling fly` against a simulated vehicle: one loop at twelve times real time, between them real UDP."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest
from rich.console import Console
from typer.testing import CliRunner

from geofences.formats.plan_items import PlanFile
from geofences.formats.reading import FormatError
from geofences.path import Waypoint
from geofences.position import GeoPoint, destination
from orchestrator.__main__ import cli
from orchestrator.commands import fly, one_vehicle
from orchestrator.commands.words import parse_point
from orchestrator.ending import BadInput, Failed
from orchestrator.flying.flown import Flown, Unflown
from orchestrator.flying.from_file import from_file
from orchestrator.flying.given import read_given
from orchestrator.flying.ready import ready
from orchestrator.flying.trip import Start, Trip
from sitl.aboard.flight import Flight
from sitl.autopilot.server import Autopilot
from sitl.faults import Fault, Kind
from sitl.loop import run_scaled
from tests.contracts.stands import free_port, living
from tests.orchestrator.operations.town import R1, sample
from vehicles.clock import now_s
from vehicles.handover import By
from vehicles.mavlink.exchanges.upkeep import Care
from vehicles.mavlink.links.udp import UdpLink
from vehicles.mission import DropOff
from vehicles.profile import VehicleProfile
from vehicles.profiles import DELIVERY_DRONE, DELIVERY_VTOL, SIDEWALK_ROBOT, SIH_VTOL
from vehicles.telemetry import Landed, Mode, Telemetry
from vehicles.vehicle import Vehicle

HOME = GeoPoint(60.1699, 24.9384)
SPEED = 12.0
ROOT = Path(__file__).parents[2]
SHARED = ROOT / "../shared/data/plans"


class Told(list[str]):
    """What was told, and when (fleet time)."""

    def __init__(self) -> None:
        super().__init__()
        self.at_s: list[float] = []

    def __call__(self, text: str) -> None:
        self.append(text)
        self.at_s.append(now_s())


def options(**changes: Any) -> fly.Options:  # noqa: ANN401
    wish: dict[str, Any] = {
        "url": "", "plan": None, "to": None, "driver": fly.Driver.MAVLINK, "profile": None, "by": None,
        "parcel_kg": 1.0, "zones": (), "map_file": None, "wind_mps": 0.0, "care": Care.LEAVE,
    }  # fmt: skip
    return fly.Options(**wish | changes)


def flown(
    *,
    faults: Sequence[Fault] = (),
    kind: VehicleProfile = DELIVERY_DRONE,
    home: GeoPoint = HOME,
    interrupt_when: str = "",
    parameters: Mapping[str, float] | None = None,
    **wish: Any,  # noqa: ANN401
) -> tuple[Flown, Told]:
    """Fly it on the loop that the vehicle lives on; Ctrl-C comes soon after `interrupt_when` is told."""
    told = Told()

    async def interrupt() -> None:
        while not any(interrupt_when in text for text in told):  # noqa: ASYNC110 - telling has no event
            await asyncio.sleep(0.5)
        await asyncio.sleep(8.0)
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(1e6)

    async def main() -> Flown:
        port = free_port()
        theirs = UdpLink(f"udpout:127.0.0.1:{port}")
        autopilot = Autopilot(theirs, kind, Waypoint(home), 3, 5, faults=faults, parameters=parameters)
        asked = options(url=f"udpin:127.0.0.1:{port}", **wish)
        ground_m = asked.ground_amsl_m
        given = read_given(
            asked.plan, asked.to, 1.0, asked.zones, asked.map_file, 0.0, ground_amsl_m=ground_m
        )
        async with living(autopilot.run()):
            if not interrupt_when:
                return await fly.fly(asked, given, told, told)
            async with living(interrupt()):
                return await fly.fly(asked, given, told, told)

    return run_scaled(main(), SPEED), told


def north(away_m: float) -> GeoPoint:
    return destination(HOME, 20.0, away_m)


def at(away_m: float) -> tuple[float, float]:
    place = destination(HOME, 60.0, away_m)
    return place.lat_deg, place.lon_deg


Item = tuple[int, int, list[float | None]]


def waypoint(away_m: float, height_m: float, command: int = 16, frame: int = 3) -> Item:
    return (command, frame, [0.0, 0.0, 0.0, None, *at(away_m), height_m])


RELEASE: Item = (211, 2, [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
RETURN: Item = (20, 2, [0.0] * 7)


def plan_file(
    folder: Path,
    *items: Item,
    rally: Sequence[Sequence[float]] = ((*at(5.0), 30.0),),
    **fence: Any,  # noqa: ANN401
) -> Path:
    """A .plan file of simple items (command, frame, parameters)."""
    simple = [
        {"type": "SimpleItem", "command": command, "frame": frame, "params": params, "autoContinue": True}
        for command, frame, params in items
    ]
    document = {
        "fileType": "Plan",
        "version": 1,
        "mission": {"version": 2, "plannedHomePosition": [*at(0.0), 10.0], "items": simple},
        "geoFence": {"version": 2, "polygons": [], "circles": []} | fence,
        "rallyPoints": {"version": 2, "points": rally},
    }
    file = folder / "flight.plan"
    file.write_text(json.dumps(document))
    return file


def circle(away_m: float, radius_m: float, *, inclusion: bool) -> dict[str, Any]:
    return {
        "circles": [
            {"circle": {"center": [*at(away_m)], "radius": radius_m}, "inclusion": inclusion, "version": 1}
        ]
    }


def names(end: Flown) -> list[str]:
    return [phase.name for phase in end.phases]


def test_a_parcel_is_delivered_there_and_the_vehicle_is_back_on_the_ground() -> None:
    end, _ = flown(to=north(80.0), care=Care.SET)
    assert (end.delivered, end.landed, end.disarmed, end.whole) == (True, True, True, True)
    assert names(end) == ["upload", "load", "start", "go there", "hand over", "go home", "land"]
    assert all(a.to_s == b.from_s for a, b in pairwise(end.phases))
    assert end.findings == ()
    assert fly.document(end)["system_id"] == end.system_id == 3
    assert fly.document(end)["type"] == "quadrotor"


def test_a_parcel_is_delivered_across_the_antimeridian() -> None:
    home = GeoPoint(-16.80, 179.9998)
    end, _ = flown(home=home, to=destination(home, 90.0, 80.0))
    assert (end.delivered, end.landed, end.disarmed, end.whole) == (True, True, True, True)
    assert end.findings == ()


def test_it_lands_at_the_door_and_takes_off_again() -> None:
    end, _ = flown(to=north(60.0), by=By.LAND)
    assert (end.delivered, end.landed, end.disarmed, end.whole) == (True, True, True, True)
    assert end.findings == ()


def test_a_plan_file_is_flown_to_its_end_and_brought_home_where_it_ends_in_the_air(tmp_path: Path) -> None:
    land = waypoint(70.0, 0.0, command=21)
    items = (waypoint(40.0, 12.0), land, RELEASE, waypoint(40.0, 15.0))
    end, _ = flown(plan=plan_file(tmp_path, *items, **circle(0.0, 300.0, inclusion=True)))
    assert (end.delivered, end.landed, end.disarmed, end.whole) == (True, True, True, True)
    assert "return" in names(end)
    assert any("ends in the air" in finding for finding in end.findings)


@pytest.mark.slow
def test_a_plan_that_ends_with_a_return_is_over_when_it_is_home(tmp_path: Path) -> None:
    end, _ = flown(plan=plan_file(tmp_path, waypoint(0.0, 15.0, command=22), waypoint(60.0, 20.0), RETURN))
    assert (end.delivered, end.landed, end.disarmed, end.whole) == (False, True, True, True)
    assert end.findings == ()


@pytest.mark.slow
def test_a_rover_drives_a_plan_file_and_is_switched_off(tmp_path: Path) -> None:
    end, _ = flown(kind=SIDEWALK_ROBOT, plan=plan_file(tmp_path, waypoint(20.0, 0.0), waypoint(5.0, 0.0)))
    assert (end.whole, end.disarmed, end.delivered) == (True, True, False)


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared with the sample plans is not here")
def test_px4s_own_sample_of_a_delivery_is_flown() -> None:
    near = GeoPoint(47.397742, 8.545594)
    end, _ = flown(home=near, plan=SHARED / "px4/triangle_gripper_package_delivery.plan")
    assert (end.delivered, end.landed, end.disarmed, end.whole) == (True, True, True, True)


ALLMEND = GeoPoint(47.3557317, 8.5187574)


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared with the sample plans is not here")
def test_px4s_own_sample_for_a_vtol_is_flown_on_its_wing() -> None:
    plan = SHARED / "px4/vtol_mission_allmend.plan"
    end, _ = flown(plan=plan, home=ALLMEND, kind=SIH_VTOL, profile=SIH_VTOL, care=Care.SET)
    assert (end.whole, end.landed, end.disarmed, end.parcels) == (True, True, True, 0)
    assert end.kind.startswith("vtol")
    assert names(end)[-2:] == ["7 waypoint", "8 land"]
    flown_s = end.phases[-1].to_s - next(phase.to_s for phase in end.phases if phase.name == "start")
    reckoned = from_file(_read(plan), SIH_VTOL, Start(ALLMEND, 10.0, 1.0, 0.0))
    assert flown_s == pytest.approx(reckoned.length_s, rel=0.15)


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ((16, 3, [10.0, 0.0, 0.0, None]), "wait on its wing"),
        ((211, 2, [1.0, 0.0]), "hand over on its wing"),
        ((20, 2, [0.0]), "own return on its wing"),
        ((21, 3, [0.0, 0.0, 0.0, None]), "NAV_VTOL_LAND"),
        ((16, 3, [0.0, 0.0, 0.0, None]), "in the air"),
    ],
)
def test_what_a_wing_does_not_fly_as_verified_is_refused_by_its_item(
    item: tuple[int, int, list[float | None]], says: str, tmp_path: Path
) -> None:
    command, frame, params = item
    place = [*at(300.0), 40.0] if command in {16, 21} else [0.0] * (7 - len(params))
    up: Item = (84, 3, [0.0, 0.0, 0.0, None, *at(150.0), 40.0])
    read = _read(plan_file(tmp_path, up, (command, frame, [*params, *place])))
    with pytest.raises(FormatError, match=says) as refused:
        from_file(read, DELIVERY_VTOL, Start(HOME, 10.0, 1.0, 0.0))
    assert "items[1]" in str(refused.value)


def _read(plan: Path) -> PlanFile:
    given = read_given(plan, None, 1.0, (), None, 0.0)
    assert given.plan is not None
    return given.plan


def test_a_start_refused_while_its_mission_is_checked_again_is_tried_once_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """PX4 does so when its home moves, soon after it was started."""
    asked: list[float] = []
    start = Flight.start

    def busy(self: Flight, index: int | None) -> tuple[str, ...]:
        asked.append(self.age_s)
        return ("No valid mission",) if len(asked) == 1 else start(self, index)

    monkeypatch.setattr(Flight, "start", busy)
    end, told = flown(to=north(60.0))
    assert end.delivered
    assert len(asked) == 2
    assert asked[1] - asked[0] > 7.0
    assert any("not yet" in text for text in told)


def test_a_rover_that_still_rolls_is_waited_for() -> None:
    """PX4's rolls on for some seconds after it was switched off, and its lid stays shut meanwhile."""
    looks = iter([Landed.IN_MOTION] * 4)
    rolling = sample(R1)

    class Rolling:
        profile = SIDEWALK_ROBOT

        @property
        def telemetry(self) -> Telemetry:
            return replace(rolling, landed=next(looks, Landed.ON_GROUND))

    told: list[str] = []
    seen = run_scaled(ready(cast("Vehicle", Rolling()), told.append), SPEED)
    assert seen.landed is Landed.ON_GROUND
    assert next(looks, None) is None, "it looked until it stood"


def test_one_that_stands_in_a_mode_that_does_not_arm_is_told_to_hold_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """PX4 takes Land from anybody on the ground, and then says neither that it is ready nor why not."""
    boot = Autopilot.run

    async def landing(self: Autopilot) -> None:
        self.flight.choose(Mode.LAND)
        await boot(self)

    monkeypatch.setattr(Autopilot, "run", landing)
    end, told = flown(to=north(40.0))
    assert end.delivered
    assert any("it is told to hold" in text for text in told)


def test_a_gripper_that_jams_is_not_a_delivery() -> None:
    end, _ = flown(to=north(150.0), faults=[Fault(Kind.STUCK_GRIPPER, 40.0)])
    assert (end.delivered, end.landed, end.disarmed, end.whole) == (False, True, True, True)


def test_one_whose_autopilot_restarts_in_flight_says_so() -> None:
    end, _ = flown(to=north(150.0), faults=[Fault(Kind.REBOOT, 40.0)])
    assert (end.delivered, end.disarmed) == (False, True)
    assert any("restarted on its way" in text for text in end.findings)


def test_one_interrupt_calls_it_back() -> None:
    end, told = flown(to=north(600.0), interrupt_when="go there")
    assert (end.delivered, end.landed, end.disarmed, end.whole) == (False, True, True, False)
    assert "It was called back from the keyboard." in end.findings
    assert names(end)[-1] == "return"
    assert any("Ctrl-C again" in text for text in told)


def test_a_link_that_is_lost_for_a_while_is_waited_for_and_told() -> None:
    end, told = flown(to=north(200.0), faults=[Fault(Kind.SILENT, 60.0, 80.0)])
    assert (end.delivered, end.landed, end.disarmed, end.whole) == (True, True, True, True)
    assert any("not heard for" in finding for finding in end.findings)
    assert any("goes on by its own plan" in text for text in told)


def test_a_vehicle_whose_failsafes_are_not_as_they_must_be_is_not_flown() -> None:
    with pytest.raises(Unflown) as failed:
        flown(to=north(60.0), care=Care.CHECK)
    assert "not ready to fly" in str(failed.value)
    assert "so that" in str(failed.value)
    assert "--set-parameters" in str(failed.value)


@pytest.mark.parametrize(
    ("items", "field", "word"),
    [
        ((waypoint(40.0, 12.0, command=17),), "mission.items[0]", "command 17"),
        ((waypoint(40.0, 12.0), waypoint(60.0, 12.0, frame=10)), "mission.items[1]", "frame 10"),
        ((waypoint(5000.0, 12.0),), "mission.items[0]", "another place"),
        ((waypoint(40.0, -3.0),), "mission.items[0]", "into the ground"),
        ((waypoint(40.0, 500.0),), "mission.items[0]", "105 m at most"),
        ((RELEASE, RETURN), "mission.items", "leads nowhere"),
        ((), "mission.items", "empty"),
    ],
    ids=["loiter for ever", "terrain heights", "far away", "underground", "too high", "nowhere", "nothing"],
)
def test_what_cannot_be_verified_is_refused_with_its_item(
    items: tuple[Item, ...], field: str, word: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInput) as refused:
        flown(plan=plan_file(tmp_path, *items))
    assert field in str(refused.value)
    assert word in str(refused.value)


@pytest.mark.parametrize(
    "fence",
    [
        circle(0.0, 30.0, inclusion=True),
        circle(25.0, 5.0, inclusion=False),
        circle(300.0, 9.0, inclusion=True),
    ],
    ids=["leaves its inclusion", "crosses an exclusion", "stands outside"],
)
def test_a_plan_that_breaks_its_own_fence_is_not_flown(fence: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(Unflown) as refused:
        flown(plan=plan_file(tmp_path, waypoint(50.0, 12.0), **fence))
    assert "geoFence.circles[0]" in str(refused.value)


def test_a_home_told_far_from_its_known_ground_is_not_flown_from() -> None:
    with pytest.raises(Unflown) as refused:
        flown(to=north(60.0), ground_amsl_m=488.0)
    assert "its home to be 10 m above the sea, and --ground-m has 488 m" in str(refused.value)


def test_a_plan_with_heights_above_the_sea_is_flown_from_its_own_home_alone(tmp_path: Path) -> None:
    plan = plan_file(tmp_path, waypoint(40.0, 72.0, frame=0))
    document = json.loads(plan.read_text())
    document["mission"]["plannedHomePosition"][2] = 62.0
    plan.write_text(json.dumps(document))
    with pytest.raises(Unflown) as refused:
        flown(plan=plan)
    assert "plans from 62 m" in str(refused.value)


def test_a_place_beyond_the_battery_is_no_trip() -> None:
    with pytest.raises(Unflown) as refused:
        flown(to=north(30_000.0))
    assert "battery" in str(refused.value)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((), "--plan, --to"),
        (("--to", "1,2", "--plan", "x.plan"), "--plan, --to"),
        (("--to", "91,2"), "--to"),
        (("--plan", "nowhere.plan"), "nowhere.plan"),
        (("--to", "60.17,24.94", "--driver", "pigeon"), "--driver 'pigeon'"),
        (("--to", "60.17,24.94", "--handover", "throw"), "--handover 'throw'"),
        (("--to", "60.17,24.94", "--profile", "ufo"), "--profile 'ufo'"),
        (("--to", "60.17,24.94", "--set-parameters", "--any-parameters"), "--any-parameters"),
    ],
    ids=["neither", "both", "no place", "no file", "driver", "handover", "profile", "parameters"],
)
def test_bad_input_is_named_before_anything_is_asked_of_a_vehicle(
    arguments: tuple[str, ...], word: str
) -> None:
    done = CliRunner().invoke(cli, ["fly", "--vehicle", "udpin:127.0.0.1:0", *arguments])
    assert done.exit_code == 2
    assert word in done.output


@pytest.mark.slow
@pytest.mark.parametrize("driver", ["mavlink", "mavsdk"])
def test_the_command_itself_writes_its_report_and_is_quiet_in_a_pipe(driver: str, tmp_path: Path) -> None:
    port, report = free_port(), tmp_path / "report.json"
    vehicle = [sys.executable, "-m", "sitl", "vehicle", "--url", f"udpout:127.0.0.1:{port}"]
    vehicle += ["--profile", "delivery-drone", "--system-id", "3", "--speed", "10"]
    vehicle += ["--home", f"{HOME.lat_deg},{HOME.lon_deg}"]
    asked = [sys.executable, "-m", "orchestrator", "fly", "--vehicle", f"udpin:127.0.0.1:{port}", "--json"]
    asked += ["--to", str(north(80.0)), "--set-parameters", "--report", str(report), "--driver", driver]
    with subprocess.Popen(vehicle, cwd=ROOT, stdin=subprocess.PIPE) as simulated:
        try:
            done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
        finally:
            simulated.terminate()
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == json.loads(report.read_bytes())
    assert json.loads(done.stdout)["delivered"] is True
    assert parse_point(str(north(80.0)), "--to") is not None


def of_file(folder: Path, *items: Item, low: bool = False) -> Trip:
    """The trip that a plan file is for a drone at home."""
    file = read_given(plan_file(folder, *items), None, 1.0, (), None, 0.0).plan
    assert file is not None
    return from_file(file, DELIVERY_DRONE, Start(HOME, 10.0, 1.0, 0.0), low=low)


def speed(mps: float) -> Item:
    return (178, 2, [1.0, mps, -1.0, 0.0, 0.0, 0.0, 0.0])


def test_low_items_are_refused_unless_they_are_meant_and_then_told(tmp_path: Path) -> None:
    items = (waypoint(30.0, 20.0), waypoint(60.0, 3.0), RETURN)
    with pytest.raises(FormatError) as refused:
        of_file(tmp_path, *items)
    assert str(refused.value).startswith("mission.items[1]: leads to 3 m above home: below 5 m")
    assert "--low" in str(refused.value)
    (note,) = of_file(tmp_path, *items, low=True).notes
    assert note.startswith("mission.items[1]: leads to 3 m above home")
    assert of_file(tmp_path, waypoint(30.0, 5.0), RETURN).notes == ()


def test_a_speed_that_the_kind_does_not_go_at_is_refused_with_both(tmp_path: Path) -> None:
    with pytest.raises(FormatError) as refused:
        of_file(tmp_path, waypoint(30.0, 20.0), speed(99.0), waypoint(60.0, 30.0), RETURN)
    words = "mission.items[1]: asks for 99 m/s: a delivery-drone goes at 15 m/s at most"
    assert str(refused.value) == words
    assert of_file(tmp_path, waypoint(30.0, 20.0), speed(15.0), waypoint(60.0, 30.0), RETURN).notes == ()


def test_a_speed_that_its_autopilot_does_not_go_at_is_refused_with_the_parameter(tmp_path: Path) -> None:
    plan = plan_file(tmp_path, waypoint(30.0, 20.0), speed(12.0), waypoint(60.0, 30.0), RETURN)
    with pytest.raises(BadInput) as refused:
        flown(plan=plan, parameters={"MPC_XY_VEL_MAX": 8.0})
    words = "mission.items[1]: asks for 12 m/s: its autopilot goes at 8 m/s at most (MPC_XY_VEL_MAX)"
    assert words in str(refused.value)


def test_a_parcel_is_placed_on_the_ground_as_qgroundcontrol_writes_it(tmp_path: Path) -> None:
    made = of_file(tmp_path, waypoint(30.0, 20.0), waypoint(60.0, 0.0, command=94), RETURN)
    drops = [leg.at.height_agl_m for leg in made.plan.mission.legs if isinstance(leg, DropOff)]
    assert drops == [0.0]


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    file = plan_file(tmp_path, waypoint(40.0, 12.0))
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    read = read_given(file, None, 1.0, (), None, 0.0).plan
    assert read is not None
    assert len(read.items) == 1


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["--report", "/proc/no/where.json"], "--report /proc/no/where.json"),
        (["--parcel-kg", "50"], "--parcel-kg"),
        (["--parcel-kg", "3", "--profile", "delivery-drone"], "--parcel-kg"),
        (["--to", "60.17"], "LAT,LON in degrees"),
        (["--vehicle", "udpin:127.0.0.1:0"], "port 0"),
    ],
    ids=["report", "payload of any", "payload of the kind", "place", "port"],
)
def test_what_can_be_known_is_refused_before_a_vehicle_is_waited_for(
    arguments: list[str], names: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def waited(*_: object) -> None:
        raise AssertionError("it waited")

    monkeypatch.setattr(one_vehicle, "roll_call", waited)
    ran = CliRunner().invoke(cli, ["fly", "--vehicle", "udpin:127.0.0.1:1", "--to", "60.1,24.9", *arguments])
    assert ran.exit_code == 2, ran.output
    assert names in ran.output


def landed(*, parcels: int) -> Flown:
    return Flown(3, "quadrotor", parcels, False, True, True, True, (), ())  # noqa: FBT003


def test_a_report_that_cannot_be_written_after_the_flight_costs_the_report_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = tmp_path / "folder" / "report.json"
    report.parent.mkdir()

    def gone(*_: object) -> Flown:
        report.parent.rmdir()  # while it flew
        return landed(parcels=0)

    monkeypatch.setattr(fly, "run", gone)
    arguments = ["fly", "--vehicle", "udpin:127.0.0.1:1", "--to", "60.1,24.9", "--report", str(report)]
    ran = CliRunner().invoke(cli, arguments)
    assert ran.exit_code == 1
    assert "landed, disarmed" in ran.output
    assert f"--report {report}" in "".join(ran.output.splitlines())


def test_a_plan_without_a_release_is_flown_whole_and_not_a_failed_delivery(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fly, "out", Console())
    fly.print_flown(landed(parcels=0))
    fly.print_flown(landed(parcels=1))
    words = [line.split(": ")[1] for line in capsys.readouterr().out.splitlines()]
    assert words == ["flown whole, landed, disarmed", "not delivered, landed, disarmed"]


def test_what_is_waited_for_is_told_before_it_is_given_up() -> None:
    said = Told()

    async def main() -> float:
        begun_s = now_s()
        wish = options(url=f"udpin:127.0.0.1:{free_port()}", to=north(50.0))
        given = read_given(None, wish.to, 1.0, (), None, 0.0)
        with pytest.raises(Failed, match="no autopilot was heard"):
            await fly.fly(wish, given, said, Told())
        return begun_s

    begun_s = run_scaled(main(), SPEED)
    assert "listening at udpin:" in said[0]
    assert said.at_s[0] - begun_s < fly.HEARD_WITHIN_S / 2.0
