from __future__ import annotations

import struct
from types import SimpleNamespace
from typing import Any

import pytest

from tests.vehicles.mavlink import recordings, wire
from vehicles.mavlink.autopilots.known import AIRCRAFT, PX4
from vehicles.mavlink.exchanges.messages import Text
from vehicles.mavlink.reading.decode import Decoder
from vehicles.mavlink.reading.events import event_id, text_of
from vehicles.mavlink.wire.layouts import EVENT, layout


def event(name: str, level: int, arguments: bytes = b"") -> Any:  # noqa: ANN401
    return SimpleNamespace(
        id=event_id(name), log_levels=level | 0x60, arguments=list(arguments.ljust(40, b"\0"))
    )


@pytest.mark.parametrize(
    ("name", "number"), [("check_modes_global_pos", 10011251), ("check_cpuload_too_high", 1058956)]
)
def test_an_id_is_the_hash_in_px4s_own_metadata(name: str, number: int) -> None:
    assert event_id(name) == 1 << 24 | number


def test_why_a_failsafe_acts_is_told() -> None:
    arguments = struct.pack("<IBHB", 0x04040000, 6, 5, 2)
    assert text_of(event("commander_failsafe_enter_hold", 2, arguments)) == Text(
        2, "Loss of the ground station: it changes to Return in 5 s"
    )
    blind = struct.pack("<IB", 0x04040000, 8)
    assert text_of(event("commander_failsafe_enter_autopilot_disengaged", 2, blind)) == Text(
        2, "A failsafe: it changes to Descend"
    )
    strange = struct.pack("<IBB", 0, 200, 99)
    assert text_of(event("commander_failsafe_enter", 2, strange)) == Text(
        2, "Cause 99: it changes to action 200"
    )


@pytest.mark.parametrize(("level", "told"), [(0, True), (4, True), (5, False), (6, False), (9, False)])
def test_only_warnings_and_worse_are_told(level: int, *, told: bool) -> None:
    assert (text_of(event("commander_gcs_lost", level)) is not None) == told


def test_an_unknown_event_says_nothing() -> None:
    assert text_of(event("nobody_ever_named_this", 0)) is None


def test_events_are_warnings_for_half_a_minute_and_answer_no_command() -> None:
    made = Decoder(PX4, AIRCRAFT)
    for message in (wire.heartbeat(), wire.position(), wire.status()):
        made.hear(message, 10.0)
    said = event("check_gf_violation_custom_gf", 3)
    said.get_type = lambda: "EVENT"
    assert made.hear(said, 11.0) == ()
    assert made.texts.since(0.0) == ()
    seen = made.telemetry
    assert seen is not None
    assert seen.health.warnings == ("At the fence or outside it",)
    made.hear(wire.position(), 42.0)
    later = made.telemetry
    assert later is not None
    assert later.health.warnings == ()


def test_a_real_loss_of_the_ground_station_is_told_in_words() -> None:
    known = layout(EVENT)
    assert known is not None
    said = {
        text.text
        for frame in recordings.frames("f_quad_datalink_loss")
        if frame[0] == 0xFD and frame[7:10] == EVENT.to_bytes(3, "little")
        if (text := text_of(known.read(frame[10:-2]))) is not None
    }
    assert {"It lost the ground station", "Loss of the ground station: it changes to Hold"} & said
    assert any(words.endswith("in 5 s") for words in said)


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("navigator_mis_takeoff_not_first", b"", "Mission rejected: its take-off is not its first place"),
        (
            "navigator_mis_unsup_cmd",
            struct.pack("<HH", 3, 114),
            "Mission rejected: item 3 (command 114) is none that it flies",
        ),
        (
            "navigator_mis_geofence_violation",
            struct.pack("<h", 2),
            "Mission rejected: item 2 is outside its fence",
        ),
    ],
)
def test_why_a_mission_may_not_fly_answers_whoever_uploaded_it(
    name: str, arguments: bytes, words: str
) -> None:
    made = Decoder(PX4, AIRCRAFT)
    for message in (wire.heartbeat(), wire.position(), wire.status()):
        made.hear(message, 10.0)
    said = event(name, 3, arguments)
    said.get_type = lambda: "EVENT"
    assert made.hear(said, 11.0) == (Text(3, words),)
