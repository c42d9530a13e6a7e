"""Odd archives: zips whose parts contradict each other, and odd members."""

import re
from collections.abc import Callable

from lottery.archive import write_archive
from tests.lottery.minilog import ORIGIN, b64
from tests.verifiers.odd import (
    Cases,
    Odd,
    Packed,
    called_off,
    group,
    plain,
    plain_packed,
    swap,
    unpacked,
    zipped,
)

CASES: Cases = {}

# --- The zip and its members --------------------------------------------------------------------


def archived(change: Callable[[Packed], None] | None = None, **end) -> bytes:
    return zipped(plain_packed(change), **end)


def local(**lies) -> Callable[[Packed], None]:
    return lambda each: each.local.update(lies)


def central(**lies) -> Callable[[Packed], None]:
    return lambda each: each.central.update(lies)


def both(**lies) -> Callable[[Packed], None]:
    def change(each: Packed) -> None:
        each.local.update(lies)
        each.central.update(lies)

    return change


def deflate(each: Packed) -> None:
    each.deflated = True


def stored_blocks(data: bytes, *, empty: bool = False) -> bytes:
    """Return a deflate stream of stored blocks, perhaps with an empty one before."""
    blocks = b"\0\0\0\xff\xff" if empty else b""
    size = len(data).to_bytes(2, "little")
    return blocks + b"\1" + size + bytes(255 - byte for byte in size) + data


def streamed(body: Callable[[bytes], bytes]) -> Callable[[Packed], None]:
    """Return a change of how a member is deflated."""

    def change(each: Packed) -> None:
        each.deflated = True
        each.raw = body(each.data)

    return change


UT = b"UT\x05\0\x03\0\0\0\0"

# Section 5: members are stored or deflated, and described alike in both places. What a common
# tool writes (times, versions, attributes, harmless flags, small extra fields) is let pass,
# because whoever adds phi.json does so with a common tool.
group(
    CASES,
    "zip",
    "believed",
    archived,
    {
        "as written": None,
        "deflated": deflate,
        "stored inside deflate": streamed(stored_blocks),
        "an empty block first": streamed(lambda data: stored_blocks(data, empty=True)),
        "other time": both(time=0x6B5A, date=0x5D31),
        "other times in two places": local(time=0x6B5A),
        "version 63": both(version=63),
        "made on unix": central(made=0x031E, outer=0o644 << 16),
        "text attribute": central(inner=1),
        "name is utf-8": both(flags=0x800),
        "compressed hard": both(flags=6),
        "extra field": both(extra=UT),
        "extra field in one place": local(extra=UT),
        "extra field of 256 bytes": both(extra=b"\xaa\xaa\xfc\0" + bytes(252)),
    },
)

group(
    CASES,
    "zip",
    "malformed",
    archived,
    {
        "extra field of 257 bytes": both(extra=b"\xaa\xaa\xfd\0" + bytes(253)),
        "sizes of zip64": both(size=0xFFFFFFFF, packed=0xFFFFFFFF, extra=b"\1\0\x10\0" + bytes(16)),
        "encrypted": both(flags=1),
        "streamed": both(flags=8),
        "strongly encrypted": both(flags=0x40),
        "masked": both(flags=0x2000),
        "patched": both(flags=0x20),
        "flags in one place": local(flags=0x800),
        "packed by bzip2": both(method=12),
        "packed in deflate64": both(method=9),
        "method in one place": local(method=8),
        "called deflated, stored": both(method=8),
        "checksum in one place": local(crc=7),
        "size in one place": local(size=7),
        "packed size in one place": local(packed=7),
        "name in one place": local(name=b"entries/002.json"),
        "comment of a member": central(comment=b"x"),
        "on disk 1": central(disk=1),
        "stored, one byte said less": both(size=1),
        "deflated, said shorter": lambda each: (deflate(each), both(size=len(each.data) - 1)(each)),
        "deflated, said longer": lambda each: (deflate(each), both(size=len(each.data) + 1)(each)),
        "bytes behind the deflate stream": streamed(lambda data: stored_blocks(data) + b"x"),
        "deflate stream without end": streamed(lambda data: b"\0" + stored_blocks(data)[1:]),
        "zlib header": streamed(lambda data: b"\x78\x9c" + stored_blocks(data)),
        "unknown block": streamed(lambda data: b"\7" + stored_blocks(data)),
        "offset into another": central(offset=0),
        "bytes before a member": lambda each: setattr(each, "before", b"x"),
        "name with a backslash": both(name=b"entries\\001.json"),
        "name with a dot": both(name=b"./entries/001.json"),
        "name with a root": both(name=b"/entries/001.json"),
        "name with a parent": both(name=b"entries/../entries/001.json"),
        "name in capitals": both(name=b"Entries/001.json"),
        "name with a zero": both(name=b"entries/001.json\0"),
        "name with a line feed": both(name=b"entries/001.json\n"),
        "name with wide digits": both(name="entries/００１.json".encode()),
        "name not ascii": both(name=b"entries/001.json\xff"),
        "name with four digits": both(name=b"entries/0001.json"),
        "name with two digits": both(name=b"entries/01.json"),
        "no name": both(name=b""),
    },
)

