"""Signed or recorded links, sifted: nothing forged or replayed is believed, nothing is missing on tape."""

from __future__ import annotations

import hashlib
import random
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from pymavlink.dialects.v20 import common

from tests.vehicles.mavlink import recordings, wire
from tests.vehicles.mavlink.sieving import HERE, KEY, Clock, Stand, clock_of_both, in_looks, spoilt
from vehicles.mavlink.links.tlog import Recording
from vehicles.mavlink.links.tlog_record import Recorder
from vehicles.mavlink.wire.frames import Packer
from vehicles.mavlink.wire.sieve import Sieve
from vehicles.mavlink.wire.signing import Signer
from vehicles.mavlink.wire.stamps import StampFile, Stamps

__all__ = ["clock_of_both"]


class Signing:
    """Signs frames as a vehicle does that has the key, over one link of its own or another."""

    def __init__(self, clock: Clock, key: bytes = KEY, link_id: int = 5) -> None:
        self._packer = Packer(1, Signer(key, link_id, Stamps(), clock.now_s))

    def frame(self, message: Any) -> bytes:  # noqa: ANN401
        return self._packer.pack(message, 1)


@pytest.mark.parametrize("seed", range(6))
async def test_signed_frames_amid_forged_and_replayed_ones_are_told_as_one_by_one(
    seed: int, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(seed)  # noqa: S311
    by_link: list[Signing] = [Signing(clock), Signing(clock, link_id=6)]
    liars: list[Any] = [Signing(clock, bytes(32)), wire.Sender()]
    said: list[bytes] = []
    async with Stand(clock, monkeypatch, 1, key=KEY) as stand:
        for n in range(400):
            clock.at_s += 0.05
            some = []
            for _ in range(dice.choice((1, 1, 2, 5, 20))):
                speaker = by_link[dice.random() < 0.05]
                message = dice.choice(
                    (
                        wire.heartbeat(armed=n % 100 > 80),
                        wire.position(boot_ms=60_000 + 50 * n),
                        wire.status(dice.randrange(100)),
                        common.MAVLink_attitude_message(60_000 + 50 * n, 0.1, 0.2, 0.0, 0.0, 0.0, 0.0),
                        common.MAVLink_vfr_hud_message(1.0, 2.0, 3, 4, 5.0, 6.0),
                    )
                )
                said.append(speaker.frame(message))
                some.append(said[-1])
                match dice.randrange(30):
                    case 0:
                        some.append(dice.choice(liars).frame(wire.heartbeat(armed=True)))
                    case 1:
                        some.append(dice.choice(said))  # replayed
                    case 2:
                        some[-1] = spoilt(some[-1], dice)
                    case 3:
                        at = dice.randrange(10, len(said[-1]))
                        some.append(said[-1][:at] + bytes([said[-1][at] ^ 1]) + said[-1][at + 1 :])
            stand.bring(*some)
            if dice.random() < 0.2:
                stand.agree(0.05)
        stand.agree(0.05)
        for what in ("forged", "replayed", "unsigned"):
            assert getattr(stand.sifted.counts, what) == getattr(stand.plain.counts, what) > 0, what
        assert stand.kept > 0.25 * stand.sifted.counts.parsed


async def test_what_a_row_took_is_refused_again_and_stamps_are_kept_as_ever(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = StampFile(tmp_path / "stamps.json")
    stamps = iter([file.of("sifted"), Stamps()])
    genuine = Signing(clock)
    monkeypatch.setattr(
        Stand, "_signer", lambda *_, of=stamps: partial(Signer, KEY, stamps=next(of), now_s=clock.now_s)
    )
    async with Stand(clock, monkeypatch, 1, key=KEY) as stand:
        first: list[bytes] = []
        for n in range(40):
            clock.at_s += 0.5
            said = (wire.heartbeat(), wire.status(), wire.position(boot_ms=1000 * n))
            *before, latest = (genuine.frame(message) for message in said)
            first.append(before[0])
            stand.bring(*before, latest)
        assert 60 < stand.kept < 120  # none beyond a ceiling that is on the disk
        stand.bring(latest)  # a copy
        assert stand.sifted.counts.refused == 0
        stand.bring(first[0])
        assert stand.sifted.counts.replayed == 1
        stand.agree()
        after_a_crash = StampFile(tmp_path / "stamps.json").of("sifted")
        newest = int.from_bytes(latest[-12:-6], "little")
        assert max(after_a_crash.taken.values()) >= newest
        changed = bytes(reversed(KEY))
        stand.sifted.sign(lambda number: Signer(changed, number, file.of("sifted"), clock.now_s))
        kept = stand.kept
        stand.bring(genuine.frame(wire.position(boot_ms=60_000)))
        assert stand.kept == kept
        assert stand.sifted.counts.forged == 1
        file.close()
        assert StampFile(tmp_path / "stamps.json").of("sifted").newest >= newest


async def test_a_state_back_to_what_it_was_is_news_after_a_change_that_the_walk_did_not_believe_itself(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = StampFile(tmp_path / "stamps.json")
    monkeypatch.setattr(
        Stand, "_signer", lambda *_: partial(Signer, KEY, stamps=file.of("D1"), now_s=clock.now_s)
    )
    genuine = Signing(clock)
    async with Stand(clock, monkeypatch, 1, key=KEY) as stand:
        air = stand.airs[0]
        for _ in range(3):
            air.bring([genuine.frame(wire.heartbeat())], HERE)
        kept = stand.kept
        assert kept > 0
        clock.at_s += 6.0  # beyond the ceiling on the disk: checked the ordinary way
        air.bring([genuine.frame(wire.heartbeat(armed=True))], HERE)
        air.bring([genuine.frame(wire.heartbeat())], HERE)
        assert stand.kept == kept
        air.bring([genuine.frame(wire.heartbeat())], HERE)
        assert stand.kept == kept + 1


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
            stand.bring(liar.frame(wire.heartbeat(armed=True)), liar.frame(wire.position(lat_e7=500_000_000)))
        assert stand.kept == before
        assert stand.sifted.counts.unsigned == 6
        assert stand.sifted.telemetry is not None
        assert not stand.sifted.telemetry.armed
        assert stand.sifted.telemetry.position.lat_deg > 60.0
        stand.agree()


@pytest.mark.parametrize("seed", range(4))
async def test_what_is_kept_is_recorded_with_the_rest_in_the_order_in_which_it_came(
    seed: int, clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dice = random.Random(seed)  # noqa: S311
    air = [spoilt(frame, dice) for frame in islice(recordings.frames("a_quad_delivery"), 6000)]
    tapes = [Recorder(tmp_path / name, "D1") for name in ("sifted", "plain")]
    async with Stand(clock, monkeypatch, 1, tapes=tapes) as stand:
        for some in in_looks(iter(air), dice):
            clock.at_s += 0.01
            stand.bring(*some)
        stand.agree(1.0)
        assert stand.kept > 300
    for tape in tapes:
        tape.wait()
    sifted, plain = (
        [(one.at_s, one.frame) for file in sorted((tmp_path / name).iterdir()) for one in Recording(file)]
        for name in ("sifted", "plain")
    )
    assert len(sifted) > 4000
    assert sifted == plain


def test_a_rows_signature_is_a_signers_for_every_length() -> None:
    dice = random.Random(1)  # noqa: S311
    sieve = Sieve()
    row = sieve.row(sieve.port(), 1, 1)
    assert row is not None
    for size in range(25, 281):
        key, body = dice.randbytes(32), dice.randbytes(size - 6)
        row.vouch(key)
        frame = bytearray(body + hashlib.sha256(key + body).digest()[:6])
        assert row.signed(memoryview(frame))
        frame[dice.randrange(size)] ^= 1 << dice.randrange(8)
        assert not row.signed(memoryview(frame))
