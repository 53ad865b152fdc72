"""A drone set up for another place, over MAVLink: it stays on its pad, and people read both heights."""

from __future__ import annotations

import asyncio

import pytest

from geofences.airspace import Airspace
from geofences.reason import Because
from geofences.sidewalk import Footpaths
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.record.events import MissionPlanned, VehicleFaulted
from sitl.autopilot.server import Autopilot
from tests.contracts.stands import living
from tests.orchestrator.operations.town import D1, FRAME, PADS, order, profile_of
from tests.scenarios.theatre import play, stage
from vehicles.mavlink.connect import over
from vehicles.mavlink.links.link import memory_pair


@pytest.mark.parametrize(("home_amsl_m", "flies"), [(10.0, False), (4035.0, True)])
def test_a_home_at_sea_level_is_not_flown_from_in_el_alto(home_amsl_m: float, flies: bool) -> None:  # noqa: FBT001
    around = Surroundings(Airspace(FRAME, (), (), 4060.0), Footpaths(FRAME, ()), wind_mps=3.0)

    async def scene() -> None:
        ours, theirs = memory_pair()
        autopilot = Autopilot(theirs, profile_of(D1), PADS[D1].at, 7, 5, home_amsl_m=home_amsl_m)
        async with living(autopilot.run()), stage([over(ours, D1, profile_of(D1))], around=around) as it:
            await it.place(order("O1"))
            await asyncio.sleep(120.0)
            assert bool(it.events(MissionPlanned)) is flies
            if flies:
                assert it.events(VehicleFaulted) == []
                return
            (reason,) = it.events(VehicleFaulted)[0].reasons
            assert reason.because is Because.TERRAIN
            assert "its home to be 10 m above the sea, and area.ground_amsl_m has 4060 m" in reason.text

    play(scene)
