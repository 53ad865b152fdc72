"""PX4's events interface: what is said to programs, numbered, and sent again on request.

https://mavlink.io/en/services/events.html. Ids are those of PX4's own metadata: 24 bits of the FNV-1a hash of
the event's name, with the component in the highest byte.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from sitl.aboard.said import Said, Severity
from sitl.autopilot import shapes
from sitl.autopilot.onboard import Onboard
from sitl.autopilot.outgoing import Outgoing

_COMPONENT = 1
_FIRST_SEQUENCE = 65526
"""PX4 begins so near the end that a client's wrapping is tried early."""
_KEPT = 20
_SEQUENCE_EVERY_S = 3.0
_UNAVAILABLE = 0

_LEVELS: Mapping[str, int] = MappingProxyType(
    {
        "commander_arm_denied_resolve_failures": 0x62,
        "commander_disarm_denied_not_landed": 0x62,
        "check_gf_violation_custom_gf": 0x33,
        "commander_failsafe_enter": 0x42,
        "commander_failsafe_enter_hold": 0x42,
        "commander_failsafe_enter_generic": 0x42,
        "commander_failsafe_enter_generic_hold": 0x42,
        "commander_failsafe_enter_autopilot_disengaged": 0x42,
        "commander_failsafe_enter_low_bat": 0x64,
        "commander_gcs_lost": 0x64,
        "check_rc_dl_no_dllink": 0x33,
        "check_battery_emergency": 0x00,
        "commander_low_bat_shutdown_failed": 0x30,
        "mission_not_valid_loiter": 0x93,
        "mavlink_mission_op_timeout": 0x33,
        "mavlink_mission_mis_item_invalid": 0x33,
        "navigator_reposition_outside_geofence": 0x63,
        "navigator_change_altitude_outside_geofence": 0x63,
        "navigator_geofence_invalid_against_home": 0x42,
        "navigator_geofence_invalid_against_cur_pos": 0x42,
        "failsafe_rc_override": 0x66,
    }
)
"""Log levels, internal << 4 | external, where they are not the text's own severity twice."""

_OF_MISSIONS, _MISSION_LEVELS = "navigator_mis_", 0x63
"""Why a mission may not fly, all at one level."""


@cache
def event_id(name: str) -> int:
    """The number of an event of the autopilot's."""
    digest = 0x811C9DC5
    for byte in name.encode():
        digest = (digest ^ byte) * 0x01000193 & 0xFFFFFFFF
    return digest & 0xFFFFFF | _COMPONENT << 24


class Events:
    """Numbers events and sends them on every link; keeps the latest for who missed one."""

    def __init__(self, onboard: Onboard, outs: tuple[Outgoing, ...]) -> None:
        self._onboard = onboard
        self._outs = outs
        self._next = _FIRST_SEQUENCE
        self._kept: deque[tuple[int, bytes]] = deque(maxlen=_KEPT)
        self._due_age_s = 0.0

    def restart(self) -> None:
        """As after a boot."""
        self._next = _FIRST_SEQUENCE
        self._kept.clear()

    def say(self, said: Said) -> None:
        """Send an event, if the sentence is one."""
        if not said.event:
            return
        severity = said.severity if said.severity is not Severity.EMERGENCY else 0
        known = _MISSION_LEVELS if said.event.startswith(_OF_MISSIONS) else severity << 4 | severity
        levels = _LEVELS.get(said.event, known)
        args = said.args.ljust(40, b"\0")
        values = (event_id(said.event), self._onboard.clock_ms, self._next, 0, 0, levels, args)
        payload = shapes.EVENT.layout.pack(*values)
        self._kept.append((self._next, payload))
        self._next = (self._next + 1) & 0xFFFF
        for out in self._outs:
            out.send_packed(shapes.EVENT, payload)

    def repeat(self, first: int, last: int, out: Outgoing, system_id: int, component_id: int) -> None:
        """REQUEST_EVENT: those that are still kept; an error for each that is not."""
        kept = dict(self._kept)
        oldest = self._kept[0][0] if self._kept else self._next
        for step in range(min(_KEPT, (last - first) % 65536 + 1)):
            sequence = (first + step) & 0xFFFF
            if sequence in kept:
                out.send_packed(shapes.EVENT, kept[sequence])
            else:
                values = (sequence, oldest, system_id, component_id, _UNAVAILABLE)
                out.send(shapes.RESPONSE_EVENT_ERROR, *values)

    @property
    def latest(self) -> bytes:
        """CURRENT_EVENT_SEQUENCE: the number of the newest event."""
        return shapes.CURRENT_EVENT_SEQUENCE.layout.pack((self._next - 1) & 0xFFFF, 0)

    def tick(self) -> None:
        """Tell the latest sequence number every few seconds."""
        age_s = self._onboard.age_s
        if age_s >= self._due_age_s:
            self._due_age_s = age_s + _SEQUENCE_EVERY_S
            for out in self._outs:
                if out.voice is None or not out.voice.sings(shapes.CURRENT_EVENT_SEQUENCE.number):
                    out.send_packed(shapes.CURRENT_EVENT_SEQUENCE, self.latest)
