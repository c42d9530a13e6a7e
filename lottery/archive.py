"""A strict zip: what is written has one form, what is read has no hidden corners.

``zipfile`` is not used for reading, because it accepts data before, between and behind the
members, and refuses a member whose checksum is wrong before anyone can say which check of the
draw that member fails. Here a wrong checksum is reported and the member examined all the same.

Source: PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16, without ZIP64.
"""

import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from lottery.errors import BundleError

MAX_ARCHIVE_BYTES: Final = 512 * 1024 * 1024
# No member of a bundle shrinks to a hundredth; what does is a bomb.
MAX_RATIO: Final = 100
MAX_EXTRA_BYTES: Final = 256

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_LOCAL_SIGNATURE = b"PK\x03\x04"
_CENTRAL_SIGNATURE = b"PK\x01\x02"
_END_SIGNATURE = b"PK\x05\x06"
_STORED, _DEFLATED = 0, 8
# Bits 1 and 2 tell how hard a writer compressed, bit 11 that names are UTF-8.
_HARMLESS_FLAGS = 0x0806
_VERSION = 20
# 1 January 1980, the first day that a zip can name.
_DATE = 0x0021
_MAX_MEMBERS = 0xFFFF
_OFFSET_FIELD = 6


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive; ``is_damaged`` if its checksum is wrong."""

    data: bytes
    is_damaged: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the central directory."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int


def write_archive(members: Mapping[str, bytes]) -> bytes:
    """Return a zip of stored members: sorted, undated, the same bytes on every machine.

    Args:
        members: Content by name; names are ASCII.

    Returns:
        The whole file.

    Raises:
        BundleError: There are more members or bytes than a plain zip can hold.

    Source: PKWARE APPNOTE 6.3.
    """
    if len(members) > _MAX_MEMBERS or sum(map(len, members.values())) > MAX_ARCHIVE_BYTES:
        raise BundleError("it would be larger than a bundle may be")
    files, directory = bytearray(), bytearray()
    for name in sorted(members):
        data, encoded = members[name], name.encode("ascii")
        sizes = (zlib.crc32(data), len(data), len(data))
        common = (0, _STORED, 0, _DATE, *sizes, len(encoded), 0)
        directory += _CENTRAL.pack(
            _CENTRAL_SIGNATURE, _VERSION, _VERSION, *common, 0, 0, 0, 0, len(files)
        )
        directory += encoded
        files += _LOCAL.pack(_LOCAL_SIGNATURE, _VERSION, *common) + encoded + data
    count = len(members)
    end = _END.pack(_END_SIGNATURE, 0, 0, count, count, len(directory), len(files), 0)
    return bytes(files + directory + end)


def read_archive(data: bytes, limit_of: Callable[[str], int | None]) -> dict[str, Member]:
    """Read a zip of stored or deflated members that fills its file without gaps.

    Args:
        data: The whole file.
        limit_of: How many bytes a member of this name may have; None for an unknown name.

    Returns:
        The members by name.

    Raises:
        BundleError: It is no such zip, a member is unknown, repeated or too large, or the
            same thing is said in two places differently.

    Source: PKWARE APPNOTE 6.3.
    """
    if len(data) > MAX_ARCHIVE_BYTES:
        raise BundleError(f"it is larger than {MAX_ARCHIVE_BYTES} bytes")
    rows, position, total = _read_directory(data, limit_of), 0, 0
    members: dict[str, Member] = {}
    for row in rows:
        if row.offset != position or row.name in members:
            raise BundleError("members are repeated, overlap or leave gaps")
        total += row.size
        if row.size > MAX_RATIO * max(row.packed, 1) or total > MAX_ARCHIVE_BYTES:
            raise BundleError(f"{row.name} would unpack to far more than was sent")
        start = _check_local(data, row)
        position = start + row.packed
        content = _unpack(row, data[start:position])
        members[row.name] = Member(content, zlib.crc32(content) != row.crc)
    if position != _directory_offset(data):
        raise BundleError("there are bytes that belong to no member")
    return members


def _directory_offset(data: bytes) -> int:
    offset: int = _END.unpack_from(data, len(data) - _END.size)[_OFFSET_FIELD]
    return offset


def _read_directory(data: bytes, limit_of: Callable[[str], int | None]) -> list[_Row]:
    if len(data) < _END.size:
        raise BundleError("it is too short to be a zip")
    signature, disk, start_disk, here, count, size, offset, comment = _END.unpack_from(
        data, len(data) - _END.size
    )
    if signature != _END_SIGNATURE or comment or disk or start_disk or here != count:
        raise BundleError("it does not end as a plain zip does")
    if offset + size + _END.size != len(data):
        raise BundleError("its directory is not where it says")
    rows, position = [], offset
    for _ in range(count):
        row, position = _read_row(data, position, offset + size)
        limit = limit_of(row.name)
        if limit is None and row.name.endswith("/"):
            raise BundleError(
                f"it lists the folder {row.name[:60]!r} as a member: pack it anew without folders, "
                "inside the folder, with zip -X -r -D ../new.zip ."
            )
        if limit is None:
            raise BundleError(f"no member may be named {row.name[:60]!r}")
        if row.size > limit:
            raise BundleError(f"{row.name} has {row.size} bytes, at most {limit} are allowed")
        rows.append(row)
    if position != offset + size:
        raise BundleError("its directory holds more than it lists")
    return rows


def _read_row(data: bytes, position: int, end: int) -> tuple[_Row, int]:
    if position + _CENTRAL.size > end:
        raise BundleError("its directory is cut short")
    fields = _CENTRAL.unpack_from(data, position)
    signature, _, _, flags, method, _, _, crc, packed, size, *rest = fields
    name_size, extra_size, comment_size, disk, _, _, offset = rest
    after = position + _CENTRAL.size + name_size + extra_size
    if signature != _CENTRAL_SIGNATURE or disk or comment_size or after > end:
        raise BundleError("its directory is not a plain zip's")
    if flags & ~_HARMLESS_FLAGS or method not in {_STORED, _DEFLATED}:
        raise BundleError("a member is encrypted, streamed or packed in an unusual way")
    if extra_size > MAX_EXTRA_BYTES:
        raise BundleError("a member has a large extra field")
    name_start = position + _CENTRAL.size
    name = data[name_start : name_start + name_size].decode("ascii", "replace")
    return _Row(name, flags, method, crc, packed, size, offset), after


def _check_local(data: bytes, row: _Row) -> int:
    """Compare a member's own header with the directory and return where its bytes begin."""
    if row.offset + _LOCAL.size > len(data):
        raise BundleError(f"{row.name} lies outside the file")
    fields = _LOCAL.unpack_from(data, row.offset)
    signature, _, flags, method, _, _, crc, packed, size, name_size, extra_size = fields
    name_start = row.offset + _LOCAL.size
    name = data[name_start : name_start + name_size].decode("ascii", "replace")
    said = (flags, method, crc, packed, size, name)
    if signature != _LOCAL_SIGNATURE or extra_size > MAX_EXTRA_BYTES:
        raise BundleError(f"{row.name} has no plain header")
    if said != (row.flags, row.method, row.crc, row.packed, row.size, row.name):
        raise BundleError(f"{row.name} is described differently in two places")
    start: int = name_start + name_size + extra_size
    if start + row.packed > _directory_offset(data):
        raise BundleError(f"{row.name} lies outside the file")
    return start


def _unpack(row: _Row, packed: bytes) -> bytes:
    if row.method == _STORED:
        if row.packed != row.size:
            raise BundleError(f"{row.name} is stored with a wrong size")
        return packed
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = stream.decompress(packed, row.size + 1)
    except zlib.error:
        raise BundleError(f"{row.name} cannot be unpacked") from None
    if len(content) != row.size or not stream.eof or stream.unused_data:
        raise BundleError(f"{row.name} does not unpack to its size")
    return content
