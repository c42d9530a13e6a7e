"""Finding re-reviews. What experts and strangers must not see is missing here, not hidden there."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, exists, func, or_, select

from market import log, regulations
from market.contracts.actions.held import locked as lock_contract
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.draws.errors import UnverifiableError
from market.errors import MissingError
from market.journal import PREFIX
from market.needs.model import Need
from market.needs.queries import by_id as need_by_id
from market.needs.scope import looks_after, within
from market.panels import queries as panels
from market.panels.model import Panel, Seat
from market.panels.rules import SeatState
from market.regulations import Regulation
from market.rereview.disputable import is_suspended
from market.rereview.journal import RereviewSealed
from market.rereview.model import (
    Rereview,
    RereviewCopyCheck,
    RereviewPoint,
    RereviewResult,
    RereviewSheet,
)
from market.rereview.rules import (
    HEARING,
    OPEN,
    Mark,
    RereviewState,
    document,
    heard_by,
    read_document,
)
from market.scoring.rules import commitment
from market.sweeping import Due, due_rows

SUBJECT: Final = "service"


def by_number(work: UnitOfWork, number: str) -> Rereview:
    """Return a re-review by its public number.

    Raises:
        MissingError: There is none.
    """
    found = work.session.scalar(select(Rereview).where(Rereview.number == number))
    if found is None:
        raise MissingError
    return found


def locked(work: UnitOfWork, rereview_id: int) -> Rereview:
    """Return a re-review as it stands now, locked after its contract's award and clock.

    In this order: time, which gives a term back when a clock runs again, holds the clock first.
    """
    contract = work.session.scalars(
        select(Contract)
        .join(Rereview, Rereview.contract_id == Contract.id)
        .where(Rereview.id == rereview_id)
    ).one()
    lock_contract(work, contract)
    return work.session.scalars(
        select(Rereview)
        .where(Rereview.id == rereview_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def of_contract(work: UnitOfWork, contract: Contract) -> Sequence[Rereview]:
    """Return the re-reviews of a contract's work, the first one first."""
    return work.session.scalars(
        select(Rereview).where(Rereview.contract_id == contract.id).order_by(Rereview.id)
    ).all()


def open_of(work: UnitOfWork, contract: Contract) -> Rereview | None:
    """Return the re-review of a contract that is not over; None without one."""
    return work.session.scalar(
        select(Rereview).where(Rereview.contract_id == contract.id, Rereview.state.in_(OPEN))
    )


def contract_of(work: UnitOfWork, row: Rereview) -> Contract:
    """Return the contract whose work is looked at again."""
    return work.session.get_one(Contract, row.contract_id)


def item_of(work: UnitOfWork, row: Rereview) -> str:
    """Return the service item of the work: all that experts are told of it beforehand."""
    return need_by_id(work, contract_of(work, row).need_id).item_code


def panel_of(work: UnitOfWork, row: Rereview) -> Panel | None:
    """Return the panel that was drawn for a re-review."""
    return panels.panel_serving(work, row.number)


def rules_of(row: Rereview) -> Regulation:
    """Return the rules a re-review was asked for under."""
    return regulations.current().by_id(row.regulation_id)


def points_of(work: UnitOfWork, row: Rereview) -> Sequence[RereviewPoint]:
    """Return the disputed points, in order."""
    return work.session.scalars(
        select(RereviewPoint)
        .where(RereviewPoint.rereview_id == row.id)
        .order_by(RereviewPoint.number)
    ).all()


def term(work: UnitOfWork, row: Rereview, key: str) -> datetime:
    """Begin a term today; return when it ends, as the rules of a re-review say.

    Nobody is kept from going on by a calendar that ends: beyond it a term is provisional.
    """
    return row.count_any_term(work.today, rules_of(row).integer(key))


def sheet_of(work: UnitOfWork, seat: Seat) -> RereviewSheet | None:
    """Return the sheet that an expert handed in."""
    return work.session.scalar(select(RereviewSheet).where(RereviewSheet.seat_id == seat.id))


def sheets_of(work: UnitOfWork, panel: Panel) -> list[tuple[Seat, RereviewSheet | None]]:
    """Return who sits, in the order of the draw, each with the sheet if it is in."""
    return [(seat, sheet_of(work, seat)) for seat in panels.sitting(work, panel)]


