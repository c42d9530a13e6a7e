"""Odd keys: signatures and proofs that a lax verifier believes."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

import lottery
from lottery.beacon import ed25519, edwards25519, vrf
from tests.lottery.drawing import Drawing
from tests.lottery.drawing_facts import Voice
from tests.lottery.minilog import ORIGIN, key_id, public, sign, vkey
from tests.verifiers.odd import (
    UNKNOWN,
    Cases,
    Odd,
    changed,
    group,
    more,
    plus_order,
    raw_line,
    signature_line,
    text_of,
    typed_key,
    whole,
    with_final,
)
from tests.verifiers.odd_draws import IDENTITY
from tests.verifiers.odd_policies import LOG, PLAIN, W1

CASES: Cases = {}

SMALL = {
    "the neutral element": IDENTITY,
    "order 2": (edwards25519.PRIME - 1).to_bytes(32, "little"),
    "order 4": bytes(32),
    "order 8": bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    "the neutral element, not reduced": (edwards25519.PRIME + 1).to_bytes(32, "little"),
    "order 4, not reduced": edwards25519.PRIME.to_bytes(32, "little"),
    "minus zero": IDENTITY[:31] + b"\x80",
    "no point": b"\x02" + bytes(31),
    "all bits": b"\xff" * 32,
}


def challenge(*parts: bytes) -> int:
    digest = hashlib.sha512(b"".join(parts)).digest()
    return int.from_bytes(digest, "little") % edwards25519.ORDER


def forged(key: bytes, message: bytes) -> bytes:
    """Return a signature that a lax verifier believes under a key of small order."""
    for nonce in range(1, 200):
        commitment = edwards25519.encode_point(edwards25519.multiply_base(nonce))
        if challenge(commitment, key, message) % 8 == 0:
            return commitment + nonce.to_bytes(32, "little")
    raise AssertionError


def with_torsion(message: bytes, *, exact: bool) -> tuple[bytes, bytes]:
    """Return a key with a small-order part, and a signature of it.

    ``exact`` holds as it stands; otherwise only once it is multiplied by the cofactor.
    """
    secret = 12345
    torsion = edwards25519.decode_point(SMALL["order 8"])
    point = edwards25519.add(edwards25519.multiply_base(secret), torsion)
    key = edwards25519.encode_point(point)
    for nonce in range(1, 400):
        commitment = edwards25519.encode_point(edwards25519.multiply_base(nonce))
        k = challenge(commitment, key, message)
        if (k % 8 == 0) == exact:
            s = (nonce + k * secret) % edwards25519.ORDER
            return key, commitment + s.to_bytes(32, "little")
    raise AssertionError


def signed_by(make: Callable[[bytes], tuple[bytes, bytes]]) -> bytes:
    """Return a draw with a contributor of such a key and signature."""
    drawing = Drawing(voices=(Voice("a", keyed=True),))
    key, _ = make(b"")
    contributor = lottery.Contributor(who="a", key=key.hex())
    drawing.tamper["notice"] = changed(contributors=(contributor,))

    def sign_oddly(entry: lottery.Commit) -> lottery.Commit:
        message = lottery.commit_message(drawing.notice.draw_id, bytes.fromhex(entry.commit))
        return replace(entry, signature=make(message)[1].hex())

    drawing.tamper["commit-a"] = sign_oddly
    return drawing.whole().data()


def zero_nonce(message: bytes) -> tuple[bytes, bytes]:
    """Return a true key and a signature whose R is the neutral element."""
    secret = 12345
    key = edwards25519.encode_point(edwards25519.multiply_base(secret))
    s = challenge(IDENTITY, key, message) * secret % edwards25519.ORDER
    return key, IDENTITY + s.to_bytes(32, "little")


group(
    CASES,
    "ed25519",
    "refused",
    signed_by,
    {
        **{
            f"key: {name}": (lambda message, key=key: (key, forged(key, message)))
            for name, key in SMALL.items()
        },
        "R of small order": zero_nonce,
        "right only with the cofactor": lambda message: with_torsion(message, exact=False),
        "s plus the order": lambda message: (public(UNKNOWN), plus_order(sign(UNKNOWN, message))),
    },
)

group(
    CASES,
    "ed25519",
    "believed",
    signed_by,
    {
        "a key with a small-order part": lambda message: with_torsion(message, exact=True),
        "an ordinary key": lambda message: (public(UNKNOWN), sign(UNKNOWN, message)),
    },
)


def proved_by(make: Callable[[bytes], tuple[bytes, bytes]]) -> bytes:
    """Return a draw of mode D1 whose platform has such a key and proof."""
    drawing = Drawing()
    key, _ = make(b"")
    source = lottery.VrfSource(mode=lottery.Mode.PLATFORM, keys=(key.hex(),))
    drawing.tamper["notice"] = changed(phi=source)
    drawing.until_cut()
    proof = make(lottery.alpha(drawing.frozen, drawing.reveals))[1]
    evidence = lottery.VrfEvidence(
        mode=source.mode, proofs=(lottery.VrfProof(key=key.hex(), pi=proof.hex()),)
    )
    drawing.add("phi", lottery.Phi(at=drawing.t_phi + 5, draw=drawing.id, evidence=evidence))
    try:
        drawing.value = lottery.last_value(
            drawing.notice, drawing.frozen, drawing.reveals, evidence
        )
    except lottery.LotteryError:
        drawing.value = bytes(32)
    drawing.conclude()
    return drawing.data()


def vrf_parts(alpha: bytes) -> tuple[bytes, bytes]:
    return public(UNKNOWN), vrf.prove(UNKNOWN, alpha)


def gamma_with_torsion(alpha: bytes) -> tuple[bytes, bytes]:
    """Return a proof whose gamma has a small-order part that the challenge cancels."""
    scalar, _ = ed25519.expand_secret(UNKNOWN)
    key = public(UNKNOWN)
    hashed, encoded = vrf._encode_to_curve(key, alpha)
    torsion = edwards25519.decode_point(SMALL["order 8"])
    gamma = edwards25519.encode_point(
        edwards25519.add(edwards25519.multiply(scalar, hashed), torsion)
    )
    for nonce in range(1, 400):
        u = edwards25519.encode_point(edwards25519.multiply_base(nonce))
        v = edwards25519.encode_point(edwards25519.multiply(nonce, hashed))
        c = hashlib.sha512(b"\x03\x02" + key + encoded + gamma + u + v + b"\0").digest()[:16]
        number = int.from_bytes(c, "little")
        if number % 8 == 0:
            s = (nonce + number * scalar) % edwards25519.ORDER
            return key, gamma + c + s.to_bytes(32, "little")
    raise AssertionError


# RFC 9381, suite 0x03, with the key validation of 5.4.5.
group(
    CASES,
    "vrf",
    "believed",
    proved_by,
    {"an ordinary key": vrf_parts, "gamma with a small-order part": gamma_with_torsion},
)

group(
    CASES,
    "vrf",
    "refused",
    proved_by,
    {
        **{
            f"key: {name}": (lambda alpha, key=key: (key, vrf_parts(alpha)[1]))
            for name, key in SMALL.items()
        },
        **{
            f"gamma: {name}": (
                lambda alpha, gamma=gamma: (public(UNKNOWN), gamma + vrf_parts(alpha)[1][32:])
            )
            for name, gamma in SMALL.items()
        },
        "nothing but zeros": lambda _: (public(UNKNOWN), bytes(80)),
    },
)


def logged(steps: Callable[[Drawing], object]) -> bytes:
    """Return a draw after which something more was logged."""
    drawing = whole()
    steps(drawing)
    return drawing.data()


COLLIDING = tuple(number.to_bytes(32, "big") for number in (78078, 111689))

# Two keys of one name and one key id: a line that is right by one of them is wrong by the other.
CASES["key ids that collide"] = lambda: Odd(
    with_final(
        lambda note: (
            note
            + signature_line(
                "w1.example.org",
                4,
                COLLIDING[0],
                (7).to_bytes(8, "big")
                + sign(COLLIDING[0], b"cosignature/v1\ntime 7\n" + text_of(note)),
            )
        )
    ),
    "refused",
    policy=(
        f"{LOG}\n{W1}\nwitness a {vkey('w1.example.org', 4, COLLIDING[0])}\n"
        f"witness b {vkey('w1.example.org', 4, COLLIDING[1])}\nquorum w1\n"
    ).encode(),
)

# Every signature of a known key is verified, also that of another log of the policy.
OTHER = b"\x78" * 32

CASES["a wrong signature of another log of the policy"] = lambda: Odd(
    with_final(more(signature_line("other.example.cn", 1, OTHER, bytes(64)))),
    "refused",
    policy=f"{PLAIN}log {vkey('other.example.cn', 1, OTHER)}\n".encode(),
)

CASES["a right signature of another log of the policy"] = lambda: Odd(
    with_final(
        lambda note: note + signature_line("other.example.cn", 1, OTHER, sign(OTHER, text_of(note)))
    ),
    "believed",
    policy=f"{PLAIN}log {vkey('other.example.cn', 1, OTHER)}\n".encode(),
)


def resigned_by_other(note: bytes) -> bytes:
    text = text_of(note)
    rest = b"".join(note.partition(b"\n\n")[2].splitlines(keepends=True)[1:])
    return text + b"\n" + signature_line("other.example.cn", 1, OTHER, sign(OTHER, text)) + rest


CASES["signed only by another log of the policy"] = lambda: Odd(
    with_final(resigned_by_other),
    "refused",
    policy=f"{PLAIN}log {vkey('other.example.cn', 1, OTHER)}\n".encode(),
)

CASES["a signature of a witness of type 06 is not looked at"] = lambda: Odd(
    with_final(more(raw_line("x", key_id("x", b"\6" + bytes(1312)) + b"anything"))),
    "believed",
    policy=f"{PLAIN}witness x {typed_key('x', 6, bytes(1312))}\n".encode(),
)

CASES["a key of small order in the policy"] = lambda: Odd(
    with_final(small_log),
    "refused",
    policy=f"log {typed_key(ORIGIN, 1, IDENTITY)}\n{W1}\nquorum w1\n".encode(),
)


def small_log(note: bytes) -> bytes:
    announced = key_id(ORIGIN, b"\1" + IDENTITY)
    return note + raw_line(ORIGIN, announced + forged(IDENTITY, text_of(note)))
