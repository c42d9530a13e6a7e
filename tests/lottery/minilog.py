"""A transparency log in a hundred lines, written apart from the verifier it is used to test.

Recursion straight from RFC 6962, and signatures by another library than the verifier's.
"""

import base64
import hashlib
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ORIGIN = "log.example.cn/draw-log"
LOG_SEED = b"\x11" * 32
WITNESS_SEEDS = {"w1": b"\x22" * 32, "w2": b"\x33" * 32, "w3": b"\x44" * 32}


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def public(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign(seed: bytes, message: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def vkey(name: str, kind: int, seed: bytes) -> str:
    material = bytes([kind]) + public(seed)
    return f"{name}+{key_id(name, material).hex()}+{b64(material)}"


def key_id(name: str, material: bytes) -> bytes:
    return sha(name.encode() + b"\n" + material)[:4]


def witness_name(short: str) -> str:
    return f"{short}.example.org"


def policy_text(quorum: str = "two", pins: str = "") -> bytes:
    lines = ["# 测试", f"log {vkey(ORIGIN, 1, LOG_SEED)}"]
    for short, seed in WITNESS_SEEDS.items():
        lines.append(f"witness {short} {vkey(witness_name(short), 4, seed)}")
    lines.append("group two 2 w1 w2 w3")
    lines.append(f"quorum {quorum}")
    return ("\n".join(lines) + "\n" + pins).encode()


def mth(leaves: list[bytes]) -> bytes:
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return sha(b"\0" + leaves[0])
    k = split(len(leaves))
    return sha(b"\1" + mth(leaves[:k]) + mth(leaves[k:]))


def split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH(m, D[n]) of RFC 6962, section 2.1.1."""
    if len(leaves) <= 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def consistency(m: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF(m, D[n], b) of RFC 6962, section 2.1.2."""
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*consistency(m, leaves[:k], whole=whole), mth(leaves[k:])]
    return [*consistency(m - k, leaves[k:], whole=False), mth(leaves[:k])]


@dataclass
class MiniLog:
    """Entries, and what a log says about them."""

    entries: list[bytes] = field(default_factory=list)
    origin: str = ORIGIN

    def append(self, body: bytes) -> int:
        self.entries.append(body)
        return len(self.entries) - 1

    def checkpoint(self, size: int, cosigned: dict[str, int], seed: bytes = LOG_SEED) -> bytes:
        root = mth(self.entries[:size])
        text = f"{self.origin}\n{size}\n{b64(root)}\n".encode()
        note = text + b"\n" + self.line(self.origin, 1, seed, sign(seed, text))
        for short, time in cosigned.items():
            message = b"cosignature/v1\ntime %d\n" % time + text
            stamped = time.to_bytes(8, "big") + sign(WITNESS_SEEDS[short], message)
            note += self.line(witness_name(short), 4, WITNESS_SEEDS[short], stamped)
        return note

    @staticmethod
    def line(name: str, kind: int, seed: bytes, signature: bytes) -> bytes:
        announced = key_id(name, bytes([kind]) + public(seed))
        return f"— {name} {b64(announced + signature)}\n".encode()

    def proof(self, index: int, size: int, checkpoint: bytes) -> bytes:
        lines = "".join(b64(item) + "\n" for item in path(index, self.entries[:size]))
        return f"c2sp.org/tlog-proof@v1\nindex {index}\n{lines}\n".encode() + checkpoint
