"""Looking into a file for what acts, hides or is two things at once. Pure: bytes in, findings out.

The file has been opened by its real parser before (``market.files``); this asks what else is in
it. What has no place in a scan or a letter is refused; what is merely odd is named, and a person
decides.
"""

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from types import MappingProxyType
from typing import Final
from xml.etree.ElementTree import Element, ParseError, fromstring

from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from market.documents.rules import Suspicion
from market.errors import msgid
from market.files import BrokenFileError, FileError

MOST_OBJECTS: Final = 60_000
# A relationship part that is larger than this is no ordinary one.
MOST_RELATIONSHIPS: Final = 4 * 1024 * 1024

# Actions of a PDF that leave the page: run a script or a program, send, or open something else.
_ACTING: Final = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/GoToE",
        "/GoToR",
        "/Rendition",
        "/RichMediaExecute",
        "/Movie",
        "/Sound",
    }
)
_ACTING_KEYS: Final = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/RichMedia"})
# What a second file, hidden behind the first, begins with.
_SIGNATURES: Final = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"%PDF-",
    b"MZ\x90\x00",
    b"\x7fELF",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"<script",
    b"<html",
    b"<!doctype",
    b"<svg",
    b"<?php",
    b"#!/",
)
_EOF: Final = re.compile(rb"%%EOF")
_BEGINS_AGAIN: Final = re.compile(rb"%%EOF\s*%PDF-")
_OFFICE_END: Final = b"PK\x05\x06"
_OFFICE_END_SIZE: Final = 22
_PACKAGES: Final = frozenset({"docx", "xlsx"})
_HARMLESS_OUTSIDE: Final = "/hyperlink"
_PICTURE_OUTSIDE: Final = "/image"


class ActiveContentError(FileError):
    """The file holds something that would run, fetch or send."""

    sentence = msgid(
        "文件含有可执行或会自动联网的内容（%(what)s），不能收存。请重新导出为不含该内容的文件，"
        "或者打印后扫描上传。"
    )

    def __init__(self, what: str) -> None:
        super().__init__(what=what)


class TwoFilesError(FileError):
    """Behind the file lies another one."""

    sentence = msgid(
        "文件末尾或开头附带了另一个文件，不能收存。请用原软件重新导出，或者重新拍照、扫描后上传。"
    )


SCRIPT: Final = msgid("脚本或自动动作")
ATTACHMENT: Final = msgid("内嵌附件")
MACRO: Final = msgid("宏程序")
OUTSIDE: Final = msgid("引用外部文件")


def examine(name: str, data: bytes) -> tuple[Suspicion, ...]:
    """Look into a file that its parser has accepted.

    Args:
        name: Its name; the ending says what it is.
        data: Its bytes.

    Returns:
        What is odd about it; nothing for an ordinary file.

    Raises:
        ActiveContentError: It would run, fetch or send something.
        TwoFilesError: Another file is hidden in it.
        BrokenFileError: It cannot be looked into.

    Source: platform default. PDF actions: ISO 32000-1, 12.6; relationships: ECMA-376, part 2.
    """
    kind = name.rpartition(".")[2].lower()
    # An archive is read from its end: it can hide in any other file.
    if kind not in _PACKAGES and zipfile.is_zipfile(BytesIO(data)):
        raise TwoFilesError
    try:
        found = set(_EXAMINERS[kind](data))
    except FileError:
        raise
    except Exception as error:  # a parser fed with hostile bytes may raise anything
        raise BrokenFileError(kind=kind) from error
    return tuple(one for one in Suspicion if one in found)


def _pdf(data: bytes) -> Iterator[Suspicion]:
    if _BEGINS_AGAIN.search(data):
        raise TwoFilesError
    *_, last = _EOF.finditer(data)
    yield from _tail(data[last.end() :])
    yield from _objects(PdfReader(BytesIO(data)))


def _objects(reader: PdfReader) -> Iterator[Suspicion]:
    """Walk everything that can be reached from the trailer; names are compared as decoded."""
    seen: set[tuple[int, int]] = set()
    waiting: list[object] = [reader.trailer]
    count = 0
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            key = (one.idnum, one.generation)
            if key in seen:
                continue
            seen.add(key)
            one = one.get_object()
        count += 1
        if count > MOST_OBJECTS:
            yield Suspicion.TOO_COMPLEX
            return
        if isinstance(one, DictionaryObject):
            yield from _dictionary(one)
            waiting.extend(one.raw_get(name) for name in one)
        elif isinstance(one, ArrayObject):
            waiting.extend(list.__iter__(one))


def _dictionary(one: DictionaryObject) -> Iterator[Suspicion]:
    names = {str(name) for name in one}
    if names & {"/EmbeddedFiles", "/EF"} or one.get("/Type") == "/EmbeddedFile":
        raise ActiveContentError(ATTACHMENT)
    if names & _ACTING_KEYS or one.get("/S") in _ACTING:
        raise ActiveContentError(SCRIPT)
    if one.get("/Subtype") in {"/RichMedia", "/Screen", "/FileAttachment", "/3D"}:
        raise ActiveContentError(ATTACHMENT)
    if "/AA" in names:
        yield Suspicion.FORM_ACTIONS
    if "/XFA" in names:
        yield Suspicion.FORM_XFA
    opened = one.get("/OpenAction")
    # A page to begin with is ordinary; an address to fetch when the file is opened is not.
    if isinstance(opened, DictionaryObject) and opened.get("/S") not in {"/GoTo", None}:
        raise ActiveContentError(SCRIPT)


