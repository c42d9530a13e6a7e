"""What is done with credit: breaches entered, cases opened, answered, decided, put in effect."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial

from market import reasons, regulations, rulebook
from market.calendar import default_calendar
from market.clock import beijing, beijing_day
from market.credit import queries
from market.credit.journal import BreachEntered, CaseMoved
from market.credit.model import Breach, Case, CaseBreach
from market.credit.rules import (
    REPORTED,
    SERIOUS,
    BreachInCaseError,
    BreachKind,
    CaseMove,
    CaseState,
    Measure,
    NotYetOccurredError,
    ReplyLateError,
    StillHearingError,
    Term,
    advance,
    check_measure,
    effective_from,
    ends_at,
    is_hearing,
    prevailing,
)
from market.db import UnitOfWork
from market.duties import require_another
from market.errors import MarketError, msgid
from market.firms import actions as firms
from market.firms import queries as firm_queries
from market.firms.model import Firm
from market.firms.rules import Standing, standing_in_effect
from market.numbers import next_number


class TextTooShortError(MarketError):
    """A letter needs its reasons."""

    sentence = msgid("请写明事实和理由（至少 %(least)s 个字）。")

    def __init__(self, field: str) -> None:
        super().__init__(field=field, least=TEXT_SHORTEST)


TEXT_SHORTEST = 20
REPORT = "report"


def enter_breach(
    work: UnitOfWork,
    firm: Firm,
    kind: BreachKind,
    *,
    source: str,
    source_id: int,
    occurred_at: datetime,
    evidence: str,
) -> Breach:
    """Enter a breach in the firm's ledger, under the regulation in force when it happened."""
    rules = rulebook.apply(work, "credit", beijing_day(occurred_at))
    points, clause = _points(rules, kind)
    breach = Breach(
        firm_id=firm.id,
        kind=kind,
        source=source,
        source_id=source_id,
        points=points,
        occurred_at=occurred_at,
        entered_at=work.now,
        evidence=evidence,
        regulation_id=rules.id,
        clause=clause,
    )
    work.session.add(breach)
    work.session.flush()
    work.record(
        BreachEntered(
            firm=firm.code,
            breach=kind,
            source=f"{source}:{source_id}",
            points=points,
            occurred_at=occurred_at,
            regulation=rules.id,
            clause=clause,
        )
    )
    return breach


def report_breach(
    work: UnitOfWork, firm: Firm, kind: BreachKind, occurred_on: date, evidence: str
) -> Breach:
    """Enter a breach that an authority established, with its evidence.

    Raises:
        NotYetOccurredError: The day has not come.
        TextTooShortError: The evidence is missing.
        ValueError: The kind is one that only the system enters.
    """
    if kind not in REPORTED:
        raise ValueError(f"{kind} is entered from its own records")
    if occurred_on > work.today:
        raise NotYetOccurredError
    _require(evidence, "evidence")
    report = next_number(work, "JB")
    source_id = int(report.removeprefix("JB-").replace("-", ""))
    return enter_breach(
        work,
        firm,
        kind,
        source=REPORT,
        source_id=source_id,
        occurred_at=beijing(occurred_on),
        evidence=f"{report}：{evidence.strip()}"[:500],
    )


def propose(
    work: UnitOfWork,
    firm: Firm,
    breaches: Sequence[Breach],
    *,
    measure: Measure,
    months: int,
    grounds: str,
) -> Case:
    """Open a case and tell the firm what is proposed and why (告知书); its time to reply begins.

    Raises:
        BreachInCaseError: A breach grounds another case.
        NoGroundsError, TermError: The measure does not follow from the breaches.
        TextTooShortError: The grounds are missing.
        UnknownYearError: The calendar does not know when the reply is due.
    """
    _require(grounds, "grounds")
    firm = firm_queries.locked(work, firm.id)  # Two officers must not take up one breach.
    if held := queries.case_numbers(work, [breach.id for breach in breaches]):
        raise BreachInCaseError(min(held.values()))
    rules = rulebook.apply(work, "credit")
    terms = rulebook.apply(work, "credit-terms")
    check_measure(
        measure,
        months,
        [queries.entry_of(breach) for breach in breaches],
        current_score=queries.ledger(work, firm.id).score,
        suspend_at=rules.integer("thresholds.suspend_at"),
        terms=terms_for(work, firm),
    )
    case = Case(
        number=next_number(work, "AJ"),
        firm_id=firm.id,
        measure=measure,
        months=months,
        grounds=grounds.strip(),
        regulation_id=rules.id,
        terms_regulation_id=terms.id,
        proposed_by_id=work.user_id,
        proposed_by_org_id=work.org_id,
        notified_at=work.now,
        reply_by_at=default_calendar().due_at(work.today, rules.integer("case.reply_working_days")),
        state=CaseState.NOTIFIED,
    )
    work.session.add(case)
    work.session.flush()
    work.session.add_all(CaseBreach(case_id=case.id, breach_id=b.id) for b in breaches)
    _record(work, case, case.grounds)
    return case


