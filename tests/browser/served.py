"""`sanderling serve` in a process of its own, with a courier, for browsers to look at."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import ROOT, free_port

CONFIG = f"""
journal = "fleet.journal"
[area]
map = "{ROOT / "sitl/city/helsinki.geojson.gz"}"
zones = ["{ROOT / "sitl/city/zones.ed318.json"}"]
ground_amsl_m = 10.0
[[hubs]]
id = "rautatientori"
name = "Rautatientori"
lat_deg = 60.17124
lon_deg = 24.944
pads = [{{ id = "pad-1", lat_deg = 60.17097, lon_deg = 24.94384 }},
        {{ id = "dock-1", lat_deg = 60.17082, lon_deg = 24.94352 }}]
[[vehicles]]
id = "C1"
profile = "courier-e-bike"
hub = "rautatientori"
pad = "dock-1"
[gateway]
port = PORT
tracking_key = "a secret of thirty-two characters"
loopback_operator = "anna"
[[gateway.people]]
name = "rita"
role = "courier"
rides = "C1"
key = "ritas-own-key-of-some-length"
"""
RITAS_KEY = "ritas-own-key-of-some-length"


@dataclass
class Served:
    """A running `serve`: its address, and requests as the operator of this machine."""

    port: int
    folder: Path
    more: str = ""
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        file = self.folder / "fleet.toml"
        file.write_text(CONFIG.replace("PORT", str(self.port)) + self.more)
        with (self.folder / "serve.log").open("ab") as log:
            command = [sys.executable, "-m", "orchestrator", "serve", "--config", str(file)]
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=os.environ | {})
        while self.process.poll() is None:
            try:
                self.ask("v1/state")
            except OSError:
                time.sleep(0.2)
                continue
            return
        pytest.fail((self.folder / "serve.log").read_text()[-3000:])

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=60)

    def ask(self, path: str, body: object = None, key: str | None = None) -> Any:  # noqa: ANN401 - JSON
        """The answer to a request, as the operator anna or whoever has the key."""
        data = None if body is None else json.dumps(body).encode()
        headers = {} if data is None else {"content-type": "application/json"}
        headers |= {} if key is None else {"authorization": f"Bearer {key}"}
        wanted = urllib.request.Request(self.url + path, data=data, headers=headers)  # noqa: S310 - this machine
        with urllib.request.urlopen(wanted, timeout=30) as answer:  # noqa: S310
            return json.loads(answer.read())

    def order(  # noqa: PLR0917 - where it goes, and what else it asks
        self,
        order_id: str,
        address: str,
        lat_deg: float,
        lon_deg: float,
        hub_id: str = "rautatientori",
        pick_up: dict[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - JSON
        """Place an order of one parcel, due in half an hour; with a `pick_up`, fetched there."""
        place = {"lat_deg": lat_deg, "lon_deg": lon_deg, "kind": "doorstep", "label": address}
        wanted = {
            "order_id": order_id,
            "hub_id": hub_id,
            "parcels": [{"mass_kg": 1.2}],
            "drop_off": place,
            "deadline_s": float(int(time.time()) + 2400),
        }
        return self.ask("v1/orders", wanted if pick_up is None else wanted | {"pick_up": pick_up})


@contextmanager
def serving(folder: Path, more: str = "") -> Iterator[Served]:
    """Serve from a folder of its own while the context lasts."""
    served = Served(free_port(), folder, more)
    served.start()
    try:
        yield served
    finally:
        served.stop()
