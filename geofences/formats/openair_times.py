"""When an OpenAir airspace is active: AA records, "2025-01-01T12:00Z/2025-01-01T13:00Z" or NONE."""

from __future__ import annotations

from collections.abc import Sequence

from geofences.formats.notes import Notes
from geofences.formats.openair_records import Record
from geofences.formats.zone_times import instant_s
from geofences.zone import Always, Applicability, Interval


def activations(records: Sequence[Record], notes: Notes) -> tuple[Applicability, ...]:
    """The union of all activations; always, where there is none or one that cannot be read.

    NONE alone means that a NOTAM says when: nobody knows here, so always.
    """
    found: list[Applicability] = []
    for record in records:
        ends = [end.strip() for end in record.value.split("/")]
        if len(ends) != 2 or ends == ["NONE", "NONE"]:
            notes.add(record.field, f"AA {record.value}", "always, since no time is said")
            return (Always(),)
        from_s = None if ends[0].upper() == "NONE" else instant_s(ends[0], notes, record.field, ends=False)
        until_s = None if ends[1].upper() == "NONE" else instant_s(ends[1], notes, record.field, ends=True)
        if from_s is not None and until_s is not None and until_s <= from_s:
            notes.add(record.field, f"AA {record.value}", "always, since it ends before it begins")
            return (Always(),)
        found.append(Interval(from_s, until_s))
    return tuple(dict.fromkeys(found)) or (Always(),)
