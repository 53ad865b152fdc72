"""`sanderling params` against a simulated autopilot in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchestrator.commands import params as command
from orchestrator.commands.one_vehicle import Address
from orchestrator.ending import Failed
from tests.contracts.stands import free_port
from vehicles.mavlink.autopilots.known import ARDUPILOT
from vehicles.mavlink.craft import Craft
from vehicles.mavlink.probe import Seen
from vehicles.profiles import DELIVERY_DRONE

ROOT = Path(__file__).parents[2]


@contextmanager
def simulated(*more: str) -> Iterator[str]:
    port = free_port()
    arguments = [
        "--url",
        f"udpout:127.0.0.1:{port}",
        "--profile",
        "delivery-drone",
        "--system-id",
        "9",
        *more,
    ]
    command = [sys.executable, "-m", "sitl", "vehicle", *arguments, "--home", "60.17,24.94", "--seed", "1"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE) as vehicle:
        yield f"udpin:127.0.0.1:{port}"
        vehicle.terminate()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with simulated() as url:
        yield url


def params(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "orchestrator", "params", url, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_an_ardupilot_is_asked_for_its_own_parameters_before_its_next_heartbeat(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first moment of its link: it was asked for PX4's, and told that it lacked them all."""
    known: list[object] = []

    def meet(_: object, driver: Callable[[Seen], Craft], *__: object) -> None:
        one = Seen("udpin:127.0.0.1:1", 7, 1, "ArduPilot", "quadrotor", "", armed=False, mode="hold")
        known.append(driver(one).autopilot)
        raise Failed("enough")

    monkeypatch.setattr(command, "meeting", meet)
    wish = command.Wish(Address("udpin:127.0.0.1:1", 1.0), DELIVERY_DRONE, (), ())
    with pytest.raises(Failed, match="enough"):
        command.carry_out(wish)
    assert known == [ARDUPILOT]


def test_factory_settings_fail_the_check_with_name_value_and_reason_and_set_they_pass(url: str) -> None:
    done = params(url, "--json")
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert done.returncode == 1
    assert "NAV_DLL_ACT" in done.stderr
    assert rows["NAV_DLL_ACT"]["value"] == 0.0
    assert "comes home by itself" in rows["NAV_DLL_ACT"]["finding"]
    wrong = [name for name, row in rows.items() if row["finding"]]
    wanted = {"NAV_DLL_ACT": 2, "COM_DLL_EXCEPT": 1, "RTL_RETURN_ALT": 60}
    wanted |= {"COM_OBL_RC_ACT": 3, "MPC_XY_VEL_MAX": 20, "MPC_XY_CRUISE": 20, "MPC_TKO_SPEED": 5}
    wanted |= {"MPC_Z_VEL_MAX_UP": 8, "MPC_Z_VEL_MAX_DN": 4, "MPC_Z_V_AUTO_UP": 8, "MPC_Z_V_AUTO_DN": 4}
    wanted |= {"MIS_COMMAND_TOUT": 2}
    assert set(wrong) <= set(wanted)
    changes = [f"--set={name}={wanted[name]}" for name in wrong]
    assert params(url, *changes).returncode == 0
    assert params(url).returncode == 0


def test_one_that_signs_and_does_not_answer_is_not_called_unfit() -> None:
    with simulated("--key", "ab" * 32) as url:
        done = params(url)
    assert (done.returncode, done.stdout) == (1, "")
    assert "system 9 (quadrotor): it tells none of the" in done.stderr
    assert "It signs what it says" in done.stderr


def test_one_that_is_set_against_another_is_refused_with_both(url: str) -> None:
    done = params(url, "--set", "MIS_COMMAND_TOUT=2", "--set", "PD_GRIPPER_TO=1")
    assert (done.returncode, done.stderr) == (0, "")
    done = params(url, "--set", "PD_GRIPPER_TO=4")
    assert (done.returncode, done.stdout) == (2, "")
    assert "MIS_COMMAND_TOUT is 2 and must not be below PD_GRIPPER_TO, which is 4" in done.stderr
    assert json.loads(params(url, "PD_GRIPPER_TO", "--json").stdout)[0]["value"] == 1.0


