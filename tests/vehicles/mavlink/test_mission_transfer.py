"""The mission protocol: what a transfer must survive, one case a test."""

from __future__ import annotations

import random

import pytest

from vehicles.mavlink.exchanges.lists import Item, PlanPart
from vehicles.mavlink.exchanges.messages import (
    Answer,
    Counted,
    Current,
    Ended,
    GotItem,
    Heard,
    Requested,
    Text,
)
from vehicles.mavlink.exchanges.sayings import (
    SayCount,
    SayCurrent,
    SayEnd,
    Saying,
    SayItem,
    SayList,
    SayRequest,
)
from vehicles.mavlink.plans.jump import Jump, Jumped
from vehicles.mavlink.plans.transfer import (
    CONFIRMS_WITHIN_S,
    GIVES_UP_AFTER_S,
    REPLY_WITHIN_S,
    SENDS,
    SERVES,
    Cancelled,
    Declined,
    Download,
    Read,
    Silent,
    Unconfirmed,
    Upload,
    Uploaded,
)

ACCEPTED, ERROR, UNSUPPORTED, INVALID_SEQUENCE, CANCELLED = 0, 1, 3, 13, 15
ME = 25
M = PlanPart.MISSION
ITEMS = tuple(Item(16, 6, lat_e7=n) for n in range(3))


def request(seq: int, part: PlanPart = M) -> Requested:
    return Requested(ME, part, seq)


def ended(result: int = ACCEPTED, part: PlanPart = M) -> Ended:
    return Ended(ME, part, result)


def serve_all(upload: Upload, at_s: float = 0.1) -> None:
    for seq in range(len(ITEMS)):
        assert upload.receive(request(seq), at_s) == (SayItem(M, seq, ITEMS[seq]),)


def test_an_upload_offers_serves_and_ends_when_acknowledged() -> None:
    upload = Upload(M, ITEMS)
    assert upload.start(0.0) == (SayCount(M, 3),)
    serve_all(upload)
    assert upload.outcome is None
    assert upload.receive(ended(), 0.2) == ()
    assert upload.outcome == Uploaded()


def test_an_empty_upload_clears_with_one_acknowledgement() -> None:
    upload = Upload(M, ())
    assert upload.start(0.0) == (SayCount(M, 0),)
    upload.receive(ended(), 0.1)
    assert upload.outcome == Uploaded()


def test_a_lost_count_is_offered_again_and_then_given_up() -> None:
    upload = Upload(M, ITEMS)
    upload.start(0.0)
    offers = [upload.tick(n * REPLY_WITHIN_S) for n in range(1, SENDS)]
    assert offers == [(SayCount(M, 3),)] * (SENDS - 1)
    assert upload.tick(SENDS * REPLY_WITHIN_S) == (SayEnd(M, CANCELLED),)
    assert upload.outcome == Silent("any request")


def test_nothing_is_repeated_before_its_time() -> None:
    upload = Upload(M, ITEMS)
    upload.start(0.0)
    assert upload.tick(REPLY_WITHIN_S - 0.01) == ()


def test_a_lost_item_is_served_again_when_asked_again() -> None:
    upload = Upload(M, ITEMS)
    upload.start(0.0)
    first = upload.receive(request(0), 0.1)
    assert upload.receive(request(0), 0.35) == first


def test_a_count_is_not_offered_again_once_the_vehicle_leads() -> None:
    upload = Upload(M, ITEMS)
    upload.start(0.0)
    upload.receive(request(0), 0.7)
    assert upload.tick(REPLY_WITHIN_S) == ()
    assert upload.tick(0.7 + GIVES_UP_AFTER_S) == (SayEnd(M, CANCELLED),)
    assert upload.outcome == Silent("request for item 1")


def test_an_early_acknowledgement_means_another_list() -> None:
    upload = Upload(M, ITEMS)
    upload.start(0.0)
    upload.receive(ended(), 0.1)
    upload.receive(request(0), 0.1)
    upload.receive(ended(), 0.1)
    assert upload.outcome is None


def test_a_lost_acknowledgement_leaves_it_unconfirmed() -> None:
    upload = Upload(M, ITEMS)
    upload.start(0.0)
    serve_all(upload, 0.1)
    assert upload.tick(0.1 + CONFIRMS_WITHIN_S) == ()
    assert upload.outcome == Unconfirmed()


def test_late_and_doubled_messages_after_the_end_change_nothing() -> None:
    upload = Upload(M, ITEMS)
    upload.start(0.0)
    serve_all(upload)
    upload.receive(ended(), 0.2)
    for late in (ended(), ended(ERROR), request(1)):
        assert upload.receive(late, 9.0) == ()
    assert upload.tick(99.0) == ()
    assert upload.cancel() == ()
    assert upload.outcome == Uploaded()


