"""Uploaded files: opened by real parsers, named by their hash, kept where nothing is served."""

import hashlib
import logging
import os
import secrets
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from PIL import Image
from pypdf import PdfReader
from sqlalchemy import ForeignKey, String, event
from sqlalchemy.orm import Mapped, Session, mapped_column

from market.db import RECORD, Base, Id, Instant, UnitOfWork
from market.errors import MarketError, MissingError, msgid

logger = logging.getLogger(__name__)

LARGEST: Final = 20 * 1024 * 1024
MOST_PIXELS: Final = 60_000_000
MOST_UNPACKED: Final = 200 * 1024 * 1024
MOST_PARTS: Final = 5_000
NAME_LONGEST: Final = 120


class StoredFile(Base):
    """A file somebody handed in. Its bytes lie under their own SHA-256."""

    __tablename__ = "stored_file"
    __table_args__ = (RECORD,)

    id: Mapped[Id]
    digest: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(NAME_LONGEST))
    org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    stored_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    stored_at: Mapped[Instant]


class FileError(MarketError):
    """An upload that was not kept; the subclass says why."""

    def __init__(self, **facts: object) -> None:
        super().__init__(field="file", **facts)


class NoFileError(FileError):
    """Nothing was uploaded."""

    sentence = msgid("请选择要上传的文件。")


class EmptyFileError(FileError):
    """A file of no bytes."""

    sentence = msgid("文件是空的。请打开原文件确认有内容后重新上传。")


class FileTooLargeError(FileError):
    """The file exceeds the limit."""

    sentence = msgid("文件超过 %(megabytes)s MB。请压缩或拆分后重新上传。")


class FileKindError(FileError):
    """The ending is not one of those that are accepted."""

    sentence = msgid("只接受 %(kinds)s 文件。请转换格式后重新上传。")


class BrokenFileError(FileError):
    """The content is not what the ending says."""

    sentence = msgid(
        "文件打不开，或内容与扩展名 .%(kind)s 不符。请用原软件打开确认后重新导出上传。"
    )


class EncryptedFileError(FileError):
    """Nobody could open it later."""

    sentence = msgid("文件已加密或设有密码，存档后将无法打开。请解除密码后重新上传。")


class UnpackedTooLargeError(FileError):
    """A small file that unfolds into a huge one."""

    sentence = msgid(
        "文件展开后过大（图片最多 %(megapixels)s00 万像素，文档解压后最多 %(megabytes)s MB）。"
        "请缩小图片或拆分文档后重新上传。"
    )

    def __init__(self) -> None:
        super().__init__(
            megapixels=MOST_PIXELS // 1_000_000, megabytes=MOST_UNPACKED // 1024 // 1024
        )


def keep(work: UnitOfWork, folder: Path, stream: BinaryIO | None, name: str | None) -> StoredFile:
    """Check a file with its real parser and keep it.

    The bytes are on the disk before the row is committed: a row never points to nothing. They
    get their name at the commit; if the work is refused after all, nothing is left of them.

    Args:
        work: Of the person who hands it in.
        folder: The installation's uploads folder.
        stream: The uploaded bytes.
        name: The name it had on the user's machine.

    Raises:
        FileError: It is missing, empty, too large, of the wrong kind, encrypted or broken.
    """
    safe_name, data, media_type = check(stream, name)
    kind = safe_name.rpartition(".")[2].lower()
    digest = hashlib.sha256(data).hexdigest()
    _write(work.session, path_of(folder, digest), data)
    stored = StoredFile(
        digest=digest,
        size=len(data),
        media_type=media_type,
        name=_shorten(safe_name, kind),
        org_id=work.org_id,
        stored_by_id=work.user_id,
        stored_at=work.now,
    )
    work.session.add(stored)
    work.session.flush()
    return stored


