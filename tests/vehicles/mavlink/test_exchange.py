"""One exchange at a time, each with an identity: what was meant for another never counts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from itertools import pairwise
from typing import Any

import pytest

from sitl.loop import run_virtual
from vehicles.clock import now_s
from vehicles.mavlink.command import QUERY, SET_OFF, Ask, Request
from vehicles.mavlink.exchange import IDENTITIES, Exchange
from vehicles.mavlink.messages import Answer, PlanPart, Requested, SayCommand, SayEnd, Saying
from vehicles.mavlink.mission_transfer import Upload
from vehicles.vehicle import Accepted, Outcome, Refused, Unanswered

ARM, ACCEPTED, DENIED = 400, 0, 2
START_UTC_S = 1_790_000_000.0


class Air:
    """What was said, by whom and when; `answer` reacts."""

    def __init__(self) -> None:
        self.said: list[tuple[float, Saying, int]] = []
        self.exchange = Exchange(self._say)
        self.answer: Callable[[Saying, int], None] = lambda _saying, _identity: None

    def _say(self, saying: Saying, identity: int) -> None:
        self.said.append((now_s() - START_UTC_S, saying, identity))
        asyncio.get_running_loop().call_later(0.05, self.answer, saying, identity)

    def hear(self, identity: int, result: int) -> None:
        self.exchange.hear(Answer(identity, ARM, result))


def ask(policy: Any = QUERY) -> Ask:  # noqa: ANN401
    return Ask(Request("arm", ARM, (1.0,), policy), None)


def virtually(main: Callable[[Air], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        await main(Air())

    run_virtual(run(), START_UTC_S)


def test_an_answer_ends_it() -> None:
    async def main(air: Air) -> None:
        air.answer = lambda _, identity: air.hear(identity, ACCEPTED)
        assert await air.exchange.run(ask()) == Accepted()
        assert not air.exchange.busy

    virtually(main)


def test_a_late_answer_to_the_command_before_is_not_the_answer_to_this_one() -> None:
    async def main(air: Air) -> None:
        first: Outcome = await air.exchange.run(ask(SET_OFF))
        assert isinstance(first, Unanswered)
        stale = air.said[0][2]
        air.answer = lambda _saying, _identity: air.hear(stale, ACCEPTED)
        second: Outcome = await air.exchange.run(ask(SET_OFF))
        assert isinstance(second, Unanswered)

    virtually(main)


def test_a_doubled_answer_does_not_reach_the_next_command() -> None:
    async def main(air: Air) -> None:
        def twice(_: Saying, identity: int) -> None:
            air.hear(identity, DENIED)
            air.hear(identity, DENIED)
            asyncio.get_running_loop().call_later(0.4, air.hear, identity, DENIED)

        air.answer = twice
        assert isinstance(await air.exchange.run(ask()), Refused)

        def later(_: Saying, identity: int) -> None:
            asyncio.get_running_loop().call_later(0.5, air.hear, identity, ACCEPTED)

        air.answer = later
        assert await air.exchange.run(ask()) == Accepted()

    virtually(main)


def test_identities_take_turns_and_stay_few() -> None:
    async def main(air: Air) -> None:
        air.answer = lambda _, identity: air.hear(identity, ACCEPTED)
        for _ in range(20):
            await air.exchange.run(ask())
        used = [identity for _, _, identity in air.said]
        assert used[:8] == list(IDENTITIES)
        assert all(a != b for a, b in pairwise(used))
        assert len(set(used)) == 8

    virtually(main)


def test_one_at_a_time_in_the_order_of_asking() -> None:
    async def main(air: Air) -> None:
        air.answer = lambda _, identity: air.hear(identity, ACCEPTED)
        await asyncio.gather(*(air.exchange.run(ask()) for _ in range(3)))
        assert [round(at_s, 2) for at_s, _, _ in air.said] == [0.0, 0.05, 0.1]

    virtually(main)


def test_repeats_are_one_command_with_one_identity() -> None:
    async def main(air: Air) -> None:
        assert isinstance(await air.exchange.run(ask()), Unanswered)
        assert [round(at_s, 2) for at_s, _, _ in air.said] == [0.0, 1.0, 2.0]
        assert len({identity for _, _, identity in air.said}) == 1
        sends = [saying.send for _, saying, _ in air.said if isinstance(saying, SayCommand)]
        assert sends == [0, 1, 2]

    virtually(main)


def test_cancelling_calls_a_transfer_off_and_frees_the_turn() -> None:
    async def main(air: Air) -> None:
        transfer = asyncio.create_task(air.exchange.run(Upload(PlanPart.MISSION, ())))
        await asyncio.sleep(0.2)
        transfer.cancel()
        with pytest.raises(asyncio.CancelledError):
            await transfer
        assert isinstance(air.said[-1][1], SayEnd)
        air.answer = lambda _, identity: air.hear(identity, ACCEPTED)
        assert await air.exchange.run(ask()) == Accepted()

    virtually(main)


def test_an_answer_that_comes_in_the_turn_in_which_its_time_is_over_counts() -> None:
    # So it is after every stall of the machine: timers and sockets are due together.
    async def main() -> None:
        air = Air()
        running: Coroutine[Any, Any, Outcome] = air.exchange.run(ask(SET_OFF))
        asking = asyncio.create_task(running)
        await asyncio.sleep(0.0)
        expiry_s = SET_OFF.expires_after_s
        asyncio.get_running_loop().call_at(expiry_s, air.hear, IDENTITIES[0], ACCEPTED)
        outcome = await asking
        assert outcome == Accepted()

    run_virtual(main(), 0.0)


def test_a_stream_of_noise_does_not_put_off_the_end() -> None:
    async def main(air: Air) -> None:
        async def chatter() -> None:
            while True:
                await asyncio.sleep(0.05)
                for identity in IDENTITIES:
                    air.exchange.hear(Requested(identity, PlanPart.RALLY, 0))

        talking = asyncio.create_task(chatter())
        assert isinstance(await air.exchange.run(ask()), Unanswered)
        assert now_s() - START_UTC_S < 3.2
        talking.cancel()

    virtually(main)
