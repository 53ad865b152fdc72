"""The autopilots' own returns, read from their parameters.

PX4: `rtl.cpp` and `rtl_direct.cpp` (1.17): the nearest of home and the rally points (RTL_TYPE 0),
RTL_RETURN_ALT above it, within RTL_MIN_DIST of it a cone; at RTL_DESCEND_ALT it waits for RTL_LAND_DELAY.
ArduPilot: `mode_rtl.cpp` of Copter, `AP_Rally.cpp`; centimetres up to 4.6, metres (`_M`) since.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, radians, tan

from vehicles.own_return import OwnReturn
from vehicles.profile import Airframe

PX4_NAMES = (
    "RTL_RETURN_ALT",
    "RTL_TYPE",
    "RTL_MIN_DIST",
    "RTL_CONE_ANG",
    "RTL_LAND_DELAY",
    "RTL_DESCEND_ALT",
    "NAV_ACC_RAD",
)
ARDUPILOT_NAMES = (
    "RTL_ALT",
    "RTL_ALT_M",
    "RTL_ALT_TYPE",
    "RTL_CLIMB_MIN",
    "RTL_CLIMB_MIN_M",
    "RTL_CONE_SLOPE",
    "RTL_ALT_FINAL",
    "RTL_ALT_FINAL_M",
    "RTL_LOIT_TIME",
    "RALLY_LIMIT_KM",
    "RALLY_INCL_HOME",
)
Values = Mapping[str, float | None]


def px4_return(values: Values, airframe: Airframe) -> OwnReturn | None:
    """How a PX4 aircraft with these parameters returns; None where it does not tell how high."""
    height_m = values.get("RTL_RETURN_ALT")
    if height_m is None or airframe is Airframe.ROVER:
        return None
    cone_deg = _value(values, "RTL_CONE_ANG")
    is_cone = cone_deg > 0.0 and airframe is Airframe.MULTICOPTER  # a wing knows no cone
    delay_s, kind = _value(values, "RTL_LAND_DELAY"), _value(values, "RTL_TYPE")
    why = ""
    if kind != 0.0:
        why = f"RTL_TYPE is {kind:g}: where it leads is not known beforehand"
    elif delay_s < 0.0:
        at_m = _value(values, "RTL_DESCEND_ALT")
        why = f"RTL_LAND_DELAY is {delay_s:g}: it does not land, but hovers {at_m:g} m above its goal"
    return OwnReturn(
        "RTL_RETURN_ALT",
        height_m,
        slope_frac=1.0 / tan(radians(min(max(cone_deg, 1.0), 89.0))) if is_cone else inf,
        cone_m=_value(values, "RTL_MIN_DIST") if is_cone else 0.0,
        least_m=2.0 * _value(values, "NAV_ACC_RAD"),
        hovers_s=max(0.0, delay_s),
        unreckoned=why,
    )


_LEAST_SLOPE = 0.5
"""ArduCopter's cone is none below that (RTL_MIN_CONE_SLOPE)."""
_CM, _MM = 100.0, 1000.0


def ardupilot_return(values: Values, airframe: Airframe) -> OwnReturn | None:
    """How an ArduCopter with these parameters returns; None of others, and where no height is told."""
    name = "RTL_ALT" if values.get("RTL_ALT") is not None else "RTL_ALT_M"
    height_m = _height_m(values, "RTL_ALT")
    if height_m is None or airframe is not Airframe.MULTICOPTER:
        return None
    slope, limit_km = _value(values, "RTL_CONE_SLOPE"), _value(values, "RALLY_LIMIT_KM")
    final_m = _height_m(values, "RTL_ALT_FINAL") or 0.0
    why = ""
    if _value(values, "RTL_ALT_TYPE") != 0.0:
        why = "RTL_ALT_TYPE asks for heights above the ground below: how high it goes is not known beforehand"
    elif final_m > 0.0:
        why = f"{name.replace('ALT', 'ALT_FINAL')}: it does not land, but hovers {final_m:g} m above its goal"
    return OwnReturn(
        name,
        height_m,
        above_home=True,
        climbs_m=_height_m(values, "RTL_CLIMB_MIN") or 0.0,
        slope_frac=slope if slope >= _LEAST_SLOPE else inf,
        rally_m=limit_km * _MM if limit_km > 0.0 else inf,
        rally_first=values.get("RALLY_INCL_HOME") == 0.0,
        hovers_s=_value(values, "RTL_LOIT_TIME") / _MM,
        unreckoned=why,
    )


def _value(values: Values, name: str) -> float:
    """A parameter's value; 0 where it was not told."""
    return values.get(name) or 0.0


def _height_m(values: Values, name: str) -> float | None:
    """A height by its former name in centimetres, or by its present one in metres."""
    former_cm, now_m = values.get(name), values.get(f"{name}_M")
    return now_m if former_cm is None else former_cm / _CM
