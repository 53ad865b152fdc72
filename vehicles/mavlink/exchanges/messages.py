"""What we hear in an exchange, as values.

`asker` is the component of ours that the vehicle answers: the identity of an exchange.
"""

from __future__ import annotations

from dataclasses import dataclass

from vehicles.mavlink.exchanges.lists import Item, PlanPart
from vehicles.mavlink.plans.ids import ListIds
from vehicles.telemetry import Telemetry


@dataclass(frozen=True, slots=True)
class Answer:
    """COMMAND_ACK."""

    asker: int
    command: int
    result: int


@dataclass(frozen=True, slots=True)
class Requested:
    """MISSION_REQUEST_INT or MISSION_REQUEST: both are answered with MISSION_ITEM_INT."""

    asker: int
    part: PlanPart
    seq: int


@dataclass(frozen=True, slots=True)
class Counted:
    """MISSION_COUNT from the vehicle."""

    asker: int
    part: PlanPart
    count: int


@dataclass(frozen=True, slots=True)
class GotItem:
    """MISSION_ITEM_INT from the vehicle."""

    asker: int
    part: PlanPart
    seq: int
    item: Item


@dataclass(frozen=True, slots=True)
class Ended:
    """MISSION_ACK from the vehicle. `plan_id` is the id it gave the list, 0 where it gives none."""

    asker: int
    part: PlanPart
    result: int
    plan_id: int = 0


@dataclass(frozen=True, slots=True)
class Sample:
    """The vehicle's state after a message that changed it; `mode_heard_at_s` is the last heartbeat's time."""

    telemetry: Telemetry
    mode_heard_at_s: float


@dataclass(frozen=True, slots=True)
class Current:
    """MISSION_CURRENT. `total` is 65535 without a mission; `state` is a MISSION_STATE.

    `ids` are the vehicle's own of what it holds, None where it tells none.
    """

    seq: int
    total: int
    state: int
    ids: ListIds | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A whole STATUSTEXT; `severity` from 0 (emergency) to 7 (debug)."""

    severity: int
    text: str


@dataclass(frozen=True, slots=True)
class Valued:
    """PARAM_VALUE, an answer to anybody's question. `value` is as it travels."""

    name: str
    value: float
    kind: int


@dataclass(frozen=True, slots=True)
class NotValued:
    """PARAM_ERROR: why a parameter is not told or set (MAV_PARAM_ERROR)."""

    asker: int
    name: str
    error: int


Addressed = Answer | Requested | Counted | GotItem | Ended | NotValued
Heard = Addressed | Sample | Current | Text | Valued
