"""What is sifted beside what is heard frame by frame: the same telemetry, counts and losses."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any, Self

import pytest
from pymavlink.dialects.v20 import common

from benchmarks.link_traffic import OWN_HZ, traffic
from tests.vehicles.mavlink import recordings, wire
from vehicles.mavlink.autopilots.known import AIRCRAFT, PX4
from vehicles.mavlink.connect import over
from vehicles.mavlink.craft import Craft
from vehicles.mavlink.exchanges import exchange, streams
from vehicles.mavlink.identity import Identity
from vehicles.mavlink.links import bond, udp_port, udp_reader
from vehicles.mavlink.links.bond import Bond
from vehicles.mavlink.links.datagrams import STRIDE, name_of
from vehicles.mavlink.links.udp_port import UdpPort
from vehicles.mavlink.links.udp_reader import UdpReader
from vehicles.mavlink.reading.decode import Decoder
from vehicles.mavlink.wire.frames import Packer
from vehicles.mavlink.wire.sieve import LAYOUTS
from vehicles.mavlink.wire.signing import Signer
from vehicles.mavlink.wire.stamps import Stamps
from vehicles.mission import VehicleId
from vehicles.profiles import DELIVERY_DRONE
from vehicles.telemetry import Telemetry

HERE, ELSEWHERE = ("127.0.0.1", 4000), ("127.0.0.1", 4001)
KEY = bytes(range(32))


@dataclass
class Clock:
    """Fleet time for both sides, as the test says."""

    at_s: float = 1_790_000_000.0

    def now_s(self) -> float:
        return self.at_s


@dataclass
class Both:
    """One vehicle twice: sifted, and heard frame by frame."""

    sifted: Craft
    plain: Craft


class Air:
    """Brings datagrams to a port, some at a time, as a look at the sockets finds them."""

    def __init__(self, clock: Clock, worth_sifting: int) -> None:
        self.ear = UdpReader(asyncio.get_running_loop(), worth_sifting=worth_sifting)
        self.port = UdpPort("udpin:127.0.0.1:0")
        self._clock = clock

    def bring(self, frames: list[bytes], sender: tuple[str, int]) -> None:
        buffers = self.ear._datagrams[socket.AF_INET]
        name = name_of(sender)
        for number, frame in enumerate(frames):
            buffers._data[number * STRIDE : number * STRIDE + len(frame)] = frame
            buffers._sizes[number], buffers._ports[number] = len(frame), next(iter(self.ear._sources))
            buffers._names[number * len(name) : (number + 1) * len(name)] = name
        buffers.count = len(frames)
        self.ear._sort_out(buffers, self._clock.at_s)
        self.ear._hand_out(self._clock.at_s)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    for module in (bond, udp_port, udp_reader, exchange):
        monkeypatch.setattr(module, "now_s", made.now_s)
    monkeypatch.setattr(streams, "LOOK_EVERY_S", 3600.0)  # nothing is asked but by the test
    return made


class Stand:
    """Vehicles by system id, all at one port, and what brings them their frames."""

    def __init__(
        self, clock: Clock, monkeypatch: pytest.MonkeyPatch, *system_ids: int, key: bytes | None = None
    ) -> None:
        self.clock = clock
        self.both: dict[int, Both] = {}
        self._monkeypatch = monkeypatch
        self._ids = system_ids
        self._key = key
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self.airs = Air(self.clock, 1), Air(self.clock, 1000)
        for system_id in self._ids:
            crafts = []
            for air in self.airs:
                self._monkeypatch.setattr(udp_port, "reader", lambda air=air: air.ear)
                link, signer_for = air.port.link(system_id), self._key and self._signer(self._key)
                craft = over(
                    link, VehicleId("D1"), DELIVERY_DRONE, Identity(system_id), signer_for=signer_for or None
                )
                crafts.append(await self._stack.enter_async_context(craft))
            self.both[system_id] = Both(*crafts)
        return self

    def _signer(self, key: bytes) -> Callable[[int], Signer]:
        stamps = Stamps()
        return lambda number: Signer(key, number, stamps, self.clock.now_s)

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def bring(self, *frames: bytes, sender: tuple[str, int] = HERE) -> None:
        for air in self.airs:
            air.bring(list(frames), sender)

    @property
    def sifted(self) -> Craft:
        return self.both[self._ids[0]].sifted

    @property
    def kept(self) -> int:
        """Frames that the row of the first one kept."""
        tie = self.sifted._bond
        assert isinstance(tie, Bond)
        row = tie._lines[0].row
        assert row is not None
        return row.parsed

    def agree(self, loss_frac: float = 0.02) -> None:
        for each in self.both.values():
            ours, other = told(each.sifted), told(each.plain)
            assert ours == other
            mine, theirs = each.sifted.counts, each.plain.counts
            assert mine.parsed == theirs.parsed
            assert mine.unwanted == theirs.unwanted
            for what in ("broken", "foreign", "refused", "garbage_bytes"):
                assert getattr(mine, what) == getattr(theirs, what), what
            assert each.sifted.heard_at_s == each.plain.heard_at_s
            assert each.sifted.boots == each.plain.boots
            assert each.sifted.links[0].loss_frac == pytest.approx(
                each.plain.links[0].loss_frac, abs=loss_frac
            )


def told(craft: Craft) -> Telemetry | None:
    """Its telemetry, but for the names of its links."""
    look = craft.telemetry
    return look and replace(look, links=(), link_loss_frac=0.0)


def in_looks(frames: Iterator[bytes], dice: random.Random) -> Iterator[list[bytes]]:
    while some := list(islice(frames, dice.choice((1, 1, 2, 3, 5, 20, 64)))):
        yield some


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


def spoilt(frame: bytes, dice: random.Random) -> bytes:
    match dice.randrange(40):
        case 0:
            at = dice.randrange(len(frame))
            return frame[:at] + bytes([frame[at] ^ 1 << dice.randrange(8)]) + frame[at + 1 :]
        case 1:
            return frame[: dice.randrange(len(frame))]
        case 2:
            return frame + frame
        case 3:
            return dice.randbytes(dice.randrange(1, 40)) + frame
        case 4:
            return b""
        case _:
            return frame


def beat(sender: wire.Sender, **how: Any) -> bytes:  # noqa: ANN401
    return sender.frame(wire.heartbeat(**how))


async def test_what_is_said_again_is_kept_and_a_change_is_heard_at_once_in_its_order(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    sender = wire.Sender()
    async with Stand(clock, monkeypatch, 1) as stand:
        listeners = stand.sifted._decoder._listeners

        def note(listener: Callable[[Any, float], Any], message: Any, at_s: float) -> Any:  # noqa: ANN401
            heard.append(message.get_type())
            return listener(message, at_s)

        listeners.update({name: partial(note, listener) for name, listener in listeners.items()})
        for _ in range(3):
            stand.bring(beat(sender), sender.frame(wire.position()), sender.frame(wire.status()))
        stand.agree()
        heard.clear()
        stand.bring(beat(sender), sender.frame(wire.position(boot_ms=3000)))
        assert heard == []
        stand.bring(sender.frame(wire.status(70)), beat(sender, armed=True), sender.frame(wire.position()))
        assert heard == ["GLOBAL_POSITION_INT", "SYS_STATUS", "HEARTBEAT", "GLOBAL_POSITION_INT"]
        assert stand.sifted.telemetry is not None
        assert stand.sifted.telemetry.armed
        stand.agree()


def test_whatever_may_be_kept_has_a_listener() -> None:
    listeners = Decoder(PX4, AIRCRAFT)._listeners
    assert all(layout.name in listeners for layout in LAYOUTS)


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
        stand.bring(rival.frame(wire.position(lat_e7=500_000_100)), sender=ELSEWHERE)
        assert stand.kept == kept + 1
        assert stand.sifted.telemetry.position.lat_deg < 51.0


async def test_with_a_key_nothing_unsigned_is_kept(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    genuine = Packer(1, Signer(KEY, 5, Stamps(), clock.now_s))
    liar = wire.Sender()
    async with Stand(clock, monkeypatch, 1, key=KEY) as stand:
        for n in range(3):
            clock.at_s += 1.0
            said = (wire.heartbeat(), wire.position(boot_ms=1000 * n), wire.status())
            stand.bring(*(genuine.pack(message, 1) for message in said))
        before = stand.kept
        for _ in range(3):
            stand.bring(beat(liar, armed=True), liar.frame(wire.position(lat_e7=500_000_000)))
        assert stand.kept == before
        assert stand.sifted.counts.unsigned == 6
        assert stand.sifted.telemetry is not None
        assert not stand.sifted.telemetry.armed
        assert stand.sifted.telemetry.position.lat_deg > 60.0
        stand.agree()


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
        stand.sifted._bond.close()
        assert stand.sifted.counts.parsed == before
        monkeypatch.setattr(udp_port, "reader", lambda: stand.airs[0].ear)
        await stand.sifted._bond.open()
        stand.bring(beat(sender[1]))
        stand.bring(beat(sender[1]))
        stand.bring(beat(sender[1]))
        assert stand.sifted.counts.parsed == before + 3