def check(stream: BinaryIO | None, name: str | None) -> tuple[str, bytes, str]:
    """Open a file with its real parser; return its name, its bytes and what it is.

    Raises:
        FileError: It is missing, empty, too large, of the wrong kind, encrypted or broken.
    """
    safe_name = PurePosixPath((name or "").replace("\\", "/")).name.strip()
    if stream is None or not safe_name:
        raise NoFileError
    data = stream.read(LARGEST + 1)
    if not data:
        raise EmptyFileError
    if len(data) > LARGEST:
        raise FileTooLargeError(megabytes=LARGEST // 1024 // 1024)
    return safe_name, data, _check(safe_name.rpartition(".")[2].lower(), data)


def path_of(folder: Path, digest: str) -> Path:
    """Return where the bytes of a digest lie."""
    return folder / digest[:2] / digest


def read(work: UnitOfWork, folder: Path, file_id: int) -> tuple[StoredFile, bytes]:
    """Return a file and its bytes, checked against their hash.

    The caller has already decided that the reader may see it.

    Raises:
        MissingError: There is no such file, or its bytes were lost or changed.
    """
    stored = work.session.get(StoredFile, file_id)
    if stored is None:
        raise MissingError
    try:
        data = path_of(folder, stored.digest).read_bytes()
    except FileNotFoundError:
        data = b""
    if hashlib.sha256(data).hexdigest() != stored.digest:
        logger.error("file %s (%s) was lost or changed: restore it", stored.id, stored.digest)
        raise MissingError
    return stored, data


def erase(folder: Path, digest: str) -> None:
    """Delete the bytes of a digest; the caller has made sure that no row still needs them."""
    path = path_of(folder, digest)
    path.unlink(missing_ok=True)
    if path.parent.is_dir():
        _sync_folder(path.parent)


def _shorten(name: str, kind: str) -> str:
    """Return a name that is safe to show: no control or direction marks, not too long."""
    name = "".join(c for c in name if c.isprintable())
    return name if len(name) <= NAME_LONGEST else f"{name[: NAME_LONGEST - len(kind) - 1]}.{kind}"


def _write(session: Session, path: Path, data: bytes) -> None:
    """Write the bytes now; the commit gives them their name, a rollback takes them away."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())

    def name_it(_session: Session) -> None:
        if draft.exists():
            draft.rename(path)
            _sync_folder(path.parent)

    def take_away(_session: Session) -> None:
        draft.unlink(missing_ok=True)

    event.listen(session, "before_commit", name_it)
    event.listen(session, "after_rollback", take_away)


def _sync_folder(folder: Path) -> None:
    """Make a new name survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check(kind: str, data: bytes) -> str:
    if kind not in _KINDS:
        raise FileKindError(kinds="、".join(sorted(_KINDS)))
    media_type, opens = _KINDS[kind]
    try:
        fine = opens(data)
    except FileError:
        raise
    except Exception:  # noqa: BLE001 - a parser fed with hostile bytes may raise anything
        fine = False
    if not fine:
        raise BrokenFileError(kind=kind)
    return media_type


def _opens_pdf(data: bytes) -> bool:
    if not data.startswith(b"%PDF-"):
        return False
    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted:
        raise EncryptedFileError
    return len(reader.pages) > 0


def _opens_image(*formats: str) -> Callable[[bytes], bool]:
    def opens(data: bytes) -> bool:
        try:
            image = Image.open(BytesIO(data), formats=formats)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise UnpackedTooLargeError from None
        with image:
            if image.width * image.height > MOST_PIXELS:
                raise UnpackedTooLargeError
            if image.format == "PNG":
                image.verify()  # Reads every chunk and unpacks none.
            else:
                image.draft("L", (1, 1))  # Decodes the whole stream at an eighth of its size.
                image.load()
        return True

    return opens


def _opens_office(part: str) -> Callable[[bytes], bool]:
    def opens(data: bytes) -> bool:
        if data.startswith(_COMPOUND) and _ENCRYPTED in data:
            raise EncryptedFileError
        # Counted before the list is built: a list of a million parts is a bomb of its own.
        if data.count(b"PK\x01\x02") > MOST_PARTS:
            raise UnpackedTooLargeError
        with zipfile.ZipFile(BytesIO(data)) as package:
            parts = package.infolist()
            if sum(p.file_size for p in parts) > MOST_UNPACKED:
                raise UnpackedTooLargeError
            names = {p.filename for p in parts}
            return {"[Content_Types].xml", part} <= names and package.testzip() is None

    return opens


_COMPOUND: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_JPEG: Final = _opens_image("JPEG", "MPO")  # MPO: what telephones call a JPEG
_KINDS: Final[Mapping[str, tuple[str, Callable[[bytes], bool]]]] = {
    "pdf": ("application/pdf", _opens_pdf),
    "png": ("image/png", _opens_image("PNG")),
    "jpg": ("image/jpeg", _JPEG),
    "jpeg": ("image/jpeg", _JPEG),
    "docx": (f"{_OFFICE}.wordprocessingml.document", _opens_office("word/document.xml")),
    "xlsx": (f"{_OFFICE}.spreadsheetml.sheet", _opens_office("xl/workbook.xml")),
}
ACCEPTED: Final = ",".join(f".{kind}" for kind in sorted(_KINDS))
"""What a file field's ``accept`` offers."""
