"""The parties and values of the draws that ``drawing.py`` makes."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import lottery
from lottery.beacon import drand
from tests.lottery.minilog import policy_text, public

VECTORS = Path(__file__).parent.parent / "vectors"
QUICKNET = json.loads((VECTORS / "drand-quicknet.json").read_text())
ROUNDS = {beacon["round"]: beacon["signature"] for beacon in QUICKNET["beacons"]}
CHAIN = QUICKNET["chain_info"]["hash"]

DIGEST = "ab" * 32
PURCHASER = "12310000425001234A"
DRAWN = tuple(range(2, 62, 3))
T_NUMBERS = 1_790_000_019

Tamper = Callable[[lottery.Entry], "lottery.Entry | bytes | None"]


def secret(name: str) -> bytes:
    """Return 32 bytes that stand for a secret of this name."""
    return hashlib.sha256(f"zjcs test secret {name}".encode()).digest()


KEYS = [secret(f"vrf {name}") for name in ("platform", "supervisor", "third")]
VRF_KEYS = {public(key).hex(): key for key in KEYS}
PINS = f"#@ismdraw vrf-key supervisor {public(KEYS[1]).hex()}\n" + "".join(
    f"#@ismdraw vrf-key trustee {public(key).hex()}\n" for key in KEYS
)
POLICIES = {
    "two": policy_text("two", PINS),
    "one": policy_text("w1", PINS),
    "none": policy_text("none", PINS),
    "unpinned": policy_text("w1"),
}
MODES = {
    "C": (lottery.Mode.COMMITTEE, 3),
    "D1": (lottery.Mode.PLATFORM, 1),
    "D2": (lottery.Mode.SUPERVISED, 2),
}


def firm_code(number: int) -> str:
    return f"91310000MA1FL{number:05d}"


def round_time(number: int) -> int:
    return drand.round_time(drand.QUICKNET, number)


@dataclass(frozen=True)
class Voice:
    """A contributor: whether it has a key, commits, and how it reveals.

    ``reveal`` is ``yes``, ``absent``, ``late``, ``wrong`` or ``outside`` (of the cut).
    """

    who: str
    keyed: bool = False
    commits: bool = True
    reveal: str = "yes"
