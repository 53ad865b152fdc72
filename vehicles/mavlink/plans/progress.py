"""How far the vehicle's own mission has come, from its MISSION_CURRENT and mode.

Facts this rests on: PX4's `mission_state` lies outside mission mode, its MISSION_ITEM_REACHED
repeats and skips; what it says to be the current item is right. An item is over when a later one
is current, and the last one when the state is COMPLETE and no return or landing came between.
ArduPilot never says COMPLETE of a mission that ends with a landing: it disarms and begins anew.
"""

from __future__ import annotations

from pymavlink.dialects.v20 import common

from vehicles.mavlink.autopilots.autopilot import Ending
from vehicles.mavlink.exchanges.messages import Current
from vehicles.mavlink.plans.encode import EncodedMission
from vehicles.mavlink.wire.quick import quick
from vehicles.mission import ParcelId
from vehicles.telemetry import MissionProgress, Mode, Winch

SLACK_KG = 0.05
"""A line that pulls less has nothing on its hook."""
_NO_ITEM = 65000
"""ArduPilot's current item where there is none is 65535, before its numbers are made the mission's own."""
_LINE_OUT_M = 0.5
_MOVING_MPS = 0.05
_CREEPS_MPS = 0.5
"""The last half metre of line: ArduPilot's winch slows with what is left (WINCH_POS_P 1)."""

_progress = quick(MissionProgress)


