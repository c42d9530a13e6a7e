"""The operator's check: pass, or send back with coded reasons. Every refusal is registered."""

from collections.abc import Sequence

from market.db import UnitOfWork
from market.duties import require_another
from market.errors import msgid
from market.firms import materials, queries
from market.firms.actions.counting import settle
from market.firms.actions.qualifications import describe, expired
from market.firms.actions.register import register, require_reasons
from market.firms.actions.registration import SUBJECT, move, require_requirements
from market.firms.actions.services import refresh_services
from market.firms.actions.staff import after_change
from market.firms.actions.staff import describe as describe_person
from market.firms.checks import CheckOutcome, QualificationState, ReturnReason
from market.firms.errors import AlreadyCheckedError, ExpiredError
from market.firms.model import Firm, FirmCheck, FirmQualification, FirmStaff
from market.firms.rules import EDITABLE, FirmState, Move, advance
from market.regulations import current, in_force


def check_pass(work: UnitOfWork, firm: Firm, comment: str = "") -> FirmCheck:
    """Pass a registration: its qualifications and people are confirmed and its publicity begins.

    Raises:
        IllegalFirmMoveError: It is not waiting for a check.
        SeparationOfDutiesError: The person who imported it cannot check it.
        ExpiredError: A qualification has expired since it was stated.
        RequirementMissingError: A service lacks what its item asks for.
        MaterialsMissingError: A document it needs was refused.
        SuspiciousWaitingError: Documents that a machine found odd are decided one by one.
    """
    advance(firm.state, Move.PASS)
    _other_person(work, firm)
    for row in expired(work, firm):
        if row.valid_to_on is not None and row.state is QualificationState.PENDING:
            raise ExpiredError(row.valid_to_on, work.today)
    require_requirements(work, firm)
    if not firm.imported:  # The operator's own list stands for what it was made from.
        materials.require(work, firm)
    materials.settle(work, firm)
    stated: list[FirmQualification | FirmStaff] = [
        *queries.qualifications(work, firm.id),
        *queries.staff(work, firm.id),
    ]
    for one in stated:
        if one.state is QualificationState.PENDING:
            settle(work, firm, one, QualificationState.CONFIRMED)
    rules = (
        current().by_id(firm.regulation_id) if firm.regulation_id else in_force(SUBJECT, work.today)
    )
    firm.publicity_ends_at = firm.count_term(
        work.today, rules.integer("registration.publicity_working_days")
    )
    decision = register(work, firm, CheckOutcome.PASSED, (), comment=comment)
    move(work, firm, Move.PASS)
    firm.check_due_at = None
    refresh_services(work, firm)
    return decision


def check_return(
    work: UnitOfWork, firm: Firm, reasons: Sequence[ReturnReason], comment: str
) -> FirmCheck:
    """Send a registration back with reasons, from the check or after an objection.

    Raises:
        IllegalFirmMoveError: It is neither waiting for a check nor public.
        NoReasonError: No reason is given, or "other" without words.
    """
    advance(firm.state, Move.RETURN)
    require_reasons(reasons, comment)
    decision = register(work, firm, CheckOutcome.RETURNED, reasons, comment=comment)
    move(work, firm, Move.RETURN)
    firm.check_due_at = None
    firm.publicity_ends_at = None
    refresh_services(work, firm)
    return decision


def confirm_qualification(work: UnitOfWork, firm: Firm, row: FirmQualification) -> FirmCheck:
    """Confirm a qualification added after the check; services that waited for it thaw.

    Raises:
        AlreadyCheckedError: Somebody decided it, or the whole registration is open.
        ExpiredError: It has expired since it was stated.
    """
    _require_pending(firm, row)
    if row.valid_to_on is not None and row.valid_to_on < work.today:
        raise ExpiredError(row.valid_to_on, work.today)
    settle(work, firm, row, QualificationState.CONFIRMED)
    decision = register(work, firm, CheckOutcome.CONFIRMED, (), subject=describe(row))
    refresh_services(work, firm)
    return decision


def refuse_qualification(
    work: UnitOfWork,
    firm: Firm,
    row: FirmQualification,
    reasons: Sequence[ReturnReason],
    comment: str,
) -> FirmCheck:
    """Refuse a qualification added after the check, with reasons.

    Raises:
        AlreadyCheckedError: Somebody decided it, or the whole registration is open.
        NoReasonError: No reason is given, or "other" without words.
    """
    _require_pending(firm, row)
    require_reasons(reasons, comment)
    settle(work, firm, row, QualificationState.REFUSED)
    return register(
        work, firm, CheckOutcome.REFUSED, reasons, comment=comment, subject=describe(row)
    )


def confirm_staff(work: UnitOfWork, firm: Firm, member: FirmStaff) -> FirmCheck:
    """Confirm a person added after the check; from now on that person counts.

    Raises:
        AlreadyCheckedError: Somebody decided it, or the whole registration is open.
        ExpiredError: The certificate has expired since it was stated.
    """
    _require_pending(firm, member)
    if member.valid_to_on is not None and member.valid_to_on < work.today:
        raise ExpiredError(member.valid_to_on, work.today)
    settle(work, firm, member, QualificationState.CONFIRMED)
    decision = _register_person(work, firm, member, CheckOutcome.CONFIRMED)
    after_change(work, firm)
    return decision


def refuse_staff(
    work: UnitOfWork,
    firm: Firm,
    member: FirmStaff,
    reasons: Sequence[ReturnReason],
    comment: str,
) -> FirmCheck:
    """Refuse a person added after the check, with reasons.

    The person is off the firm's list: who never worked there must not be kept from another firm.

    Raises:
        AlreadyCheckedError: Somebody decided it, or the whole registration is open.
        NoReasonError: No reason is given, or "other" without words.
    """
    _require_pending(firm, member)
    require_reasons(reasons, comment)
    settle(work, firm, member, QualificationState.REFUSED)
    member.left_at = work.now
    decision = _register_person(
        work, firm, member, CheckOutcome.REFUSED, reasons=reasons, comment=comment
    )
    after_change(work, firm)
    return decision


def _register_person(
    work: UnitOfWork,
    firm: Firm,
    member: FirmStaff,
    outcome: CheckOutcome,
    *,
    reasons: Sequence[ReturnReason] = (),
    comment: str = "",
) -> FirmCheck:
    """Register a decision about a person; the public log names the certificate only."""
    return register(
        work,
        firm,
        outcome,
        reasons,
        comment=comment,
        subject=describe_person(member),
        logged=member.certificate,
    )


def _other_person(work: UnitOfWork, firm: Firm) -> None:
    require_another(
        work, firm.imported_by_id, first=msgid("导入机构信息的人"), second=msgid("审核入驻的人")
    )


def _require_pending(firm: Firm, row: FirmQualification | FirmStaff) -> None:
    open_registration = firm.state in EDITABLE or firm.state is FirmState.SUBMITTED
    if open_registration or row.state is not QualificationState.PENDING:
        raise AlreadyCheckedError
