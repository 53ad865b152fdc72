"""Figures of how the orchestrator does, for monitoring systems, as Prometheus reads them. Pure.

Text exposition format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). Names end in the unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isinf

from orchestrator.record.state import FleetState, LinkState, ParcelPhase, Severity
from vehicles.profile import Kind

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

LONGEST_UNDECIDED_S = 10.0
"""Without a decision for so long (fleet time) the fleet is not under control; one is due each second."""


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the fleet is under control: for how long nothing was decided, and whether facts are kept."""

    undecided_s: float
    failing: bool
    keeps: bool

    @property
    def decides(self) -> bool:
        """Whether decisions come about."""
        return not self.failing and self.undecided_s <= LONGEST_UNDECIDED_S

    @property
    def ok(self) -> bool:
        """Whether all is well."""
        return self.decides and self.keeps


Counted = Mapping[tuple[str, ...], float]


def figures(state: FleetState, health: Health, consoles: int) -> str:
    """All of them as text. What there is none of is told as 0, so that an alarm on it can be set."""
    vehicles = Counter[tuple[str, ...]](
        (one.profile.kind.value, one.link.value) for one in state.vehicles.values()
    )
    phases = Counter[tuple[str, ...]]((one.phase.value,) for one in state.parcels.values())
    open_alerts = Counter[tuple[str, ...]](
        (one.severity.value,) for one in state.alerts.values() if one.acknowledged_by is None
    )
    kinds = [(kind.value, link.value) for kind in Kind for link in LinkState]
    undecided_s = -1.0 if isinf(health.undecided_s) else health.undecided_s
    return "".join(
        [
            _one("deciding", "gauge", "1 while decisions come about.", health.decides),
            _one("undecided_seconds", "gauge", "Since the last decision; -1 before the first.", undecided_s),
            _one("journal_keeping", "gauge", "1 while facts can be kept.", health.keeps),
            _one("journal_entries_total", "counter", "Facts in the journal.", state.seq),
            _one("consoles", "gauge", "Live streams that are open.", consoles),
            _many(
                "alerts",
                "Alerts that nobody has acknowledged.",
                ("severity",),
                _all(open_alerts, [(one.value,) for one in Severity]),
            ),
            _many("vehicles", "Vehicles by how they are heard.", ("kind", "link"), _all(vehicles, kinds)),
            _many(
                "parcels",
                "Parcels of all orders.",
                ("phase",),
                _all(phases, [(one.value,) for one in ParcelPhase]),
            ),
        ]
    )


def _all(counted: Counter[tuple[str, ...]], there_are: Iterable[tuple[str, ...]]) -> Counted:
    return {one: counted[one] for one in there_are}


def _one(name: str, kind: str, told: str, value: float) -> str:
    return f"{_head(name, kind, told)}sanderling_{name} {float(value):g}\n"


def _many(name: str, told: str, labels: tuple[str, ...], values: Counted) -> str:
    lines = [_head(name, "gauge", told)]
    for of, value in values.items():
        pairs = ",".join(f'{label}="{one}"' for label, one in zip(labels, of, strict=True))
        lines.append(f"sanderling_{name}{{{pairs}}} {value:g}\n")
    return "".join(lines)


def _head(name: str, kind: str, told: str) -> str:
    return f"# HELP sanderling_{name} {told}\n# TYPE sanderling_{name} {kind}\n"
