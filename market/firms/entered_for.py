"""Tables that the operator enters for a firm: nothing counts before the firm itself confirms it.

What the operator types is judged as if the firm had uploaded it, shown, and offered. The firm's
own person takes it over, with the firm's promise where the table needs one, or answers why not.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from market.access import OrgKind, Permission
from market.accounts.model import Organisation, User
from market.accounts.queries import is_there
from market.db import UnitOfWork
from market.errors import MarketError, MissingError, msgid
from market.firms import importing
from market.firms.model import Firm
from market.firms.queries import of_org_or_none
from market.firms.tables import OWN, Subject
from market.sheets.model import SheetImport
from market.sheets.rules import ImportFaultyError, ImportMove, ImportState, advance

# Platform default: what a firm neither takes nor refuses is forgotten after this long.
KEPT: Final = timedelta(days=30)
ANSWER_SHORTEST: Final = 5
WORDS_LONGEST: Final = 500
# Platform default: for how long a firm is reminded that a table was taken back.
TOLD: Final = timedelta(days=7)
ROWS: Final = 100


class NobodyToConfirmError(MarketError):
    """The firm has nobody who could confirm."""

    sentence = msgid("该机构还没有可以登录的账号，无人确认。请先为其开通账号，再代为录入。")

    def __init__(self) -> None:
        super().__init__(field="code")


class NoSuchFirmError(MarketError):
    """No firm has the code."""

    sentence = msgid("没有这个统一社会信用代码的机构，或者它还没有开始填报。请核对代码。")

    def __init__(self) -> None:
        super().__init__(field="code")


class AnswerMissingError(MarketError):
    """A firm that does not take a table says why."""

    sentence = msgid("请写明不采用的原因（至少 5 个字），运营机构将看到。")

    def __init__(self) -> None:
        super().__init__(field="answer")


class WithdrawalReasonError(MarketError):
    """Whoever takes a table back says why."""

    sentence = msgid("请写明撤回的原因（至少 5 个字），机构将看到。")

    def __init__(self) -> None:
        super().__init__(field="reason")


def firm_for(work: UnitOfWork, code: str) -> Firm:
    """Return the firm that a table is entered for.

    Raises:
        NoSuchFirmError: There is none, or it has not begun its registration.
        NobodyToConfirmError: Nobody could confirm for it.
    """
    holder = work.session.scalar(
        select(Organisation).where(
            Organisation.code == code.strip().upper(), Organisation.kind == OrgKind.FIRM
        )
    )
    firm = of_org_or_none(work, holder.id) if holder else None
    if firm is None:
        raise NoSuchFirmError
    somebody = select(User.id).where(User.organisation_id == firm.organisation_id, is_there())
    if work.session.scalar(somebody.limit(1)) is None:
        raise NobodyToConfirmError
    return firm


def preview_for(
    work: UnitOfWork, firm: Firm, subject: Subject, content: bytes, key: bytes
) -> SheetImport:
    """Keep what a file says for a firm; the operator looks it over before it is offered.

    Raises:
        MissingError: No firm has such a table of its own.
        SheetError: The file is no table with the right heading.
        NotEditableError: The firm cannot change its registration now.
        TooManyWaitingError: The operator has too many files waiting.
    """
    if subject not in OWN:
        raise MissingError
    importing.require_room(work)
    row = importing.keep(work, importing.judge(_as_firm(work, firm), subject, content, key))
    row.for_org_id = firm.organisation_id
    row.entered_by_org_id, row.entered_by_id = work.actor.org_id, work.actor.user_id
    work.session.flush()
    return row


def _as_firm(work: UnitOfWork, firm: Firm) -> UnitOfWork:
    """Return the work with the firm's eyes, to judge with; nothing is changed through it."""
    actor = replace(
        work.actor,
        org_id=firm.organisation_id,
        org_kind=OrgKind.FIRM,
        org_code=firm.code,
        permissions=frozenset(),
    )
    return UnitOfWork(session=work.session, actor=actor, now=work.now)


def offer(work: UnitOfWork, row: SheetImport) -> None:
    """Put a table to the firm that it was entered for.

    Raises:
        MissingError: It was not entered for anybody.
        ImportFaultyError: A row is faulty.
        IllegalImportMoveError: It was offered or given up before.
    """
    if row.for_org_id is None:
        raise MissingError
    if row.state is ImportState.FAULTY:
        raise ImportFaultyError(row.problem_count)
    row.state = advance(row.state, ImportMove.OFFER)
    # From now on it is the firm's to take; nobody of the operator can.
    row.organisation_id, row.user_id = row.for_org_id, None
    row.offered_at = work.now
    work.session.flush()
    importing.tell(work, row)


def decline(work: UnitOfWork, row: SheetImport, answer: str) -> None:
    """Let the firm not take a table, with its reason; what was read is forgotten.

    Raises:
        AnswerMissingError: There is no reason.
        IllegalImportMoveError: It was answered before.
    """
    words = answer.strip()
    if len(words) < ANSWER_SHORTEST:
        raise AnswerMissingError
    row.answer = words[:WORDS_LONGEST]
    importing.give_up(work, row, ImportMove.DECLINE)


def withdraw(work: UnitOfWork, row: SheetImport, reason: str) -> None:
    """Take back a table that was offered, with a reason that the firm reads.

    Raises:
        MissingError: The actor's organisation did not enter it.
        WithdrawalReasonError: There is no reason.
        IllegalImportMoveError: It was not offered, or was answered or taken back before.
    """
    if row.entered_by_org_id is None or row.entered_by_org_id != work.actor.org_id:
        raise MissingError
    words = reason.strip()
    if len(words) < ANSWER_SHORTEST:
        raise WithdrawalReasonError
    row.withdrawal = words[:WORDS_LONGEST]
    importing.give_up(work, row, ImportMove.WITHDRAW)


def waiting_for(work: UnitOfWork) -> Sequence[SheetImport]:
    """Return the tables that wait for the actor's own organisation, the oldest first."""
    return work.session.scalars(
        select(SheetImport)
        .where(SheetImport.organisation_id == work.org_id, SheetImport.state == ImportState.OFFERED)
        .order_by(SheetImport.id)
    ).all()


def withdrawn_from(work: UnitOfWork) -> Sequence[SheetImport]:
    """Return the tables that were lately taken back from the actor's own organisation."""
    return work.session.scalars(
        select(SheetImport)
        .where(
            SheetImport.organisation_id == work.org_id,
            SheetImport.state == ImportState.WITHDRAWN,
            SheetImport.ended_at > work.now - TOLD,
        )
        .order_by(SheetImport.id)
    ).all()


def entered(work: UnitOfWork) -> list[tuple[SheetImport, str]]:
    """Return the tables that the actor's organisation entered for others, the last first."""
    if Permission.FIRM_IMPORT not in work.actor.permissions:
        return []
    rows = work.session.execute(
        select(SheetImport, Organisation.name)
        .join(Organisation, Organisation.id == SheetImport.for_org_id)
        .where(SheetImport.entered_by_org_id == work.org_id)
        .order_by(SheetImport.id.desc())
        .limit(ROWS)
    )
    return [(row, name) for row, name in rows]