def opened(
    work: UnitOfWork, row: Rereview, panel: Panel, seat: Seat, sheet: RereviewSheet
) -> dict[int, Mark]:
    """Return what a sheet says, compared with the commitment that is in the log.

    Raises:
        UnverifiableError: The row is not what was handed in.
    """
    wanted = {
        "rereview": row.number,
        "panel": panel.number,
        "expert": seat.expert_code,
        "commitment": sheet.commitment,
    }
    try:
        marks = read_document(sheet.document)
        again = commitment(sheet.document, sheet.salt)
        said = json.loads(log.body_of(work, sheet.submission_id) or b"{}")
    except ValueError:
        raise UnverifiableError("rereview_sheet", [sheet.id]) from None
    exact = document(rereview=row.number, panel=panel.number, expert=seat.expert_code, sheet=marks)
    is_told = said.get("t") == PREFIX + RereviewSealed.kind
    is_told = is_told and {name: said.get(name) for name in wanted} == wanted
    if not is_told or again != sheet.commitment or exact != sheet.document:
        raise UnverifiableError("rereview_sheet", [sheet.id])
    return marks


def result_of(work: UnitOfWork, row: Rereview) -> RereviewResult | None:
    """Return what was published at the end; None before."""
    return work.session.get(RereviewResult, row.id)


def due(work: UnitOfWork, after: Due | None, limit: int) -> list[Due]:
    """Return the re-reviews that time must look at, the longest overdue first."""
    return due_rows(work, Rereview.next_check_at, Rereview.id, after=after, limit=limit)


