"""Battery, reception, estimates, wind, home, attitude, winch: each message as one value with its age."""

from __future__ import annotations

import math
from typing import Any

import pytest
from pymavlink.dialects.v20 import all as dialect

from geofences.position import GeoPoint
from geofences.reason import Because, Reason
from tests.vehicles.mavlink import recordings, wire
from vehicles.mavlink.autopilots.known import AIRCRAFT, PX4
from vehicles.mavlink.reading.decode import Decoder
from vehicles.mavlink.wire.receiver import Receiver
from vehicles.mission import ParcelId
from vehicles.telemetry import (
    Battery,
    Estimator,
    Gps,
    GpsFix,
    GripState,
    Home,
    Mode,
    Telemetry,
    Winch,
    WindEstimate,
)

NAN = math.nan


def complete(*more: Any) -> Telemetry:  # noqa: ANN401
    made = Decoder(PX4, AIRCRAFT, battery_wh=200.0)
    for message in (wire.heartbeat(), wire.position(), wire.status()):
        made.hear(message, 10.0)
    for n, message in enumerate(more):
        made.hear(message, 11.0 + n)
    assert made.telemetry is not None
    return made.telemetry


def pack(number: int = 0, **changed: Any) -> Any:  # noqa: ANN401
    fields: dict[str, Any] = {
        "id": number,
        "battery_function": 0,
        "type": 0,
        "temperature": 32767,
        "voltages": [65535] * 10,
        "current_battery": -1,
        "current_consumed": -1,
        "energy_consumed": -1,
        "battery_remaining": -1,
    }
    return dialect.MAVLink_battery_status_message(**(fields | changed))


def power(
    voltage_mv: int = 65535, current_ca: int = -1, left: int = -1, sensors: tuple[int, ...] = ()
) -> Any:  # noqa: ANN401
    present, enabled, health = sensors or (0, 0, 0)
    return dialect.MAVLink_sys_status_message(
        present, enabled, health, 0, voltage_mv, current_ca, left, 0, 0, 0, 0, 0, 0
    )


def test_a_battery_with_measured_cells() -> None:
    cells = [4100, 4090, 4080, 4110] + [65535] * 6
    said = pack(voltages=cells, current_battery=1520, temperature=2350, battery_remaining=71)
    seen = complete(power(16380, 1510, 70), said)
    assert seen.parts().battery == Battery(12.0, 0.70, 140.0, 15.2, 16.38, (4.1, 4.09, 4.08, 4.11), 23.5)
    assert seen.battery_frac == 0.70


def test_a_pack_that_cannot_measure_its_cells_has_none() -> None:
    seen = complete(power(), pack(voltages=[16200] + [65535] * 9, battery_remaining=50))
    assert seen.parts().battery == Battery(12.0, 0.5, 100.0, None, 16.2, (), None)


def test_twelve_cells_and_more_follow_in_the_second_list() -> None:
    seen = complete(pack(voltages=[4000] * 10, voltages_ext=[4000, 3900, 0, 0]))
    battery = seen.parts().battery
    assert battery is not None
    assert battery.cells_v == (4.0,) * 11 + (3.9,)


def test_two_packs_are_one_battery() -> None:
    left = pack(0, current_battery=1000, temperature=2000, battery_remaining=60)
    right = pack(1, current_battery=900, temperature=3000, battery_remaining=40)
    seen = complete(power(), left, right)
    assert seen.parts().battery == Battery(13.0, 0.4, 80.0, 19.0, None, (), 30.0)


def metered(*readings: Any) -> float | None:  # noqa: ANN401
    battery = complete(*readings).parts().battery
    assert battery is not None
    return battery.used_wh


def test_a_charge_that_was_counted_is_energy_by_the_voltage_between() -> None:
    counts = [(100, 16_000), (400, 15_000), (900, 14_000)]
    told = [
        pack(current_consumed=mah, voltages=[mv] + [65535] * 9, current_battery=900) for mah, mv in counts
    ]
    assert metered(*told) == pytest.approx(0.3 * 15.5 + 0.5 * 14.5)
    begun_anew = pack(current_consumed=50, voltages=[14_000] + [65535] * 9, current_battery=900)
    assert metered(*told, begun_anew) == pytest.approx(0.3 * 15.5 + 0.5 * 14.5 + 0.05 * 14.0)


def test_an_energy_counter_goes_before_the_charge() -> None:
    told = [pack(energy_consumed=hj, current_consumed=7, current_battery=900) for hj in (72, 432)]
    assert metered(*told) == pytest.approx(10.0)


