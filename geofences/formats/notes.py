"""Taking notes while one feature is read: deviations read safely, and the one that cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

import orjson

from geofences.formats.limit_words import without_thousands
from geofences.formats.reading import Finding

_LONGEST = 80


class UnreadableError(Exception):
    """A feature cannot be read safely: `field` says where, `reason` why. Becomes a `RefusedZone`."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class Texts(Enum):
    """How a standard writes texts for people."""

    BY_LANGUAGE = "a list of texts, each with its language"
    PLAIN = "one text"


@dataclass(slots=True)
class Notes:
    """The findings about one feature, in the order in which they were met."""

    zone_id: str
    texts: Texts = Texts.BY_LANGUAGE
    findings: list[Finding] = field(default_factory=list)

    def add(self, field: str, found: object, read_as: str) -> None:
        """Note that `field` holds `found` against the standard, and what it was taken for."""
        self.findings.append(Finding(self.zone_id, field, shown(found), read_as))

    def member(self, parent: Mapping[str, object], name: str, aliases: Iterable[str], where: str) -> object:
        """The member `name` of `parent`, or the first alias that is there (noted); None when absent."""
        if parent.get(name) is not None:
            return parent[name]
        for alias in aliases:
            if parent.get(alias) is not None:
                self.add(f"{where}.{alias}".lstrip("."), alias, f"the member {name}")
                return parent[alias]
        return None

    def as_list(self, value: object, where: str) -> list[object]:
        """A list as it is, nothing as an empty one, and a single value as a list of it (noted)."""
        if value is None:
            return []
        if isinstance(value, list):
            return value
        self.add(where, value, "a list of that one")
        return [value]

    def text(self, value: object, where: str) -> str:
        """A text for people: plain, or of a list of them the English one, else the first that is there.

        Which of the two is not the standard's own way is noted.
        """
        if value is None:
            return ""
        if isinstance(value, str):
            if self.texts is not Texts.PLAIN:
                self.add(where, value, "that text in an unknown language")
            return value.strip()
        if self.texts is Texts.PLAIN:
            self.add(where, value, "the first English text in it, else the first")
        texts = []
        for entry in self.as_list(value, where):
            if isinstance(entry, dict) and isinstance(entry.get("text"), str):
                texts.append((str(entry.get("lang", "")), entry["text"].strip()))
            elif isinstance(entry, str):
                self.add(where, entry, "that text in an unknown language")
                texts.append(("", entry.strip()))
            elif not isinstance(entry, dict):
                self.add(where, entry, "no text")
        english = [text for lang, text in texts if lang.lower().startswith("en") and text]
        return next(iter(english or [text for _, text in texts if text]), "")

    def number(self, value: object, where: str) -> float | None:
        """A finite number, from text too (noted); None for anything else, which the caller notes."""
        if isinstance(value, str):
            try:
                number = float(without_thousands(value.strip()).replace(",", "."))
            except ValueError:
                return None
            self.add(where, value, f"the number {number:g}")
            return number if abs(number) < float("inf") else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return float(value)


def shown(found: object) -> str:
    """A value of a file as short JSON, for a finding; long lists and deep objects are cut short."""
    text = orjson.dumps(_pruned(found, 4), default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def _pruned(found: object, levels: int) -> object:
    """The first of everything, so that what is shown of a huge value costs as little as of a small one."""
    if isinstance(found, list):
        return [_pruned(entry, levels - 1) for entry in found[:8]] if levels else "..."
    if isinstance(found, dict):
        members = list(found.items())[:8] if levels else []
        return {name: _pruned(held, levels - 1) for name, held in members} if levels else "..."
    return found[: _LONGEST + 1] if isinstance(found, str) else found
