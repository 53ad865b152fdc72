"""A log that cannot be written costs its lines: nothing fails for it, and nobody waits."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchestrator.log_sink import LogSink

SOON_S = 20.0


@contextmanager
def piped(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Standard error is a pipe; the end that is read."""
    reads, writes = os.pipe()
    with os.fdopen(writes, "w", encoding="utf-8") as end:
        monkeypatch.setattr(sys, "stderr", end)
        yield reads


def test_a_reader_that_has_stopped_costs_lines_and_is_told_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    sink = LogSink(most=100)
    line = "x" * 999
    read = b""
    with piped(monkeypatch) as pipe, os.fdopen(pipe, "rb", buffering=0) as end:
        for _ in range(1000):  # more than a pipe holds: to wait would be for ever
            sink.write(f"{line}\n")
        assert not sink.drain(0.0)
        os.set_blocking(pipe, False)
        while not sink.drain(0.01):
            read += end.read(1 << 20) or b""
        sink.write("now\n")
        assert sink.drain(SOON_S)
        read += end.read(1 << 20) or b""
    lines = read.decode().splitlines()
    lost = sum(int(one.split()[0]) for one in lines if "could not be written" in one)
    assert lines[-1] == "now"
    assert lost + lines.count(line) == 1000
    assert lost > 500


def test_a_reader_that_is_gone_and_a_full_disk_fail_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sink = LogSink()
    with piped(monkeypatch) as pipe:
        os.close(pipe)
        sink.write("to nobody\n")
        assert sink.drain(SOON_S)
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stderr", full)
        sink.write("to a full disk\n")
        assert sink.drain(SOON_S)
    sink.write("to what is closed\n")
    assert sink.drain(SOON_S)
    file = tmp_path / "log"
    with file.open("w", encoding="ascii") as room:
        monkeypatch.setattr(sys, "stderr", room)
        sink.write("Töölö\n")
        assert sink.drain(SOON_S)
    assert file.read_text("ascii") == "3 lines of the log could not be written.\nT\\xf6\\xf6l\\xf6\n"


def test_one_in_memory_is_written_to(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = io.StringIO()
    monkeypatch.setattr(sys, "stderr", memory)
    sink = LogSink()
    sink.write("a line\n")
    assert sink.drain(SOON_S)
    assert memory.getvalue() == "a line\n"
