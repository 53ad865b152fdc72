"""Scaled time: the machine's sockets and processes, with a faster clock."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import cast

import pytest

from sitl.loop import ScaledLoop, run_scaled
from vehicles.clock import now_s


def test_sleep_is_divided_by_the_speed() -> None:
    async def nap() -> float:
        began_s = now_s()
        await asyncio.sleep(20.0)
        return now_s() - began_s

    began_s = time.perf_counter()
    slept_s = run_scaled(nap(), 100.0)
    assert 20.0 <= slept_s < 40.0
    assert 0.19 <= time.perf_counter() - began_s < 2.0


def test_fleet_time_starts_at_the_machines_utc() -> None:
    async def now() -> float:
        return now_s()

    assert abs(run_scaled(now(), 10.0) - time.time()) < 10.0


class _Echo(asyncio.DatagramProtocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._transport.sendto(data[::-1], addr)


class _Answer(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        del addr
        self.answer.set_result(data)


def test_datagrams_go_both_ways() -> None:
    async def main() -> bytes:
        loop = asyncio.get_running_loop()
        echo, _ = await loop.create_datagram_endpoint(_Echo, local_addr=("127.0.0.1", 0))
        peer, answer = await loop.create_datagram_endpoint(
            _Answer, remote_addr=echo.get_extra_info("sockname")
        )
        peer.sendto(b"abc")
        async with asyncio.timeout(50.0):
            data = await answer.answer
        peer.close()
        echo.close()
        return data

    assert run_scaled(main(), 10.0) == b"cba"


def test_subprocesses_and_threads_work() -> None:
    async def main() -> tuple[bytes, int]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", "print('up')", stdout=asyncio.subprocess.PIPE
        )
        out, _ = await process.communicate()
        return out, await asyncio.to_thread(lambda: 7)

    assert run_scaled(main(), 10.0) == (b"up\n", 7)


@pytest.mark.parametrize("speed", [0.0, -1.0, float("inf"), float("nan")])
def test_a_speed_that_makes_no_sense_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="speed"):
        ScaledLoop(speed)
