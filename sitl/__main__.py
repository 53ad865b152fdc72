"""`python -m sitl`: the simulated world's own processes. A composition root; imports late, to start fast."""

from __future__ import annotations

import sys
from collections.abc import Sequence

_USAGE = "usage: python -m sitl vehicle --help | vehicles --help | swarm --help | keep --help"


def main(arguments: Sequence[str]) -> int:
    """Run a subcommand; its exit code: 0 done, 1 the job failed, 2 bad input."""
    if arguments[:1] == ["vehicle"]:
        from sitl.processes.one_vehicle import main as vehicle  # noqa: PLC0415  # only what is asked for

        return vehicle(arguments[1:])
    if arguments[:1] == ["vehicles"]:
        from sitl.processes.many_vehicles import main as vehicles  # noqa: PLC0415  # only what is asked for

        return vehicles(arguments[1:])
    if arguments[:1] == ["swarm"]:
        from sitl.processes.swarm import main as swarm  # noqa: PLC0415  # only what is asked for

        return swarm(arguments[1:])
    if arguments[:1] == ["keep"]:
        from sitl.processes.keeper import main as keep  # noqa: PLC0415  # only what is asked for

        return keep(arguments[1:])
    print(_USAGE, file=sys.stderr)  # noqa: T201  # a command line speaks so
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
