"""Pictures of people's doors are kept for as long as the configuration says, and then removed."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from orchestrator.gateway import photos
from orchestrator.gateway.photos import Photos
from sitl.loop import run_virtual
from vehicles.clock import machine_now_s

DAY_S = 86_400.0


def aged(folder: Path, name: str, days: float) -> Path:
    file = folder / name
    file.write_bytes(b"\xff\xd8\xff")
    at_s = machine_now_s() - days * DAY_S
    os.utime(file, (at_s, at_s))
    return file


def is_there(file: Path) -> bool:
    return file.exists()


def swept(photos: Photos) -> None:
    """On virtual time, where what is done beside the loop is done at once."""

    async def scene() -> None:
        async with photos.swept():
            await asyncio.sleep(1.0)

    run_virtual(scene(), machine_now_s())


def test_what_is_too_old_goes_at_the_start_and_the_rest_stays(tmp_path: Path) -> None:
    aged(tmp_path, "a" * 64 + ".jpg", 31.0)
    aged(tmp_path, "b" * 64 + ".part", 31.0)
    young, other = aged(tmp_path, "c" * 64 + ".jpg", 29.0), aged(tmp_path, "notes.txt", 99.0)
    swept(Photos(tmp_path))
    assert sorted(tmp_path.iterdir()) == sorted([young, other])


def test_what_becomes_too_old_goes_within_the_hour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = aged(tmp_path, "d" * 64 + ".jpg", 0.9)
    began_s, kept = machine_now_s(), list[bool]()

    async def scene() -> None:
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(photos, "machine_now_s", lambda: began_s + loop.time())
        async with Photos(tmp_path, keep_days=1).swept():
            await asyncio.sleep(0.05 * DAY_S)
            kept.append(is_there(file))
            await asyncio.sleep(0.1 * DAY_S)
            kept.append(is_there(file))

    run_virtual(scene(), began_s)
    assert kept == [True, False]


def test_no_folder_and_none_yet_are_nothing_to_sweep(tmp_path: Path) -> None:
    swept(Photos(None))
    swept(Photos(tmp_path / "not-yet"))
