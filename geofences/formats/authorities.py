"""Whom to ask or tell about a zone: `zoneAuthority` of ED-318, and of ED-269, where texts are plain."""

from __future__ import annotations

from collections.abc import Mapping

from geofences.formats.notes import Notes
from geofences.zone import Authority, Purpose

_PURPOSES = {"AUTHORISATION": Purpose.AUTHORIZATION, **{purpose.value: purpose for purpose in Purpose}}


def authority(entry: Mapping[str, object], notes: Notes, where: str) -> Authority:
    """One authority. What cannot be read of it is noted; no restriction hangs on it."""
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
