"""What a vehicle's autopilot says to an exchange, from its messages."""

from __future__ import annotations

from vehicles.mavlink.exchanges.lists import Item, PlanPart
from vehicles.mavlink.exchanges.messages import (
    Addressed,
    Answer,
    Counted,
    Current,
    Ended,
    GotItem,
    NotValued,
    Requested,
    Valued,
)
from vehicles.mavlink.plans.ids import ack_plan_id, list_ids_of
from vehicles.mavlink.wire.frames import Message
from vehicles.mavlink.wire.quick import quick

_current = quick(Current)


def current_of(message: Message, mission_seq: int = 0) -> Current:
    """MISSION_CURRENT as a value; `mission_seq` is the autopilot's number of the mission's first item."""
    seq = max(message.seq - mission_seq, 0)
    return _current(seq, message.total, message.mission_state, list_ids_of(message))


def to_heard(message: Message, mission_seq: int = 0) -> Addressed | Current | Valued | None:
    """A message as a value, or None when no exchange is made of it."""
    match message.get_type():
        case "PARAM_VALUE":
            return Valued(message.param_id, message.param_value, message.param_type)
        case "PARAM_ERROR":
            return NotValued(message.target_component, message.param_id, message.error)
        case "COMMAND_ACK":
            return Answer(message.target_component, message.command, message.result)
        case "MISSION_CURRENT":
            return current_of(message, mission_seq)
        case "MISSION_REQUEST_INT" | "MISSION_REQUEST" | "MISSION_COUNT" | "MISSION_ITEM_INT" | "MISSION_ACK":
            return _to_transfer(message)
        case _:
            return None


def _to_transfer(message: Message) -> Addressed | None:
    asker = message.target_component
    try:
        part = PlanPart(message.mission_type)
    except ValueError:
        return None
    match message.get_type():
        case "MISSION_COUNT":
            return Counted(asker, part, message.count)
        case "MISSION_ITEM_INT":
            params = (message.param1, message.param2, message.param3, message.param4)
            item = Item(message.command, message.frame, params, message.x, message.y, message.z)
            return GotItem(asker, part, message.seq, item)
        case "MISSION_ACK":
            return Ended(asker, part, message.type, ack_plan_id(message))
        case _:
            return Requested(asker, part, message.seq)
