"""Keys that change while the fleet runs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from orchestrator import signing
from orchestrator.commands.keys import new, rotate
from orchestrator.config.vehicles import SigningConfig
from orchestrator.signing import Keyring, following
from tests.vehicles.mavlink import wire
from vehicles.mavlink.links.tie import SignerFor
from vehicles.mavlink.wire.frames import SIGNED, Frame, Packer, split
from vehicles.mavlink.wire.keys import read_keys
from vehicles.mavlink.wire.signing import Forged, Genuine, Signer
from vehicles.mavlink.wire.stamps import Stamps
from vehicles.mission import VehicleId

D1, D2 = VehicleId("d1"), VehicleId("d2")


@dataclass
class Vehicle:
    """One that notes by what it is to sign."""

    can: bool = True
    signers: list[SignerFor] = field(default_factory=list)

    def sign(self, signer_for: SignerFor | None) -> bool:
        if self.can and signer_for is not None:
            self.signers.append(signer_for)
        return self.can


@pytest.fixture
def config(tmp_path: Path) -> SigningConfig:
    new(tmp_path / "keys.toml", ["d1", "d2"])
    return SigningConfig(keys=tmp_path / "keys.toml", stamps=tmp_path / "stamps")


def frame_under(key: bytes, link_id: int = 9) -> Frame:
    packer = Packer(1, Signer(key, link_id, Stamps(), lambda: 2_000_000_000.0))
    (frame,) = split(packer.pack(wire.heartbeat(), 1))
    assert isinstance(frame, Frame)
    assert frame.data[2] & SIGNED
    return frame


async def test_a_rotated_key_is_used_at_once_and_the_former_one_still_heard(
    config: SigningConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "LOOK_EVERY_S", 0.01)
    keys, vehicle, other = Keyring(config), Vehicle(), Vehicle()
    former = read_keys(config.keys)["d1"].key
    async with following(keys, {D1: vehicle, D2: other}), asyncio.timeout(10.0):
        rotate(config.keys, ["d1"], 3600.0)
        while not vehicle.signers:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    present = read_keys(config.keys)["d1"].key
    signer = vehicle.signers[-1](0)
    assert present != former
    assert signer.check(frame_under(present)) == Genuine()
    assert signer.check(frame_under(former, 8)) == Genuine()
    assert signer.check(frame_under(bytes(32), 7)) == Forged()
    assert other.signers == []
    assert len(vehicle.signers) == 1


@pytest.mark.parametrize("spoilt", ["no toml [", "d1 = 3", ""], ids=["not TOML", "no table", "empty"])
def test_a_spoilt_file_or_a_key_gone_from_it_changes_nothing(config: SigningConfig, spoilt: str) -> None:
    keys, vehicle = Keyring(config), Vehicle()
    before = keys.signer_for(D1)
    config.keys.write_text(spoilt)
    keys.look({D1: vehicle})
    assert vehicle.signers == []
    assert keys.signer_for(D1) is not None
    assert before is not None
    config.keys.unlink()
    keys.look({D1: vehicle})
    assert vehicle.signers == []


def test_a_driver_that_cannot_sign_is_told_of_and_the_others_go_on(config: SigningConfig) -> None:
    keys, unable, able = Keyring(config), Vehicle(can=False), Vehicle()
    rotate(config.keys, ["d1", "d2"], 0.0)
    with capture_logs() as lines:
        keys.look({D1: unable, D2: able})
    assert unable.signers == []
    assert len(able.signers) == 1
    assert any("cannot sign" in line["event"] for line in lines)
