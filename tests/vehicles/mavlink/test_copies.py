"""Copies of one vehicle's words over two links: link 0 is the best one."""

from __future__ import annotations

import pytest
from pymavlink.dialects.v20 import common

from tests.vehicles.mavlink import wire
from vehicles.mavlink.wire.copies import Copies, began_anew


def test_the_best_links_words_count_and_the_spares_copies_do_not() -> None:
    copies = Copies()
    assert copies.news(0, 0, wire.heartbeat(), 10.0)
    assert not copies.news(1, 0, wire.heartbeat(), 10.2)
    assert copies.news(0, 0, wire.heartbeat(), 11.0)


def test_a_spare_link_fills_in_what_the_best_one_lost() -> None:
    copies = Copies()
    copies.news(0, 0, wire.heartbeat(), 10.0)
    copies.news(0, 0, wire.status(), 11.2)
    assert copies.news(1, 0, wire.heartbeat(), 11.3)
    assert not copies.news(1, 0, wire.status(), 11.3)


def test_a_late_copy_of_a_position_is_old_and_a_newer_one_counts_from_any_link() -> None:
    copies = Copies()
    assert copies.news(0, 0, wire.position(boot_ms=60_000), 10.0)
    assert not copies.news(1, 0, wire.position(boot_ms=60_000), 10.1)
    assert not copies.news(1, 0, wire.position(boot_ms=59_000), 10.1)
    assert copies.news(1, 0, wire.position(boot_ms=60_200), 10.3)


def test_messages_of_different_kinds_are_dated_apart() -> None:
    copies = Copies()
    copies.news(0, 0, wire.position(boot_ms=60_000), 10.0)
    attitude = common.MAVLink_attitude_message(60_000, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert copies.news(0, 0, attitude, 10.0)


def test_a_link_that_counts_from_zero_again_tells_of_a_restart() -> None:
    copies = Copies()
    copies.news(0, 0, wire.position(boot_ms=60_000), 10.0)
    assert copies.news(0, 0, wire.position(boot_ms=400), 14.0)
    assert copies.news(0, 0, wire.position(boot_ms=600), 14.2)


@pytest.mark.parametrize(
    ("before_ms", "boot_ms", "after_s", "anew"),
    [
        (3_600_000, 2_000, 4.0, True),
        (3_600_000, 2_000, 0.2, True),  # words of before that waited somewhere, and then the new ones
        (4_000, 2_000, 2.1, True),  # off and on again within five seconds of its start
        (2_500, 1_900, 2.2, True),
        (4_000, 100, 0.1, True),
        (4_000, 2_000, 0.2, False),  # overtaken: it had been on for two seconds when those before were said
        (60_000, 55_500, 0.2, False),
        (60_000, 55_500, 30.0, False),
        (700, 300, 1.0, True),  # within half a second of its first words
        (700, 300, 0.6, False),  # it may have come late
        (3_000, 2_990, 3.5, False),  # two kinds of message, each with a time of its own
        (60_000, 60_200, 0.2, False),
    ],
)
def test_what_began_after_the_words_before_came_began_anew(
    before_ms: int, boot_ms: int, after_s: float, *, anew: bool
) -> None:
    assert began_anew(boot_ms, 100.0 + after_s, before_ms, 100.0) == anew


def test_a_restart_within_seconds_of_a_start_is_news_over_any_link() -> None:
    copies = Copies()
    assert copies.news(0, 0, wire.position(boot_ms=4_000), 10.0)
    assert copies.news(1, 0, wire.position(boot_ms=4_100), 10.1)
    assert not copies.news(0, 0, wire.position(boot_ms=3_000), 10.2)
    assert copies.news(0, 0, wire.position(boot_ms=1_800), 12.3)


def test_after_a_switch_to_a_slow_link_its_old_words_wait_until_they_are_new() -> None:
    copies = Copies()
    copies.news(1, 0, wire.position(boot_ms=52_000), 9.9)
    copies.news(0, 0, wire.position(boot_ms=60_000), 10.0)
    assert not copies.news(1, 1, wire.position(boot_ms=54_000), 11.9)
    assert copies.news(1, 1, wire.position(boot_ms=60_100), 18.0)


def test_when_the_best_link_is_silent_whatever_comes_counts() -> None:
    copies = Copies()
    copies.news(0, 0, wire.position(boot_ms=60_000), 10.0)
    copies.news(0, 0, wire.text("Takeoff detected"), 10.0)
    assert copies.news(1, 0, wire.position(boot_ms=300), 13.5)
    assert copies.news(1, 0, wire.text("Landing detected"), 13.5)


def test_texts_are_one_links_and_answers_are_anyones() -> None:
    copies = Copies()
    copies.news(0, 0, wire.heartbeat(), 10.0)
    assert copies.news(0, 0, wire.text("Takeoff detected"), 10.0)
    assert not copies.news(1, 0, wire.text("Takeoff detected"), 12.5)
    answer = common.MAVLink_command_ack_message(176, 0, 0, 0, 253, 25)
    assert copies.news(0, 0, answer, 10.0)
    assert copies.news(1, 0, answer, 10.0)
