"""What the JSON formats of zones share: the document, unique identifiers, and one feature after another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import orjson

from geofences.formats.notes import Notes, Texts, UnreadableError, shown
from geofences.formats.reading import Finding, FormatError, Reading, RefusedZone
from geofences.zone import Zone, ZoneId

LARGEST_BYTES = 100 * 2**20
"""The largest file that is read: more than any nation publishes, and at worst two gigabytes when parsed."""
LARGEST_TEXT_BYTES = 32 * 2**20
"""The same for formats of lines: the airspace of the whole world takes a third of that."""
MOST_FEATURES = 200_000
"""More zones than all nations have together; beyond it a file is an attack on memory."""
_MARKS = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_Json = Mapping[str, object]


def check_size(data: bytes) -> None:
    """Raise `FormatError` for a file beyond `LARGEST_BYTES`, before time and memory go into it."""
    if len(data) > LARGEST_BYTES:
        mebibytes = LARGEST_BYTES // 2**20
        raise FormatError("file", f"has {len(data)} bytes; more than {mebibytes} MiB are not read")


def check_count(count: int, where: str) -> None:
    """Raise `FormatError` for more features than are read."""
    if count > MOST_FEATURES:
        raise FormatError(where, f"has more than {MOST_FEATURES} features, which are not read")


def encoding_of(data: bytes) -> str:
    """What a file's byte order mark says that it is; UTF-8 where it has none."""
    return next((name for mark, name in _MARKS.items() if data.startswith(mark)), "utf-8-sig")


def as_text(data: bytes, findings: list[Finding], most_bytes: int = LARGEST_TEXT_BYTES) -> str:
    """The text of a file: by its byte order mark, else UTF-8, else Windows-1252, which is noted.

    Raises `FormatError` for a file whose mark is wrong.
    """
    if len(data) > most_bytes:
        raise FormatError("file", f"has {len(data)} bytes; more than {most_bytes // 2**20} MiB are not read")
    encoding = encoding_of(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8-sig":
            raise FormatError("file", f"has the mark of {encoding.upper()} text and is none") from error
        findings.append(Finding("", "file", f'"no {encoding} text"', "Windows-1252 text"))
        return data.decode("cp1252", errors="replace")


def parsed(data: bytes, findings: list[Finding]) -> object:
    """The JSON document in a file. Raises `FormatError` when there is none."""
    check_size(data)
    try:
        if data[:2] in {b"\xff\xfe", b"\xfe\xff"} or data[:4] == b"\x00\x00\xfe\xff":
            return orjson.loads(as_text(data, findings, LARGEST_BYTES))
        plain = data.removeprefix(b"\xef\xbb\xbf")
        try:
            return orjson.loads(plain)
        except orjson.JSONDecodeError:
            plain.decode()  # not UTF-8: as_text says what it is
            raise
    except UnicodeDecodeError:
        try:
            return orjson.loads(as_text(data, findings, LARGEST_BYTES))
        except orjson.JSONDecodeError as error:
            raise FormatError("file", f"is not JSON: {error}") from error
    except orjson.JSONDecodeError as error:
        raise FormatError("file", f"is not JSON: {error}") from error


def read_features(
    format_name: str,
    features: Sequence[object],
    *,
    texts: Texts,
    name_of: Callable[[object, str], str],
    zone_of: Callable[[object, Notes, dict[str, int]], Zone],
    findings: list[Finding],
    where: str,
) -> Reading:
    """Read one feature after another; each ends up as a zone or as refused, and is counted.

    Raises `FormatError` for more than `MOST_FEATURES`.
    """
    check_count(len(features), where)
    zones: list[Zone] = []
    refused: list[RefusedZone] = []
    seen: dict[str, int] = {}
    for i, feature in enumerate(features):
        notes = Notes(name_of(feature, f"{where}[{i}]"), texts)
        try:
            zone = zone_of(feature, notes, seen)
        except UnreadableError as error:
            refused.append(RefusedZone(notes.zone_id, f"{where}[{i}].{error.field}", error.reason))
        else:
            zones.append(zone)
        findings.extend(notes.findings)
    return Reading(format_name, tuple(zones), tuple(findings), tuple(refused), len(features))


def unique(notes: Notes, found: object, where: str, seen: dict[str, int]) -> ZoneId:
    """An identifier that no other zone of the file has; `notes.zone_id`, or that with a number."""
    if found != notes.zone_id:
        notes.add(where, found, notes.zone_id)
    name = numbered(notes.zone_id, seen)
    if name != notes.zone_id:
        notes.add(where, notes.zone_id, f"{name}, as another feature has that identifier")
    return ZoneId(name)


def numbered(name: str, seen: dict[str, int]) -> str:
    """The name, with a number behind it where it was seen before; notes that it is seen now."""
    found, count = name, seen.get(name, 0) + 1
    while found in seen:
        found, count = f"{name}~{count}", count + 1
    if found != name:
        seen[name] = count - 1
    seen[found] = 1
    return found


def as_feature(feature: object) -> _Json:
    """A feature as the object it has to be. Raises `UnreadableError`."""
    if not isinstance(feature, dict):
        raise UnreadableError("type", f"{shown(feature)} is not a Feature")
    return feature
