"""Syntax trees for the tests that read the code: each file is parsed once."""

from __future__ import annotations

import ast
import gc
from functools import cache
from pathlib import Path


@cache
def parsed(text: str) -> ast.Module:
    """The tree of a source text.

    Parsed with the collector at rest: Python 3.11 miscounts its depth when a finaliser runs in between.
    """
    gc.disable()
    try:
        return ast.parse(text)
    finally:
        gc.enable()


def tree_of(file: Path) -> ast.Module:
    """The tree of a file."""
    return parsed(file.read_text())
