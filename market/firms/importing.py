"""A table from a file: every row judged and shown, then all of it taken over, bit by bit.

Nothing is entered before a person has seen the preview and confirmed it. A file with one faulty
row enters nothing. What the market has already is left as it is: the same file twice changes
nothing the second time.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, func, insert, select

from market.db import UnitOfWork
from market.errors import MarketError, msgid
from market.firms.journal import FirmsImported, TableOffered
from market.firms.model import Firm
from market.firms.queries_imports import find as find  # noqa: PLC0414 - where callers look for it
from market.firms.queries_imports import recent as recent  # noqa: PLC0414 - as above
from market.firms.queries_imports import waiting as waiting  # noqa: PLC0414 - as above
from market.firms.tables import TAKERS, Subject
from market.firms.tables.taker import Payload, Taker
from market.sheets.columns import Problem, ReadRow, headings, problem_of, read_rows
from market.sheets.errors import TwiceInFileError
from market.sheets.model import SheetImport, SheetImportRow
from market.sheets.reading import read_sheet
from market.sheets.rules import (
    ENDED,
    ImportFaultyError,
    ImportMove,
    ImportState,
    advance,
    first_state,
)
from market.sheets.writing import Format, written

# How many rows one transaction enters: others wait no longer than these take.
CHUNK: Final = 250
# A report that is longer does not help; the count tells the rest.
MOST_PROBLEMS: Final = 1_000
# Platform default: a preview that nobody confirms is forgotten after this long.
KEPT: Final = timedelta(hours=24)


class TooManyWaitingError(MarketError):
    """One organisation has uploaded too much that it has not confirmed."""

    sentence = msgid("还有 %(count)s 个文件等待确认。请先确认或放弃，再上传新的文件。")

    def __init__(self, count: int) -> None:
        super().__init__(count=count, field="file")


class NotYoursToConfirmError(MarketError):
    """The operator entered the table for a firm: only the firm confirms it."""

    sentence = msgid("代为录入的表格只能由该机构自己确认。请交由机构确认。")


MOST_WAITING: Final = 10


@dataclass(frozen=True, slots=True)
class Planned:
    """A row that can be taken over; one that is not ``fresh`` is there already."""

    row: int
    payload: Payload
    fresh: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a file says, row by row, and what is wrong with it."""

    subject: Subject
    rows: int
    planned: tuple[Planned, ...]
    problems: tuple[Problem, ...]
    encoding: str
    sha256: str

    @property
    def fresh(self) -> int:
        """How many rows would change something."""
        return sum(one.fresh for one in self.planned)


