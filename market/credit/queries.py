"""Finding breaches. What an actor may not know of is missing, not forbidden."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, exists, or_, select

from market import regulations
from market.clocks.card_rules import CardState
from market.clocks.model import Card
from market.credit.cases.model import Case, CaseBreach
from market.credit.cases.rules import HOLDING, OPEN, CaseState
from market.credit.model import Breach, BreachAnnulment
from market.credit.rules import (
    BreachKind,
    LedgerEntry,
    Level,
    counting,
    counts_until,
    earliest_counting,
    level_of,
    score,
)
from market.credit.scope import firm_in, groups_of
from market.credit.sources import CARD, stands
from market.db import UnitOfWork
from market.draws import weights
from market.errors import MissingError
from market.firms.model import Firm, FirmStaff
from market.firms.rules import PUBLIC

UNJUDGED: Final = (CardState.ISSUED, CardState.REPLIED, CardState.UNANSWERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One breach, until when it counts, and in which case it was dealt with."""

    breach: Breach
    counts: bool
    counts_until_at: datetime
    case_number: str | None
    # Why it was found wrong; such a breach counts no longer, and is still shown.
    annulled: BreachAnnulment | None
    # The professional who did it, where an authority named one: for the firm and the authority.
    person: str
    # It comes from a card that counts at once, and that nobody has judged yet.
    unjudged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """A firm's breaches and its score, explained entry by entry."""

    rows: tuple[LedgerRow, ...]
    score: int
    start: int
    window_months: int
    level: Level

    @property
    def deducted(self) -> int:
        """The points that count now; the score never falls below zero."""
        return sum(row.breach.points for row in self.rows if row.counts)


def ledger(work: UnitOfWork, firm_id: int) -> Ledger:
    """Return a firm's ledger as it counts now, the latest breach first."""
    start, window = _scoring(work)
    found = _events(work, firm_id)
    entries = [entry_of(breach) for breach, annulled, _ in found if annulled is None]
    counted = counting(entries, work.now, window)
    now = score(entries, work.now, start=start, window_months=window)
    numbers = case_numbers(work, [breach.id for breach, *_ in found])
    waiting = unjudged(work, [breach for breach, *_ in found])
    return Ledger(
        rows=tuple(
            LedgerRow(
                breach=breach,
                counts=annulled is None and entry_of(breach) in counted,
                counts_until_at=counts_until(breach.occurred_at, window),
                case_number=numbers.get(breach.id),
                annulled=annulled,
                person=person,
                unjudged=breach.id in waiting,
            )
            for breach, annulled, person in found
        ),
        score=now,
        level=level_of(now, floors(work)),
        start=start,
        window_months=window,
    )


def _events(work: UnitOfWork, firm_id: int) -> list[tuple[Breach, BreachAnnulment | None, str]]:
    """Return a firm's breaches with why one was wrong and who did it, the latest first."""
    rows = work.session.execute(
        select(Breach, BreachAnnulment, FirmStaff.name)
        .outerjoin(BreachAnnulment, BreachAnnulment.breach_id == Breach.id)
        .outerjoin(FirmStaff, FirmStaff.id == Breach.staff_id)
        .where(Breach.firm_id == firm_id, stands())
        .order_by(Breach.occurred_at.desc(), Breach.id.desc())
    )
    return [(breach, annulled, person or "") for breach, annulled, person in rows]


def unjudged(work: UnitOfWork, breaches: Sequence[Breach]) -> frozenset[int]:
    """Return which breaches come from a card that nobody judged: those of a clock count at once."""
    by_card = {one.source_id: one.id for one in breaches if one.source == CARD}
    if not by_card:
        return frozenset()
    waiting = select(Card.id).where(Card.id.in_(by_card), Card.state.in_(UNJUDGED))
    return frozenset(by_card[card_id] for card_id in work.session.scalars(waiting))


def floors(work: UnitOfWork) -> list[tuple[Level, int]]:
    """Return the least score of each level above the lowest, by the rules of today."""
    rules = regulations.in_force("credit", work.today)
    above = (Level.AA, Level.A, Level.B, Level.C)
    return [(level, rules.integer(f"levels.{level.lower()}_from")) for level in above]


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
        select(Breach)
        .where(Breach.firm_id == firm_id, Breach.id.in_(ids), stands(), ~is_annulled())
        .order_by(Breach.id)
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


def low_scores(work: UnitOfWork, at_most: int) -> list[tuple[Firm, int]]:
    """Return the firms at or below a score, with something to open a case on and none open."""
    start, window = _scoring(work)
    by_firm: dict[int, list[LedgerEntry]] = {}
    for breach in work.session.scalars(
        select(Breach).where(
            Breach.occurred_at > earliest_counting(work.now, window), stands(), ~is_annulled()
        )
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
            ~exists().where(Case.firm_id == Firm.id, Case.state.in_((CaseState.PROPOSED, *OPEN))),
            exists().where(Breach.firm_id == Firm.id, ~_taken_up(), stands(), ~is_annulled()),
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
            stands(),
            ~is_annulled(),
            firm_in(groups_of(work)),
        )
        .order_by(Breach.occurred_at, Breach.id)
        .limit(limit)
    )
    return [(breach, firm) for breach, firm in rows]


def is_annulled() -> ColumnElement[bool]:
    """Return the condition that a breach was found wrong."""
    return (
        select(BreachAnnulment.breach_id)
        .where(BreachAnnulment.breach_id == Breach.id)
        .correlate(Breach)
        .exists()
    )


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


def score_now(work: UnitOfWork, firm: Firm) -> int:
    """Return a firm's score as it counts now: what draws weigh by, where the rules let them."""
    return ledger(work, firm.id).score


weights.provide(score_now)