class Progress:
    """Follows one encoded mission at a time; `legs_done` never goes back while it is the same.

    `value` is the progress now. `handed_over` are parcels of this mission whose drop-off is done, but for
    those that it did not let go of; what was to be lowered counts only when the winch told that it stood: in
    doubt it is still aboard. Both are reckoned when something changes: they are asked for more often.
    """

    def __init__(self) -> None:
        self.value = _progress(None, 0)
        self.handed_over: frozenset[ParcelId] = frozenset()
        self._encoded: EncodedMission | None = None
        self._list_id = 0
        self._current: Current | None = None
        self._said: tuple[Mode, bool, bool, Ending] | None = None
        self._armed = False
        self._running = False
        self._given_up = False
        self._landing = False
        self._done = 0
        self._kept: frozenset[ParcelId] = frozenset()
        self._stood: frozenset[int] = frozenset()

    def expect(self, encoded: EncodedMission | None, list_id: int = 0) -> None:
        """The vehicle was given this mission, or none of ours, just now.

        `list_id` is the id it gave the items: another one means that somebody else gave it another
        mission since. 0 where it gives none.
        """
        self._encoded = encoded
        self._list_id = list_id
        self._current = self._said = None
        self._running = False
        self._given_up = False
        self._landing = False
        self._done = 0
        self._kept = frozenset()
        self._stood = frozenset()
        self._advance()

    def recognise(self, encoded: EncodedMission) -> None:
        """The mission under way was found to be this one: what was heard of it last, counts."""
        self._encoded = encoded
        self._list_id = 0
        self._running = True
        self._advance()

    @property
    def seq(self) -> int:
        """The item that our mission has come to, 0 when it has not been heard."""
        return self._current.seq if self._current is not None and self._ours() else 0

    def hear_mode(
        self, mode: Mode, *, armed: bool, on_ground: bool = False, ending: Ending = Ending.COMPLETE
    ) -> None:
        """From a heartbeat; `on_ground` is what the vehicle last said of that."""
        if self._said == (said := (mode, armed, on_ground, ending)):
            return
        self._said, self._armed = said, armed
        if ending is Ending.DISARMED:
            self._hear_landing(mode, armed=armed, on_ground=on_ground)
        if armed and mode is Mode.MISSION:
            self._running = self._encoded is not None
            self._given_up = False
        elif armed and mode in (Mode.RETURN, Mode.LAND):
            encoded = self._encoded
            self._given_up = encoded is None or not (encoded.returns and self.seq == encoded.last_seq)
        self._advance()

    def _hear_landing(self, mode: Mode, *, armed: bool, on_ground: bool) -> None:
        """Where no landing is told as complete: at the last item, and then disarmed on the ground."""
        encoded = self._encoded
        if encoded is None or mode is not Mode.MISSION:
            self._landing = False
        elif armed:
            self._landing = encoded.lands and self._ours() and self.seq == encoded.last_seq
        elif self._landing and on_ground:
            self._landing = False
            self._done = encoded.leg_count

    def hear_current(self, current: Current) -> None:
        """From MISSION_CURRENT."""
        if current is not self._current:
            self._current, self._said = current, None
            self._advance()

    def hear_release_failed(self) -> None:
        """The vehicle did not let go: the parcel of the drop-off it is at, or has just left, stays aboard."""
        if self._encoded is None or not self._running:
            return
        begun = [parcel for leg, parcel in self._encoded.drop_offs if leg <= self._done]
        if begun:
            self._kept |= {begun[-1]}
        self._tell()

    def hear_winch(self, winch: Winch | None) -> None:
        """What a winch tells while a drop-off by winch is under way: whether its load has come to stand."""
        if self._encoded is None or not self._running or winch is None:
            return
        for leg, length_m in self._encoded.lowered:
            if leg == self._done and _load_stands(winch, length_m):
                self._stood |= {leg}
        self._tell()

    def _tell(self) -> None:
        encoded = self._encoded
        ours = encoded is not None and self._ours()
        if encoded and ours:
            self.value = _progress(encoded.mission_id, self._done, self._odd_item(encoded))
        else:
            self.value = _progress(None, 0)
        self.handed_over = frozenset() if encoded is None else self._gone(encoded)

    def _odd_item(self, encoded: EncodedMission) -> int | None:
        """An item that it is at by its own word and the mission does not have; it may also be at none."""
        seq = self.seq
        return seq if encoded.last_seq < seq < _NO_ITEM else None

    def _gone(self, encoded: EncodedMission) -> frozenset[ParcelId]:
        hanging = {leg for leg, _ in encoded.lowered} - self._stood
        gone = [parcel for leg, parcel in encoded.drop_offs if leg < self._done and leg not in hanging]
        return frozenset(gone) - self._kept

    def _ours(self) -> bool:
        if self._current is None or self._encoded is None:
            return True  # read back a moment ago, nothing heard since
        ids = self._current.ids
        if self._list_id != 0 and ids is not None and ids.mission != self._list_id:
            return False
        return (
            self._current.total == len(self._encoded.items)
            and self._current.state != common.MISSION_STATE_NO_MISSION
        )

    def _advance(self) -> None:
        encoded, current = self._encoded, self._current
        if encoded is not None and self._running and self._ours():
            done = encoded.leg_of_item[0]
            if current is not None and current.seq <= encoded.last_seq:
                done = encoded.leg_of_item[current.seq]
                if self._over(encoded, current):
                    done = encoded.leg_count
            self._done = max(self._done, done)
        self._tell()

    def _over(self, encoded: EncodedMission, current: Current) -> bool:
        return (
            (current.state == common.MISSION_STATE_COMPLETE or encoded.returns)
            and current.seq == encoded.last_seq
            and not self._given_up
            and not ((encoded.lands or encoded.returns) and self._armed)
        )


def _load_stands(winch: Winch, length_m: float) -> bool:
    """Whether what a winch tells means that its load has come to stand on the ground.

    It feels the ground; or its line is out, not running out, and slack. A winch that tells no tension (as
    ArduPilot's PWM winch) is believed by its line: all of it is out, and at rest.
    """
    line_m, speed_mps = winch.line_m or 0.0, winch.speed_mps or 0.0
    if line_m < _LINE_OUT_M:
        return False
    if winch.on_ground:
        return True
    if winch.tension_kg is not None:
        return winch.tension_kg < SLACK_KG and speed_mps < _MOVING_MPS
    return winch.healthy and line_m >= length_m - _LINE_OUT_M and abs(speed_mps) <= _CREEPS_MPS