def reply(work: UnitOfWork, case: Case, text: str, *, is_last: bool = False) -> None:
    """Hear the firm (陈述申辩): it may add until its time is over, or say that this is all.

    Raises:
        IllegalCaseMoveError: It said that it adds nothing, or the case is decided.
        ReplyLateError: The time is over.
        TextTooShortError: There is no text.
    """
    state = advance(case.state, CaseMove.REPLY_LAST if is_last else CaseMove.REPLY)
    if work.now >= case.reply_by_at:
        raise ReplyLateError
    _require(text, "reply")
    case.state = state
    case.reply = f"{case.reply}\n\n补充：{text.strip()}" if case.reply else text.strip()
    case.replied_at = work.now
    _record(work, case, case.reply)


def decide(work: UnitOfWork, case: Case, *, uphold: bool, text: str) -> None:
    """Decide a case: never by its proposer, and not while the firm may still add to its words.

    An upheld measure takes effect at the next Beijing midnight and ends by itself.

    Raises:
        SeparationOfDutiesError: The decider proposed the case.
        StillHearingError: The firm's time is not over, and it may still add.
        TextTooShortError: There are no reasons.
    """
    state = advance(case.state, CaseMove.UPHOLD if uphold else CaseMove.DISMISS)
    require_another(work, case.proposed_by_id, first=msgid("提出人"), second=msgid("决定人"))
    if is_hearing(case.state, case.reply_by_at, work.now):
        raise StillHearingError(case.reply_by_at)
    _require(text, "decision")
    case.state = state
    case.decision = text.strip()
    case.decided_by_id = work.user_id
    case.decided_at = work.now
    if uphold:
        case.effective_at = effective_from(work.now)
        case.ends_at = ends_at(case.effective_at, case.months)
        case.next_check_at = case.effective_at
    _record(work, case, case.decision)


def take_effect(work: UnitOfWork, case: Case, firm: Firm) -> None:
    """Put what was decided into effect: the firm bears the gravest measure that runs now.

    A milder one that outlasts it is looked at again when the graver one ends. A term that is
    over is not looked at any more: the firm's own sweep ends standings.
    """
    decided = queries.decided_of_firm(work, firm.id)
    terms = [term for row in decided if (term := _term(row))]
    case.next_check_at = None
    bears = prevailing(terms, work.now)
    if bears is None:
        return
    by_id = {row.id: row for row in decided}
    _bear(work, firm, bears, by_id[bears.case_id].number)
    for term in terms:
        if term.effective_at <= work.now:
            outlasts = term.ends_at > bears.ends_at
            by_id[term.case_id].next_check_at = bears.ends_at if outlasts else None


def _bear(work: UnitOfWork, firm: Firm, term: Term, number: str) -> None:
    suspended = term.measure is Measure.SUSPENSION
    standing = Standing.SUSPENDED if suspended else Standing.BLACKLISTED
    now = standing_in_effect(firm.standing, firm.standing_until_at, work.now)
    if (now, firm.standing_until_at) != (standing, term.ends_at):
        firms.set_standing(work, firm, standing, term.ends_at, number)


def _term(case: Case) -> Term | None:
    if case.effective_at is None or case.ends_at is None:
        return None
    return Term(
        case_id=case.id,
        measure=case.measure,
        effective_at=case.effective_at,
        ends_at=case.ends_at,
    )


def terms_for(work: UnitOfWork, firm: Firm) -> Mapping[Measure, tuple[int, int]]:
    """Return the least and most months of each measure for a firm today.

    A very low score, or repeated suspensions within the window, allow the long suspension.
    """
    rules = regulations.in_force("credit", work.today)
    terms = regulations.in_force("credit-terms", work.today)
    low = queries.ledger(work, firm.id).score <= rules.integer("thresholds.long_suspend_at")
    before = rules.integer("suspension.suspensions_before_long")
    repeated = queries.suspensions_in_window(work, firm.id) >= before
    most = "suspension.long_months" if low or repeated else "suspension.maximum_months"
    return {
        Measure.SUSPENSION: (rules.integer("suspension.minimum_months"), rules.integer(most)),
        Measure.BLACKLIST: (
            terms.integer("general.minimum_months"),
            terms.integer("general.maximum_months"),
        ),
        Measure.SERIOUS_BLACKLIST: (
            terms.integer("serious.minimum_months"),
            terms.integer("serious.maximum_months"),
        ),
    }


def _points(rules: regulations.Regulation, kind: BreachKind) -> tuple[int, str]:
    if kind in SERIOUS:
        return 0, rules.clause_of("listing.direct_breaches")
    return rules.integer(f"points.{kind}"), rules.clause_of(f"points.{kind}")


def _require(text: str, field: str) -> None:
    reasons.long_enough(text, TEXT_SHORTEST, partial(TextTooShortError, field))


def _record(work: UnitOfWork, case: Case, text: str) -> None:
    upheld = case.state is CaseState.DECIDED
    work.record(
        CaseMoved(
            case=case.number,
            firm=work.session.get_one(Firm, case.firm_id).code if upheld else None,
            state=case.state,
            measure=case.measure,
            months=case.months,
            text_digest=hashlib.sha256(text.encode()).hexdigest(),
            effective_at=case.effective_at,
            ends_at=case.ends_at,
        )
    )
