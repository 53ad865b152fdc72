"""Invariants 4 and 7: failures stay where they happen, and without decisions there are no signs of life."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Self

import pytest
from structlog.testing import capture_logs

from orchestrator.operations import fleet as fleet_module
from orchestrator.record.events import (
    Ask,
    AskAnswered,
    LinkLost,
    MissionFailed,
    OperatorAsked,
    OrderPlaced,
    ParcelHandedOver,
    VehicleFaulted,
)
from orchestrator.record.journal import JournalError, Line, MemoryJournal
from orchestrator.record.state import LinkState, MissionPhase, ParcelPhase
from tests.orchestrator.operations.town import D1, D2, order
from tests.scenarios.theatre import Outliving, play, stage, vehicle
from vehicles.telemetry import Landed, Telemetry
from vehicles.vehicle import Land, LinkError, Resume


class Unreachable(Outliving):
    """A link that does not open until `until_s` tries were made."""

    tries = 0

    async def __aenter__(self) -> Self:
        self.tries += 1
        if self.tries <= 3:
            raise LinkError("udpin:127.0.0.1:14601: address in use")
        return await super().__aenter__()


class Buggy(Outliving):
    """A driver with a bug that strikes in flight."""

    broken = False

    @property
    def telemetry(self) -> Telemetry | None:
        if self.broken:
            raise KeyError("HEARTBEAT")
        return super().telemetry


def unreachable() -> Unreachable:
    return Unreachable(vehicle(D1).inner)


def test_a_link_that_does_not_open_is_a_fault_of_one_vehicle_and_is_tried_again() -> None:
    async def scene() -> None:
        with capture_logs() as logs:
            async with stage([unreachable(), vehicle(D2)]) as it:
                await it.place(order("O1"))
                await it.until(lambda state: bool(state.vehicles[D1].fault), 10.0)
                assert "address in use" in it.state.vehicles[D1].fault[0].text
                await it.until(lambda state: state.vehicles[D1].ready, 60.0)
                assert it.state.vehicles[D1].fault == ()
                await it.until_over(600.0)
                assert len(it.events(VehicleFaulted)) == 1, "the same fault again is no news"
        failures = [log for log in logs if log["event"] == "session failed"]
        assert len(failures) == 3
        assert not any("exc_info" in log or "exception" in log for log in logs)

    play(scene)


def test_a_bug_in_one_driver_stops_nobody_else() -> None:
    async def scene() -> None:
        buggy = Buggy(vehicle(D1).inner)
        async with stage([buggy, vehicle(D2)]) as it:
            await it.place(order("O1"), order("O2"))
            await it.until_phase_of_any(60.0)
            buggy.broken = True
            await it.until(lambda state: bool(state.vehicles[D1].fault), 30.0)
            await it.until(
                lambda state: any(p.phase is ParcelPhase.DELIVERED for p in state.parcels.values()), 300.0
            )
            assert {event.vehicle_id for event in it.events(ParcelHandedOver)} == {D2}
            buggy.broken = False
            await it.until_over(900.0)
            assert len(it.events(ParcelHandedOver)) == 2

    play(scene)


def test_without_decisions_there_are_no_signs_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        drone = vehicle(D1)
        async with stage([drone]) as it:
            await it.until(lambda state: state.vehicles[D1].ready, 30.0)
            attended = [b - a for a, b in zip(drone.attended_at_s, drone.attended_at_s[1:], strict=False)]
            assert max(attended) <= 1.01, "at least once a second"
            count = len(drone.attended_at_s)

            def broken(*_: object) -> tuple[()]:
                raise ZeroDivisionError

            monkeypatch.setattr(fleet_module, "decide", broken)
            await asyncio.sleep(20.0)
            assert len(drone.attended_at_s) - count <= 1
            monkeypatch.undo()
            await asyncio.sleep(5.0)
            assert len(drone.attended_at_s) - count >= 4, "and when it decides again, they come again"

    play(scene)


class FullDisk(MemoryJournal):
    """Nothing can be kept while it is full."""

    full = False

    async def append(self, lines: Sequence[Line]) -> None:
        if self.full:
            raise JournalError("disk full")
        await super().append(lines)


def test_with_a_full_disk_vehicles_are_attended_and_an_operator_still_lands_one() -> None:
    async def scene() -> None:
        journal = FullDisk()
        async with stage([vehicle(D1)], journal) as it:
            await it.place(order("O1"))
            await it.until_phase_of_any(60.0)
            await asyncio.sleep(10.0)
            drone, journal.full = it.vehicles[D1], True
            with pytest.raises(JournalError):
                await it.writer.facts(OrderPlaced(order("O2")))
            assert getattr(it.writer.trouble, "text", "") == "disk full"
            attended = len(drone.attended_at_s)
            await asyncio.sleep(20.0)
            assert len(drone.attended_at_s) - attended >= 15, "the fleet is in control, and says so"
            text = await it.fleet.urgent(D1, Ask.LAND, "olga")
            assert text.startswith("Done at ")
            await asyncio.sleep(60.0)
            seen = drone.telemetry
            assert seen is not None
            assert seen.landed is Landed.ON_GROUND
            assert it.events(OperatorAsked) == []
            journal.full = False
            await it.until(lambda _: bool(it.events(AskAnswered)), 10.0)
            assert it.events(OperatorAsked) == [OperatorAsked(D1, Ask.LAND, "olga")]
            (answered,) = it.events(AskAnswered)
            assert answered.done
            assert "while the journal could not be kept" in answered.text
            assert "olga" in str(it.events(MissionFailed)[0].reasons)
            assert it.writer.trouble is None
            assert [type(one) for one in drone.told].count(Land) == 1, "not told again when it is journaled"

    play(scene)


def test_a_full_disk_holds_a_vehicle_until_people_say_otherwise() -> None:
    async def scene() -> None:
        journal = FullDisk()
        async with stage([vehicle(D1)], journal) as it:
            await it.place(order("O1"))
            await it.until_phase_of_any(60.0)
            await asyncio.sleep(10.0)
            journal.full = True
            await it.fleet.urgent(D1, Ask.HOLD, "olga")
            await asyncio.sleep(30.0)
            journal.full = False
            await asyncio.sleep(120.0)
            assert Resume not in [type(one) for one in it.vehicles[D1].told]
            await it.ask(D1, Ask.RESUME)
            await it.until_over(900.0)
            with pytest.raises(KeyError):
                await it.fleet.urgent(D1, Ask.RETURN, "olga")

    play(scene)


def test_a_full_disk_changes_nothing_in_the_air_and_is_survived() -> None:
    async def scene() -> None:
        journal = FullDisk()
        async with stage([vehicle(D1)], journal) as it:
            await it.place(order("O1"))
            await it.until_phase_of_any(60.0)
            journal.full = True
            await asyncio.sleep(40.0)
            with pytest.raises(JournalError):
                await it.writer.facts(OrderPlaced(order("O2")))
            journal.full = False
            await it.until_over(900.0)
            assert it.state.vehicles[D1].link is LinkState.UP
            assert [e.parcel_id for e in it.events(ParcelHandedOver)] == ["O1-1"]
            assert it.vehicles[D1].starts == 1
            assert it.events(LinkLost) == []

    play(scene)


def test_a_vehicle_that_fails_while_nothing_can_be_kept_is_told_of_as_soon_as_it_can() -> None:
    """Its failure stays its own meanwhile: the fleet is in control, and others are commanded."""

    async def scene() -> None:
        journal, buggy = FullDisk(), Buggy(vehicle(D1).inner)
        async with stage([buggy, vehicle(D2)], journal) as it:
            await it.place(order("O1"), order("O2"))
            await it.until_phase(D1, MissionPhase.UNDER_WAY)
            await it.until_phase(D2, MissionPhase.UNDER_WAY)
            other = it.vehicles[D2]
            attended = len(other.attended_at_s)
            journal.full = buggy.broken = True
            await asyncio.sleep(150.0)
            assert it.state.vehicles[D1].fault == ()
            assert len(other.attended_at_s) - attended >= 140
            assert await it.fleet.urgent(D2, Ask.HOLD, "olga") != ""
            journal.full = False
            await it.until(lambda state: bool(state.vehicles[D1].fault), 5.0)
            assert "HEARTBEAT" in it.state.vehicles[D1].fault[0].text
            buggy.broken = False
            await it.ask(D2, Ask.RESUME)
            await it.until_over(1800.0)
            assert len(it.events(VehicleFaulted)) == 1

    play(scene)
