from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pymavlink.dialects.v20 import common

from tests.vehicles.mavlink import wire
from vehicles.mavlink.wire.frames import Frame, split
from vehicles.mavlink.wire.framing import Framing

V1 = common.MAVLink(None, srcSystem=3, srcComponent=1)
FRAMES = (
    wire.Sender().frame(wire.heartbeat()),
    wire.Sender().frame(wire.position()),
    bytes(wire.heartbeat().pack(V1, force_mavlink1=True)),
    b"\xfd\x03\x01" + bytes(9 + 3 + 13),  # signed
)


def cut(data: bytes, sizes: list[int]) -> list[bytes]:
    pieces = []
    for size in sizes:
        pieces.append(data[:size])
        data = data[size:]
    return [*pieces, data]


@given(st.lists(st.sampled_from(FRAMES), max_size=20), st.lists(st.integers(0, 40), max_size=60))
def test_frames_come_whole_however_the_stream_is_cut(frames: list[bytes], sizes: list[int]) -> None:
    framing = Framing()
    given_out = [framing.take(piece) for piece in cut(b"".join(frames), sizes)]
    assert b"".join(given_out) == b"".join(frames)
    found = [piece for part in given_out for piece in split(part)]
    assert [piece.data for piece in found if isinstance(piece, Frame)] == frames


@given(st.lists(st.binary(max_size=400), max_size=20))
def test_any_dirt_is_passed_on_and_little_is_kept(chunks: list[bytes]) -> None:
    framing = Framing()
    passed = b"".join(framing.take(chunk) for chunk in chunks)
    whole = b"".join(chunks)
    assert whole.startswith(passed)
    assert len(whole) - len(passed) <= 280


def test_after_a_new_start_half_a_frame_is_forgotten() -> None:
    framing = Framing()
    framing.take(FRAMES[0][:10])
    framing.restart()
    assert framing.take(FRAMES[1]) == FRAMES[1]
