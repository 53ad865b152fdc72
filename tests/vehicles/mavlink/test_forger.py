"""Beside a vehicle that signs, another machine sends in its name to the same port: known of, not heard."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from pymavlink.dialects.v20 import common

from tests.vehicles.mavlink import wire
from tests.vehicles.mavlink.sieving import ELSEWHERE, HERE, KEY, Clock, Stand, clock_of_both
from vehicles.mavlink.links.bond import REFUSALS_SHOWN_S
from vehicles.mavlink.wire.frames import Message, Packer
from vehicles.mavlink.wire.signing import Signer
from vehicles.mavlink.wire.stamps import Stamps

__all__ = ["clock_of_both"]


def signing(clock: Clock, key: bytes) -> Callable[[Message], bytes]:
    return partial(Packer(1, Signer(key, 5, Stamps(), clock.now_s)).pack, component_id=1)


@pytest.mark.parametrize("kind", ["unsigned", "forged", "replayed"])
async def test_a_forger_beside_it_is_counted_and_told_of_and_disturbs_nothing(
    kind: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = signing(clock, KEY)
    lie = {"unsigned": wire.Sender().frame, "forged": signing(clock, bytes(32))}.get(kind)
    async with Stand(clock, monkeypatch, 1, key=KEY) as stand:
        old = [genuine(one) for one in (wire.heartbeat(), wire.status(), wire.position(boot_ms=50_000))]
        clock.at_s += 10.0

        def speak(boot_ms: int) -> None:
            clock.at_s += 0.2
            said = (wire.heartbeat(), wire.status(), wire.position(boot_ms=boot_ms))
            stand.bring(*[genuine(one) for one in said])

        for n in range(10):
            speak(60_000 + 200 * n)
        assert stand.sifted.notices == stand.plain.notices == ()
        kept, before = stand.kept, stand.sifted.links[0]
        lies = (wire.heartbeat(armed=True), wire.position(lat_e7=500_000_000), wire.text("Crash"))
        for n in range(10):
            stand.bring(*(old if lie is None else [lie(one) for one in lies]), sender=ELSEWHERE)
            speak(62_000 + 200 * n)
        for craft in (stand.sifted, stand.plain):
            assert getattr(craft.counts, kind) == craft.counts.refused == 30
            assert craft.notices == (f"Frames were refused: 30 {kind}",)
            assert (look := craft.telemetry) is not None
            assert (look.armed, look.position.lat_deg) == (False, 60.17)
            assert "Crash" not in look.health.warnings
            assert (
                craft.links[0].trouble == "127.0.0.1:4001 sends as this vehicle too, and is not listened to"
            )
            assert craft.links[0].loss_frac == before.loss_frac == 0.0
        assert stand.kept >= kept + 28, "what is the vehicle's own is sifted as before"
        clock.at_s += REFUSALS_SHOWN_S + 1.0
        speak(64_000)
        assert stand.sifted.notices == stand.plain.notices == ()
        stand.agree()


async def test_a_second_way_to_the_same_port_is_no_forger_and_takes_over_when_the_first_is_lost(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = signing(clock, KEY)
    async with Stand(clock, monkeypatch, 1, key=KEY) as stand:
        for n in range(60):
            clock.at_s += 0.2
            said = [genuine(one) for one in (wire.heartbeat(), wire.position(boot_ms=60_000 + 200 * n))]
            if n < 30:
                stand.bring(*said)
            stand.bring(*said, sender=ELSEWHERE)
        for craft in (stand.sifted, stand.plain):
            assert (craft.counts.refused, craft.notices) == (0, ())
            assert craft.heard_at_s == clock.at_s
        stand.agree()


async def test_from_the_vehicles_own_address_what_nobody_reads_and_is_not_signed_counts_for_no_loss(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine, liar = signing(clock, KEY), wire.Sender()
    noise = common.MAVLink_vfr_hud_message(1.0, 2.0, 3, 4, 5.0, 6.0)
    async with Stand(clock, monkeypatch, 1, key=KEY) as stand:
        for n in range(40):
            clock.at_s += 0.2
            stand.bring(
                genuine(wire.heartbeat()), genuine(wire.position(boot_ms=60_000 + 200 * n)), sender=HERE
            )
            stand.bring(*[liar.frame(noise)] * 3, sender=HERE)
        for craft in (stand.sifted, stand.plain):
            assert craft.links[0].loss_frac == 0.0
            assert craft.counts.unwanted == {}
        stand.agree()


async def test_without_a_key_the_second_machine_is_kept_out_and_named(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    vehicle, other = wire.Sender(), wire.Sender()
    async with Stand(clock, monkeypatch, 1) as stand:
        for n in range(5):
            clock.at_s += 0.2
            said = (wire.heartbeat(), wire.status(), wire.position(boot_ms=60_000 + 200 * n))
            stand.bring(*[vehicle.frame(one) for one in said])
            stand.bring(other.frame(wire.heartbeat(armed=True)), sender=ELSEWHERE)
        for craft in (stand.sifted, stand.plain):
            assert craft.counts.refused == 0
            assert "127.0.0.1:4001" in craft.links[0].trouble
            assert craft.telemetry is not None
            assert not craft.telemetry.armed
        stand.agree()
