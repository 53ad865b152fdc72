"""`python -m tests.fuzz.ed318 --count 200000`: see `zone_files`."""

from tests.fuzz.zone_files import main

if __name__ == "__main__":
    main("ed318")
