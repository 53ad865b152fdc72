"""What a session remembers about its vehicle between samples: never journaled, rebuilt after a restart."""

from __future__ import annotations

from dataclasses import dataclass, field

from geofences.position import GeoPoint
from orchestrator.operations.watching.course import Course
from vehicles.mission import MissionId


@dataclass(frozen=True, slots=True)
class Fix:
    """Where a vehicle was at `at_s` (fleet time), WGS84 and metres above the ground, as it was believed."""

    position: GeoPoint
    height_agl_m: float
    at_s: float


@dataclass(frozen=True, slots=True)
class Watch:
    """A session's memory. Instants are fleet time (UTC seconds), None where it has not happened.

    `odometer_m` counts metres over ground since the mission started (or since the session did, if
    later); `leg_from_m` is its reading when the current leg began, `battery_at_start_frac` the
    charge at its zero and `metered_at_start_wh` what the battery's own meter said then.
    `loaded_id` is the mission that this very session has loaded.
    `home_seq` is the journal's last entry when the way home was planned.
    `held_since_s` tells since when the vehicle holds, `hold_wanted_since_s` since when it is meant to.
    `foreign_since_s` tells since when it moves in a mission that is not known as the fleet's.
    `odd_since_s` tells since when something is not as planned, `outside_since_s` since when the
    vehicle is outside its course (looked at `conformed_at_s` last), `dropped_since_s` since when it
    says that a drop-off is done whose parcel it still holds. `carried_at` is where it last said that it
    holds anything.
    `first_fix` is where it was first believed to be, `fix` where when that was known last, `unplaced_since_s`
    since when it is not; `still` is the first fix of those at one place since it `claims` to move, `stuck`
    where that cannot be. By where it was, `legs_reached` legs can be over; `unfit_since_s` tells since when
    its words do not fit that.
    """

    begun_at_s: float
    mission_id: MissionId | None = None
    course: Course | None = field(default=None, compare=False, repr=False)
    loaded_id: MissionId | None = None
    gripped_at_s: float | None = None
    let_go_at_s: float | None = None
    recognised_at_s: float | None = None
    start_sent_at_s: float | None = None
    resumed_at_s: float | None = None
    home_tried_at_s: float | None = None
    home_seq: int | None = None
    held_since_s: float | None = None
    hold_wanted_since_s: float | None = None
    foreign_since_s: float | None = None
    odd_since_s: float | None = None
    conformed_at_s: float | None = None
    outside_since_s: float | None = None
    dropped_since_s: float | None = None
    position: GeoPoint | None = None
    carried_at: GeoPoint | None = None
    first_fix: Fix | None = None
    fix: Fix | None = None
    unplaced_since_s: float | None = None
    still: Fix | None = None
    claims: str = ""
    stuck: GeoPoint | None = None
    legs_reached: int = 0
    unfit_since_s: float | None = None
    odometer_m: float = 0.0
    leg_index: int = 0
    leg_from_m: float = 0.0
    battery_at_start_frac: float | None = None
    metered_at_start_wh: float | None = None

    @property
    def calm(self) -> bool:
        """Whether nothing is out of the ordinary that may become a fact by lasting."""
        return (
            self.odd_since_s is None
            and self.unplaced_since_s is None
            and self.unfit_since_s is None
            and self.outside_since_s is None
            and self.foreign_since_s is None
            and self.held_since_s is None
            and self.dropped_since_s is None
        )
