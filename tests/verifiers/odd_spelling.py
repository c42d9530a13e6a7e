"""Odd spellings: JSON, text, base64 and numbers that are almost right."""

import re
from collections.abc import Callable

from lottery.archive import write_archive
from tests.lottery.minilog import b64
from tests.verifiers.odd import (
    Cases,
    called_off,
    declined,
    group,
    plain,
    swap,
    with_cut,
    with_final,
)

CASES: Cases = {}


def number(spelling: str) -> Callable[[bytes], bytes]:
    """Return a change of how the time of an entry is spelled; {} stands for its digits."""
    return lambda body: re.sub(
        rb'"at":(\d+)', lambda m: b'"at":' + spelling.replace("{}", m[1].decode()).encode(), body
    )


# Section 2: JSON is RFC 8785 restricted to whole numbers from 0 to 2^53-1 in one spelling.
group(
    CASES,
    "json number",
    "refused",
    lambda spelling: declined(number(spelling)),
    {
        spelling: spelling
        for spelling in (
            "{}.0",
            "{}e0",
            "1.79e9",
            "1790000129E0",
            "-0",
            "0{}",
            "+{}",
            "-{}",
            "9007199254740992",
            "9007199254740993",
            "18446744073709551616",
            "1" + 400 * "0",
            "NaN",
            "Infinity",
            "true",
            "null",
            '"{}"',
            "[{}]",
            "0x10",
            "1_0",
            "１",
            "",
        )
    },
)

group(
    CASES,
    "json",
    "refused",
    declined,
    {
        "space": swap(b":", b": "),
        "last line feed": lambda body: body + b"\n",
        "first space": lambda body: b" " + body,
        "byte order mark": lambda body: b"\xef\xbb\xbf" + body,
        "utf-16": lambda body: body.decode().encode("utf-16"),
        "key twice": swap(b"{", b'{"at":1,'),
        "key twice, alike": lambda body: body.replace(b'"reason"', b'"next":null,"reason"'),
        "keys unsorted": lambda body: re.sub(rb'\{("at":\d+),(.*)\}', rb"{\2,\1}", body),
        "unknown key": swap(b',"t"', b',"shade":0,"t"'),
        "missing key": swap(b',"next":null', b""),
        "prototype key": swap(b'{"at"', b'{"__proto__":null,"at"'),
        "key in capitals": swap(b'"at"', b'"At"'),
        "key with an escape": swap(b'"at"', rb'"\u0061t"'),
        "escaped letter": swap(b"no_capacity", rb"\u006eo_capacity"),
        "comma before the end": swap(b"}", b",}"),
        "two values": lambda body: body + b"{}",
        "comment": swap(b"{", b"{/**/"),
        "single quotes": lambda body: body.replace(b'"', b"'"),
        "cut short": lambda body: body[:-1],
        "an array": lambda body: b"[" + body + b"]",
        "a string": lambda _: b'"ismdraw/decline/v1"',
        "deeply nested": lambda _: 30000 * b"[" + 30000 * b"]",
        "deeply nested objects": lambda _: 10000 * b'{"a":' + b"0" + 10000 * b"}",
        "deeply nested, never closed": lambda _: 65535 * b"[",
        "type unknown": swap(b"decline/v1", b"retire/v1"),
        "type of version 2": swap(b"decline/v1", b"decline/v2"),
        "type of the prototype": swap(b"ismdraw/decline/v1", b"constructor"),
        "type null": swap(b'"ismdraw/decline/v1"', b"null"),
        "reason with a capital": swap(b"no_capacity", b"No_capacity"),
        "reason with a line feed": swap(b"no_capacity", b"no_capacity\\n"),
        "reason empty": swap(b"no_capacity", b""),
        "reason of 65 letters": swap(b"no_capacity", b"n" * 65),
        "digest in capitals": lambda body: body.replace(b"ab" * 32, b"AB" * 32),
        "digest of 31 bytes": lambda body: body.replace(b"ab" * 32, b"ab" * 31),
        "digest of wide digits": lambda body: body.replace(b"ab" * 32, "１".encode() * 64),
        "firm with an O": swap(b"91310000MA1FL", b"91310000MO1FL"),
        "firm in small letters": swap(b"91310000MA1FL", b"91310000ma1fl"),
        "no bytes": lambda _: b"",
    },
)


def authority(text: str | bytes) -> bytes:
    """Return a draw that was called off by an authority with such a name."""
    raw = text.encode() if isinstance(text, str) else text
    return called_off(swap("市发展改革局", raw))


# Section 3: text is 1 to 200 characters without control characters. A character is a code point
# of Unicode, as RFC 8259 has it; control characters are those of its category Cc.
group(
    CASES,
    "text",
    "believed",
    authority,
    {
        "astral, 200 characters": "𠮷" * 200,
        "200 letters": "x" * 200,
        "line separators": "a\u2028b\u2029c",
        "byte order mark inside": "a\ufeffb",
        "not a character": "\ufffe\U0010ffff",
        "private use": "\ue000",
        "combining": "e\u0301",
        "composed": "é",
        "slash": "a/b",
        "quote and backslash": r"\"a\\b",
        "right to left": "\u202eabc",
        "soft hyphen": "\u00ad",
        "space": " ",
    },
)

