"""The few rules of JSON Schema that the zone formats' official schemas use, as values, and their checker."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import assert_never

from geofences.formats.notes import shown

_DATE_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)"
)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*")


class Form(Enum):
    """What a text has to be (JSON Schema `format`)."""

    ANY = "text"
    DATE_TIME = "date-time"
    TIME = "time"
    EMAIL = "email"
    URI = "uri"


@dataclass(frozen=True, slots=True)
class Text:
    """A text, of some length, form, or out of some words."""

    most: int | None = None
    least: int = 0
    form: Form = Form.ANY
    words: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """A number; a whole one if so said."""

    whole: bool = False


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list whose every entry follows a rule."""

    entry: Rule
    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Members:
    """An object: members with rules, some of them required, others allowed or not."""

    rules: Mapping[str, Rule] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Null:
    """Nothing but null."""


@dataclass(frozen=True, slots=True)
class Either:
    """One of several rules; for objects told apart by a member, the one whose words hold it."""

    rules: tuple[Rule, ...]


Rule = Text | Number | ListOf | Members | Null | Either


@dataclass(frozen=True, slots=True)
class Violation:
    """What a schema does not accept: where, and why."""

    field: str
    reason: str


def one_of(*words: str) -> Text:
    """A text that is one of these words."""
    return Text(words=frozenset(words))


def violations(value: object, rule: Rule, where: str = "") -> Iterator[Violation]:
    """All that is against a rule, in the order of the document."""
    match rule:
        case Text():
            reason = _against_text(value, rule)
            if reason:
                yield Violation(where, reason)
        case Number():
            whole = not rule.whole or (isinstance(value, int | float) and float(value).is_integer())
            if isinstance(value, bool) or not isinstance(value, int | float) or not whole:
                yield Violation(where, f"{shown(value)} is not a {'whole ' if rule.whole else ''}number")
        case ListOf():
            yield from _against_list(value, rule, where)
        case Members():
            yield from _against_members(value, rule, where)
        case Null():
            if value is not None:
                yield Violation(where, f"{shown(value)} is not null")
        case Either():
            yield from _against_all(value, rule, where)
        case _:
            assert_never(rule)


def _against_text(value: object, rule: Text) -> str | None:
    if not isinstance(value, str):
        return f"{shown(value)} is not a text"
    if rule.words is not None and value not in rule.words:
        return f"{shown(value)} is not one of {', '.join(sorted(rule.words))}"
    if rule.most is not None and len(value) > rule.most:
        return f"{shown(value)} is longer than {rule.most} characters"
    if len(value) < rule.least:
        return f"{shown(value)} is shorter than {rule.least} characters"
    return None if _has_form(value, rule.form) else f"{shown(value)} is not a {rule.form.value}"


def _has_form(value: str, form: Form) -> bool:
    match form:
        case Form.ANY:
            return True
        case Form.DATE_TIME:
            return bool(_DATE_TIME.fullmatch(value)) and _is_date(value[:10])
        case Form.TIME:
            return bool(_TIME.fullmatch(value))
        case Form.EMAIL:
            return bool(_EMAIL.fullmatch(value))
        case Form.URI:
            return bool(_URI.fullmatch(value))
        case _:
            assert_never(form)


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _against_list(value: object, rule: ListOf, where: str) -> Iterator[Violation]:
    if not isinstance(value, list):
        yield Violation(where, f"{shown(value)} is not a list")
        return
    if len(value) < rule.least:
        yield Violation(where, f"has {len(value)} entries, needs {rule.least}")
    if rule.most is not None and len(value) > rule.most:
        yield Violation(where, f"has {len(value)} entries, may have {rule.most}")
    for i, entry in enumerate(value):
        yield from violations(entry, rule.entry, f"{where}[{i}]")


def _against_members(value: object, rule: Members, where: str) -> Iterator[Violation]:
    if not isinstance(value, dict):
        yield Violation(where, f"{shown(value)} is not an object")
        return
    for name in sorted(rule.required - value.keys()):
        yield Violation(f"{where}.{name}".lstrip("."), "is missing")
    for name, held in value.items():
        inner = f"{where}.{name}".lstrip(".")
        if name in rule.rules:
            yield from violations(held, rule.rules[name], inner)
        elif rule.closed:
            yield Violation(inner, "is no member that the schema knows")


def _against_all(value: object, rule: Either, where: str) -> Iterator[Violation]:
    """The shortest list of objections, since it is the one of the rule that was meant; not that of null."""
    objections = [list(violations(value, one, where)) for one in rule.rules]
    if all(objections):
        meant = [one for one in rule.rules if _names(value, one)]
        said = [held for one, held in zip(rule.rules, objections, strict=True) if not isinstance(one, Null)]
        yield from objections[rule.rules.index(meant[0])] if meant else min(said or objections, key=len)


def _names(value: object, rule: Rule) -> bool:
    """Whether an object's `type` is the one of a rule."""
    kind = rule.rules.get("type") if isinstance(rule, Members) else None
    words = kind.words if isinstance(kind, Text) else None
    return isinstance(value, dict) and words is not None and value.get("type") in list(words)
