"""Real autopilots in simulation: the frame that PX4 and ArduPilot share.

A starter (`sitl.px4`, `sitl.ardupilot`) says as data how each instance is started (`Launch`); here
they are run, waited for until they can arm, and ended with whoever asked for them (see
`sitl.processes.keeper`).
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from geofences.path import Waypoint
from orchestrator.ending import BadInput, Failed
from sitl.processes.keeper import PATIENCE_S
from vehicles.clock import now_s
from vehicles.mission import VehicleId
from vehicles.telemetry import Telemetry
from vehicles.vehicle import LinkError, Vehicle

_LOOK_EVERY_S = 0.5
_LAST_LINES = 12


@dataclass(frozen=True, slots=True)
class Launch:
    """How one instance is started, and where it is met.

    `command` is run in `folder` (made empty-handed if need be, and never shared by two instances) with
    `environment` on top of our own. `url` is where the orchestrator meets it. `last` is a command that is
    run after it ended, whatever happened (a container's removal). `logs` are patterns below `folder` of the
    autopilot's own logs.
    """

    name: str
    command: tuple[str, ...]
    folder: Path
    url: str
    system_id: int
    environment: Mapping[str, str] = field(default_factory=dict)
    last: tuple[str, ...] = ()
    logs: tuple[str, ...] = ()


class Starter(Protocol):
    """What is particular to one autopilot: `sitl.px4` and `sitl.ardupilot` each have one."""

    @property
    def ready_within_s(self) -> float:
        """Fleet seconds from its start within which an instance can arm."""

    def launch(self, number: int, home: Waypoint, folder: Path, home_amsl_m: float) -> Launch:
        """How instance `number` (from 0) is started on the ground at `home`, with `folder` for its own.

        Raises `BadInput` when the program is missing or cannot be run.
        """

    def ready(self, telemetry: Telemetry) -> bool:
        """Whether an instance that looks like that can arm."""


def program(field_name: str, path: Path) -> Path:
    """The program a user named, resolved. Raises `BadInput` naming the option and what is wrong with it."""
    if not path.exists():
        raise BadInput(f"{field_name}: there is no file {path}")
    if not path.is_file() or not os.access(path, os.X_OK):
        raise BadInput(f"{field_name}: {path} is no program that can be run")
    return path.resolve()


class RealAutopilots:
    """Runs one keeper for each launch; leaving ends them all, and so does the end of this process."""

    def __init__(self, launches: Sequence[Launch]) -> None:
        self._launches = tuple(launches)
        self._keepers: dict[str, asyncio.subprocess.Process] = {}

    @property
    def process_ids(self) -> dict[VehicleId, int]:
        """The operating system's id of each keeper, by the launch's name."""
        return {VehicleId(name): keeper.pid for name, keeper in self._keepers.items()}

    async def __aenter__(self) -> Self:
        """Start them all."""
        for launch in self._launches:
            launch.folder.mkdir(parents=True, exist_ok=True)
            words = [sys.executable, "-m", "sitl", "keep", "--console", str(_console(launch).resolve())]
            for word in launch.last:
                words += [f"--finally={word}"]
            self._keepers[launch.name] = await asyncio.create_subprocess_exec(
                *words,
                "--",
                *launch.command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                cwd=launch.folder,
                env={**os.environ, **_import_path(), **launch.environment},
                start_new_session=True,  # Ctrl-C is ours to hear: they end after the fleet has let go
            )
        return self

    async def ready(self, starter: Starter, meet: Callable[[Launch], Vehicle]) -> None:
        """Return when every one can arm, met on its own link for that long.

        Raises `Failed` with the last words of one that ended or does not get ready in its time, `BadInput`
        where somebody else has the port that one is met at.
        """
        try:
            async with asyncio.TaskGroup() as tasks:
                for launch in self._launches:
                    tasks.create_task(self._ready(launch, starter, meet(launch)), name=f"ready {launch.name}")
        except ExceptionGroup as errors:
            first = errors.exceptions[0]  # it has called the others off
            if isinstance(first, LinkError):
                text = f"{first}: it is met there first; start what shall use it when all are ready"
                raise BadInput(text) from errors
            raise first from errors

    async def _ready(self, launch: Launch, starter: Starter, vehicle: Vehicle) -> None:
        deadline_s = now_s() + starter.ready_within_s
        async with vehicle:
            while True:
                vehicle.attend()
                self._alive(launch)
                seen = vehicle.telemetry
                if seen is not None and starter.ready(seen):
                    return
                if now_s() > deadline_s:
                    why = _why_not(seen)
                    raise Failed(
                        f"{launch.name} cannot arm {starter.ready_within_s:.0f} s after its start: {why}"
                        f"{_last_words(launch)}"
                    )
                await asyncio.sleep(_LOOK_EVERY_S)

    def _alive(self, launch: Launch) -> None:
        code = self._keepers[launch.name].returncode
        if code is not None:
            raise Failed(f"{launch.name} ended with exit code {code}{_last_words(launch)}")

    async def ended(self) -> None:
        """Return never, unless one of them ends by itself: then raises `Failed` with its last words."""
        while True:
            for launch in self._launches:
                self._alive(launch)
            await asyncio.sleep(_LOOK_EVERY_S)

    def logs(self) -> tuple[Path, ...]:
        """The autopilots' own logs and what they said, as far as they are there."""
        found = [_console(launch) for launch in self._launches]
        for launch in self._launches:
            for pattern in launch.logs:
                found += sorted(launch.folder.glob(pattern))
        return tuple(found)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End them: by closing their keepers' input, and by force where that is not enough."""
        for keeper in self._keepers.values():
            if keeper.stdin is not None:
                keeper.stdin.close()
        speed = float(getattr(asyncio.get_running_loop(), "speed", 1.0))
        for keeper in self._keepers.values():
            try:
                async with asyncio.timeout((2 * PATIENCE_S + 1.0) * speed):
                    await keeper.wait()
            except TimeoutError:
                keeper.kill()
                await keeper.wait()
            await _end_orphan(keeper)


async def _end_orphan(keeper: asyncio.subprocess.Process) -> None:
    """End what a keeper left behind that was itself killed (by the system, short of memory, say)."""
    if keeper.returncode is None or keeper.returncode >= 0 or keeper.stdout is None:
        return
    told = (await keeper.stdout.readline()).strip()
    if told.isdigit():
        with suppress(ProcessLookupError):
            os.killpg(int(told), signal.SIGKILL)


def _console(launch: Launch) -> Path:
    return launch.folder / "console.log"


def _import_path() -> dict[str, str]:
    """Where the keeper finds this very code: it is started in a folder of the autopilot's."""
    root = str(Path(__file__).resolve().parents[1])
    return {"PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", ""))))}


def _why_not(seen: Telemetry | None) -> str:
    if seen is None:
        return "nothing was heard of it"
    return "; ".join(seen.health.warnings) or "it does not say why"


def _last_words(launch: Launch) -> str:
    try:
        lines = _console(launch).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    if not lines:
        return ", having said nothing"
    return "\n".join((f"; the last it said ({_console(launch)}):", *lines[-_LAST_LINES:]))
