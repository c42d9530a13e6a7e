"""Finding cases. What an actor may not know of is missing, not forbidden."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, exists, func, or_, select, tuple_

from market import regulations
from market.access import ROLES, Permission
from market.accounts.model import User, UserRole
from market.accounts.queries import is_there
from market.calendar import UnknownYearError, default_calendar
from market.clock import beijing_day
from market.clocks import referring
from market.contracts.model import Contract
from market.contracts.rules import ContractState
from market.credit.cases.model import Case, CaseBreach, CaseHearing
from market.credit.cases.rules import OPEN, CaseState
from market.credit.model import Breach
from market.credit.rules import BreachKind, Measure, counts_until
from market.credit.scope import firm_in, groups_of
from market.credit.sources import CARD
from market.db import UnitOfWork
from market.documents import resting
from market.documents.model import Document
from market.documents.resting import Rest
from market.duties import by_another
from market.errors import MissingError, msgid
from market.firms.model import Firm
from market.letters.model import Letter

MOST_WATCHED = 200
DECIDERS: Final = tuple(role for role, (_, may) in ROLES.items() if Permission.CASE_DECIDE in may)
RUNNING = (ContractState.IN_FORCE, ContractState.RUNNING, ContractState.DELIVERED)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case with the firm it concerns."""

    case: Case
    firm: Firm


def case(work: UnitOfWork, number: str) -> Case:
    """Return a case that the actor looks after: for those who propose, decide or oversee."""
    return _one(work, Case.number == number, _within(work))


def own_case(work: UnitOfWork, number: str) -> Case:
    """Return a case of the firm the actor acts for."""
    return _one(
        work,
        Case.number == number,
        Case.notified_at.is_not(None),
        exists().where(Firm.id == Case.firm_id, Firm.organisation_id == work.actor.org_id),
    )


