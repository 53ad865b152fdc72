"""A drone behind MAVLink that was told to land takes off again and comes home when it is asked to return."""

from __future__ import annotations

from orchestrator.orders.custody import AtHub
from orchestrator.record.events import Ask, AskAnswered, MissionEnded, VehicleLanded
from tests.orchestrator.operations.town import D1, order
from tests.scenarios.test_taken_over import P1, shared_vehicle
from tests.scenarios.theatre import play


def test_over_the_wire_too_it_takes_off_from_where_it_landed_and_comes_home() -> None:
    async def scene() -> None:
        async with shared_vehicle() as it:
            await it.under_way(25.0)
            await it.it.ask(D1, Ask.LAND)
            await it.it.until(lambda _: bool(it.it.events(VehicleLanded)), 180.0)
            await it.it.ask(D1, Ask.RETURN)
            await it.it.until(lambda state: state.parcels[P1].keeper == AtHub(order().hub_id), 600.0)
            assert [answer.done for answer in it.it.events(AskAnswered)] == [True, True]
            assert len(it.it.events(MissionEnded)) == 1

    play(scene)
