"""Finding breaches and cases. What an actor may not know of is missing, not forbidden."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select

from market import regulations
from market.credit.model import Breach, Case, CaseBreach
from market.credit.rules import (
    BreachKind,
    CaseState,
    LedgerEntry,
    Measure,
    counting,
    counts_until,
    earliest_counting,
    score,
)
from market.credit.scope import firm_in, groups_of
from market.db import UnitOfWork
from market.documents import resting
from market.documents.model import Document
from market.documents.resting import Rest
from market.draws import weights
from market.duties import by_another
from market.errors import MissingError, msgid
from market.firms.model import Firm
from market.firms.rules import PUBLIC

OPEN = (CaseState.NOTIFIED, CaseState.REPLIED, CaseState.HEARD)
# A dismissed case leaves its breaches free for another one.
HOLDING = (*OPEN, CaseState.DECIDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One breach, until when it counts, and in which case it was dealt with."""

    breach: Breach
    counts: bool
    counts_until_at: datetime
    case_number: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """A firm's breaches and its score, explained entry by entry."""

    rows: tuple[LedgerRow, ...]
    score: int
    start: int
    window_months: int

    @property
    def deducted(self) -> int:
        """The points that count now; the score never falls below zero."""
        return sum(row.breach.points for row in self.rows if row.counts)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case with the firm it concerns."""

    case: Case
    firm: Firm


def ledger(work: UnitOfWork, firm_id: int) -> Ledger:
    """Return a firm's ledger as it counts now, the latest breach first."""
    start, window = _scoring(work)
    breaches = work.session.scalars(
        select(Breach)
        .where(Breach.firm_id == firm_id)
        .order_by(Breach.occurred_at.desc(), Breach.id.desc())
    ).all()
    entries = [entry_of(breach) for breach in breaches]
    counted = counting(entries, work.now, window)
    numbers = case_numbers(work, [breach.id for breach in breaches])
    return Ledger(
        rows=tuple(
            LedgerRow(
                breach=breach,
                counts=entry_of(breach) in counted,
                counts_until_at=counts_until(breach.occurred_at, window),
                case_number=numbers.get(breach.id),
            )
            for breach in breaches
        ),
        score=score(entries, work.now, start=start, window_months=window),
        start=start,
        window_months=window,
    )


def entry_of(breach: Breach) -> LedgerEntry:
    """Return a breach as the rules see it."""
    return LedgerEntry(breach.kind, breach.points, breach.occurred_at)


def case_numbers(work: UnitOfWork, breach_ids: Collection[int]) -> dict[int, str]:
    """Return, by breach, the number of the open or decided case that rests on it."""
    rows = work.session.execute(
        select(CaseBreach.breach_id, Case.number)
        .join(Case, Case.id == CaseBreach.case_id)
        .where(CaseBreach.breach_id.in_(breach_ids), Case.state.in_(HOLDING))
    )
    return {row.breach_id: row.number for row in rows}


def breaches_of_firm(work: UnitOfWork, firm_id: int, ids: Sequence[int]) -> list[Breach]:
    """Return those breaches of a firm that were chosen; a foreign one is missing."""
    found = work.session.scalars(
        select(Breach).where(Breach.firm_id == firm_id, Breach.id.in_(ids)).order_by(Breach.id)
    ).all()
    if len(found) != len(set(ids)):
        raise MissingError
    return list(found)


def firm_in_scope(work: UnitOfWork, code: str) -> Firm:
    """Return a public firm that the actor looks after, by its credit code."""
    firm = work.session.scalar(
        select(Firm).where(
            Firm.code == code.strip().upper(), Firm.state.in_(PUBLIC), firm_in(groups_of(work))
        )
    )
    if firm is None:
        raise MissingError
    return firm


def firms_named(work: UnitOfWork, words: str, limit: int = 20) -> Sequence[Firm]:
    """Return public firms that the actor looks after, by part of the name or by code."""
    return work.session.scalars(
        select(Firm)
        .where(
            Firm.state.in_(PUBLIC),
            firm_in(groups_of(work)),
            or_(Firm.name.contains(words, autoescape=True), Firm.code == words.upper()),
        )
        .order_by(Firm.name)
        .limit(limit)
    ).all()


def case(work: UnitOfWork, number: str) -> Case:
    """Return a case that the actor looks after: for those who propose, decide or oversee."""
    return _one(work, Case.number == number, _within(work))


