"""Airspace in OpenAir: the classic records, and those that Naviter and openAIP added (AY, AI, AA, ...)."""

from __future__ import annotations

from dataclasses import dataclass, field

from geofences.formats.limit_words import FOOT_M, Bare, Unlimited, read_limit
from geofences.formats.notes import Notes, UnreadableError
from geofences.formats.openair_records import Record, blocks
from geofences.formats.openair_shapes import footprints
from geofences.formats.openair_times import activations
from geofences.formats.reading import Finding, Reading, RefusedZone
from geofences.formats.zone_document import as_text, check_count, unique
from geofences.zone import Datum, Limit, Restriction, Unit, Volume, Zone

FORMAT = "openair"
_CLASSES = {
    **dict.fromkeys(("P", "PROHIBITED"), Restriction.PROHIBITED),
    **dict.fromkeys(("R", "RESTRICTED", "TRA", "TSA", "TFR", "TRP"), Restriction.REQ_AUTHORISATION),
    **dict.fromkeys(("A", "B", "C", "D"), Restriction.REQ_AUTHORISATION),
    **dict.fromkeys(
        ("CTR", "CTA", "TMA", "ATZ", "MATZ", "MCTR", "MTMA", "UTA"), Restriction.REQ_AUTHORISATION
    ),
    **dict.fromkeys(("TIZ", "TIA", "HTZ", "AWY", "LTA", "ADIZ", "MTA", "MTR"), Restriction.REQ_AUTHORISATION),
    **dict.fromkeys(("Q", "DANGER", "E", "F", "G", "W", "WARNING", "ALERT"), Restriction.CONDITIONAL),
    **dict.fromkeys(("RMZ", "TMZ", "PROTECTED", "FIR", "UIR", "GLIDING_SECTOR"), Restriction.CONDITIONAL),
    **dict.fromkeys(("FIS_SECTOR", "VFR_SECTOR", "AERIAL_SPORTING_RECREATIONAL"), Restriction.CONDITIONAL),
    **dict.fromkeys(("OVERFLIGHT_RESTRICTION", "ACC_SECTOR"), Restriction.CONDITIONAL),
}
_DRAWN = frozenset({"DP", "DC", "DA", "DB", "DY", "V"})
_ABOUT = frozenset({"AC", "AN", "AL", "AH", "AY", "AI", "AA"})
_NO_ZONES = frozenset({"AF", "AG", "AX", "TP", "SP", "SB", "AT", "TO", "TC", "TX"})
"""Frequencies, call signs, transponder codes, and how to draw it: nothing that keeps anybody out."""
_STYLE, _ALL_STYLE = frozenset({"AC", "SP"}), frozenset({"AC", "SP", "SB"})
"""A class, a pen, perhaps a brush and nothing else: how all airspace of that class is to be drawn."""


