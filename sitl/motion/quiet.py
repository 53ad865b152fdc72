"""For how long a vehicle's autopilot, looking around twice a second, finds nothing that it did not know.

Most looks of most vehicles are of this kind, so they are not made: who is stepped by machine code is asked
again only when one of these bounds is reached. What happens is the same, and at the same instants.
"""

from __future__ import annotations

from math import inf
from typing import NamedTuple


class Quiet(NamedTuple):
    """While its station was heard less than so long ago, near where it is now, with a charge in these bounds.

    `above_frac` is the least such charge, `below_frac` the first that is too much.
    """

    silence_s: float = inf
    clear_m: float = inf
    above_frac: float = -inf
    below_frac: float = inf


RESTLESS = Quiet(above_frac=inf)
"""It is to look around at its next turn."""
