"""A file read whole, and never more of it than such a file can hold; one that is to be written."""

from __future__ import annotations

from pathlib import Path

import orjson

from orchestrator.ending import BadInput


def read_file(file: Path, most_mib: int, field: str = "") -> bytes:
    """What is in `file`, which the option or key `field` names. A device is read no further than a file.

    Raises `BadInput` for one that cannot be read, or is larger than `most_mib` MiB.
    """
    most, named = most_mib * 2**20, f"{field} {file}".lstrip()
    try:
        with file.open("rb") as opened:
            data = opened.read(most + 1)
    except OSError as error:
        raise BadInput(f"{named}: {error.strerror}") from error
    if len(data) > most:
        raise BadInput(f"{named}: more than {most_mib} MiB are not read")
    return data


def check_writable(file: Path, field: str) -> None:
    """Raise `BadInput` when nothing can be written there: better now than after the work. Nothing changes."""
    try:
        was_there = file.exists()
        file.open("ab").close()
        if not was_there:
            file.unlink()
    except OSError as error:
        raise BadInput(f"{field} {file}: {error.strerror}") from error


def write_file(data: bytes, file: Path, field: str) -> None:
    """Write the file. Raises `BadInput` when it cannot be written."""
    try:
        file.write_bytes(data)
    except OSError as error:
        raise BadInput(f"{field} {file}: {error.strerror}") from error


def write_json(document: object, file: Path, field: str) -> None:
    """Write a document. Raises as `write_file`."""
    write_file(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n", file, field)