def test_the_voltage_is_the_autopilots_where_the_pack_tells_none() -> None:
    told = [pack(current_consumed=mah, current_battery=900) for mah in (0, 500)]
    assert metered(power(12_000), *told) == pytest.approx(6.0)
    assert metered(power(), *told) is None


def test_a_counter_at_nought_without_a_current_is_none() -> None:
    """As PX4's simulation sends it: -1 A, 0 mAh."""
    told = [pack(current_consumed=0, current_battery=-100, voltages=[16_000] + [65535] * 9)] * 2
    assert metered(*told) is None


def test_of_two_packs_both_must_have_a_meter() -> None:
    one = [pack(0, energy_consumed=hj) for hj in (36, 72)]
    other = [pack(1, energy_consumed=hj) for hj in (36, 108)]
    assert metered(*one, *other) == pytest.approx(3.0)
    assert metered(*one, pack(1)) is None


@pytest.mark.parametrize("unknown", [-1, -100])
def test_an_unknown_current_is_not_a_charging_one(unknown: int) -> None:
    battery = complete(power(12000, unknown, 80), pack(current_battery=unknown)).parts().battery
    assert battery is not None
    assert battery.current_a is None


def test_a_charging_current_is_negative() -> None:
    battery = complete(power(12000, -250, 80)).parts().battery
    assert battery is not None
    assert battery.current_a == -2.5


def test_what_is_present_and_enabled_and_not_healthy_is_named() -> None:
    gps, compass, rc = 32, 4, 65536
    sensors = (gps | compass | rc, gps | rc, compass)
    assert complete(power(sensors=sensors)).health.unhealthy == ("GPS",)
    assert complete(pack(fault_bitmask=4 | 16), pack(1, fault_bitmask=4)).health.unhealthy == (
        "battery: a cell failed",
        "battery: too hot",
    )


def gps(fix: int, satellites: int = 11, eph: int = 80, h_acc: int = 1200) -> Any:  # noqa: ANN401
    return dialect.MAVLink_gps_raw_int_message(
        0, fix, 601700000, 249400000, 30000, eph, 90, 0, 0, satellites, 0, h_acc
    )


@pytest.mark.parametrize(
    ("fix", "expected"),
    [
        (0, GpsFix.NONE),
        (1, GpsFix.NONE),
        (2, GpsFix.TWO_D),
        (3, GpsFix.THREE_D),
        (4, GpsFix.DIFFERENTIAL),
        (6, GpsFix.DIFFERENTIAL),
        (99, GpsFix.NONE),
    ],
)
def test_satellite_fixes(fix: int, expected: GpsFix) -> None:
    assert complete(gps(fix)).parts().gps == Gps(11.0, expected, 11, 0.8, 1.2)


def test_unknown_reception_is_unknown() -> None:
    assert complete(gps(3, 255, 65535, 0)).parts().gps == Gps(11.0, GpsFix.THREE_D)


def test_home_and_its_height_above_the_sea() -> None:
    none = dialect.MAVLink_home_position_message(0, 0, 0, 0, 0, 0, [1, 0, 0, 0], 0, 0, 0)
    said = dialect.MAVLink_home_position_message(601700000, 249400000, 31000, 0, 0, 0, [1, 0, 0, 0], 0, 0, 0)
    assert complete(none).home is None
    assert complete(said, none).home == Home(11.0, GeoPoint(60.17, 24.94), 31.0)


def test_wind_as_px4_and_as_ardupilot_tell_it() -> None:
    covariance = dialect.MAVLink_wind_cov_message(0, 3.0, -4.0, 0.0, 0, 0, 0, 0, 0)
    assert complete(covariance).parts().wind == WindEstimate(11.0, 3.0, -4.0)
    from_the_west = complete(dialect.MAVLink_wind_message(270.0, 5.0, 0.0)).parts().wind
    assert from_the_west is not None
    assert (from_the_west.north_mps, from_the_west.east_mps) == pytest.approx((0.0, 5.0), abs=1e-9)
    unknown = dialect.MAVLink_wind_cov_message(0, NAN, NAN, 0.0, 0, 0, 0, 0, 0)
    assert complete(covariance, unknown).parts().wind == WindEstimate(11.0, 3.0, -4.0)


