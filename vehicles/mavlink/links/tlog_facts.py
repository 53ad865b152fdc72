"""What happened in a recording, a sentence for each fact: modes, arming, texts, progress, commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pymavlink.dialects.v20 import common

from vehicles.mavlink.autopilots.known import BY_MAV_AUTOPILOT
from vehicles.mavlink.links.tlog import Recorded
from vehicles.mavlink.reading.texts import Texts
from vehicles.mavlink.wire.frames import Message, frame_at, parse
from vehicles.mavlink.wire.wanted import is_autopilot

_SILENCE_S = 5.0
_BATTERY_STEP = 10
_NO_MISSION = 65535


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened, UTC; `system_id` and `component_id` are whose doing it was."""

    at_s: float
    system_id: int
    component_id: int
    kind: str
    text: str


class _System:
    """What was last known of one MAVLink component, so that only changes are told."""

    def __init__(self) -> None:
        self.texts = Texts()
        self.known: dict[str, object] = {}
        self.beat_at_s: float | None = None

    def changed(self, what: str, value: object) -> bool:
        before, self.known[what] = self.known.get(what), value
        return before != value


def facts(recording: Iterable[Recorded]) -> Iterator[Fact]:
    """The facts of a recording in order. Frames that cannot be read are passed over."""
    systems: dict[tuple[int, int], _System] = {}
    for recorded in recording:
        frame = frame_at(recorded.frame, 0)
        tell = _TOLD.get(frame.message_id) if frame is not None else None
        if frame is None or tell is None:
            continue
        message = parse(frame)
        if message is None:
            continue
        system = systems.setdefault((frame.system_id, frame.component_id), _System())
        for text in tell(message, system, recorded.at_s):
            kind = message.get_type().lower()
            yield Fact(recorded.at_s, frame.system_id, frame.component_id, kind, text)


def _heartbeat(beat: Message, system: _System, at_s: float) -> Iterator[str]:
    before_s, system.beat_at_s = system.beat_at_s, at_s
    if not is_autopilot(beat):
        if before_s is None:
            yield f"is heard: {_name('MAV_TYPE', beat.type)}, no autopilot"
        return
    autopilot = BY_MAV_AUTOPILOT.get(beat.autopilot)
    if before_s is None:
        who = autopilot.name if autopilot else _name("MAV_AUTOPILOT", beat.autopilot)
        yield f"is heard: {who}, {_name('MAV_TYPE', beat.type)}"
    elif at_s - before_s > _SILENCE_S:
        yield f"is heard again after {at_s - before_s:.1f} s of silence"
    if system.changed("mode", beat.custom_mode):
        word = autopilot.mode_text(beat.custom_mode, beat.type) if autopilot else hex(beat.custom_mode)
        yield f"mode {word}"
    if system.changed("armed", beat.base_mode & common.MAV_MODE_FLAG_SAFETY_ARMED):
        yield "armed" if beat.base_mode & common.MAV_MODE_FLAG_SAFETY_ARMED else "disarmed"
    if system.changed("status", beat.system_status) and beat.system_status >= common.MAV_STATE_CRITICAL:
        yield f"state {_name('MAV_STATE', beat.system_status)}"


def _text(text: Message, system: _System, at_s: float) -> Iterator[str]:
    for whole in system.texts.hear(text, at_s):
        yield f"says ({_name('MAV_SEVERITY', whole.severity)}): {whole.text}"


def _landed(state: Message, system: _System, _at_s: float) -> Iterator[str]:
    if system.changed("landed", state.landed_state):
        yield f"landed state {_name('MAV_LANDED_STATE', state.landed_state)}"


