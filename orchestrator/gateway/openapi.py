"""The API's description, kept in the repository so that the console's types follow from it.

`python -m orchestrator.gateway.openapi` writes `openapi.json` beside this file; a test says when it
is out of date.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from orchestrator.customers.link import TrackingSecret
from orchestrator.gateway.door.access import AccessRules
from orchestrator.gateway.http import create_app
from orchestrator.gateway.service import City, Service
from orchestrator.orders.intake import Rejected
from orchestrator.orders.request import OrderRequest
from orchestrator.record.events import Entry
from orchestrator.record.journal import MemoryJournal
from orchestrator.record.writer import Writer

FILE = Path(__file__).with_name("openapi.json")


def document() -> dict[str, Any]:
    """The OpenAPI document of an application with nothing behind it."""
    service = Service(
        writer=Writer(MemoryJournal()),
        telemetry=dict,
        place=_nowhere,
        close_area=_nothing,
        open_area=_nothing,
        city=City(b"", lambda _: b"", "", (0.0, 0.0, 0.0, 0.0)),
        access=AccessRules(),
        tracking_secret=TrackingSecret(bytes(16)),
        console_dir=Path(),
    )
    return create_app(service).openapi()


async def _nowhere(_: OrderRequest) -> Rejected:
    return Rejected(())


async def _nothing(*_: object) -> tuple[Entry, ...]:
    return ()


def main() -> None:
    """Write the document."""
    FILE.write_text(json.dumps(document(), indent=2, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
