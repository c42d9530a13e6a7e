"""Social-insurance evidence: handed in by the firm, compared with its source by the operator."""

from dataclasses import dataclass
from datetime import date

from market.db import UnitOfWork
from market.firms import queries, queries_insurance
from market.firms.actions.staff import after_change
from market.firms.checks import QualificationState
from market.firms.errors import AlreadyCheckedError
from market.firms.errors_insurance import InsuranceCommentError, MonthsError
from market.firms.insurance import masked, month_of
from market.firms.model import Firm, FirmStaff
from market.firms.model_insurance import StaffInsurance

COMMENT_SHORTEST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class InsuranceFacts:
    """What a firm says of a person's social insurance."""

    from_on: date
    to_on: date
    agency: str
    account: str
    code: str


def insure(
    work: UnitOfWork, firm: Firm, member: FirmStaff, facts: InsuranceFacts
) -> StaffInsurance:
    """Hand in evidence, which the operator confirms later. Of the account only the ends are kept.

    Raises:
        MonthsError: The months are turned round, or lie ahead.
        MissingError: The person is not the firm's.
    """
    member = queries.staff_member(work, firm, member.id)
    begun, ended = month_of(facts.from_on), month_of(facts.to_on)
    if begun > ended or ended > month_of(work.today):
        raise MonthsError
    row = StaffInsurance(
        staff_id=member.id,
        from_on=facts.from_on.replace(day=1),
        to_on=facts.to_on.replace(day=1),
        agency=facts.agency,
        account_masked=masked(facts.account),
        code=facts.code,
        state=QualificationState.PENDING,
        entered_at=work.now,
        entered_by_id=work.user_id,
    )
    work.session.add(row)
    work.session.flush()
    return row


def check_insurance(
    work: UnitOfWork, row: StaffInsurance, *, confirm: bool, comment: str = ""
) -> None:
    """Let the operator confirm evidence, or refuse it with a reason.

    Raises:
        AlreadyCheckedError: Somebody decided it.
        InsuranceCommentError: A refusal has no reason.
    """
    row = queries_insurance.pending(work, row.id)
    if row.state is not QualificationState.PENDING:
        raise AlreadyCheckedError
    if not confirm and len(comment.strip()) < COMMENT_SHORTEST:
        raise InsuranceCommentError
    row.state = QualificationState.CONFIRMED if confirm else QualificationState.REFUSED
    row.comment = comment.strip()
    row.checked_at, row.checked_by_id = work.now, work.user_id
    member = work.session.get_one(FirmStaff, row.staff_id)
    after_change(work, queries.firm_by_id(work, member.firm_id))