group(
    CASES,
    "text",
    "refused",
    authority,
    {
        "201 letters": "x" * 201,
        "astral, 201 characters": "𠮷" * 201,
        "empty": "",
        "line feed": r"a\nb",
        "null": r"a\u0000b",
        "unit separator": r"a\u001fb",
        "delete": "a\x7fb",
        "next line, of C1": "a\u0085b",
        "c1": "a\u009fb",
        "escaped slash": r"a\/b",
        "escape in capitals": r"a\u001Fb",
        "escaped quote by number": r"a\u0022b",
        "escaped astral": r"\ud842\udfb7",
        "half a surrogate pair": r"\ud842",
        "half a surrogate pair, raw": b"\xed\xa1\x82",
        "overlong": b"\xc0\xaf",
        "above unicode": b"\xf4\x90\x80\x80",
        "cut short": b"\xe5\xb8",
        "raw line feed": "a\nb",
        "raw tab": "a\tb",
    },
)

# Log-v1, Spelling: base64 is standard, padded, with zero trailing bits; numbers are ASCII without
# leading zeros and below 2^63; lines end in LF alone.


def root_line(change: Callable[[str], str]) -> Callable[[bytes], bytes]:
    def changed(note: bytes) -> bytes:
        lines = note.decode().split("\n")
        lines[2] = change(lines[2])
        return "\n".join(lines).encode()

    return changed


def stray_bits(text: str) -> str:
    """Return base64 of the same bytes, with a stray bit before the padding."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    place = len(text.rstrip("=")) - 1
    return text[:place] + alphabet[alphabet.index(text[place]) + 1] + text[place + 1 :]


SPELLINGS = {
    "stray bits": stray_bits,
    "no padding": lambda text: text.rstrip("="),
    "more padding": lambda text: text + "=",
    "url alphabet": lambda text: text.replace("+", "-").replace("/", "_") + "-",
    "space": lambda text: text[:4] + " " + text[4:],
    "tab": lambda text: text[:4] + "\t" + text[4:],
    "carriage return": lambda text: text + "\r",
    "wide letter": lambda text: "Ａ" + text[1:],
    "empty": lambda _: "",
    "33 bytes": lambda _: b64(b"x" * 33),
    "31 bytes": lambda _: b64(b"x" * 31),
}

group(CASES, "root", "refused", lambda change: with_cut(root_line(change)), SPELLINGS)


def last_line(change: Callable[[str], str]) -> Callable[[bytes], bytes]:
    """Return a change of the base64 of a note's last signature."""

    def changed(note: bytes) -> bytes:
        head, _, last = note.decode().rstrip("\n").rpartition(" ")
        return f"{head} {change(last)}\n".encode()

    return changed


group(CASES, "signature", "refused", lambda change: with_final(last_line(change)), SPELLINGS)


def proof_hash(change: Callable[[str], str]) -> bytes:
    parts = plain()
    lines = parts["proofs/001.tlog-proof"].decode().split("\n")
    lines[2] = change(lines[2])
    return write_archive(parts | {"proofs/001.tlog-proof": "\n".join(lines).encode()})


group(CASES, "proof hash", "refused", proof_hash, SPELLINGS)


def consistency(change: Callable[[bytes], bytes]) -> bytes:
    parts = plain()
    return write_archive(parts | {"cut.consistency": change(parts["cut.consistency"])})


group(
    CASES,
    "consistency",
    "refused",
    consistency,
    {
        "no last line feed": lambda data: data[:-1],
        "carriage returns": lambda data: data.replace(b"\n", b"\r\n"),
        "empty line": lambda data: data + b"\n",
        "empty first line": lambda data: b"\n" + data,
        "not ascii": lambda data: "Ａ".encode() + data[1:],
        "one hash more": lambda data: data + data[-45:],
        "one hash less": lambda data: data[:-45],
        "nothing": lambda _: b"",
    },
)


def index(change: Callable[[str], str]) -> bytes:
    parts = plain()
    content = parts["proofs/001.tlog-proof"].decode()
    changed = re.sub(r"index (\d+)", lambda m: change(m[1]), content, count=1)
    return write_archive(parts | {"proofs/001.tlog-proof": changed.encode()})


group(
    CASES,
    "index",
    "refused",
    index,
    {
        "leading zero": lambda text: f"index 0{text}",
        "plus": lambda text: f"index +{text}",
        "space": lambda text: f"index {text} ",
        "two spaces": lambda text: f"index  {text}",
        "wide digits": lambda _: "index ２",
        "arabic digits": lambda _: "index ٢",
        "exponent": lambda text: f"index {text}e0",
        "hexadecimal": lambda text: f"index 0x{text}",
        "2^53 further": lambda text: f"index {int(text) + 2**53}",
        "2^63 further": lambda text: f"index {int(text) + 2**63}",
        "2^64 further": lambda text: f"index {int(text) + 2**64}",
        "negative": lambda text: f"index -{text}",
        "empty": lambda _: "index ",
        "capital": lambda text: f"Index {text}",
        "extra line": lambda text: f"extra AAAA\nindex {text}",
        "carriage return": lambda text: f"index {text}\r",
    },
)
