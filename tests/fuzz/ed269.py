"""`python -m tests.fuzz.ed269 --count 200000`: see `zone_files`."""

from tests.fuzz.zone_files import main

if __name__ == "__main__":
    main("ed269")
