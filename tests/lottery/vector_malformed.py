"""Files that are no bundles, so that no verifier may examine them."""

import struct
from collections.abc import Iterator

from lottery.archive import write_archive
from tests.lottery.vector_believed import deflated
from tests.lottery.vector_case import Case, members_of, tiny


def _members() -> dict[str, bytes]:
    """Return the members of the smallest container; nothing in them is ever examined."""
    drawing = tiny()
    drawing.publish()
    members = members_of(drawing.data())
    more = {
        "bundle.json": members["bundle.json"].replace(b'"listed":0', b'"listed":2'),
        "list.ndjson": b"{}\n{}\n",
        "cut.checkpoint": b"x",
        "cut.consistency": b"",
    }
    for number in (1, 2):
        more[f"entries/{number:03d}.json"] = b"{}"
        more[f"proofs/{number:03d}.tlog-proof"] = b"x"
    more["bundle.json"] = more["bundle.json"].replace(b'"entries":1', b'"entries":3')
    return members | more


def malformed() -> Iterator[Case]:
    members = _members()
    data = write_archive(members)
    files = {
        "empty": b"",
        "not-a-zip": b"not a zip at all",
        "cut-short": data[:-1],
        "trailing-byte": data + b"\n",
        "leading-bytes": b"#!/bin/sh\n" + data,
        "with-comment": data[:-2] + b"\1\0x",
        "no-members": data[-22:-14] + bytes(4) + bytes(8) + b"\0\0",
    }
    for name, content in files.items():
        yield Case(f"malformed-{name}", content)
    yield from _malformed_members(members)
    yield from _malformed_headers(members)
    policy = "faulty"
    yield Case("malformed-policy", data, policy)


def _malformed_members(members: dict[str, bytes]) -> Iterator[Case]:
    described = members["bundle.json"]
    changes = {
        "no-description": {"bundle.json": None},
        "description-respelled": {"bundle.json": described.replace(b",", b", ", 1)},
        "description-key-twice": {"bundle.json": b'{"draw":"x",' + described[1:]},
        "description-extra-key": {"bundle.json": described[:-1] + b',"z":1}'},
        "description-of-v2": {"bundle.json": described.replace(b"/v1", b"/v2")},
        "entries-miscounted": {"bundle.json": described.replace(b'"entries":3', b'"entries":4')},
        "list-miscounted": {"bundle.json": described.replace(b'"listed":2', b'"listed":3')},
        "no-list": {"list.ndjson": None},
        "list-unended": {"list.ndjson": members["list.ndjson"][:-1]},
        "list-empty-line": {"list.ndjson": members["list.ndjson"] + b"\n"},
        "entry-missing": {"entries/002.json": None},
        "entry-renumbered": {"entries/002.json": None, "entries/008.json": b"{}"},
        "unknown-member": {"README": b""},
        "folder": {"entries/": b""},
        "cut-without-proof": {"cut.consistency": None},
        "later-cut-with-zero": {"later/0003.checkpoint": b"x", "later/0003.consistency": b""},
        "prior-cut-zero": {"prior/0.checkpoint": b"x", "prior/0.consistency": b""},
    }
    for name, change_of in changes.items():
        made = {key: value for key, value in (members | change_of).items() if value is not None}
        yield Case(f"malformed-{name}", write_archive(made))
    twice = write_archive({"bundle.json": described, "bundle.jsoo": described})
    yield Case("malformed-member-twice", twice.replace(b"bundle.jsoo", b"bundle.json"))


def _malformed_headers(members: dict[str, bytes]) -> Iterator[Case]:
    data = write_archive({name: members[name] for name in sorted(members)[:1]})
    central = data.index(b"PK\x01\x02")
    for name, edits in {
        "encrypted": ((6, 1), (central + 8, 1)),
        "streamed": ((6, 8), (central + 8, 8)),
        "packed-unusually": ((8, 12), (central + 10, 12)),
        "said-differently": ((8, 8),),
        "on-two-disks": ((len(data) - 18, 1),),
        "zip64-count": ((len(data) - 12, 0xFFFF),),
    }.items():
        changed = bytearray(data)
        for place, value in edits:
            struct.pack_into("<H", changed, place, value)
        yield Case(f"malformed-{name}", bytes(changed))
    gap = bytearray(data[:central] + b"gap" + data[central:])
    struct.pack_into("<I", gap, len(gap) - 6, central + 3)
    yield Case("malformed-bytes-of-no-member", bytes(gap))
    bomb = bytearray(deflated({"list.ndjson": b"\n"}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", bomb, bomb.index(signature) + offset, 500_000_000)
    yield Case("malformed-bomb", bytes(bomb))
