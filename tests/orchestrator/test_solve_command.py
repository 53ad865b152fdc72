from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestrator.__main__ import cli
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
