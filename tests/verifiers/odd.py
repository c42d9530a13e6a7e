"""Material for odd inputs: a small draw whose parts can be spelled in any way."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cache, partial

from lottery.archive import write_archive
from tests.lottery.drawing import Drawing
from tests.lottery.drawing_facts import POLICIES
from tests.lottery.minilog import LOG_SEED, ORIGIN, WITNESS_SEEDS, b64, key_id, public, sign

Members = dict[str, bytes]


@dataclass(frozen=True)
class Odd:
    """An odd bundle with its policy, and what the text says of it.

    ``verdict`` is ``believed``, ``refused`` or ``malformed``; ``failed`` are the checks that the
    text makes fail, None where they are not the point; ``flagged`` are some that it flags.
    """

    bundle: bytes
    verdict: str
    failed: frozenset[str] | None = None
    policy: bytes = POLICIES["one"]
    numbers: str = ""
    flagged: frozenset[str] = frozenset()


@cache
def _whole() -> Drawing:
    return Drawing().whole()


@cache
def _published() -> Drawing:
    drawing = Drawing()
    drawing.publish()
    return drawing


def whole() -> Drawing:
    """Return a draw of three firms up to its result, to be continued."""
    return deepcopy(_whole())


def declined(change: Callable[[bytes], bytes] = bytes, step: str = "decline") -> bytes:
    """Return the bundle of a draw whose winner declined; one late entry is spelled otherwise."""
    drawing = whole()
    drawing.tamper[step] = lambda entry: change(entry.to_bytes())
    left = drawing.leave(drawing.selected[0])
    drawing.refill(left)
    return drawing.data()


def called_off(change: Callable[[bytes], bytes] = bytes) -> bytes:
    """Return the bundle of a draw that was called off at once, its VOID spelled otherwise."""
    drawing = deepcopy(_published())
    drawing.tamper["void"] = lambda entry: change(entry.to_bytes())
    drawing.call_off(drawing.t_phi - 3000)
    drawing.cut_size = len(drawing.log.entries)
    return drawing.data()


def unpacked(bundle: bytes) -> Members:
    """Return the files of a bundle by name."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@cache
def _plain() -> tuple[tuple[str, bytes], ...]:
    return tuple(unpacked(_whole().data()).items())


def plain() -> Members:
    """Return the files of an ordinary bundle."""
    return dict(_plain())


@dataclass
class Packed:
    """One member as a zip holds it; every number of its two headers can be made to lie."""

    name: bytes
    data: bytes
    deflated: bool = False
    local: dict[str, int | bytes] = field(default_factory=dict)
    central: dict[str, int | bytes] = field(default_factory=dict)
    before: bytes = b""
    raw: bytes | None = None

    def fields(self, lies: Mapping[str, int | bytes]) -> dict:
        return {
            "version": 20,
            "flags": 0,
            "method": 8 if self.deflated else 0,
            "time": 0,
            "date": 0x21,
            "crc": zlib.crc32(self.data),
            "packed": len(self.body),
            "size": len(self.data),
            "name": self.name,
            "extra": b"",
            **lies,
        }

    @property
    def body(self) -> bytes:
        if self.raw is not None or not self.deflated:
            return self.data if self.raw is None else self.raw
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        return packer.compress(self.data) + packer.flush()


LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")


def zipped(
    packed: list[Packed],
    *,
    comment: bytes = b"",
    directory: Callable[[list[bytes]], list[bytes]] = list,
    gap: bytes = b"",
    lead: bytes = b"",
    **end: int,
) -> bytes:
    """Return a zip as it is told, sound or not."""
    files, rows = bytearray(lead), []
    for each in packed:
        files += each.before
        said = each.fields(each.local)
        numbers = [said[name] for name in ("version", "flags", "method", "time", "date")]
        sizes = [said[name] for name in ("crc", "packed", "size")]
        lengths = (len(said["name"]), len(said["extra"]))
        offset = len(files)
        files += LOCAL.pack(b"PK\x03\x04", *numbers, *sizes, *lengths)
        files += said["name"] + said["extra"] + each.body
        said = {"offset": offset, "made": 20, "disk": 0, "inner": 0, "outer": 0, "comment": b""} | (
            each.fields(each.central)
        )
        numbers = [said[name] for name in ("made", "version", "flags", "method", "time", "date")]
        sizes = [said[name] for name in ("crc", "packed", "size")]
        lengths = [len(said[name]) for name in ("name", "extra", "comment")]
        places = [said[name] for name in ("disk", "inner", "outer", "offset")]
        rows.append(
            CENTRAL.pack(b"PK\x01\x02", *numbers, *sizes, *lengths, *places)
            + said["name"]
            + said["extra"]
            + said["comment"]
        )
    files += gap
    listed = b"".join(directory(rows))
    count = end.get("count", len(packed))
    tail = END.pack(
        b"PK\x05\x06",
        end.get("disk", 0),
        end.get("start", 0),
        end.get("here", count),
        count,
        end.get("length", len(listed)),
        end.get("offset", len(files)),
        len(comment),
    )
    return bytes(files) + listed + tail + comment


