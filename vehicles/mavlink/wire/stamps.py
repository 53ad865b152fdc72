"""Time stamps of signed frames, kept so that nothing is taken twice: not even after a crash.

Writing a file for each frame would cost more than the frame. Instead the file holds ceilings, five
seconds ahead of what was taken; no stamp above its ceiling is taken or given out before a higher
one is written. After a crash everything up to the ceiling counts as used: a vehicle's frames are
then refused for at most five seconds, and never is one taken again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol

STAMPS_PER_S = 100_000
_AHEAD = 5 * STAMPS_PER_S
_NONE, _ANY = -1, 1 << 48


class StampsError(Exception):
    """The file of stamps cannot be read. Starting without it would take replayed frames."""


class Stream(NamedTuple):
    """Whose stamps rise together."""

    system_id: int
    component_id: int
    link_id: int


class Taker(Protocol):
    """What takes stamps of one stream by itself, within a limit: a row (see `sieve`)."""

    @property
    def stamp(self) -> int:
        """The newest that it took or was told of."""

    def trust(self, link_id: int, stamp: int, limit: int) -> None:
        """Take those of that link id from now on that rise from `stamp` to `limit`."""


class Stamps:
    """The newest stamps of one vehicle's key: of each stream heard, and of ours.

    `trouble` says why they cannot be kept just now; vehicles are heard all the same.
    """

    def __init__(self, before_passing: Callable[[], None] | None = None) -> None:
        self.taken: dict[Stream, int] = {}
        self.newest = 0
        self.ceiling: dict[Stream, int] = {}
        self.newest_ceiling = 0
        self._before_passing = before_passing
        self.trouble = ""
        self._takers: dict[Stream, Taker] = {}

    def last(self, stream: Stream) -> int | None:
        """The highest stamp taken of a stream; None for a stream never heard."""
        self.gather()
        return self.taken.get(stream)

    def took(self, stream: Stream, stamp: int) -> None:
        """A genuine frame with that stamp is taken."""
        self.taken[stream] = stamp
        self.newest = max(self.newest, stamp)
        if stamp > self.ceiling.get(stream, -1) or self.newest > self.newest_ceiling:
            self._pass()
        self._tell(stream)

    def next_own(self, clock: int) -> int:
        """A stamp for a frame of ours: the clock's, or one above everything known."""
        self.gather()
        self.newest = max(clock, self.newest + 1)
        if self.newest > self.newest_ceiling:
            self._pass()
        return self.newest

    def raise_ceilings(self) -> None:
        """Leave room above everything known."""
        self.gather()
        self.ceiling = {stream: stamp + _AHEAD for stream, stamp in self.taken.items()}
        self.newest_ceiling = self.newest + _AHEAD
        for stream in self._takers:
            self._tell(stream)

    def share(self, stream: Stream, taker: Taker) -> None:
        """Let `taker`, and no other, take stamps of that stream by itself, and of no other stream."""
        if self._takers.get(stream) is not taker:
            self.withdraw(taker)
            if (former := self._takers.pop(stream, None)) is not None:
                self._keep(stream, former.stamp)
                former.trust(stream.link_id, former.stamp, _NONE)
            self._takers[stream] = taker
        self._tell(stream)

    def withdraw(self, taker: Taker) -> None:
        """It takes none by itself any more."""
        self.gather()
        for stream in [stream for stream, one in self._takers.items() if one is taker]:
            del self._takers[stream]
            taker.trust(stream.link_id, taker.stamp, _NONE)

    def gather(self) -> None:
        """Know of what was taken elsewhere."""
        for stream, taker in self._takers.items():
            self._keep(stream, taker.stamp)

    def _keep(self, stream: Stream, stamp: int) -> None:
        self.taken[stream] = max(stamp, self.taken.get(stream, _NONE))
        self.newest = max(self.newest, stamp)

    def _tell(self, stream: Stream) -> None:
        if (taker := self._takers.get(stream)) is not None:
            limit = _ANY
            if self._before_passing is not None:
                limit = min(self.ceiling.get(stream, _NONE), self.newest_ceiling)
            taker.trust(stream.link_id, self.taken.get(stream, _NONE), limit)

    def _pass(self) -> None:
        if self._before_passing is not None:
            self._before_passing()


class StampFile:
    """The stamps of a whole fleet in one file; see the module. Raises `StampsError` for a spoilt one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._vehicles: dict[str, Stamps] = {}
        if path.exists():
            self._read()

    def of(self, vehicle_id: str) -> Stamps:
        """The stamps of a vehicle: one and the same object each time."""
        stamps = self._vehicles.get(vehicle_id)
        if stamps is None:
            stamps = self._vehicles[vehicle_id] = Stamps(self._write_ahead)
        return stamps

    def close(self) -> None:
        """Write what was really used, so that the next start has nothing to wait for."""
        for stamps in self._vehicles.values():
            stamps.gather()
            stamps.ceiling, stamps.newest_ceiling = dict(stamps.taken), stamps.newest
        self._write()

    def _write_ahead(self) -> None:
        for stamps in self._vehicles.values():
            stamps.raise_ceilings()
        self._write()

    def _write(self) -> None:
        document = {
            vehicle_id: {
                "newest": stamps.newest_ceiling,
                "streams": [[*stream, stamp] for stream, stamp in stamps.ceiling.items()],
            }
            for vehicle_id, stamps in self._vehicles.items()
        }
        beside, trouble = self._path.with_name(self._path.name + ".new"), ""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(json.dumps(document))
            beside.replace(self._path)
        except OSError as error:
            trouble = f"Signing time stamps cannot be kept: {self._path}: {error.strerror or error}"
        for stamps in self._vehicles.values():
            stamps.trouble = trouble

    def _read(self) -> None:
        try:
            document = json.loads(self._path.read_text())
            for vehicle_id, kept in document.items():
                stamps = self.of(vehicle_id)
                stamps.newest = stamps.newest_ceiling = int(kept["newest"])
                for system_id, component_id, link_id, stamp in kept["streams"]:
                    stamps.taken[Stream(system_id, component_id, link_id)] = int(stamp)
                stamps.ceiling = dict(stamps.taken)
        except OSError as error:
            raise StampsError(f"{self._path}: {error.strerror or error}") from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise StampsError(
                f"{self._path}: this is not a file of signing time stamps; without it replayed frames"
                " would be taken. Restore it, or remove it and change the keys."
            ) from error
