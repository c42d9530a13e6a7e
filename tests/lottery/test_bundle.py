"""The bundle file: one form when written, no hidden corners when read."""

import io
import struct
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lottery
from lottery.archive import read_archive, write_archive
from tests.lottery.story import Story, told

BUNDLE = told(Story(mode="D1", contributors=False)).bundle()
DATA = lottery.build(BUNDLE)


def members_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(members, **options):
    """Zip members as any other program would."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


MEMBERS = members_of(DATA)


def test_a_bundle_reads_back():
    assert lottery.read(DATA) == BUNDLE
    assert lottery.build(lottery.read(DATA)) == DATA


def test_other_programs_can_open_it():
    with zipfile.ZipFile(io.BytesIO(DATA)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == sorted(archive.namelist())
    assert MEMBERS["bundle.json"].startswith(b'{"draw":"')
    assert MEMBERS["entries/000.json"] == BUNDLE.entries[0].body
    assert MEMBERS["proofs/000.tlog-proof"] == BUNDLE.entries[0].proof


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_bundle_that_was_packed_again_reads_the_same(method):
    assert lottery.read(zipped(MEMBERS, compression=method)) == BUNDLE


def test_optional_parts_read_back():
    fuller = replace(
        BUNDLE, prior={1: BUNDLE.cut, 12: lottery.Cut.of(b"x", [b"\1" * 32])}, phi=b"{}"
    )
    emptier = replace(BUNDLE, cut=None, list_file=None)

    assert lottery.read(lottery.build(fuller)) == fuller
    assert lottery.read(lottery.build(emptier)) == emptier


def test_a_damaged_member_is_named_and_still_read():
    place = DATA.index(BUNDLE.entries[0].body) + 30
    damaged = DATA[:place] + bytes([DATA[place] ^ 1]) + DATA[place + 1 :]

    assert lottery.read(damaged).damaged == ("entries/000.json",)


def changed(**members):
    """Return the members with some replaced; None takes one away."""
    names = {name.replace("__", "/").replace("_", "."): value for name, value in members.items()}
    result = MEMBERS | names
    return {name: value for name, value in result.items() if value is not None}


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        (changed(bundle_json=None), "bundle.json is missing"),
        (changed(bundle_json=b"{}"), "does not describe"),
        (changed(bundle_json=b"["), "bundle.json: "),
        (changed(bundle_json=MEMBERS["bundle.json"].replace(b"/v1", b"/v2")), "does not describe"),
        (
            changed(bundle_json=MEMBERS["bundle.json"].replace(b'"listed":5', b'"listed":4')),
            "announces 4 candidates|too large",
        ),
        (
            changed(bundle_json=MEMBERS["bundle.json"].replace(b'"draw":"', b'"draw":"g')),
            "names no draw",
        ),
        (changed(bundle_json=b'{"a":' * 2000), "4096 are allowed"),
        (changed(entries__003_json=None), "announces .* entries"),
        (changed(proofs__003_tlog=b""), "no member may be named"),
        (MEMBERS | {"entries/099.json": b"{}"}, "announces .* entries"),
        (MEMBERS | {"entries/1.json": b"{}"}, "no member may be named"),
        (MEMBERS | {"entries/": b""}, "pack it anew without folders.*zip -X -r -D"),
        (MEMBERS | {"../entries/000.json": b""}, "no member may be named"),
        (MEMBERS | {"/etc/passwd": b""}, "no member may be named"),
        (MEMBERS | {"entries\\000.json": b""}, "no member may be named"),
        (MEMBERS | {"README": b""}, "no member may be named"),
        (MEMBERS | {"列表": b""}, "no member may be named"),
        (MEMBERS | {"prior/100.checkpoint": b""}, "no member may be named"),
        (MEMBERS | {"prior/1.checkpoint": b"x"}, "prior/1.consistency is missing"),
        (MEMBERS | {"entries/000.json": b"x" * 70_000}, "65535 are allowed"),
        (changed(list_ndjson=None), "announces 5 candidates"),
        (changed(list_ndjson=MEMBERS["list.ndjson"] * 2), "announces 5|too large"),
        ({}, "bundle.json is missing"),
    ],
)
def test_a_bundle_with_other_members_is_malformed(members, reason):
    with pytest.raises(lottery.BundleError, match=reason):
        lottery.read(zipped(members))


def test_a_renumbered_entry_is_missing():
    members = dict(MEMBERS)
    members["entries/077.json"] = members.pop("entries/003.json")

    with pytest.raises(lottery.BundleError, match=r"entries/003\.json is missing"):
        lottery.read(zipped(members))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        b"no zip at all" * 10,
        DATA[:-1],
        DATA + b"\0",
        b"#!/bin/sh\n" + DATA,
        DATA[: len(DATA) // 2],
        DATA[-22:],
        DATA.replace(b"PK\x01\x02", b"PK\x01\x03", 1),
        DATA.replace(b"PK\x03\x04", b"PK\x03\x05", 1),
        DATA.replace(b"entries/000.json", b"entries/001.json", 1),
        DATA.replace(b"entries/000.json", b"entries/001.json"),
    ],
)
def test_what_is_no_plain_zip_is_malformed(data):
    with pytest.raises(lottery.BundleError):
        lottery.read(data)


def test_a_plain_zip_names_at_most_65535_members():
    members = {f"{number:05d}": b"" for number in range(0xFFFF)}

    assert len(read_archive(write_archive(members), lambda _: 0)) == len(members)
    with pytest.raises(lottery.BundleError, match="larger"):
        write_archive(members | {"one": b""})


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = zipped(MEMBERS | {"list.ndjson": b"\n" * 50_000_000}, compression=zipfile.ZIP_DEFLATED)

    assert len(bomb) < 200_000
    with pytest.raises(lottery.BundleError, match="far more than was sent"):
        lottery.read(bomb)


def test_a_size_that_lies_is_refused():
    data = bytearray(zipped({"a": b"x" * 1000}, compression=zipfile.ZIP_DEFLATED))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(signature) + offset, 900)

    with pytest.raises(lottery.BundleError, match="does not unpack to its size"):
        read_archive(bytes(data), lambda _: 10_000)


@pytest.mark.parametrize("packed", [b"\x01\x01\0\xfe\xffa" + b"!", b"\0\x01\0\xfe\xffa"])
def test_a_packed_member_ends_with_its_stream(packed):
    """One that is stored in a last block with a byte behind it, then one without a last block."""
    data = bytearray(write_archive({"a": packed}))
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = data.index(signature) + offset
        struct.pack_into("<H", data, at, zipfile.ZIP_DEFLATED)
        struct.pack_into("<I", data, at + 6 + 8, 1)

    with pytest.raises(lottery.BundleError, match="does not unpack to its size"):
        read_archive(bytes(data), lambda _: 100)


def test_a_member_named_twice_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a", b"first")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a", b"second")

    with pytest.raises(lottery.BundleError, match="repeated"):
        read_archive(buffer.getvalue(), lambda _: 100)


def test_bytes_between_members_are_refused():
    first, second = write_archive({"a": b"1"}), write_archive({"b": b"2"})
    body_a, body_b = first[: first.index(b"PK\x01\x02")], second[: second.index(b"PK\x01\x02")]
    row_a = first[len(body_a) : -22]
    row_b = bytearray(second[len(body_b) : -22])
    struct.pack_into("<I", row_b, 42, len(body_a) + 3)
    files = body_a + b"gap" + body_b
    rows = row_a + bytes(row_b)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 2, 2, len(rows), len(files), 0)

    with pytest.raises(lottery.BundleError, match="leave gaps"):
        read_archive(files + rows + end, lambda _: 100)


@given(st.data())
def test_any_changed_byte_of_the_container_is_malformed_or_read(data):
    place = data.draw(st.integers(0, len(DATA) - 1))
    flipped = DATA[:place] + bytes([DATA[place] ^ data.draw(st.integers(1, 255))])
    try:
        bundle = lottery.read(flipped + DATA[place + 1 :])
    except lottery.BundleError:
        return
    assert bundle.damaged or replace(bundle, damaged=()) == BUNDLE


@given(st.binary(max_size=200))
def test_reading_anything_raises_one_error_only(data):
    for tail in (b"", DATA[-22:], DATA[-200:]):
        with pytest.raises(lottery.BundleError):
            lottery.read(data + tail)


@pytest.mark.parametrize("count", [0, 30_001])
def test_a_bundle_has_entries_and_not_too_many(count):
    with pytest.raises(lottery.BundleError, match=f"{count} entries"):
        lottery.build(replace(BUNDLE, entries=BUNDLE.entries[:1] * count))
