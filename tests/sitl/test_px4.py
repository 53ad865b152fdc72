"""Starting real PX4s: what they are told, that none outlives us, and what is said of one that cannot run.

A small program stands for PX4 here: what is shown is the starting and ending, whatever is started.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from geofences.path import Waypoint
from geofences.position import GeoPoint, destination
from orchestrator.__main__ import cli
from orchestrator.config.reading import read_config
from orchestrator.ending import BadInput, Failed
from sitl import px4, real_fleet
from sitl.loop import run_scaled
from sitl.real_autopilots import Launch, RealAutopilots
from tests.contracts.stands import VEHICLE, free_port
from vehicles.mavlink.connect import connect
from vehicles.mavlink.exchanges.upkeep import Care

HOME = Waypoint(GeoPoint(60.1699, 24.9384))
WAITS = "echo started; sleep 600 & echo $! > child; wait"
DEAF = 'trap "" INT TERM; echo $$ > pid; while true; do sleep 0.05; done'


@pytest.fixture
def binary(tmp_path: Path) -> Path:
    """A program where PX4's would be, with start-up scripts beside it."""
    program = tmp_path / "px4" / "bin" / "px4"
    program.parent.mkdir(parents=True)
    (tmp_path / "px4" / "etc" / "init.d-posix").mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return program


def shell(script: str, folder: Path, name: str = "px4-0") -> Launch:
    return Launch(name, ("/bin/sh", "-c", script), folder, f"udpin:127.0.0.1:{free_port()}", 1)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"


