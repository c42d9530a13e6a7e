"""Documents as organisations hand them in: files of every kind, good and bad."""

import hashlib
import re
import zipfile
from io import BytesIO

from flask.testing import FlaskClient
from PIL import Image
from pypdf import PdfWriter

from market.db import UnitOfWork
from market.documents import queries
from market.documents.actions import Place, enter
from market.files import StoredFile
from market.firms.model import Firm

KEY = b"k" * 32
PHONE_WIDTH, PHONE_HEIGHT = 60, 40
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def a_pdf() -> bytes:
    """Return a PDF of one empty page."""
    return written(PdfWriter())


def written(writer: PdfWriter) -> bytes:
    """Return a PDF's bytes; without a page it gets one."""
    if not writer.pages:
        writer.add_blank_page(200, 200)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def an_encrypted_pdf() -> bytes:
    """Return a PDF that nobody opens without its password."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret", algorithm="RC4-128")
    return written(writer)


def a_picture(kind: str = "JPEG") -> bytes:
    """Return a small picture."""
    out = BytesIO()
    Image.new("RGB", (PHONE_WIDTH, PHONE_HEIGHT), (180, 40, 40)).save(out, kind)
    return out.getvalue()


def an_office_file(main: str = "word/document.xml", **parts: str | bytes) -> bytes:
    """Return an office package; ``parts`` are by name, with ``__`` for a stroke."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr(main, "<x/>")
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_DOT_", "."), content)
    return out.getvalue()


def a_stored_file(work: UnitOfWork, name: str = "scan.pdf") -> StoredFile:
    """Return a file's row whose bytes nobody will ask for."""
    content = a_pdf()
    row = StoredFile(
        digest=hashlib.sha256(content).hexdigest(),
        size=len(content),
        media_type="application/pdf",
        name=name,
        org_id=work.org_id,
        stored_by_id=work.user_id,
        stored_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row


def hand_in_materials(work: UnitOfWork, firm: Firm) -> None:
    """Hand in what a firm's check needs: rows and entries as ever, bytes that nobody asks for."""
    for slot in queries.firm_slots(work, firm):
        if slot.is_missing:
            place = Place(subject=slot.subject, subject_id=slot.subject_id, kind=slot.kind)
            enter(work, place, a_stored_file(work), (), KEY)


def upload(browser: FlaskClient, address: str, data: bytes, name: str = "scan.pdf"):
    """Send a file in a browser without a screen."""
    return browser.post(address, data={"file": (BytesIO(data), name)})


def upload_required(browser: FlaskClient) -> None:
    """Send every document that a firm's page asks for and does not have."""
    rows = browser.get("/firm/materials").text.split("<tr>")
    for row in rows:
        if "必须提交" not in row:
            continue
        address = re.search(r'href="(/documents/new/[^"]+)"', row)[1]
        answer = upload(browser, address, a_pdf())
        assert answer.status_code == 303, answer.text
