"""Room in lockers: promised only what can be kept, and the smallest compartment that does."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geofences.position import GeoPoint
from geofences.reason import Because
from orchestrator.orders.lockers import LockerRoom
from orchestrator.orders.order import Compartments, Locker, LockerId
from vehicles.cargo import SIZES, ParcelSize

S, M, L = SIZES


def locker(small: int = 0, medium: int = 0, large: int = 0) -> Locker:
    return Locker(LockerId("L1"), "Station", GeoPoint(60.17, 24.94), Compartments(small, medium, large))


def fits(wanted: tuple[ParcelSize, ...], has: Compartments) -> bool:
    """By trying every way to lay them out."""
    boxes = [size for size in SIZES for _ in range(has.of(size))]
    if len(wanted) > len(boxes):
        return False
    ranks = [SIZES.index(size) for size in wanted]
    return any(
        all(SIZES.index(box) >= rank for box, rank in zip(order, ranks, strict=False))
        for order in set(permutations(boxes, len(wanted)))
    )


@given(
    st.tuples(*[st.integers(0, 2)] * 3).filter(any),
    st.lists(st.sampled_from(SIZES), max_size=7),
)
def test_exactly_what_can_be_laid_out_is_promised(has: tuple[int, int, int], asked: list[ParcelSize]) -> None:
    room = LockerRoom(locker(*has))
    for size in asked:
        after = room.promising(size)
        assert (after is not None) is fits((*room.promised, size), Compartments(*has))
        room = after or room


@given(
    st.tuples(*[st.integers(0, 3)] * 3).filter(any),
    st.lists(st.sampled_from(SIZES), max_size=9),
    st.randoms(use_true_random=False),
)
def test_whatever_comes_first_there_is_a_compartment_for_all_that_was_promised(
    has: tuple[int, int, int], asked: list[ParcelSize], rng: object
) -> None:
    room = LockerRoom(locker(*has))
    for size in asked:
        room = room.promising(size) or room
    coming, taken = list(room.promised), list[ParcelSize]()
    getattr(rng, "shuffle")(coming)  # noqa: B009 - hypothesis does not type its random numbers
    while coming:
        size = coming.pop()
        box = LockerRoom(room.locker, tuple(taken), tuple(coming)).compartment(size)
        assert box is not None
        assert SIZES.index(box) >= SIZES.index(size)
        taken.append(box)
    assert all(taken.count(size) <= Compartments(*has).of(size) for size in SIZES)


def test_a_full_locker_says_so_in_numbers() -> None:
    room = LockerRoom(locker(small=4, medium=1, large=1), taken=(M, S), promised=(L,))
    assert room.promising(M) is None
    assert room.promising(S) is not None
    reason = room.full(M)
    assert (reason.because, reason.subject) == (Because.LOCKER, "L1")
    assert reason.text == (
        "No room in Station: 2 compartments for a medium parcel, 1 taken, 1 more on the way."
    )


def test_where_nobody_counts_there_is_always_room() -> None:
    uncounted = LockerRoom(Locker(LockerId("L1"), "Station", GeoPoint(60.17, 24.94)))
    assert uncounted.promising(L) is uncounted


@pytest.mark.parametrize("has", [(0, 0, 0), (-1, 2, 0)])
def test_a_locker_without_compartments_is_none(has: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"one compartment|small"):
        Compartments(*has)
