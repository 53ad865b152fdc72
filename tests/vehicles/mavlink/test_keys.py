from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from orchestrator.commands import keys as command
from orchestrator.ending import BadInput
from vehicles.mavlink.wire.keys import KeysError, VehicleKey, new_key, read_keys, write_keys
from vehicles.mavlink.wire.signing import FormerKey


def written(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


def test_keys_survive_the_file_and_nobody_else_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    keys = {
        "d1": VehicleKey(new_key()),
        'odd "name"': VehicleKey(new_key(), FormerKey(new_key(), 1_800_000_000.0)),
    }
    write_keys(path, keys)
    assert read_keys(path) == keys
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["keys.toml"]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o620, 0o604])
def test_a_file_that_others_may_read_or_write_is_refused_and_says_how_to_mend_it(
    tmp_path: Path, mode: int
) -> None:
    path = written(tmp_path / "keys.toml", f'[d1]\nkey = "{"00" * 32}"\n', mode)
    with pytest.raises(KeysError, match="chmod 600"):
        read_keys(path)


def test_a_folder_is_called_one_and_not_told_to_be_closed(tmp_path: Path) -> None:
    """Mode 600 on a folder locks its owner out of it."""
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o755)
    with pytest.raises(KeysError, match="is a directory") as told:
        read_keys(folder)
    assert "chmod" not in str(told.value)


GOOD = "00" * 32


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[d1", "not TOML"),
        (f"d1 = {'9' * 5000}", "not TOML"),
        (f"d1 = {'[' * 5000}", "not TOML"),
        ("d1 = 3", "d1: a table"),
        ("[d1]\n", "d1: a table with a key"),
        ('[d1]\nkey = "00"\n', "d1: key: 64 hexadecimal digits"),
        (f'[d1]\nkey = "{"xy" * 32}"\n', "d1: key: 64 hexadecimal digits"),
        ("[d1]\nkey = 5\n", "d1: key: 64 hexadecimal digits"),
        (f'[d1]\nkey = "{GOOD}"\nkye = 1\n', "kye: there is no such field"),
        (f'[d1]\nkey = "{GOOD}"\nformer = "{GOOD}"\n', "belong together"),
        (f'[d1]\nkey = "{GOOD}"\nformer = "{GOOD}"\nformer_until = "soon"\n', "former_until: seconds"),
        (f'[d1]\nkey = "{GOOD}"\nformer = "{GOOD}"\nformer_until = nan\n', "former_until: seconds"),
        (f'[d1]\nkey = "{GOOD}"\nformer = "{GOOD}"\nformer_until = {"9" * 400}\n', "former_until: seconds"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_and_no_key_is_told(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(KeysError, match=words) as caught:
        read_keys(written(tmp_path / "keys.toml", text))
    assert GOOD not in str(caught.value)


def test_a_key_is_in_no_representation() -> None:
    key = VehicleKey(bytes(range(32)))
    assert key.key.hex() not in repr(key) + str(key) + key.fingerprint


@pytest.mark.parametrize("name", ["", "a b", "a\nb", 'a"b', "x" * 65])
def test_a_key_is_made_for_what_a_vehicle_can_be_called_alone(tmp_path: Path, name: str) -> None:
    path = tmp_path / "keys.toml"
    with pytest.raises(BadInput, match="no vehicle can be called that"):
        command.new(path, ["d1", name])
    assert not path.exists()


def test_a_file_that_cannot_be_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="File name too long"):
        command.new(tmp_path / ("x" * 300), ["d1"])


def shown(path: Path) -> Sequence[dict[str, object]]:
    return command.show(path, None)


def test_new_keys_differ_and_are_never_made_over_old_ones(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    command.new(path, ["d1", "d2"])
    before = shown(path)
    assert len({row["fingerprint"] for row in before}) == 2
    with pytest.raises(BadInput, match="d2 has a key already"):
        command.new(path, ["d3", "d2"])
    assert shown(path) == before


def test_a_rotated_key_leaves_the_former_one_for_a_while(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    command.new(path, ["d1", "d2"])
    first = read_keys(path)
    command.rotate(path, ["d1"], 3600.0)
    second = read_keys(path)
    assert second["d2"] == first["d2"]
    assert second["d1"].key != first["d1"].key
    former = second["d1"].former
    assert former is not None
    assert former.key == first["d1"].key
    command.rotate(path, ["d1"], 0.0)
    assert read_keys(path)["d1"].former is None


def test_only_the_key_asked_for_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    command.new(path, ["d1", "d2"])
    keys = read_keys(path)
    assert command.show(path, "d1") == [{"vehicle": "d1", "key": keys["d1"].key.hex()}]
    assert keys["d1"].key.hex() not in str(shown(path))
    with pytest.raises(BadInput, match="d9 has no key"):
        command.show(path, "d9")
