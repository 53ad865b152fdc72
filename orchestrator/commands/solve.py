"""`sanderling solve`: solve an instance of the field's benchmarks, checked by code that did not solve it."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import isnan
from pathlib import Path
from threading import Timer, current_thread, main_thread
from typing import Any

from orchestrator.dispatch.formats.families import FAMILIES
from orchestrator.dispatch.formats.family import BadInstance, Family, Outcome
from orchestrator.dispatch.routing.check import Broken
from orchestrator.dispatch.routing.solution import Until
from orchestrator.ending import BadInput, Failed
from orchestrator.files.whole import check_writable, write_file
from orchestrator.terminal import err, out
from vehicles.clock import machine_steady_s

_LONG_S = 2.0
"""Loading the search takes less; compiling it takes more."""

_FAR_S = 1e6


def family_of(name: str) -> Family[Any, Any]:
    """The family of that name. Raises `BadInput` naming those there are."""
    if name not in FAMILIES:
        raise BadInput(f"--format {name}: no such format; there are {', '.join(sorted(FAMILIES))}")
    return FAMILIES[name]


def solve(
    instance: Path, family: Family[Any, Any], limit_s: float, seed: int, output: Path | None
) -> dict[str, Any]:
    """Solve, check, write the solution file; give the JSON document.

    Reading and compiling come before the clock starts. Raises `BadInput` for an instance that cannot be
    read (file, line, reason) or an output that cannot be written, `Failed` when the solution does not hold.
    """
    read = _read(instance, family)
    if output is not None:
        check_writable(output, "--output")
    if err.is_terminal:
        _tell(f"solving {instance} for {limit_s:g} s, seed {seed}")
    prepared_s = _prepared_s(family)
    began_s = machine_steady_s()
    with _stopping(began_s + limit_s) as until:
        found = family.solve(read, until, seed)
        took_s = machine_steady_s() - began_s
    outcome = family.check(read, found)
    if isinstance(outcome, Broken):
        raise Failed(f"{instance}: the solution found does not hold: {'; '.join(outcome.reasons[:3])}")
    if output is not None:
        _write(output, family.write(read, found))
    return {**document(outcome, seed, limit_s, took_s), "prepared_s": round(prepared_s, 3)}


def _tell(text: str) -> None:
    err.print(text, markup=False, highlight=False, soft_wrap=True)


def _prepared_s(family: Family[Any, Any]) -> float:
    """Compile or load the search, before the clock starts; says so where it takes long. Seconds that took."""
    began_s = machine_steady_s()
    text = "compiling the search, once on this machine; the time limit has not begun"
    note = Timer(_LONG_S, _tell, [text])
    note.start()
    try:
        family.prepare()
    finally:
        note.cancel()
    return machine_steady_s() - began_s


@contextmanager
def _stopping(end_s: float) -> Iterator[Until]:
    """The search's end, and a Ctrl-C (SIGINT) as an early one: then its clock stands far behind the end.

    What is best so far is checked and written like any other; a second Ctrl-C leaves at once.
    """
    stopped = False

    def stop(*_: object) -> None:
        nonlocal stopped
        stopped = True
        signal.signal(signal.SIGINT, before)
        _tell("stopped: this is the best so far")

    def clock_s() -> float:
        return machine_steady_s() + _FAR_S * stopped

    before = signal.getsignal(signal.SIGINT)
    if current_thread() is main_thread():
        signal.signal(signal.SIGINT, stop)
    try:
        yield Until(end_s, clock=clock_s)
    finally:
        if current_thread() is main_thread():
            signal.signal(signal.SIGINT, before)


def document(outcome: Outcome, seed: int, limit_s: float, took_s: float) -> dict[str, Any]:
    """The JSON document of one solved instance; None for figures that there is nothing to take of."""
    found = {
        "vehicles": outcome.vehicles,
        "distance": outcome.distance,
        "routes": [list(route) for route in outcome.routes],
        "score": outcome.score,
        "unserved": list(outcome.unserved),
        "seed": seed,
        "time_limit_s": limit_s,
        "took_s": round(took_s, 3),
        **outcome.more,
    }
    return {key: None if isinstance(value, float) and isnan(value) else value for key, value in found.items()}


def print_outcome(found: Mapping[str, Any]) -> None:
    """What was found, for people: the figures, then a line for each vehicle."""
    figures = {name: value for name, value in found.items() if name not in {"routes", "unserved"}}
    lines = [f"{name}: {'-' if value is None else value}" for name, value in figures.items()]
    if found["unserved"]:
        lines.append(f"unserved: {' '.join(map(str, found['unserved']))}")
    lines += [f"{number}: {' '.join(map(str, route))}" for number, route in enumerate(found["routes"], 1)]
    for line in lines:
        out.print(line, markup=False, highlight=False, soft_wrap=True)


def _read(instance: Path, family: Family[Any, Any]) -> Any:  # noqa: ANN401 - the family's own instance
    try:
        return family.read(instance)
    except BadInstance as error:
        raise BadInput(f"{instance}: {error}") from error
    except OSError as error:
        raise BadInput(f"{error.filename or instance}: {error.strerror}") from error


def _write(output: Path, text: str) -> None:
    try:
        write_file(text.encode(), output, "--output")
    except BadInput as error:  # it could be when the search began
        raise Failed(str(error)) from error
