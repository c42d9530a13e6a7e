"""What a file may hide: each bad file has the reason for which it must fail."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from market.documents import examining
from market.documents.examining import ActiveContentError, TwoFilesError, examine
from market.documents.rules import Suspicion
from market.files import BrokenFileError
from tests.market.factories.documents import a_pdf, a_picture, an_office_file, written

SCRIPT = DictionaryObject(
    {
        NameObject("/S"): NameObject("/JavaScript"),
        NameObject("/JS"): TextStringObject("app.alert(1)"),
    }
)
RELS = "_rels__document.xml.rels"
_RELATIONSHIPS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" TargetMode="External" Target="http://elsewhere.example/x" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}"/>'
    "</Relationships>"
)


def with_root(**entries) -> bytes:
    """A PDF whose catalogue says more."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    for name, value in entries.items():
        writer.root_object[NameObject(f"/{name}")] = value
    return written(writer)


def an_action(kind: str, **more) -> DictionaryObject:
    entries = {NameObject("/S"): NameObject(f"/{kind}")}
    return DictionaryObject(entries | {NameObject(f"/{k}"): v for k, v in more.items()})


def with_annotation(action: DictionaryObject, **more) -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    note = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Link"),
            NameObject("/A"): action,
            **{NameObject(f"/{k}"): v for k, v in more.items()},
        }
    )
    page[NameObject("/Annots")] = ArrayObject([writer._add_object(note)])
    return written(writer)


def with_attachment() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_attachment("x.exe", b"MZ")
    return written(writer)


def spelled_oddly() -> bytes:
    """``/JavaScript`` with an escaped letter, as those who hide it write it."""
    return with_root(OpenAction=SCRIPT).replace(b"/JavaScript", b"/J#61vaScript")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", a_pdf()),
        ("a.jpg", a_picture()),
        ("a.JPEG", a_picture()),
        ("a.png", a_picture("PNG")),
        ("a.docx", an_office_file()),
        ("a.docx", an_office_file(**{f"word__{RELS}": _RELATIONSHIPS.format("hyperlink")})),
        ("a.xlsx", an_office_file("xl/workbook.xml")),
        ("a.pdf", a_pdf() + b"\r\n\x00\x00"),
        ("a.pdf", with_root(OpenAction=an_action("GoTo"))),
        ("a.pdf", with_annotation(an_action("URI"))),
    ],
)
def test_ordinary_files_pass(name, data):
    assert examine(name, data) == ()


@pytest.mark.parametrize(
    "data",
    [
        with_root(OpenAction=SCRIPT),
        with_root(OpenAction=an_action("URI")),
        with_root(OpenAction=an_action("Launch")),
        spelled_oddly(),
        with_annotation(an_action("Launch")),
        with_annotation(an_action("SubmitForm")),
        with_annotation(an_action("GoTo", Next=ArrayObject([SCRIPT]))),
        with_annotation(an_action("GoTo"), AA=DictionaryObject({NameObject("/E"): SCRIPT})),
        with_attachment(),
        with_root(Names=DictionaryObject({NameObject("/JavaScript"): DictionaryObject()})),
    ],
)
def test_a_pdf_that_acts_is_refused(data):
    assert len(PdfReader(BytesIO(data)).pages) == 1
    with pytest.raises(ActiveContentError):
        examine("a.pdf", data)


@pytest.mark.parametrize(
    "parts",
    [
        {"word__vbaProject.bin": b"x"},
        {"word__activeX__activeX1.xml": b"<x/>"},
        {"xl__macrosheets__sheet1.xml": b"<x/>"},
        {f"word__{RELS}": _RELATIONSHIPS.format("attachedTemplate")},
        {f"word__{RELS}": _RELATIONSHIPS.format("oleObject")},
        {f"word__{RELS}": '<!DOCTYPE x [<!ENTITY a "b">]><x/>'},
    ],
)
def test_an_office_file_that_acts_is_refused(parts):
    with pytest.raises(ActiveContentError):
        examine("a.docx", an_office_file(**parts))


def test_a_macro_file_under_a_harmless_name_is_refused():
    data = an_office_file().replace(b"application/xml", b"macroEnabled/xm")
    with pytest.raises((ActiveContentError, BrokenFileError)):
        examine("a.docx", data)


