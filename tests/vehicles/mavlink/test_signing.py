"""Signing, held against pymavlink's own implementation both ways."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pymavlink.dialects.v20 import common

from tests.vehicles.mavlink import wire
from vehicles.mavlink.wire.frames import Frame, Packer, split
from vehicles.mavlink.wire.receiver import Receiver
from vehicles.mavlink.wire.signing import (
    Forged,
    FormerKey,
    Genuine,
    Late,
    Replayed,
    Signer,
    Unsigned,
    Verdict,
    stamp_at,
)
from vehicles.mavlink.wire.stamps import StampFile, Stamps, StampsError

KEY, OTHER = bytes(range(32)), bytes(32)
NOW_S = 1_800_000_000.0


class Clock:
    def __init__(self, at_s: float = NOW_S) -> None:
        self.at_s = at_s

    def __call__(self) -> float:
        return self.at_s


def signer(
    key: bytes = KEY, stamps: Stamps | None = None, clock: Clock | None = None, link_id: int = 3
) -> Signer:
    return Signer(key, link_id, stamps or Stamps(), clock or Clock())


def pymavlinks(key: bytes = KEY, at_s: float = NOW_S, link_id: int = 0, system_id: int = 1) -> Any:  # noqa: ANN401
    mav = common.MAVLink(None, srcSystem=system_id, srcComponent=1)
    mav.signing.secret_key = key
    mav.signing.sign_outgoing = True
    mav.signing.link_id = link_id
    mav.signing.timestamp = stamp_at(at_s)
    return mav


def cut(data: bytes) -> Frame:
    (frame,) = split(data)
    assert isinstance(frame, Frame)
    return frame


def verdict(of: Signer, data: bytes) -> Verdict:
    return of.check(cut(data))


def test_pymavlink_believes_what_we_sign() -> None:
    packer = Packer(253, signer())
    theirs = pymavlinks()
    for n in range(3):
        (message,) = theirs.parse_buffer(packer.pack(wire.position(boot_ms=n), 190))
        assert message.get_signed()
        assert message.get_link_id() == 3
        assert message.time_boot_ms == n
    assert (theirs.signing.goodsig_count, theirs.signing.badsig_count) == (3, 0)


def test_pymavlink_believes_what_we_sign_again_and_again() -> None:
    packer, theirs, beat = Packer(253), pymavlinks(), wire.heartbeat()
    packer.again(beat, 190)
    packer.signer = signer()
    for _ in range(3):
        (message,) = theirs.parse_buffer(packer.again(beat, 190))
        assert message.get_signed()
    assert (theirs.signing.goodsig_count, theirs.signing.badsig_count) == (3, 0)


def test_pymavlink_refuses_what_another_key_signed() -> None:
    theirs = pymavlinks(OTHER)
    with pytest.raises(common.MAVError, match="signature"):
        theirs.decode(bytearray(Packer(253, signer()).pack(wire.heartbeat(), 190)))


def test_we_believe_what_pymavlink_signs_once() -> None:
    ours, theirs = signer(), pymavlinks()
    frames = [bytes(wire.position(boot_ms=n).pack(theirs)) for n in range(3)]
    assert [verdict(ours, frame) for frame in frames] == [Genuine()] * 3
    assert [verdict(ours, frame) for frame in frames] == [Late()] * 3


@pytest.mark.parametrize(("age_s", "expected"), [(4.9, Late()), (5.1, Replayed())])
def test_a_copy_is_not_taken_and_only_what_is_long_over_is_a_replay(age_s: float, expected: Verdict) -> None:
    ours = signer()
    said = [bytes(wire.heartbeat().pack(pymavlinks(at_s=NOW_S - s))) for s in (age_s, 0.0)]
    assert [verdict(ours, one) for one in (*said, said[0])] == [Genuine(), Genuine(), expected]


def test_another_key_no_signature_and_a_changed_byte_are_told_apart() -> None:
    ours = signer()
    frame = bytearray(wire.position().pack(pymavlinks()))
    frame[14] ^= 1
    assert verdict(ours, bytes(frame)) == Forged()
    assert verdict(ours, bytes(wire.position().pack(pymavlinks(OTHER)))) == Forged()
    assert verdict(ours, wire.Sender().frame(wire.position())) == Unsigned()


def test_a_forged_frame_uses_up_no_stamp() -> None:
    ours = signer()
    assert verdict(ours, bytes(wire.position().pack(pymavlinks(OTHER, NOW_S + 1000)))) == Forged()
    assert verdict(ours, bytes(wire.position().pack(pymavlinks()))) == Genuine()


def test_each_system_component_and_link_counts_for_itself() -> None:
    ours = signer()
    assert verdict(ours, bytes(wire.heartbeat().pack(pymavlinks(at_s=NOW_S + 10)))) == Genuine()
    assert verdict(ours, bytes(wire.heartbeat().pack(pymavlinks(link_id=1)))) == Genuine()
    assert verdict(ours, bytes(wire.heartbeat().pack(pymavlinks(system_id=2)))) == Genuine()
    assert verdict(ours, bytes(wire.heartbeat().pack(pymavlinks()))) == Replayed()  # 10 s behind the first


@pytest.mark.parametrize(("age_s", "expected"), [(59.0, Genuine()), (61.0, Replayed())])
def test_an_unknown_stream_must_be_less_than_a_minute_old(age_s: float, expected: Verdict) -> None:
    assert verdict(signer(), bytes(wire.heartbeat().pack(pymavlinks(at_s=NOW_S - age_s)))) == expected


def test_our_stamps_rise_though_the_clock_goes_back() -> None:
    clock, theirs = Clock(), pymavlinks()
    packer = Packer(253, signer(clock=clock))
    for at_s in (NOW_S, NOW_S - 500.0, NOW_S - 500.0, NOW_S + 1.0):
        clock.at_s = at_s
        assert theirs.parse_buffer(packer.pack(wire.heartbeat(), 190))
    assert theirs.signing.badsig_count == 0


def test_our_stamps_are_above_those_of_a_vehicle_whose_clock_is_ahead() -> None:
    ours, ahead = signer(), pymavlinks(at_s=NOW_S + 3600.0)
    assert verdict(ours, bytes(wire.heartbeat().pack(ahead))) == Genuine()
    assert ahead.parse_buffer(Packer(253, ours).pack(wire.heartbeat(), 190))
    assert ahead.signing.badsig_count == 0


def test_a_replay_after_a_restart_is_refused(tmp_path: Path) -> None:
    path, frame = tmp_path / "stamps.json", bytes(wire.heartbeat().pack(pymavlinks()))
    first = StampFile(path)
    assert verdict(signer(stamps=first.of("d1")), frame) == Genuine()
    first.close()
    again = signer(stamps=StampFile(path).of("d1"))
    assert verdict(again, frame) == Late()
    assert verdict(again, bytes(wire.heartbeat().pack(pymavlinks(at_s=NOW_S + 0.1)))) == Genuine()


def test_a_replay_after_a_crash_is_refused_and_the_vehicle_is_heard_again_in_five_seconds(
    tmp_path: Path,
) -> None:
    path = tmp_path / "stamps.json"
    before, theirs = signer(stamps=StampFile(path).of("d1")), pymavlinks()
    frames = [bytes(wire.heartbeat().pack(theirs)) for _ in range(100)]
    assert {verdict(before, frame) for frame in frames} == {Genuine()}
    after = signer(stamps=StampFile(path).of("d1"))  # the first was never closed
    assert {verdict(after, frame) for frame in frames} <= {Late(), Replayed()}
    assert verdict(after, bytes(wire.heartbeat().pack(pymavlinks(at_s=NOW_S + 5.01)))) == Genuine()


def test_our_own_stamps_rise_over_a_crash_though_the_clock_went_back(tmp_path: Path) -> None:
    path, theirs = tmp_path / "stamps.json", pymavlinks()
    for clock in (Clock(), Clock(NOW_S - 10_000.0)):
        packer = Packer(253, signer(stamps=StampFile(path).of("d1"), clock=clock))
        for _ in range(50):
            assert theirs.parse_buffer(packer.pack(wire.heartbeat(), 190))
    assert theirs.signing.badsig_count == 0


def test_the_file_is_written_once_in_five_seconds_for_all_vehicles_together(tmp_path: Path) -> None:
    path, clock, writes = tmp_path / "stamps.json", Clock(), 0
    file = StampFile(path)
    signers = [signer(stamps=file.of(f"d{n}"), clock=clock) for n in range(10)]
    for tick in range(200):  # 20 s, ten frames each second
        clock.at_s = NOW_S + tick / 10.0
        for each in signers:
            before = path.read_text() if path.exists() else ""
            Packer(253, each).pack(wire.heartbeat(), 190)
            writes += path.read_text() != before
    assert writes < 20
    assert set(json.loads(path.read_text())) == {f"d{n}" for n in range(10)}


@pytest.mark.parametrize("content", ["", "[]", "{", '{"d1": {}}', '{"d1": {"newest": 1, "streams": [[1]]}}'])
def test_a_spoilt_file_of_stamps_is_never_taken_for_an_empty_one(tmp_path: Path, content: str) -> None:
    path = tmp_path / "stamps.json"
    path.write_text(content)
    with pytest.raises(StampsError, match=r"stamps\.json"):
        StampFile(path)


def test_a_former_key_counts_until_its_time_and_is_never_signed_with() -> None:
    clock = Clock()
    ours = Signer(KEY, 0, Stamps(), clock, FormerKey(OTHER, NOW_S + 60.0))
    former = pymavlinks(OTHER)
    assert verdict(ours, bytes(wire.heartbeat().pack(former))) == Genuine()
    assert pymavlinks().parse_buffer(Packer(253, ours).pack(wire.heartbeat(), 190))
    clock.at_s = NOW_S + 61.0
    assert verdict(ours, bytes(wire.heartbeat().pack(former))) == Forged()
    assert verdict(ours, bytes(wire.heartbeat().pack(pymavlinks(at_s=clock.at_s)))) == Genuine()


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_has_32_bytes(size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        signer(bytes(size))


def test_a_receiver_with_a_key_takes_genuine_frames_only_and_counts_the_others() -> None:
    messages: list[Any] = []
    receiver = Receiver(messages.append, signer())
    theirs = pymavlinks()
    assert not receiver.feed(wire.Sender().frame(wire.heartbeat()))
    assert receiver.system_id is None
    beat = bytes(wire.heartbeat().pack(theirs))
    assert receiver.feed(beat)
    assert not receiver.feed(beat)  # a copy: not taken, and nobody's fault
    assert not receiver.feed(bytes(wire.heartbeat().pack(pymavlinks(at_s=NOW_S - 6.0))))
    assert not receiver.feed(wire.Sender().frame(wire.position()))
    assert not receiver.feed(bytes(wire.position().pack(pymavlinks(OTHER))))
    assert receiver.feed(bytes(wire.position().pack(theirs)))
    assert [message.get_type() for message in messages] == ["HEARTBEAT", "GLOBAL_POSITION_INT"]
    counts = receiver.counts
    assert (counts.unsigned, counts.forged, counts.replayed, counts.refused) == (2, 1, 1, 4)


def test_a_key_given_to_a_vehicle_under_way_counts_from_then_on() -> None:
    messages: list[Any] = []
    receiver = Receiver(messages.append)
    plain = wire.Sender()
    assert receiver.feed(plain.frame(wire.heartbeat()))
    receiver.signer = signer()
    assert not receiver.feed(plain.frame(wire.heartbeat()))
    receiver.signer = None
    assert receiver.feed(plain.frame(wire.heartbeat()))


class Taker:
    """A row, as far as stamps go: `takes` is what the compiled walk does."""

    def __init__(self) -> None:
        self.link_id, self.stamp, self.limit = -1, -1, -1

    def trust(self, link_id: int, stamp: int, limit: int) -> None:
        self.link_id, self.stamp, self.limit = link_id, stamp, limit

    def takes(self, stamp: int) -> bool:
        taken = self.stamp < stamp <= self.limit
        if taken:
            self.stamp = stamp
        return taken


def test_what_one_link_takes_by_itself_no_other_link_takes_again(tmp_path: Path) -> None:
    file = StampFile(tmp_path / "stamps.json")
    stamps, clock = file.of("D1"), Clock()
    here, there = Taker(), Taker()
    first, second = (signer(stamps=stamps, clock=clock, link_id=number) for number in range(2))
    theirs = pymavlinks(link_id=7)

    def said() -> Frame:
        return cut(wire.position().pack(theirs))

    frames = [said() for _ in range(6)]
    at = [int.from_bytes(frame.data[-12:-6], "little") for frame in frames]
    assert not here.takes(at[0])
    assert first.check(frames[0], here) == Genuine()
    assert here.link_id == 7
    assert here.takes(at[1])
    assert not here.takes(at[1])
    assert second.check(frames[1], there) == Late()
    assert here.takes(at[2])
    assert second.check(frames[3], there) == Genuine()
    assert not here.takes(at[4])  # one link at a time
    assert there.takes(at[4])
    assert second.check(frames[4]) == first.check(frames[2]) == Late()
    ceiling = file_ceiling(tmp_path / "stamps.json")
    assert not there.takes(ceiling + 1)
    assert there.takes(ceiling)
    assert stamps.next_own(0) > ceiling
    assert there.takes(ceiling + 2)  # by then a higher ceiling is on the disk
    file.close()
    assert file_ceiling(tmp_path / "stamps.json") == ceiling + 2
    second.release(there)
    assert not there.takes(ceiling + 3)


def file_ceiling(path: Path) -> int:
    (stream,) = json.loads(path.read_text())["D1"]["streams"]
    return int(stream[3])
