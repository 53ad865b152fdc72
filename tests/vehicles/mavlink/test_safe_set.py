from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from vehicles.mavlink.autopilots.ardupilot_safe_set import ardupilot_safe_set
from vehicles.mavlink.autopilots.px4_safe_set import px4_safe_set
from vehicles.mavlink.autopilots.safe_set import Missing, OneOf, Safe, Within, judge, names, needs_of
from vehicles.profile import Airframe
from vehicles.profiles import DELIVERY_DRONE, DELIVERY_VTOL, PROFILES, SIDEWALK_ROBOT

HEIGHT = Safe("RTL_RETURN_ALT", Within(45.0, 105.0), 60.0, "a return clears houses")
ACTION = Safe("NAV_DLL_ACT", OneOf((2.0,)), 2.0, "it comes home")
NEW = Safe("GF_PREDICT", OneOf((0.0,)), 0.0, "nothing is tried out", Missing.FINE)


def test_a_finding_names_the_parameter_what_it_is_what_it_must_be_and_why() -> None:
    values = {"RTL_RETURN_ALT": 30.0, "NAV_DLL_ACT": 2.0, "GF_PREDICT": 0.0}
    (reason,) = judge((HEIGHT, ACTION, NEW), values)
    assert reason.subject == "RTL_RETURN_ALT"
    assert reason.text == "RTL_RETURN_ALT is 30 and must be 45 to 105, so that a return clears houses."


@pytest.mark.parametrize("value", [44.9, 105.1, float("nan")])
def test_outside_the_range_is_outside(value: float) -> None:
    assert not HEIGHT.allows(value)


@pytest.mark.parametrize("value", [45.0, 60.0, 105.0, 44.99999])
def test_the_ends_belong_to_a_range_as_floats_have_them(value: float) -> None:
    assert HEIGHT.allows(value)


def test_what_is_not_told_is_a_finding_only_where_it_must_be_there() -> None:
    found = judge((ACTION, NEW), {"NAV_DLL_ACT": None, "GF_PREDICT": None})
    assert [reason.subject for reason in found] == ["NAV_DLL_ACT"]


def test_a_wait_shorter_than_what_is_waited_for_is_a_finding_that_names_both() -> None:
    """PX4's mission goes on, and takes off from a door, while its gripper still opens."""
    (wait,) = [safe for safe in px4_safe_set(needs_of(DELIVERY_DRONE)) if safe.name == "MIS_COMMAND_TOUT"]
    assert names((wait,)) == ("MIS_COMMAND_TOUT", "PD_GRIPPER_TO")
    (reason,) = judge((wait,), {"MIS_COMMAND_TOUT": 1.5, "PD_GRIPPER_TO": 4.0})
    assert "MIS_COMMAND_TOUT is 1.5" in reason.text
    assert "PD_GRIPPER_TO, which is 4" in reason.text
    for gripper_s in (1.0, 1.5, None):
        assert judge((wait,), {"MIS_COMMAND_TOUT": 1.5, "PD_GRIPPER_TO": gripper_s}) == ()


def test_a_set_that_would_set_what_it_does_not_allow_cannot_be_declared() -> None:
    with pytest.raises(ValueError, match="NAV_DLL_ACT"):
        replace(ACTION, value=0.0)


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_every_kind_of_vehicle_has_a_safe_set_that_names_each_parameter_once(name: str) -> None:
    declared = [safe.name for safe in px4_safe_set(needs_of(PROFILES[name]))]
    assert len(declared) == len(set(declared)) > 10


def test_an_aircraft_comes_home_and_a_robot_stops() -> None:
    drone = {safe.name: safe for safe in px4_safe_set(needs_of(DELIVERY_DRONE))}
    robot = {safe.name: safe for safe in px4_safe_set(needs_of(SIDEWALK_ROBOT))}
    assert drone["NAV_DLL_ACT"].allowed == OneOf((2.0,))
    assert robot["NAV_DLL_ACT"].allowed == OneOf((1.0,))
    assert "RTL_RETURN_ALT" not in robot


def test_the_return_height_is_the_fleets() -> None:
    needs = needs_of(DELIVERY_DRONE, return_height_m=80.0)
    height = next(safe for safe in px4_safe_set(needs) if safe.name == "RTL_RETURN_ALT")
    assert height.value == 80.0
    assert not height.allows(60.0)
    towers = needs_of(DELIVERY_DRONE, return_height_m=150.0)  # above what it cruises at
    (height,) = [safe for safe in px4_safe_set(towers) if safe.name == "RTL_RETURN_ALT"]
    assert height.value == 150.0


