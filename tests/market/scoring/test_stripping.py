"""What a document says about itself is taken out before it is kept; what is in it stays."""

from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from market import files
from market.files import BrokenFileError, StoredFile
from market.scoring.blind import NAME
from market.scoring.stripping import stripped
from tests.market.factories.documents import written
from tests.market.factories.draws import enrol
from tests.market.factories.panels import a_pool, a_scored_draw
from tests.market.factories.proposals import a_proposal, hand_in

WHO = "Qingchuan Huace"


def telling_everywhere() -> bytes:
    """Return a PDF that names its maker wherever a program writes it."""
    properties = {"author": WHO, "title": WHO, "creator": WHO}
    writer = PdfWriter(clone_from=PdfReader(BytesIO(a_proposal("Report", **properties))))
    for place in (writer.root_object, writer.pages[0]):
        metadata = DecodedStreamObject()
        metadata[NameObject("/Type")] = NameObject("/Metadata")
        metadata[NameObject("/Subtype")] = NameObject("/XML")
        metadata.set_data(f"<dc:creator>{WHO}</dc:creator>".encode())
        place[NameObject("/Metadata")] = writer._add_object(metadata)
    own = DictionaryObject({NameObject("/Private"): TextStringObject(WHO)})
    writer.pages[0][NameObject("/PieceInfo")] = DictionaryObject({NameObject("/Maker"): own})
    writer.pages[0][NameObject("/Annots")] = ArrayObject(
        [writer._add_object(an_annotation("/Text")), writer._add_object(an_annotation("/Widget"))]
    )
    return written(writer)


def an_annotation(kind: str) -> DictionaryObject:
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject(kind),
            NameObject("/Rect"): ArrayObject([NumberObject(0)] * 4),
            NameObject("/T"): TextStringObject(WHO if kind == "/Text" else "field"),
            NameObject("/Contents"): TextStringObject("A remark"),
        }
    )


def test_nothing_is_left_of_who_made_it_and_all_of_what_it_says():
    data = telling_everywhere()
    assert data.count(WHO.encode()) >= 6
    kept = stripped(data)
    assert WHO.encode() not in kept
    reader = PdfReader(BytesIO(kept))
    assert (reader.metadata, reader.xmp_metadata) == (None, None)
    assert reader.pages[0].extract_text() == "Report"
    remarks = [one.get_object() for one in reader.pages[0]["/Annots"]]
    assert [one["/Contents"] for one in remarks] == ["A remark"] * 2
    assert [one.get("/T") for one in remarks] == [None, "field"]


def test_the_same_document_is_kept_as_the_same_bytes():
    kept = stripped(telling_everywhere())
    assert stripped(telling_everywhere()) == kept
    assert stripped(kept) == kept


def test_what_cannot_be_written_anew_is_refused():
    with pytest.raises(BrokenFileError):
        stripped(b"%PDF-1.7\nnothing")


def test_a_sealed_proposal_is_kept_stripped_under_no_name_of_its_own(city):
    a_pool(city)
    draw = a_scored_draw(city)
    enrol(city, draw)
    row = hand_in(city, draw, city.firms[0][1], telling_everywhere(), name="QCHC-final.pdf")
    with city.reading() as work:
        stored, data = files.read(work, city.here.config.uploads_dir, row.file_id)
        assert isinstance(stored, StoredFile)
    assert (stored.name, stored.digest) == (NAME, row.digest)
    assert WHO.encode() not in data