def plain_packed(change: Callable[[Packed], None] | None = None, at: str = "entries/001.json"):
    """Return the members of an ordinary bundle, one of them changed."""
    packed = [Packed(name.encode(), data) for name, data in sorted(plain().items())]
    for each in packed:
        if change is not None and each.name == at.encode():
            change(each)
    return packed


def signature_line(name: str, kind: int, seed: bytes, signature: bytes) -> bytes:
    return f"— {name} {b64(key_id(name, bytes([kind]) + public(seed)) + signature)}\n".encode()


def with_cut(change: Callable[[bytes], bytes], parts: Members | None = None) -> bytes:
    """Return a bundle whose cut is spelled otherwise."""
    parts = parts or plain()
    return write_archive(parts | {"cut.checkpoint": change(parts["cut.checkpoint"])})


def with_final(change: Callable[[bytes], bytes], parts: Members | None = None) -> bytes:
    """Return a bundle whose final checkpoint is spelled otherwise, in every proof alike."""
    parts = dict(parts or plain())
    for name, content in parts.items():
        if name.startswith("proofs/"):
            head, blank, note = content.partition(b"\n\n")
            parts[name] = head + blank + change(note)
    return write_archive(parts)


Make = Callable[[], Odd]

Cases = dict[str, Make]


def group(
    cases: Cases, topic: str, verdict: str, make: Callable[..., bytes], changes: dict
) -> None:
    """Add cases of one kind and one expectation; each value is the argument of ``make``."""
    for name, change in changes.items():
        cases[f"{topic}: {name}"] = partial(_made, verdict, make, change)


def _made(verdict: str, make: Callable[..., bytes], change: object) -> Odd:
    return Odd(make(change), verdict)


def swap(old: bytes | str, new: bytes | str) -> Callable[[bytes], bytes]:
    """Return a change of some bytes that must be there."""
    before, after = (each.encode() if isinstance(each, str) else each for each in (old, new))

    def change(content: bytes) -> bytes:
        assert before in content, (before, content)
        return content.replace(before, after, 1)

    return change


def resigned(text: bytes, cosigned: dict[str, int] | None = None, seed: bytes = LOG_SEED) -> bytes:
    """Return a note with the log's signature and cosignatures made anew."""
    note = text + b"\n" + signature_line(ORIGIN, 1, seed, sign(seed, text))
    for short, time in (cosigned or {}).items():
        note += cosigned_line(text, short, time)
    return note


def cosigned_line(text: bytes, short: str, time: int) -> bytes:
    key = WITNESS_SEEDS[short]
    signature = sign(key, b"cosignature/v1\ntime %d\n" % time + text)
    stamp = time.to_bytes(8, "big")
    return signature_line(f"{short}.example.org", 4, key, stamp + signature)


def text_of(note: bytes) -> bytes:
    return note.rpartition(b"\n\n")[0] + b"\n"


UNKNOWN = b"\x77" * 32


def more(*lines: bytes) -> Callable[[bytes], bytes]:
    """Return a change that adds lines to a note."""
    return lambda note: note + b"".join(lines)


def unknown_lines(count: int) -> tuple[bytes, ...]:
    return tuple(
        signature_line(f"stranger{n}.example.org", 4, UNKNOWN, bytes(72)) for n in range(count)
    )


def raw_line(name: str, data: bytes, dash: str = "—") -> bytes:
    return f"{dash} {name} {b64(data)}\n".encode()


ORDER = 2**252 + 27742317777372353535851937790883648493


def plus_order(signature: bytes) -> bytes:
    """Return the signature with the other spelling of s, which RFC 8032 refuses."""
    s = int.from_bytes(signature[32:], "little") + ORDER
    return signature[:32] + s.to_bytes(32, "little")


def typed_key(name: str, kind: int, key: bytes) -> str:
    material = bytes([kind]) + key
    return f"{name}+{key_id(name, material).hex()}+{b64(material)}"


# --- Draws ---------------------------------------------------------------------------------------


def changed(**members: object) -> Callable:
    """Return a tampering that changes members of an entry."""
    return lambda entry: replace(entry, **members)


def raw(change: Callable[[bytes], bytes]) -> Callable:
    """Return a tampering of an entry's bytes."""
    return lambda entry: change(entry.to_bytes())


def told(options: dict) -> bytes:
    """Return the bundle of a draw up to its result."""
    return Drawing(**options).whole().data()


def tampered(**steps: Callable) -> dict:
    return {"tamper": steps}
