"""What every command of the command line shares: how it ends, and how it prints a document."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Annotated, Any

import orjson
import typer
from typer.core import TyperGroup

from orchestrator.ending import BadInput, Failed, Stopped
from orchestrator.terminal import err, log_to_stderr

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]

_PRINTED: ContextVar[bool] = ContextVar("printed", default=False)


class Commands(TyperGroup):
    """All commands: one that ends without its document prints, with --json, what it ended with.

    Scripts read standard output whatever the exit code: `{"error": TEXT, "exit_code": N}` where there is
    nothing else to say.
    """

    def main(self, args: Sequence[str] | None = None, *rest: Any, **more: Any) -> Any:  # noqa: ANN401 - typer's
        """Run one, as typer does. Raises `SystemExit` with its exit code."""
        _PRINTED.set(False)
        try:
            return super().main(args, *rest, **more)
        except SystemExit as end:
            words = sys.argv[1:] if args is None else args
            if end.code and "--json" in words and not _PRINTED.get():
                print_json({"error": _why(end), "exit_code": end.code})
            raise


def _why(end: SystemExit) -> str:
    """The words that a command ended with: its own, or those about its command line."""
    cause: BaseException | None = end
    while cause is not None:
        if isinstance(cause, BadInput | Failed | Stopped | MemoryError):
            return _said(cause)
        if words := getattr(cause, "format_message", None):
            return str(words())
        cause = cause.__cause__ or cause.__context__
    return "interrupted"


def _said(cause: BaseException) -> str:
    return "needs more memory than there is" if isinstance(cause, MemoryError) else str(cause)


@contextmanager
def ending(log_level: int = logging.WARNING) -> Iterator[None]:
    """Turn how a command ends into words on standard error and an exit code."""
    log_to_stderr(log_level)
    try:
        yield
    except BadInput as error:
        err.print(f"sanderling: {error}", style="red", highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(2) from error
    except (Failed, MemoryError) as error:
        err.print(f"sanderling: {_said(error)}", style="red", highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(1) from error
    except Stopped as stopped:
        err.print(f"sanderling: {stopped}", highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(128 + stopped.number) from stopped
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def print_json(document: object) -> None:
    """One document on standard output."""
    _PRINTED.set(True)
    typer.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())
