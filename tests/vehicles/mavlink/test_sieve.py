"""What is sifted beside what is heard frame by frame: the same telemetry, counts and losses."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from functools import partial
from itertools import islice
from typing import Any

import pytest
from pymavlink.dialects.v20 import common

from benchmarks.link_traffic import OWN_HZ, traffic
from tests.fuzz.mutations import Mutator
from tests.vehicles.mavlink import recordings, test_progress, wire
from tests.vehicles.mavlink.sieving import ELSEWHERE, Clock, Stand, clock_of_both, in_looks, spoilt
from vehicles.mavlink.links import udp_port
from vehicles.mavlink.reading.decode import Decoder
from vehicles.mavlink.wire.rows import LAYOUTS

__all__ = ["clock_of_both"]
QUADS = [name for name in recordings.NAMES if "quad" in name]


@pytest.mark.parametrize("name", ["a_quad_delivery", "c2_rover_hold_fence_rtl", "e_quad_low_battery"])
async def test_a_recording_sifted_tells_what_it_tells_frame_by_frame(
    name: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(name)  # noqa: S311
    frames = islice(recordings.frames(name), 40_000)
    system_id = 2 if "rover" in name else 1
    async with Stand(clock, monkeypatch, system_id) as stand:
        for some in in_looks(frames, dice):
            clock.at_s += dice.choice((0.002, 0.02))
            stand.bring(*some)
            if dice.random() < 0.1:
                stand.agree()
        stand.agree()
        assert stand.kept > 0.2 * stand.sifted.counts.parsed


@pytest.mark.parametrize("seed", range(6))
async def test_vehicles_amid_dirt_are_told_as_frame_by_frame(
    seed: int, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Losses, overtaking, doubled and spoilt frames, several in a datagram, MAVLink 1, strangers."""
    dice = random.Random(seed)  # noqa: S311
    streams = {system_id: traffic(OWN_HZ, 1500, seed + system_id, system_id) for system_id in (1, 2, 250)}
    streams[77] = traffic(OWN_HZ, 300, seed, 77)  # nobody's
    air = [frame for stream in streams.values() for frame in stream]
    order = sorted(range(len(air)), key=lambda n: n % 1500 + dice.random() * 6.0)
    async with Stand(clock, monkeypatch, 1, 2, 250) as stand:
        for some in in_looks(iter([spoilt(air[n], dice) for n in order]), dice):
            clock.at_s += 0.01
            stand.bring(*some)
            if dice.random() < 0.2:
                stand.agree(0.05)
        stand.agree(0.05)
        assert stand.kept > 100