def _battery(status: Message, system: _System, _at_s: float) -> Iterator[str]:
    left = status.battery_remaining
    if left >= 0 and system.changed("battery", left // _BATTERY_STEP):
        yield f"battery at {left} %"


def _current(current: Message, system: _System, _at_s: float) -> Iterator[str]:
    total = getattr(current, "total", 0)
    if system.changed("item", (current.seq, total)):
        of = f" of {total}" if total not in {0, _NO_MISSION} else ""
        yield f"mission item {current.seq}{of}" if total != _NO_MISSION else "no mission"


def _reached(reached: Message, system: _System, _at_s: float) -> Iterator[str]:
    if system.changed("reached", reached.seq):
        yield f"mission item {reached.seq} reached"


def _command(asked: Message, _: _System, _at_s: float) -> Iterator[str]:
    numbers = [asked.param1, asked.param2, asked.param3, asked.param4]
    numbers += (
        [asked.x, asked.y, asked.z] if hasattr(asked, "x") else [asked.param5, asked.param6, asked.param7]
    )
    while numbers and not numbers[-1]:
        numbers.pop()
    said = ", ".join(f"{number:.9g}" for number in numbers)
    again = f", sent again ({asked.confirmation})" if getattr(asked, "confirmation", 0) else ""
    yield f"asks {_to(asked)}: {_command_name(asked.command)}({said}){again}"


def _answer(ack: Message, _: _System, _at_s: float) -> Iterator[str]:
    result = _name("MAV_RESULT", ack.result)
    yield f"answers {_to(ack)}: {_command_name(ack.command)} {result}"


def _count(count: Message, _: _System, _at_s: float) -> Iterator[str]:
    yield f"tells {_to(count)}: {_part(count)} of {count.count} items"


def _ack(ack: Message, _: _System, _at_s: float) -> Iterator[str]:
    result = _name("MAV_MISSION_RESULT", ack.type).removeprefix("mission_")
    yield f"answers {_to(ack)}: {_part(ack)} {result}"


def _clear(clear: Message, _: _System, _at_s: float) -> Iterator[str]:
    yield f"asks {_to(clear)}: clear the {_part(clear)}"


def _set(change: Message, _: _System, _at_s: float) -> Iterator[str]:
    yield f"asks {_to(change)}: set {change.param_id} to {change.param_value:g}"


def _to(message: Message) -> str:
    system_id, component_id = (
        getattr(message, "target_system", 0),
        getattr(message, "target_component", 0),
    )
    return f"{system_id}/{component_id}" if system_id else "all"


def _part(message: Message) -> str:
    return _name("MAV_MISSION_TYPE", getattr(message, "mission_type", 0))


def _command_name(number: int) -> str:
    return _name("MAV_CMD", number)


def _name(enum: str, number: int) -> str:
    """MAVLink's own word for a number, without what all words of its kind begin with."""
    entry = common.enums[enum].get(number)
    if entry is None:
        return f"{enum.removeprefix('MAV_').lower()} {number}"
    return str(entry.name).removeprefix(f"{enum}_").removeprefix("MAV_").lower()


_TOLD: dict[int, Callable[[Message, _System, float], Iterator[str]]] = {
    common.MAVLINK_MSG_ID_HEARTBEAT: _heartbeat,
    common.MAVLINK_MSG_ID_STATUSTEXT: _text,
    common.MAVLINK_MSG_ID_EXTENDED_SYS_STATE: _landed,
    common.MAVLINK_MSG_ID_SYS_STATUS: _battery,
    common.MAVLINK_MSG_ID_MISSION_CURRENT: _current,
    common.MAVLINK_MSG_ID_MISSION_ITEM_REACHED: _reached,
    common.MAVLINK_MSG_ID_COMMAND_LONG: _command,
    common.MAVLINK_MSG_ID_COMMAND_INT: _command,
    common.MAVLINK_MSG_ID_COMMAND_ACK: _answer,
    common.MAVLINK_MSG_ID_MISSION_COUNT: _count,
    common.MAVLINK_MSG_ID_MISSION_ACK: _ack,
    common.MAVLINK_MSG_ID_MISSION_CLEAR_ALL: _clear,
    common.MAVLINK_MSG_ID_PARAM_SET: _set,
}
