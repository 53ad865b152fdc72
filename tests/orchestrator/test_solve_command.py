from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestrator.__main__ import cli
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
