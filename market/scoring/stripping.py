"""Writing a PDF anew without what it says about itself. Pure: bytes in, bytes out.

Taken out are the document's information (author, title, program), every metadata stream (XMP),
private data of programs, and who wrote annotations and when. Pages, outlines, links and forms stay.
Data inside pictures stay as well, such as those that a camera writes into a photograph.
"""

from io import BytesIO
from typing import Final

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from market.files import BrokenFileError

# Of any object: ISO 32000-1, 14.3.2 (metadata), 14.5 (page-piece data).
ABOUT_ITSELF: Final = frozenset({"/Metadata", "/PieceInfo", "/LastModified"})
# Of an annotation: who wrote it and when (12.5.2, 12.5.6.2). A form field's /T is its name.
ABOUT_ITS_AUTHOR: Final = frozenset({"/T", "/Subj", "/M", "/CreationDate", "/NM"})
FIELD: Final = "/Widget"


def stripped(data: bytes) -> bytes:
    """Return a PDF without what it says about itself.

    Args:
        data: A PDF that its parser has opened before.

    Raises:
        BrokenFileError: It cannot be written anew.

    Source: ISO 32000-1, 14.3 (information, metadata); platform default.
    """
    try:
        # What nothing points to any more is left behind only when it is written once more.
        return _written(_written(data))
    except Exception as error:  # a parser fed with hostile bytes may raise anything
        raise BrokenFileError(kind="pdf") from error


def _written(data: bytes) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
    writer.metadata = None
    _strip(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _strip(writer: PdfWriter) -> None:
    """Take it out of everything that can be reached from the catalogue."""
    seen: set[tuple[int, int]] = set()
    waiting: list[object] = [writer.root_object]
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            key = (one.idnum, one.generation)
            if key in seen:
                continue
            seen.add(key)
            one = one.get_object()
        if isinstance(one, DictionaryObject):
            _take_out(one)
            waiting.extend(one.raw_get(name) for name in one)
        elif isinstance(one, ArrayObject):
            waiting.extend(list.__iter__(one))


def _take_out(one: DictionaryObject) -> None:
    names = set(ABOUT_ITSELF)
    if "/Subtype" in one and "/Rect" in one and one.get("/Subtype") != FIELD:
        names |= ABOUT_ITS_AUTHOR
    for name in names & set(one):
        del one[name]
