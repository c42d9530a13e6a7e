"""What is written in a PDF besides the text of its pages. Pure: an opened PDF in, texts out.

Every string of every object that can be reached is read: properties, outlines, the contents and
addresses of annotations and links, form values, labels, replacement texts and the names of
files; and every metadata stream (XMP). The appearance of an annotation is a picture here.
"""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from html import unescape
from typing import Final

from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    IndirectObject,
    StreamObject,
    TextStringObject,
)

MOST_OBJECTS: Final = 60_000
MOST_METADATA: Final = 1_000_000
# Metadata are full of made-up identifiers, in whose digits one could read a telephone number.
_IDENTIFIER: Final = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
_MARKUP: Final = re.compile(r"[<>=\"']+")
# How a program that does not know better writes Chinese into a string.
_ENCODINGS: Final = ("utf-8", "gb18030")


def hidden_texts(reader: PdfReader) -> Iterator[str]:
    """Return every string and every metadata stream of a PDF.

    Args:
        reader: A PDF that its parser has opened before.

    Source: ISO 32000-1, 7.9.2 (strings), 14.3 (metadata).
    """
    for one in _objects(reader):
        if isinstance(one, StreamObject) and one.get("/Type") == "/Metadata":
            yield _metadata(one)
        elif isinstance(one, TextStringObject):
            yield str(one)
            yield from _read_as(one.original_bytes)
        elif isinstance(one, ByteStringObject):
            yield from _read_as(bytes(one))


def _objects(reader: PdfReader) -> Iterator[object]:
    """Walk everything that can be reached from the trailer."""
    seen: set[tuple[int, int]] = set()
    waiting: list[object] = [reader.trailer]
    count = 0
    while waiting and count < MOST_OBJECTS:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            key = (one.idnum, one.generation)
            if key in seen:
                continue
            seen.add(key)
            one = one.get_object()
        count += 1
        yield one
        if isinstance(one, DictionaryObject):
            # The file's own identifier is random bytes.
            waiting.extend(one.raw_get(name) for name in one if name != "/ID")
        elif isinstance(one, ArrayObject):
            waiting.extend(list.__iter__(one))


def _metadata(stream: StreamObject) -> str:
    data = stream.get_data()[:MOST_METADATA]
    encoding = "utf-16" if data.startswith((BOM_UTF16_BE, BOM_UTF16_LE)) else "utf-8"
    text = unescape(data.decode(encoding, "replace"))
    return _MARKUP.sub("\n", _IDENTIFIER.sub("\n", text))


def _read_as(data: bytes) -> Iterator[str]:
    """Return what a string says in each encoding in which it says anything."""
    if data.isascii() or data.startswith((BOM_UTF16_BE, BOM_UTF16_LE)):
        return
    for encoding in _ENCODINGS:
        try:
            yield data.decode(encoding)
        except UnicodeDecodeError:
            continue
