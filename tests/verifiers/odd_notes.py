"""Odd notes: checkpoints and signature lines that are almost right."""

import base64
import re
from collections.abc import Callable
from functools import cache

from tests.lottery.minilog import LOG_SEED, ORIGIN, WITNESS_SEEDS, key_id, public, sign
from tests.verifiers.odd import (
    UNKNOWN,
    Cases,
    Odd,
    cosigned_line,
    group,
    more,
    plain,
    plus_order,
    raw_line,
    resigned,
    signature_line,
    text_of,
    unknown_lines,
    with_cut,
    with_final,
)

CASES: Cases = {}


@cache
def cut_time() -> int:
    """Return when the witness of the ordinary bundle saw its cut."""
    last = plain()["cut.checkpoint"].decode().rstrip("\n").rpartition(" ")[2]
    return int.from_bytes(base64.b64decode(last)[4:12], "big")


def retold(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Return a change of a checkpoint's text, signed and cosigned as it then is."""
    return lambda note: resigned(change(text_of(note)), {"w1": cut_time()})


# Section 6: a checkpoint has exactly three lines.
group(
    CASES,
    "checkpoint",
    "refused",
    lambda change: with_cut(retold(change)),
    {
        "extension line": lambda text: text + b"more\n",
        "carriage returns": lambda text: text.replace(b"\n", b"\r\n"),
        "size with a zero": lambda text: re.sub(rb"\n(\d+)\n", rb"\n0\1\n", text),
        "size with a plus": lambda text: re.sub(rb"\n(\d+)\n", rb"\n+\1\n", text),
        "size zero": lambda text: re.sub(rb"\n(\d+)\n", rb"\n0\n", text),
        "size 2^63": lambda text: re.sub(rb"\n(\d+)\n", b"\n9223372036854775808\n", text),
        "size 10^19": lambda text: re.sub(rb"\n(\d+)\n", b"\n10000000000000000000\n", text),
        "size 2^53": lambda text: re.sub(rb"\n(\d+)\n", b"\n9007199254740992\n", text),
        "size wide": lambda text: re.sub(rb"\n(\d+)\n", "\n９\n".encode(), text),
        "empty origin": lambda text: text.replace(ORIGIN.encode(), b""),
        "origin and a space": lambda text: text.replace(b"\n", b" \n", 1),
        "origin in capitals": lambda text: text.replace(b"log.", b"LOG.", 1),
        "two lines": lambda text: b"\n".join(text.split(b"\n")[:2]) + b"\n",
        "tab": lambda text: text.replace(b"\n", b"\t\n", 1),
        "null": lambda text: text.replace(b"\n", b"\0\n", 1),
    },
)


def log_id() -> bytes:
    return key_id(ORIGIN, b"\x01" + public(LOG_SEED))


def witness_id(short: str, kind: int = 4) -> bytes:
    return key_id(f"{short}.example.org", bytes([kind]) + public(WITNESS_SEEDS[short]))


# C2SP signed-note: signatures of unknown keys are ignored, even if they share a name or an id
# with a known key; a wrong signature of a known key, or a repeated line, refuses the note (V1).
group(
    CASES,
    "signatures",
    "believed",
    with_cut,
    {
        "62 unknown": more(*unknown_lines(62)),
        "name of the log, another key": more(signature_line(ORIGIN, 1, UNKNOWN, bytes(64))),
        "id of the log, another name": more(raw_line("else.example.cn", log_id() + bytes(64))),
        "the log's key as another type": more(signature_line(ORIGIN, 4, LOG_SEED, bytes(72))),
        "unknown and short": more(raw_line("else.example.cn", b"12345")),
        "unknown, of a name with a control": more(raw_line("else\x7f.example.cn", b"12345")),
        "witness of the policy twice, at two times": lambda note: (
            note + cosigned_line(text_of(note), "w1", cut_time() + 7)
        ),
        "time zero beside a true one": lambda note: note + cosigned_line(text_of(note), "w1", 0),
        "latest time there is": lambda note: note + cosigned_line(text_of(note), "w2", 2**63 - 1),
    },
)

group(
    CASES,
    "signatures",
    "malformed",
    with_cut,
    {"63 unknown": more(*unknown_lines(63)), "too long": more(b" " * 2**18)},
)

group(
    CASES,
    "signatures",
    "refused",
    with_cut,
    {
        "wrong of the log": more(raw_line(ORIGIN, log_id() + bytes(64))),
        "short of the log": more(raw_line(ORIGIN, log_id() + b"1")),
        "wrong of a witness not needed": more(
            raw_line("w2.example.org", witness_id("w2") + bytes(72))
        ),
        "witness without time": more(raw_line("w2.example.org", witness_id("w2") + bytes(7))),
        "repeated, of an unknown key": more(*unknown_lines(1), *unknown_lines(1)),
        "repeated, of the log": lambda note: note + note.split(b"\n\n")[1].split(b"\n")[0] + b"\n",
        "time 2^63": lambda note: note + cosigned_line(text_of(note), "w2", 2**63),
        "only at time zero": lambda note: resigned(text_of(note), {"w1": 0}),
        "no signature": lambda note: text_of(note) + b"\n",
        "no signature and no gap": text_of,
        "no last line feed": lambda note: note[:-1],
        "carriage return": lambda note: note[:-1] + b"\r\n",
        "empty line at the end": lambda note: note + b"\n",
        "hyphen for the dash": more(raw_line("else.example.cn", b"12345", dash="-")),
        "en dash": more(raw_line("else.example.cn", b"12345", dash="–")),
        "no dash": more(b"else.example.cn AAAAAAAA\n"),
        "two spaces": more(b"\xe2\x80\x94 else.example.cn  AAAAAAAA\n"),
        "space at the end": more(b"\xe2\x80\x94 else.example.cn AAAAAAAA \n"),
        "name with a plus": more(raw_line("else+cn", b"12345")),
        "name with an ideographic space": more(raw_line("else\u3000cn", b"12345")),
        "name with a no-break space": more(raw_line("else\u00a0cn", b"12345")),
        "name with a next line": more(raw_line("else\u0085cn", b"12345")),
        "empty name": more(raw_line("", b"12345")),
        "four bytes": more(raw_line("else.example.cn", b"1234")),
        "not utf-8": more(b"\xe2\x80\x94 else\xff AAAAAAAA\n"),
        "byte order mark": lambda note: b"\xef\xbb\xbf" + note,
        "tab": more(b"\xe2\x80\x94\telse AAAAAAAA\n"),
        "s plus the order": lambda note: changed_log_signature(note, plus_order),
        "r of no point": lambda note: changed_log_signature(note, lambda sig: b"\x02" + sig[1:]),
    },
)


def changed_log_signature(note: bytes, change: Callable[[bytes], bytes]) -> bytes:
    text = text_of(note)
    rest = b"".join(note.partition(b"\n\n")[2].splitlines(keepends=True)[1:])
    signed = change(sign(LOG_SEED, text))
    return text + b"\n" + signature_line(ORIGIN, 1, LOG_SEED, signed) + rest


CASES["limits: 65 signatures of the final checkpoint"] = lambda: Odd(
    with_final(more(*unknown_lines(63))), "malformed"
)

CASES["limits: 64 signatures of the final checkpoint"] = lambda: Odd(
    with_final(more(*unknown_lines(62))), "believed"
)

CASES["limits: a long final checkpoint"] = lambda: Odd(
    with_final(more(raw_line("else.example.cn", bytes(200_000)))), "malformed"
)

CASES["limits: a checkpoint almost too long"] = lambda: Odd(
    with_final(more(raw_line("else.example.cn", bytes(190_000)))), "believed"
)
