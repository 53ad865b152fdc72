"""What the configuration says of vehicles: who they are, how they are reached, what is kept of links."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from geofences.zone import Medium
from orchestrator.config.table import ONE_OF, File, Name, Table
from vehicles.cargo import ParcelSize, Skill, Temperature
from vehicles.handover import By
from vehicles.mavlink.exchanges.upkeep import Care
from vehicles.mavlink.identity import Identity
from vehicles.mavlink.links.endpoint import TcpEndpoint, UdpEndpoint, parse_url
from vehicles.mavlink.links.tlog_record import Recorder, Rotation
from vehicles.mission import VehicleId
from vehicles.profile import VehicleProfile
from vehicles.profiles import PROFILES
from vehicles.telemetry import Break
from vehicles.vehicle import LinkError

_ABILITIES = ("largest", "temperatures", "skills")


class RestConfig(Table):
    """A courier's break: so many minutes, somewhere within a span in minutes from the shift's beginning."""

    minutes: int = Field(gt=0, le=240)
    after_min: int = Field(ge=0, le=1440)
    before_min: int = Field(gt=0, le=1440)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.minutes > self.before_min - self.after_min:
            raise ValueError("minutes: more than there are from after_min to before_min")
        return self

    @property
    def planned(self) -> Break:
        """Seconds from the beginning of a shift."""
        return Break(60.0 * self.after_min, 60.0 * self.before_min, 60.0 * self.minutes)


class VehicleConfig(Table):
    """A vehicle: what it can do, where it is reached, who it is there, and the pad that is always its own.

    `url` or `urls`, the preferred first; `system_id` None takes the first autopilot heard. `uid` is its
    hardware's number, without which no machine is commanded. `parameters`: "set" its autopilot's as the fleet
    needs them, only "check" or "leave" them. `handover`: how it hands over, where not as its profile does.
    `largest`, `temperatures`, `skills`: what it carries and does, where not as its profile. One that a person
    rides has these and id, profile, hub and pad, and a `rest` in each shift that is long enough.
    """

    id: Name
    profile: str
    url: str | None = None
    urls: tuple[str, ...] = Field(default=(), strict=False)
    hub: Name
    pad: Name
    system_id: int | None = Field(default=None, ge=1, lt=2**32)
    component_id: int = Field(default=1, ge=1, le=255)
    uid: str | None = Field(default=None, pattern=r"^[0-9A-Fa-f]{1,36}$")
    driver: Literal["mavlink", "mavsdk"] = "mavlink"
    autopilot: Literal["px4", "ardupilot"] | None = None
    parameters: Annotated[Care, ONE_OF] = Care.CHECK
    handover: Annotated[By, ONE_OF] | None = None
    largest: Annotated[ParcelSize, ONE_OF] | None = None
    temperatures: tuple[Annotated[Temperature, ONE_OF], ...] | None = Field(
        default=None, min_length=1, strict=False
    )
    skills: tuple[Annotated[Skill, ONE_OF], ...] | None = Field(default=None, strict=False)
    rest: RestConfig | None = None

    @field_validator("profile")
    @classmethod
    def _is_known(cls, profile: str) -> str:
        if profile not in PROFILES:
            raise ValueError(f"unknown profile {profile!r} (known: {', '.join(PROFILES)})")
        return profile

    @field_validator("url")
    @classmethod
    def _is_url(cls, url: str | None) -> str | None:
        if url is not None:
            _check_url(url)
        return url

    @field_validator("urls")
    @classmethod
    def _are_urls(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        if not urls:
            raise ValueError("one link is needed at least")
        for url in urls:
            _check_url(url)
        if len(set(urls)) < len(urls):
            raise ValueError("the same link twice")
        return urls

    @field_validator("temperatures", "skills")
    @classmethod
    def _each_once(cls, told: tuple[Enum, ...] | None) -> tuple[Enum, ...] | None:
        if told is not None and len(set(told)) < len(told):
            raise ValueError("the same one twice")
        return told

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.ridden:
            return self._on_the_page()
        if self.handover not in (None, By.HOVER) and PROFILES[self.profile].medium is Medium.SIDEWALK:
            raise ValueError(f"handover: a robot opens its lid, it has no {self.handover.value!r}")
        if self.rest is not None:
            raise ValueError("rest: only who rides a vehicle has breaks")
        if (self.url is None) == (not self.urls):
            raise ValueError("either url or urls is needed")
        if self.driver == "mavsdk" and len(self.links) > 1:
            raise ValueError("driver: mavsdk serves one link only")
        return self

    def _on_the_page(self) -> Self:
        told = self.model_fields_set - {"id", "profile", "hub", "pad", "rest", *_ABILITIES}
        if told:
            raise ValueError(f"{min(told)}: a courier's phone is reached by its page, and has no such thing")
        return self

    @property
    def ridden(self) -> bool:
        """Whether a person rides it, whose phone is the gateway's page for couriers."""
        return PROFILES[self.profile].ridden

    @property
    def links(self) -> tuple[str, ...]:
        """Where it is reached, the preferred link first."""
        return self.urls if self.url is None else (self.url,)

    @property
    def kind(self) -> VehicleProfile:
        """What it can do, and how it hands over."""
        profile = PROFILES[self.profile]
        if self.handover is not None:
            profile = replace(profile, handover=self.handover.from_height(profile.handover_height_agl_m))
        return replace(
            profile,
            name=self._kind_name,
            largest=self.largest or profile.largest,
            temperatures=self.temperatures or profile.temperatures,
            skills=profile.skills if self.skills is None else self.skills,
        )

    @property
    def _kind_name(self) -> str:
        """With what it can do otherwise: vehicles of one name are planned for as one kind."""
        told = (self.temperatures or (), self.skills or (), (self.largest,) if self.largest else ())
        own = " ".join(word.value for words in told for word in words)
        plain = all(getattr(self, ability) is None for ability in _ABILITIES)
        return self.profile if plain else f"{self.profile}[{own}]"

    @property
    def identity(self) -> Identity:
        """Who it is there."""
        return Identity(self.system_id, self.component_id, self.uid.lower() if self.uid else None)


def _check_url(url: str) -> None:
    try:
        endpoint = parse_url(url)
    except LinkError as error:
        raise ValueError(str(error)) from error
    if isinstance(endpoint, UdpEndpoint | TcpEndpoint) and endpoint.port == 0:
        raise ValueError(f"{url}: port 0 takes any: the vehicle would not know which")


class RecordingConfig(Table):
    """Where what goes over the vehicles' links is kept (.tlog), how large a file gets, how many are kept."""

    folder: File
    file_mb: int = Field(default=64, ge=1, le=4096)
    files: int = Field(default=8, ge=1, le=1000)

    def recorder(self, vehicle_id: VehicleId) -> Recorder:
        """What records one vehicle."""
        return Recorder(self.folder, vehicle_id, Rotation(self.file_mb << 20, self.files))


class SigningConfig(Table):
    """The file of keys (see `vehicles.mavlink.wire.keys`), and where the time stamps used are kept.

    Vehicles in the file of keys sign, and are believed only what they sign.
    """

    keys: File
    stamps: File = Path("sanderling.stamps")