@pytest.mark.parametrize("served", [0, 1, 3])
@pytest.mark.parametrize("result", [2, 3, 4, 5, 6, 12, 13, 14, 15])
def test_a_refusal_ends_it_at_any_step(served: int, result: int) -> None:
    upload = Upload(M, ITEMS)
    upload.start(0.0)
    for seq in range(served):
        upload.receive(request(seq), 0.1)
    upload.receive(ended(result), 0.2)
    assert upload.outcome == Declined(result)


@pytest.mark.parametrize("served", [1, 3])
def test_an_error_that_is_followed_by_nothing_ends_it_and_frees_the_vehicle(served: int) -> None:
    upload = Upload(M, ITEMS)
    upload.start(0.0)
    for seq in range(served):
        upload.receive(request(seq), 0.1)
    upload.receive(ended(ERROR), 0.2)
    assert upload.outcome is None
    assert upload.tick(0.2 + REPLY_WITHIN_S) == (SayEnd(M, CANCELLED),)
    assert upload.outcome == Declined(ERROR)


def test_an_offer_that_came_twice_is_answered_with_an_error_and_the_transfer_goes_on() -> None:
    # PX4 says ERROR to a MISSION_COUNT in mid-transfer, also to the late copy of this very one.
    upload = Upload(M, ITEMS)
    upload.start(0.0)
    upload.receive(request(0), 0.1)
    upload.receive(ended(ERROR), 0.2)
    for seq in (1, 2):
        assert upload.receive(request(seq), 0.3) == (SayItem(M, seq, ITEMS[seq]),)
    upload.receive(ended(), 0.4)
    assert upload.outcome == Uploaded()


def test_a_vehicle_busy_with_another_transfer_is_offered_the_list_again_until_it_is_free() -> None:
    upload = Upload(M, ITEMS)
    upload.start(0.0)
    said = []
    for n in range(1, 8):  # PX4 frees itself after 5 s of silence
        upload.receive(ended(ERROR), n * REPLY_WITHIN_S - 0.5)
        said.append(upload.tick(n * REPLY_WITHIN_S + 0.3))
    assert said == [(SayCount(M, 3),)] * 7
    serve_all(upload, 7.0)
    upload.receive(ended(), 7.1)
    assert upload.outcome == Uploaded()


def test_a_vehicle_that_stays_busy_is_given_up_with_its_error() -> None:
    upload = Upload(M, ITEMS)
    upload.start(0.0)
    for n in range(40):
        upload.receive(ended(ERROR), n * 1.0 + 0.1)
        upload.tick(n * 1.0 + 1.0)
    assert upload.outcome == Declined(ERROR)


def test_a_vehicle_that_asks_for_one_item_for_ever_is_given_up() -> None:
    upload = Upload(M, ITEMS)
    upload.start(0.0)
    for n in range(SERVES):
        assert upload.receive(request(0), 0.25 * n) == (SayItem(M, 0, ITEMS[0]),)
    assert upload.receive(request(0), 11.0) == (SayEnd(M, CANCELLED),)
    assert upload.outcome == Silent("anything but requests for item 0")


def test_a_slow_vehicle_that_asks_in_time_for_each_item_is_waited_for() -> None:
    upload = Upload(M, ITEMS)
    upload.start(0.0)
    at_s = 0.0
    for seq in range(3):
        at_s += 0.9 * (GIVES_UP_AFTER_S if seq else REPLY_WITHIN_S)
        assert upload.tick(at_s) == ()
        assert upload.receive(request(seq), at_s) == (SayItem(M, seq, ITEMS[seq]),)
    assert upload.tick(at_s + 0.9 * CONFIRMS_WITHIN_S) == ()
    upload.receive(ended(), at_s + 0.95 * CONFIRMS_WITHIN_S)
    assert upload.outcome == Uploaded()


def test_the_id_in_the_acknowledgement_is_kept() -> None:
    upload = Upload(M, ITEMS)
    upload.start(0.0)
    serve_all(upload)
    upload.receive(Ended(ME, M, ACCEPTED, 0xABCD), 0.2)
    assert upload.outcome == Uploaded(0xABCD)


def test_a_request_beyond_the_list_calls_it_off() -> None:
    upload = Upload(M, ITEMS)
    upload.start(0.0)
    assert upload.receive(request(3), 0.1) == (SayEnd(M, CANCELLED),)
    assert upload.outcome == Declined(INVALID_SEQUENCE)


