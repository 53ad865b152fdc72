"""A robot loses its power with a parcel aboard, over MAVLink: where the parcel is, only a person says."""

from __future__ import annotations

import asyncio

import pytest

from orchestrator.orders.custody import AtHub, Lost, OnVehicle
from orchestrator.record.events import CustodyDoubted, CustodyTold, Found, ParcelHandedOver, ParcelReturned
from orchestrator.record.state import FleetState, MissionPhase, ParcelPhase
from sitl.autopilot.server import Autopilot
from tests.contracts.stands import living
from tests.orchestrator.operations.town import H1, PADS, R1, START_S, at, order, profile_of
from tests.scenarios.theatre import play, stage
from vehicles.mavlink.connect import over
from vehicles.mavlink.links.link import memory_pair
from vehicles.mission import ParcelId

P1 = ParcelId("O1-1")


@pytest.mark.parametrize("found", list(Found))
def test_a_parcel_aboard_a_vehicle_that_lost_its_power_is_looked_for(found: Found) -> None:
    async def scene() -> None:
        ours, theirs = memory_pair()
        profile = profile_of(R1)

        def robot() -> Autopilot:
            return Autopilot(theirs, profile, PADS[R1].at, 7, 5)

        async with stage([over(ours, R1, profile)]) as it:
            async with living(robot().run()):
                await it.place(order("O1", door=at(500.0, -5.0), deadline_s=START_S + 7200.0))
                await it.until_phase(R1, MissionPhase.UNDER_WAY)
                await asyncio.sleep(60.0)
            async with living(robot().run()):  # anew, on its pad, and knows of nothing
                await it.until(lambda state: state.parcels[P1].in_doubt, 300.0)
                await it.until(lambda state: state.vehicles[R1].mission_id is None, 300.0)
                assert it.state.parcels[P1].keeper == OnVehicle(R1)
                assert "custody:O1-1" in it.state.alerts
                await asyncio.sleep(300.0)
                assert it.events(ParcelReturned) == []
                await it.writer.facts(CustodyTold(P1, found, H1, "Aino"))
                await it.until(lambda state: _settled(state, found), 60.0)
                if found is Found.LOST:
                    return
                assert len(it.events(ParcelReturned)) == (found is Found.ABOARD)
                await it.until_over(3600.0)
                assert len(it.events(CustodyDoubted)) == 1
                assert len(it.events(ParcelHandedOver)) == 1
                assert it.state.parcels[P1].phase is ParcelPhase.DELIVERED

    play(scene)


def _settled(state: FleetState, found: Found) -> bool:
    keeper = state.parcels[P1].keeper
    return isinstance(keeper, Lost) if found is Found.LOST else keeper == AtHub(H1)
