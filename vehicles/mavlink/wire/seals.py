"""A frame's checksum, sender and signature, compiled: what `sift` believes a frame by.

CRC-16/MCRF4XX: mavlink.io/en/guide/serialization.html. SHA-256: FIPS 180-4. The signature is the first six
bytes of SHA-256 over key and frame: mavlink.io/en/guide/message_signing.html.
"""

from __future__ import annotations

from math import isqrt
from typing import Any

import numpy as np
from numba import njit
from pymavlink.dialects.v20 import common

from vehicles.mavlink.wire.rows import KINDS
from vehicles.mavlink.wire.wanted import is_vehicle

_HEADER, _CHECKSUM = 10, 2
_HEARTBEAT = KINDS.index(common.MAVLINK_MSG_ID_HEARTBEAT)
_TYPE, _AUTOPILOT = 4, 5
MAV_AUTOPILOT_INVALID = common.MAV_AUTOPILOT_INVALID
_VEHICLES = np.array([is_vehicle(number) for number in range(256)])
SIGNATURE = 6
_KEY, _BLOCK, _MOST = 32, 64, 384
"""Bytes: of a key, of a block of SHA-256, and of the longest frame with key and padding."""


def _crc_table() -> Any:
    """By bytes: the polynomial 0x1021 reflected."""
    made = np.zeros(256, np.uint16)
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = crc >> 1 ^ 0x8408 if crc & 1 else crc >> 1
        made[byte] = crc
    return made


def _primes(count: int) -> list[int]:
    found: list[int] = []
    number = 2
    while len(found) < count:
        if all(number % prime for prime in found):
            found.append(number)
        number += 1
    return found


def _root(number: int, power: int) -> int:
    """The first 32 bits behind the point of its square or cube root."""
    scaled = number << (32 * power)
    root = isqrt(scaled) if power == 2 else round(scaled ** (1 / 3))
    while root**power > scaled:
        root -= 1
    while (root + 1) ** power <= scaled:
        root += 1
    return root & 0xFFFFFFFF


_TABLE = _crc_table()
_START = np.array([_root(prime, 2) for prime in _primes(8)], np.uint32)
_ROUNDS = np.array([_root(prime, 3) for prime in _primes(64)], np.uint32)


@njit(error_model="numpy")
def _checksum(data: Any, begin: int, end: int, seed: int) -> Any:
    """Of `data` from `begin` to `end`, and the message's own last byte."""
    crc = np.uint16(0xFFFF)
    for at in range(begin, end):
        crc = np.uint16(crc >> 8) ^ _TABLE[(crc ^ data[at]) & 0xFF]
    return np.uint16(crc >> 8) ^ _TABLE[(crc ^ seed) & 0xFF]


@njit(error_model="numpy")
def _turned(word: Any, by: int) -> Any:
    return np.uint32((word >> by) | (word << (32 - by)))


@njit(error_model="numpy")
def _mix(state: Any, words: Any) -> None:
    """One block, its first sixteen words given."""
    for t in range(16, 64):
        old, late = words[t - 15], words[t - 2]
        early = _turned(old, 7) ^ _turned(old, 18) ^ np.uint32(old >> 3)
        later = _turned(late, 17) ^ _turned(late, 19) ^ np.uint32(late >> 10)
        words[t] = np.uint32(words[t - 16] + early + words[t - 7] + later)
    a, b, c, d, e, f, g, h = state
    for t in range(64):
        turned = _turned(e, 6) ^ _turned(e, 11) ^ _turned(e, 25)
        one = np.uint32(h + turned + ((e & f) ^ (~e & g)) + _ROUNDS[t] + words[t])
        other = np.uint32((_turned(a, 2) ^ _turned(a, 13) ^ _turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c)))
        h, g, f, e, d, c, b, a = g, f, e, np.uint32(d + one), c, b, a, np.uint32(one + other)
    for at, word in enumerate((a, b, c, d, e, f, g, h)):
        state[at] = np.uint32(state[at] + word)


@njit(error_model="numpy")
def is_signed_with(key: Any, frame: Any) -> bool:
    """Whether a frame of at most 280 bytes ends with the signature that this key gives it."""
    size = _KEY + len(frame) - SIGNATURE
    blocks = (size + 9 + _BLOCK - 1) // _BLOCK
    said = np.zeros(_MOST, np.uint8)
    said[:_KEY] = key
    said[_KEY:size] = frame[: len(frame) - SIGNATURE]
    said[size] = 0x80
    said[blocks * _BLOCK - 2] = size >> 5
    said[blocks * _BLOCK - 1] = (size << 3) & 0xFF
    state, words = _START.copy(), np.empty(64, np.uint32)
    for begin in range(0, blocks * _BLOCK, _BLOCK):
        for t in range(16):
            at = begin + 4 * t
            words[t] = said[at] << 24 | said[at + 1] << 16 | said[at + 2] << 8 | said[at + 3]
        _mix(state, words)
    other = 0
    for n in range(SIGNATURE):
        other |= frame[len(frame) - SIGNATURE + n] ^ ((state[n // 4] >> (24 - 8 * (n % 4))) & 0xFF)
    return bool(other == 0)


@njit(error_model="numpy")
def _is_of_vehicle(beat: Any) -> bool:
    """As `is_autopilot`: what is not leaves the count of the vehicle's frames alone."""
    kind = beat[_TYPE] if len(beat) > _TYPE else np.uint8(0)
    autopilot = beat[_AUTOPILOT] if len(beat) > _AUTOPILOT else np.uint8(0)
    return bool(autopilot != MAV_AUTOPILOT_INVALID and _VEHICLES[kind])


@njit(error_model="numpy")
def is_sound(frame: Any, kind: int, seed: int) -> bool:
    """Whether its checksum is right, and a heartbeat a vehicle's."""
    end = len(frame) - _CHECKSUM
    if kind == _HEARTBEAT and not _is_of_vehicle(frame[_HEADER:end]):
        return False
    return bool(_checksum(frame, 1, end, seed) == frame[end] | frame[end + 1] << 8)
