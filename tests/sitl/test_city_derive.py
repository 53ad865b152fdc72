"""How the city file is made, on extracts small enough to see through."""

from __future__ import annotations

import pytest

from sitl.city.areas import height, polygons, stands, way_ring
from sitl.city.osm import Extract, Relation, Way
from sitl.city.walkable import network

LON, LAT = 24.94, 60.17
STEP = 0.0002  # about 11 m east, 22 m north


def extract(
    *ways: Way, relations: tuple[Relation, ...] = (), missing: frozenset[int] = frozenset()
) -> Extract:
    """A grid of nodes: node 10 * row + column."""
    nodes = {
        10 * row + column: (round(LON + column * STEP, 6), round(LAT + row * STEP, 6))
        for row in range(10)
        for column in range(10)
        if 10 * row + column not in missing
    }
    box = (LON, LAT, LON + 9 * STEP, LAT + 9 * STEP)
    return Extract(box, nodes, {}, {way.osm_id: way for way in ways}, relations)


def way(osm_id: int, node_ids: tuple[int, ...], **tags: str) -> Way:
    return Way(osm_id, {key.replace("__", ":"): value for key, value in tags.items()}, node_ids)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"building": "yes", "height": "12.13 m"}, (12.1, "tag")),
        ({"building": "yes", "building:levels": "5"}, (16.0, "levels")),
        ({"building": "yes", "building:levels": "5", "roof:levels": "1"}, (19.2, "levels")),
        ({"building": "yes", "height": "6", "building:levels": "5"}, (16.0, "levels")),
        ({"building": "yes", "height": "70", "building:levels": "13"}, (70.0, "tag")),
        ({"building": "yes", "height": "high"}, (24.0, "default")),
        ({"building": "kiosk"}, (5.0, "default")),
    ],
)
def test_height_is_the_higher_of_what_is_tagged(tags: dict[str, str], expected: tuple[float, str]) -> None:
    assert height(tags) == expected


def test_what_lies_underground_does_not_stand() -> None:
    assert stands({"building": "yes"})
    assert stands({"building:part": "yes", "height": "48.5 m"})
    assert not stands({"building": "no"})
    assert not stands({"building": "yes", "location": "underground"})
    assert not stands({"building": "yes", "layer": "-1"})


def test_a_building_cut_by_the_edge_is_closed_straight() -> None:
    whole = extract(way(1, (0, 1, 11, 10, 0)))
    assert way_ring(whole, [1]) == [whole.nodes[n] for n in (0, 1, 11, 10, 0)]
    cut = extract(way(1, (0, 1, 2, 12, 11, 10, 0)), missing=frozenset({2, 12}))
    assert way_ring(cut, [1]) == [cut.nodes[n] for n in (0, 1, 11, 10, 0)]
    assert way_ring(extract(way(1, (0, 1, 2)), missing=frozenset({1, 2})), [1]) is None


def test_a_multipolygon_is_joined_from_its_ways_and_keeps_its_courtyard() -> None:
    ways = (way(1, (0, 4, 44)), way(2, (0, 40, 44)), way(3, (11, 13, 33, 31, 11)))
    relation = Relation(9, {"type": "multipolygon"}, ((1, "outer"), (2, "outer"), (3, "inner")))
    city = extract(*ways, relations=(relation,))
    ((outer, courtyard),) = polygons(city, relation)
    assert outer == [city.nodes[n] for n in (0, 4, 44, 40, 0)]
    assert courtyard == [city.nodes[n] for n in (11, 13, 33, 31, 11)]


def kept(city: Extract) -> set[tuple[int, ...]]:
    return {stretch.node_ids for stretch in network(city)}


def test_robots_get_no_stairs_tunnels_indoor_or_private_ways() -> None:
    street = way(1, (0, 1, 2, 3, 4), highway="footway")
    refused = (
        way(2, (1, 11), highway="steps"),
        way(3, (2, 12), highway="footway", tunnel="yes"),
        way(4, (3, 13), highway="footway", indoor="yes"),
        way(5, (4, 14), highway="footway", access="private"),
        way(6, (0, 10), highway="footway", layer="-1"),
        way(7, (2, 22), highway="cycleway"),
    )
    assert kept(extract(street, *refused)) == {(0, 1, 2, 3, 4)}
    allowed = way(8, (2, 22), highway="cycleway", foot="designated")
    assert kept(extract(street, allowed)) == {(0, 1, 2), (2, 3, 4), (2, 22)}


def test_only_the_largest_connected_part_is_kept() -> None:
    island = way(2, (90, 91), highway="footway")
    assert kept(extract(way(1, (0, 1, 2), highway="footway"), island)) == {(0, 1, 2)}


def test_a_street_stands_in_for_a_sidewalk_only_where_none_is_drawn() -> None:
    sidewalk = way(1, (0, 1, 2, 3), highway="footway")
    beside = way(2, (0, 11, 12, 13), highway="residential")  # 22 m away for most of it
    far = way(3, (3, 33, 63), highway="residential")
    assert kept(extract(sidewalk, beside)) >= {(0, 1, 2, 3)}
    assert (3, 33, 63) in kept(extract(sidewalk, far))
    near = way(4, (0, 1, 2, 3), highway="residential")
    assert [s.highway for s in network(extract(sidewalk, near))] == ["footway"]


def test_a_street_joins_two_footways_that_nothing_else_joins() -> None:
    left, right = way(1, (0, 1), highway="footway"), way(2, (2, 3), highway="footway")
    joint = way(3, (1, 2), highway="residential")  # near both, so not taken for its own sake
    assert kept(extract(left, right, joint)) == {(0, 1), (1, 2), (2, 3)}
    second = way(4, (1, 11, 2), highway="service")  # joins what is joined already
    leaf = way(5, (2, 12), highway="service")  # near a footway, leads nowhere
    found = kept(extract(left, right, joint, second, leaf))
    assert found == {(0, 1), (1, 2), (2, 3)}


def test_crossings_are_marked() -> None:
    ways = (way(1, (0, 1), highway="footway"), way(2, (1, 2), highway="footway", footway="crossing"))
    assert {s.node_ids: s.crossing for s in network(extract(*ways))} == {(0, 1): False, (1, 2): True}
