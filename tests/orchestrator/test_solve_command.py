from __future__ import annotations

import json
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestrator.__main__ import cli
from orchestrator.commands.solve import family_of, solve
from orchestrator.dispatch.formats.routed import Routed
from orchestrator.dispatch.routing.relay import Relay
from orchestrator.dispatch.routing.solution import Solution, Until
from tests.orchestrator.dispatch.meals.streets import TEXTS
from tests.orchestrator.dispatch.test_routing_files import LI_LIM

runner = CliRunner()


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    file = tmp_path / "tiny.txt"
    file.write_text(LI_LIM)
    return file


def test_one_json_document_and_the_standard_solution_file(instance: Path, tmp_path: Path) -> None:
    output = tmp_path / "tiny.sol"
    words = ["solve", str(instance), "--format", "li-lim", "--time-limit-s", "0.2", "--seed", "3", "--json"]
    ended = runner.invoke(cli, [*words, "--output", str(output)])
    assert ended.exit_code == 0
    found = json.loads(ended.stdout)
    assert found["vehicles"] == len(found["routes"]) == 1
    assert (sorted(found["routes"][0]), found["unserved"], found["seed"]) == ([1, 2, 3, 4], [], 3)
    assert found["score"] == found["distance"]
    assert found["took_s"] < 0.2 + 0.25
    assert output.read_text().splitlines()[0] == f"Route #1: {' '.join(map(str, found['routes'][0]))}"


def test_where_nothing_is_delivered_there_is_no_mean_of_it(tmp_path: Path) -> None:
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text.replace("\t60\t180", "\t0\t60"))  # off duty before all orders
    words = ["solve", str(tmp_path), "--format", "mdrp", "--time-limit-s", "0.1"]
    found = json.loads(runner.invoke(cli, [*words, "--json"]).stdout)
    assert (found["delivered"], found["unserved"], found["on_time"]) == (0, ["o1", "o2"], 0.0)
    means = ("score", "click_to_door_min", "click_to_door_max_min", "ready_to_door_min", "cost_per_order")
    assert [found[name] for name in means] == [None] * 5
    assert "score: -" in runner.invoke(cli, words).stdout.splitlines()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--format", "lilim"], "there are"),
        (["--format", "solomon"], "VEHICLE"),
        (["--format", "li-lim", "--output", "/nowhere/to.sol"], "--output"),
    ],
)
def test_bad_input_names_what_is_wrong(instance: Path, words: list[str], said: str) -> None:
    ended = runner.invoke(cli, ["solve", str(instance), *words])
    assert ended.exit_code == 2
    assert said in ended.stderr


def test_a_missing_file_is_bad_input(tmp_path: Path) -> None:
    ended = runner.invoke(cli, ["solve", str(tmp_path / "none.txt"), "--format", "li-lim"])
    assert (ended.exit_code, "none.txt" in ended.stderr) == (2, True)


def test_what_needs_more_memory_than_there_is_ends_with_words(
    instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_much(*_: object) -> None:
        raise MemoryError("Unable to allocate 3.35 GiB for an array with shape (15001, 15001, 2)")

    monkeypatch.setattr("orchestrator.commands.solve.solve", too_much)
    ended = runner.invoke(cli, ["solve", str(instance), "--format", "li-lim", "--json"])
    said = "needs more memory than there is"
    assert (ended.exit_code, json.loads(ended.stdout)) == (1, {"error": said, "exit_code": 1})
    assert ended.stderr == f"sanderling: {said}\n"


def test_the_first_ctrl_c_ends_the_search_with_the_best_so_far(instance: Path, tmp_path: Path) -> None:
    """The search has an hour; the signal comes as it begins, and a second one would be heard as ever."""
    output, before = tmp_path / "tiny.sol", signal.getsignal(signal.SIGINT)
    family = family_of("li-lim")

    def interrupted(problem: Routed, until: Until, seed: int) -> Solution:
        signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is before
        return Relay().solve(problem.problem, until, seed)

    found = solve(instance, replace(family, solve=interrupted), 3600.0, 1, output)
    assert (found["vehicles"], found["unserved"]) == (1, [])
    assert found["took_s"] < 60.0
    assert output.exists()
    assert signal.getsignal(signal.SIGINT) is before


def test_what_is_left_undone_says_why(tmp_path: Path) -> None:
    """One vehicle, and two errands at the same time on two sides."""
    rows = ["1\t10\t1", "0\t0\t0\t0\t0\t100\t0\t0\t0"]
    rows += ["1\t9\t0\t5\t0\t50\t0\t0\t2", "2\t9\t1\t-5\t0\t12\t0\t1\t0"]
    rows += ["3\t-9\t0\t1\t0\t50\t0\t0\t4", "4\t-9\t1\t-1\t0\t12\t0\t3\t0"]
    file = tmp_path / "few.txt"
    file.write_text("\n".join(rows) + "\n")
    words = ["solve", str(file), "--format", "li-lim", "--time-limit-s", "0.2", "--json"]
    found = json.loads(runner.invoke(cli, words).stdout)
    assert len(found["unserved"]) == 2
    assert found["unserved_because"] == {
        str(found["unserved"][1]): "a fleet of 1 was found too small for all"
    }
