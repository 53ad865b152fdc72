"""What a zone says of itself in ED-318 and ED-269 alike, read so that it never restricts less."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from geofences.formats.notes import Notes, UnreadableError, shown
from geofences.zone import NOBODY, Authority, Exempt, Medium, Purpose, Restriction, UasClass

_RESTRICTIONS = {
    **{restriction.value: restriction for restriction in Restriction},
    "REQ_AUTHORIZATION": Restriction.REQ_AUTHORISATION,
    "USPACE": Restriction.REQ_AUTHORISATION,
}
_PURPOSES = {"AUTHORISATION": Purpose.AUTHORIZATION, **{purpose.value: purpose for purpose in Purpose}}
_EVERYBODY = frozenset({Medium.AIR})
_Json = Mapping[str, object]
_T = TypeVar("_T")


def restriction(value: object, own: Mapping[str, Restriction], notes: Notes, where: str) -> Restriction:
    """How a zone restricts; `own` are the standard's words. What is not known is PROHIBITED."""
    if isinstance(value, str) and value in own:
        return own[value]
    plain = "_".join(value.upper().split()) if isinstance(value, str) else ""
    found = _RESTRICTIONS.get(plain, Restriction.PROHIBITED)
    notes.add(where, value, found.value)
    return found


def is_restriction(value: object) -> bool:
    """Whether a word says how a zone restricts, in whichever spelling."""
    return isinstance(value, str) and "_".join(value.upper().split()) in _RESTRICTIONS


def reasons(value: object, notes: Notes, where: str) -> str:
    """The codes of the reasons, a comma between them."""
    found = []
    for i, reason in enumerate(notes.as_list(value, where)):
        if isinstance(reason, str):
            found.append(reason.strip())
        else:
            notes.add(f"{where}[{i}]", reason, "no reason")
    return ", ".join(dict.fromkeys(reason for reason in found if reason))


def conditions(value: object, notes: Notes, where: str) -> str:
    """Under what conditions one may fly: one text, or several as one."""
    if value is None or isinstance(value, str):
        return (value or "").strip()
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return "; ".join(entry.strip() for entry in value)
    return notes.text(value, where)


def country(value: object, notes: Notes, where: str) -> str:
    """ISO 3166-1 alpha-3."""
    if isinstance(value, str) and len(value) == 3:
        return value
    notes.add(where, value, "no country" if not isinstance(value, str) else value)
    return value if isinstance(value, str) else ""


def authorities(value: object, notes: Notes, where: str) -> tuple[Authority, ...]:
    """Whom to ask. Who cannot be read is noted, and the zone stands as it is."""
    found = []
    for i, entry in enumerate(notes.as_list(value, where)):
        if isinstance(entry, dict):
            found.append(_authority(entry, notes, f"{where}[{i}]"))
        else:
            notes.add(f"{where}[{i}]", entry, "no authority")
    return tuple(dict.fromkeys(found))


def _authority(entry: _Json, notes: Notes, where: str) -> Authority:
    return Authority(
        name=notes.text(entry.get("name"), f"{where}.name"),
        service=notes.text(entry.get("service"), f"{where}.service"),
        contact_name=notes.text(entry.get("contactName"), f"{where}.contactName"),
        site_url=_plain(entry.get("siteURL"), notes, f"{where}.siteURL"),
        email=_plain(entry.get("email"), notes, f"{where}.email"),
        phone=_plain(entry.get("phone"), notes, f"{where}.phone"),
        purpose=_purpose(entry.get("purpose"), notes, f"{where}.purpose"),
        interval_before=_plain(entry.get("intervalBefore"), notes, f"{where}.intervalBefore"),
    )


def _plain(value: object, notes: Notes, where: str) -> str:
    if value is None or isinstance(value, str):
        return (value or "").strip()
    text = str(value) if isinstance(value, int) else ""
    notes.add(where, value, f"the text {text!r}" if text else "nothing")
    return text


def _purpose(value: object, notes: Notes, where: str) -> Purpose | None:
    if value is None:
        return None
    purpose = _PURPOSES.get(value.strip().upper()) if isinstance(value, str) else None
    if purpose is None or value != purpose.value:
        notes.add(where, value, purpose.value if purpose else "no purpose said")
    return purpose


@dataclass(frozen=True, slots=True)
class Own:
    """Our own extension, `extendedProperties.sanderling`: whom a zone binds, and whom not."""

    binds: frozenset[Medium] = _EVERYBODY
    exempt: Exempt = NOBODY


def own_extension(extended: object, where: str) -> Own:
    """Whom the zone binds: all aircraft, unless the extension says otherwise.

    `binds` is a list of AIR and SIDEWALK, `exemptClasses` one of C0 to C6, `exemptBelowKg` a mass. Raises
    `UnreadableError` for anything else in it: it is our own word, and it may open a zone.
    """
    own = extended.get("sanderling") if isinstance(extended, dict) else None
    if own is None:
        return Own()
    where = f"{where}.sanderling"
    if not isinstance(own, dict) or set(own) - {"binds", "exemptClasses", "exemptBelowKg"}:
        raise UnreadableError(
            where, f"{shown(own)} has other members than binds, exemptClasses, exemptBelowKg"
        )
    media = {medium.name: medium for medium in Medium}
    binds = _named(own.get("binds", ["AIR"]), media, f"{where}.binds")
    classes = _named(own.get("exemptClasses", []), dict(UasClass.__members__), f"{where}.exemptClasses")
    below_kg = own.get("exemptBelowKg", 0.0)
    if isinstance(below_kg, bool) or not isinstance(below_kg, int | float) or not 0.0 <= below_kg < 1e6:
        raise UnreadableError(f"{where}.exemptBelowKg", f"{shown(below_kg)} is no mass")
    return Own(frozenset(binds), Exempt(frozenset(classes), float(below_kg)))


def _named(names: object, known: Mapping[str, _T], where: str) -> list[_T]:
    if not isinstance(names, list):
        raise UnreadableError(where, f"{shown(names)} is not a list")
    for name in names:
        if not isinstance(name, str) or name not in known:
            raise UnreadableError(where, f"{shown(name)} is not one of {', '.join(known)}")
    return [known[name] for name in names]
