"""A case begins: one person proposes, another confirms that the firm is told."""

from collections.abc import Collection, Sequence

from market import rulebook
from market.calendar import provisional_calendar
from market.credit import queries, timing
from market.credit.cases import basis, letters, messages
from market.credit.cases.actions.terms import terms_for
from market.credit.cases.errors import NotYourProposalError, ScopeUnsaidError
from market.credit.cases.model import Case, CaseBreach
from market.credit.cases.record import rules_of, say, tell_firm
from market.credit.cases.rules import CaseMove, CaseState, advance
from market.credit.cases.scopes import checked, groups_of_breaches
from market.credit.cases.texts import required
from market.credit.model import Breach
from market.credit.rules import BreachInCaseError, Measure, check_measure
from market.db import UnitOfWork
from market.duties import require_another, took
from market.errors import msgid
from market.firms import queries as firm_queries
from market.firms.model import Firm
from market.numbers import next_number
from market.regulations import Regulation


def propose(
    work: UnitOfWork,
    firm: Firm,
    breaches: Sequence[Breach],
    *,
    measure: Measure,
    months: int,
    grounds: str,
    groups: Collection[str] | None = None,
) -> Case:
    """Propose a measure (认定建议); the firm is told once another person has confirmed it.

    Without ``groups`` it reaches the groups of items in which the breaches arose; every item is
    chosen by name, except by a serious measure, which the rules let reach no less.

    Raises:
        BreachInCaseError: A breach grounds another case.
        MissingError: A breach is not the firm's, or was found wrong.
        UnjudgedBasisError: A breach rests on a card that nobody has judged.
        NoGroundsError, TermError: The measure does not follow from the breaches.
        ScopeError, ScopeTwiceError: A serious measure was to reach less than all, or all and some.
        ScopeUnsaidError: The breaches arose in no matter of the market, and nothing was chosen.
        TextTooShortError: The grounds are missing.
    """
    grounds = required(grounds, "grounds")
    firm = firm_queries.locked(work, firm.id)  # Two officers must not take up one breach.
    ids = [breach.id for breach in breaches]
    queries.breaches_of_firm(work, firm.id, ids)  # Two people may have undone one meanwhile.
    if held := queries.case_numbers(work, ids):
        raise BreachInCaseError(min(held.values()))
    basis.require_judged(work, breaches)
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
        scope=_scope(work, rules, breaches, measure, groups),
        grounds=grounds,
        regulation_id=rules.id,
        terms_regulation_id=terms.id,
        proposed_by_id=work.user_id,
        proposed_by_org_id=work.org_id,
        proposed_at=work.now,
        state=CaseState.PROPOSED,
    )
    work.session.add(case)
    work.session.flush()
    work.session.add_all(CaseBreach(case_id=case.id, breach_id=b.id) for b in breaches)
    say(work, case, case.grounds)
    return case


def _scope(
    work: UnitOfWork,
    rules: Regulation,
    breaches: Sequence[Breach],
    measure: Measure,
    groups: Collection[str] | None,
) -> str:
    reaches_all = measure is Measure.SERIOUS_BLACKLIST and rules.flag("scope.serious_covers_all")
    if groups is not None:
        return checked(groups, reaches_all=reaches_all)
    if reaches_all:
        return ""
    found = groups_of_breaches(work, breaches)
    if not found:
        raise ScopeUnsaidError
    return " ".join(sorted(found))


def notify(work: UnitOfWork, case: Case) -> None:
    """Confirm a proposal and tell the firm (告知书): its time to reply begins.

    Raises:
        SeparationOfDutiesError: It is the proposer's own.
        IllegalCaseMoveError: It was confirmed or dropped.
        UnknownYearError: The calendar does not know when the reply is due.
    """
    state = advance(case.state, CaseMove.NOTIFY)
    _require_another(work, case)
    rules = rules_of(case)
    case.state = state
    case.confirmed_by_id = work.user_id
    case.notified_at = work.now
    case.reply_by_at = case.count_term(work.today, rules.integer("case.reply_working_days"))
    if case.measure in rules.texts("case.hearing_measures"):
        asked_within = rules.integer("case.hearing_request_working_days")
        case.hearing_by_at = provisional_calendar().due_at(work.today, asked_within)
    timing.begin_reply(work, case)
    say(work, case, case.grounds)
    letters.notice(work, case)
    tell_firm(
        work,
        case,
        messages.NOTIFIED,
        "notified",
        measure=case.measure,
        until=case.reply_by_at,
    )


def drop(work: UnitOfWork, case: Case, why: str) -> None:
    """Refuse a proposal: no case is opened, the firm is told nothing, its breaches are free.

    Raises:
        SeparationOfDutiesError: It is the proposer's own.
        IllegalCaseMoveError: It was confirmed or dropped.
        TextTooShortError: There are no reasons.
    """
    state = advance(case.state, CaseMove.DROP)
    _require_another(work, case)
    case.drop_reason = required(why, "why")
    case.state = state
    case.confirmed_by_id = work.user_id
    say(work, case, case.drop_reason)


def recall(work: UnitOfWork, case: Case, why: str) -> None:
    """Let whoever proposed take the proposal back until it is confirmed; the firm hears nothing.

    Raises:
        IllegalCaseMoveError: It was confirmed or dropped.
        NotYourProposalError: Somebody else proposed it.
        TextTooShortError: It does not say why.
    """
    state = advance(case.state, CaseMove.RECALL)
    if not took(work, case.proposed_by_id):
        raise NotYourProposalError
    case.drop_reason = required(why, "why")
    case.state = state
    say(work, case, case.drop_reason)


def _require_another(work: UnitOfWork, case: Case) -> None:
    require_another(work, case.proposed_by_id, first=msgid("提出人"), second=msgid("审核人"))