def test_estimates_as_px4_and_as_ardupilot_tell_them() -> None:
    good = 1 | 2 | 4 | 16 | 32
    said = dialect.MAVLink_estimator_status_message(0, good | 1024, 0, 0, 0, 0, 0, 0, 0.75, 1.0)
    assert complete(said).parts().estimator == Estimator(
        11.0, attitude=True, velocity=True, position=True, height=True, gps_glitch=True, accuracy_m=0.75
    )
    other = dialect.MAVLink_ekf_status_report_message(good & ~16 | 1024, 0, 0, 0, 0, 0)
    assert complete(other).parts().estimator == Estimator(
        11.0, attitude=True, velocity=True, position=False, height=True
    )


def test_attitude_and_the_height_above_the_sea() -> None:
    seen = complete(dialect.MAVLink_attitude_message(1, math.radians(12.0), math.radians(-3.0), 0, 0, 0, 0))
    assert (seen.parts().roll_deg, seen.parts().pitch_deg) == pytest.approx((12.0, -3.0))
    assert seen.alt_amsl_m == 30.0
    assert complete(dialect.MAVLink_attitude_message(1, NAN, 0.0, 0, 0, 0, 0)).parts().roll_deg is None


def test_a_winch_and_what_it_does_not_know() -> None:
    said = dialect.MAVLink_winch_status_message(0, 4.5, -0.6, NAN, 0, 0, 0, 1 | 4)
    assert complete(said).winch == Winch(11.0, 4.5, -0.6, None, moving=True)
    broken = dialect.MAVLink_winch_status_message(0, 0.0, 0.0, 0.5, 0, 0, 0, 2)
    assert complete(broken).winch == Winch(11.0, 0.0, 0.0, 0.5, healthy=False, retracted=True)


def test_the_autopilots_own_name_of_a_mode() -> None:
    assert complete().mode_text == "Hold"


def test_a_mode_nobody_named_is_known_by_the_standard_mode() -> None:
    unheard_of = 0x0B040000
    standard = dialect.MAVLink_current_mode_message(6, unheard_of, 0)
    assert complete(standard, wire.heartbeat(mode=unheard_of)).mode is Mode.MISSION
    assert complete(standard, wire.heartbeat(mode=unheard_of + 1)).mode is Mode.OTHER
    assert complete(standard, wire.heartbeat()).mode is Mode.HOLD


def test_a_finding_keeps_it_on_the_ground_until_it_is_taken_back() -> None:
    made = Decoder(PX4, AIRCRAFT)
    for message in (wire.heartbeat(), wire.position(), wire.status()):
        made.hear(message, 10.0)
    reason = Reason(Because.AUTOPILOT, "RTL_RETURN_ALT", "RTL_RETURN_ALT is 5, not 30.")
    made.find((reason,))
    assert made.telemetry is not None
    assert (made.telemetry.health.ready, made.telemetry.health.findings) == (False, (reason,))
    made.find(())
    assert made.telemetry.health.ready


def test_the_grip_as_far_as_it_is_known() -> None:
    made = Decoder(PX4, AIRCRAFT)
    for message in (wire.heartbeat(), wire.position(), wire.status()):
        made.hear(message, 10.0)
    grips = [made.telemetry and made.telemetry.grip]
    made.gripped(ParcelId("p1"))
    grips.append(made.telemetry and made.telemetry.grip)
    made.hear(wire.text(f"{PX4.release_failures[0]} to release", 2), 11.0)
    grips.append(made.telemetry and made.telemetry.grip)
    made.let_go()
    grips.append(made.telemetry and made.telemetry.grip)
    assert grips == [None, GripState.HOLDING, GripState.FAILED, GripState.RELEASED]


def test_a_real_delivery_fills_every_part_that_px4_tells() -> None:
    made = Decoder(PX4, AIRCRAFT, battery_wh=100.0)

    def hear(message: Any) -> None:  # noqa: ANN401
        made.hear(message, 1.0)

    receiver = Receiver(hear)
    samples: list[Telemetry] = []
    for n, frame in enumerate(recordings.frames("a_quad_delivery")):
        receiver.feed(frame)
        if n % 2000 == 0 and made.telemetry is not None:
            samples.append(made.telemetry)
    last = samples[-1]
    assert last.home is not None
    parts = last.parts()
    assert parts.gps is not None
    assert parts.gps.fix is GpsFix.THREE_D
    assert parts.estimator is not None
    assert (parts.estimator.attitude, parts.estimator.position) == (True, True)
    assert parts.battery is not None
    assert parts.battery.left_wh == pytest.approx(100.0 * last.battery_frac)
    assert max(abs(sample.parts().pitch_deg or 0.0) for sample in samples) > 1.0
    assert {sample.mode_text for sample in samples} >= {"Mission"}
