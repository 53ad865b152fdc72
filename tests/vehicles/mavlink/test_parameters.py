from __future__ import annotations

import struct

import pytest

from vehicles.mavlink.autopilots.autopilot import Values
from vehicles.mavlink.exchanges.messages import NotValued, Valued
from vehicles.mavlink.exchanges.parameters import (
    AT_ONCE,
    REPLY_WITHIN_S,
    Parameter,
    ReadParameters,
    SetParameter,
    decode,
    encode,
)
from vehicles.mavlink.exchanges.sayings import SayParameter, SayReadParameter
from vehicles.vehicle import Accepted, Refused, Unanswered

INT8, INT32, REAL32, REAL64 = 2, 6, 9, 10
DOES_NOT_EXIST = 1


def bytewise(number: int) -> float:
    (value,) = struct.unpack("<f", struct.pack("<i", number))
    return float(value)


@pytest.mark.parametrize("number", [0, 2, -1, 100_000, -2_147_483_648])
def test_px4_sends_whole_numbers_by_their_bytes(number: int) -> None:
    as_sent = encode(Parameter("NAV_DLL_ACT", float(number), INT32), Values.BYTEWISE)
    assert struct.pack("<f", as_sent.value) == struct.pack("<i", number)
    assert decode(Valued("NAV_DLL_ACT", as_sent.value, INT32), Values.BYTEWISE).value == number


def test_a_small_whole_number_by_its_bytes_is_not_the_float_that_it_looks_like() -> None:
    assert decode(Valued("NAV_DLL_ACT", bytewise(2), INT32), Values.BYTEWISE).value == 2.0
    assert decode(Valued("NAV_DLL_ACT", 2.0, INT32), Values.BY_VALUE).value == 2.0
    assert decode(Valued("RTL_RETURN_ALT", 60.0, REAL32), Values.BYTEWISE).value == 60.0


@pytest.mark.parametrize("values", list(Values), ids=lambda values: values.name)
def test_what_a_kind_cannot_hold_is_not_sent(values: Values) -> None:
    for parameter in (
        Parameter("GF_ACTION", 2.5, INT32),
        Parameter("RTL_RETURN_ALT", float("nan"), REAL32),
        Parameter("RTL_RETURN_ALT", 1e300, REAL32),
    ):
        with pytest.raises(ValueError, match=parameter.name):
            encode(parameter, values)


def test_a_number_beyond_its_bytes_is_not_sent() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        encode(Parameter("GF_ACTION", 300.0, INT8), Values.BYTEWISE)


def test_a_kind_that_a_float_cannot_carry_is_no_number() -> None:
    value = decode(Valued("X", 1.0, REAL64), Values.BYTEWISE).value
    assert value != value  # noqa: PLR0124 - NaN


def test_many_are_read_a_few_at_a_time_whatever_the_order_of_the_answers() -> None:
    names = [f"P{n}" for n in range(AT_ONCE + 2)]
    reading = ReadParameters(names, Values.BYTEWISE)
    first = reading.start(0.0)
    assert first == tuple(SayReadParameter(name) for name in names[:AT_ONCE])
    assert reading.receive(Valued(names[3], 3.0, REAL32), 0.1) == (SayReadParameter(names[AT_ONCE]),)
    assert reading.receive(Valued(names[3], 3.0, REAL32), 0.1) == ()  # doubled
    for name in [*names[:3], *names[4:]]:
        reading.receive(Valued(name, float(name[1:]), REAL32), 0.2)
    assert reading.outcome is not None
    assert {name: one.value for name, one in reading.outcome.items() if one} == {
        name: float(name[1:]) for name in names
    }


def test_what_is_not_answered_is_asked_for_again_and_then_given_up() -> None:
    reading = ReadParameters(["KNOWN", "UNKNOWN"], Values.BYTEWISE)
    reading.start(0.0)
    reading.receive(Valued("KNOWN", 1.0, REAL32), 0.1)
    reading.receive(Valued("FOREIGN", 1.0, REAL32), 0.1)
    assert reading.tick(0.5) == ()
    assert reading.tick(REPLY_WITHIN_S) == (SayReadParameter("UNKNOWN"),)
    assert reading.tick(2 * REPLY_WITHIN_S) == (SayReadParameter("UNKNOWN"),)
    assert reading.tick(3 * REPLY_WITHIN_S) == ()
    assert reading.outcome == {"KNOWN": Parameter("KNOWN", 1.0, REAL32), "UNKNOWN": None}


def test_an_autopilot_that_says_that_it_knows_no_such_parameter_is_believed_at_once() -> None:
    reading = ReadParameters(["UNKNOWN"], Values.BY_VALUE)
    reading.start(0.0)
    reading.receive(NotValued(25, "UNKNOWN", DOES_NOT_EXIST), 0.1)
    assert reading.outcome == {"UNKNOWN": None}


def setting(value: float = 2.0) -> SetParameter:
    machine = SetParameter(Parameter("NAV_DLL_ACT", value, INT32), Values.BYTEWISE)
    assert machine.start(0.0) == (SayParameter("NAV_DLL_ACT", bytewise(int(value)), INT32),)
    return machine


def test_a_parameter_is_set_when_the_vehicle_tells_the_new_value() -> None:
    machine = setting()
    machine.receive(Valued("GF_ACTION", bytewise(2), INT32), 0.1)
    machine.receive(Valued("NAV_DLL_ACT", bytewise(0), INT32), 0.1)  # the answer to an older question
    machine.receive(Valued("NAV_DLL_ACT", bytewise(2), INT32), 0.2)
    assert machine.outcome == Accepted()


def test_a_value_that_stays_another_is_a_refusal() -> None:
    machine = setting()
    machine.receive(Valued("NAV_DLL_ACT", bytewise(0), INT32), 0.1)
    assert [len(machine.tick(n * REPLY_WITHIN_S)) for n in (1, 2, 3)] == [1, 1, 0]
    assert isinstance(machine.outcome, Refused)
    assert machine.outcome.reasons[0].text == "NAV_DLL_ACT could not be set to 2: it stays 0."


def test_silence_after_setting_is_no_answer_and_names_the_parameter() -> None:
    machine = setting()
    for n in (1, 2, 3):
        machine.tick(n * REPLY_WITHIN_S)
    assert isinstance(machine.outcome, Unanswered)
    assert "NAV_DLL_ACT" in machine.outcome.seen


def test_an_error_about_it_is_a_refusal_in_words() -> None:
    machine = setting()
    machine.receive(NotValued(25, "NAV_DLL_ACT", DOES_NOT_EXIST), 0.1)
    assert isinstance(machine.outcome, Refused)
    assert "does not exist" in machine.outcome.reasons[0].text
