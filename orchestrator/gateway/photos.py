"""Pictures that prove hand-overs: files named by their content, beside the journal that names them.

They show people's doors, so they are not kept for longer than somebody may ask about a hand-over.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from vehicles.clock import machine_now_s

_NAME = re.compile(r"[0-9a-f]{64}")
_JPEG = b"\xff\xd8\xff"
_DAY_S = 86_400.0
_SWEEP_EVERY_S = 3600.0

_log = structlog.get_logger("photos")


class PhotoError(Exception):
    """A picture cannot be kept. The text says why."""


@dataclass(frozen=True, slots=True)
class Photos:
    """Keeps JPEG pictures in `folder`, made when the first one comes, for so many days; None keeps none."""

    folder: Path | None
    keep_days: int = 30

    async def keep(self, jpeg: bytes) -> str:
        """Keep a picture, on disk when this returns; the SHA-256 that names it, in hexadecimal digits.

        Raises `PhotoError` when it is no JPEG picture, or cannot be kept.
        """
        if not jpeg.startswith(_JPEG):
            raise PhotoError("is not a JPEG picture")
        if self.folder is None:
            raise PhotoError("no folder is configured to keep it in")
        name = hashlib.sha256(jpeg).hexdigest()
        try:
            await asyncio.to_thread(_write, self.folder, name, jpeg)
        except OSError as error:
            raise PhotoError(f"cannot be kept: {error.strerror}") from error
        return name

    async def picture(self, name: str) -> bytes | None:
        """The picture of that name; None when there is none."""
        if self.folder is None or not _NAME.fullmatch(name):
            return None
        try:
            return await asyncio.to_thread((self.folder / f"{name}.jpg").read_bytes)
        except OSError:
            return None

    @asynccontextmanager
    async def swept(self) -> AsyncIterator[None]:
        """Remove pictures whose days are over, now and every hour for as long as the context is open."""
        task = asyncio.create_task(self._sweep_on(), name="photos")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _sweep_on(self) -> None:
        while self.folder is not None:
            gone = await asyncio.to_thread(_sweep, self.folder, machine_now_s() - self.keep_days * _DAY_S)
            if gone:
                _log.info("pictures removed", count=gone, after_days=self.keep_days)
            await asyncio.sleep(_SWEEP_EVERY_S)


NO_PHOTOS = Photos(None)


def _write(folder: Path, name: str, jpeg: bytes) -> None:
    """Whole or not at all: written beside, synced, and then given its name."""
    folder.mkdir(parents=True, exist_ok=True)
    half = folder / f"{name}.part"
    with half.open("wb") as file:
        file.write(jpeg)
        file.flush()
        os.fsync(file.fileno())
    half.replace(folder / f"{name}.jpg")
    names = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(names)  # the name is on disk only once its folder is
    finally:
        os.close(names)


def _sweep(folder: Path, before_s: float) -> int:
    """Remove what was written before (UTC seconds, the machine's); how many. What cannot be removed stays."""
    gone = 0
    for file in (*folder.glob("*.jpg"), *folder.glob("*.part")):
        with suppress(OSError):
            if file.stat().st_mtime < before_s:
                file.unlink()
                gone += 1
    return gone
