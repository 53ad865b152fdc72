"""What every command of the command line shares: how it ends, and how it prints a document."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import orjson
import typer

from orchestrator.ending import BadInput, Failed, Stopped
from orchestrator.terminal import err, log_to_stderr

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


@contextmanager
def ending(log_level: int = logging.WARNING) -> Iterator[None]:
    """Turn how a command ends into words on standard error and an exit code."""
    log_to_stderr(log_level)
    try:
        yield
    except BadInput as error:
        err.print(f"sanderling: {error}", style="red", highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(2) from error
    except Failed as error:
        err.print(f"sanderling: {error}", style="red", highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(1) from error
    except Stopped as stopped:
        err.print(f"sanderling: {stopped}", highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(128 + stopped.number) from stopped
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def print_json(document: object) -> None:
    """One document on standard output."""
    typer.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())
