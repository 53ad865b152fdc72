"""A serial line: a telemetry radio or a cable. It may be pulled and plugged in again at any time."""

from __future__ import annotations

import asyncio
import contextlib
import os

import serial

from vehicles.mavlink.links.endpoint import SerialEndpoint, parse_url
from vehicles.mavlink.links.link import Receive, refuse
from vehicles.mavlink.links.redial import redial
from vehicles.mavlink.links.udp import words
from vehicles.mavlink.wire.framing import Framing
from vehicles.vehicle import LinkError

_READ_AT_ONCE_BYTES = 4096
_UNSENT_BYTES = 4096
"""0.7 s of a 57600 baud radio: what does not fit is lost, whole frames at a time."""


class SerialLink:
    """Implements `link.Link`. The device is opened by pyserial (rate, raw mode) and then read by the loop."""

    def __init__(self, url: str) -> None:
        endpoint = parse_url(url)
        if not isinstance(endpoint, SerialEndpoint):
            raise LinkError(f"{url}: not a serial line")
        self.name = url
        self.trouble = ""
        self._endpoint = endpoint
        self._receive: Receive = refuse
        self._framing = Framing()
        self._unsent = bytearray()
        self._line: int | None = None
        self._ended: asyncio.Future[str] | None = None
        self._plugging: asyncio.Task[None] | None = None

    async def open(self, receive: Receive) -> None:
        """Begin to try the device, and to try again whenever it goes away."""
        self._receive = receive
        self.trouble = "not opened yet"
        self._plugging = asyncio.get_running_loop().create_task(
            redial(self._attempt, self._tell), name=f"serial {self._endpoint.device}"
        )

    def _tell(self, why: str) -> None:
        self.trouble = why

    async def _attempt(self) -> str:
        loop = asyncio.get_running_loop()
        opening = loop.run_in_executor(None, self._open_device)
        try:
            device = await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(_close_late)
            raise
        except OSError as error:  # pyserial's own errors are OSErrors
            return words(error)
        except ValueError as error:
            return str(error)  # a rate that the device cannot do
        self._line = line = device.fileno()
        self._ended = loop.create_future()
        self._framing.restart()
        self._unsent.clear()
        self.trouble = ""
        loop.add_reader(line, self._read, line)
        try:
            return await self._ended
        finally:
            self._line = None
            loop.remove_reader(line)
            loop.remove_writer(line)
            with contextlib.suppress(OSError):
                device.close()

    def _open_device(self) -> serial.Serial:
        return serial.Serial(self._endpoint.device, self._endpoint.baud, timeout=0, exclusive=True)

    def _read(self, line: int) -> None:
        try:
            chunk = os.read(line, _READ_AT_ONCE_BYTES)
        except BlockingIOError:
            return
        except OSError as error:
            self._end(words(error))
            return
        if not chunk:
            self._end("the device went away")
        elif frames := self._framing.take(chunk):
            self._receive(frames)

    def _end(self, why: str) -> None:
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(why)

    def send(self, datagram: bytes) -> None:
        """Send when the device is there; what a slow line cannot take is lost."""
        if self._line is None or len(self._unsent) + len(datagram) > _UNSENT_BYTES:
            return
        waiting = bool(self._unsent)
        self._unsent += datagram
        if not waiting:
            self._write(self._line)

    def _write(self, line: int) -> None:
        try:
            written = os.write(line, self._unsent)
        except BlockingIOError:
            written = 0
        except OSError as error:
            self._end(words(error))
            return
        del self._unsent[:written]
        loop = asyncio.get_running_loop()
        if self._unsent:
            loop.add_writer(line, self._write, line)
        else:
            loop.remove_writer(line)

    def close(self) -> None:
        """Let go of the device."""
        self._receive = refuse
        if self._plugging is not None:
            self._plugging.cancel()
            self._plugging = None
        if self._line is not None:
            loop = asyncio.get_running_loop()
            loop.remove_reader(self._line)
            loop.remove_writer(self._line)
            self._line = None


def _close_late(opening: asyncio.Future[serial.Serial]) -> None:
    """Nobody waits any more for a device that took long to open."""
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()
