"""Payloads that machine code makes of a vehicle's numbers, for a chorus: see `singing`.

Values, units and oddities are those of `messages` and `motion`, which send the same where one is alone.
"""

from __future__ import annotations

from math import atan2, pi, sqrt
from typing import Any

import numpy as np

from sitl.autopilot.singer import VALUES
from sitl.motion.compiled import compiled
from sitl.motion.maths import gaussians

_PLACE, _LOCAL, _ATTITUDE, _FIX, _STATUS, _BATTERY, _HUD, _ALTITUDE, _TIME = range(len(VALUES))
_SPREADS = np.array([0.07, 0.07, 0.3, 0.03, 0.03, 0.03])
"""As `estimate` has them: of its place, its height and its speeds; east, north, up."""
_FIX_M, _FIX_HEIGHT_M, _FIX_MPS = 0.2, 0.5, 0.07
_MOST_CA = 32767
_HALF_TURN_E7 = 1_800_000_000


@compiled
def _off_m(singer: Any, walk: int) -> float:
    """How far off the estimate of its place is: east, north, up."""
    return float(singer["noise_frac"] * _SPREADS[walk] * singer["walk"][walk])


@compiled
def _off_mps(singer: Any, walk: int) -> float:
    """And that of its speed, the fourth to the sixth."""
    return float(singer["noise_frac"] * _SPREADS[walk] * singer["walk"][walk])


@compiled
def _rounded(number: float) -> int:
    return int(np.rint(number))


@compiled
def _lat_lon_e7(singer: Any, east_m: float, north_m: float) -> tuple[int, int]:
    """As `Onboard.lat_lon_e7`."""
    lat_e7 = (north_m - 0.5 * east_m * east_m * singer["tan_per_m"]) * singer["lat_e7_per_m"]
    east_e7 = east_m * (1.0 + north_m * singer["tan_per_m"]) * singer["lon_e7_per_m"]
    lon_e7 = _rounded(singer["lon_e7"] + east_e7)
    return _rounded(singer["lat_e7"] + lat_e7), (lon_e7 + _HALF_TURN_E7) % (2 * _HALF_TURN_E7) - _HALF_TURN_E7


@compiled
def _tell_place(p: Any, cell: Any, singer: Any, clock_ms: int) -> None:
    lat, lon = _lat_lon_e7(singer, cell["east_m"] + _off_m(singer, 0), cell["north_m"] + _off_m(singer, 1))
    height_mm = _rounded(1000.0 * (cell["height_m"] + _off_m(singer, 2)))
    p["time_boot_ms"], p["lat"], p["lon"] = clock_ms, lat, lon
    p["alt"] = _rounded(1000.0 * singer["pad_amsl_m"]) + height_mm
    p["relative_alt"] = height_mm - _rounded(1000.0 * singer["home_above_m"])
    p["vx"] = _rounded(100.0 * (cell["north_mps"] + _off_mps(singer, 4)))
    p["vy"] = _rounded(100.0 * (cell["east_mps"] + _off_mps(singer, 3)))
    p["vz"] = _rounded(-100.0 * (cell["up_mps"] + _off_mps(singer, 5)))
    p["hdg"] = _rounded(100.0 * cell["heading_deg"]) % 36000


@compiled
def _tell_local(p: Any, cell: Any, singer: Any, clock_ms: int) -> None:
    p["time_boot_ms"] = clock_ms
    p["x"], p["y"] = cell["north_m"] + _off_m(singer, 1), cell["east_m"] + _off_m(singer, 0)
    p["z"] = -cell["height_m"] - _off_m(singer, 2)
    p["vx"], p["vy"] = cell["north_mps"] + _off_mps(singer, 4), cell["east_mps"] + _off_mps(singer, 3)
    p["vz"] = -cell["up_mps"] - _off_mps(singer, 5)


@compiled
def _tell_attitude(p: Any, cell: Any, clock_ms: int) -> None:
    p["time_boot_ms"] = clock_ms
    p["yaw"] = ((cell["heading_deg"] + 180.0) % 360.0 - 180.0) * pi / 180.0