def test_requests_out_of_order_are_served_but_count_only_when_complete() -> None:
    upload = Upload(M, ITEMS)
    upload.start(0.0)
    assert upload.receive(request(2), 0.1) == (SayItem(M, 2, ITEMS[2]),)
    upload.receive(ended(), 0.1)
    assert upload.outcome is None
    upload.receive(request(0), 0.1)
    upload.receive(request(1), 0.1)
    upload.receive(ended(), 0.1)
    assert upload.outcome == Uploaded()


def test_another_part_of_the_plan_is_not_this_transfer() -> None:
    upload = Upload(M, ITEMS)
    upload.start(0.0)
    assert upload.receive(request(0, PlanPart.FENCE), 0.1) == ()
    upload.receive(ended(ERROR, PlanPart.FENCE), 0.1)
    assert upload.outcome is None


def test_cancelling_tells_the_vehicle_once() -> None:
    upload = Upload(M, ITEMS)
    upload.start(0.0)
    assert upload.cancel() == (SayEnd(M, CANCELLED),)
    assert upload.cancel() == ()
    assert upload.outcome == Cancelled()


@pytest.mark.parametrize("lost", range(6))
def test_silence_at_each_step_of_an_upload_ends_it(lost: int) -> None:
    upload = Upload(M, ITEMS)
    upload.start(0.0)
    script: list[Heard] = [request(0), request(0), request(1), request(2), request(2), ended()]
    for n, heard in enumerate(script[:lost]):
        upload.receive(heard, 0.1 * n)
    for n in range(40):
        upload.tick(n * 1.0)
    assert isinstance(upload.outcome, Unconfirmed if lost >= 4 else Silent)


NOISE: tuple[Heard, ...] = (
    Answer(ME, 400, 0),
    Current(1, 3, 3),
    Text(4, "Low battery"),
    request(1, PlanPart.RALLY),
    ended(ERROR, PlanPart.FENCE),
    Counted(ME, PlanPart.FENCE, 4),
    GotItem(ME, PlanPart.RALLY, 0, ITEMS[0]),
)


