"""Compile what `sanderling solve` needs, all families of it: at set-up, so that nobody waits for it later."""

from __future__ import annotations

from orchestrator.dispatch.formats.families import FAMILIES


def warm() -> None:
    """Each family's search on something tiny; what is compiled already on this machine is only loaded."""
    for prepare in {family.prepare for family in FAMILIES.values()}:
        prepare()


if __name__ == "__main__":
    warm()
