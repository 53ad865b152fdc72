"""Recordings: written while flying, read by others' tools, played back."""

from __future__ import annotations

import asyncio
import itertools
import random
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from pymavlink import mavutil

from sitl.loop import run_virtual
from tests.vehicles.mavlink import wire
from vehicles.mavlink.links.link import memory_pair
from vehicles.mavlink.links.tlog import STAMP, Recording, TlogError
from vehicles.mavlink.links.tlog_link import TlogLink
from vehicles.mavlink.links.tlog_record import RecordedLink, Recorder, Rotation
from vehicles.vehicle import LinkError

ROTATION = Rotation()
START_UTC_S = 1_790_000_000.0
MAVLOGDUMP = Path(sys.executable).parent / "mavlogdump.py"
RECORDINGS = Path(__file__).parents[4] / "shared" / "px4"


NOISE = random.Random(4).randbytes(50_000)  # noqa: S311 - what merely begins as frames do


def record(folder: Path, seconds: int, rotation: Rotation = ROTATION, name: str = "D1") -> Recorder:
    """A vehicle says its heartbeat and position each second, and is sent a heartbeat."""

    async def main() -> Recorder:
        ours, theirs = memory_pair()
        recorder = Recorder(folder, name, rotation)
        link = RecordedLink(ours, recorder)
        vehicle, ground = wire.Sender(7), wire.Sender(253, 190)
        await link.open(lambda _: True)
        for second in range(seconds):
            beat = vehicle.frame(wire.heartbeat())
            theirs.send(b"dirt" + beat + vehicle.frame(wire.position(boot_ms=second)))
            link.send(ground.frame(wire.heartbeat(kind=wire.GCS, autopilot=wire.INVALID)))
            await asyncio.sleep(1.0)
        link.close()
        recorder.wait()
        return recorder

    return run_virtual(main(), START_UTC_S)


def test_both_directions_are_recorded_with_their_times(tmp_path: Path) -> None:
    record(tmp_path / "tlogs", 3)
    (file,) = sorted((tmp_path / "tlogs").iterdir())
    assert file.name.startswith("D1.20260921T")
    recorded = list(Recording(file))
    assert [one.frame[5] for one in recorded] == [253, 7, 7] * 3
    assert [round(one.at_s - START_UTC_S) for one in recorded] == [0, 0, 0, 1, 1, 1, 2, 2, 2]


