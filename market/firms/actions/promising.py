"""Listed at once on the signed promise, verified afterwards (告知承诺制)."""

from collections.abc import Sequence
from typing import Final

from market import rulebook
from market.catalogue.rules import QualificationKind
from market.clock import beijing_day, months_after
from market.db import UnitOfWork
from market.errors import msgid
from market.firms import queries, queries_entry
from market.firms.actions.counting import settle
from market.firms.actions.register import register, require_reasons, require_words
from market.firms.actions.registration import (
    STEP_WORDS,
    SUBJECT,
    missing_steps,
    move,
    require_requirements,
    settle_promise,
    start_listing,
)
from market.firms.actions.services import refresh_services
from market.firms.checks import CheckOutcome, QualificationState, ReturnReason
from market.firms.doubles import doubts_of
from market.firms.entry import VerificationState
from market.firms.errors import (
    IncompleteError,
    NothingToVerifyError,
    PromiseRouteError,
    UnansweredFeedbackError,
)
from market.firms.model import Firm, FirmCheck
from market.firms.model_entry import FirmVerification
from market.firms.queries_entry import RULES
from market.firms.rules import Move, Standing, advance
from market.regulations import Regulation, in_force

_SUBJECT: Final = msgid("入驻承诺")
_CLOSED: Final = msgid("本市没有开通告知承诺入驻")
_NATURE: Final = msgid("该类机构的登记信息须经审核")
_FALSE: Final = msgid("曾经承诺不实，尚在限制期内")
_SANCTION: Final = msgid("正被暂停选取资格或者列入黑名单")
_IMPORTED: Final = msgid("由名单导入的机构须经审核")


def route_bars(work: UnitOfWork, firm: Firm) -> list[str]:
    """List what closes the promise route to a firm; an empty list means it is open."""
    rules = in_force(RULES, work.today)
    found = []
    if not rules.flag("promise.open"):
        found.append(_CLOSED)
    if firm.nature not in rules.texts("promise.natures"):
        found.append(_NATURE)
    if _is_barred(work, firm, rules):
        found.append(_FALSE)
    if queries.standing_now(work, firm) is not Standing.ACTIVE:
        found.append(_SANCTION)
    if firm.imported:
        found.append(_IMPORTED)
    return found + doubts_of(work, firm)


def _is_barred(work: UnitOfWork, firm: Firm, rules: Regulation) -> bool:
    last = queries_entry.last_false_promise(work, firm)
    if last is None or last.decided_at is None:
        return False
    until = months_after(beijing_day(last.decided_at), rules.integer("promise.barred_months"))
    return work.today < until


def promised_kinds(rules: Regulation) -> list[QualificationKind]:
    """Return the kinds of qualification that the State holds and a promise is enough for."""
    return [kind for kind in QualificationKind if kind.value in rules.texts("promise.kinds")]


def submit_on_promise(work: UnitOfWork, firm: Firm) -> FirmVerification:
    """List a firm at once on its signed promise; publicity and verification begin beside it.

    What the State already holds counts from now on; everything else is checked as an addition
    is, and the services that rest on it wait for that.

    Raises:
        IllegalFirmMoveError: The registration is not open.
        IncompleteError: Steps are missing.
        RequirementMissingError: A service lacks a qualification or people.
        PromiseRouteError: The route is closed to this firm.
    """
    firm = queries.locked(work, firm.id)
    advance(firm.state, Move.PROMISE)
    signed = queries.promise(work, firm.id)
    if (steps := missing_steps(work, firm)) or signed is None:
        raise IncompleteError([STEP_WORDS[step] for step in steps])
    require_requirements(work, firm)
    if bars := route_bars(work, firm):
        raise PromiseRouteError(bars)
    process, rules = rulebook.apply(work, SUBJECT), rulebook.apply(work, RULES)
    kinds = promised_kinds(rules)
    for row in queries.qualifications(work, firm.id):
        if row.state is QualificationState.PENDING and row.kind in kinds:
            settle(work, firm, row, QualificationState.PROMISED)
    firm.regulation_id = process.id
    firm.publicity_ends_at = firm.count_term(
        work.today, process.integer("registration.publicity_working_days")
    )
    move(work, firm, Move.PROMISE)
    start_listing(work, firm)
    opened = _open(work, firm, signed.id, rules)
    refresh_services(work, firm)
    return opened


def _open(work: UnitOfWork, firm: Firm, promise_id: int, rules: Regulation) -> FirmVerification:
    row = FirmVerification(
        firm_id=firm.id,
        promise_id=promise_id,
        regulation_id=rules.id,
        state=VerificationState.OPEN,
        opened_at=work.now,
    )
    row.due_at = row.count_term(work.today, rules.integer("promise.verify_working_days"))
    work.session.add(row)
    settle_promise(work, firm, row, VerificationState.OPEN)
    return row


def verify_true(work: UnitOfWork, firm: Firm, finding: str) -> FirmCheck:
    """Find a promise true: what counted on it is confirmed.

    Raises:
        NothingToVerifyError: No promise of the firm waits.
        UnansweredFeedbackError: What the public says must be answered first.
    """
    firm, row = _waiting(work, firm)
    if count := queries_entry.unanswered(work, firm):
        raise UnansweredFeedbackError(count)
    decision = register(
        work, firm, CheckOutcome.PROMISE_TRUE, comment=finding.strip(), subject=_SUBJECT
    )
    _decide(work, row, finding)
    settle_promise(work, firm, row, VerificationState.TRUE)
    refresh_services(work, firm)
    return decision


def verify_false(
    work: UnitOfWork, firm: Firm, reasons: Sequence[ReturnReason], finding: str
) -> FirmCheck:
    """Find a promise false: the listing ends, the firm is sent back, the ledger is told.

    The breach is entered by the sweep of credit, which opens the way to a case.

    Raises:
        NothingToVerifyError: No promise of the firm waits.
        NoReasonError, WordsMissingError: It is not said what was false.
    """
    firm, row = _waiting(work, firm)
    words = require_words(finding, "comment")
    require_reasons(reasons, words)
    given = [*dict.fromkeys([*reasons, ReturnReason.PROMISE_FALSE])]
    decision = register(
        work, firm, CheckOutcome.PROMISE_FALSE, given, comment=words, subject=_SUBJECT
    )
    _decide(work, row, words)
    settle_promise(work, firm, row, VerificationState.FALSE)
    move(work, firm, Move.REVOKE)
    firm.publicity_ends_at = None
    refresh_services(work, firm)
    return decision


def _decide(work: UnitOfWork, row: FirmVerification, finding: str) -> None:
    row.finding = finding.strip()
    row.decided_at = work.now
    row.decided_by_id = work.user_id


def _waiting(work: UnitOfWork, firm: Firm) -> tuple[Firm, FirmVerification]:
    firm = queries.locked(work, firm.id)
    row = queries_entry.open_verification(work, firm)
    if row is None:
        raise NothingToVerifyError
    return firm, row
