"""A small fleet delivers everything, nothing is left over, and replay equals live."""

from __future__ import annotations

from collections import Counter

from orchestrator.orders.custody import WithRecipient
from orchestrator.record.events import MissionEnded, OffPath, ParcelHandedOver
from orchestrator.record.state import ParcelPhase
from tests.orchestrator.operations.town import D1, D2, DOOR, OTHER_DOOR, R1, START_S, at, order
from tests.scenarios.theatre import play, stage, vehicle

ORDERS = (
    order("O1", door=DOOR),
    order("O2", door=OTHER_DOOR, mass_kg=2.0),
    order("O3", door=at(500.0, -5.0), mass_kg=6.0, deadline_s=START_S + 3600.0),
    order("O4", door=DOOR, mass_kg=0.5),
    order("O5", door=OTHER_DOOR, mass_kg=1.5),
)


async def deliver_all() -> tuple[bytes, ...]:
    async with stage([vehicle(D1), vehicle(D2), vehicle(R1)]) as it:
        await it.place(*ORDERS)
        await it.until_over()
        assert {p.phase for p in it.state.parcels.values()} == {ParcelPhase.DELIVERED}
        assert {p.keeper for p in it.state.parcels.values()} == {WithRecipient()}
        assert Counter(event.parcel_id for event in it.events(ParcelHandedOver)).most_common(1)[0][1] == 1
        assert len(it.events(ParcelHandedOver)) == len(ORDERS)
        heavy = it.state.missions[it.events(ParcelHandedOver)[-1].mission_id]
        assert heavy.plan.mission.vehicle_id == R1, "6 kg is more than a drone carries"
        for ended in it.events(MissionEnded):
            plan = it.state.missions[ended.mission_id].plan
            assert 0.9 * plan.distance_m < ended.distance_m < 1.15 * plan.distance_m
            assert 0.0 < ended.energy_wh <= 1.1 * plan.energy_wh
        assert it.events(OffPath) == []
    return tuple(line.body for line in it.journal.lines())


def test_everything_is_delivered_once_and_the_vehicles_come_home() -> None:
    play(deliver_all)


def test_the_same_scene_gives_the_same_journal() -> None:
    assert play(deliver_all) == play(deliver_all)
