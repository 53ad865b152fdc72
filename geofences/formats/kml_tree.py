"""KML and KMZ as a tree of elements, read with care.

A document type is refused, since only attacks on readers of KML have one: without it there are no entities
to expand and none to fetch. Archives are unpacked no further than the largest file that is read.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat  # told below to refuse what makes XML dangerous

from geofences.formats.reading import Finding, FormatError
from geofences.formats.zone_document import LARGEST_BYTES

_DEEPEST, _MOST_ELEMENTS = 100, 3_000_000
_MOST_FILES = 1000
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?encoding=["']([A-Za-z0-9._-]+)["']""")


@dataclass(slots=True)
class Element:
    """An element: its name without namespace, attributes, own text, and children."""

    name: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text directly in it."""
        return "".join(self.pieces).strip()

    def child(self, name: str) -> Element | None:
        """The first child of a name."""
        return next((child for child in self.children if child.name == name), None)

    def child_text(self, name: str) -> str:
        """The text of the first child of a name; nothing where there is none."""
        found = self.child(name)
        return "" if found is None else found.text

    def walk(self) -> Iterator[Element]:
        """Itself and all below it, in the order of the document."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.children))


def documents(data: bytes, findings: list[Finding]) -> list[tuple[str, Element]]:
    """Every KML document in a file, with its name in the archive. Raises `FormatError`."""
    if data[:4] != b"PK\x03\x04":
        return [("", tree(_encoded(data, "", findings)))]
    return [(f"{name}: ", tree(_encoded(held, name, findings))) for name, held in _unzipped(data)]


def _encoded(data: bytes, name: str, findings: list[Finding]) -> bytes:
    """The same; or what says that it is UTF-8, or nothing, and is not, as Windows-1252 (noted)."""
    said = _DECLARED.match(data[:200])
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"} or (said and said[1].lower() not in {b"utf-8", b"utf8"}):
        return data
    try:
        data.decode()
    except UnicodeDecodeError:
        findings.append(Finding("", f"{name} file".strip(), '"no utf-8 text"', "Windows-1252 text"))
        return data.decode("cp1252", errors="replace").encode()
    return data


def _unzipped(data: bytes) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    left = LARGEST_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = [entry for entry in archive.infolist() if entry.filename.lower().endswith(".kml")]
            for entry in inside[:_MOST_FILES]:
                with archive.open(entry) as file:
                    held = file.read(left + 1)  # never more, whatever it says of itself
                left -= len(held)
                if left < 0:
                    raise FormatError("zip", f"unpacks to more than {LARGEST_BYTES // 2**20} MiB")
                found.append((entry.filename, held))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        raise FormatError("zip", f"cannot be unpacked: {error}") from error
    if not found or len(inside) > _MOST_FILES:
        raise FormatError("zip", f"holds {len(inside)} .kml files")
    return found


def tree(data: bytes) -> Element:
    """The root of an XML document. Raises `FormatError` naming the line."""
    builder = _Builder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = builder.doctype
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat's own
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise FormatError(f"line {parser.ErrorLineNumber}", f"is not XML: {error}") from error
    if builder.root is None:
        raise FormatError("file", "is not XML: has no element")
    return builder.root


class _Builder:
    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        element = Element(name.rsplit(":", 1)[-1], attributes)
        if self._open:
            self._open[-1].children.append(element)
        elif self.root is None:
            self.root = element
        self._open.append(element)
        self._count += 1
        if self._count > _MOST_ELEMENTS:
            raise FormatError("file", f"has more than {_MOST_ELEMENTS} elements")
        if len(self._open) > _DEEPEST:
            raise FormatError(element.name, f"is nested deeper than {_DEEPEST} elements")

    def end(self, _name: str) -> None:
        self._open.pop()

    def text(self, text: str) -> None:
        if self._open:
            self._open[-1].pieces.append(text)

    def doctype(self, name: str, *_rest: object) -> NoReturn:
        raise FormatError(
            "DOCTYPE", f"{name!r}: a document type is not read, as its entities may be anything"
        )
