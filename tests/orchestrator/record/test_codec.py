"""Every event survives being written and read; what is not ours is refused by name."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from immutables import Map

from orchestrator.record.codec import decode, encode, state_json
from orchestrator.record.events import Entry, Event, LinkLost, LowEnergy, OperatorAsked
from orchestrator.record.journal import JournalError, Line
from orchestrator.record.state import FleetState
from tests.orchestrator.record.any_event import EVENT_KINDS, any_of
from tests.orchestrator.record.story import D1, DOOR, R1, delivery, joined, opening, planned, told
from vehicles.mission import MissionId


@pytest.mark.parametrize("kind", EVENT_KINDS, ids=lambda kind: kind.__name__)
def test_every_event_reads_back_as_it_was_written(kind: type) -> None:
    @settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(any_of(kind))
    def round_trip(event: Event) -> None:
        line = encode(Entry(7, 1.5, event))
        assert decode(line) == Entry(7, 1.5, event)
        assert encode(decode(line)) == line

    round_trip()


@given(st.integers(), st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_written_the_same_whatever_python_calls_it(whole: int, broken: float) -> None:
    whole %= 2**40
    a = encode(Entry(1, 0.0, LowEnergy(D1, MissionId(1), whole, broken)))
    assert a == encode(Entry(1, 0.0, LowEnergy(D1, MissionId(1), float(whole), broken)))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_numbers_that_are_none_are_not_written(value: float) -> None:
    with pytest.raises(JournalError, match=r"entry 3: LowEnergy: .* is not a finite number"):
        encode(Entry(3, 0.0, LowEnergy(D1, MissionId(1), value, 0.5)))


GOOD = orjson.loads(encode(Entry(1, 0.0, LinkLost(D1, DOOR, 5.0))).body)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({**GOOD, "colour": "red"}, "extra fields.*colour"),
        ({**GOOD, "kind": "Explosion"}, "Explosion"),
        ({key: value for key, value in GOOD.items() if key != "last_heard_at_s"}, "last_heard_at_s"),
        ({**GOOD, "last_heard_at_s": "5"}, "'5' is not a number.*last_heard_at_s"),
        ({**GOOD, "last_heard_at_s": True}, "True is not a number"),
        ({**GOOD, "vehicle_id": 5}, "5 is not text.*vehicle_id"),
        ({**GOOD, "last_position": {"lat_deg": 91.0, "lon_deg": 0.0}}, "lat_deg: 91.0 is not within"),
        ({**GOOD, "last_position": None}, "last_position"),
        ([], "event"),
        ({"kind": "OperatorAsked", "vehicle_id": "D1", "ask": "fly", "by": "anna"}, "ask"),
        ({"kind": "AskAnswered", "vehicle_id": "D1", "ask": "hold", "done": 1, "text": ""}, "neither true"),
        ({"kind": "LegDone", **GOOD, "leg_index": 1.5}, "LinkLost|leg_index"),
    ],
)
def test_what_is_not_ours_is_refused_by_name(body: object, said: str) -> None:
    with pytest.raises(JournalError, match=f"(?s)entry 9: .*({said})"):
        decode(Line(9, 0.0, orjson.dumps(body)))


def test_half_a_line_is_refused() -> None:
    with pytest.raises(JournalError, match="entry 9: not JSON"):
        decode(Line(9, 0.0, b'{"kind": "Link'))


def test_equal_states_give_equal_bytes_whatever_their_history() -> None:
    state = told([*opening(), *delivery()])
    shuffled: FleetState = replace(state, vehicles=Map(sorted(state.vehicles.items(), reverse=True)))
    assert state_json(shuffled) == state_json(state)
    assert state_json(told([joined(R1, 3)], state)) != state_json(state)


def test_the_tag_is_the_class_name() -> None:
    assert GOOD["kind"] == "LinkLost"
    legs = orjson.loads(encode(Entry(1, 0.0, planned(1, D1))).body)["mission"]["legs"]
    assert [leg["kind"] for leg in legs] == ["PickUp", "Travel", "DropOff", "Travel", "Dock"]
    assert OperatorAsked.__name__ in {kind.__name__ for kind in EVENT_KINDS}
