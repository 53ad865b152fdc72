"""What the trips kernel works on: the values of `horizon` as records and arrays.

Money is euros, the rest SI units and watt-hours; instants are fleet time. A **node** is where a parcel is
handed over (its own number), or fetched away from the hub (its number and that of all parcels).
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Records: TypeAlias = Any
"""An array of one of the records below: numba reads their fields by name, mypy knows none of them."""

_F, _I = np.float64, np.int64

KIND = np.dtype(
    [
        ("load_s", _F),
        ("handover_s", _F),
        ("prepare_s", _F),
        ("turn_s", _F),
        ("full_wh", _F),
        ("ready_wh", _F),
        ("charge_w", _F),
        ("taper_frac", _F),
        ("taper_share_frac", _F),
        ("later_frac", _F),
        ("per_trip_eur", _F),
        ("per_s_eur", _F),
        ("per_m_eur", _F),
        ("per_wh_eur", _F),
    ]
)
"""Of a kind of vehicle, as in `CarrierKind`."""

CARRIER = np.dtype(
    [
        ("kind", _I),
        ("free_at_s", _F),
        ("until_s", _F),
        ("left_wh", _F),
        ("room", _I),
        ("room_kg", _F),
        ("wear_eur", _F),
        ("rest_from_s", _F),
        ("rest_by_s", _F),
        ("rest_s", _F),
    ]
)
"""Of a vehicle; `rest_by_s` is when its break has to begin at the latest, infinite where it has none."""

PARCEL = np.dtype(
    [
        ("ready_at_s", _F),
        ("welcome_at_s", _F),
        ("deadline_s", _F),
        ("promised_s", _F),
        ("most_aboard_s", _F),
        ("weight_frac", _F),
        ("mass_kg", _F),
        ("fetched", _I),
    ]
)
"""Of a parcel; `welcome_at_s`: since when its recipient waits; `fetched`: 1 where it is not at the hub."""

RATES = np.dtype(
    [
        ("late_eur", _F),
        ("late_per_s_eur", _F),
        ("wait_per_s_eur", _F),
        ("broken_per_s_eur", _F),
        ("left_eur", _F),
    ]
)
"""What keeping people waiting costs, as in `Service`."""


class Tables(NamedTuple):
    """One hub's problem. `opens_at_s` is before when nothing is done at a node."""

    kinds: Records
    carriers: Records
    parcels: Records
    rates: Records
    """One row."""
    seconds_s: Floats
    """Kinds by places by places, as the next two."""
    metres_m: Floats
    energy_wh: Floats
    place: Ints
    """Kinds by nodes; -1 where the kind cannot."""
    opens_at_s: Floats
    """By node."""
    extra_eur: Floats
    """Kinds by parcels."""
    may: Ints
    """Carriers by parcels: 1 where it may carry it."""


class Row(NamedTuple):
    """A vehicle's nodes in the order in which it comes to them; a flag of 1 begins a trip; how many count."""

    nodes: Ints
    begins: Ints
    size: int
