from __future__ import annotations

import pytest
from pymavlink.dialects.v20 import common

from geofences.position import GeoPoint
from tests.vehicles.mavlink import wire
from vehicles.mavlink.autopilots.known import AIRCRAFT, GROUND_VEHICLES, PX4, types_of
from vehicles.mavlink.exchanges.messages import Text
from vehicles.mavlink.reading.decode import Decoder
from vehicles.mission import ParcelId
from vehicles.profile import Airframe
from vehicles.telemetry import Landed, Mode, Telemetry, VtolState


def decoder(types: frozenset[int] = AIRCRAFT) -> Decoder:
    return Decoder(PX4, types)


def sample(of: Decoder) -> Telemetry:
    assert of.telemetry is not None
    return of.telemetry


def complete(*, kind: int = wire.QUAD, types: frozenset[int] = AIRCRAFT) -> Decoder:
    made = decoder(types)
    for n, message in enumerate((wire.heartbeat(kind=kind), wire.position(), wire.status())):
        assert made.telemetry is None
        made.hear(message, 10.0 + n)
    return made


def test_a_sample_needs_heartbeat_position_and_battery() -> None:
    made = complete()
    made.hear(wire.landed(1), 13.0)
    seen = sample(made)
    assert seen.heard_at_s == 13.0
    assert seen.position == GeoPoint(60.17, 24.94)
    assert seen.height_agl_m == 20.0
    assert seen.heading_deg == 90.0
    assert seen.battery_frac == 0.8
    assert (seen.mode, seen.armed, seen.landed) == (Mode.HOLD, False, Landed.ON_GROUND)
    assert seen.health.ready
    assert seen.carrying is None


@pytest.mark.parametrize(
    ("custom_mode", "mode"),
    [
        (0x02040000, Mode.TAKE_OFF),
        (0x03040000, Mode.HOLD),
        (0x04040000, Mode.MISSION),
        (0x05040000, Mode.RETURN),
        (0x06040000, Mode.LAND),
        (0x00010000, Mode.MANUAL),
        (0x00060000, Mode.OTHER),
        (0xFFFFFFFF, Mode.OTHER),
    ],
)
def test_modes_as_px4_numbers_them(custom_mode: int, mode: Mode) -> None:
    made = complete()
    made.hear(wire.heartbeat(mode=custom_mode), 14.0)
    assert sample(made).mode is mode


@pytest.mark.parametrize(
    ("status", "ready", "failsafe"), [(0, False, False), (3, True, False), (5, False, True)]
)
def test_health_from_the_system_status(status: int, *, ready: bool, failsafe: bool) -> None:
    made = complete()
    made.hear(wire.heartbeat(status=status), 14.0)
    assert (sample(made).health.ready, sample(made).health.failsafe) == (ready, failsafe)


def test_an_unknown_charge_is_taken_for_none() -> None:
    made = complete()
    made.hear(wire.status(battery=-1), 14.0)
    assert sample(made).battery_frac == 0.0
    assert not sample(made).health.ready
    assert "battery" in sample(made).health.warnings[0]


def test_another_kind_of_vehicle_is_never_ready() -> None:
    made = complete(kind=wire.ROVER, types=AIRCRAFT)
    assert not sample(made).health.ready
    assert "another kind" in sample(made).health.warnings[0]


def test_another_autopilot_is_never_ready() -> None:
    made = complete()
    made.hear(wire.heartbeat(autopilot=3), 14.0)
    assert not sample(made).health.ready
    assert sample(made).mode is Mode.OTHER


def test_a_position_that_stopped_coming_is_said() -> None:
    made = complete()
    made.hear(wire.heartbeat(), 20.0)
    assert not sample(made).health.ready
    assert "position is 9 s old" in sample(made).health.warnings[0]


@pytest.mark.parametrize("place", [{"lat_e7": 2_000_000_000}, {"lat_e7": 0, "lon_e7": 0}])
def test_an_impossible_position_changes_nothing(place: dict[str, int]) -> None:
    made = complete()
    made.hear(wire.position(**place), 14.0)
    assert sample(made).position == GeoPoint(60.17, 24.94)


def test_positions_that_are_none_on_earth_are_counted_and_told_until_one_is() -> None:
    made = complete()
    for _ in range(3):
        made.hear(wire.position(lon_e7=1_800_000_026), 12.5)
    health = sample(made).health
    assert not health.ready
    assert "Where it is is not known: its last 3 positions lie beyond" in health.warnings[0]
    made.hear(wire.position(lat_e7=0, lon_e7=0), 12.6)
    assert "its last 3 positions" in sample(made).health.warnings[0], "no fix is not out of range"
    made.hear(wire.position(lon_e7=-1_799_999_974), 12.7)
    assert sample(made).health.ready
    assert sample(made).position == GeoPoint(60.17, -179.9999974)


