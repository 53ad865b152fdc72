"""A whole delivery across 180 degrees, over MAVLink bytes: longitudes jump, the way does not."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from geofences.airspace import Airspace
from geofences.path import Waypoint
from geofences.position import GeoPoint, LocalFrame, LocalPoint, distance_m
from geofences.sidewalk import Footpaths
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.orders.order import Pad, PadId
from orchestrator.record.events import MissionFailed, OffPath, ParcelHandedOver
from orchestrator.record.invariants import broken_invariants
from orchestrator.record.state import ParcelPhase
from sitl.autopilot.server import Autopilot
from tests.contracts.stands import living
from tests.orchestrator.operations.town import D1, HUB, PADS, order, profile_of
from tests.scenarios import theatre
from tests.scenarios.theatre import play, stage
from vehicles.mavlink.connect import over
from vehicles.mavlink.links.link import memory_pair
from vehicles.mission import ParcelId

P1 = ParcelId("O1-1")


@pytest.mark.parametrize("east", [1.0, -1.0])
def test_a_drone_delivers_beyond_180_degrees_and_comes_home(
    east: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From 179.9995 E to the west of Fiji's other half, and the other way round."""
    home = GeoPoint(-16.80, east * 179.9995)
    frame = LocalFrame(home)
    pad, door = Pad(PadId("P1"), Waypoint(home)), frame.to_geo(LocalPoint(east * 500.0, 40.0))
    assert door.lon_deg * home.lon_deg < 0.0
    monkeypatch.setitem(PADS, D1, pad)
    monkeypatch.setattr(theatre, "HUB", replace(HUB, position=home, pads=(pad,)))
    around = Surroundings(Airspace(frame, (), (), 10.0), Footpaths(frame, ()), wind_mps=3.0)

    async def scene() -> None:
        ours, theirs = memory_pair()
        autopilot = Autopilot(theirs, profile_of(D1), pad.at, 7, 5)
        async with living(autopilot.run()), stage([over(ours, D1, profile_of(D1))], around=around) as it:
            await it.place(order("O1", door=door))
            await it.until(lambda _: bool(it.events(ParcelHandedOver)), 300.0)
            seen = it.vehicles[D1].telemetry
            assert seen is not None
            assert distance_m(seen.position, door) < 5.0
            await it.until_over(600.0)
            assert it.state.parcels[P1].phase is ParcelPhase.DELIVERED
            await asyncio.sleep(10.0)
            seen = it.vehicles[D1].telemetry
            assert seen is not None
            assert distance_m(seen.position, home) < 3.0
            assert it.events(MissionFailed) == []
            assert it.events(OffPath) == []
            assert list(broken_invariants(it.entries())) == []

    play(scene)