def test_others_tools_open_it(tmp_path: Path) -> None:
    record(tmp_path, 3)
    (file,) = sorted(tmp_path.iterdir())
    dumped = subprocess.run(
        [sys.executable, MAVLOGDUMP, "--show-source", file],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    lines = dumped.stdout.splitlines()
    assert len(lines) == 9
    assert sum("GLOBAL_POSITION_INT" in line and "srcSystem=7" in line for line in lines) == 3
    log = mavutil.mavlink_connection(str(file))
    first = log.recv_match(type="GLOBAL_POSITION_INT")
    assert first._timestamp == pytest.approx(START_UTC_S, abs=1.0)
    log.close()


def test_files_follow_each_other_and_only_the_newest_are_kept(tmp_path: Path) -> None:
    record(tmp_path, 10, name="D10")
    record(tmp_path, 8000, Rotation(file_bytes=1 << 16, files=3))
    files = sorted(tmp_path.glob("D1.*"))
    assert len(files) == 3
    assert all(file.stat().st_size <= 1 << 16 for file in files)
    recorded = [one for file in files for one in Recording(file)]
    assert recorded[-1].at_s == pytest.approx(START_UTC_S + 7999, abs=1.0)
    assert all(later.at_s >= earlier.at_s for earlier, later in itertools.pairwise(recorded))
    assert len(list(tmp_path.glob("D10.*"))) == 1


def test_a_full_disk_is_told_of_and_stops_nothing(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        recorder = record(tmp_path, 1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert recorder.notices() == ("Its flight is not recorded: file too large",)
    assert recorder.lost_bytes > 50_000
    (file,) = sorted(tmp_path.iterdir())
    recorded = list(Recording(file))
    assert sum(len(one.frame) + STAMP.size for one in recorded) == file.stat().st_size <= 20_000


def test_recording_goes_on_when_there_is_room_again(tmp_path: Path) -> None:
    folder = tmp_path / "tlogs"
    folder.write_text("in the way")

    async def main() -> Recorder:
        recorder = Recorder(folder, "D1")
        frame = wire.Sender().frame(wire.heartbeat())
        recorder.take(frame)
        recorder.flush()
        recorder.wait()
        assert "Its flight is not recorded" in recorder.notices()[0]
        folder.unlink()
        recorder.take(frame)
        recorder.close()
        recorder.wait()
        return recorder

    assert run_virtual(main(), START_UTC_S).notices() == ()
    (file,) = sorted(folder.iterdir())
    assert len(list(Recording(file))) == 1


def test_what_is_torn_or_dirty_is_skipped_and_counted(tmp_path: Path) -> None:
    record(tmp_path, 3)
    (file,) = sorted(tmp_path.iterdir())
    whole, frames = file.read_bytes(), list(Recording(file))
    second = STAMP.size + len(frames[0].frame)
    third = second + STAMP.size + len(frames[1].frame)
    wrong = bytearray(whole[second:third])
    wrong[-3] ^= 0x40
    last = STAMP.size + len(frames[-1].frame)
    file.write_bytes(whole[:second] + b"dirt" + bytes(wrong) + whole[third:-5])
    recording = Recording(file)
    assert list(recording) == [frames[0], *frames[2:-1]]
    assert (recording.skips, recording.skipped_bytes) == (2, 4 + len(wrong) + last - 5)


def test_a_frame_of_an_unknown_message_counts_where_a_record_or_the_end_follows(tmp_path: Path) -> None:
    stamp, file = STAMP.pack(int(START_UTC_S * 1e6)), tmp_path / "x.tlog"
    known = stamp + wire.Sender(7).frame(wire.heartbeat())
    unknown = stamp + bytes([0xFD, 3, 0, 0, 0, 7, 1, 0xFE, 0xFF, 0xFE]) + b"abc" + b"zz"
    for content, skipped in ((known + unknown + known + unknown, 0), (known + unknown + b"dirt" + known, 27)):
        file.write_bytes(content)
        recording = Recording(file)
        assert sum(1 for _ in recording) * 2 == 8 - 4 * bool(skipped)
        assert recording.skipped_bytes == skipped


@pytest.mark.parametrize(
    "content", [b"", b"no recording at all, whatever its name says", NOISE], ids=["empty", "words", "noise"]
)
def test_what_is_no_recording_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.tlog"
    file.write_bytes(content)
    with pytest.raises(TlogError, match=r"x\.tlog: no MAVLink frame is in it"):
        list(Recording(file))
    with pytest.raises(TlogError, match=r"missing\.tlog: No such file"):
        list(Recording(tmp_path / "missing.tlog"))


def test_a_recording_is_played_at_its_own_pace_and_then_says_so(tmp_path: Path) -> None:
    record(tmp_path, 5)
    (file,) = sorted(tmp_path.iterdir())

    async def main() -> list[float]:
        loop = asyncio.get_running_loop()
        link = TlogLink(f"tlog:{file}:2")
        heard: list[float] = []
        began_s = loop.time()

        def receive(datagram: bytes) -> bool:
            if datagram[5] == 7 and len(datagram) < 30:
                heard.append(loop.time() - began_s)
            return True

        await link.open(receive)
        link.send(b"to nobody")
        await asyncio.sleep(30.0)
        assert link.trouble == "the recording has ended"
        link.close()
        return heard

    assert run_virtual(main(), START_UTC_S) == pytest.approx([0.0, 0.5, 1.0, 1.5, 2.0], abs=0.01)


async def test_a_recording_that_is_none_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(LinkError, match=r"missing\.tlog"):
        await TlogLink(f"tlog:{tmp_path}/missing.tlog").open(lambda _: True)


@pytest.mark.parametrize("name", ["a_quad_delivery", "g_quad_mavsdk41"])
def test_others_recordings_are_read_whole(name: str) -> None:
    path = RECORDINGS / f"{name}.tlog"
    if not path.exists():
        pytest.skip(f"the recording {path} is not on this machine")
    recorded = list(Recording(path))
    assert sum(len(one.frame) + STAMP.size for one in recorded) == path.stat().st_size


@pytest.mark.parametrize(
    "nonsense_s", [1e13, START_UTC_S + 9e7, START_UTC_S - 9e7], ids=["no year", "ahead", "back"]
)
def test_a_damaged_stamp_is_counted_and_its_frame_keeps_its_place(nonsense_s: float, tmp_path: Path) -> None:
    frame = wire.Sender(7).frame(wire.heartbeat())
    stamps_s = [START_UTC_S, START_UTC_S + 1.0, nonsense_s, START_UTC_S + 3.0, START_UTC_S + 4.0]
    file = tmp_path / "damaged.tlog"
    file.write_bytes(b"".join(STAMP.pack(int(stamp_s * 1e6)) + frame for stamp_s in stamps_s))
    recording = Recording(file)
    assert [one.at_s - START_UTC_S for one in recording] == [0.0, 1.0, 1.0, 3.0, 4.0]
    assert recording.bad_stamps == 1
