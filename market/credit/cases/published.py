"""What the public reads of a decision in effect: each fact in a line, its clause, who decided.

Only what the market itself wrote is told: the words of people may name somebody.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from market.accounts.model import Organisation, User
from market.credit.cases.letters import CORRECTION, DECISION
from market.credit.cases.model import Case, CaseBreach
from market.credit.cases.queries import CaseRow
from market.credit.model import Breach
from market.credit.rules import BreachKind
from market.credit.sources import stands
from market.db import UnitOfWork
from market.letters.model import Letter, LetterWithdrawal


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicFact:
    """A breach on which a decision rests; ``number`` is that of what it happened in."""

    kind: BreachKind
    occurred_at: datetime
    number: str
    regulation_id: str
    clause: str
    # The card that it came from was taken back since.
    is_gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicDecision:
    """What a decision in effect rests on, who decided it, and the numbers of its letters."""

    facts: tuple[PublicFact, ...]
    decider: str
    letters: tuple[str, ...]


def decisions_of(work: UnitOfWork, rows: Sequence[CaseRow]) -> Mapping[int, PublicDecision]:
    """Return what the public reads of some cases, by case; the rows are asked for together."""
    ids = [row.case.id for row in rows]
    facts, letters = _facts(work, ids), _letters(work, ids)
    found = work.session.execute(
        select(Case.id, Organisation.name)
        .join(User, User.id == Case.decided_by_id)
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(Case.id.in_(ids))
    )
    deciders = {row.id: row.name for row in found}
    return {
        case_id: PublicDecision(
            facts=tuple(facts[case_id]),
            decider=deciders.get(case_id, ""),
            letters=tuple(letters[case_id]),
        )
        for case_id in ids
    }


def _facts(work: UnitOfWork, ids: Sequence[int]) -> Mapping[int, list[PublicFact]]:
    found: dict[int, list[PublicFact]] = defaultdict(list)
    rows = work.session.execute(
        select(CaseBreach.case_id, Breach, stands())
        .join(Breach, Breach.id == CaseBreach.breach_id)
        .where(CaseBreach.case_id.in_(ids))
        .order_by(Breach.occurred_at, Breach.id)
    )
    for case_id, breach, is_standing in rows:
        found[case_id].append(
            PublicFact(
                kind=breach.kind,
                occurred_at=breach.occurred_at,
                number=breach.evidence.partition("：")[0] if "：" in breach.evidence[:25] else "",
                regulation_id=breach.regulation_id,
                clause=breach.clause,
                is_gone=not is_standing,
            )
        )
    return found


def _letters(work: UnitOfWork, ids: Sequence[int]) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    of = {f"credit_case:{case_id}": case_id for case_id in ids}
    rows = work.session.execute(
        select(Letter.subject, Letter.number)
        .outerjoin(LetterWithdrawal, LetterWithdrawal.letter_id == Letter.id)
        .where(
            Letter.subject.in_(of),
            Letter.kind.in_((DECISION.code, CORRECTION.code)),
            LetterWithdrawal.letter_id.is_(None),
        )
        .order_by(Letter.id)
    )
    for subject, number in rows:
        found[of[subject]].append(number)
    return found
