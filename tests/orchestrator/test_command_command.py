"""`sanderling command`: words parsed, and one vehicle told, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from geofences.path import Waypoint
from geofences.position import GeoPoint
from orchestrator.commands.command import Order, carry_out, parse
from orchestrator.ending import BadInput, Failed
from tests.contracts.stands import free_port
from vehicles.vehicle import Hold, Return

ROOT = Path(__file__).parents[2]


def test_words_are_commands_and_places() -> None:
    assert parse(["hold"]) == Hold()
    assert parse(["return"]) == Return()
    assert parse(["goto", "60.1,24.9,40"]) == Waypoint(GeoPoint(60.1, 24.9), 40.0)


@pytest.mark.parametrize(
    "words",
    [
        ["start"],
        ["hold", "now"],
        ["goto"],
        ["goto", "60.1,24.9"],
        ["goto", "60.1,24.9,x"],
        ["goto", "99,24.9,40"],
    ],
    ids="_".join,
)
def test_what_is_not_known_is_named(words: list[str]) -> None:
    with pytest.raises(BadInput, match=words[0]):
        parse(words)


def test_a_kind_that_is_not_known_is_named() -> None:
    with pytest.raises(BadInput, match="submarine"):
        carry_out(Order("udpin:127.0.0.1:1", "submarine", Hold(), 1.0))


def test_where_nobody_is_it_says_so() -> None:
    port = free_port()
    with pytest.raises(Failed, match=f"{port}: no vehicle told its state"):
        carry_out(Order(f"udpin:127.0.0.1:{port}", "delivery-drone", Hold(), 0.3))


def test_a_vehicle_is_told_and_what_it_looks_like_then_is_printed() -> None:
    port = free_port()
    where = ["--url", f"udpout:127.0.0.1:{port}", "--system-id", "9", "--home", "60.17,24.94"]
    simulator = [sys.executable, "-m", "sitl", "vehicle", *where, "--profile", "delivery-drone"]
    with subprocess.Popen(simulator, cwd=ROOT, stdin=subprocess.PIPE) as vehicle:
        url = f"udpin:127.0.0.1:{port}"
        said = carry_out(Order(url, "delivery-drone", Hold(), 30.0))
        vehicle.terminate()
    assert said == "Hold, 0 m above home"
