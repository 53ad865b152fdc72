"""The console's page, as built: static files, and a word of help where it is not built."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_NOT_BUILT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Sanderling</title>
<body><h1>The console is not built</h1>
<p>The orchestrator is running; its API answers at <code>/v1/state</code>.</p>
<p>This is a checkout without the built page. <code>make demo</code> builds it, and so does
<code>pip install -e .</code>; a wheel contains it.</p></body></html>
"""


class _Page(StaticFiles):
    """Files named by their content are kept by the browser; the page itself is asked for anew."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        hashed = path.startswith("assets/")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
        return response


def add_page(app: FastAPI, folder: Path) -> None:
    """Serve the built page at /, or say how to build it."""
    if (folder / "index.html").is_file():
        app.mount("/", _Page(directory=folder, html=True), name="console")
        return

    @app.get("/", include_in_schema=False)
    async def not_built() -> HTMLResponse:
        return HTMLResponse(_NOT_BUILT)
