"""A decision that lost something it rests on is looked at again (docs/adr/0113, docs/adr/0119)."""

from dataclasses import replace
from typing import Final

from sqlalchemy import select

from market.accounts.queries import operator_id
from market.calendar import provisional_calendar
from market.clocks.model import Card
from market.credit.cases import basis, letters, messages
from market.credit.cases.actions.effects import order, put_off
from market.credit.cases.actions.telling import tell_put_off, tell_those_beside
from market.credit.cases.model import Case
from market.credit.cases.record import firm_of, rules_of, say, tell_firm
from market.db import Actor, UnitOfWork
from market.messages.actions import tell
from market.supervision import takenback

ACTOR: Final = Actor("job:credit")


def fell(work: UnitOfWork, card: Card) -> None:
    """Look at what rests on a card in the moment in which it is taken back.

    What has not taken effect must not: nobody is struck at midnight because a job came late.
    """
    by_rule = replace(work, actor=ACTOR)
    for case_id in basis.resting_on(work, card):
        _begin(by_rule, _locked(work, case_id))


def look(work: UnitOfWork, case_id: int) -> int:
    """Begin the authority's term to look at a decision again, if nobody has noticed."""
    case = _locked(work, case_id)
    if case_id not in basis.due(work, case_id - 1, 1):
        return 0
    _begin(work, case)
    return 1


def _locked(work: UnitOfWork, case_id: int) -> Case:
    return work.session.scalars(
        select(Case)
        .where(Case.id == case_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _begin(work: UnitOfWork, case: Case) -> None:
    """Begin the term, put off what does not bear yet, and tell everybody it concerns."""
    case.basis_seen_at, case.basis_late_at = work.now, None
    days = rules_of(case).integer(basis.TERM)
    case.basis_by_at = provisional_calendar().due_at(work.today, days)
    told = {case.proposed_by_org_id, firm_of(work, case).organisation_id, operator_id(work)}
    for org_id in sorted(each for each in told if each is not None):
        tell(
            work,
            messages.BASIS_GONE,
            org_id=org_id,
            path=f"/credit/cases/{case.number}",
            once=f"{case.number}:basis:{org_id}:{work.now.isoformat()}",
            number=case.number,
            until=case.basis_by_at,
        )
    if case.effective_at is not None and case.effective_at > work.now:
        tell_put_off(work, case)
        put_off(work, case)


def keep(work: UnitOfWork, case: Case, why: str) -> None:
    """Two people keep a decision: what was put off takes effect at the next midnight."""
    basis.end_review(case)
    if not case.is_put_off:
        return
    order(work, case)
    say(work, case, why)
    letters.begun(work, case, why)
    tell_begun(work, case)


def tell_begun(work: UnitOfWork, case: Case) -> None:
    """Tell the firm, and those beside it, from when on a decision that was put off bears."""
    tell_firm(
        work,
        case,
        messages.BEGUN,
        f"begun:{work.now.isoformat()}",
        measure=case.measure,
        from_at=case.effective_at,
        until=case.ends_at,
    )
    tell_those_beside(work, case)


def note_late(work: UnitOfWork, case_id: int) -> int:
    """Tell the operator and the authority, once, that nobody looked at a decision in time."""
    case = _locked(work, case_id)
    if case_id not in basis.overdue(work, case_id - 1, 1):
        return 0
    case.basis_late_at = work.now
    told = {case.proposed_by_org_id, operator_id(work)}
    for org_id in sorted(each for each in told if each is not None):
        tell(
            work,
            messages.BASIS_LATE,
            org_id=org_id,
            path=f"/credit/cases/{case.number}",
            once=f"{case.number}:basis-late:{org_id}:{work.now.isoformat()}",
            number=case.number,
            until=case.basis_by_at,
        )
    return 1


takenback.provide(fell)
