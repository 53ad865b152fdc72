"""What played vehicles carry, and what one of the played orders asks for."""

from __future__ import annotations

CARRIES = {
    kind: {
        "payload_kg": payload_kg,
        "compartments": compartments,
        "largest": largest,
        "temperatures": temperatures,
        "skills": skills,
    }
    for kind, payload_kg, compartments, largest, temperatures, skills in (
        ("drone", 2.5, 1, "medium", ["ambient"], []),
        ("robot", 10.0, 3, "medium", ["ambient", "chilled"], ["check_age"]),
        ("courier", 20.0, 6, "large", ["ambient", "chilled", "hot"], ["check_age"]),
    )
}
ASKING = frozenset({8})
"""Orders that ask for more than to be brought: O9 is chilled, for adults, within five minutes."""