def test_an_unknown_heading_keeps_the_last_one() -> None:
    made = complete()
    made.hear(wire.position(hdg=65535), 14.0)
    assert sample(made).heading_deg == 90.0


def test_a_restart_shows_in_the_boot_time() -> None:
    made = complete()
    made.hear(wire.position(boot_ms=90_000), 14.0)
    assert made.boots == 0
    made.hear(wire.position(boot_ms=89_900), 14.0)
    assert made.boots == 0
    made.hear(wire.position(boot_ms=2_000), 14.0)
    assert made.boots == 1


def test_after_a_restart_nobody_knows_what_it_holds() -> None:
    made = complete()
    made.hear(wire.position(boot_ms=90_000), 14.0)
    made.gripped(ParcelId("O1-1"))
    assert sample(made).carrying is True
    made.hear(wire.position(boot_ms=2_000), 15.0)
    assert sample(made).carrying is None
    assert sample(made).grip is None


def test_a_rover_is_in_motion_by_its_speed_whatever_px4_calls_it() -> None:
    made = complete(kind=wire.ROVER, types=GROUND_VEHICLES)
    made.hear(wire.landed(2), 14.0)
    made.hear(wire.position(vx=20, vy=10), 14.0)
    assert sample(made).landed is Landed.ON_GROUND
    made.hear(wire.position(vx=120), 15.0)
    assert sample(made).landed is Landed.IN_MOTION


@pytest.mark.parametrize(
    ("state", "vtol"),
    [
        (0, None),
        (1, VtolState.TO_WING),
        (2, VtolState.TO_HOVER),
        (3, VtolState.HOVERING),
        (4, VtolState.ON_WING),
        (9, None),
    ],
)
def test_a_vtol_tells_what_carries_it(state: int, vtol: VtolState | None) -> None:
    made = complete()
    made.hear(common.MAVLink_extended_sys_state_message(state, 2), 14.0)
    assert sample(made).vtol is vtol


def test_a_vtol_is_taken_for_a_vtol_only() -> None:
    vtols, tiltrotor = types_of(Airframe.VTOL), 21
    assert sample(complete(kind=tiltrotor, types=vtols)).health.ready
    assert not sample(complete(kind=wire.QUAD, types=vtols)).health.ready
    assert not sample(complete(kind=tiltrotor, types=types_of(Airframe.MULTICOPTER))).health.ready


def test_cargo_is_known_once_a_parcel_was_gripped() -> None:
    made = complete()
    made.gripped(ParcelId("p1"))
    assert sample(made).carrying is True


def test_texts_are_joined_from_chunks_and_cleaned() -> None:
    made = decoder()
    long = "RTL: start return at 520 m (30 m above destination"
    assert made.hear(wire.text(long, 6, 7, 0), 1.0) == ()
    assert made.hear(wire.text(")\t", 6, 7, 1), 1.0) == (Text(6, long + ")"),)


def test_px4s_first_text_is_cut_though_its_number_says_that_it_is_not() -> None:
    made = decoder()
    said = "Arming denied: Resolve system health failures first"
    made.hear(wire.text(said[:50], 2), 10.0)
    assert made.hear(wire.text(said[50:] + "\t", 2, chunk=1), 10.0) == (Text(2, said),)
    made.hear(wire.text("GPS lost", 2), 12.0)
    assert made.texts.since(9.0) == (said, "GPS lost")


def test_a_chunk_out_of_order_waits_for_the_others() -> None:
    made = decoder()
    assert made.hear(wire.text("end", 4, 7, 1), 1.0) == ()
    assert made.hear(wire.text("x" * 50, 4, 7, 0), 1.0) == (Text(4, "x" * 50 + "end"),)


def test_a_lost_chunk_is_marked_when_the_next_text_begins() -> None:
    made = decoder()
    made.hear(wire.text("y" * 50, 2, 7, 0), 1.0)
    assert made.hear(wire.text("Next", 6), 1.0) == (Text(2, "y" * 50 + "..."), Text(6, "Next"))


def test_warnings_stay_for_half_a_minute_and_information_is_left_out() -> None:
    made = complete()
    made.hear(wire.text("Low battery", 4), 14.0)
    made.hear(wire.text("Takeoff detected", 6), 14.0)
    made.hear(wire.position(), 15.0)
    assert sample(made).health.warnings == ("Low battery",)
    made.hear(wire.position(), 45.0)
    assert sample(made).health.warnings == ()


def test_a_warning_said_again_is_new_again_and_shown_once() -> None:
    made = complete()
    made.hear(wire.text("Low battery", 4), 14.0)
    made.hear(wire.text("Low battery", 4), 40.0)
    made.hear(wire.position(), 60.0)
    assert sample(made).health.warnings == ("Low battery",)
    assert made.texts.since(39.0) == ("Low battery",)
    assert made.texts.since(41.0) == ()