def _office(data: bytes) -> Iterator[Suspicion]:
    end = data.rfind(_OFFICE_END)
    comment = int.from_bytes(data[end + 20 : end + _OFFICE_END_SIZE], "little")
    size = int.from_bytes(data[end + 12 : end + 16], "little")
    begins = int.from_bytes(data[end + 16 : end + 20], "little")
    # Nothing before it, nothing after it, and its list lies where it says.
    is_whole = data.startswith(b"PK\x03\x04") and begins + size == end
    if not is_whole or end + _OFFICE_END_SIZE + comment != len(data):
        raise TwoFilesError
    if comment:
        yield Suspicion.TRAILING
    with zipfile.ZipFile(BytesIO(data)) as package:
        names = [part.filename for part in package.infolist()]
        lower = [name.lower() for name in names]
        if any("vbaproject" in name or "/macrosheets/" in name for name in lower):
            raise ActiveContentError(MACRO)
        if any("/activex/" in name for name in lower):
            raise ActiveContentError(SCRIPT)
        if any("/embeddings/" in name for name in lower):
            yield Suspicion.EMBEDDED_OBJECT
        for name in names:
            if name.lower().endswith(".rels"):
                yield from _relationships(package, name)
        if b"macroenabled" in _start_of(package, "[Content_Types].xml").lower():
            raise ActiveContentError(MACRO)


def _relationships(package: zipfile.ZipFile, name: str) -> Iterator[Suspicion]:
    for one in _parsed(_start_of(package, name)):
        if one.get("TargetMode", "").lower() != "external":
            continue
        kind = one.get("Type", "")
        if kind.endswith(_HARMLESS_OUTSIDE):
            continue
        if not kind.endswith(_PICTURE_OUTSIDE):
            raise ActiveContentError(OUTSIDE)
        yield Suspicion.OUTSIDE_PICTURE


def _start_of(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as part:
        data = part.read(MOST_RELATIONSHIPS + 1)
    if len(data) > MOST_RELATIONSHIPS:
        raise BrokenFileError(kind="docx")
    return data


def _parsed(xml: bytes) -> Element:
    """Read relationships; entities, which could unfold without end, are not read at all."""
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise ActiveContentError(OUTSIDE)
    try:
        return fromstring(xml)  # noqa: S314 - without a document type there are no entities
    except ParseError:
        raise BrokenFileError(kind="docx") from None


def _png(data: bytes) -> Iterator[Suspicion]:
    place = 8
    while place + 8 <= len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        kind = data[place + 4 : place + 8]
        place += 12 + length
        if kind == b"IEND":
            break
    yield from _tail(data[place:])


def _jpeg(data: bytes) -> Iterator[Suspicion]:
    with Image.open(BytesIO(data), formats=("JPEG", "MPO")) as image:
        is_several = image.format == "MPO"
    place = _end_of_jpeg(data)
    rest = data[place:]
    # What telephones call a JPEG: a second picture, smaller, after the first.
    if is_several and rest.lstrip(b"\x00").startswith(b"\xff\xd8"):
        _refuse_second_file(rest)
        return
    yield from _tail(rest)


def _end_of_jpeg(data: bytes) -> int:
    """Return where the first picture ends: marker by marker, then through the scans."""
    place = 2
    while place + 4 <= len(data):
        if data[place] != 0xFF:  # noqa: PLR2004 - every marker begins so
            place = _next_marker(data, place)
            continue
        marker = data[place + 1]
        if marker == 0xD9:  # noqa: PLR2004 - end of image
            return place + 2
        if marker in {0xFF, 0x00, 0x01, *range(0xD0, 0xD8)}:
            place += 1 if marker == 0xFF else 2  # noqa: PLR2004 - a filler
            continue
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    end = data.rfind(b"\xff\xd9")
    return end + 2 if end >= 0 else len(data)


def _next_marker(data: bytes, place: int) -> int:
    found = data.find(b"\xff", place)
    return len(data) if found < 0 else found


def _tail(rest: bytes) -> Iterator[Suspicion]:
    """Say what lies behind the end of a file: nothing, blanks, something odd, or another file."""
    _refuse_second_file(rest)
    if rest.strip(b"\x00\r\n\t \x1a"):
        yield Suspicion.TRAILING


def _refuse_second_file(rest: bytes) -> None:
    lower = rest.lower()
    if any(sign.lower() in lower for sign in _SIGNATURES):
        raise TwoFilesError


_EXAMINERS: Final[Mapping[str, Callable[[bytes], Iterator[Suspicion]]]] = MappingProxyType(
    {"pdf": _pdf, "docx": _office, "xlsx": _office, "png": _png, "jpg": _jpeg, "jpeg": _jpeg}
)
