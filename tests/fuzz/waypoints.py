"""`python -m tests.fuzz.waypoints --count 200000`: see `zone_files`."""

from tests.fuzz.zone_files import main

if __name__ == "__main__":
    main("waypoints")
