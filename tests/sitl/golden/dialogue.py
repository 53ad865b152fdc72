"""One side of a dialogue with an autopilot, by the autopilot's own clock, and how it boils down to tracks.

A track is what was said of one kind, in order: acknowledgements, mission protocol, modes, landed states,
mission states, items reached, parameters, texts, events. States that are only sampled (a heartbeat comes
once a second) count when they change; those shorter than `BLINK_S` may be missed by either side.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pymavlink.dialects.v20 import all as dialect

from sitl.aboard.station_watch import NO_STATION
from sitl.autopilot import shapes
from sitl.autopilot.events import event_id

BLINK_S = 2.2
MAY_BLINK = frozenset({"modes", "mission", "landed", "reached"})
_PARSER = dialect.MAVLink(None)
_PROTOCOL = frozenset(
    {"MISSION_REQUEST", "MISSION_REQUEST_INT", "MISSION_ACK", "MISSION_COUNT", "MISSION_ITEM_INT"}
)
_REPEATED_WHILE_TRUE = ("Geofence: ", "Arming denied")
_RETURN = re.compile(r"RTL: start return at \d+ m \((\d+) m above destination\)")
_LOW_M = 20
_COMPARED = {
    event_id(name): name
    for name in (
        "commander_armed_by",
        "commander_disarmed_by",
        "commander_takeoff_detected",
        "commander_landing_detected",
        "commander_landing_current_pos",
        "commander_gcs_lost",
        "commander_dl_regained",
        "commander_disarm_denied_not_landed",
        "mission_execute",
        "mission_climb_before_start",
        "mission_finished",
        "mission_finished_loiter",
        "mission_not_valid_loiter",
        "mavlink_mission_op_timeout",
        "navigator_reposition_outside_geofence",
        "navigator_change_altitude_outside_geofence",
        "navigator_geofence_invalid_against_home",
        "navigator_geofence_invalid_against_cur_pos",
        "navigator_takeoff_default_alt",
        "rtl_land_at_destination",
        "vrtl_return_at",
    )
}

_FAILSAFES = {
    event_id(name): name
    for name in (
        "commander_failsafe_enter",
        "commander_failsafe_enter_hold",
        "commander_failsafe_enter_generic",
        "commander_failsafe_enter_generic_hold",
    )
}
"""Compared with what they say: the mode that was wanted, what is done, in how many seconds, why."""
_FAILSAFE_ARGS = 8


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message, when it was said by the autopilot's clock, and its frame."""

    at_s: float
    message: Any
    frame: bytes


@dataclass(frozen=True, slots=True)
class Mark:
    """One entry of a track; `lasts_s` until the next one."""

    at_s: float
    what: tuple[object, ...]
    lasts_s: float


def parse(frame: bytes) -> Any:  # noqa: ANN401  # pymavlink's
    return _PARSER.decode(bytearray(frame))


class Clock:
    """The autopilot's clock from a recording's wall clock: what its messages said, in between straight."""

    def __init__(self, pairs: Iterable[tuple[float, float]]) -> None:
        self._pairs = sorted(pairs)

    def __call__(self, wall_s: float) -> float:
        pairs = self._pairs
        at = min(max(bisect_left(pairs, (wall_s, 0.0)), 1), len(pairs) - 1)
        (from_s, low_s), (to_s, high_s) = pairs[at - 1], pairs[at]
        share = (wall_s - from_s) / (to_s - from_s) if to_s > from_s else 0.0
        return low_s + max(-1.0, min(2.0, share)) * (high_s - low_s)


def tracks(spoken: Sequence[Spoken], asked_parameters: frozenset[str]) -> dict[str, list[Mark]]:
    """What was said, by kind."""
    found: dict[str, list[tuple[float, tuple[object, ...]]]] = {}
    for one in spoken:
        for track, what in _entries(one, asked_parameters):
            found.setdefault(track, []).append((one.at_s, what))
    end_s = spoken[-1].at_s if spoken else 0.0
    return {
        track: _marks(track, _joined(entries) if track == "texts" else entries, end_s)
        for track, entries in found.items()
    }


