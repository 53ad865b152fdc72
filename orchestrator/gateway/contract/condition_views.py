"""Everything that one vehicle last said of itself, and how it is reached, as the API shows it.

Ages are fleet seconds since it was said. What is unknown is null, and so is a part that was never heard.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from orchestrator.gateway.contract.views import LinkView, View


class BatteryView(View):
    """Its battery; several packs as one. `current_a` is positive when discharging."""

    age_s: float
    left_frac: float | None
    left_wh: float | None
    current_a: float | None
    voltage_v: float | None
    cells_v: tuple[float, ...]
    temperature_deg_c: float | None


class HomeView(View):
    """Where the autopilot's own return leads."""

    age_s: float
    lat_deg: float
    lon_deg: float
    alt_amsl_m: float


class WindView(View):
    """The vehicle's own estimate; `from_deg` is where the wind comes from, clockwise from true north."""

    age_s: float
    speed_mps: float
    from_deg: float


class GpsView(View):
    """Satellite reception; `accuracy_m` is the receiver's own horizontal uncertainty."""

    age_s: float
    fix: Literal["none", "2d", "3d", "differential"]
    satellites: int | None
    hdop: float | None
    accuracy_m: float | None


class EstimatorView(View):
    """Which estimates the autopilot trusts, and how far its position may be off."""

    age_s: float
    attitude: bool
    velocity: bool
    position: bool
    height: bool
    gps_glitch: bool
    accuracy_m: float | None


class WinchView(View):
    """A winch: line let out, tension."""

    age_s: float
    line_m: float | None
    tension_kg: float | None
    healthy: bool
    moving: bool


class SampleView(View):
    """A vehicle's newest coherent sample, beyond what the live stream has of it. Degrees, metres, m/s."""

    age_s: float
    mode_text: str = Field(description="The autopilot's own name of its mode; empty where it has none.")
    ready: bool = Field(description="Whether it says that it may start, and nothing stands against it.")
    failsafe: bool
    alt_amsl_m: float | None
    climb_mps: float
    roll_deg: float | None
    pitch_deg: float | None
    warnings: tuple[str, ...] = Field(description="Its own words, and what we notice of its links.")
    unhealthy: tuple[str, ...] = Field(description="Parts that it calls out of order.")
    findings: tuple[str, ...] = Field(description="What we hold against it; with any it is not ready.")
    battery: BatteryView | None
    home: HomeView | None
    wind: WindView | None
    gps: GpsView | None
    estimator: EstimatorView | None
    winch: WinchView | None
    grip: Literal["holding", "released", "moving", "failed"] | None
    vtol: Literal["hovering", "to_wing", "on_wing", "to_hover"] | None


class ConditionView(View):
    """One vehicle's condition. `sample` is null until it was heard; the rest is there before."""

    id: str
    boots: int | None = Field(description="How often it was seen to restart.")
    links: tuple[LinkView, ...]
    notices: tuple[str, ...] = Field(description="What an operator should know of its links and recording.")
    sample: SampleView | None
