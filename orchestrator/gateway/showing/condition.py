"""From a vehicle's newest sample and its links to what is shown of its condition. Pure."""

from __future__ import annotations

from math import atan2, degrees, hypot

from orchestrator.gateway.contract.condition_views import (
    BatteryView,
    ConditionView,
    EstimatorView,
    GpsView,
    HomeView,
    SampleView,
    WinchView,
    WindView,
)
from orchestrator.gateway.showing.fleet import link_view
from vehicles.mission import VehicleId
from vehicles.telemetry import Battery, Estimator, Gps, Home, Telemetry, Winch, WindEstimate
from vehicles.vehicle import Wired


def condition_view(
    vehicle_id: VehicleId, sample: Telemetry | None, wired: Wired | None, now_s: float
) -> ConditionView:
    """What is known of a vehicle at `now_s`, fleet time."""
    return ConditionView(
        id=vehicle_id,
        boots=None if wired is None else wired.boots,
        links=() if wired is None else tuple(link_view(link, now_s) for link in wired.links),
        notices=() if wired is None else wired.notices,
        sample=None if sample is None else _sample(sample, now_s),
    )


def _sample(sample: Telemetry, now_s: float) -> SampleView:
    health, parts = sample.health, sample.parts()
    return SampleView(
        age_s=_age_s(sample.heard_at_s, now_s),
        mode_text=sample.mode_text,
        ready=health.ready,
        failsafe=health.failsafe,
        alt_amsl_m=_number(sample.alt_amsl_m, 1),
        climb_mps=round(-sample.down_mps, 2),
        roll_deg=_number(parts.roll_deg, 1),
        pitch_deg=_number(parts.pitch_deg, 1),
        warnings=health.warnings,
        unhealthy=health.unhealthy,
        findings=tuple(reason.text for reason in health.findings),
        battery=None if parts.battery is None else _battery(parts.battery, now_s),
        home=None if sample.home is None else _home(sample.home, now_s),
        wind=None if parts.wind is None else _wind(parts.wind, now_s),
        gps=None if parts.gps is None else _gps(parts.gps, now_s),
        estimator=None if parts.estimator is None else _estimator(parts.estimator, now_s),
        winch=None if sample.winch is None else _winch(sample.winch, now_s),
        grip=None if sample.grip is None else sample.grip.value,
        vtol=None if sample.vtol is None else sample.vtol.value,
    )


def _battery(battery: Battery, now_s: float) -> BatteryView:
    return BatteryView(
        age_s=_age_s(battery.heard_at_s, now_s),
        left_frac=_number(battery.left_frac, 3),
        left_wh=_number(battery.left_wh, 1),
        current_a=_number(battery.current_a, 2),
        voltage_v=_number(battery.voltage_v, 2),
        cells_v=tuple(round(volts, 3) for volts in battery.cells_v),
        temperature_deg_c=_number(battery.temperature_deg_c, 1),
    )


def _home(home: Home, now_s: float) -> HomeView:
    return HomeView(
        age_s=_age_s(home.heard_at_s, now_s),
        lat_deg=round(home.position.lat_deg, 7),
        lon_deg=round(home.position.lon_deg, 7),
        alt_amsl_m=round(home.alt_amsl_m, 1),
    )


def _wind(wind: WindEstimate, now_s: float) -> WindView:
    return WindView(
        age_s=_age_s(wind.heard_at_s, now_s),
        speed_mps=round(hypot(wind.north_mps, wind.east_mps), 1),
        from_deg=round(degrees(atan2(-wind.east_mps, -wind.north_mps)) % 360.0, 0),
    )


def _gps(gps: Gps, now_s: float) -> GpsView:
    return GpsView(
        age_s=_age_s(gps.heard_at_s, now_s),
        fix=gps.fix.value,
        satellites=gps.satellites,
        hdop=_number(gps.hdop, 2),
        accuracy_m=_number(gps.accuracy_m, 2),
    )


def _estimator(estimator: Estimator, now_s: float) -> EstimatorView:
    return EstimatorView(
        age_s=_age_s(estimator.heard_at_s, now_s),
        attitude=estimator.attitude,
        velocity=estimator.velocity,
        position=estimator.position,
        height=estimator.height,
        gps_glitch=estimator.gps_glitch,
        accuracy_m=_number(estimator.accuracy_m, 2),
    )


def _winch(winch: Winch, now_s: float) -> WinchView:
    return WinchView(
        age_s=_age_s(winch.heard_at_s, now_s),
        line_m=_number(winch.line_m, 1),
        tension_kg=_number(winch.tension_kg, 2),
        healthy=winch.healthy,
        moving=winch.moving,
    )


def _age_s(heard_at_s: float, now_s: float) -> float:
    return round(max(0.0, now_s - heard_at_s), 1)


def _number(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
