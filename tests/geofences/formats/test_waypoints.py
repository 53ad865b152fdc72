from __future__ import annotations

import math

import pytest

from geofences.formats import waypoints
from geofences.formats.reading import FormatError
from geofences.position import GeoPoint

HOME = "0\t1\t0\t16\t0\t0\t0\t0\t47.3977\t8.5456\t488.0\t1"
TAKEOFF = "1\t0\t3\t22\t0\t0\t0\tnan\t47.3977\t8.5456\t30.0\t1"
RETURN = "2\t0\t2\t20\t0\t0\t0\t0\t0\t0\t0\t1"


def file(*lines: str, end: str = "\n", header: str = "QGC WPL 110") -> bytes:
    return end.join((header, *lines, "")).encode()


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_lines_may_end_either_way(end: str) -> None:
    read = waypoints.read(file(HOME, TAKEOFF, RETURN, end=end))
    assert [(item.command, item.frame) for item in read.items] == [(22, 3), (20, 2)]
    assert math.isnan(read.items[0].params[3])
    assert read.items[1].position is None


def test_the_first_line_is_home_where_it_is_a_waypoint_above_the_sea_and_that_is_said() -> None:
    read = waypoints.read(file(HOME, TAKEOFF))
    assert (read.home, read.home_amsl_m) == (GeoPoint(47.3977, 8.5456), 488.0)
    assert [finding.field for finding in read.findings] == ["line 2"]


def test_lines_out_of_sequence_are_read_as_they_come_and_that_is_said() -> None:
    again = TAKEOFF.replace("30.0", "20.0")
    read = waypoints.read(file(HOME, TAKEOFF, again, RETURN.replace("2", "7", 1)))
    assert [item.params[6] for item in read.items] == [30.0, 20.0, 0.0]
    assert [(finding.field, finding.found) for finding in read.findings[:2]] == [
        ("line 4", "number 1 where 2 is due"),
        ("line 5", "number 7 where 3 is due"),
    ]


def test_remarks_are_left_out_behind_an_item_and_on_lines_of_their_own() -> None:
    assert waypoints.read(file(HOME, "# up", f"{TAKEOFF} # at 30 m", RETURN)) == waypoints.read(
        file(HOME, "", TAKEOFF, RETURN)
    )


def test_a_first_line_that_is_flown_to_stays_an_item() -> None:
    read = waypoints.read(file(TAKEOFF.replace("1\t0\t3", "0\t1\t3", 1)))
    assert len(read.items) == 1
    assert read.home is None


@pytest.mark.parametrize(
    ("data", "field", "word"),
    [
        (b"", "line 1", "QGC WPL 110"),
        (file(header="QGC WPL 120"), "line 1", "120"),
        (b"\xff\xfe\x00", "file", "UTF-16"),
        (file("0\t1\t0"), "line 2", "3 columns"),
        (file(HOME.replace("47.3977", "north")), "line 2, latitude", "north"),
        (file(HOME.replace("47.3977", "147.0")), "line 2.params", "147"),
        (file(HOME.replace("\t16\t", "\t16.5\t")), "line 2.command", "16.5"),
        (file(HOME.replace("\t16\t", "\tnan\t")), "line 2.command", "nan"),
    ],
)
def test_what_cannot_be_read_is_refused_by_line_and_column(data: bytes, field: str, word: str) -> None:
    with pytest.raises(FormatError) as caught:
        waypoints.read(data)
    assert caught.value.field == field
    assert word in caught.value.reason
