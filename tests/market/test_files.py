"""Hostile files are refused for what they are, cheaply, and leave nothing behind."""

import re
import struct
import subprocess
import sys
import zipfile
import zlib
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from market import files
from market.access import OrgKind
from market.db import unit_of_work
from market.errors import MissingError
from market.files import StoredFile
from tests.market.factories.accounts import a_person, actor_for


def a_pdf(password=None):
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    if password is not None:
        writer.encrypt(user_password=password, owner_password="owner", algorithm="AES-256")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def an_image(kind="PNG", size=(3, 4)):
    out = BytesIO()
    Image.new("RGB", size).save(out, kind)
    return out.getvalue()


def a_png_header(width, height):
    """A whole and correct PNG of a few bytes that claims to be huge."""

    def chunk(kind, body):
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data


def a_package(*parts, compression=zipfile.ZIP_DEFLATED, filler=b"<x/>"):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", compression) as package:
        for name in parts:
            package.writestr(name, filler)
    return out.getvalue()


DOCX = ("[Content_Types].xml", "word/document.xml")


def a_bomb(total=1024**3):
    """A docx of some dozens of kB whose parts unpack to a gigabyte."""
    zeros = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = b"\0" * (64 * 1024 * 1024)
    body, crc = b"", 0
    for _ in range(total // 16 // len(piece) or 1):
        body += zeros.compress(piece)
        crc = zlib.crc32(piece, crc)
    body += zeros.flush()
    size = (total // 16 // len(piece) or 1) * len(piece)
    return a_raw_zip([(name, body, crc, size) for name in (*DOCX, *map(str, range(14)))])


def a_raw_zip(parts):
    """A zip written by hand: name, deflated bytes, CRC and claimed size of each part."""
    out, central = b"", b""
    for name, body, crc, size in parts:
        raw = name.encode()
        facts = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, crc, len(body), size, len(raw), 0)
        entry = struct.pack("<HHHII", 0, 0, 0, 0, len(out))
        central += b"PK\x01\x02" + struct.pack("<H", 20) + facts + entry + raw
        out += b"PK\x03\x04" + facts + raw + body
    count = len(parts)
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(central), len(out), 0)
    return out + central + b"PK\x05\x06" + end


def keep(here, data, name):
    actor = actor_for(here, a_person(here, kind=OrgKind.OWNER))
    with unit_of_work(here.sessions, actor, here.clock) as work:
        return files.keep(work, here.config.uploads_dir, BytesIO(data), name)


def on_disk(here):
    folder = here.config.uploads_dir
    return sorted(p.name for p in folder.rglob("*") if p.is_file()) if folder.exists() else []


def rows(here):
    with here.sessions() as session:
        return session.query(StoredFile).count()


@pytest.mark.parametrize(
    ("data", "name", "media"),
    [
        (a_pdf(), "合同.pdf", "application/pdf"),
        (an_image(), "扫描件.PNG", "image/png"),
        (an_image("JPEG"), "照片.jpg", "image/jpeg"),
        (an_image("JPEG"), "照片.jpeg", "image/jpeg"),
        (an_image("MPO"), "手机照片.jpg", "image/jpeg"),
        (a_package(*DOCX), "报告.docx", "wordprocessingml"),
        (a_package("[Content_Types].xml", "xl/workbook.xml"), "清单.xlsx", "spreadsheetml"),
    ],
)
def test_a_good_file_is_kept_under_its_hash_and_read_back(here, data, name, media):
    stored = keep(here, data, name)
    assert media in stored.media_type
    assert stored.name == name
    assert on_disk(here) == [stored.digest] == [sha256(data).hexdigest()]
    with unit_of_work(here.sessions, actor_for(here, a_person(here)), here.clock) as work:
        assert files.read(work, here.config.uploads_dir, stored.id)[1] == data


@pytest.mark.parametrize(
    ("data", "name", "error"),
    [
        (b"", "合同.pdf", files.EmptyFileError),
        (b"x", "", files.NoFileError),
        (a_pdf() + b"\0" * files.LARGEST, "合同.pdf", files.FileTooLargeError),
        (b"<svg onload='alert(1)'/>", "图.svg", files.FileKindError),
        (b"<html><script>alert(1)</script>", "页.html", files.FileKindError),
        (b"<svg onload='alert(1)'/>", "图.png", files.BrokenFileError),
        (b"<html><script>alert(1)</script>", "合同.pdf", files.BrokenFileError),
        (b"MZ" + b"\0" * 500, "合同.docx", files.BrokenFileError),
        (an_image(), "照片.jpg", files.BrokenFileError),
        (an_image("JPEG"), "图.png", files.BrokenFileError),
        (an_image("GIF"), "图.png", files.BrokenFileError),
        (an_image("JPEG", (400, 400))[:900], "照片.jpg", files.BrokenFileError),
        (an_image("PNG", (400, 400))[:-30], "图.png", files.BrokenFileError),
        (b"%PDF-1.7\n" + b"nonsense " * 500, "合同.pdf", files.BrokenFileError),
        (a_pdf()[:200], "合同.pdf", files.BrokenFileError),
        (a_pdf("secret"), "合同.pdf", files.EncryptedFileError),
        (a_pdf(""), "限制打印.pdf", files.EncryptedFileError),
        (a_package("[Content_Types].xml"), "报告.docx", files.BrokenFileError),
        (a_package(*DOCX), "清单.xlsx", files.BrokenFileError),
        (a_package(*DOCX)[:-30], "报告.docx", files.BrokenFileError),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
            "报告.docx",
            files.EncryptedFileError,
        ),
        (a_png_header(30_000, 30_000), "图.png", files.UnpackedTooLargeError),
        (a_png_header(9_000, 9_000), "图.png", files.UnpackedTooLargeError),
        (a_bomb(), "报告.docx", files.UnpackedTooLargeError),
        (
            a_package(*DOCX, *map(str, range(files.MOST_PARTS)), compression=zipfile.ZIP_STORED),
            "报告.docx",
            files.UnpackedTooLargeError,
        ),
        (a_pdf(), "合同.pdf.exe", files.FileKindError),
        (a_pdf(), "..", files.FileKindError),
        (a_pdf(), "合同", files.FileKindError),
    ],
)
def test_a_bad_file_is_refused_for_what_it_is_and_leaves_nothing(fast_here, data, name, error):
    with pytest.raises(error) as refused:
        keep(fast_here, data, name)
    assert refused.value.field == "file"
    assert not re.search(r"%\(|%s", str(refused.value))
    assert (on_disk(fast_here), rows(fast_here)) == ([], 0)


