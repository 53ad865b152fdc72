"""What a person sees on the terminal: tables of what became of orders and vehicles, quiet in a pipe."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, Self, TextIO, cast

import structlog
from rich import box
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from orchestrator.log_sink import LogSink
from orchestrator.record.report import order_status
from orchestrator.record.state import FleetState
from vehicles.clock import iso, machine_now_s, now_s

out = Console(width=None if sys.stdout.isatty() else 150)
err = Console(stderr=True, width=None if sys.stderr.isatty() else 150)


class Progress:
    """One line on a terminal that tells how a run goes, from `state`; nothing at all in a pipe."""

    def __init__(self, state: Callable[[], FleetState]) -> None:
        self._state = state
        self._live = Live(
            console=out,
            get_renderable=self._line,
            refresh_per_second=4,
            transient=True,
            redirect_stdout=False,
        )

    def __enter__(self) -> Self:
        """Begin to show it."""
        if out.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the line away again."""
        self._live.stop()

    def _line(self) -> str:
        state = self._state()
        counts = Counter(order_status(state, order_id).value for order_id in state.orders)
        words = "  ".join(f"{count} {status.replace('_', ' ')}" for status, count in sorted(counts.items()))
        alerts = f"  [red]{len(state.alerts)} alerts[/red]" if state.alerts else ""
        return f"{iso(state.at_s)}  {len(state.orders)} orders: {words}{alerts}"


def log_to_stderr(level: int) -> LogSink:
    """Send log lines of `level` (of `logging`) and above to standard error, one line each: to this."""
    sink = LogSink()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", sink)),
        processors=[
            _dated,
            structlog.processors.add_log_level,
            structlog.dev.ConsoleRenderer(colors=err.is_terminal),
        ],
    )
    return sink


def _dated(_: object, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A log line with its instant in front: fleet time where a loop runs, else the machine's."""
    try:
        at_s = now_s()
    except RuntimeError:
        at_s = machine_now_s()
    line["timestamp"] = iso(at_s)
    return line


def print_report(report: Mapping[str, Any]) -> None:
    """The end of a run: one row for each order, one line for each vehicle, and the sums."""
    out.print(_orders(report["orders"]))
    out.print(_vehicles(report["vehicles"]))
    orders = report["orders"]
    delivered = [order for order in orders if order["delivered_at_s"] is not None]
    on_time = sum(bool(order["on_time"]) for order in delivered)
    broken = report["invariants"]["broken"]
    out.print(
        f"{len(delivered)} of {len(orders)} delivered, {on_time} on time; "
        f"{report['fleet_s']:.0f} s of fleet time in {report['wall_s']:.1f} s; "
        + (f"[red]invariants broken: {', '.join(map(str, broken))}" if broken else "no invariant broken")
    )


def _table(*columns: str, right: tuple[str, ...]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", no_wrap=column != "why")
    return table


def _orders(orders: list[Mapping[str, Any]]) -> Table:
    table = _table(
        "order", "vehicle", "state", "placed", "delivered", "on time", "metres", "Wh", "why",
        right=("metres", "Wh"),
    )  # fmt: skip
    for order in orders:
        table.add_row(
            order["id"],
            order["vehicle_id"] or "-",
            order["state"],
            _clock(order["placed_at_s"]),
            _clock(order["delivered_at_s"]),
            _promise(order),
            _number(order["distance_m"]),
            _number(order["energy_wh"]),
            order["reason"] or "",
        )
    return table


def _vehicles(vehicles: list[Mapping[str, Any]]) -> Table:
    table = _table(
        "vehicle", "kind", "missions", "delivered", "metres", "Wh", "state",
        right=("missions", "delivered", "metres", "Wh"),
    )  # fmt: skip
    for vehicle in vehicles:
        table.add_row(
            vehicle["id"],
            vehicle["kind"],
            str(vehicle["missions"]),
            str(vehicle["delivered"]),
            _number(vehicle["distance_m"]),
            _number(vehicle["energy_wh"]),
            vehicle["state"],
        )
    return table


def _promise(order: Mapping[str, Any]) -> Text:
    if order["delivered_at_s"] is None:
        return Text("-")
    spare_s = order["deadline_s"] - order["delivered_at_s"]
    minutes, seconds = divmod(round(abs(spare_s)), 60)
    words = f"{minutes}:{seconds:02d} {'early' if spare_s >= 0 else 'late'}"
    return Text(words, style="green" if order["on_time"] else "red")


def _clock(at_s: float | None) -> str:
    return "-" if at_s is None else iso(at_s)[11:19]


def _number(value: float | None) -> str:  # whatever its unit: the column says it
    return "-" if value is None else f"{value:,.0f}"