def test_battery_thresholds_that_are_allowed_are_in_order_and_below_the_reserve() -> None:
    for reserve_frac in (0.1, 0.25):
        needs = replace(needs_of(DELIVERY_DRONE), reserve_frac=reserve_frac)
        by_name = {safe.name: safe.allowed for safe in px4_safe_set(needs)}
        low, critical, emergency = (by_name[f"BAT_{word}_THR"] for word in ("LOW", "CRIT", "EMERGEN"))
        assert isinstance(low, Within)
        assert isinstance(critical, Within)
        assert isinstance(emergency, Within)
        assert emergency.high < critical.low
        assert critical.high < min(low.low, reserve_frac)
    assert needs_of(DELIVERY_DRONE).airframe is Airframe.MULTICOPTER


ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|", re.MULTILINE)
PACE = {
    "MPC_XY_VEL_MAX": "cruise_mps",
    "MPC_XY_CRUISE": "cruise_mps",
    "MPC_Z_VEL_MAX_UP": "climb_mps",
    "MPC_Z_V_AUTO_UP": "climb_mps",
    "MPC_TKO_SPEED": "climb_mps",
    "MPC_Z_VEL_MAX_DN": "descend_mps",
    "MPC_Z_V_AUTO_DN": "descend_mps",
}
DEPENDS_ON_THE_VEHICLE = {"BAT_CRIT_THR", "RTL_RETURN_ALT", "NAV_ACC_RAD", "FW_AIRSPD_MAX", *PACE}


def test_px4_is_let_fly_at_the_pace_that_is_planned_with() -> None:
    declared = {safe.name: safe for safe in px4_safe_set(needs_of(DELIVERY_DRONE))}
    for name, planned in PACE.items():
        planned_mps = getattr(DELIVERY_DRONE, planned)
        assert declared[name].value >= planned_mps
        slower = judge((declared[name],), {name: planned_mps - 0.1})
        assert [finding.subject for finding in slower] == [name]


@pytest.mark.parametrize(("speed", "unit"), [("WPNAV_SPEED", 100.0), ("WP_SPD", 1.0)])
def test_ardupilot_is_let_fly_at_that_pace_under_its_former_names_and_its_later_ones(
    speed: str, unit: float
) -> None:
    """From the factory it came home half a minute late, a hundred metres outside its reserved space."""
    declared = {safe.name: safe for safe in ardupilot_safe_set(needs_of(DELIVERY_DRONE))}
    kind = DELIVERY_DRONE
    planned = {speed: kind.cruise_mps, f"{speed}_UP": kind.climb_mps, f"{speed}_DN": kind.descend_mps}
    for name, planned_mps in planned.items():
        assert declared[name].value == pytest.approx(planned_mps * unit)
        (found,) = judge((declared[name],), {name: planned_mps * unit * 0.9})
        assert found.subject == name
        assert judge((declared[name],), {}) == (), "the other versions' name"


def test_a_vtol_turns_where_it_was_verified_on_its_wing() -> None:
    declared = {safe.name: safe for safe in px4_safe_set(needs_of(DELIVERY_VTOL))}
    found = judge((declared["NAV_ACC_RAD"],), {"NAV_ACC_RAD": 10.0})  # PX4's own would overshoot by 40 m
    assert [finding.subject for finding in found] == ["NAV_ACC_RAD"]
    assert declared["NAV_ACC_RAD"].value == pytest.approx(0.32 * 7.071 * 22.0, rel=1e-3)
    assert declared["MPC_XY_VEL_MAX"].value == pytest.approx(12.0)  # its rotors' pace, not its wing's
    assert "NAV_ACC_RAD" not in {safe.name for safe in px4_safe_set(needs_of(DELIVERY_DRONE))}


def test_the_page_for_operators_says_what_is_declared() -> None:
    page = (Path(__file__).parents[3] / "docs" / "parameters.md").read_text(encoding="utf-8")
    px4 = page.partition("## PX4")[2].partition("\n## ")[0]
    said = {(row[1], row[2].strip(), row[3].strip()) for row in ROW.finditer(px4)}
    declared = {
        (safe.name, str(safe.allowed), f"{safe.value:g}")
        for profile in PROFILES.values()
        for safe in px4_safe_set(needs_of(profile))
    }
    assert {name for name, _, _ in said} == {name for name, _, _ in declared}
    assert {row for row in declared if row[0] not in DEPENDS_ON_THE_VEHICLE} == {
        row for row in said if row[0] not in DEPENDS_ON_THE_VEHICLE
    }
