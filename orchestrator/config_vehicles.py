"""What the configuration says of vehicles: who they are, how they are reached, what is kept of links."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, Strict, field_validator, model_validator

from vehicles.handover import By
from vehicles.mavlink.identity import Identity
from vehicles.mavlink.links.endpoint import TcpEndpoint, UdpEndpoint, parse_url
from vehicles.mavlink.links.tlog_record import Recorder, Rotation
from vehicles.mission import VehicleId
from vehicles.profile import VehicleProfile
from vehicles.profiles import PROFILES
from vehicles.vehicle import LinkError

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
Label = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""What people read: one line."""
File = Annotated[Path, Strict(strict=False)]
"""A file's name, as text."""


class Table(BaseModel):
    """A table of the file: frozen, and a key that it does not know is refused, as is a value of another type.

    TOML has types of its own: `"8765"` and `true` are no numbers (taken for one, `port = true` was port 1).
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class VehicleConfig(Table):
    """A vehicle: what it can do, where it is reached, who it is there, and the pad that is always its own.

    `url` or `urls`, the preferred first; `system_id` None takes the first autopilot heard. `uid` is its
    hardware's number, without which no machine is commanded. `parameters`: "set" its autopilot's as the fleet
    needs them, only "check" or "leave" them. `handover`: how it hands over, where not as its profile does.
    One that a person rides has only id, profile, hub and pad.
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
    parameters: Literal["set", "check", "leave"] = "check"
    handover: Literal["hover", "land", "winch", "place"] | None = None

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

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.ridden:
            return self._on_the_page()
        if (self.url is None) == (not self.urls):
            raise ValueError("either url or urls is needed")
        if self.driver == "mavsdk" and len(self.links) > 1:
            raise ValueError("driver: mavsdk serves one link only")
        return self

    def _on_the_page(self) -> Self:
        told = self.model_fields_set - {"id", "profile", "hub", "pad"}
        if told:
            raise ValueError(f"{min(told)}: a courier's phone is reached by its page, and has no such thing")
        return self

    @property
    def ridden(self) -> bool:
        """Whether a person rides it, whose phone is the gateway's page for couriers."""
        return self.profile in PROFILES and PROFILES[self.profile].ridden

    @property
    def links(self) -> tuple[str, ...]:
        """Where it is reached, the preferred link first."""
        return self.urls if self.url is None else (self.url,)

    @property
    def kind(self) -> VehicleProfile:
        """What it can do, and how it hands over. Raises `KeyError` for a profile that nobody knows."""
        profile = PROFILES[self.profile]
        if self.handover is None:
            return profile
        return replace(profile, handover=By(self.handover).from_height(profile.handover_height_agl_m))

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
