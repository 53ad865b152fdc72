"""`python -m sitl vehicle`: one simulated vehicle in a process of its own, so that killing it kills one.

It speaks MAVLink over UDP, on time that runs `--speed` times as fast as the machine's, and ends on
SIGTERM, on SIGINT, or when whoever holds the pipe to its standard input is gone.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from sitl.processes.living import live
from sitl.processes.vehicle_arguments import (
    FieldError,
    add_circumstances,
    add_speed,
    add_vehicle,
    speed,
    vehicle_of,
)
from vehicles.vehicle import LinkError

_EXAMPLE = """example:
  python -m sitl vehicle --url udpout:127.0.0.1:14601 --profile delivery-drone --system-id 1 \\
      --home 60.1699,24.9384 --speed 10 --seed 7 --fault silent@60-90
"""


def main(arguments: Sequence[str]) -> int:
    """Run one vehicle to its end. 0: ended as asked; 1: its link cannot work; 2: bad input, named."""
    parser = argparse.ArgumentParser(
        prog="python -m sitl vehicle",
        description="One simulated vehicle that speaks MAVLink as PX4 does.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_vehicle(parser)
    add_circumstances(parser)
    add_speed(parser)
    options = parser.parse_args(arguments)
    try:
        pace, autopilot = speed(options), vehicle_of(options)
        live(autopilot.run(), pace)
    except FieldError as error:
        parser.error(str(error))  # exits with 2
    except LinkError as error:
        print(error, file=sys.stderr)  # noqa: T201  # a command line speaks so
        return 1
    return 0