def test_a_bomb_that_lies_about_its_size_is_caught_while_it_is_unpacked(fast_here):
    body = zlib.compress(b"\0" * 300_000_000, 9)[2:-4]
    data = a_raw_zip([(name, body, 0, 10) for name in DOCX])
    with pytest.raises(files.BrokenFileError):
        keep(fast_here, data, "报告.docx")


def test_nothing_uploaded_is_no_file(fast_here):
    actor = actor_for(fast_here, a_person(fast_here))
    with (
        unit_of_work(fast_here.sessions, actor, fast_here.clock) as work,
        pytest.raises(files.NoFileError),
    ):
        files.keep(work, fast_here.config.uploads_dir, None, None)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/合同.pdf", "合同.pdf"),
        ("C:\\Users\\王\\合同.pdf", "合同.pdf"),
        ("合\r\nX-Evil: 1\x00同.pdf", "合X-Evil: 1同.pdf"),
        ("合同\u202efdp.pdf", "合同fdp.pdf"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_a_name_never_leads_anywhere(fast_here, typed, kept):
    stored = keep(fast_here, a_pdf(), typed)
    assert stored.name == kept
    assert len(stored.name) <= files.NAME_LONGEST
    assert on_disk(fast_here) == [stored.digest]


def test_the_same_bytes_twice_are_kept_once(fast_here):
    data = a_pdf()
    assert keep(fast_here, data, "甲.pdf").id != keep(fast_here, data, "乙.pdf").id
    assert len(on_disk(fast_here)) == 1


def test_work_that_is_refused_after_all_leaves_no_bytes_and_harms_no_other_s(fast_here):
    actor = actor_for(fast_here, a_person(fast_here))
    data = a_pdf()

    def refused_after(data):
        with unit_of_work(fast_here.sessions, actor, fast_here.clock) as work:
            files.keep(work, fast_here.config.uploads_dir, BytesIO(data), "合同.pdf")
            raise MissingError

    with pytest.raises(MissingError):
        refused_after(data)
    assert (on_disk(fast_here), rows(fast_here)) == ([], 0)
    stored = keep(fast_here, data, "合同.pdf")
    with pytest.raises(MissingError):
        refused_after(data)
    assert on_disk(fast_here) == [stored.digest]


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"%PDF-changed")])
def test_bytes_that_were_lost_or_changed_are_never_served(fast_here, harm, caplog):
    stored = keep(fast_here, a_pdf(), "合同.pdf")
    harm(files.path_of(fast_here.config.uploads_dir, stored.digest))
    with (
        unit_of_work(fast_here.sessions, actor_for(fast_here, a_person(fast_here))) as work,
        pytest.raises(MissingError),
    ):
        files.read(work, fast_here.config.uploads_dir, stored.id)
    assert stored.digest in caplog.text


def test_bombs_cost_little_memory(tmp_path):
    """In a process of its own, which says how much memory it took at most."""
    bombs = {"a.docx": a_bomb(), "b.png": a_png_header(30_000, 30_000)}
    for name, data in bombs.items():
        (tmp_path / name).write_bytes(data)
    assert len(bombs["a.docx"]) < 2_000_000
    code = (
        "import resource, sys; from pathlib import Path; from market import files\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for name in sys.argv[1:]:\n"
        "    try: files._check(name[-4:].strip('.'), Path(name).read_bytes())\n"
        "    except files.UnpackedTooLargeError: print('refused')\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    paths = [str(tmp_path / name) for name in bombs]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *paths],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    *refusals, grown_kib = done.stdout.split()
    assert refusals == ["refused", "refused"]
    assert int(grown_kib) < 60 * 1024


def test_what_is_refused_is_still_a_file_others_could_open():
    """The encrypted samples are real: refusing them is a decision, not an accident."""
    assert PdfReader(BytesIO(a_pdf(""))).is_encrypted
    assert len(PdfReader(BytesIO(a_pdf("secret")), password="secret").pages) == 1