group(
    CASES,
    "zip end",
    "malformed",
    lambda end: archived(None, **end),
    {
        "comment": {"comment": b"x"},
        "one more": {"count": 1000},
        "one less": {"count": 3},
        "here and there": {"here": 3},
        "disk": {"disk": 1},
        "start": {"start": 1},
        "length": {"length": 0},
        "offset": {"offset": 0},
        "gap": {"gap": b"x"},
        "lead": {"lead": b"x"},
        "row twice": {"directory": lambda rows: [*rows, rows[0]]},
        "row missing": {"directory": lambda rows: rows[1:]},
        "bytes behind the rows": {"directory": lambda rows: [*rows, b"x"]},
    },
)

# Rows stand in the order of the members; the members themselves in any.
CASES["zip end: rows in another order"] = lambda: Odd(
    archived(directory=reversed_rows), "malformed"
)

CASES["zip: members in another order"] = lambda: Odd(zipped(plain_packed()[::-1]), "believed")

CASES["zip: a member twice"] = lambda: Odd(
    zipped([*plain_packed(), plain_packed()[0]]), "malformed"
)

CASES["zip: a folder"] = lambda: Odd(
    zipped([*plain_packed(), Packed(b"entries/", b"")]), "malformed"
)

CASES["zip: a wrong checksum"] = lambda: Odd(archived(both(crc=7)), "refused", frozenset({"V14"}))

CASES["zip: a wrong checksum of bundle.json"] = lambda: Odd(
    zipped(plain_packed(both(crc=7), "bundle.json")), "refused", frozenset({"V14"})
)


def reversed_rows(rows: list[bytes]) -> list[bytes]:
    return rows[::-1]


def described(change: Callable[[bytes], bytes]) -> bytes:
    parts = plain()
    return write_archive(parts | {"bundle.json": change(parts["bundle.json"])})


group(
    CASES,
    "bundle.json",
    "malformed",
    described,
    {
        "byte order mark": lambda text: b"\xef\xbb\xbf" + text,
        "line feed": lambda text: text + b"\n",
        "space": swap(b":", b": "),
        "key twice": swap(b"{", b'{"draw":"' + b"00" * 32 + b'",'),
        "unknown key": swap(b',"origin"', b',"note":"","origin"'),
        "other format": swap(b"bundle/v1", b"bundle/v2"),
        "draw in capitals": lambda text: re.sub(
            rb'"draw":"([0-9a-f]+)"', lambda m: b'"draw":"' + m[1].upper() + b'"', text
        ),
        "draw too short": swap(b'"draw":"', b'"draw":"" ,"x":"'),
        "no entries": lambda text: re.sub(rb'"entries":\d+', b'"entries":0', text),
        "entries 10.0": lambda text: re.sub(rb'("entries":\d+)', rb"\1.0", text),
        "entries true": lambda text: re.sub(rb'"entries":\d+', b'"entries":true', text),
        "entries 2^24": lambda text: re.sub(rb'"entries":\d+', b'"entries":16777216', text),
        "listed one more": lambda text: re.sub(rb'"listed":\d+', b'"listed":4', text),
        "listed none": lambda text: re.sub(rb'"listed":\d+', b'"listed":0', text),
        "listed null": lambda text: re.sub(rb'"listed":\d+', b'"listed":null', text),
        "origin null": lambda text: re.sub(rb'"origin":"[^"]+"', b'"origin":null', text),
        "array": lambda text: b"[" + text + b"]",
        "empty": lambda _: b"",
    },
)

group(
    CASES,
    "bundle.json",
    "refused",
    described,
    {
        "origin in capitals": swap(b"log.example", b"LOG.example"),
        "another draw": lambda text: re.sub(
            rb'"draw":"[0-9a-f]+"', b'"draw":"' + b"ab" * 32 + b'"', text
        ),
    },
)


def listed(change: Callable[[bytes], bytes]) -> bytes:
    parts = plain()
    return write_archive(parts | {"list.ndjson": change(parts["list.ndjson"])})