def _entries(  # noqa: C901 - one case for each kind
    one: Spoken, asked: frozenset[str]
) -> Iterator[tuple[str, tuple[object, ...]]]:
    message, kind = one.message, one.message.get_type()
    match kind:
        case "COMMAND_ACK":
            yield "acks", (message.command, message.result)
        case _ if kind in _PROTOCOL:
            yield "protocol", _protocol(message, kind)
        case "HEARTBEAT":
            yield "modes", (hex(message.custom_mode), hex(message.base_mode), message.system_status)
        case "EXTENDED_SYS_STATE":
            yield "landed", (message.landed_state,)
        case "MISSION_CURRENT":
            yield "mission", (message.seq, message.total, message.mission_state, message.mission_mode)
        case "MISSION_ITEM_REACHED":
            yield "reached", (message.seq,)
        case "PARAM_VALUE" if message.param_id in asked:
            yield (
                "parameters",
                (message.param_id, struct.pack("<f", message.param_value).hex(), message.param_type),
            )
        case "STATUSTEXT" if not message.text.startswith("[logger]"):
            yield "texts", (message.severity, message.text, message.id, message.chunk_seq)
        case "UNKNOWN_410":
            payload = shapes.checked(shapes.EVENT, one.frame)
            assert payload is not None, "an event with a wrong checksum"
            number, *_, args = shapes.EVENT.layout.unpack(payload)
            if number in _FAILSAFES:
                yield "events", (_FAILSAFES[number], args[:_FAILSAFE_ARGS].hex())
            elif number in _COMPARED:
                yield "events", (_COMPARED[number],)


def _protocol(message: Any, kind: str) -> tuple[object, ...]:  # noqa: ANN401
    if kind == "MISSION_ACK":
        return kind, message.mission_type, message.type
    if kind == "MISSION_COUNT":
        return kind, message.mission_type, message.count
    if kind == "MISSION_ITEM_INT":
        place = (message.x, message.y, round(message.z, 3))
        return (
            kind,
            message.mission_type,
            message.seq,
            message.command,
            message.frame,
            message.current,
            *place,
        )
    return kind, message.mission_type, message.seq


def _joined(
    pieces: list[tuple[float, tuple[object, ...]]],
) -> list[tuple[float, tuple[object, ...]]]:
    """Texts put together from their pieces; those that PX4 repeats while they are true, once."""
    texts: list[tuple[float, tuple[object, ...]]] = []
    for at_s, (severity, text, _, piece) in pieces:
        if piece:
            before_s, (grave, start) = texts.pop()
            texts.append((before_s, (grave, str(start) + str(text))))
        else:
            texts.append((at_s, (severity, text)))
    texts = [(at_s, (severity, _masked(str(text)))) for at_s, (severity, text) in texts]
    kept: list[tuple[float, tuple[object, ...]]] = []
    for at_s, (severity, text) in texts:
        known = any(what == (severity, text) for _, what in kept)
        if not (known and str(text).startswith(_REPEATED_WHILE_TRUE)):
            kept.append((at_s, (severity, text)))
    return [entry for entry in kept if entry[1][1] != NO_STATION.text]  # said when nobody listens, mostly


def _masked(text: str) -> str:
    """A return's heights, as far as they say something: near its goal PX4 returns low."""
    found = _RETURN.search(text)
    if found is None:
        return text
    return "RTL: start return, " + ("low" if int(found[1]) < _LOW_M else "high")


def _marks(track: str, entries: list[tuple[float, tuple[object, ...]]], end_s: float) -> list[Mark]:
    """Entries with how long each lasts; what only repeats is left out, but for acknowledgements and texts."""
    changes = []
    latest: dict[object, tuple[object, ...]] = {}
    for at_s, what in entries:
        subject = what[0] if track == "parameters" else None
        if track in {"acks", "texts", "events"} or latest.get(subject) != what:
            changes.append((at_s, what))
        latest[subject] = what
    ends = [at_s for at_s, _ in changes[1:]] + [end_s]
    return [Mark(at_s, what, until_s - at_s) for (at_s, what), until_s in zip(changes, ends, strict=True)]
