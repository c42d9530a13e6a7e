"""Finding withdrawals and corrections, and what a wrong decision cost meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select

from market.credit.cases.letters import CORRECTION, DECISION
from market.credit.cases.model import Case
from market.credit.cases.queries import CaseRow
from market.credit.scope import firm_in, groups_of
from market.credit.withdrawals.model import CaseReview
from market.credit.withdrawals.rules import ReviewState
from market.db import UnitOfWork
from market.draws.model import Award, Draw, Enrolment
from market.draws.rules import AwardState, EnrolmentState
from market.duties import by_another
from market.errors import MissingError
from market.firms.model import Firm
from market.letters.model import Letter, LetterWithdrawal
from market.needs.model import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A draw from which a firm was kept out, or an award that it lost, while it was barred."""

    notice: str
    is_award: bool


def reviews_of(work: UnitOfWork, case: Case) -> Sequence[CaseReview]:
    """Return what was proposed to be undone of a decision, the latest first."""
    return work.session.scalars(
        select(CaseReview).where(CaseReview.case_id == case.id).order_by(CaseReview.id.desc())
    ).all()


def pending(work: UnitOfWork, case: Case) -> CaseReview | None:
    """Return what waits for a second person, if anything does."""
    return work.session.scalar(
        select(CaseReview).where(
            CaseReview.case_id == case.id, CaseReview.state == ReviewState.PROPOSED
        )
    )


def pending_or_missing(work: UnitOfWork, case: Case) -> CaseReview:
    """Return what waits for a second person.

    Raises:
        MissingError: Nothing does.
    """
    found = pending(work, case)
    if found is None:
        raise MissingError
    return found


def to_confirm(work: UnitOfWork) -> list[CaseRow]:
    """Return the decisions that another wants to undo."""
    rows = work.session.execute(
        select(Case, Firm)
        .join(Firm, Firm.id == Case.firm_id)
        .where(
            # Few wait at a time: they are read by their state, and no case is walked through.
            Case.id.in_(
                select(CaseReview.case_id).where(
                    CaseReview.state == ReviewState.PROPOSED,
                    by_another(work, CaseReview.proposed_by_id),
                )
            ),
            firm_in(groups_of(work)),
        )
        .order_by(Case.id)
    )
    return [CaseRow(*row) for row in rows]


def lost_meanwhile(work: UnitOfWork, case: Case) -> list[Lost]:
    """Return what the firm lost while the measure bore on it: for the authority to look at.

    Nothing of it is given back by itself: others hold it now.
    """
    if case.effective_at is None or case.ends_at is None:
        return []
    until = min(case.lifted_at or work.now, case.ends_at)
    lost_at = func.coalesce(Award.sign_by_at, Award.answer_by_at, Award.publicity_ends_at)
    awards = work.session.scalars(
        select(Award.number)
        .where(
            Award.firm_id == case.firm_id,
            Award.state.in_((AwardState.LAPSED, AwardState.DISQUALIFIED)),
            lost_at >= case.effective_at,
            lost_at < until,
        )
        .order_by(Award.id)
    )
    draws = work.session.scalars(
        select(Notice.number)
        .join(Draw, Draw.notice_id == Notice.id)
        .join(Enrolment, Enrolment.draw_id == Draw.id)
        .where(
            Enrolment.firm_id == case.firm_id,
            Enrolment.state == EnrolmentState.INELIGIBLE,
            Draw.enrol_close_at >= case.effective_at,
            Draw.enrol_close_at < until,
        )
        .order_by(Notice.id)
    )
    return [
        *(Lost(notice=number, is_award=True) for number in awards),
        *(Lost(notice=number, is_award=False) for number in draws),
    ]


def decision_letters(work: UnitOfWork, case: Case) -> Sequence[Letter]:
    """Return the letters that a decision and its corrections rest on and that still stand."""
    return work.session.scalars(
        select(Letter)
        .where(
            Letter.subject == f"credit_case:{case.id}",
            Letter.kind.in_((DECISION.code, CORRECTION.code)),
            ~exists().where(LetterWithdrawal.letter_id == Letter.id),
        )
        .order_by(Letter.id)
    ).all()
