"""Scouts find ways beside the loop: they save intake the search, and change none of its answers."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from geofences import free_space
from geofences.position import GeoPoint
from geofences.zone import Medium, ZoneId
from orchestrator.operations.dispatching.admission import admitted
from orchestrator.operations.dispatching.scouts import Scouts
from orchestrator.operations.planning import draft
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.watching.popups import around_popups
from orchestrator.orders.intake import Rejected
from orchestrator.orders.order import DropOffKind, DropOffPlace, HubId, Order, OrderId
from orchestrator.orders.request import OrderRequest, ParcelRequest
from orchestrator.record.events import ZoneAdded
from orchestrator.record.facts.zones import PopUpZone
from orchestrator.record.state import FleetState
from tests.orchestrator.operations.town import D1, DOOR, H1, R1, at, ready_fleet, state_after, surroundings
from vehicles.clock import now_s

STATE = ready_fleet(D1, R1)
free_space.get_ready()  # what is compiled before they are made, scouts have
BOTH = (Medium.AIR, Medium.SIDEWALK)


def request(door: GeoPoint = DOOR, hub_id: HubId = H1) -> OrderRequest:
    place = DropOffPlace(door, DropOffKind.DOORSTEP, "Aleksanterinkatu 52")
    return OrderRequest(OrderId("O1"), hub_id, (ParcelRequest(1.0),), place, now_s() + 3600.0, "shop")


def asked(wanted: OrderRequest, state: FleetState, around: Surroundings) -> Order | Rejected:
    return admitted(wanted, state, around_popups(around, state.zones), now_s())


def fresh() -> Surroundings:
    return replace(surroundings())  # with memories of its own


def no_search(*_: object, **__: object) -> None:
    raise AssertionError("a way was looked for on the event loop")


async def test_what_scouts_found_intake_does_not_look_for(monkeypatch: pytest.MonkeyPatch) -> None:
    around = fresh()
    async with Scouts(around, 1) as scouts:
        await scouts.look(request(), STATE, around)
    monkeypatch.setattr(draft, "find_way", no_search)
    assert isinstance(asked(request(), STATE, around), Order)
    with pytest.raises(AssertionError, match="on the event loop"):
        asked(request(at(100.0, 50.0)), STATE, around)


async def test_answers_are_those_of_intake_alone() -> None:
    places = [DOOR, at(250.0, 120.0), at(60_000.0, 0.0), at(100.0, 50.0)]
    around, alone = fresh(), fresh()
    async with Scouts(around, 2) as scouts:
        await asyncio.gather(*(scouts.look(request(place), STATE, around) for place in places))
    for place in places:
        with_scouts, without = (asked(request(place), STATE, one) for one in (around, alone))
        match with_scouts, without:
            case Order(), Order():
                same = replace(
                    without, placed_at_s=with_scouts.placed_at_s, deadline_s=with_scouts.deadline_s
                )
                assert with_scouts == same
            case Rejected(), Rejected():
                assert with_scouts == without
            case _:
                pytest.fail(f"{place}: {with_scouts}, alone {without}")


async def test_they_know_what_was_closed_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    around = fresh()
    area = PopUpZone(ZoneId("FIRE"), "Fire", (DOOR,), 5.0, 0.0, 500.0, now_s() - 1.0, None, BOTH, "")
    state = state_after([ZoneAdded(area, "anna")], STATE)
    async with Scouts(around, 1) as scouts:
        await scouts.look(request(at(100.0, 50.0)), state, around)
    monkeypatch.setattr(draft, "find_way", no_search)
    assert isinstance(asked(request(at(100.0, 50.0)), state, around), Order)
    assert isinstance(asked(request(), state, around), Rejected)


async def test_an_unknown_hub_and_other_surroundings_are_nothing_to_look_for() -> None:
    around, others = fresh(), fresh()
    async with Scouts(around, 1) as scouts:
        await scouts.look(request(hub_id=HubId("nowhere")), STATE, around)
        await scouts.look(request(), STATE, others)
    assert len(around.ways) == len(others.ways) == 0


async def test_without_scouts_any_more_orders_are_taken_as_before() -> None:
    around = fresh()
    with capture_logs() as logs:
        async with Scouts(around, 1) as scouts:
            await scouts.look(request(), STATE, around)
            pool = scouts._pool
            assert pool is not None
            for process_id in list(pool._processes):
                os.kill(process_id, signal.SIGKILL)
            await scouts.look(request(at(100.0, 50.0)), STATE, around)
            await scouts.look(request(at(120.0, 50.0)), STATE, around)
            assert isinstance(asked(request(at(100.0, 50.0)), STATE, around), Order)
    assert [log["event"] for log in logs] == ["scouts are gone: orders take longer until the next start"]


_MAKER = """
import asyncio
from tests.orchestrator.operations.town import surroundings
from orchestrator.operations.dispatching.scouts import Scouts
async def main():
    async with Scouts(surroundings(), 2) as scouts:
        print(*scouts._pool._processes, flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""


def test_they_end_with_their_maker_also_when_it_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", _MAKER], stdout=subprocess.PIPE, text=True) as maker:
        assert maker.stdout is not None
        assert len(maker.stdout.readline().split()) == 2
        maker.kill()
        maker.communicate(timeout=20)  # until nobody holds the other end of the pipe any more
