"""From an autopilot's messages to one frozen `Telemetry`.

Hearing is cheap and happens for every message; the sample is put together when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from geofences.reason import Reason
from vehicles.mavlink.autopilots.autopilot import Autopilot
from vehicles.mavlink.exchanges.messages import Text
from vehicles.mavlink.plans.encode import EncodedMission
from vehicles.mavlink.reading.aboard import Aboard
from vehicles.mavlink.reading.beat import Beat
from vehicles.mavlink.reading.decode_navigation import Said, home_of, part_in, place_of, unsure_in, winch_of
from vehicles.mavlink.reading.decode_power import Power
from vehicles.mavlink.reading.health import Fitness
from vehicles.mavlink.reading.parts import parts_of
from vehicles.mavlink.reading.states import States
from vehicles.mavlink.reading.texts import Texts
from vehicles.mavlink.reading.tied import Tied, Untied
from vehicles.mavlink.wire.block import BEAT_AT, BOOT, HEARD_AT, KEPT, PACKS, PARTS, Block
from vehicles.mavlink.wire.copies import began_anew
from vehicles.mavlink.wire.frames import Message
from vehicles.mavlink.wire.quick import quick
from vehicles.mavlink.wire.row import Kept
from vehicles.mavlink.wire.rows import NEVER_S, PICKS
from vehicles.mavlink.wire.sense import HEADING_UNKNOWN, SAYS, is_off_earth
from vehicles.mission import ParcelId
from vehicles.own_return import OwnReturn
from vehicles.telemetry import Telemetry, Winch

_NOTHING: tuple[Text, ...] = ()
_POSITION = "GLOBAL_POSITION_INT"
_PLACE_AT, _PLACE = PARTS[_POSITION]
_STATUS_AT, _STATUS = PARTS["SYS_STATUS"]
_HOME = PARTS["HOME_POSITION"]
_HEADING, _TOLD_MV = _PLACE.stop - 1, _STATUS.start + 3
"""Where in what a block gives they are: heading, the voltage that the autopilot tells."""
_sample_of = quick(Telemetry)
_Listener = Callable[["Decoder", Any, float], tuple[Text, ...] | None]
"""Takes a message that was heard at a time; of a value only its fields (`wire.rows.VALUES`)."""


def _putting(name: str) -> _Listener:
    """Puts a value into the block; if it is that nobody knows, what was known stays."""
    says = SAYS[name]

    def hear(decoder: Decoder, said: Said, at_s: float) -> None:
        if says(said):
            decoder.block.put(name, said, at_s)

    return hear


_put_attitude = _putting("ATTITUDE")


def _lacks(latest: Said) -> bool:
    return NEVER_S in (latest[_PLACE_AT], latest[_STATUS_AT])


class Decoder:
    """Keeps the newest of each message, values in its `block`, and builds a sample from them on request.

    `types` are the MAV_TYPEs that fit the vehicle this endpoint is configured for: another type
    is never ready. `battery_wh` is what its battery holds when full. `boots` counts restarts seen, by
    the boot time going backwards: never kept for later (see `sieve`). What it is tied to (`tie`) tells
    of links, and keeps for it what need not be heard before somebody asks.
    """

    def __init__(self, autopilot: Autopilot, types: frozenset[int], battery_wh: float | None = None) -> None:
        self.block = Block()
        self._states = States(autopilot, types, self.block)
        self.progress = self._states.progress
        self.texts = Texts()
        self._recording: Callable[[], tuple[str, ...]] = tuple
        self._tied: Tied = Untied()
        self._findings: tuple[Reason, ...] = ()
        self._own_return: OwnReturn | None = None
        self._fitness = Fitness()
        self._aboard = Aboard()
        self._power = Power(battery_wh)
        self._winch: Winch | None = None
        self.boots = 0
        self._off_earth, self._off_earth_at_s = 0, NEVER_S

    def tie(self, tied: Tied, recording: Callable[[], tuple[str, ...]] = tuple) -> None:
        """What brings it its messages; `recording` is what an operator should read of that."""
        self._tied, self._recording = tied, recording

    @property
    def notices(self) -> tuple[str, ...]:
        """What an operator should know of its links and its recording."""
        return (*self._recording(), *self._tied.refusals)

    @property
    def autopilot(self) -> Autopilot:
        """What it runs, as far as is known; another one reads the same states otherwise."""
        return self._states.autopilot

    @autopilot.setter
    def autopilot(self, autopilot: Autopilot) -> None:
        self._states.autopilot = autopilot

    @property
    def beat(self) -> Beat | None:
        """What its last heartbeat says; None before the first."""
        return self._states.beat

    @property
    def mode_heard_at_s(self) -> float:
        """When that came; minus infinity before the first."""
        at_s: float = self.block.read()[BEAT_AT]
        return at_s

    def hear(self, message: Message, at_s: float) -> tuple[Text, ...]:
        """Take a message of the vehicle, heard at `at_s`; give the texts it completes."""
        self.block.hear(at_s)
        kind = message.get_type()
        listener, pick = self._LISTENERS.get(kind), PICKS.get(kind)
        if listener is None:
            return _NOTHING
        return listener(self, message if pick is None else pick(message), at_s) or _NOTHING

    def hear_kept(self, kept: Sequence[Kept]) -> None:
        """Take what a row had kept of the vehicle, in the order of its times: never a text."""
        for at_s, name, said in kept:
            self.block.hear(at_s)
            self._LISTENERS[name](self, said, at_s)

    def find(self, reasons: tuple[Reason, ...]) -> None:
        """What is held against it from now on, in place of what was: with any finding it is not ready."""
        self._findings = reasons

    def learn_return(self, own: OwnReturn | None) -> None:
        """How it comes home by itself from now on."""
        self._own_return = own

    def expect(self, encoded: EncodedMission | None, list_id: int = 0) -> None:
        """The vehicle was given this mission, or none of ours, just now; what it handed over is gone.

        `list_id` is the id that it gave the mission's items, 0 where it gives none.
        """
        self._aboard.without(self.progress.handed_over)
        self.progress.expect(encoded, list_id)

    def recognise(self, encoded: EncodedMission) -> None:
        """The mission that it has under way was found to be this one."""
        self.progress.recognise(encoded)

    def gripped(self, parcel_id: ParcelId) -> None:
        """It took a parcel aboard just now."""
        self._aboard.gripped(parcel_id, self.progress.handed_over)

    def let_go(self) -> None:
        """It opened on the ground just now: nothing is aboard."""
        self._aboard.let_go()

    @property
    def telemetry(self) -> Telemetry | None:
        """A sample of now; None until heartbeat, position and battery have all been heard."""
        latest = self._latest()
        beat = self._states.beat
        return None if beat is None or _lacks(latest) else self._build(beat, latest)

    @property
    def shown(self) -> tuple[object, ...] | None:
        """Mode, arming, landing, progress: of a sample what is news. None as long as there is none."""
        latest = self._latest()
        beat = self._states.beat
        if beat is None or _lacks(latest):
            return None
        return beat.mode, beat.armed, self._states.landed(latest), self.progress.value

    def _latest(self) -> Said:
        latest = self.block.read()
        if latest[KEPT] & PACKS:
            self._tied.catch_up()
            latest = self.block.read()
        self._states.catch_up(latest)
        return latest

    def _hear_place(self, said: Said, at_s: float) -> None:
        latest = self._hear_boot(said[0], at_s)
        if SAYS[_POSITION](said):
            heads = said[-1] != HEADING_UNKNOWN
            self.block.put(_POSITION, said if heads else (*said[:-1], latest[_HEADING]), at_s)
        elif is_off_earth(said[1], said[2]):
            self._off_earth, self._off_earth_at_s = self._off_earth_since(latest) + 1, at_s

    def _off_earth_since(self, latest: Said) -> int:
        """How many positions that cannot be were told since the last that can: that one may not be heard."""
        return self._off_earth if self._off_earth_at_s > latest[_PLACE_AT] else 0

    def _hear_attitude(self, said: Said, at_s: float) -> None:
        self._hear_boot(said[0], at_s)
        _put_attitude(self, said, at_s)

    def _hear_boot(self, boot_ms: int, at_s: float) -> Said:
        """A time since boot, by whatever tells it; what the block held before."""
        latest = self.block.read()
        if began_anew(boot_ms, at_s, *latest[BOOT]):
            self.boots += 1
            self._aboard.restarted()
        self.block.boot(boot_ms, at_s)
        return latest

    def _hear_pack(self, said: Said, at_s: float) -> None:
        self._power.hear_pack(said, at_s, lambda: self.block.read()[_TOLD_MV])

    def _hear_winch(self, message: Message, at_s: float) -> None:
        self._winch = winch_of(message, at_s)
        self.progress.hear_winch(self._winch)

    def _hear_text(self, message: Message, at_s: float) -> tuple[Text, ...]:
        texts = self.texts.hear(message, at_s)
        if any(text.text.startswith(self.autopilot.release_failures) for text in texts):
            self._aboard.release_failed()
            self.progress.hear_release_failed()
        return texts

    def _hear_event(self, message: Message, at_s: float) -> tuple[Text, ...]:
        """What is wrong with its mission PX4 says in events only: that is for whoever has uploaded it."""
        text = self.texts.hear_event(message, at_s)
        return (text,) if text is not None and text.text.startswith(self.autopilot.complaints) else ()

    def _build(self, beat: Beat, latest: Said) -> Telemetry:
        _, lat_e7, lon_e7, alt_mm, height_mm, north_cmps, east_cmps, down_cmps, heading_cdeg = latest[_PLACE]
        heard_at_s, power, notices = latest[HEARD_AT], self._power, self.notices
        charge = power.charge(latest[_STATUS])
        if texts := self.texts.recent(heard_at_s):
            notices += texts
        return _sample_of(  # by place: a third of the time that names take
            heard_at_s,
            place_of(lat_e7 / 1e7, lon_e7 / 1e7),
            height_mm / 1000.0,
            north_cmps / 100.0,
            east_cmps / 100.0,
            down_cmps / 100.0,
            heading_cdeg / 100.0 % 360.0,
            charge[0] or 0.0,
            beat.armed,
            self._states.landed(latest),
            beat.mode,
            self.progress.value,
            self._fitness.now(
                beat,
                charge,
                heard_at_s - latest[_PLACE_AT],
                off_earth=self._off_earth_since(latest),
                unsure=unsure_in(latest),
                findings=self._findings,
                notices=notices,
            ),
            self._aboard.carrying(self.progress.handed_over),
            alt_mm / 1000.0,
            part_in(latest, _HOME, home_of),
            partial(parts_of, latest, power.whole, power.capacity_wh),
            beat.mode_text,
            self._aboard.grip,
            self._winch,
            self._states.vtol,
            own_return=self._own_return,
            place_heard_at_s=latest[_PLACE_AT],
        )

    _LISTENERS: ClassVar[Mapping[str, _Listener]] = {
        **{name: _putting(name) for name in PARTS},
        "HEARTBEAT": lambda self, message, at_s: self._states.hear_beat(message, at_s),
        _POSITION: _hear_place,
        "ATTITUDE": _hear_attitude,
        "EXTENDED_SYS_STATE": lambda self, message, at_s: self._states.hear_landed(message, at_s),
        "MISSION_CURRENT": lambda self, message, at_s: self._states.hear_current(message, at_s),
        "CURRENT_MODE": lambda self, message, at_s: self._states.hear_standard_mode(message, at_s),
        "STATUSTEXT": _hear_text,
        "EVENT": _hear_event,
        "BATTERY_STATUS": _hear_pack,
        "WINCH_STATUS": _hear_winch,
    }
