"""One exchange at a time, each with an identity: what was meant for another never counts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from itertools import pairwise
from typing import Any

import pytest

from sitl.loop import run_virtual
from vehicles.clock import now_s
from vehicles.mavlink.exchanges.asking import ask as ask_in_any_form
from vehicles.mavlink.exchanges.asking import ask_all
from vehicles.mavlink.exchanges.command import Ask, OtherForm, Request
from vehicles.mavlink.exchanges.exchange import IDENTITIES, Exchange
from vehicles.mavlink.exchanges.lists import PlanPart
from vehicles.mavlink.exchanges.messages import Answer, Requested
from vehicles.mavlink.exchanges.policy import Aim, policy_of
from vehicles.mavlink.exchanges.sayings import Place, SayCancel, SayCommand, SayCommandInt, SayEnd, Saying
from vehicles.mavlink.plans.transfer import Upload
from vehicles.vehicle import Accepted, Outcome, Refused, Unanswered

ARM, REPOSITION, GRIPPER, QUERY = 400, 192, 211, 512
ACCEPTED, DENIED, UNSUPPORTED, IN_PROGRESS = 0, 2, 3, 5
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

    def hear(self, identity: int, result: int, command: int = QUERY) -> None:
        self.exchange.hear(Answer(identity, command, result))


def ask(command: int = QUERY) -> Ask:
    return Ask(Request("ask", command, (1.0,), aim=Aim.SET_OFF if command == ARM else Aim.CALM), None)


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
        first: Outcome | OtherForm = await air.exchange.run(ask(ARM))
        assert isinstance(first, Unanswered)
        stale = air.said[0][2]
        air.answer = lambda _saying, _identity: air.hear(stale, ACCEPTED, ARM)
        second: Outcome | OtherForm = await air.exchange.run(ask(ARM))
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


def test_giving_up_on_a_gripper_under_way_calls_it_off_as_whom_it_answers() -> None:
    async def main(air: Air) -> None:
        air.answer = lambda _, identity: air.hear(identity, IN_PROGRESS, GRIPPER)
        gripping = asyncio.create_task(air.exchange.run(ask(GRIPPER)))
        await asyncio.sleep(0.2)
        gripping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gripping
        (_, _, asked_as), (_, last, called_off_as) = air.said
        assert last == SayCancel(GRIPPER)
        assert called_off_as == asked_as

    virtually(main)


def test_the_other_form_of_a_command_has_an_identity_of_its_own() -> None:
    async def main(air: Air) -> None:
        def doubled(saying: Saying, identity: int) -> None:
            """Refuses integers, and says so once more when the other form is under way."""
            if isinstance(saying, SayCommandInt):
                air.hear(identity, UNSUPPORTED, REPOSITION)
                asyncio.get_running_loop().call_later(0.04, air.hear, identity, UNSUPPORTED, REPOSITION)
            else:
                asyncio.get_running_loop().call_later(0.1, air.hear, identity, ACCEPTED, REPOSITION)

        air.answer = doubled
        there = Request("go there", REPOSITION, place=Place(601700000, 249400000, 60.0))
        assert await ask_in_any_form(air.exchange, there, lambda: None) == Accepted()
        (_, first, one), (_, second, other) = air.said
        assert isinstance(first, SayCommandInt)
        assert isinstance(second, SayCommand)
        assert one != other

    virtually(main)


def test_of_several_commands_the_first_that_is_refused_ends_it() -> None:
    async def main(air: Air) -> None:
        def but_the_gripper(saying: Saying, identity: int) -> None:
            assert isinstance(saying, SayCommand)
            air.hear(identity, DENIED if saying.command == GRIPPER else ACCEPTED, saying.command)

        air.answer = but_the_gripper
        steps = (Request("one", QUERY), Request("two", GRIPPER), Request("three", QUERY))
        outcome = await ask_all(air.exchange, steps, lambda: None)
        assert isinstance(outcome, Refused)
        assert len(air.said) == 2

    virtually(main)


def test_an_answer_that_comes_in_the_turn_in_which_its_time_is_over_counts() -> None:
    # So it is after every stall of the machine: timers and sockets are due together.
    async def main() -> None:
        air = Air()
        running: Coroutine[Any, Any, Outcome | OtherForm] = air.exchange.run(ask(ARM))
        asking = asyncio.create_task(running)
        await asyncio.sleep(0.0)
        expiry_s = policy_of(ARM, Aim.SET_OFF).expires_after_s
        asyncio.get_running_loop().call_at(expiry_s, air.hear, IDENTITIES[0], ACCEPTED, ARM)
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