def test_one_that_is_not_there_fails_by_name_and_the_others_are_shown(url: str) -> None:
    done = params(url, "GF_ACTION", "NO_SUCH_ONE")
    assert done.returncode == 1
    assert "NO_SUCH_ONE" in done.stderr
    assert "GF_ACTION" not in done.stderr
    shown = {line.split()[0]: line for line in done.stdout.splitlines()}
    assert set(shown) == {"system", "GF_ACTION", "NO_SUCH_ONE"}
    assert "not told" in shown["NO_SUCH_ONE"]


def test_a_value_that_its_parameter_cannot_hold_is_bad_input(url: str) -> None:
    done = params(url, "--set", "MAV_SYS_ID=99999999999")
    assert done.returncode == 2
    assert "MAV_SYS_ID: 1e+11 does not fit its kind of number" in done.stderr


def test_a_value_that_a_fleet_cannot_fly_with_is_refused_before_anything_is_sent(url: str) -> None:
    """PX4 takes any number for any parameter, and flies by it."""
    names = ("GF_ACTION", "COM_OBL_RC_ACT", "COM_DL_LOSS_T")
    before = [row["value"] for row in json.loads(params(url, *names, "--json").stdout)]
    changes = (f"GF_ACTION={5.0 - before[0]:g}", "COM_OBL_RC_ACT=99", "COM_DL_LOSS_T=1")
    done = params(url, *(f"--set={change}" for change in changes))
    assert (done.returncode, done.stdout) == (2, "")
    assert "COM_OBL_RC_ACT is 99 and must be 3, so that it comes home" in done.stderr
    assert "COM_DL_LOSS_T is 1 and must be 5 to 120, so that" in done.stderr
    assert "the safe set of PX4 for delivery-drone, docs/parameters.md" in done.stderr
    assert [row["value"] for row in json.loads(params(url, *names, "--json").stdout)] == before


@pytest.mark.parametrize(
    ("second", "code"),
    [("COM_DLL_EXCEPT=99999999999", 2), ("NO_SUCH_ONE=1", 1)],
    ids=["too large", "unknown"],
)
def test_of_several_none_is_set_when_one_cannot_be(url: str, second: str, code: int) -> None:
    before = json.loads(params(url, "GF_ACTION", "--json").stdout)[0]["value"]
    done = params(url, f"--set=GF_ACTION={before + 1.0:g}", f"--set={second}")
    assert done.returncode == code
    assert second.partition("=")[0] in done.stderr
    assert json.loads(params(url, "GF_ACTION", "--json").stdout)[0]["value"] == before


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["--set", "GF_ACTION"], "--set GF_ACTION"),
        (["--set", "GF_ACTION=two"], "--set GF_ACTION=two"),
        (["--set", "GF_ACTION=nan"], "--set GF_ACTION=nan"),
        (["--profile", "submarine"], "--profile 'submarine'"),
        (["A_NAME_THAT_IS_TOO_LONG"], "A_NAME_THAT_IS_TOO_LONG"),
        ([""], "''"),
        (["--set", "GF_ACTION=1", "--set", "GF_ACTION=2"], "--set GF_ACTION: is given 2 times"),
    ],
    ids=["no value", "no number", "not a number", "profile", "long name", "no name", "two values"],
)
def test_bad_input_is_named(arguments: list[str], names: str) -> None:
    done = params("udpin:127.0.0.1:1", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert names in done.stderr


def test_where_nobody_speaks_it_says_so() -> None:
    done = params(f"udpin:127.0.0.1:{free_port()}", "--for-s", "0.3")
    assert done.returncode == 1
    assert "no autopilot was heard" in done.stderr
