"""DO_SET_ROI of all kinds: a plan file that looks somewhere is verified, taken, and reads back so."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from geofences.formats.plan_items import PlanFile, PlanItem
from geofences.position import destination
from orchestrator.flying.from_file import from_file
from orchestrator.flying.trip import Start, objections
from orchestrator.operations.planning.surroundings import Surroundings
from tests.contracts.autopilots import HOME, Target, named, started
from tests.contracts.mavutil_client import Client, mavlink
from tests.orchestrator.operations.town import START_S, surroundings
from vehicles.mavlink.autopilots.ardupilot import ARDUPILOT
from vehicles.mavlink.autopilots.autopilot import Autopilot
from vehicles.mavlink.autopilots.px4 import PX4
from vehicles.mavlink.exchanges.lists import Item, PlanPart, same_item
from vehicles.mavlink.plans.encode import EncodedPlan, encode_plan
from vehicles.profiles import DELIVERY_DRONE

ACCEPTED, UNSUPPORTED, INVALID_FIRST = 0, 3, 6
_AHEAD, _ASIDE = destination(HOME, 45.0, 60.0), destination(HOME, 90.0, 40.0)
_NAN = math.nan
_THERE = (_ASIDE.lat_deg, _ASIDE.lon_deg, 12.5)


def item(number: int, command: int, frame: int, *params: float) -> PlanItem:
    first, second, third, fourth, fifth, sixth, seventh = params
    numbers = (first, second, third, fourth, fifth, sixth, seventh)
    return PlanItem(f"mission.items[{number}]", command, frame, numbers)


FILE = PlanFile(
    (
        item(0, 22, 3, 15.0, 0.0, 0.0, _NAN, HOME.lat_deg, HOME.lon_deg, 50.0),
        item(1, 195, 3, 0.0, 0.0, 0.0, 0.0, *_THERE),
        item(2, 16, 3, 0.0, 0.0, 0.0, -90.0, _AHEAD.lat_deg, _AHEAD.lon_deg, 50.0),
        item(3, 197, 2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        item(4, 201, 3, 3.0, 0.0, 0.0, 0.0, *_THERE),
        item(5, 16, 3, 0.0, 0.0, 0.0, _NAN, HOME.lat_deg, HOME.lon_deg, 50.0),
        item(6, 201, 2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        item(7, 21, 3, 0.0, 0.0, 0.0, _NAN, HOME.lat_deg, HOME.lon_deg, 0.0),
    )
)
START = Start(HOME, 0.0, 1.0, START_S)


def items(autopilot: Autopilot, file: PlanFile = FILE) -> tuple[Item, ...]:
    plan = from_file(file, DELIVERY_DRONE, START).plan
    encoded = encode_plan(plan, DELIVERY_DRONE, HOME)
    assert isinstance(encoded, EncodedPlan)
    assert autopilot.plan.cannot(encoded.mission.items) == ""
    return encoded.mission.items


def around() -> Surroundings:
    return surroundings()


def test_a_look_leads_nowhere_and_the_way_is_verified_as_without_it() -> None:
    trip = from_file(FILE, DELIVERY_DRONE, START)
    looking = [name for name in trip.names if "look" in name]
    assert looking == ["1 look at", "3 look ahead", "4 look at", "6 look at"]
    plain = replace(FILE, items=tuple(one for one in FILE.items if one.command not in {195, 197, 201}))
    without = from_file(plain, DELIVERY_DRONE, START)
    assert trip.plan.mission.legs == without.plan.mission.legs
    assert objections(trip.plan, DELIVERY_DRONE, START, around()) == ()


def test_what_is_left_open_is_said_as_nought_to_ardupilot() -> None:
    """It refuses a NaN in any parameter of a region of interest."""
    opened = item(1, 195, 3, _NAN, _NAN, _NAN, _NAN, *_THERE)
    listed = ARDUPILOT.plan.listed(
        PlanPart.MISSION, items(ARDUPILOT, replace(FILE, items=(FILE.items[0], opened, *FILE.items[2:])))
    )
    assert listed[2].params == (0.0, 0.0, 0.0, 0.0)


def test_what_ardupilot_reads_back_is_as_the_real_one_did() -> None:
    """ArduCopter 4.7.0-dev (90700977): the first parameter, the place, and frame 0 for what has none."""
    kept = ARDUPILOT.plan.kept(PlanPart.MISSION, items(ARDUPILOT))
    lat_e7, lon_e7 = round(_ASIDE.lat_deg * 1e7), round(_ASIDE.lon_deg * 1e7)
    assert kept[1] == Item(195, 3, (0.0, 0.0, 0.0, 0.0), lat_e7, lon_e7, 12.5)
    assert kept[3] == Item(197, 0, (0.0, 0.0, 0.0, 0.0), 0, 0, 0.0)
    assert kept[4] == Item(201, 3, (3.0, 0.0, 0.0, 0.0), lat_e7, lon_e7, 12.5)
    assert kept[6] == Item(201, 0, (0.0, 0.0, 0.0, 0.0), 0, 0, 0.0)


KINDS = named()


@pytest.fixture(scope="module", params=KINDS)
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with started(request.param, tmp_path_factory.mktemp("autopilot")) as target:
        yield target


@pytest.fixture
def client(target: Target) -> Iterator[Client]:
    client = Client(target)
    client.wait("HEARTBEAT", lambda beat: beat.system_status == mavlink.MAV_STATE_STANDBY, 240.0)
    yield client
    client.close()


def upload(client: Client, given: Sequence[Item]) -> int:
    client.send.mission_count_send(client.system_id, 1, len(given), 0)
    while True:
        asked = client._asked_or_ended(0)
        if asked.get_type() == "MISSION_ACK":
            return int(asked.type)
        one = given[asked.seq]
        client.send.mission_item_int_send(
            client.system_id, 1, asked.seq, one.frame, one.command, 0, 1, *one.params, one.lat_e7, one.lon_e7,
            one.z, 0,
        )  # fmt: skip


def download(client: Client) -> list[Item]:
    client.send.mission_request_list_send(client.system_id, 1, 0)
    count = client.wait("MISSION_COUNT", lambda one: one.mission_type == 0).count
    found = []
    for seq in range(count):
        client.send.mission_request_int_send(client.system_id, 1, seq, 0)
        one = client.wait("MISSION_ITEM_INT", lambda heard, seq=seq: heard.seq == seq)  # type: ignore[misc]
        params = (one.param1, one.param2, one.param3, one.param4)
        found.append(Item(one.command, one.frame, params, one.x, one.y, one.z))
    client.send.mission_ack_send(client.system_id, 1, 0, 0)
    return found


def test_it_is_taken_and_reads_back_as_we_say_it_does(client: Client, target: Target) -> None:
    autopilot = ARDUPILOT if target.kind == "ardupilot" else PX4
    sent = items(autopilot)
    assert upload(client, autopilot.plan.listed(PlanPart.MISSION, sent)) == ACCEPTED
    read = download(client)[autopilot.plan.first_item.mission_seq :]
    kept = autopilot.plan.kept(PlanPart.MISSION, sent)
    assert len(read) == len(kept)
    assert [(a, b) for a, b in zip(kept, read, strict=True) if not same_item(a, b, PlanPart.MISSION)] == []


@pytest.mark.parametrize(
    ("command", "frame", "first", "result"),
    [
        (80, 3, 3.0, ACCEPTED),
        (80, 2, 1.0, ACCEPTED),
        (80, 2, 3.0, INVALID_FIRST),
        (195, 2, 0.0, UNSUPPORTED),
        (196, 2, 0.0, ACCEPTED),
        (196, 3, 0.0, UNSUPPORTED),
        (197, 2, 0.0, ACCEPTED),
        (197, 3, 0.0, UNSUPPORTED),
        (201, 3, 0.0, ACCEPTED),
        (201, 3, 1.0, INVALID_FIRST),
        (201, 3, 4.0, INVALID_FIRST),
        (201, 2, 2.0, ACCEPTED),
        (201, 2, 3.0, INVALID_FIRST),
    ],
)
def test_px4_takes_and_refuses_so(  # noqa: PLR0917 - the fixtures and a row
    client: Client, target: Target, command: int, frame: int, first: float, result: int
) -> None:
    if target.kind == "ardupilot":
        pytest.skip("PX4's own")
    look = Item(
        command, frame, (first, 0.0, 0.0, 0.0), round(HOME.lat_deg * 1e7), round(HOME.lon_deg * 1e7), 5.0
    )
    listed = items(PX4)
    assert upload(client, (listed[0], look, *listed[2:])) == result
    if result == ACCEPTED and frame == 3:
        read = download(client)[1]
        (kept,) = PX4.plan.kept(PlanPart.MISSION, (look,))
        assert same_item(kept, read, PlanPart.MISSION), (kept, read)
