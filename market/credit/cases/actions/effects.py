"""What was decided bears on the firm from its midnight, and no longer than its term."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from market.credit.cases.model import Case
from market.credit.cases.queries import decided_of_firm
from market.credit.cases.record import say
from market.credit.cases.rules import effective_from, ends_at
from market.credit.rules import Measure, Term, prevailing
from market.db import UnitOfWork
from market.firms import actions as firms
from market.firms.model import Firm
from market.firms.restrictions import actions as restrictions
from market.firms.rules import Standing, standing_in_effect

# Each measure is named: a new one that is not fails here, and blacklists nobody silently.
STANDINGS: Final[Mapping[Measure, Standing]] = MappingProxyType(
    {
        Measure.SUSPENSION: Standing.SUSPENDED,
        Measure.BLACKLIST: Standing.BLACKLISTED,
        Measure.SERIOUS_BLACKLIST: Standing.BLACKLISTED,
    }
)


def standing_of(measure: Measure) -> Standing:
    """Return what a measure makes of a firm."""
    return STANDINGS[measure]


def order(work: UnitOfWork, case: Case) -> None:
    """Fix from when until when the measure bears; what enforces it reads these instants."""
    case.effective_at = effective_from(work.now)
    case.ends_at = ends_at(case.effective_at, case.months)
    case.next_check_at = case.effective_at
    restrictions.order(
        work,
        case.firm_id,
        standing_of(case.measure),
        scope=case.scope,
        from_at=case.effective_at,
        until_at=case.ends_at,
        case_number=case.number,
    )


def put_off(work: UnitOfWork, case: Case) -> None:
    """Let a decision that has not taken effect wait for the two people who look at it again."""
    restrictions.cancel(work, case.number)
    case.effective_at = case.ends_at = case.next_check_at = None
    say(work, case, case.decision or "")


def take_effect(work: UnitOfWork, case: Case, firm: Firm) -> None:
    """Put what was decided into effect: the firm bears the gravest measure that runs now.

    A milder one that outlasts it is looked at again when the graver one ends. A term that is
    over is not looked at any more: the firm's own sweep ends standings.
    """
    case.next_check_at = None
    settle(work, firm, why="")


def settle(work: UnitOfWork, firm: Firm, *, why: str) -> None:
    """Give a firm the standing that its decided cases leave it with now.

    If none bears on it any more, ``why`` says what ended the last one.
    """
    decided = decided_of_firm(work, firm.id)
    terms = [term for row in decided if (term := _term(row))]
    bears = prevailing(terms, work.now)
    if bears is None:
        now = standing_in_effect(firm.standing, firm.standing_until_at, work.now)
        if why and now is not Standing.ACTIVE:
            firms.lift_standing(work, firm, why)
        return
    by_id = {row.id: row for row in decided}
    _bear(work, firm, bears, by_id[bears.case_id].number)
    for term in terms:
        if term.effective_at <= work.now:
            outlasts = term.ends_at > bears.ends_at
            by_id[term.case_id].next_check_at = bears.ends_at if outlasts else None


def _bear(work: UnitOfWork, firm: Firm, term: Term, number: str) -> None:
    standing = standing_of(term.measure)
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
