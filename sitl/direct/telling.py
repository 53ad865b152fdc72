"""A simulated vehicle that says by itself when its state is another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from sitl.direct.look import landed
from sitl.direct.vehicle import FIRST_HEARD_S, DirectVehicle


class TellingVehicle(DirectVehicle):
    """One of a swarm that somebody steps: nobody need look at it for its time to pass. See `Telling`."""

    def __init__(self, *who: Any, **more: Any) -> None:  # noqa: ANN401 - as its kind has them
        super().__init__(*who, **more)
        self._news: Callable[[], None] = lambda: None
        self._said: tuple[object, ...] = ()

    async def __aenter__(self) -> Self:
        """Start the vehicle."""
        await super().__aenter__()
        if self._running is not None:
            self._running.flight.attended = self._note
        return self

    @property
    def heard_at_s(self) -> float | None:
        """When it was last heard: as of its last step, where nothing disturbs what it says."""
        if self._running is None:
            return None
        if self._disturbed:
            return None if self._sample is None else self._sample.heard_at_s
        flight = self._running.flight
        return flight.at_s if flight.age_s >= FIRST_HEARD_S else None

    def tell(self, news: Callable[[], None]) -> None:
        """Call `news` when its mode, arming, landing or progress is another one."""
        self._news = news

    def _note(self) -> None:
        if self._running is None:
            return
        if self._disturbed:  # what it said last before it falls silent is what will be known of it
            self._hear(self._running)
        flight = self._running.flight
        mission = flight.mission
        said = (flight.mode, flight.armed, landed(flight), mission.index, mission.finish, flight.carrying)
        if said != self._said:
            self._said = said
            self._news()
