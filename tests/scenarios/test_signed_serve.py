"""Signing from end to end: a file of keys, `serve`, and vehicles in processes of their own over UDP.

Who signs with its key is heard, and answers; who does not is refused, told of, and never heard.
"""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from orchestrator.commands.keys import new
from vehicles.mavlink.wire.keys import new_key, read_keys

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PATIENCE_S = 180.0
PADS = {"D1": "60.17097,24.94384", "D2": "60.17110,24.94384", "D3": "60.17124,24.94384"}


def free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket(type=socket.SOCK_DGRAM)) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def config(ports: dict[str, int], gateway: int) -> str:
    places = {name: at.split(",") for name, at in PADS.items()}
    pads = ", ".join(
        f'{{ id = "{name}", lat_deg = {lat}, lon_deg = {lon} }}' for name, (lat, lon) in places.items()
    )
    vehicles = "".join(
        f'[[vehicles]]\nid = "{name}"\nprofile = "delivery-drone"\nhub = "hub"\npad = "{name}"\n'
        f'url = "udpin:127.0.0.1:{port}"\n'
        for name, port in ports.items()
    )
    return f"""
journal = "fleet.journal"
[area]
map = "{ROOT / "sitl/city/helsinki.geojson.gz"}"
ground_amsl_m = 10.0
[gateway]
port = {gateway}
loopback_operator = "anna"
[signing]
keys = "fleet.keys"
[[hubs]]
id = "hub"
name = "Hub"
lat_deg = 60.17097
lon_deg = 24.94384
pads = [{pads}]
{vehicles}"""


@contextmanager
def running(folder: Path, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *words], cwd=ROOT, stdin=subprocess.PIPE, stdout=log, stderr=log
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)


@dataclass
class Gateway:
    """What a running `serve` answers the operator of this machine."""

    port: int
    folder: Path

    def ask(self, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        data = None if body is None else json.dumps(body).encode()
        headers = {} if data is None else {"content-type": "application/json"}
        url = f"http://127.0.0.1:{self.port}/v1/{path}"
        wanted = urllib.request.Request(url, data=data, headers=headers)
        with urllib.request.urlopen(wanted, timeout=30) as answer:  # noqa: S310
            return json.loads(answer.read())

    def until(self, what: Callable[[Any], bool]) -> Any:  # noqa: ANN401 - JSON
        """The state, once it is as wanted; the log where it never is."""
        state, ends_s = None, time.monotonic() + PATIENCE_S
        while time.monotonic() < ends_s:
            try:
                state = self.ask("state")
            except OSError:
                state = None
            if state is not None and what(state):
                return state
            time.sleep(0.3)
        told = None if state is None else [(one["id"], one["status"]) for one in state["vehicles"]]
        pytest.fail(f"{told}\n{(self.folder / 'log').read_text()[-3000:]}")


def links(state: Any) -> dict[str, str]:  # noqa: ANN401 - JSON
    return {one["id"]: one["link"] for one in state["vehicles"]}


def alerts(state: Any) -> dict[str, str]:  # noqa: ANN401 - JSON
    return {one["key"]: one["text"] for one in state["alerts"]}


def vehicle(name: str, port: int, *more: str) -> list[str]:
    words = ["sitl", "vehicle", "--url", f"udpout:127.0.0.1:{port}", "--profile", "delivery-drone"]
    return [*words, "--system-id", name[1:], "--home", PADS[name], *more]


def test_who_signs_is_heard_and_answers_and_who_does_not_is_refused_and_told_of(tmp_path: Path) -> None:
    *udp, tcp = free_ports(4)
    ports = dict(zip(PADS, udp, strict=True))
    (tmp_path / "fleet.toml").write_text(config(ports, tcp))
    new(tmp_path / "fleet.keys", ["D1", "D2", "D3"])
    assert (tmp_path / "fleet.keys").stat().st_mode & 0o777 == 0o600
    keys = {name: one.key.hex() for name, one in read_keys(tmp_path / "fleet.keys").items()}
    it = Gateway(tcp, tmp_path)
    with ExitStack() as stack:
        stack.enter_context(
            running(tmp_path, "orchestrator", "serve", "--config", str(tmp_path / "fleet.toml"))
        )
        stack.enter_context(running(tmp_path, *vehicle("D1", ports["D1"], "--key", keys["D1"])))
        stack.enter_context(running(tmp_path, *vehicle("D2", ports["D2"])))
        stack.enter_context(running(tmp_path, *vehicle("D3", ports["D3"], "--key", new_key().hex())))

        state = it.until(lambda state: "notice:D2" in alerts(state) and "notice:D3" in alerts(state))
        for name in ("D2", "D3"):
            assert "refused" in alerts(state)[f"notice:{name}"], "unsigned, or signed by another key"
        state = it.until(lambda state: "COM_DLL_EXCEPT" in " ".join(state["vehicles"][0]["fault"]))
        assert links(state) == {"D1": "up", "D2": "never", "D3": "never"}
        assert "notice:D1" not in alerts(state), "it has answered what it was asked: signed, both ways"
