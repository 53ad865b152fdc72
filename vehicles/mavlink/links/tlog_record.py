"""Recording a vehicle's links to .tlog files: both directions, several files in turn, never in the way.

Frames are gathered in memory and written by a thread of their own. A disk that is slow, full or gone
costs the recording, which says so, and nothing else.
"""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import structlog

from vehicles.clock import iso, now_s
from vehicles.mavlink.links.link import Guarded, Judge, Link, Receive, Sifting
from vehicles.mavlink.links.tlog import STAMP
from vehicles.mavlink.wire.frames import MAGIC_V1, MAGIC_V2
from vehicles.mavlink.wire.framing import frame_size
from vehicles.mavlink.wire.row import Row

FLUSH_EVERY_S = 1.0
_FLUSH_BYTES = 1 << 16
_UNWRITTEN_BYTES = 4 << 20
"""What may wait for a slow disk, for each vehicle; more is not recorded."""

_log = structlog.get_logger("recording")
_writer = ThreadPoolExecutor(1, thread_name_prefix="tlog")


@dataclass(frozen=True, slots=True)
class Rotation:
    """A file is followed by another when it has `file_bytes`; the newest `files` of a vehicle are kept."""

    file_bytes: int = 64 << 20
    files: int = 8

    def __post_init__(self) -> None:
        if self.file_bytes < 1 << 16 or self.files < 1:
            raise ValueError("a recording has one file at least, of 65536 bytes at least")


class Recorder:
    """Records one vehicle. `trouble` says why it cannot just now; `lost_bytes` what was not recorded."""

    def __init__(self, folder: Path, name: str, rotation: Rotation = Rotation()) -> None:
        self.trouble = ""
        self.lost_bytes = 0
        self._folder = folder
        self._name = name
        self._rotation = rotation
        self._buffer = bytearray()
        self._flushing: asyncio.TimerHandle | None = None
        self._given_bytes = 0
        self._done_bytes = 0  # counted by the writing thread alone
        self._file: int | None = None
        self._file_bytes = 0

    def notices(self) -> tuple[str, ...]:
        """What an operator should know of it."""
        return (f"Its flight is not recorded: {self.trouble}",) if self.trouble else ()

    def take(self, datagram: bytes) -> None:
        """Record the whole frames of a datagram, now; dirt between them is left out."""
        at, size = 0, len(datagram)
        stamp = STAMP.pack(int(now_s() * 1e6))
        while at < size:
            step = frame_size(datagram, at)
            if step is None or at + step > size:
                break
            if datagram[at] in {MAGIC_V1, MAGIC_V2}:
                self._buffer += stamp
                self._buffer += datagram[at : at + step]
            at += step
        if len(self._buffer) >= _FLUSH_BYTES:
            self.flush()
        elif self._flushing is None and self._buffer:
            self._flushing = asyncio.get_running_loop().call_later(FLUSH_EVERY_S, self.flush)

    def flush(self) -> None:
        """Hand over what has gathered to the thread that writes."""
        if self._flushing is not None:
            self._flushing.cancel()
            self._flushing = None
        if not self._buffer:
            return
        data, self._buffer = bytes(self._buffer), bytearray()
        if self._given_bytes - self._done_bytes > _UNWRITTEN_BYTES:
            self._fail("the disk does not keep up", len(data))
            return
        self._given_bytes += len(data)
        _writer.submit(self._write, data, iso(now_s()))

    def close(self) -> None:
        """Write what is left, and close the file. It can go on afterwards, in another file."""
        self.flush()
        _writer.submit(self._end_file)

    def wait(self) -> None:
        """Block until all is written that was handed over."""
        _writer.submit(int).result()

    def _write(self, data: bytes, at: str) -> None:
        try:
            if self._file is None or self._file_bytes + len(data) > self._rotation.file_bytes:
                self._begin_file(at)
            self._append(data)
        except OSError as error:
            self._fail((error.strerror or str(error)).lower(), len(data))
        else:
            if self.trouble:
                _log.info("recording again", vehicle_id=self._name, lost_bytes=self.lost_bytes)
            self.trouble = ""
        self._done_bytes += len(data)

    def _append(self, data: bytes) -> None:
        assert self._file is not None  # noqa: S101 - begun just before
        try:
            written = 0
            while written < len(data):
                written += os.write(self._file, data[written:])
        except OSError:
            os.truncate(self._file, self._file_bytes)  # no torn frame stays in the middle of the file
            os.lseek(self._file, self._file_bytes, os.SEEK_SET)
            raise
        self._file_bytes += len(data)

    def _begin_file(self, at: str) -> None:
        self._end_file()
        self._folder.mkdir(parents=True, exist_ok=True)
        before = sorted(self._folder.glob(f"{self._name}.*.tlog"))
        for old in before[: max(0, len(before) - self._rotation.files + 1)]:
            old.unlink(missing_ok=True)
        stem = f"{self._name}.{at.replace(':', '').replace('-', '')}"
        number = sum(1 for file in before if file.name.startswith(stem))
        file = self._folder / f"{stem}.{number:03}.tlog"
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        self._file_bytes = 0

    def _end_file(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _fail(self, why: str, lost_bytes: int) -> None:
        self.lost_bytes += lost_bytes
        if not self.trouble:
            _log.warning("not recording", vehicle_id=self._name, why=why)
        self.trouble = why


class RecordedLink:
    """A link whose frames, heard and said, go to a recorder too: a `Link` that is `Sifting` and `Guarded`."""

    def __init__(self, link: Link, recorder: Recorder) -> None:
        self._link = link
        self._recorder = recorder
        self.name = link.name

    @property
    def trouble(self) -> str:
        """The link's own."""
        return self._link.trouble

    async def open(self, receive: Receive) -> None:
        """Open the link, and record what it brings before it is looked at."""
        take = self._recorder.take

        def record(datagram: bytes) -> bool:
            take(datagram)
            return receive(datagram)

        await self._link.open(record)

    def guard(self, judge: Judge) -> None:
        """Have judged what the link keeps out; it is not the vehicle's, and not recorded."""
        if isinstance(self._link, Guarded):
            self._link.guard(judge)

    def sift(self, system_id: int, component_id: int) -> Row | None:
        """Have what the link brings kept, as far as it can; what is kept is recorded too."""
        if not isinstance(self._link, Sifting):
            return None
        row = self._link.sift(system_id, component_id)
        if row is not None:
            row.record(self._recorder.take)
        return row

    def send(self, datagram: bytes) -> None:
        """Record and send."""
        self._recorder.take(datagram)
        self._link.send(datagram)

    def close(self) -> None:
        """Close the link; what was recorded is on its way to the disk."""
        self._link.close()
        self._recorder.close()