def listed(work: UnitOfWork, *, limit: int, offset: int) -> Sequence[tuple[Rereview, str]]:
    """Return the re-reviews with their items, the latest first."""
    rows = work.session.execute(
        select(Rereview, Need.item_code)
        .join(Contract, Contract.id == Rereview.contract_id)
        .join(Need, Need.id == Contract.need_id)
        .order_by(Rereview.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [(row, code) for row, code in rows]


def count_listed(work: UnitOfWork) -> int:
    """Return how many re-reviews there are."""
    return work.session.scalar(select(func.count()).select_from(Rereview)) or 0


def to_refer(work: UnitOfWork) -> Sequence[tuple[Rereview, Contract]]:
    """Return the re-reviews without a conclusion that the actor's side may take further now."""
    rows = _open_in(work, {RereviewState.FAILED}, _may_go_on(work))
    return [(row, contract) for row, contract in rows if not is_suspended(work, contract)]


def to_comment(work: UnitOfWork) -> Sequence[tuple[Rereview, Contract]]:
    """Return the re-reviews on which the actor's side may say something before others judge."""
    org_id = work.actor.org_id
    is_side = or_(Contract.owner_org_id == org_id, Contract.firm_org_id == org_id)
    return _open_in(
        work,
        HEARING,
        is_side & (Rereview.asked_by_org_id != org_id),
        Rereview.comment_by_at > work.now,
        Rereview.commented_at.is_(None),
    )


def check_of(work: UnitOfWork, row: Rereview) -> RereviewCopyCheck | None:
    """Return what was said of the copy, if anything."""
    return work.session.scalar(
        select(RereviewCopyCheck).where(RereviewCopyCheck.rereview_id == row.id)
    )


def open_doubt(work: UnitOfWork, row: Rereview) -> RereviewCopyCheck | None:
    """Return the doubt about the copy that the operator may still answer."""
    check = check_of(work, row)
    if check is None or check.due_at is None or check.answered_at is not None:
        return None
    return check if row.state in HEARING and work.now < check.due_at else None


def waited_for(work: UnitOfWork, row: Rereview) -> tuple[datetime | None, ...]:
    """Return until when judges wait for others: a comment, a look at the copy, a finding."""
    check = check_of(work, row)
    doubted = check.due_at if check is not None and check.answered_at is None else None
    return (
        row.comment_by_at if row.commented_at is None else None,
        row.copy_by_at if check is None else None,
        doubted,
    )


def unheard_until(work: UnitOfWork, row: Rereview) -> datetime | None:
    """Return until when an authority must wait for others; None once it may decide."""
    return heard_by(work.now, *waited_for(work, row))


def to_check_copy(work: UnitOfWork) -> Sequence[tuple[Rereview, Contract]]:
    """Return the re-reviews whose copy the actor's side may compare with what was handed in."""
    org_id = work.actor.org_id
    is_side = or_(Contract.owner_org_id == org_id, Contract.firm_org_id == org_id)
    return _open_in(
        work,
        HEARING,
        is_side & (Rereview.asked_by_org_id != org_id),
        Rereview.copy_by_at > work.now,
        ~exists().where(RereviewCopyCheck.rereview_id == Rereview.id),
    )


def may_check_copy(work: UnitOfWork, row: Rereview) -> bool:
    """Whether the actor's side may say something of the copy now."""
    return any(one.id == row.id for one, _ in to_check_copy(work))


def doubted(work: UnitOfWork) -> Sequence[tuple[Rereview, RereviewCopyCheck]]:
    """Return the doubts about copies that the operator may answer now, the first due first."""
    rows = work.session.execute(
        select(Rereview, RereviewCopyCheck)
        .join(RereviewCopyCheck, RereviewCopyCheck.rereview_id == Rereview.id)
        .where(
            Rereview.state.in_(HEARING),
            RereviewCopyCheck.due_at > work.now,
            RereviewCopyCheck.answered_at.is_(None),
        )
        .order_by(RereviewCopyCheck.due_at, Rereview.id)
    )
    return [(row, check) for row, check in rows]


def may_comment(work: UnitOfWork, row: Rereview) -> bool:
    """Whether the actor's side may say something now."""
    return any(one.id == row.id for one, _ in to_comment(work))


def may_refer(work: UnitOfWork, row: Rereview) -> bool:
    """Whether the actor's side may go on to the authority now."""
    return any(one.id == row.id for one, _ in to_refer(work))


def _may_go_on(work: UnitOfWork) -> ColumnElement[bool]:
    """Whoever asked, and the firm whose work it is."""
    org_id = work.actor.org_id
    return or_(Rereview.asked_by_org_id == org_id, Contract.firm_org_id == org_id)


def _open_in(
    work: UnitOfWork, states: Collection[RereviewState], *chosen: ColumnElement[bool]
) -> Sequence[tuple[Rereview, Contract]]:
    rows = work.session.execute(
        select(Rereview, Contract)
        .join(Contract, Contract.id == Rereview.contract_id)
        .where(Rereview.state.in_(states), *chosen)
        .order_by(Rereview.due_at, Rereview.id)
    )
    return [(row, contract) for row, contract in rows]


def to_decide(work: UnitOfWork) -> Sequence[tuple[Rereview, Contract]]:
    """Return what waits for an authority other than the one whose opinion is disputed."""
    rows = work.session.execute(
        select(Rereview, Contract)
        .join(Contract, Contract.id == Rereview.contract_id)
        .join(Need, Need.id == Contract.need_id)
        .where(
            Rereview.state == RereviewState.REFERRED,
            Rereview.reviewer_org_id != work.actor.org_id,
            within(work),
        )
        .order_by(Rereview.due_at, Rereview.id)
    )
    return [(row, contract) for row, contract in rows]


def late(work: UnitOfWork) -> Sequence[Rereview]:
    """Return what an authority, or whoever brings the value of a draw, lets lie."""
    return work.session.scalars(
        select(Rereview)
        .where(
            Rereview.state.in_((RereviewState.REFERRED, RereviewState.DRAWING)),
            Rereview.overdue.is_(True),
        )
        .order_by(Rereview.id)
    ).all()


def for_decider(work: UnitOfWork, number: str) -> Rereview:
    """Return a re-review within what the actor's authority looks after.

    Raises:
        MissingError: There is none, it is another's, or it never came to an authority.
    """
    row = by_number(work, number)
    if not looks_after(work, need_by_id(work, contract_of(work, row).need_id)):
        raise MissingError
    return row


def for_asker(work: UnitOfWork, number: str) -> Rereview:
    """Return a re-review that the actor's side asked for.

    Raises:
        MissingError: There is none, or it is another's.
    """
    row = by_number(work, number)
    if row.asked_by_org_id != work.org_id:
        raise MissingError
    return row


def for_side(work: UnitOfWork, number: str) -> Rereview:
    """Return a re-review of a contract of the actor's organisation.

    Raises:
        MissingError: There is none, or it is another's.
    """
    row = by_number(work, number)
    contract = contract_of(work, row)
    if work.org_id not in {contract.owner_org_id, contract.firm_org_id}:
        raise MissingError
    return row


def for_referrer(work: UnitOfWork, number: str) -> Rereview:
    """Return a re-review that the actor's side may take further: its own, or of its own work.

    Raises:
        MissingError: There is none, or it is another's.
    """
    row = for_side(work, number)
    if work.org_id not in {row.asked_by_org_id, contract_of(work, row).firm_org_id}:
        raise MissingError
    return row


def sheets_due(work: UnitOfWork, expert_id: int) -> Sequence[tuple[Rereview, Panel]]:
    """Return the re-reviews on whose panels an expert sits, and whose sheet is not in yet."""
    rows = work.session.execute(
        select(Rereview, Panel)
        .join(Panel, Panel.serves == Rereview.number)
        .join(Seat, Seat.panel_id == Panel.id)
        .where(
            Seat.expert_id == expert_id,
            Seat.state == SeatState.ACCEPTED,
            Rereview.state == RereviewState.REVIEWING,
            ~exists().where(RereviewSheet.seat_id == Seat.id),
        )
        .order_by(Rereview.due_at, Rereview.id)
    )
    return [(row, panel) for row, panel in rows]
