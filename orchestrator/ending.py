"""How a command ends: 0 done, 1 the job failed, 2 bad input, 128 + N signal N."""

from __future__ import annotations


class BadInput(Exception):
    """Something the user gave cannot be used: the text names it and says why. Exit code 2."""


class Failed(Exception):
    """The job was understood and did not succeed: the text says why. Exit code 1."""


class Stopped(Exception):
    """Signal `number` ended it: the text says how things stand. Exit code 128 + `number`, as in shells."""

    def __init__(self, text: str, number: int) -> None:
        super().__init__(text)
        self.number = number
