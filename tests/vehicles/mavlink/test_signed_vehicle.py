"""A whole vehicle under a key: told, believed, refused; the far end is `sitl.autopilot`'s own signing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from geofences.path import Waypoint
from sitl.autopilot.server import Autopilot
from sitl.autopilot.signing import Seal
from sitl.loop import run_virtual
from tests.contracts import stands
from vehicles.clock import now_s
from vehicles.mavlink.connect import over
from vehicles.mavlink.craft import Craft
from vehicles.mavlink.exchanges.give_key import give_key
from vehicles.mavlink.links.link import MemoryLink, memory_pair
from vehicles.mavlink.wire.keys import VehicleKey
from vehicles.mavlink.wire.signing import FormerKey
from vehicles.mavlink.wire.stamps import StampFile, Stamps
from vehicles.mission import VehicleId
from vehicles.profiles import DELIVERY_DRONE
from vehicles.vehicle import Accepted, Refused, Start, Unanswered

OLD, NEW = bytes(range(32)), bytes(range(32, 64))


def with_autopilot(key: bytes | None, body: Callable[[MemoryLink, Autopilot], Awaitable[None]]) -> None:
    async def main() -> None:
        ours, theirs = memory_pair()
        autopilot = Autopilot(theirs, DELIVERY_DRONE, Waypoint(stands.HOME), 3, 5, key=key)
        async with stands.living(autopilot.run()):
            await body(ours, autopilot)

    run_virtual(main(), 1_790_000_000.0)


def drone(link: MemoryLink, key: bytes | None, stamps: Stamps | None = None) -> Craft:
    signer_for = VehicleKey(key).signers(stamps or Stamps()) if key is not None else None
    return over(link, VehicleId("d1"), DELIVERY_DRONE, signer_for=signer_for)


def test_a_vehicle_under_its_key_flies_as_any_other(tmp_path: Path) -> None:
    async def body(link: MemoryLink, _: Autopilot) -> None:
        file = StampFile(tmp_path / "stamps")
        signed = drone(link, NEW, file.of("d1"))
        async with signed, stands.living(stands._attend(signed)):
            await stands.ready(signed)
            assert await signed.load(stands.plan(DELIVERY_DRONE)) == Accepted()
            assert await signed.command(Start(stands.MISSION)) == Accepted()
            assert signed.counts.refused == 0
            assert signed.telemetry is not None
            assert signed.telemetry.health.warnings == ()

    with_autopilot(NEW, body)


def test_a_vehicle_that_does_not_sign_is_commanded_nothing_and_the_reason_is_told() -> None:
    async def body(link: MemoryLink, _: Autopilot) -> None:
        signed = drone(link, NEW)
        async with signed, stands.living(stands._attend(signed)):
            await asyncio.sleep(10.0)
            assert signed.telemetry is None
            outcome = await signed.load(stands.plan(DELIVERY_DRONE))
            assert isinstance(outcome, Refused)
            assert "unsigned" in outcome.reasons[0].text

    with_autopilot(None, body)


def test_a_key_is_given_and_then_replaced_under_the_former_one() -> None:
    async def body(link: MemoryLink, _: Autopilot) -> None:
        assert await give_key(link, VehicleKey(OLD), Stamps(), 5.0) == Accepted()
        unasked = await give_key(link, VehicleKey(NEW), Stamps(), 5.0)
        assert isinstance(unasked, Unanswered)  # not said under the key that it heeds
        replaced = VehicleKey(NEW, FormerKey(OLD, now_s() + 60.0))
        assert await give_key(link, replaced, Stamps(), 5.0) == Accepted()
        signed = drone(link, NEW)
        async with signed, stands.living(stands._attend(signed)):
            await stands.ready(signed)

    with_autopilot(None, body)


def test_where_nobody_is_nobody_gets_a_key() -> None:
    async def main() -> None:
        ours, _ = memory_pair("nowhere")
        outcome = await give_key(ours, VehicleKey(NEW), Stamps(), 1.0)
        assert isinstance(outcome, Unanswered)
        assert "No autopilot was heard on nowhere" in outcome.seen

    run_virtual(main(), 1_790_000_000.0)


def test_a_key_changed_under_way_is_signed_with_at_once_and_the_former_one_is_still_heard() -> None:
    async def body(link: MemoryLink, autopilot: Autopilot) -> None:
        stamps = Stamps()
        signed = drone(link, OLD, stamps)
        async with signed, stands.living(stands._attend(signed)):
            await stands.ready(signed)
            assert signed.sign(VehicleKey(NEW, FormerKey(OLD, now_s() + 60.0)).signers(stamps))
            before = signed.heard_at_s
            assert before is not None
            await asyncio.sleep(3.0)
            assert signed.heard_at_s is not None
            assert signed.heard_at_s > before + 2.0
            assert isinstance(await signed.command(Start(stands.MISSION)), Unanswered | Refused)
            autopilot._ears.seal_with(Seal(NEW))
            assert await signed.load(stands.plan(DELIVERY_DRONE)) == Accepted()
            assert (signed.counts.forged, signed.counts.unsigned) == (0, 0)

    with_autopilot(OLD, body)