group(
    CASES,
    "list",
    "refused",
    listed,
    {
        "lines exchanged": lambda text: b"".join(text.splitlines(keepends=True)[::-1]),
        "weight 0": swap(b'"weight":1', b'"weight":0'),
        "weight 1001": swap(b'"weight":1', b'"weight":1001'),
        "weight 1.0": swap(b'"weight":1', b'"weight":1.0'),
        "weight true": swap(b'"weight":1', b'"weight":true'),
        "weight 2": swap(b'"weight":1', b'"weight":2'),
        "key twice": swap(b"{", b'{"enrol":1,'),
        "unknown key": swap(b"}", b',"x":0}'),
        "space": swap(b":", b": "),
        "salt in capitals": lambda text: re.sub(
            rb'"salt":"([0-9a-f]+)"', lambda m: b'"salt":"' + m[1].upper() + b'"', text
        ),
        "carriage return": swap(b"}\n", b"}\r\n"),
        "line separator": swap(b"}\n", "}\u2028\n".encode()),
        "firm twice": lambda text: text.splitlines(keepends=True)[0] * 3,
    },
)

group(
    CASES,
    "list",
    "malformed",
    listed,
    {
        "no last line feed": lambda text: text[:-1],
        "empty line": lambda text: text + b"\n",
        "empty": lambda _: b"",
        "longer than 160 bytes a line": lambda text: text[:-1] + b" " * 400 + b"\n",
    },
)


def extended(parts: dict[str, bytes]) -> bytes:
    return write_archive(plain() | parts)


def cut_as(name: str) -> dict[str, bytes]:
    parts = plain()
    return {
        f"{name}.checkpoint": parts["cut.checkpoint"],
        f"{name}.consistency": parts["cut.consistency"],
    }


group(
    CASES,
    "members",
    "refused",
    extended,
    {
        "a cut of no earlier attempt": cut_as("prior/1"),
        "a cut of this attempt as earlier": cut_as("prior/2"),
        "a later cut of a notice": cut_as("later/000"),
        "a later cut of no entry": cut_as("later/999"),
        "a phi.json beside PHI": {
            "phi.json": b'{"mode":"A","round":1,"signature":"' + b"80" * 48 + b'"}'
        },
        "a phi.json that is none": {"phi.json": b"{}"},
        "an empty phi.json": {"phi.json": b""},
    },
)

group(
    CASES,
    "members",
    "malformed",
    extended,
    {
        "attempt 0": cut_as("prior/0"),
        "attempt 01": cut_as("prior/01"),
        "attempt 100": cut_as("prior/100"),
        "a later cut of two digits": cut_as("later/00"),
        "a later cut of four digits with a zero": cut_as("later/0001"),
        "a cut without proof": {"later/000.checkpoint": plain()["cut.checkpoint"]},
        "a proof without cut": {"later/000.consistency": b""},
        "a proof of no entry": {"proofs/500.tlog-proof": plain()["proofs/000.tlog-proof"]},
        "an entry too many": {
            "proofs/010.tlog-proof": plain()["proofs/000.tlog-proof"],
            "entries/010.json": plain()["entries/000.json"],
        },
        "an unknown file": {"README": b""},
        "an entry of 65,536 bytes": {"entries/001.json": b"x" * 65536},
        "64 hashes": {"cut.consistency": (b64(b"x" * 32) + "\n").encode() * 64},
    },
)

# Limits: a breach of section 5 is malformed input, whatever the part that breaks it.
CASES["limits: 64 hashes of a proof"] = lambda: Odd(proof_lines(b64(bytes(32)) + "\n"), "malformed")

CASES["limits: 63 hashes of a proof"] = lambda: Odd(
    proof_lines(b64(bytes(32)) + "\n", count=63), "refused"
)

CASES["limits: an origin of 300 letters"] = lambda: Odd(
    described(lambda text: text.replace(ORIGIN.encode(), b"o" * 300)), "refused"
)

CASES["limits: an origin of no letters"] = lambda: Odd(
    described(lambda text: text.replace(ORIGIN.encode(), b"")), "refused"
)

CASES["limits: a list of no lines without FREEZE"] = lambda: Odd(
    write_archive(unpacked(called_off()) | {"list.ndjson": b""}), "refused", frozenset({"V14"})
)


def proof_lines(line: str, count: int = 64) -> bytes:
    parts = plain()
    head, blank, note = parts["proofs/001.tlog-proof"].partition(b"\n\n")
    lines = head.split(b"\n")[:2]
    content = b"\n".join(lines) + b"\n" + line.encode() * count
    return write_archive(parts | {"proofs/001.tlog-proof": content + blank[1:] + note})
