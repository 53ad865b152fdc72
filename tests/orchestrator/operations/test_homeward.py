"""The way home of a vehicle that came to rest nearer to a wall than plans keep."""

from __future__ import annotations

import pytest

from geofences.zone import ZoneId
from orchestrator.operations.commanding.homeward import WayHome, plan_home
from orchestrator.operations.commanding.turning_back import booked_home
from orchestrator.operations.watching.sight import Sight
from orchestrator.operations.watching.watch import Watch
from orchestrator.record.events import ZoneAdded
from orchestrator.record.facts.zones import PopUpZone
from orchestrator.record.journal import MemoryJournal
from orchestrator.record.writer import Writer
from tests.orchestrator.operations.town import D1, START_S, at, joined, ready_fleet, sample, surroundings
from vehicles.mission import MissionId


@pytest.mark.parametrize(("off_m", "leaves"), [(6.0, True), (4.5, True), (2.0, False)])
def test_beside_a_wall_it_leaves_by_what_it_has_but_not_by_less_than_itself(
    off_m: float,
    leaves: bool,  # noqa: FBT001
) -> None:
    """The tower's west wall stands 230 m east; plans keep 4.8 m from it, 2.8 of them its own."""
    state = ready_fleet(D1)
    seen = sample(position=at(230.0 - off_m, 0.0), height_agl_m=30.0, armed=True, moving=True)
    look = Sight(state, state.vehicles[D1], seen, Watch(START_S), START_S)
    assert isinstance(plan_home(look, MissionId(7), surroundings()), WayHome) is leaves


async def test_also_where_nothing_can_be_kept_any_more_the_way_home_keeps_out_of_closed_areas() -> None:
    closed = PopUpZone(ZoneId("FIRE"), "Fire", (at(0.0, 0.0),), 60.0, 0.0, 300.0, START_S, None)
    async with Writer(MemoryJournal()) as writer:
        await writer.facts(*joined(D1), ZoneAdded(closed, "olga"))
    state = writer.state
    seen = sample(position=at(100.0, 100.0), height_agl_m=60.0, armed=True, moving=True)
    look = Sight(state, state.vehicles[D1], seen, Watch(START_S), START_S)
    found = await booked_home(writer, surroundings(), look, MissionId(7))
    assert not isinstance(found, WayHome)
    assert {reason.subject for reason in found} == {"FIRE"}
