"""What a vehicle says of its state, and how far its mission has come by that.

A state that is said again may not be heard (see `wire.sieve`): when it was said last tells its block.
"""

from __future__ import annotations

from pymavlink.dialects.v20 import common

from vehicles.mavlink.autopilots.autopilot import STANDARD_MODES
from vehicles.mavlink.autopilots.known import GROUND_VEHICLES, Autopilot
from vehicles.mavlink.exchanges.incoming import current_of
from vehicles.mavlink.exchanges.messages import Current
from vehicles.mavlink.plans.progress import Progress
from vehicles.mavlink.reading.beat import Beat, beat_of
from vehicles.mavlink.reading.decode_navigation import LANDED, VTOL, Said, rolling
from vehicles.mavlink.wire import layouts
from vehicles.mavlink.wire.block import BEAT_AT, CURRENT_AT, PARTS, Block
from vehicles.mavlink.wire.frames import Message
from vehicles.mavlink.wire.rows import NEVER_S
from vehicles.telemetry import Landed, Mode, VtolState

_PLACE = PARTS["GLOBAL_POSITION_INT"].said


class States:
    """Of one vehicle that should be one of `types`; `beat` is what its last heartbeat says."""

    __slots__ = (
        *("_autopilot", "_beat_at_s", "_beat_said", "_block", "_current", "_current_at_s", "_current_said"),
        *("_landed", "_standard", "_types", "beat", "progress", "vtol"),
    )

    def __init__(self, autopilot: Autopilot, types: frozenset[int], block: Block) -> None:
        self.progress = Progress()
        self.beat: Beat | None = None
        self.vtol: VtolState | None = None
        self._autopilot, self._types, self._block = autopilot, types, block
        self._landed = Landed.UNKNOWN
        self._standard: tuple[int, Mode] | None = None
        self._current: Current | None = None
        self._beat_said: Message | None = None
        self._current_said: Message | None = None
        self._beat_at_s = self._current_at_s = NEVER_S

    @property
    def autopilot(self) -> Autopilot:
        """What it runs, as far as is known; another one reads the same states otherwise."""
        return self._autopilot

    @autopilot.setter
    def autopilot(self, autopilot: Autopilot) -> None:
        self._autopilot = autopilot
        self._read_beat(self._beat_said)
        self._read_current(self._current_said)

    def catch_up(self, latest: Said) -> None:
        """Take what was said again, by what the block gives: it moves the progress on, and nothing else."""
        if latest[CURRENT_AT] > self._current_at_s:
            self._go_to(self._current, latest[CURRENT_AT])
        if latest[BEAT_AT] > self._beat_at_s:
            self._go_on(self.beat, latest[BEAT_AT])

    def landed(self, latest: Said) -> Landed:
        """Whether it is on the ground; a ground vehicle by its speed."""
        rolls = self.beat is not None and self.beat.mav_type in GROUND_VEHICLES
        return rolling(latest[_PLACE]) if rolls else self._landed

    def hear_beat(self, message: Message, at_s: float) -> None:
        """HEARTBEAT."""
        if message is not self._beat_said:  # said again, it is the very message
            self._read_beat(message)
        self._block.date(common.MAVLINK_MSG_ID_HEARTBEAT, at_s)
        self._go_on(self.beat, at_s)

    def hear_current(self, message: Message, at_s: float) -> None:
        """MISSION_CURRENT."""
        if message is not self._current_said:
            self._read_current(message)
        self._block.date(layouts.MISSION_CURRENT, at_s)
        self._go_to(self._current, at_s)

    def hear_landed(self, message: Message, _at_s: float) -> None:
        """EXTENDED_SYS_STATE."""
        self._landed = LANDED.get(message.landed_state, Landed.UNKNOWN)
        self.vtol = VTOL.get(message.vtol_state)

    def hear_standard_mode(self, message: Message, _at_s: float) -> None:
        """CURRENT_MODE."""
        mode = STANDARD_MODES.get(message.standard_mode)
        standard = None if mode is None else (message.custom_mode, mode)
        if standard != self._standard:
            self._standard = standard
            self._read_beat(self._beat_said)

    def _read_beat(self, message: Message | None) -> None:
        self._beat_said = message
        if message is not None:
            self.beat = beat_of(message, self._autopilot, self._types, self._standard)

    def _read_current(self, message: Message | None) -> None:
        self._current_said = message
        if message is not None:
            self._current = current_of(message, self._autopilot.plan.first_item.mission_seq)

    def _go_on(self, beat: Beat | None, at_s: float) -> None:
        self._beat_at_s = at_s
        if beat is not None:
            ending, on_ground = self._autopilot.plan.ending, self._landed is Landed.ON_GROUND
            self.progress.hear_mode(beat.mode, armed=beat.armed, on_ground=on_ground, ending=ending)

    def _go_to(self, current: Current | None, at_s: float) -> None:
        self._current_at_s = at_s
        if current is not None:
            self.progress.hear_current(current)