def cases(
    work: UnitOfWork,
    *,
    state: CaseState | None = None,
    words: str = "",
    limit: int = 50,
    offset: int = 0,
) -> list[CaseRow]:
    """Return the cases that the actor looks after, with their firms, the latest first."""
    rows = work.session.execute(
        select(Case, Firm)
        .join(Firm, Firm.id == Case.firm_id)
        .where(*_chosen(work, state, words))
        .order_by(Case.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [CaseRow(*row) for row in rows]


def count_cases(work: UnitOfWork, *, state: CaseState | None = None, words: str = "") -> int:
    """Return how many cases ``cases`` chooses from."""
    return (
        work.session.scalar(
            select(func.count(Case.id))
            .join(Firm, Firm.id == Case.firm_id)
            .where(*_chosen(work, state, words))
        )
        or 0
    )


def own_cases(work: UnitOfWork) -> Sequence[Case]:
    """Return the cases of the firm the actor acts for, of which it was told, the latest first."""
    return work.session.scalars(
        select(Case)
        .join(Firm, Firm.id == Case.firm_id)
        .where(Firm.organisation_id == work.actor.org_id, Case.notified_at.is_not(None))
        .order_by(Case.id.desc())
    ).all()


def cases_of_firm(work: UnitOfWork, firm_id: int) -> Sequence[Case]:
    """Return the cases of a firm, the latest first."""
    return work.session.scalars(
        select(Case).where(Case.firm_id == firm_id).order_by(Case.id.desc())
    ).all()


def to_decide(work: UnitOfWork) -> list[CaseRow]:
    """Return the cases that the actor may decide now: heard to the end, or past their term.

    Also those of which another has drafted the decision, so that it takes a second person.
    """
    return _waiting(
        work,
        or_(
            Case.state == CaseState.HEARD,
            Case.state.in_((CaseState.NOTIFIED, CaseState.REPLIED))
            & (Case.reply_by_at <= work.now),
            (Case.state == CaseState.DRAFTED) & by_another(work, Case.drafted_by_id),
        ),
        by_another(work, Case.proposed_by_id),
        ~exists().where(CaseHearing.case_id == Case.id, CaseHearing.chair_id == work.actor.user_id),
    )


def to_confirm(work: UnitOfWork) -> list[CaseRow]:
    """Return the proposals of others of which the firm has not been told."""
    return _waiting(work, Case.state == CaseState.PROPOSED, by_another(work, Case.proposed_by_id))


def to_summon(work: UnitOfWork) -> list[CaseRow]:
    """Return the cases whose firm asked for a hearing that has no day yet."""
    return _waiting(work, Case.state == CaseState.HEARING)


def to_hear(work: UnitOfWork) -> list[CaseRow]:
    """Return the cases whose hearing the actor chairs and whose time has not come."""
    return _waiting(
        work,
        Case.state == CaseState.SUMMONED,
        exists().where(
            CaseHearing.case_id == Case.id,
            CaseHearing.chair_id == work.actor.user_id,
            CaseHearing.held_at > work.now,
        ),
    )


def to_record(work: UnitOfWork) -> list[CaseRow]:
    """Return the cases whose hearing the actor chairs and whose time has come."""
    return _waiting(
        work,
        Case.state == CaseState.SUMMONED,
        exists().where(
            CaseHearing.case_id == Case.id,
            CaseHearing.chair_id == work.actor.user_id,
            CaseHearing.held_at <= work.now,
        ),
    )


def _waiting(work: UnitOfWork, *conditions: ColumnElement[bool]) -> list[CaseRow]:
    rows = work.session.execute(
        select(Case, Firm)
        .join(Firm, Firm.id == Case.firm_id)
        .where(*conditions, firm_in(groups_of(work)))
        .order_by(Case.reply_by_at, Case.id)
    )
    return [CaseRow(*row) for row in rows]


def hearing_of(work: UnitOfWork, of: Case) -> CaseHearing | None:
    """Return the hearing that the firm asked for in a case, if it did."""
    return work.session.get(CaseHearing, of.id)


def may_chair(work: UnitOfWork, of: Case) -> Sequence[User]:
    """Return the people of the actor's authority who may chair a hearing: its proposer may not.

    Nor may an account that nobody has signed in to: closed, refused or not agreed to yet.
    """
    return work.session.scalars(
        select(User)
        .where(
            User.organisation_id == work.actor.org_id,
            is_there(),
            User.id != of.proposed_by_id,
            exists().where(UserRole.user_id == User.id, UserRole.role.in_(DECIDERS)),
        )
        .order_by(User.id)
    ).all()


def chair_of(work: UnitOfWork, hearing: CaseHearing | None) -> str:
    """Return the name of who chairs a hearing; nothing while nobody was named."""
    if hearing is None or hearing.chair_id is None:
        return ""
    return work.session.get_one(User, hearing.chair_id).name


def summon_by(of: Case, hearing: CaseHearing) -> datetime | None:
    """Return until when a hearing that was asked for is to be fixed; none in an unknown year."""
    rules = regulations.current().by_id(of.regulation_id)
    days = rules.integer("case.summon_working_days")
    try:
        return default_calendar().due_at(beijing_day(hearing.asked_at), days)
    except UnknownYearError:
        return None


def letters_of(work: UnitOfWork, of: Case) -> Sequence[Letter]:
    """Return the letters of a case, the latest first."""
    return work.session.scalars(
        select(Letter).where(Letter.subject == f"credit_case:{of.id}").order_by(Letter.id.desc())
    ).all()


def withdrawn(work: UnitOfWork) -> list[CaseRow]:
    """Return the decisions that were withdrawn, until their terms would have ended.

    They were public, and so is that they were wrong.
    """
    rows = work.session.execute(
        select(Case, Firm)
        .join(Firm, Firm.id == Case.firm_id)
        .where(
            Case.state == CaseState.WITHDRAWN,
            Case.effective_at <= work.now,
            Case.ends_at > work.now,
            Case.lifted_at >= Case.effective_at,
        )
        .order_by(Case.lifted_at.desc(), Case.id.desc())
    )
    return [CaseRow(*row) for row in rows]


def under_watch(work: UnitOfWork) -> list[tuple[CaseRow, Contract]]:
    """Return the contracts that sanctioned firms still carry out: they run on, and are watched."""
    rows = work.session.execute(
        select(Case, Firm, Contract)
        .join(Firm, Firm.id == Case.firm_id)
        .join(Contract, Contract.firm_id == Firm.id)
        .where(*_in_effect(work), Contract.state.in_(RUNNING), firm_in(groups_of(work)))
        .order_by(Case.effective_at, Contract.id)
        .limit(MOST_WATCHED)
    )
    return [(CaseRow(case, firm), contract) for case, firm, contract in rows]


def running_of(work: UnitOfWork, firm_id: int) -> Sequence[Contract]:
    """Return the contracts that a firm carries out now."""
    return work.session.scalars(
        select(Contract)
        .where(Contract.firm_id == firm_id, Contract.state.in_(RUNNING))
        .order_by(Contract.id)
    ).all()


def bearing_on(work: UnitOfWork, firm_id: int) -> Sequence[Case]:
    """Return the cases whose measures bear on a firm now, the one that ends last first."""
    return work.session.scalars(
        select(Case)
        .where(Case.firm_id == firm_id, *_in_effect(work))
        .order_by(Case.ends_at.desc(), Case.id)
    ).all()


def breaches_of_case(work: UnitOfWork, of: Case) -> Sequence[Breach]:
    """Return the breaches on which a case rests."""
    return work.session.scalars(
        select(Breach)
        .join(CaseBreach, CaseBreach.breach_id == Breach.id)
        .where(CaseBreach.case_id == of.id)
        .order_by(Breach.occurred_at, Breach.id)
    ).all()


def referred(work: UnitOfWork, card_ids: Collection[int]) -> Sequence[int]:
    """Return the cards on whose referral a case was opened, whatever became of it."""
    return work.session.scalars(
        select(Breach.source_id)
        .join(CaseBreach, CaseBreach.breach_id == Breach.id)
        .where(
            Breach.source == CARD,
            Breach.source_id.in_(card_ids),
            Breach.kind == BreachKind.LATE_REFERRED,
        )
    ).all()


def in_effect(work: UnitOfWork, *, limit: int = 50, offset: int = 0) -> list[CaseRow]:
    """Return the decisions that are in effect now, for the public list."""
    rows = work.session.execute(
        select(Case, Firm)
        .join(Firm, Firm.id == Case.firm_id)
        .where(*_in_effect(work))
        .order_by(Case.effective_at.desc(), Case.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [CaseRow(*row) for row in rows]


def in_effect_from(work: UnitOfWork, sources: Collection[tuple[str, int]]) -> Sequence[Case]:
    """Return the decisions in effect now that rest on something of one project."""
    if not sources:
        return []
    rests = exists().where(
        CaseBreach.case_id == Case.id,
        Breach.id == CaseBreach.breach_id,
        tuple_(Breach.source, Breach.source_id).in_(list(sources)),
    )
    return work.session.scalars(
        select(Case).where(*_in_effect(work), rests).order_by(Case.effective_at, Case.id)
    ).all()


def count_in_effect(work: UnitOfWork) -> int:
    """Return how many decisions are in effect now."""
    return work.session.scalar(select(func.count(Case.id)).where(*_in_effect(work))) or 0


def decided_of_firm(work: UnitOfWork, firm_id: int) -> Sequence[Case]:
    """Return the decisions against a firm whose term is not over."""
    return work.session.scalars(
        select(Case).where(
            Case.firm_id == firm_id, Case.state == CaseState.DECIDED, Case.ends_at > work.now
        )
    ).all()


def suspensions_in_window(work: UnitOfWork, firm_id: int) -> int:
    """Return how many suspensions of a firm took effect within the ledger's window."""
    window = regulations.in_force("credit", work.today).integer("score.window_months")
    return (
        work.session.scalar(
            select(func.count(Case.id)).where(
                Case.firm_id == firm_id,
                Case.state.in_((CaseState.DECIDED, CaseState.REPAIRED)),
                Case.measure == Measure.SUSPENSION,
                Case.effective_at > counts_until(work.now, -window),
            )
        )
        or 0
    )


def _in_effect(work: UnitOfWork) -> list[ColumnElement[bool]]:
    return [
        Case.state == CaseState.DECIDED,
        Case.effective_at <= work.now,
        Case.ends_at > work.now,
    ]


def _within(work: UnitOfWork) -> ColumnElement[bool]:
    groups = groups_of(work)
    return exists().where(Firm.id == Case.firm_id, firm_in(groups))


def _chosen(work: UnitOfWork, state: CaseState | None, words: str) -> list[ColumnElement[bool]]:
    chosen = [firm_in(groups_of(work))]
    if state is not None:
        chosen.append(Case.state == state)
    if words:
        chosen.append(or_(Case.number == words, Firm.name.contains(words, autoescape=True)))
    return chosen


def _one(work: UnitOfWork, *conditions: ColumnElement[bool]) -> Case:
    found = work.session.scalar(select(Case).where(*conditions))
    if found is None:
        raise MissingError
    return found


def _rests(work: UnitOfWork, document: Document) -> list[Rest]:
    """Return the open cases against whoever handed in a document: it may be evidence in them."""
    numbers = work.session.scalars(
        select(Case.number)
        .join(Firm, Firm.id == Case.firm_id)
        .where(Firm.organisation_id == document.org_id, Case.state.in_((CaseState.PROPOSED, *OPEN)))
        .order_by(Case.id)
    )
    return [Rest(what=msgid("尚未办结的失信案件"), name=number) for number in numbers]


resting.provide(_rests)


referring.provide(referred)
