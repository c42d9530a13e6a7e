"""Finding re-reviews. What experts and strangers must not see is missing here, not hidden there."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute

from market import log, regulations
from market.calendar import end_of, provisional_calendar
from market.clock import beijing_day
from market.contracts import queries as contracts
from market.contracts.examining.model import Examination, ExaminationStep
from market.contracts.examining.queries import last_of
from market.contracts.examining.rules import ExamMove, ExamState
from market.contracts.model import Contract, Deliverable, Review
from market.contracts.rules import ContractState
from market.db import UnitOfWork
from market.draws.errors import UnverifiableError
from market.draws.queries import award_at
from market.errors import MissingError
from market.journal import PREFIX
from market.needs.model import Need
from market.needs.queries import by_id as need_by_id
from market.needs.scope import looks_after, within
from market.panels import queries as panels
from market.panels.model import Panel, Seat
from market.panels.rules import SeatState
from market.regulations import Regulation
from market.rereview.journal import RereviewSealed
from market.rereview.model import Rereview, RereviewPoint, RereviewResult, RereviewSheet
from market.rereview.rules import OPEN, Mark, RereviewState, document, read_document
from market.scoring.rules import commitment
from market.sweeping import Due, due_rows

SUBJECT: Final = "service"
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disputable:
    """A return that may still be disputed, and until when."""

    contract: Contract
    deliverable: Deliverable
    review: Review
    by_at: datetime


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
    """Return a re-review as it stands now; its contract's award is locked, and then it is."""
    award_id = work.session.scalars(
        select(Contract.award_id)
        .join(Rereview, Rereview.contract_id == Contract.id)
        .where(Rereview.id == rereview_id)
    ).one()
    award_at(work, award_id)
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


def of_review(work: UnitOfWork, review: Review) -> Rereview | None:
    """Return the re-review of a return; None if it was never disputed."""
    return work.session.scalar(select(Rereview).where(Rereview.review_id == review.id))


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


def returned(work: UnitOfWork, contract: Contract) -> tuple[Deliverable, Review] | None:
    """Return the last round and its return, if it was returned or failed and that stands."""
    exam = last_of(work, contract)
    if exam is None or exam.state not in {ExamState.RETURNED, ExamState.FAILED}:
        return None
    deliverable = work.session.get_one(Deliverable, exam.deliverable_id)
    review = contracts.review_of(work, deliverable)
    return (deliverable, review) if review is not None else None


def disputable(work: UnitOfWork, contract: Contract) -> Disputable | None:
    """Return the return of a contract's last round that was not disputed yet; None without one.

    Its term may be over: ``by_at`` says so.
    """
    found = returned(work, contract)
    if found is None or of_review(work, found[1]) is not None:
        return None
    deliverable, review = found
    days = regulations.in_force(SUBJECT, work.today).integer("rereview.ask_working_days")
    by_at = provisional_calendar().due_at(beijing_day(review.reviewed_at), days)
    return Disputable(contract=contract, deliverable=deliverable, review=review, by_at=by_at)


def failed_by(work: UnitOfWork, exam: Examination) -> int | None:
    """Return which organisation failed a round at a review."""
    return work.session.scalar(
        select(ExaminationStep.by_org_id)
        .where(ExaminationStep.examination_id == exam.id, ExaminationStep.move == ExamMove.FAIL)
        .order_by(ExaminationStep.id.desc())
        .limit(1)
    )


def term(work: UnitOfWork, row: Rereview, key: str) -> datetime:
    """Begin a term today; return when it ends, as the rules of a re-review say."""
    return row.count_term(work.today, rules_of(row).integer(key))


def final_before(work: UnitOfWork) -> datetime:
    """Return before which instant a return must lie that nobody can dispute any more."""
    days = regulations.in_force(SUBJECT, work.today).integer("rereview.ask_working_days")
    day = work.today
    while provisional_calendar().due_at(day, days) > work.now:
        day -= ONE_DAY
    return end_of(day)


def is_open_about(review_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Return the condition that a return is being looked at again."""
    return exists().where(Rereview.review_id == review_id, Rereview.state.in_(OPEN))


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


def results_of(work: UnitOfWork, contract: Contract) -> Sequence[tuple[str, bytes]]:
    """Return the numbers of a contract's re-reviews that are over, each with what was published."""
    rows = work.session.execute(
        select(Rereview.number, RereviewResult.body)
        .join(RereviewResult, RereviewResult.rereview_id == Rereview.id)
        .where(Rereview.contract_id == contract.id)
        .order_by(Rereview.id)
    )
    return [(number, body) for number, body in rows]


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
    """Return the re-reviews without a conclusion that the actor's firm may take further."""
    rows = work.session.execute(
        select(Rereview, Contract)
        .join(Contract, Contract.id == Rereview.contract_id)
        .where(Rereview.state == RereviewState.FAILED, Contract.firm_org_id == work.actor.org_id)
        .order_by(Rereview.due_at, Rereview.id)
    )
    return [(row, contract) for row, contract in rows]


def to_dispute(work: UnitOfWork) -> list[Disputable]:
    """Return the returns that the actor's firm may still dispute."""
    found = (disputable(work, one) for one in contracts.of_party_in(work, ContractState.RUNNING))
    return [one for one in found if one is not None and work.now < one.by_at]


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
    """Return what an authority lets lie beyond its days."""
    return work.session.scalars(
        select(Rereview)
        .where(Rereview.state == RereviewState.REFERRED, Rereview.overdue.is_(True))
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


def for_firm(work: UnitOfWork, number: str) -> Rereview:
    """Return a re-review that the actor's firm asked for.

    Raises:
        MissingError: There is none, or it is another's.
    """
    row = by_number(work, number)
    if contract_of(work, row).firm_org_id != work.org_id:
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
