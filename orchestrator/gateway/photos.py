"""Pictures that prove hand-overs: files named by their content, beside the journal that names them."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

_NAME = re.compile(r"[0-9a-f]{64}")
_JPEG = b"\xff\xd8\xff"


class PhotoError(Exception):
    """A picture cannot be kept. The text says why."""


@dataclass(frozen=True, slots=True)
class Photos:
    """Keeps JPEG pictures in `folder`, made when the first one comes; None keeps none."""

    folder: Path | None

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
