"""One operator imports a notice, another puts it to use; what was refused stays on file."""

from typing import Final

from sqlalchemy.exc import IntegrityError

from market.calendar import DataFileError, installed
from market.calendar.csvfile import NoticeFile, read_notice
from market.calendar.stored import forget
from market.db import UnitOfWork
from market.duties import require_another, took
from market.errors import MissingError, msgid
from market.holidays import queries
from market.holidays.errors import ImportWaitsError, NoWordsError, UnusableNoticeError
from market.holidays.journal import HolidayNoticeMoved
from market.holidays.model import HolidayImport, HolidayNotice
from market.holidays.rules import ImportMove, ImportState, advance, amended, check_changes

WORDS_SHORTEST: Final = 5


def propose(work: UnitOfWork, content: bytes) -> HolidayImport:
    """Put a notice to a second person.

    Raises:
        NoticeFileError: The file is no notice; each fault is named with its line.
        FileRefusedError: It cannot be put to use; the subclass says why.
    """
    file = read_notice(content)
    amends = _fitting(work, file)
    row = HolidayImport(
        year=file.year,
        title=file.title,
        document_number=file.document_number,
        issued_on=file.issued_on,
        source=file.source,
        amends=amends,
        content=_text(content),
        digest=file.digest,
        state=ImportState.PROPOSED,
        proposed_at=work.now,
        proposed_by_id=work.user_id,
    )
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError:
        raise ImportWaitsError(file.year) from None
    _tell(work, row)
    return row


def confirm(work: UnitOfWork, row: HolidayImport) -> HolidayNotice:
    """Put a colleague's import to use: from now on every process counts by it.

    Raises:
        IllegalImportMoveError: It does not wait for that.
        SeparationOfDutiesError: Whoever imported it confirms it.
        FileRefusedError: It no longer fits what is in force.
    """
    row = queries.locked(work, row.id)
    state = advance(row.state, ImportMove.CONFIRM)
    _by_another(work, row)
    file = read_notice(row.content.encode())
    row.amends = _fitting(work, file)
    notice = HolidayNotice(
        import_id=row.id,
        year=row.year,
        title=row.title,
        document_number=row.document_number,
        issued_on=row.issued_on,
        amends=row.amends,
        content=row.content,
        digest=row.digest,
        confirmed_at=work.now,
    )
    work.session.add(notice)
    row.next_check_at = work.now
    _decide(work, row, state, "")
    work.session.flush()
    forget(work.session)
    return notice


def refuse(work: UnitOfWork, row: HolidayImport, words: str) -> None:
    """Refuse a colleague's import, saying why.

    Raises:
        IllegalImportMoveError: It does not wait for that.
        SeparationOfDutiesError: Whoever imported it refuses it.
        NoWordsError: It is not said why.
    """
    row = queries.locked(work, row.id)
    state = advance(row.state, ImportMove.REFUSE)
    _by_another(work, row)
    if len(words.strip()) < WORDS_SHORTEST:
        raise NoWordsError
    _decide(work, row, state, words.strip())


def withdraw(work: UnitOfWork, row: HolidayImport) -> None:
    """Take back one's own import before a colleague has decided.

    Raises:
        MissingError: Somebody else imported it.
        IllegalImportMoveError: It does not wait any more.
    """
    row = queries.locked(work, row.id)
    if not took(work, row.proposed_by_id):
        raise MissingError
    _decide(work, row, advance(row.state, ImportMove.WITHDRAW), "")


def _fitting(work: UnitOfWork, file: NoticeFile) -> str:
    """Return what a notice amends, if it can be put to use."""
    amends = amended(file, installed().announced.notices, work.today)
    try:
        found = queries.days_changed(work, file, amends)
    except DataFileError as error:
        raise UnusableNoticeError(str(error)) from None
    check_changes(found, amends=bool(amends))
    return amends


def _text(content: bytes) -> str:
    """Return the file as text; ``read_notice`` has told its code page."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _by_another(work: UnitOfWork, row: HolidayImport) -> None:
    require_another(work, row.proposed_by_id, first=msgid("导入人"), second=msgid("复核人"))


def _decide(work: UnitOfWork, row: HolidayImport, state: ImportState, words: str) -> None:
    row.state = state
    row.words = words
    row.decided_at = work.now
    row.decided_by_id = work.user_id
    _tell(work, row)


def _tell(work: UnitOfWork, row: HolidayImport) -> None:
    work.record(
        HolidayNoticeMoved(
            notice=row.document_number,
            year=row.year,
            amends=row.amends,
            digest=row.digest,
            state=row.state,
        )
    )
