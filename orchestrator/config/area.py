"""What the configuration says of where the fleet works: the map, zones, the ground, and the weather."""

from __future__ import annotations

from math import inf
from typing import Annotated, Self

from pydantic import Field, model_validator

from orchestrator.config.places import RallyConfig
from orchestrator.config.table import ONE_OF, File, Table
from orchestrator.operations.planning.surroundings import OwnReturnRule
from vehicles.wind import Wind, WindAt


class AreaConfig(Table):
    """Where the fleet works: the map (`.geojson.gz`), zone files (ED-318), ground height AMSL.

    `terrain` are tiles of a height model or folders of them; with them the ground is as they have it.
    `home_tolerance_m` is by how much a vehicle's own home may differ from that, or from `ground_amsl_m` where
    it is named.
    `return_height_m` is the height above home at which an aircraft left alone must return: above everything
    that stands here. Without it the least height of the profile's cruise counts. `own_return`: "clear" sends
    no aircraft where a zone closes its autopilot's own straight way home at every height, "any" does. `rally`
    are places to land besides home: each flight has the best of them with it.
    """

    map: File
    zones: tuple[File, ...] = Field(default=(), strict=False)
    ground_amsl_m: float = Field(default=0.0, ge=-500, le=9000)
    terrain: tuple[File, ...] = Field(default=(), strict=False)
    home_tolerance_m: float | None = Field(default=None, gt=0, le=200)
    return_height_m: float | None = Field(default=None, ge=10, le=3000)
    own_return: Annotated[OwnReturnRule, ONE_OF] = OwnReturnRule.CLEAR
    rally: tuple[RallyConfig, ...] = Field(default=(), strict=False)

    @model_validator(mode="after")
    def _one_ground(self) -> Self:
        if self.terrain and "ground_amsl_m" in self.model_fields_set:
            raise ValueError("terrain, ground_amsl_m: choose one: tiles tell how high the ground is")
        return self

    def home_within_m(self) -> float | None:
        """By how much homes may differ from the area's height, metres: by any where nobody named that."""
        named = self.terrain or "ground_amsl_m" in self.model_fields_set
        return self.home_tolerance_m if named else inf


class WindConfig(Table):
    """The wind at a height above ground; `from_deg` is where it blows from, clockwise from north."""

    height_agl_m: float = Field(ge=0, le=1000)
    wind_mps: float = Field(ge=0, le=60)
    from_deg: float = Field(ge=0, le=360)


class WeatherConfig(Table):
    """The wind every plan reckons with, from any side, metres per second.

    `above_isa_k` is how much warmer the air is than the International Standard Atmosphere has it.
    """

    wind_mps: float = Field(default=5.0, ge=0, le=60)
    above_isa_k: float = Field(default=0.0, ge=-60, le=60)
    aloft: tuple[WindConfig, ...] = Field(default=(), strict=False)

    def wind(self) -> Wind | None:
        """The wind by height; None where it is not told. Raises `ValueError` where heights do not rise."""
        winds = (WindAt(one.height_agl_m, one.wind_mps, one.from_deg) for one in self.aloft)
        return Wind(tuple(winds)) if self.aloft else None

    @model_validator(mode="after")
    def _rising(self) -> Self:
        try:
            self.wind()
        except ValueError as error:
            raise ValueError(f"aloft: {error}") from error
        return self
