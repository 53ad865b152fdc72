"""`python -m sitl vehicles`: simulated vehicles in a process each, forked from one that has loaded it all.

Loading takes a core longer than a second: ten vehicles that each load for themselves keep a small machine
busy for the first ten of a demonstration. Forked, they are there at once and share what was loaded.
"""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from sitl.processes.one_vehicle import main as vehicle
from sitl.processes.vehicle_arguments import add_speed

_EXAMPLE = """example:
  python -m sitl vehicles --roster fleet.txt
      one vehicle for each line of fleet.txt, described in the words of `python -m sitl vehicle`;
      prints the process id of each, in the lines' order
"""


def main(arguments: Sequence[str]) -> int:
    """Start the vehicles and wait for their ends. 0: all ended as asked; else the worst of their codes."""
    parser = argparse.ArgumentParser(
        prog="python -m sitl vehicles",
        description="Simulated vehicles that speak MAVLink as PX4 does, in a process each.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--roster", type=Path, required=True, help="file with a vehicle for each line")
    add_speed(parser)
    options = parser.parse_args(arguments)
    try:
        lines = options.roster.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        parser.error(f"--roster {options.roster}: {error}")  # exits with 2
    described = [shlex.split(line, comments=True) for line in lines]
    pace = ["--speed", str(options.speed)]
    process_ids = [_fork([*words, *pace]) for words in described if words]
    if not process_ids:
        parser.error(f"--roster {options.roster}: holds no vehicle")
    print(*process_ids, flush=True)  # noqa: T201  # a command line speaks so
    return _last_code(set(process_ids))


def _fork(words: Sequence[str]) -> int:
    """The id of a new process, which is the vehicle so described and never comes back from here."""
    return os.fork() or sys.exit(vehicle(words))


def _last_code(living: set[int]) -> int:
    """Wait for the ends of all. 0 for one that was killed: so one sees what the fleet makes of that."""

    def ask_to_end(*_: object) -> None:
        for process_id in living:
            os.kill(process_id, signal.SIGTERM)

    signal.signal(signal.SIGTERM, ask_to_end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # each vehicle hears Ctrl-C for itself
    code = 0
    while living:
        process_id, status = os.wait()
        living.discard(process_id)
        code = max(code, os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0)
    return code