@contextlib.contextmanager
def keeping(script: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    words = [sys.executable, "-m", "sitl", "keep", "--console", "console.log", "--", "/bin/sh", "-c", script]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(words, stdin=subprocess.PIPE, cwd=folder, env=environment) as keeper:
        yield keeper


def told(file: Path) -> str:
    """What a program wrote into a file, as soon as it has."""
    while not (file.exists() and file.read_text().endswith("\n")):
        os.sched_yield()
    return file.read_text()


def test_an_instance_is_told_where_it_stands_and_speaks_on_its_own_port(binary: Path, tmp_path: Path) -> None:
    starter = px4.Px4(px4.source(binary, None), px4.Model.ROVER, speed=2.0, first=3)
    launch = starter.launch(1, HOME, tmp_path, 12.5)
    assert launch.command == (str(binary), "-i", "4", "-d", str(binary.parents[1] / "etc"), "-w", ".")
    assert (launch.url, launch.system_id) == ("udpin:127.0.0.1:14544", 5)
    told_it = dict(launch.environment)
    assert told_it["PX4_SIM_MODEL"] == "sihsim_rover_ackermann"
    assert (told_it["PX4_HOME_LAT"], told_it["PX4_HOME_LON"], told_it["PX4_HOME_ALT"]) == (
        "60.1699000",
        "24.9384000",
        "12.5",
    )
    assert told_it["PX4_SIM_SPEED_FACTOR"] == "2"
    with pytest.raises(BadInput, match="no instance 10"):
        starter.launch(7, HOME, tmp_path, 0.0)


def test_a_container_gets_the_same_words_and_is_removed_afterwards(tmp_path: Path) -> None:
    starter = px4.Px4(px4.Image("px4io/px4-sitl:latest", "/usr/bin/docker"), px4.Model.QUAD)
    launch = starter.launch(0, HOME, tmp_path, 10.0)
    assert launch.command[:3] == ("/usr/bin/docker", "run", "--rm")
    assert "PX4_SIM_MODEL=sihsim_quadx" in launch.command
    assert launch.command[-4:] == ("px4io/px4-sitl:latest", "-d", "-i", "0")
    assert launch.last == ("/usr/bin/docker", "rm", "--force", "sanderling-px4-0")


def test_a_px4_that_cannot_be_run_is_named_with_what_is_wrong(
    binary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SANDERLING_PX4", raising=False)
    with pytest.raises(BadInput, match="no file"):
        px4.source(tmp_path / "nowhere", None)
    with pytest.raises(BadInput, match="SANDERLING_PX4"):
        px4.source(None, None)
    with pytest.raises(BadInput, match="not both"):
        px4.source(binary, "px4io/px4-sitl")
    binary.chmod(0o644)
    with pytest.raises(BadInput, match="no program"):
        px4.source(binary, None)
    binary.chmod(0o755)
    (binary.parents[1] / "etc" / "init.d-posix").rmdir()
    with pytest.raises(BadInput, match="start-up scripts"):
        px4.source(binary, None)


def test_the_environment_names_one_too(binary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDERLING_PX4", str(binary))
    assert px4.source(None, None) == px4.Binary(binary)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--report", "r.json"], "--report: only with --demo"),
        (["--headless"], "--headless: only with --demo"),
        (["--port", "8765"], "--port: only with --demo"),
        (["--demo", "--home", "47.3,8.5"], "--home: not with --demo"),
        (["--demo", "--config-out", "x.toml"], "--config-out: not with --demo"),
        (
            ["--demo", "--headless", "--report", "/nonexistent/r.json"],
            "--report /nonexistent/r.json: No such",
        ),
    ],
)
@pytest.mark.parametrize("kind", ["px4", "ardupilot"])
def test_what_would_be_passed_over_is_refused_before_anything_is_started(
    kind: str, words: list[str], said: str, binary: Path, tmp_path: Path
) -> None:
    program = binary if kind == "px4" else binary.rename(binary.with_name("arducopter"))
    logs = ["--logs", str(tmp_path / "logs"), "--data", str(tmp_path)] if "--demo" in words else []
    ran = CliRunner().invoke(cli, ["sitl", kind, "--binary", str(program), *words, *logs])
    assert (ran.exit_code, said in " ".join(ran.output.split())) == (2, True), ran.output
    assert not (tmp_path / "logs").exists()


def test_the_configuration_that_is_written_is_one_that_serve_reads(binary: Path, tmp_path: Path) -> None:
    starter = px4.Px4(px4.source(binary, None), px4.Model.QUAD)
    fleet = real_fleet.RealFleet(starter, starter.model.profile, 2, 1.0, tmp_path)
    pads = [HOME, Waypoint(destination(HOME.position, 90.0, 6.0))]
    file = tmp_path / "fleet.toml"
    file.write_text(real_fleet._config(fleet, fleet.launches(pads, 10.0), pads), encoding="utf-8")
    first, second = read_config(file).vehicles
    assert (first.id, first.links, first.parameters) == ("px4-0", ("udpin:127.0.0.1:14540",), Care.SET)
    assert (second.links, second.pad) == (("udpin:127.0.0.1:14541",), "pad-2")


def test_one_that_dies_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    launch = shell("echo ERROR no such airframe; exit 3", tmp_path / "0")
    starter = px4.Px4(px4.Binary(Path("/bin/sh")), px4.Model.QUAD)

    async def main() -> None:
        async with RealAutopilots([launch]) as autopilots:
            await autopilots.ready(starter, lambda one: connect(one.url, VEHICLE, starter.model.profile))

    with pytest.raises(Failed, match=r"(?s)exit code 3.*ERROR no such airframe"):
        run_scaled(main(), 1.0)


def test_a_port_that_somebody_else_has_is_bad_input(tmp_path: Path) -> None:
    launch = shell("sleep 600", tmp_path / "0")
    starter = px4.Px4(px4.Binary(Path("/bin/sh")), px4.Model.QUAD)

    async def main() -> None:
        async with RealAutopilots([launch]) as autopilots:
            await autopilots.ready(starter, lambda one: connect(one.url, VEHICLE, starter.model.profile))

    host, port = launch.url.removeprefix("udpin:").split(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind((host, int(port)))
        with pytest.raises(BadInput, match=r"(?s)in use.*when all are ready"):
            run_scaled(main(), 1.0)


def test_one_that_never_gets_ready_is_told_after_its_time(tmp_path: Path) -> None:
    launch = shell("sleep 600", tmp_path / "0")
    starter = px4.Px4(px4.Binary(Path("/bin/sh")), px4.Model.QUAD, ready_within_s=5.0)

    async def main() -> None:
        async with RealAutopilots([launch]) as autopilots:
            await autopilots.ready(starter, lambda one: connect(one.url, VEHICLE, starter.model.profile))

    with pytest.raises(Failed, match=r"(?s)cannot arm 5 s.*nothing was heard"):
        run_scaled(main(), 10.0)


def test_leaving_ends_all_that_was_started(tmp_path: Path) -> None:
    async def main() -> list[int]:
        launches = [shell(WAITS, tmp_path / str(n), f"px4-{n}") for n in range(2)]
        async with RealAutopilots(launches) as autopilots:
            children = [int(told(tmp_path / str(n) / "child")) for n in range(2)]
            assert all(alive(child) for child in children)
            assert len(autopilots.process_ids) == 2
        return children

    children = run_scaled(main(), 1.0)
    assert not any(alive(child) for child in children)


def test_what_a_killed_keeper_leaves_behind_is_ended_too(tmp_path: Path) -> None:
    async def main() -> int:
        async with RealAutopilots([shell(WAITS, tmp_path / "0")]) as autopilots:
            child = int(told(tmp_path / "0" / "child"))
            (keeper,) = autopilots.process_ids.values()
            os.kill(keeper, signal.SIGKILL)
            with pytest.raises(Failed, match="px4-0 ended with exit code -9"):
                await autopilots.ended()
            assert alive(child), "nobody has ended it yet"
            return os.pidfd_open(child)

    child = run_scaled(main(), 1.0)
    try:
        ended, _, _ = select.select([child], [], [], 10.0)  # the system takes a moment to do what it was told
    finally:
        os.close(child)
    assert ended


@pytest.mark.parametrize("how", ["input", "terminate", "interrupt"])
def test_a_keeper_ends_its_program_and_all_that_it_started(how: str, tmp_path: Path) -> None:
    with keeping(WAITS, tmp_path) as keeper:
        child = int(told(tmp_path / "child"))
        assert keeper.stdin is not None
        if how == "input":
            keeper.stdin.close()
        else:
            keeper.send_signal(signal.SIGTERM if how == "terminate" else signal.SIGINT)
        assert keeper.wait(10.0) == 0
    assert not alive(child)
    assert (tmp_path / "console.log").read_text() == "started\n"


@pytest.mark.slow
def test_a_program_that_will_not_end_is_ended_by_force(tmp_path: Path) -> None:
    with keeping(DEAF, tmp_path) as keeper:
        pid = int(told(tmp_path / "pid"))
        assert keeper.stdin is not None
        keeper.stdin.close()
        keeper.wait(20.0)
    assert not alive(pid)