def own_case(work: UnitOfWork, number: str) -> Case:
    """Return a case of the firm the actor acts for."""
    return _one(
        work,
        Case.number == number,
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
    """Return the cases of the firm the actor acts for, the latest first."""
    return work.session.scalars(
        select(Case)
        .join(Firm, Firm.id == Case.firm_id)
        .where(Firm.organisation_id == work.actor.org_id)
        .order_by(Case.id.desc())
    ).all()


def cases_of_firm(work: UnitOfWork, firm_id: int) -> Sequence[Case]:
    """Return the cases of a firm, the latest first."""
    return work.session.scalars(
        select(Case).where(Case.firm_id == firm_id).order_by(Case.id.desc())
    ).all()


def to_decide(work: UnitOfWork) -> list[CaseRow]:
    """Return the cases that the actor may decide now: heard to the end, or past their term."""
    rows = work.session.execute(
        select(Case, Firm)
        .join(Firm, Firm.id == Case.firm_id)
        .where(
            or_(
                Case.state == CaseState.HEARD,
                Case.state.in_((CaseState.NOTIFIED, CaseState.REPLIED))
                & (Case.reply_by_at <= work.now),
            ),
            by_another(work, Case.proposed_by_id),
            firm_in(groups_of(work)),
        )
        .order_by(Case.reply_by_at, Case.id)
    )
    return [CaseRow(*row) for row in rows]


def breaches_of_case(work: UnitOfWork, of: Case) -> Sequence[Breach]:
    """Return the breaches on which a case rests."""
    return work.session.scalars(
        select(Breach)
        .join(CaseBreach, CaseBreach.breach_id == Breach.id)
        .where(CaseBreach.case_id == of.id)
        .order_by(Breach.occurred_at, Breach.id)
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
    _, window = _scoring(work)
    return (
        work.session.scalar(
            select(func.count(Case.id)).where(
                Case.firm_id == firm_id,
                Case.state == CaseState.DECIDED,
                Case.measure == Measure.SUSPENSION,
                Case.effective_at > counts_until(work.now, -window),
            )
        )
        or 0
    )


def low_scores(work: UnitOfWork, at_most: int) -> list[tuple[Firm, int]]:
    """Return the firms at or below a score, with something to open a case on and none open."""
    start, window = _scoring(work)
    by_firm: dict[int, list[LedgerEntry]] = {}
    for breach in work.session.scalars(
        select(Breach).where(Breach.occurred_at > earliest_counting(work.now, window))
    ):
        by_firm.setdefault(breach.firm_id, []).append(entry_of(breach))
    scores = {
        firm_id: score(entries, work.now, start=start, window_months=window)
        for firm_id, entries in by_firm.items()
    }
    low = [firm_id for firm_id, value in scores.items() if value <= at_most]
    firms = work.session.scalars(
        select(Firm)
        .where(
            Firm.id.in_(low),
            ~exists().where(Case.firm_id == Firm.id, Case.state.in_(OPEN)),
            exists().where(Breach.firm_id == Firm.id, ~_taken_up()),
            firm_in(groups_of(work)),
        )
        .order_by(Firm.name)
    )
    return [(firm, scores[firm.id]) for firm in firms]


def referred(work: UnitOfWork, limit: int = 50) -> list[tuple[Breach, Firm]]:
    """Return the referrals and reports that no case has taken up, the oldest first."""
    rows = work.session.execute(
        select(Breach, Firm)
        .join(Firm, Firm.id == Breach.firm_id)
        .where(
            or_(Breach.kind == BreachKind.LATE_REFERRED, Breach.source == "report"),
            ~_taken_up(),
            firm_in(groups_of(work)),
        )
        .order_by(Breach.occurred_at, Breach.id)
        .limit(limit)
    )
    return [(breach, firm) for breach, firm in rows]


def _taken_up() -> ColumnElement[bool]:
    return (
        select(CaseBreach.case_id)
        .join(Case, Case.id == CaseBreach.case_id)
        .where(CaseBreach.breach_id == Breach.id, Case.state.in_(HOLDING))
        .correlate(Breach)
        .exists()
    )


def _scoring(work: UnitOfWork) -> tuple[int, int]:
    rules = regulations.in_force("credit", work.today)
    return rules.integer("score.start"), rules.integer("score.window_months")


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


def score_now(work: UnitOfWork, firm: Firm) -> int:
    """Return a firm's score as it counts now: what draws weigh by, where the rules let them."""
    return ledger(work, firm.id).score


weights.provide(score_now)


def _rests(work: UnitOfWork, document: Document) -> list[Rest]:
    """Return the open cases against whoever handed in a document: it may be evidence in them."""
    numbers = work.session.scalars(
        select(Case.number)
        .join(Firm, Firm.id == Case.firm_id)
        .where(Firm.organisation_id == document.org_id, Case.state.in_(OPEN))
        .order_by(Case.id)
    )
    return [Rest(what=msgid("尚未办结的失信案件"), name=number) for number in numbers]


resting.provide(_rests)