@compiled
def _tell_fix(p: Any, cell: Any, singer: Any, clock_us: int) -> None:
    east, north = gaussians(singer["seed"], singer["drawn"])
    up, speed = gaussians(singer["seed"], singer["drawn"] + 1.0)
    singer["drawn"] += 2.0
    noise, off_m = singer["noise_frac"], singer["noise_frac"] * _FIX_M
    lat, lon = _lat_lon_e7(singer, cell["east_m"] + off_m * east, cell["north_m"] + off_m * north)
    alt_mm = _rounded(1000.0 * (singer["pad_amsl_m"] + cell["height_m"] + noise * _FIX_HEIGHT_M * up))
    speed_mps = sqrt(cell["east_mps"] * cell["east_mps"] + cell["north_mps"] * cell["north_mps"])
    p["time_usec"], p["lat"], p["lon"], p["alt"] = clock_us, lat, lon, alt_mm
    p["eph"], p["epv"], p["fix_type"], p["satellites_visible"] = 70, 110, 3, 10
    p["vel"] = _rounded(abs(speed_mps + noise * _FIX_MPS * speed) * 100.0)
    course_deg = atan2(cell["east_mps"], cell["north_mps"]) * 180.0 / pi
    p["cog"] = _rounded(course_deg % 360.0 * 100.0) % 36000
    p["alt_ellipsoid"], p["h_acc"], p["v_acc"], p["vel_acc"] = alt_mm, 900, 1780, 400


@compiled
def _current_ca(cell: Any, singer: Any) -> int:
    return min(_MOST_CA, _rounded(100.0 * cell["draw_w"] / (singer["battery_cells"] * cell["cell_v"])))


@compiled
def _tell_status(p: Any, cell: Any, singer: Any) -> None:
    p["onboard_control_sensors_health"], p["load"] = singer["health"], 137
    p["voltage_battery"] = _rounded(1000.0 * singer["battery_cells"] * cell["cell_v"])
    p["current_battery"] = _current_ca(cell, singer)
    p["battery_remaining"] = int(100.0 * (cell["left_wh"] / cell["full_wh"]) + 1e-6)
    p["onboard_control_sensors_health_extended"] = 1


@compiled
def _tell_battery(p: Any, cell: Any, singer: Any) -> None:
    cells, cell_mv = singer["battery_cells"], _rounded(1000.0 * cell["cell_v"])
    p["current_consumed"] = _rounded(1000.0 * cell["used_ah"] / cells)
    p["energy_consumed"], p["temperature"] = -1, _rounded(100.0 * cell["temperature_deg_c"])
    for number in range(10):
        p["voltages"][number] = cell_mv if number < cells else 65535
    for number in range(4):
        p["voltages_ext"][number] = cell_mv if 10 + number < cells else 0
    p["current_battery"], p["battery_function"], p["type"] = _current_ca(cell, singer), 1, 1
    p["battery_remaining"] = int(100.0 * (cell["left_wh"] / cell["full_wh"]) + 1e-6)
    p["charge_state"] = 1


@compiled
def _tell_hud(p: Any, cell: Any, singer: Any) -> None:
    p["airspeed"] = np.nan
    p["groundspeed"] = sqrt(cell["east_mps"] * cell["east_mps"] + cell["north_mps"] * cell["north_mps"])
    p["alt"] = singer["pad_amsl_m"] + cell["height_m"] + _off_m(singer, 2)
    p["climb"], p["heading"] = cell["up_mps"], _rounded(cell["heading_deg"]) % 360
    p["throttle"] = 0 if cell["grounded"] else 50


@compiled
def _tell_altitude(p: Any, cell: Any, singer: Any, clock_us: int) -> None:
    above_m = cell["height_m"] + _off_m(singer, 2)
    p["time_usec"] = clock_us
    p["altitude_monotonic"] = p["altitude_amsl"] = singer["pad_amsl_m"] + above_m
    p["altitude_local"], p["altitude_relative"] = above_m, above_m - singer["home_above_m"]
    p["altitude_terrain"] = p["bottom_clearance"] = np.nan


@compiled
def tell(kind: int, cell: Any, singer: Any, clock_us: int, at_s: float, drafts: Any) -> None:
    """Write the payload of one of `VALUES` on its draft."""
    clock_ms = (clock_us + 500) // 1000 & 0xFFFFFFFF
    if kind == _PLACE:
        _tell_place(drafts[_PLACE][0], cell, singer, clock_ms)
    elif kind == _LOCAL:
        _tell_local(drafts[_LOCAL][0], cell, singer, clock_ms)
    elif kind == _ATTITUDE:
        _tell_attitude(drafts[_ATTITUDE][0], cell, clock_ms)
    elif kind == _FIX:
        _tell_fix(drafts[_FIX][0], cell, singer, clock_us)
    elif kind == _STATUS:
        _tell_status(drafts[_STATUS][0], cell, singer)
    elif kind == _BATTERY:
        _tell_battery(drafts[_BATTERY][0], cell, singer)
    elif kind == _HUD:
        _tell_hud(drafts[_HUD][0], cell, singer)
    elif kind == _ALTITUDE:
        _tell_altitude(drafts[_ALTITUDE][0], cell, singer, clock_us)
    else:
        p = drafts[_TIME][0]
        p["time_unix_usec"], p["time_boot_ms"] = int(at_s * 1e6), clock_ms