@dataclass(slots=True)
class _Block:
    """The records of one airspace by their code."""

    records: list[Record]
    by_code: dict[str, list[Record]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for record in self.records:
            self.by_code.setdefault(record.code, []).append(record)

    @property
    def is_style(self) -> bool:
        """Whether it says how a class is drawn; StrePla names such a block COLORENTRY."""
        named = {"AN"} if self.value("AN") == "COLORENTRY" else set()
        return _STYLE <= self.by_code.keys() - named <= _ALL_STYLE

    def value(self, code: str) -> str | None:
        held = self.by_code.get(code)
        return held[0].value if held else None


def read(data: bytes) -> Reading:
    """Read a file of airspaces. A block without a shape that can be known is refused, naming the line."""
    findings: list[Finding] = []
    zones: list[Zone] = []
    refused: list[RefusedZone] = []
    seen: dict[str, int] = {}
    count = 0
    for records in blocks(as_text(data, findings)):
        block = _Block(records)
        if not (_DRAWN | _ABOUT) & block.by_code.keys() or block.is_style:
            findings += [Finding("", r.field, f"{r.code} {r.value}"[:80], "nothing") for r in records[:20]]
            continue
        count += 1
        check_count(count, records[0].field)
        name = block.value("AI") or block.value("AN") or f"airspace of {records[0].field}"
        notes = Notes(name)
        try:
            zones.append(_zone(block, notes, seen))
        except UnreadableError as error:
            refused.append(RefusedZone(notes.zone_id, error.field, error.reason))
        findings.extend(notes.findings)
    if not count:
        findings.append(Finding("", "file", "no airspace", "a file without zones"))
    return Reading(FORMAT, tuple(zones), tuple(findings), tuple(refused), count)


def _zone(block: _Block, notes: Notes, seen: dict[str, int]) -> Zone:
    first = block.records[0].field
    for record in block.records:
        if record.code not in _DRAWN | _ABOUT | _NO_ZONES:
            notes.add(record.field, f"{record.code} {record.value}", "nothing: no such record is known")
    zone_id = unique(notes, notes.zone_id, first, seen)
    if not block.value("AN"):
        notes.add(first, None, "no name")
    lower, upper = _limit(block, "AL", notes), _limit(block, "AH", notes)
    if lower and upper and lower.datum is upper.datum and lower.value_m > upper.value_m:
        notes.add(first, f"{lower.value_m:g} m below {upper.value_m:g} m", "the other way round")
        lower, upper = upper, lower
    drawn = footprints([record for record in block.records if record.code in _DRAWN], notes, first)
    return Zone(
        zone_id=zone_id,
        name=block.value("AN") or "",
        restriction=_restriction(block, notes, first),
        volumes=tuple(Volume(footprint, lower, upper) for footprint in drawn),
        applicability=activations(block.by_code.get("AA", []), notes),
        reason=" ".join(filter(None, (block.value("AC"), block.value("AY")))),
    )


def _restriction(block: _Block, notes: Notes, first: str) -> Restriction:
    """The stricter of what the class (AC) and the type (AY) say."""
    said = [(block.value(code) or "").upper() for code in ("AY", "AC")]
    known = [_CLASSES[word] for word in said if word in _CLASSES]
    order = list(Restriction)
    if known:
        return min(known, key=order.index)
    notes.add(first, block.value("AC"), f"{Restriction.PROHIBITED.value}, since the class is not known")
    return Restriction.PROHIBITED


def _limit(block: _Block, code: str, notes: Notes) -> Limit | None:
    """A limit; of several, the one that makes the zone larger; none where it cannot be known."""
    records = block.by_code.get(code, [])
    if not records:
        notes.add(block.records[0].field, f"no {code}", "no limit")
        return None
    found = [_one_limit(record, notes) for record in records]
    if len(found) > 1:
        notes.add(records[1].field, f"{code} again", "the one that makes the zone larger")
    known = [limit for limit in found if limit is not None]
    if len(known) < len(found) or len({limit.datum for limit in known}) > 1:
        return None
    return (min if code == "AL" else max)(known, key=lambda limit: limit.value_m)


def _one_limit(record: Record, notes: Notes) -> Limit | None:
    found = read_limit(record.value, top=record.code == "AH")
    if isinstance(found, Limit):
        if found != read_limit(record.value):
            notes.add(
                record.field, f"{record.code} {record.value}", f"{found.value_m:g} m, the larger reading"
            )
        return found
    if isinstance(found, Bare):
        datum = Datum.AMSL if record.code == "AL" else Datum.AGL
        limit = Limit(found.value, datum)
        if found.unit is not Unit.M:
            limit = Limit(found.value * FOOT_M, datum, Unit.FT)
        text = f"{limit.value_m:g} m {datum.value}, the datum that makes the zone larger"
        notes.add(record.field, f"{record.code} {record.value}", text)
        return limit
    if not isinstance(found, Unlimited) or record.code == "AL":
        notes.add(record.field, f"{record.code} {record.value}", "no limit")
    return None
