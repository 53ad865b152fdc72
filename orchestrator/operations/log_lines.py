"""What lines of the log say of facts and of errors: enough to look further, no more."""

from __future__ import annotations

from orchestrator.record.events import Entry


def fields(entry: Entry) -> dict[str, object]:
    """What a log line says of a fact: its kind and the ids in it, no plans."""
    event = entry.event
    fields: dict[str, object] = {"kind": type(event).__name__}
    for name in ("vehicle_id", "mission_id", "order_id", "parcel_id"):
        value = getattr(event, name, None)
        if value is not None:
            fields[name] = value
    return fields


def where(error: Exception) -> str:
    """Kind of an error and the line it comes from: what an engineer needs of a traceback, in one line."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
    return f"{type(error).__name__}{place}"
