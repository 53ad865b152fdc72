"""What descriptions in HTML say: their text, and the rows of their tables, as geographic systems export them.

Tags are told apart by hand, in one pass: descriptions are made by anybody, and there may be 200,000 of them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_LINES = frozenset(
    {"br", "p", "/p", "tr", "/tr", "li", "div", "/div", "td", "/td", "th", "/th", "h1", "h2", "h3"}
)
_LIMIT = re.compile(r"^(upper|lower) limit\s*:\s*(.{1,40})$", re.IGNORECASE)


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Each tag's name ("td", "/td"; empty for the beginning) and the text behind it."""
    first, *rest = text.split("<")
    yield "", first
    for piece in rest:
        tag, closed, after = piece.partition(">")
        name = re.match(r"/?[A-Za-z][A-Za-z0-9]*", tag)
        yield (name[0].lower(), after) if name and closed else ("", f"<{piece}")


def text_of(text: str) -> str:
    """The words without tags, line by line."""
    if "<" not in text and "&" not in text:
        return text.strip()
    said = "".join(("\n" if tag in _LINES else "") + after for tag, after in _pieces(text))
    lines = (" ".join(line.split()) for line in html.unescape(said).splitlines())
    return "\n".join(line for line in lines if line)


def rows_of(text: str) -> dict[str, str]:
    """What tables say in rows of two cells, name and value. Of a name in two languages the last counts."""
    found: dict[str, str] = {}
    cells: list[list[str]] = []
    for tag, after in _pieces(text) if "<t" in text else ():
        if tag in {"tr", "/tr", "table", "/table"}:
            name, value, *more = (*(" ".join(html.unescape("".join(cell)).split()) for cell in cells), "", "")
            if len(more) == 2 and name and value:
                found.setdefault(name.rsplit("/", 1)[-1].strip(" :"), value)
            cells = []
        elif tag in {"td", "th"}:
            cells.append([])
        if cells:
            cells[-1].append(after)
    return found


def limits_of(text: str) -> dict[str, str]:
    """Limits on lines of their own, "Upper limit: 1000 FT MSL"; none of a side of which two are said."""
    said = [found for line in text_of(text).splitlines() if (found := _LIMIT.match(line))]
    sides = [found[1].lower() for found in said]
    return {side: found[2] for side, found in zip(sides, said, strict=True) if sides.count(side) == 1}
