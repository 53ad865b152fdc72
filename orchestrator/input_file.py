"""Files that somebody names on the command line: read whole, and never more than such a file can hold."""

from __future__ import annotations

from pathlib import Path

from orchestrator.ending import BadInput

PLAN_MIB = 16
"""The largest plan: some 60,000 items, more than any autopilot holds."""
MAP_MIB = 256
TILE_MIB = 32
"""A height tile of one second has 25."""
RISK_MIB = 512
"""The most cells that are read, 8 bytes each, and a little."""


def read_file(file: Path, option: str, most_mib: int) -> bytes:
    """What is in `file`, which `option` names. A device is read no further than a file.

    Raises `BadInput` for one that cannot be read, or is larger than `most_mib` MiB.
    """
    most = most_mib * 2**20
    try:
        with file.open("rb") as opened:
            data = opened.read(most + 1)
    except OSError as error:
        raise BadInput(f"{option} {file}: {error.strerror}") from error
    if len(data) > most:
        raise BadInput(f"{option} {file}: more than {most_mib} MiB are not read")
    return data
