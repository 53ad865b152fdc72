"""The faults' timetable, and how it is written on the command line."""

from __future__ import annotations

from math import inf

import pytest

from sitl.faults import Fault, Faults, Kind, parse


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("silent@60-90", Fault(Kind.SILENT, 60.0, 90.0)),
        ("power-off@120", Fault(Kind.POWER_OFF, 120.0)),
        ("lossy@0=0.2", Fault(Kind.LOSSY, 0.0, inf, 0.2)),
        ("late@1.5-3=0.5", Fault(Kind.LATE, 1.5, 3.0, 0.5)),
        ("battery@100=0", Fault(Kind.BATTERY, 100.0, inf, 0.0)),
        ("stuck-gripper@0", Fault(Kind.STUCK_GRIPPER, 0.0)),
        ("no-arm@0-30", Fault(Kind.NO_ARM, 0.0, 30.0)),
    ],
)
def test_faults_are_read_as_written(text: str, fault: Fault) -> None:
    assert parse(text) == fault


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("silent", "KIND@FROM"),
        ("gremlins@5", "gremlins"),
        ("silent@90-60", "from_s"),
        ("silent@5=1", "value"),
        ("lossy@5", "value"),
        ("lossy@5=1.5", "value"),
        ("battery@5=-1", "value"),
        ("silent@1.2.3", "1.2.3"),
        ("", "KIND@FROM"),
    ],
)
def test_what_cannot_be_is_named(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse(text)


def test_a_fault_is_in_force_from_its_start_to_before_its_end() -> None:
    faults = Faults(
        [Fault(Kind.SILENT, 10.0, 20.0), Fault(Kind.LOSSY, 0.0, 15.0, 0.2), parse("lossy@12=0.5")]
    )
    assert [faults.active(Kind.SILENT, age_s) for age_s in (9.9, 10.0, 19.9, 20.0)] == [
        False,
        True,
        True,
        False,
    ]
    assert [faults.value(Kind.LOSSY, age_s) for age_s in (0.0, 13.0, 16.0)] == [0.2, 0.5, 0.5]


def test_a_battery_drops_once() -> None:
    faults = Faults([parse("battery@10=0.3")])
    assert faults.drop_frac(9.0, 9.9) is None
    assert faults.drop_frac(9.9, 10.0) == 0.3
    assert faults.drop_frac(10.0, 10.1) is None
    assert Faults().off_s == inf
    assert Faults([parse("power-off@30")]).off_s == 30.0
