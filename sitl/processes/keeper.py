"""`python -m sitl keep`: one foreign program that ends when whoever asked for it does, however that ends.

A real autopilot knows nothing of us: it would fly on in an empty room after a crash of the orchestrator.
The keeper stands between: it holds the program in a session of its own, writes what it says into a file,
and ends it when it is asked to end itself (see `ending`): first by SIGINT, which lets an
autopilot close its log, then by force.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from sitl.processes.ending import asked_to_end

PATIENCE_S = 5.0
"""Seconds that the program gets to end by itself; PX4 needs one to close its log."""

_EXAMPLE = """example:
  python -m sitl keep --console px4/console.log -- bin/px4 -d etc
"""


def main(arguments: Sequence[str]) -> int:
    """Keep a program to its end. The program's own exit code, 0 when it was ended as asked."""
    parser = argparse.ArgumentParser(
        prog="python -m sitl keep",
        description="Run a program that ends when who started this lets go of its standard input.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--console", type=Path, required=True, help="file for all it says")
    parser.add_argument("--finally", dest="last", action="append", default=[], help="run after it, by words")
    parser.add_argument("command", nargs="+", help="the program and its words, after --")
    options = parser.parse_args(arguments)
    try:
        with options.console.open("wb") as console:
            return asyncio.run(_keep(options.command, options.last, console.fileno()))
    except OSError as error:
        print(f"{options.command[0]}: {error.strerror}", file=sys.stderr)  # noqa: T201  # as command lines do
        return 127


async def _keep(command: list[str], last: list[str], console: int) -> int:
    end = asked_to_end()
    # By its number the program is found should we be killed, at whatever moment: told before it begins.
    told = os.dup(sys.stdout.fileno())
    program = await asyncio.create_subprocess_exec(
        *command,
        stdin=subprocess.DEVNULL,
        stdout=console,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=lambda: os.write(told, b"%d\n" % os.getpid()),
    )
    os.close(told)
    ended, asked = asyncio.create_task(program.wait()), asyncio.create_task(end.wait())
    await asyncio.wait({ended, asked}, return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    code = ended.result() if ended.done() else 0
    await _end(program)
    if last:  # a container outlives its client when that is ended by force
        await (await asyncio.create_subprocess_exec(*last, stdout=console, stderr=console)).wait()
    return code


async def _end(program: asyncio.subprocess.Process) -> None:
    """End all of the program's session: by asking, and by force where that is not enough."""
    for number in (signal.SIGINT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(program.pid, number)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                await program.wait()