@pytest.mark.parametrize("seed", range(20))
def test_random_messages_in_between_change_nothing(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    upload, download = Upload(M, ITEMS), Download(M)
    upload.start(0.0)
    download.start(0.0)
    for seq in range(3):
        for _ in range(dice.randrange(5)):
            assert upload.receive(dice.choice(NOISE), 0.1) == ()
        upload.receive(request(seq), 0.1)
    upload.receive(ended(), 0.1)
    download.receive(Counted(ME, M, 3), 0.1)
    for seq in range(3):
        for _ in range(dice.randrange(5)):
            assert download.receive(dice.choice(NOISE), 0.1) == ()
        download.receive(GotItem(ME, M, seq, ITEMS[seq]), 0.1)
    assert upload.outcome == Uploaded()
    assert download.outcome == Read(ITEMS)


def test_a_download_asks_in_turn_and_thanks_at_the_end() -> None:
    download = Download(M)
    assert download.start(0.0) == (SayList(M),)
    assert download.receive(Counted(ME, M, 2), 0.1) == (SayRequest(M, 0),)
    assert download.receive(GotItem(ME, M, 0, ITEMS[0]), 0.2) == (SayRequest(M, 1),)
    assert download.receive(GotItem(ME, M, 1, ITEMS[1]), 0.3) == (SayEnd(M, ACCEPTED),)
    assert download.outcome == Read(ITEMS[:2])


def test_a_download_of_nothing() -> None:
    download = Download(M)
    download.start(0.0)
    assert download.receive(Counted(ME, M, 0), 0.1) == (SayEnd(M, ACCEPTED),)
    assert download.outcome == Read(())


def test_doubled_early_and_wrong_items_are_passed_over() -> None:
    download = Download(M)
    download.start(0.0)
    assert download.receive(GotItem(ME, M, 0, ITEMS[0]), 0.1) == ()
    download.receive(Counted(ME, M, 2), 0.1)
    assert download.receive(Counted(ME, M, 9), 0.1) == ()
    assert download.receive(GotItem(ME, M, 1, ITEMS[1]), 0.1) == ()
    download.receive(GotItem(ME, M, 0, ITEMS[0]), 0.1)
    assert download.receive(GotItem(ME, M, 0, ITEMS[2]), 0.1) == ()
    download.receive(GotItem(ME, M, 1, ITEMS[1]), 0.1)
    assert download.outcome == Read(ITEMS[:2])


def test_a_lost_item_is_asked_for_again_until_it_is_hopeless() -> None:
    download = Download(M)
    download.start(0.0)
    download.receive(Counted(ME, M, 2), 0.0)
    said: list[tuple[Saying, ...]] = [download.tick(0.5 * n) for n in range(1, 12)]
    assert said == [(SayRequest(M, 0),)] * 11
    assert download.tick(GIVES_UP_AFTER_S) == (SayEnd(M, CANCELLED),)
    assert download.outcome == Silent("item 0")


def test_a_count_that_never_comes() -> None:
    download = Download(M)
    download.start(0.0)
    said = [download.tick(n * REPLY_WITHIN_S) for n in range(1, SENDS + 1)]
    assert said == [(SayList(M),)] * (SENDS - 1) + [()]
    assert download.outcome == Silent("item count")


def test_each_item_of_a_download_has_its_own_time() -> None:
    download = Download(M)
    download.start(0.0)
    at_s = 0.5
    download.receive(Counted(ME, M, 3), at_s)
    for seq in range(3):
        for _ in range(10):
            at_s += 0.5
            assert download.tick(at_s) == (SayRequest(M, seq),)
        at_s += 0.1
        download.receive(GotItem(ME, M, seq, ITEMS[seq]), at_s)
    assert download.outcome == Read(ITEMS)


def test_a_download_that_loses_every_second_answer_is_whole() -> None:
    download = Download(M)
    download.start(0.0)
    download.tick(0.75)
    download.receive(Counted(ME, M, 3), 0.8)
    at_s = 0.8
    for seq in range(3):
        at_s += 0.5
        assert download.tick(at_s) == (SayRequest(M, seq),)
        download.receive(GotItem(ME, M, seq, ITEMS[seq]), at_s + 0.1)
        at_s += 0.1
    assert download.outcome == Read(ITEMS)


def test_an_absurd_count_is_not_read() -> None:
    download = Download(M)
    download.start(0.0)
    download.receive(Counted(ME, M, 65535), 0.1)
    assert download.outcome == Declined(ERROR)


def test_a_refused_and_a_cancelled_download() -> None:
    refused, cancelled = Download(M), Download(M)
    refused.start(0.0)
    refused.receive(ended(ERROR), 0.1)
    assert refused.outcome == Declined(ERROR)
    assert refused.cancel() == ()
    cancelled.start(0.0)
    assert cancelled.cancel() == (SayEnd(M, CANCELLED),)
    assert cancelled.outcome == Cancelled()


def test_clearing_a_list_that_nobody_confirms_is_unconfirmed_only_by_silence() -> None:
    upload = Upload(M, ())
    upload.start(0.0)
    assert upload.tick(REPLY_WITHIN_S) == (SayCount(M, 0),)
    for n in range(2, 30):
        upload.tick(n * REPLY_WITHIN_S)
    assert upload.outcome == Unconfirmed()


def test_a_refused_clear() -> None:
    upload = Upload(M, ())
    upload.start(0.0)
    upload.receive(ended(UNSUPPORTED), 0.1)
    assert upload.outcome == Declined(UNSUPPORTED)


def test_a_jump_is_done_when_the_vehicle_shows_the_item() -> None:
    jump = Jump(2)
    assert jump.start(0.0) == (SayCurrent(2),)
    outcomes = []
    for seq in (1, 2):
        jump.receive(Current(seq, 3, 3), 0.1 * seq)
        outcomes.append(jump.outcome)
    assert outcomes == [None, Jumped()]
    assert jump.tick(9.0) == ()


def test_a_lost_jump_is_said_again_and_then_given_up() -> None:
    jump = Jump(2)
    jump.start(0.0)
    said = [jump.tick(n * REPLY_WITHIN_S) for n in range(1, SENDS + 1)]
    assert said == [(SayCurrent(2),)] * (SENDS - 1) + [()]
    assert jump.outcome == Silent("item 2 as the current one")


def test_a_jump_lost_once_is_done_at_the_second_saying() -> None:
    jump = Jump(2)
    jump.start(0.0)
    assert jump.tick(REPLY_WITHIN_S) == (SayCurrent(2),)
    jump.receive(Current(2, 3, 3), REPLY_WITHIN_S + 0.1)
    assert jump.outcome == Jumped()


@pytest.mark.parametrize("heard", [*NOISE, request(0), ended(), Counted(ME, M, 3)], ids=repr)
def test_what_comes_before_a_start_or_after_a_cancel_changes_nothing(heard: Heard) -> None:
    upload, download = Upload(M, ITEMS), Download(M)
    upload.start(0.0)
    download.start(0.0)
    upload.cancel()
    download.cancel()
    assert upload.receive(heard, 0.1) == ()
    assert download.receive(heard, 0.1) == ()
    assert upload.outcome == download.outcome == Cancelled()