def judge(work: UnitOfWork, subject: Subject, content: bytes, key: bytes) -> Report:
    """Read a file and judge every row; nothing is changed.

    Raises:
        SheetError: The file is no table with the right heading.
        NotEditableError: The firm cannot change its registration now.
    """
    kind = TAKERS[subject]
    taker = kind(work, key)
    sheet = read_sheet(content, headings(kind.columns), kind.most_rows)
    rows = read_rows(sheet, kind.columns, work.today)
    problems = [problem for row in rows for problem in row.problems]
    packed = _packed(taker, rows, problems)
    taker.prepare([payload for _, payload in packed])
    planned = _settled(taker, packed, problems)
    return Report(
        subject=subject,
        rows=len(rows),
        planned=tuple(planned),
        problems=tuple(sorted(problems, key=lambda problem: problem.row)),
        encoding=sheet.encoding,
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _packed(
    taker: Taker, rows: Sequence[ReadRow], problems: list[Problem]
) -> list[tuple[ReadRow, Payload]]:
    packed: list[tuple[ReadRow, Payload]] = []
    seen: dict[object, int] = {}
    for row in rows:
        if row.problems:
            continue
        try:
            payload = taker.pack(row.values)
            first = seen.setdefault(payload[taker.identity], row.number)
            if first != row.number:
                raise TwiceInFileError(first, taker.blamed)
        except MarketError as error:
            problems.append(problem_of(taker.columns, row, error))
        else:
            packed.append((row, payload))
    return packed


def _settled(
    taker: Taker, packed: Sequence[tuple[ReadRow, Payload]], problems: list[Problem]
) -> list[Planned]:
    planned: list[Planned] = []
    for row, payload in packed:
        try:
            planned.append(Planned(row.number, payload, taker.settle(payload)))
        except MarketError as error:
            problems.append(problem_of(taker.columns, row, error))
    return planned


def preview(work: UnitOfWork, subject: Subject, content: bytes, key: bytes) -> SheetImport:
    """Keep what a file says until a person confirms it or gives it up.

    Raises:
        SheetError: The file is no table with the right heading.
        NotEditableError: The firm cannot change its registration now.
        TooManyWaitingError: The organisation has too many files waiting.
    """
    require_room(work)
    return keep(work, judge(work, subject, content, key))


def keep(work: UnitOfWork, report: Report) -> SheetImport:
    """Keep a report as an import that waits for its confirmation."""
    problems = [_stored(problem) for problem in report.problems[:MOST_PROBLEMS]]
    row = SheetImport(
        subject=report.subject.value,
        organisation_id=work.actor.org_id,
        user_id=work.actor.user_id,
        file_sha256=report.sha256,
        encoding=report.encoding,
        rows=report.rows,
        fresh=report.fresh,
        problem_count=len(report.problems),
        problems=json.dumps(problems, ensure_ascii=False),
        state=first_state(len(report.problems), report.fresh),
        uploaded_at=work.now,
    )
    if row.state in ENDED:
        row.ended_at = work.now
    work.session.add(row)
    work.session.flush()
    later = [
        {
            "import_id": row.id,
            "row_no": one.row,
            "payload": json.dumps(one.payload, ensure_ascii=False),
        }
        for one in report.planned
        if one.fresh
    ]
    if later and row.state is ImportState.PREVIEWED:
        work.session.execute(insert(SheetImportRow), later)
    return row


def require_room(work: UnitOfWork) -> None:
    """Refuse a file while the organisation has too many that it has not confirmed.

    Raises:
        TooManyWaitingError: It is so.
    """
    unconfirmed = work.session.scalar(
        select(func.count(SheetImport.id)).where(
            SheetImport.organisation_id == work.actor.org_id,
            SheetImport.state == ImportState.PREVIEWED,
        )
    )
    if (unconfirmed or 0) >= MOST_WAITING:
        raise TooManyWaitingError(MOST_WAITING)


def _stored(problem: Problem) -> dict[str, object]:
    error = problem.error
    facts = {name: plain_fact(value) for name, value in error.facts.items()}
    return {
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "sentence": error.sentence,
        "facts": facts,
    }


def plain_fact(value: object) -> object:
    """Return a fact of a refusal as JSON keeps it."""
    return value if isinstance(value, int) else str(value)


def confirm(work: UnitOfWork, row: SheetImport) -> None:
    """Let a preview be taken over.

    What the operator entered for a firm is the firm's to confirm: its own person does, and the
    rows are entered in that person's name.

    Raises:
        IllegalImportMoveError: It was confirmed or given up before.
        ImportFaultyError: A row is faulty.
        NotYoursToConfirmError: It was entered for another organisation.
    """
    if row.state is ImportState.FAULTY:
        raise ImportFaultyError(row.problem_count)
    if row.for_org_id is not None:
        if row.for_org_id != work.actor.org_id:
            raise NotYoursToConfirmError
        row.user_id = work.user_id
    row.state = advance(row.state, ImportMove.CONFIRM)
    row.confirmed_at = work.now
    work.session.flush()
    tell(work, row)


def discard(work: UnitOfWork, row: SheetImport) -> None:
    """Give up a preview; what was read is forgotten.

    Raises:
        TableOfferedError: It lies with a firm.
        IllegalImportMoveError: It was confirmed or given up before.
    """
    _end(work, row, ImportMove.DISCARD)


def give_up(work: UnitOfWork, row: SheetImport, move: ImportMove) -> None:
    """End a table that lies with a firm, and tell the log; what was read is forgotten.

    Raises:
        IllegalImportMoveError: It was answered or taken back before.
    """
    _end(work, row, move)
    tell(work, row)


def tell(work: UnitOfWork, row: SheetImport) -> None:
    """Tell the log what became of a table that the operator offered to a firm."""
    if row.for_org_id is None:
        return
    firm = work.session.scalars(select(Firm).where(Firm.organisation_id == row.for_org_id)).one()
    work.record(
        TableOffered(
            firm=firm.code, table=row.id, subject=row.subject, rows=row.fresh, state=row.state
        )
    )


def take_some(work: UnitOfWork, import_id: int, key: bytes, size: int = CHUNK) -> bool:
    """Take over the next rows of a confirmed import, in this one transaction.

    Returns:
        Whether some are left.

    Raises:
        NotEditableError: The firm cannot change its registration now.
    """
    query = select(SheetImport).where(SheetImport.id == import_id).with_for_update()
    row = work.session.scalars(query.execution_options(populate_existing=True)).one()
    if row.state is not ImportState.RUNNING:
        return False  # Another process was here first.
    if some := waiting(work, row, size):
        _take(work, row, some, key)
        if row.gone_through < row.fresh:
            return True
    if row.subject == Subject.FIRMS:
        work.record(FirmsImported(file_sha256=row.file_sha256, firms=row.taken))
    _end(work, row, ImportMove.FINISH)
    return False


def _take(work: UnitOfWork, row: SheetImport, some: Sequence[SheetImportRow], key: bytes) -> None:
    taker = TAKERS[Subject(row.subject)](work, key)
    payloads: list[Payload] = [json.loads(one.payload) for one in some]
    taker.prepare(payloads)
    fresh, refused = _fresh(taker, [*zip([one.row_no for one in some], payloads, strict=True)])
    taken = len(fresh)
    try:
        with work.session.begin_nested():
            taker.enter_all([payload for _, payload in fresh])
    except MarketError:
        taken = _one_by_one(work, taker, fresh, refused)
    if taken:
        taker.finish()
    last = some[-1].row_no
    work.session.execute(
        delete(SheetImportRow).where(
            SheetImportRow.import_id == row.id, SheetImportRow.row_no <= last
        )
    )
    row.gone_through += len(some)
    row.taken += taken
    row.refused += len(refused)
    _blame(row, refused)


Numbered = tuple[int, Payload]


def _fresh(taker: Taker, rows: Sequence[Numbered]) -> tuple[list[Numbered], list[Problem]]:
    fresh: list[Numbered] = []
    refused: list[Problem] = []
    for number, payload in rows:
        try:
            if taker.settle(payload):
                fresh.append((number, payload))
        except MarketError as error:
            refused.append(_refused(taker, number, error))
    return fresh, refused


def _one_by_one(
    work: UnitOfWork, taker: Taker, fresh: Sequence[Numbered], refused: list[Problem]
) -> int:
    taken = 0
    for number, payload in fresh:
        try:
            with work.session.begin_nested():
                taker.enter(payload)
                taken += 1
        except MarketError as error:
            refused.append(_refused(taker, number, error))
    return taken


def _refused(taker: Taker, number: int, error: MarketError) -> Problem:
    return problem_of(taker.columns, ReadRow(number, {}, {}, ()), error)


def stop(work: UnitOfWork, import_id: int, error: MarketError) -> None:
    """End an import that cannot go on; what it has entered stays, and the reason is told."""
    row = work.session.get_one(SheetImport, import_id)
    if row.state is not ImportState.RUNNING:
        return
    _blame(row, [Problem(0, "", "", error)])
    _end(work, row, ImportMove.STOP)


def _blame(row: SheetImport, problems: Sequence[Problem]) -> None:
    if problems:
        said = json.loads(row.problems) + [_stored(problem) for problem in problems]
        row.problems = json.dumps(said[:MOST_PROBLEMS], ensure_ascii=False)
        row.problem_count += len(problems)


def _end(work: UnitOfWork, row: SheetImport, move: ImportMove) -> None:
    row.state = advance(row.state, move)
    row.ended_at = work.now
    work.session.execute(delete(SheetImportRow).where(SheetImportRow.import_id == row.id))
    work.session.flush()


def template(subject: Subject, form: Format = Format.CSV) -> bytes:
    """Return the empty table to fill in."""
    columns = TAKERS[subject].columns
    return written(form, [c.heading + ("*" if c.required else "") for c in columns], [])


def refusals(row: SheetImport) -> list[str]:
    """Return what was wrong, in Chinese, a line for each."""
    return [
        f"第 {one['row']} 行 {one['column']}：{one['sentence'] % one['facts']}"
        for one in json.loads(row.problems)
    ]