@pytest.mark.parametrize("name", ["a.pdf", "a.jpg", "a.png", "a.docx"])
@pytest.mark.parametrize(
    "hidden", [an_office_file(), b"<SCRIPT>alert(1)</SCRIPT>", b"MZ\x90\x00 program", a_pdf()]
)
def test_two_files_in_one_are_refused(name, hidden):
    made = {
        "a.pdf": a_pdf(),
        "a.jpg": a_picture(),
        "a.png": a_picture("PNG"),
        "a.docx": an_office_file(),
    }
    with pytest.raises(TwoFilesError):
        examine(name, made[name] + hidden)


def test_an_archive_before_the_end_of_a_pdf_is_found():
    with pytest.raises(TwoFilesError):
        examine("a.pdf", a_pdf() + b"% " + an_office_file() + b"\n%%EOF\n")


def test_an_archive_in_a_comment_of_a_picture_is_found():
    archive = an_office_file()
    inside = b"\xff\xfe" + struct.pack(">H", len(archive) + 2) + archive
    data = a_picture()
    with pytest.raises(TwoFilesError):
        examine("a.jpg", data[:2] + inside + data[2:])


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", a_pdf() + b"and more"),
        ("a.jpg", a_picture() + b"and more"),
        ("a.png", a_picture("PNG") + b"and more"),
    ],
)
def test_what_is_merely_odd_is_named(name, data):
    assert examine(name, data) == (Suspicion.TRAILING,)


def test_other_oddities_are_named():
    form = DictionaryObject({NameObject("/XFA"): TextStringObject("<x/>")})
    assert examine("a.pdf", with_root(AcroForm=form)) == (Suspicion.FORM_XFA,)
    assert examine("a.pdf", with_root(AA=DictionaryObject())) == (Suspicion.FORM_ACTIONS,)
    picture = {f"word__{RELS}": _RELATIONSHIPS.format("image")}
    assert examine("a.docx", an_office_file(**picture)) == (Suspicion.OUTSIDE_PICTURE,)
    inside = an_office_file(word__embeddings__oleObject1_DOT_bin=b"x")
    assert examine("a.docx", inside) == (Suspicion.EMBEDDED_OBJECT,)


def test_a_structure_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr(examining, "MOST_OBJECTS", 20)
    many = ArrayObject([NumberObject(n) for n in range(100)])
    assert examine("a.pdf", with_root(Numbers=many)) == (Suspicion.TOO_COMPLEX,)


def test_a_loop_in_a_pdf_ends():
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    one, other = DictionaryObject(), DictionaryObject()
    first, second = writer._add_object(one), writer._add_object(other)
    one[NameObject("/Next")], other[NameObject("/Next")] = second, first
    page[NameObject("/PieceInfo")] = first
    assert examine("a.pdf", written(writer)) == ()


def test_a_photo_of_a_telephone_with_two_pictures_passes():
    out = BytesIO()
    pictures = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue")]
    pictures[0].save(out, "MPO", save_all=True, append_images=pictures[1:])
    assert examine("a.jpg", out.getvalue()) == ()


def test_a_picture_in_a_jpegs_header_is_not_its_end():
    thumbnail = a_picture()
    data = a_picture()
    inside = b"\xff\xe1" + struct.pack(">H", len(thumbnail) + 2) + thumbnail
    assert examine("a.jpg", data[:2] + inside + data[2:]) == ()


def test_a_png_chunk_with_a_false_length_is_no_way_round():
    data = a_picture("PNG")
    end = data.index(b"IEND") - 4
    chunk = b"<html>"
    text = struct.pack(">I", len(chunk)) + b"tEXt" + chunk
    text += struct.pack(">I", zlib.crc32(b"tEXt" + chunk))
    assert examine("a.png", data[:end] + text + data[end:]) == ()
    with pytest.raises(TwoFilesError):
        examine("a.png", data + text)


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.xlsx"])
@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"%PDF-1.7\n%%EOF", b"\xff\xd8"])
def test_rubbish_is_refused_in_one_way(name, data):
    with pytest.raises((BrokenFileError, TwoFilesError)):
        examine(name, data)
