"""What the configuration says of the gateway: where it listens, whom it knows, in whose name they act."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from orchestrator.config.table import Name, Table


class PersonConfig(Table):
    """Someone the gateway knows by key: an operator sees all, an integrator its own orders.

    A courier does what one vehicle does, named by `rides`; a locker's system tells what is collected, at one
    `locker` where that is named; a monitoring system reads `/metrics`.
    """

    name: Name
    role: Literal["operator", "integrator", "courier", "locker", "monitor"]
    key: str = Field(min_length=16)
    rides: Name | None = None
    locker: Name | None = None

    @field_validator("key")
    @classmethod
    def _travels_in_a_header(cls, key: str) -> str:
        if not (key.isascii() and key.isprintable()) or key != key.strip():
            raise ValueError("must be printable ASCII without blanks at its ends: it travels in a header")
        return key

    @model_validator(mode="after")
    def _couriers_ride(self) -> Self:
        if (self.role == "courier") != (self.rides is not None):
            raise ValueError("rides: needed for a courier, and only for one: the id of their vehicle")
        if self.locker is not None and self.role != "locker":
            raise ValueError("locker: only for a locker's own system: the id of the locker")
        return self


class GatewayConfig(Table):
    """Where the gateway listens and whom it knows.

    `loopback_operator`: requests from this machine itself act as this operator without a key.
    `tracking_key` signs customers' tracking links. `photos_days`: so long pictures of hand-overs are kept.
    """

    host: str = "127.0.0.1"
    port: int = Field(default=8765, ge=0, le=65535)
    people: tuple[PersonConfig, ...] = Field(default=(), strict=False)
    loopback_operator: Name | None = None
    tracking_key: str | None = Field(default=None, min_length=16)
    photos_days: int = Field(default=30, ge=1, le=3650)

    @field_validator("host")
    @classmethod
    def _can_be_looked_up(cls, host: str) -> str:
        try:
            host.encode("idna")
        except UnicodeError as error:
            raise ValueError(f"{host!r} is no name of a host") from error
        return host


def check_people(gateway: GatewayConfig, ridden: Collection[str], lockers: Collection[str]) -> None:
    """Raises `ValueError` where somebody would act in another's name: one role a name, one name a key.

    `ridden` are the vehicles that people ride, `lockers` all there are.
    """
    roles: dict[str, str] = {}
    names: dict[str, str] = {}
    if gateway.loopback_operator is not None:
        roles[gateway.loopback_operator] = "operator"
    for n, person in enumerate(gateway.people):
        where = f"gateway.people.{n}"
        if roles.setdefault(person.name, person.role) != person.role:
            raise ValueError(f"{where}.role: {person.name} is {roles[person.name]} and {person.role}")
        if names.setdefault(person.key, person.name) != person.name:
            raise ValueError(f"{where}.key: {names[person.key]} has the same key")
        if person.rides is not None and person.rides not in ridden:
            raise ValueError(f"{where}.rides: no courier's vehicle has the id {person.rides!r}")
        if person.locker is not None and person.locker not in lockers:
            raise ValueError(f"{where}.locker: no locker has the id {person.locker!r}")