async def test_a_position_off_the_earth_is_told_of_until_one_on_it_is_kept(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = wire.Sender()
    async with Stand(clock, monkeypatch, 1) as stand:
        for lon_e7, ready in ((249_400_000, True), (1_800_000_026, False), (249_400_000, True)):
            for _ in range(3):
                clock.at_s += 0.2
                said = (wire.heartbeat(), wire.status(), wire.position(lon_e7=lon_e7))
                stand.bring(*[sender.frame(one) for one in said])
            look = stand.sifted.telemetry
            assert look is not None
            assert look.health.ready is ready
            stand.agree()


def beat(sender: wire.Sender, **how: Any) -> bytes:  # noqa: ANN401
    return sender.frame(wire.heartbeat(**how))


async def test_what_is_said_again_is_kept_and_a_change_is_heard_at_once_in_its_order(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    sender = wire.Sender()
    async with Stand(clock, monkeypatch, 1) as stand:

        def note(name: str, listener: Callable[..., Any], decoder: Decoder, *said: Any) -> Any:  # noqa: ANN401
            if decoder is stand.sifted._contact.decoder:
                heard.append(name)
            return listener(decoder, *said)

        noted = {name: partial(note, name, listener) for name, listener in Decoder._LISTENERS.items()}
        monkeypatch.setattr(Decoder, "_LISTENERS", noted)
        for _ in range(3):
            stand.bring(beat(sender), sender.frame(wire.position()), sender.frame(wire.status()))
        stand.agree()
        heard.clear()
        stand.bring(beat(sender), sender.frame(wire.position(boot_ms=3000)))
        assert heard == []
        stand.bring(sender.frame(wire.status(70)), beat(sender, armed=True), sender.frame(wire.position()))
        assert heard == ["HEARTBEAT", "GLOBAL_POSITION_INT"]
        assert stand.sifted.telemetry is not None
        assert stand.sifted.telemetry.armed
        stand.agree()


async def test_a_restart_is_known_before_anybody_asks_and_one_that_nobody_sees_in_time_too(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = wire.Sender()

    def place(boot_ms: int) -> bytes:
        return sender.frame(wire.position(boot_ms=boot_ms))

    async with Stand(clock, monkeypatch, 1) as stand:
        for n in range(3):
            stand.bring(beat(sender), place(60_000 + n), sender.frame(wire.status()))
        kept = stand.kept
        stand.bring(place(61_000))
        stand.bring(place(56_500))
        assert stand.kept == kept + 2
        stand.bring(place(2_000))
        assert stand.sifted.boots == 1
        stand.bring(place(90_000))
        stand.bring(place(95_000), place(3_000), place(96_000))
        assert stand.sifted.boots == 2
        stand.bring(place(10_000))
        stand.bring(place(60_000) + sender.frame(wire.status()))
        stand.bring(place(20_000))
        stand.bring(place(98_000))
        assert stand.sifted.boots == 4
        stand.agree()


async def test_a_restart_within_seconds_of_a_start_is_known_and_overtaking_then_is_not_taken_for_one(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = wire.Sender()
    async with Stand(clock, monkeypatch, 1) as stand:
        for life in range(4):
            clock.at_s += 2.0  # it starts
            for boot_ms in (2_000, 2_300, 2_200, 3_400, 2_500, 4_000 + 100 * life):
                clock.at_s += 0.3
                said = wire.position(boot_ms=boot_ms), wire.status(), wire.heartbeat()
                stand.bring(*[sender.frame(message) for message in said])
                assert stand.sifted.boots == life
            stand.agree()
        assert stand.kept > 0


async def test_what_says_nothing_pushes_out_nothing_that_was_kept(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = wire.Sender()
    async with Stand(clock, monkeypatch, 1) as stand:
        for n in range(3):
            level = common.MAVLink_attitude_message(n, 0.25, 0.5, 0.0, 0.0, 0.0, 0.0)
            calm = common.MAVLink_wind_cov_message(0, 2.0, -1.0, *[0.0] * 6)
            said = (wire.position(boot_ms=n, hdg=9000), wire.status(), level, calm)
            stand.bring(beat(sender), *(sender.frame(one) for one in said))
        assert stand.kept > 0
        lost = common.MAVLink_attitude_message(10, float("nan"), 0.5, 0.0, 0.0, 0.0, 0.0)
        none = common.MAVLink_wind_cov_message(0, float("inf"), 0.0, *[0.0] * 6)
        stand.bring(sender.frame(lost), sender.frame(none))
        stand.bring(sender.frame(wire.position(boot_ms=11, lat_e7=0, lon_e7=0)))
        stand.bring(sender.frame(wire.position(boot_ms=12, lat_e7=601_700_100, hdg=65535)))
        look = stand.sifted.telemetry
        assert look is not None
        parts = look.parts()
        assert parts.wind is not None
        assert parts.roll_deg == pytest.approx(14.32, abs=0.01)
        assert parts.wind.north_mps == 2.0
        assert (look.position.lat_deg, look.heading_deg) == (60.17001, 90.0)
        stand.agree()


async def test_a_restart_of_a_vehicle_without_a_fix_is_known_by_its_attitude(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = wire.Sender()

    def attitude(boot_ms: int) -> bytes:
        return sender.frame(common.MAVLink_attitude_message(boot_ms, 0.1, 0.2, 0.0, 0.0, 0.0, 0.0))

    async with Stand(clock, monkeypatch, 1) as stand:
        for n in range(3):
            place = sender.frame(wire.position(boot_ms=60_000 + n))
            stand.bring(beat(sender), place, attitude(60_010 + n), sender.frame(wire.status()))
        kept = stand.kept
        stand.bring(attitude(61_000))
        assert stand.kept == kept + 1
        stand.bring(attitude(2_000))
        assert stand.sifted.boots == 1
        stand.bring(sender.frame(wire.position(boot_ms=3_000, lat_e7=0, lon_e7=0)))
        stand.bring(attitude(4_000))
        stand.bring(sender.frame(wire.position(boot_ms=5_000)))
        assert stand.sifted.boots == 1
        stand.agree()


def test_whatever_may_be_kept_has_a_listener() -> None:
    assert all(layout.name in Decoder._LISTENERS for layout in LAYOUTS)


async def test_an_old_word_after_a_new_one_in_the_same_look_is_the_last_one(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = wire.Sender()
    async with Stand(clock, monkeypatch, 1) as stand:
        for _ in range(3):
            stand.bring(beat(sender), sender.frame(wire.position()), sender.frame(wire.status()))
        stand.bring(beat(sender, armed=True), beat(sender))
        stand.agree()
        assert stand.sifted.telemetry is not None
        assert not stand.sifted.telemetry.armed


async def test_a_ground_stations_heartbeat_under_the_vehicles_ids_is_never_kept(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = wire.Sender()
    async with Stand(clock, monkeypatch, 1) as stand:
        for _ in range(3):
            stand.bring(beat(sender), sender.frame(wire.position()), sender.frame(wire.status()))
        for _ in range(4):
            stand.bring(beat(sender, kind=wire.GCS, autopilot=wire.INVALID))
            stand.agree()
        assert stand.sifted.counts.foreign == 4


async def test_two_battery_packs_are_both_known(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    sender = wire.Sender()

    def pack(number: int, left: int) -> bytes:
        said = common.MAVLink_battery_status_message(number, 0, 0, 2000, [4000] * 10, 0, 0, 0, left)
        return sender.frame(said)

    async with Stand(clock, monkeypatch, 1) as stand:
        for _ in range(3):
            stand.bring(beat(sender), sender.frame(wire.position()), sender.frame(wire.status(-1)))
        stand.bring(pack(0, 80))
        stand.bring(pack(1, 40), pack(0, 79))
        stand.agree()
        assert stand.sifted.telemetry is not None
        assert stand.sifted.telemetry.battery_frac == pytest.approx(0.4)


async def test_another_machine_with_the_vehicles_id_is_kept_out_and_told_of(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender, rival = wire.Sender(), wire.Sender()
    async with Stand(clock, monkeypatch, 1) as stand:
        for n in range(6):
            clock.at_s += 1.0
            stand.bring(
                beat(sender), sender.frame(wire.position(boot_ms=1000 * n)), sender.frame(wire.status())
            )
        stand.bring(rival.frame(wire.position(lat_e7=500_000_000)), sender=ELSEWHERE)
        assert "127.0.0.1:4001" in stand.sifted.links[0].trouble
        assert stand.sifted.telemetry is not None
        assert stand.sifted.telemetry.position.lat_deg > 60.0
        clock.at_s += 4.0  # the one that we know has fallen silent: it may have moved
        kept = stand.kept
        stand.bring(rival.frame(wire.position(lat_e7=500_000_000)), sender=ELSEWHERE)
        stand.bring(rival.frame(wire.position(lat_e7=500_000_050)), sender=ELSEWHERE)  # is it the same one?
        assert stand.kept == kept
        stand.bring(rival.frame(wire.position(lat_e7=500_000_100)), sender=ELSEWHERE)
        assert stand.kept == kept + 1
        assert stand.sifted.telemetry.position.lat_deg < 51.0


@pytest.mark.parametrize("seed", range(8))
async def test_real_frames_amid_dirt_tell_the_same_sifted_or_not(
    seed: int, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pieces of all recordings, mutated and cut, garbage between: the very same telemetry and counts.

    Not the share lost: mutated numbers are far apart, and of several frames in a datagram counted
    later.
    """
    dice = random.Random(seed)  # noqa: S311
    real = list(islice(recordings.frames(dice.choice(QUADS)), 30_000))
    begin = dice.randrange(len(real) // 2)
    mutator = Mutator(real[::50], seed)
    air = [
        mutator.next() if dice.random() < 0.03 else spoilt(frame, dice)
        for frame in real[begin : begin + 6000]
    ]
    async with Stand(clock, monkeypatch, 1) as stand:
        for some in in_looks(iter(air), dice):
            clock.at_s += 0.01
            stand.bring(*some)
            if dice.random() < 0.1:
                stand.agree(mutated=True)
        stand.agree(mutated=True)
        assert stand.kept > 200


async def test_while_somebody_waits_for_an_answer_everything_is_heard_as_it_comes(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = wire.Sender()
    async with Stand(clock, monkeypatch, 1) as stand:
        for _ in range(3):
            stand.bring(beat(sender), sender.frame(wire.position()), sender.frame(wire.status()))
        reading = asyncio.create_task(stand.sifted.read_parameters(["A"]))
        await asyncio.sleep(0.0)
        before = stand.kept
        stand.bring(beat(sender), sender.frame(wire.position()))
        assert stand.kept == before
        stand.bring(sender.frame(common.MAVLink_param_value_message(b"A", 3.0, 9, 1, 0)))
        assert (await reading)["A"] is not None
        stand.bring(beat(sender), sender.frame(wire.position()))
        assert stand.kept == before + 2
        stand.agree()


async def test_rows_are_had_again_and_again_and_many(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    sender = {n: wire.Sender(n) for n in range(1, 251)}
    async with Stand(clock, monkeypatch, *range(1, 251)) as stand:
        for _ in range(3):
            frames = [beat(each) for each in sender.values()]
            frames += [each.frame(wire.position(boot_ms=5)) for each in sender.values()]
            stand.bring(*frames)
        assert stand.kept == 2
        assert all(each.sifted.heard_at_s == clock.at_s for each in stand.both.values())
        for _ in range(4):
            beat(sender[1])  # said, and lost on the way
            stand.bring(beat(sender[1]))
        assert stand.sifted.links[0].loss_frac > 0.2
        stand.agree()
        before = stand.sifted.counts.parsed
        stand.sifted._contact.tie.close()
        assert stand.sifted.counts.parsed == before
        monkeypatch.setattr(udp_port, "reader", lambda: stand.airs[0].ear)
        await stand.sifted._contact.tie.open()
        stand.bring(beat(sender[1]))
        stand.bring(beat(sender[1]))
        stand.bring(beat(sender[1]))
        assert stand.sifted.counts.parsed == before + 3


async def test_states_said_again_move_a_mission_on_that_it_was_given_meanwhile(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept, none of them is heard: that they were said, and when, is in the block."""
    sender = wire.Sender()
    said = (
        common.MAVLink_mission_current_message(5, 7, test_progress.ACTIVE, 1),
        wire.heartbeat(armed=True, mode=wire.MISSION),
        *(wire.position(), wire.status(), wire.landed(2)),
    )
    async with Stand(clock, monkeypatch, 1) as stand:
        for _ in range(3):
            stand.bring(*[sender.frame(message) for message in said])
        for craft in (stand.sifted, stand.plain):
            craft._contact.decoder.expect(test_progress.FLIGHT)
        stand.agree()
        assert stand.sifted.telemetry is not None
        assert stand.sifted.telemetry.progress.legs_done == 0
        clock.at_s += 1.0
        kept = stand.kept
        stand.bring(*[sender.frame(message) for message in said])
        assert stand.kept == kept + 5
        assert stand.sifted.telemetry.progress.legs_done == 3
        assert stand.sifted._contact.decoder.mode_heard_at_s == clock.at_s
        stand.agree()
