"""Several parameters set as one: none is sent before all are known to be of a kind that holds its value."""

from __future__ import annotations

from collections.abc import Mapping

from geofences.reason import Because, Reason
from vehicles.mavlink.autopilots.autopilot import Values
from vehicles.mavlink.exchanges.exchange import Exchange
from vehicles.mavlink.exchanges.parameters import Parameter, SetParameter
from vehicles.vehicle import Accepted, Outcome, Refused, Unanswered

Checked = tuple[tuple[str, SetParameter], ...] | Refused | Unanswered
"""What sets each, by its name; or what is in the way of one of them."""


def to_set(wanted: Mapping[str, float], told: Mapping[str, Parameter | None], values: Values) -> Checked:
    """What sets each, by its name; or what cannot be, every one of them named. `told` is what was read."""
    unknown = [name for name in wanted if told.get(name) is None]
    machines: list[tuple[str, SetParameter]] = []
    reasons: list[Reason] = []
    for name, value in wanted.items():
        if (was := told.get(name)) is None:
            continue
        try:
            machines.append((name, SetParameter(Parameter(name, value, was.kind), values)))
        except ValueError as error:
            reasons.append(Reason(Because.INPUT, name, f"{error}."))
    if reasons:
        return Refused(tuple(reasons))
    if unknown:
        names = ", ".join(unknown)
        return Unanswered(f"{names}: the vehicle does not tell it, so nobody knows of which kind it is")
    return tuple(machines)


async def set_all(exchange: Exchange, checked: Checked) -> Outcome:
    """Set them in turn; the first that fails is the outcome, with the names of those that are set."""
    if not isinstance(checked, tuple):
        return checked
    done: list[str] = []
    for name, machine in checked:
        outcome: Outcome = await exchange.run(machine)
        match outcome:
            case Accepted():
                done.append(name)
            case Unanswered(seen) if done:
                return Unanswered(f"{seen}; set before it: {', '.join(done)}")
            case Refused(reasons) if done:
                text = f"Set before it: {', '.join(done)}."
                return Refused((*reasons, Reason(Because.AUTOPILOT, name, text)))
            case _:
                return outcome
    return Accepted()
