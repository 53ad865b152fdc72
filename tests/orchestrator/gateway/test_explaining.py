"""Why a parcel waits is told as it is when it is asked for, not as it was when it was news."""

from __future__ import annotations

import httpx

from geofences.reason import Because, Reason
from orchestrator.record.events import ParcelDeferred, ParcelExpected
from tests.orchestrator.gateway.conftest import NOW_S, Depot, a_sample
from tests.orchestrator.record.story import D2, DOOR, planned
from vehicles.clock import iso
from vehicles.mission import ParcelId

P1 = ParcelId("O1-1")


async def test_what_it_waits_for_is_what_keeps_its_vehicle_now(depot: Depot, anna: httpx.AsyncClient) -> None:
    heavy = Reason(Because.PAYLOAD, "D1", "D1: It is too heavy.")
    passing = Reason(Because.ENERGY, "H1", "D2: Charging: at 30%, and 50% at about 09:00 UTC.")
    mission = planned(9, D2, "C1-1", NOW_S)
    await depot.writer.facts(
        ParcelDeferred(P1, (heavy, passing)), ParcelExpected(P1, D2, NOW_S + 900.0), mission
    )
    depot.seen[D2] = a_sample(DOOR, NOW_S)
    told = (await anna.get("/v1/orders/O1/explanation")).json()
    until = iso(mission.end_at_s)[11:16]
    at_work = f"D2: At work on order C1 until about {until} UTC."
    assert told["parcels"][0]["waiting_for"] == [heavy.text, at_work]
    assert told["text"].endswith(at_work)
